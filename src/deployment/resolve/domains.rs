//! Domains: presence, Mobile and Remote Access, federation, and whether there is a node that carries them.

use std::ops::Range;

use super::{Faults, hosts, plain};
use crate::catalog::Product;
use crate::deployment::schema::{self, File, Text};
use crate::deployment::{Federation, FederationThrough, Mra, Problem};

/// The domains of a list, each once, or the default when there is no list.
pub(super) fn listed<D: AsRef<str>>(
    words: Option<&[Text]>,
    default: &[D],
    faults: &mut Faults,
) -> Vec<String> {
    let Some(words) = words else {
        return default
            .iter()
            .map(|domain| domain.as_ref().to_owned())
            .collect();
    };
    let mut domains: Vec<String> = Vec::new();
    for domain in faults.keep_all(words, hosts::domain) {
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    domains
}

pub(super) fn mra(file: &File, domain: &str, faults: &mut Faults) -> Option<Mra> {
    let written = file.mra.as_ref()?.get_ref();
    let cluster_name = written.cluster_name.as_ref();
    Some(Mra {
        registration_domains: listed(written.registration_domains.as_deref(), &[domain], faults),
        cluster_name: cluster_name.and_then(|word| faults.keep(hosts::domain(word))),
        // Whether they look like FQDNs is a rule's question.
        phone_security_profiles: texts(&written.phone_security_profiles),
        jabber_guest: written.jabber_guest.unwrap_or(false),
    })
}

pub(super) fn federation(
    file: &File,
    xmpp_domains: &[String],
    faults: &mut Faults,
) -> Option<Federation> {
    let written = file.federation.as_ref()?.get_ref();
    Some(Federation {
        domains: listed(written.domains.as_deref(), xmpp_domains, faults),
        through: federation_through(file)?,
        chat_node_aliases: listed::<&str>(Some(&written.chat_node_aliases), &[], faults),
    })
}

/// Who faces the partners; when the file doesn't say, Expressway-E if there is one.
pub(super) fn federation_through(file: &File) -> Option<FederationThrough> {
    let written = file.federation.as_ref()?.get_ref();
    let by_expressway = match &written.through {
        Some(word) => word.get_ref() == "expressway",
        None => products(file).any(|product| product == Product::ExpresswayE),
    };
    Some(if by_expressway {
        FederationThrough::Expressway
    } else {
        FederationThrough::ImPresence
    })
}

/// `[mra]` and `[federation]` need a node that does it.
pub(super) fn check_carriers(file: &File, faults: &mut Faults) {
    let nodes = file.node.iter().flatten();
    let has_unknown = nodes.clone().any(|node| node.get_ref().product.is_none());
    if has_unknown || nodes.count() == 0 {
        return;
    }
    let has_edge = products(file).any(|product| product == Product::ExpresswayE);
    let has_presence = products(file).any(Product::is_presence);
    if let Some(mra) = &file.mra
        && !has_edge
    {
        faults.push(
            Problem::at(mra.span(), "[mra] needs a node with product `expressway-e`")
                .help("add the Expressway-E nodes, or leave [mra] out"),
        );
    }
    let Some(federation) = &file.federation else {
        return;
    };
    let place = through_span(federation.get_ref()).unwrap_or_else(|| federation.span());
    match federation_through(file) {
        Some(FederationThrough::Expressway) if !has_edge => faults.push(
            Problem::at(place, "federation through Expressway needs a node with product `expressway-e`")
                .help("add the Expressway-E nodes, write through = \"im-presence\", or leave [federation] out"),
        ),
        Some(FederationThrough::ImPresence) if !has_presence => faults.push(
            Problem::at(place, "federation through IM and Presence needs a node with product `im-presence` or `cup`")
                .help("add the IM and Presence nodes, write through = \"expressway\", or leave [federation] out"),
        ),
        _ => {}
    }
}

fn through_span(federation: &schema::Federation) -> Option<Range<usize>> {
    federation.through.as_ref().map(Text::span)
}

fn products(file: &File) -> impl Iterator<Item = Product> {
    let nodes = file.node.iter().flatten();
    let words = nodes.filter_map(|node| node.get_ref().product.as_ref());
    words.filter_map(|word| Product::named(word.get_ref()))
}

fn texts(words: &[Text]) -> Vec<String> {
    words.iter().map(|word| plain(Some(word))).collect()
}

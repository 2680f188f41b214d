//! Which nodes share a multi-server certificate (domain.md section 1.9: documents 118731, SG15, IMP).

use std::collections::{BTreeMap, HashSet};

use super::references::{self, NodeNames};
use super::{Faults, fault};
use crate::catalog::{CertificateName, Product};
use crate::deployment::Problem;
use crate::deployment::schema::{File, SharedBy, Text};
use crate::deployment::words::{all_of, choice, quote};

/// Node names by certificate name.
pub(super) fn multi_server(
    file: &File,
    names: &NodeNames,
    faults: &mut Faults,
) -> BTreeMap<CertificateName, Vec<String>> {
    let mut shared = BTreeMap::new();
    for (key, by) in &file.multi_server {
        let Some(certificate) = faults.keep(certificate_name(key)) else {
            continue;
        };
        let nodes = match by.get_ref() {
            SharedBy::All(false) => continue,
            SharedBy::All(true) => faults.keep(all(certificate, key, names)),
            SharedBy::Nodes(words) => Some(listed(certificate, words, names, faults)),
        };
        shared.insert(certificate, nodes.unwrap_or_default());
    }
    shared
}

fn certificate_name(key: &Text) -> Result<CertificateName, Problem> {
    let allowed: Vec<&str> = CertificateName::ALL
        .into_iter()
        .filter(|name| name.may_be_multi_server())
        .map(CertificateName::name)
        .collect();
    let word = key.get_ref();
    match CertificateName::named(word) {
        Some(name) if name.may_be_multi_server() => Ok(name),
        Some(_) => Err(fault(key, "certificates cannot be multi-server")
            .help(format!("those that can: {}", all_of(&allowed)))),
        None => Err(Problem::at(
            key.span(),
            format!("unknown certificate name {}", quote(word)),
        )
        .help(choice(word, &allowed))),
    }
}

/// The groups of products whose nodes may share it among themselves, the usual one first. Unified Presence 8.x is in
/// none: multi-server certificates came with 10.5.
fn groups(certificate: CertificateName) -> &'static [&'static [Product]] {
    match certificate {
        CertificateName::Tomcat => &[
            &[Product::Cucm, Product::ImPresence],
            &[Product::UnityConnection],
        ],
        CertificateName::CallManager | CertificateName::Tvs => &[&[Product::Cucm]],
        CertificateName::CupXmpp | CertificateName::CupXmppS2s => &[&[Product::ImPresence]],
        _ => &[],
    }
}

fn all(
    certificate: CertificateName,
    key: &Text,
    names: &NodeNames,
) -> Result<Vec<String>, Problem> {
    let group = groups(certificate).first().copied().unwrap_or_default();
    let nodes: Vec<String> = names
        .all
        .iter()
        .filter(|node| node.product.is_some_and(|product| group.contains(&product)))
        .map(|node| node.name.clone())
        .collect();
    if nodes.is_empty() && names.all.iter().all(|node| node.product.is_some()) {
        let products: Vec<&str> = group.iter().map(|product| product.name()).collect();
        return Err(fault(key, "is shared by no node").help(format!(
            "true means all nodes with product {}",
            all_of(&products)
        )));
    }
    Ok(nodes)
}

fn listed(
    certificate: CertificateName,
    words: &[Text],
    names: &NodeNames,
    faults: &mut Faults,
) -> Vec<String> {
    let mut nodes: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    let mut group: Option<&[Product]> = None;
    for word in words {
        let Some(node) = faults.keep(references::node(word, names)) else {
            continue;
        };
        if !known.insert(&node.name) {
            faults.push(fault(word, "is listed twice"));
            continue;
        }
        nodes.push(node.name.clone());
        let Some(product) = node.product else {
            continue;
        };
        match groups(certificate)
            .iter()
            .find(|group| group.contains(&product))
        {
            None => faults.push(cannot_share(word, certificate, product)),
            Some(its) if group.is_some_and(|group| group != *its) => {
                faults.push(other_group(word, certificate, its));
            }
            Some(its) => group = Some(its),
        }
    }
    nodes
}

fn cannot_share(word: &Text, certificate: CertificateName, product: Product) -> Problem {
    let has_it = product
        .services()
        .iter()
        .any(|service| service.certificate_name == certificate);
    let what = if has_it {
        format!(
            "is {}, which has no multi-server certificates",
            product.title()
        )
    } else {
        format!(
            "is {}, which has no {certificate} certificate",
            product.title()
        )
    };
    let products: Vec<&str> = groups(certificate)
        .concat()
        .iter()
        .map(|p| p.name())
        .collect();
    fault(word, &what).help(format!(
        "it may be shared by nodes with product {}",
        all_of(&products)
    ))
}

fn other_group(word: &Text, certificate: CertificateName, group: &[Product]) -> Problem {
    let products: Vec<&str> = group.iter().map(|product| product.name()).collect();
    fault(
        word,
        &format!("cannot share a {certificate} certificate with the nodes before it"),
    )
    .help(format!(
        "nodes with product {} share one among themselves",
        all_of(&products)
    ))
}

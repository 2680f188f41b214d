//! Every certificate that something depends on: what was presented, and the CAs above it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::audit::estate::{ChainView, Estate};
use crate::certificate::{Certificate, Digest};
use crate::text::escape;
use crate::trust::Path;

/// A certificate with the places that depend on it.
pub(super) struct Held<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) role: Role,
    /// A service sent it, so that it is described in full.
    pub(super) presented: bool,
    /// "imp1 sip (5061)", each once, in the order of the report.
    pub(super) places: Vec<String>,
}

/// What it is in its chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Leaf,
    Intermediate,
    Root,
}

/// All of them, the soonest end first.
pub(super) fn all<'a>(estate: &'a Estate<'a>) -> Vec<Held<'a>> {
    let mut held: BTreeMap<Digest, Held<'a>> = BTreeMap::new();
    for node in &estate.nodes {
        for (service, chain) in node.chains() {
            let place = format!("{} {}", escape(&node.node.name), service.label());
            enter(&mut held, chain, &place);
        }
    }
    for (digest, one) in &mut held {
        one.presented = estate.certificates.contains(digest);
    }
    let mut held: Vec<Held<'a>> = held.into_values().collect();
    held.sort_by_key(|one| {
        (
            one.certificate.not_after.unix,
            one.role,
            one.certificate.digest,
        )
    });
    held
}

fn enter<'a>(held: &mut BTreeMap<Digest, Held<'a>>, chain: &'a ChainView<'a>, place: &str) {
    let leaf = chain.leaf().map(|leaf| (leaf, Role::Leaf));
    let above = chain.others().chain(chain.fetched.iter().map(Arc::as_ref));
    let links = match chain.path.as_deref() {
        Some(Path::Anchored(anchored)) => anchored.links.as_slice(),
        _ => &[],
    };
    let above = above.chain(links.iter().map(|link| link.certificate.as_ref()));
    let above = above.map(|certificate| (certificate, authority(certificate)));
    for (certificate, role) in leaf.into_iter().chain(above) {
        let one = held.entry(certificate.digest).or_insert_with(|| Held {
            certificate,
            role,
            presented: false,
            places: Vec::new(),
        });
        // The two chains of a port, and what is both sent and known, come one after the other.
        if one.places.last().map(String::as_str) != Some(place) {
            one.places.push(place.to_owned());
        }
    }
}

fn authority(certificate: &Certificate) -> Role {
    if certificate.self_signed {
        Role::Root
    } else {
        Role::Intermediate
    }
}

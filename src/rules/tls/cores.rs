//! What Expressway-C nodes show to ports that ask for a client certificate, worked out once for all ports.

use std::collections::{HashMap, HashSet};

use crate::audit::estate::{ChainView, Estate, NodeView};
use crate::catalog::{Product, Release};
use crate::certificate::DistinguishedName;
use crate::text::cut;
use crate::trust::links;

/// From here on Expressway has a client certificate of its own, which no server port shows.
const OWN_CLIENT_CERTIFICATE: Release = Release::expressway(15, 5, 0);

/// The Expressway-C nodes of an estate.
pub(super) struct Cores {
    /// How many there are.
    pub(super) nodes: usize,
    /// Why it is not known what some of them show, in their order.
    pub(super) unknown: Option<String>,
    /// The names of the others by the issuers of what they show, in the order of the first of each.
    pub(super) alike: Vec<(Vec<Names>, Vec<String>)>,
}

impl Cores {
    pub(super) fn of(estate: &Estate<'_>) -> Self {
        let mut cores = Self {
            nodes: 0,
            unknown: None,
            alike: Vec::new(),
        };
        let mut unknown = Vec::new();
        let mut places = HashMap::new();
        let nodes = estate.nodes.iter();
        for core in nodes.filter(|view| view.node.product == Product::ExpresswayC) {
            cores.nodes += 1;
            match shown_issuers(core) {
                Err(why) => unknown.push(why),
                Ok(issuers) => {
                    let place = *places.entry(ders(&issuers)).or_insert(cores.alike.len());
                    if place == cores.alike.len() {
                        cores.alike.push((issuers, Vec::new()));
                    }
                    cores.alike[place].1.push(core.node.name.clone());
                }
            }
        }
        cores.unknown = (!unknown.is_empty()).then(|| cut(unknown.join("; ")));
        cores
    }
}

fn ders(issuers: &[Names]) -> Vec<Vec<Vec<u8>>> {
    let of_chain = |names: &Names| names.iter().map(|name| name.der.to_vec()).collect();
    issuers.iter().map(of_chain).collect()
}

/// The issuers of each chain that the node shows, or why it is not known what it would show here.
fn shown_issuers(core: &NodeView<'_>) -> Result<Vec<Names>, String> {
    let name = &core.node.name;
    let chains = core.chains();
    let issuers: Vec<Names> = chains.filter_map(|(_, chain)| issuers(chain)).collect();
    if issuers.is_empty() {
        return Err(format!("no certificate of {name} was seen"));
    }
    let own = core.node.release.as_ref();
    if own.is_some_and(|release| *release >= OWN_CLIENT_CERTIFICATE) {
        return Err(format!(
            "{name} has release X15.5 or later, and so a client certificate of its own, which no server port shows"
        ));
    }
    Ok(issuers)
}

/// The issuers of a chain, from the leaf's up to the last that is known.
fn issuers(chain: &ChainView<'_>) -> Option<Names> {
    let leaf = chain.certificates.first()?.as_ref().ok()?;
    let sent = chain.certificates.iter().skip(1);
    let mut others: Vec<_> = sent.filter_map(|parsed| parsed.clone().ok()).collect();
    others.extend(chain.fetched.iter().cloned());
    let links = links(leaf, &others, chain.path.as_deref()?);
    let above = links.into_iter().map(|(child, _)| (*child.issuer).clone());
    let all = std::iter::once((*leaf.issuer).clone()).chain(above);
    Some(distinct(all))
}

/// Names of CAs, each once.
pub(super) type Names = Vec<DistinguishedName>;

/// Names, each once.
pub(super) fn distinct(names: impl Iterator<Item = DistinguishedName>) -> Names {
    let mut known = HashSet::new();
    names
        .filter(|name| known.insert(name.der.clone()))
        .collect()
}

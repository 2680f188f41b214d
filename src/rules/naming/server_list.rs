//! The cluster's own server list, each name with the node of the deployment that it belongs to.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use super::literal;
use crate::audit::estate::Estate;
use crate::deployment::Node;
use crate::evidence::Uds;
use crate::identity::{is_short, normalise};

/// A name in a server list.
pub(super) struct Entry<'a> {
    /// As the cluster gives it.
    pub(super) name: &'a str,
    /// The first node, in the order of the evidence, that gave it.
    pub(super) giver: &'a str,
    /// The node that it belongs to; `None` when the deployment has none.
    pub(super) owner: Option<&'a str>,
}

/// Every name that any list holds, once. Those of nodes that were left out of this run are not among them.
pub(super) fn entries<'a>(estate: &Estate<'a>) -> Vec<Entry<'a>> {
    let mut known = BTreeSet::new();
    let all = estate
        .uds
        .iter()
        .flat_map(|uds| uds.names().iter().map(move |name| (uds, name)));
    let mut entries = Vec::new();
    for (uds, name) in all {
        if !known.insert(normalise(name)) || is_left_out(estate, name) {
            continue;
        }
        entries.push(Entry {
            name,
            giver: &uds.node,
            owner: owner(estate, name),
        });
    }
    entries
}

/// The node of that address or name; for an IP address the one that answers there, for a name without a domain the one
/// whose address begins with it. Where several would do, none.
fn owner<'a>(estate: &Estate<'a>, name: &str) -> Option<&'a str> {
    let nodes = &estate.deployment.nodes;
    let named = nodes.iter().find(|node| is_called(node, name));
    let found = named.map(|node| &*node.name);
    let found = found.or_else(|| answering(estate, literal(name)?));
    found.or_else(|| only(nodes.iter().filter(|node| begins_with(node, name))))
}

fn is_left_out(estate: &Estate<'_>, name: &str) -> bool {
    let left_out = &estate.deployment.left_out;
    let mut nodes = left_out.iter();
    nodes.any(|node| is_called(node, name) || begins_with(node, name))
}

fn is_called(node: &Node, name: &str) -> bool {
    let same = |other: &str| match (literal(other), literal(name)) {
        (Some(one), Some(other)) => one == other,
        _ => normalise(other) == normalise(name),
    };
    same(&node.address) || same(&node.name) || node.connect.as_deref().is_some_and(same)
}

fn begins_with(node: &Node, name: &str) -> bool {
    let address = normalise(&node.address);
    is_short(name) && address.split('.').next() == Some(&*normalise(name))
}

/// The one node that answered at an IP address; behind a port forward they all do.
fn answering<'a>(estate: &Estate<'a>, ip: IpAddr) -> Option<&'a str> {
    let there = |uds: &&Uds| {
        let socket = uds.address.as_deref();
        let socket = socket.and_then(|text| text.parse::<SocketAddr>().ok());
        socket.is_some_and(|socket| socket.ip() == ip)
    };
    let mut nodes = estate.uds.iter().filter(there).map(|uds| &*uds.node);
    nodes.next().filter(|_| nodes.next().is_none())
}

fn only<'a>(mut nodes: impl Iterator<Item = &'a Node>) -> Option<&'a str> {
    let first = nodes.next()?;
    nodes.next().is_none().then_some(&*first.name)
}

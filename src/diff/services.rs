//! Nodes and services that appeared, went, or answer otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::{NodeEntry, ServiceEntry, Snapshot};
use super::scope;

/// Where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Appearance {
    /// Only in the newer report.
    Appeared,
    /// Only in the older report.
    Gone,
    /// In the deployment of both, but the newer report leaves it out (`--node`).
    LeftOut,
    /// In the deployment of both, but the older report left it out.
    LetIn,
    /// In both, with another status.
    Changed,
}

/// A node that one report has.
#[derive(Debug)]
pub struct NodeChange<'a> {
    /// Which one.
    pub appearance: Appearance,
    /// As that report has it.
    pub node: &'a NodeEntry,
}

/// A service that one report has, or that has another status.
#[derive(Debug)]
pub struct ServiceChange<'a> {
    /// Which.
    pub appearance: Appearance,
    /// The node.
    pub node: &'a str,
    /// As the newer report has it, or else the older one.
    pub service: &'a ServiceEntry,
    /// As the older report had it, where both have it.
    pub was: Option<&'a ServiceEntry>,
}

impl Appearance {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Appeared => "appeared",
            Self::Gone => "gone",
            Self::LeftOut => "left-out",
            Self::LetIn => "let-in",
            Self::Changed => "changed",
        }
    }
}

/// Nodes that are in one of the reports only.
pub(super) fn nodes<'a>(old: &'a Snapshot, new: &'a Snapshot) -> Vec<NodeChange<'a>> {
    let (before, after) = (by_name(old), by_name(new));
    let appeared = only_in(&after, &before, &old.left_out);
    let gone = only_in(&before, &after, &new.left_out);
    let change = |(node, elsewhere), (kept, lost)| NodeChange {
        appearance: if elsewhere { kept } else { lost },
        node,
    };
    let appeared = appeared.map(|one| change(one, (Appearance::LetIn, Appearance::Appeared)));
    let gone = gone.map(|one| change(one, (Appearance::LeftOut, Appearance::Gone)));
    appeared.chain(gone).collect()
}

fn by_name(report: &Snapshot) -> BTreeMap<&str, &NodeEntry> {
    let named = report.nodes.iter().map(|node| (&*node.name, node));
    named.collect()
}

/// What `others` does not have, and whether it was left out there.
fn only_in<'a>(
    nodes: &BTreeMap<&'a str, &'a NodeEntry>,
    others: &BTreeMap<&str, &NodeEntry>,
    left_out: &[String],
) -> impl Iterator<Item = (&'a NodeEntry, bool)> {
    let left_out: BTreeSet<&str> = left_out.iter().map(String::as_str).collect();
    let own = nodes.iter().filter(|(name, _)| !others.contains_key(*name));
    let own: Vec<_> = own
        .map(|(name, node)| (*node, left_out.contains(name)))
        .collect();
    own.into_iter()
}

/// Services of nodes that both reports have.
pub(super) fn services<'a>(old: &'a Snapshot, new: &'a Snapshot) -> Vec<ServiceChange<'a>> {
    let (old_nodes, new_nodes) = (by_name(old), by_name(new));
    let (before, after) = (scope::services(old), scope::services(new));
    let in_both = |node: &str| old_nodes.contains_key(node) && new_nodes.contains_key(node);
    let mut all = Vec::new();
    for (key, service) in &after {
        let was = before.get(key).copied();
        let appearance = match was {
            Some(was) if was.status == service.status => continue,
            Some(_) => Appearance::Changed,
            None => Appearance::Appeared,
        };
        all.push((*key, appearance, *service, was));
    }
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
    all.extend(gone.map(|(key, service)| (*key, Appearance::Gone, *service, None)));
    all.retain(|(key, ..)| in_both(key.0));
    all.sort_by_key(|(key, ..)| (key.0, key.2, key.1));
    let change = |(key, appearance, service, was): ((&'a str, _, _), _, _, _)| ServiceChange {
        appearance,
        node: key.0,
        service,
        was,
    };
    all.into_iter().map(change).collect()
}

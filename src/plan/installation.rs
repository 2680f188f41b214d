//! How a certificate is installed: the catalogue's procedure, for one node or for all that share it.

use super::grouping::Group;
use crate::catalog::{Procedure, procedure};
use crate::deployment::Node;
use crate::source::Citation;

/// How a certificate is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The trust store for the CA's root and intermediates, in the page's words; `None` where the steps say it.
    pub trust_store: Option<&'static str>,
    /// From request to upload, in order.
    pub steps: Vec<String>,
    /// What to restart afterwards, node by node, the publisher first.
    pub restarts: Vec<Restart>,
    /// Checks after the restarts.
    pub afterwards: Vec<String>,
    /// What the change does to users and neighbours.
    pub cautions: Vec<String>,
    /// Who describes this.
    pub citations: Vec<Citation>,
}

/// Services to restart on a node, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restart {
    /// The node's name.
    pub node: String,
    /// The services.
    pub services: &'static [&'static str],
}

/// Uploads go from the root downwards, the certificate last.
pub const UPLOAD_ORDER: [&str; 3] = [
    "the CA's root",
    "each intermediate, from the root downwards",
    "the signed certificate",
];

pub(super) fn of(group: &Group<'_>) -> Installation {
    let of_node = |node: &&Node| procedure(node.product, group.certificate);
    let publisher = group.nodes[0];
    let main = of_node(&publisher);
    let mut all: Vec<Procedure> = Vec::new();
    for one in group.nodes.iter().map(of_node) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    Installation {
        trust_store: main.trust_store,
        steps: steps(group, &main, &all),
        restarts: group
            .nodes
            .iter()
            .map(|node| restart(node, of_node(node)))
            .collect(),
        afterwards: each_once(&all, |one| one.afterwards),
        cautions: each_once(&all, |one| one.cautions),
        citations: all.iter().map(|one| one.citation).collect(),
    }
}

fn restart(node: &Node, procedure: Procedure) -> Restart {
    Restart {
        node: node.name.clone(),
        services: procedure.restart,
    }
}

/// The publisher's steps; the waits of other products that share the certificate come before its upload too.
fn steps(group: &Group<'_>, main: &Procedure, all: &[Procedure]) -> Vec<String> {
    if !group.multi_server {
        return main.steps();
    }
    let mut steps = main.multi_server_steps(&group.nodes[0].name);
    let others = each_once(all, |one| one.between);
    let before_upload = steps.len().saturating_sub(1);
    let new: Vec<String> = others
        .into_iter()
        .filter(|wait| !steps.contains(wait))
        .collect();
    steps.splice(before_upload..before_upload, new);
    steps
}

fn each_once(
    procedures: &[Procedure],
    texts: impl Fn(&Procedure) -> &'static [&'static str],
) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in procedures.iter().flat_map(texts) {
        if !all.iter().any(|known| known == text) {
            all.push((*text).to_owned());
        }
    }
    all
}

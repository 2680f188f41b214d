//! Where a verdict belongs, and what follows from that: who is hit, the way out, the finding's name.

use super::super::Place;
use super::super::estate::{ChainView, Estate, NodeView, ServiceView};
use super::super::fix::{Fix, compose};
use super::super::rule::{Owner, Rule};
use super::super::verdict::Seen;
use crate::catalog::Audience;
use crate::certificate::Digest;
use crate::source::Citation;

/// Where a verdict belongs.
#[derive(Clone, Copy, Default)]
pub(super) struct Spot<'a> {
    pub(super) node: Option<&'a NodeView<'a>>,
    pub(super) service: Option<&'a ServiceView<'a>>,
    pub(super) chain: Option<&'a ChainView<'a>>,
    /// It is about the signing request that the node stands for.
    pub(super) is_request: bool,
}

impl<'a> Spot<'a> {
    pub(super) fn of_node(node: &'a NodeView<'a>) -> Self {
        Self {
            node: Some(node),
            ..Self::default()
        }
    }

    pub(super) fn of_service(node: &'a NodeView<'a>, service: &'a ServiceView<'a>) -> Self {
        Self {
            service: Some(service),
            ..Self::of_node(node)
        }
    }
}

impl Spot<'_> {
    pub(super) fn place(&self) -> Place {
        Place {
            node: self.node.map(|view| view.node.name.clone()),
            service: self.service.map(|view| view.service.name.to_owned()),
            port: self.service.map(|view| view.service.port),
            certificate: self.chain.and_then(ChainView::leaf_digest),
        }
    }

    /// It is about a node of which nothing was seen: that, `probe-*` says once.
    pub(super) fn is_silent(&self) -> bool {
        !self.is_request && self.node.is_some_and(|view| view.chains().next().is_none())
    }

    pub(super) fn owner(&self, rule: &Rule) -> Owner {
        self.node
            .map_or(rule.owner, |view| rule.owner.on(view.node.product))
    }

    pub(super) fn fix(&self, rule: &Rule, seen: &Seen) -> Fix {
        compose(
            rule,
            seen,
            self.node.map(|view| view.node),
            self.service.map(|view| view.service),
        )
    }

    /// Who connects to the service; to a request, nobody; to any service of the node; to any node, `everybody`.
    pub(super) fn audience(&self, everybody: Audience) -> Audience {
        if self.is_request {
            return Audience::NOBODY;
        }
        match (self.service, self.node) {
            (Some(view), _) => view.service.audience,
            (None, Some(view)) => of_node(view),
            (None, None) => everybody,
        }
    }
}

/// Who connects to any node.
pub(super) fn everybody(estate: &Estate<'_>) -> Audience {
    let nodes = estate.nodes.iter();
    nodes.fold(Audience::NOBODY, |all, view| all.and(of_node(view)))
}

fn of_node(view: &NodeView<'_>) -> Audience {
    let services = view.services.iter();
    services.fold(Audience::NOBODY, |all, view| all.and(view.service.audience))
}

/// The same fault has the same name from run to run, also after a renewal: what is looked for counts, not the certificate
/// that lacks it.
pub(super) fn fingerprint(
    rule: &Rule,
    place: &Place,
    chain: Option<&ChainView<'_>>,
    expected: Option<&str>,
) -> String {
    let port = place.port.map(|port| port.to_string()).unwrap_or_default();
    let kind = chain.map_or("", |chain| chain.kind());
    let parts = [
        rule.id,
        place.node.as_deref().unwrap_or_default(),
        place.service.as_deref().unwrap_or_default(),
        &port,
        kind,
        expected.unwrap_or_default(),
    ];
    Digest::of(parts.join("\u{1f}").as_bytes()).to_string()[..16].to_owned()
}

/// Who says so: the rule's sources, then those of the steps.
pub(super) fn citations(rule: &Rule, fix: &Fix) -> Vec<Citation> {
    let mut all = rule.cites.to_vec();
    for citation in &fix.citations {
        if !all.contains(citation) {
            all.push(*citation);
        }
    }
    all
}

//! What several parts of the page look up, gathered once: the findings of a service, and where each is told.

use std::collections::HashMap;

use super::findings::Cards;
use crate::audit::Judgement;
use crate::audit::estate::{NodeView, ServiceView};
use crate::audit::rule::Severity;
use crate::report::Report;

/// A report with its indices.
pub(super) struct Book<'a> {
    pub(super) report: &'a Report<'a>,
    positions: HashMap<&'a str, usize>,
    by_service: HashMap<(&'a str, &'a str, u16), Counts>,
    anchors: HashMap<&'a str, String>,
}

/// Open findings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl<'a> Book<'a> {
    pub(super) fn of(report: &'a Report<'a>, cards: &Cards<'a>) -> Self {
        let names = report.estate.nodes.iter().map(|view| &*view.node.name);
        let mut book = Self {
            report,
            positions: names.enumerate().map(|(at, name)| (name, at)).collect(),
            by_service: HashMap::new(),
            anchors: cards.anchors(),
        };
        for one in &report.audit.judgements {
            book.enter(one);
        }
        book
    }

    fn enter(&mut self, one: &'a Judgement) {
        let Some(node) = one.place.node.as_deref() else {
            return;
        };
        if let (Some(service), Some(port), true) =
            (one.place.service.as_deref(), one.place.port, one.counts())
        {
            let counts = self.by_service.entry((node, service, port)).or_default();
            counts.errors += usize::from(one.severity == Severity::Error);
            counts.warnings += usize::from(one.severity == Severity::Warning);
        }
    }

    /// The open findings of a service.
    pub(super) fn counts(&self, node: &NodeView<'_>, view: &ServiceView<'_>) -> Counts {
        let key = (&*node.node.name, view.service.name, view.service.port);
        self.by_service.get(&key).copied().unwrap_or_default()
    }

    /// Where a node is described: "#node-3".
    pub(super) fn node_link(&self, name: &str) -> Option<String> {
        let position = self.positions.get(name)?;
        Some(format!("#{}", node_anchor(*position)))
    }

    /// Where a finding is told, when it is listed: "#finding-0a1b".
    pub(super) fn finding_link(&self, one: &Judgement) -> Option<String> {
        let anchor = self.anchors.get(one.id.as_str())?;
        Some(format!("#{anchor}"))
    }
}

/// The name of a node's block within the page.
pub(super) fn node_anchor(position: usize) -> String {
    format!("node-{}", position + 1)
}

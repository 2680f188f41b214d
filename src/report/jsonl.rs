//! One finding a line, each with everything that a ticket needs.

mod body;
mod line;

use std::collections::HashMap;
use std::io::{self, Write};

use super::{Format, Page, Report};
use crate::audit::Judgement;
use crate::audit::estate::{NodeView, ServiceView};
use crate::certificate::Parsed;

pub(super) use line::FindingLine1;
pub use line::{SCHEMA, schema};

/// The format.
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn purpose(&self) -> &'static str {
        "a finding a line, ready for a ticket"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        for line in lines(report) {
            serde_json::to_writer(&mut *sink, &line)?;
            sink.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Each line names its deployment.
    fn holds_several(&self) -> bool {
        true
    }
}

/// Every listed finding, those that hurt most first.
pub(super) fn lines<'r>(report: &'r Report<'_>) -> impl Iterator<Item = FindingLine1> + 'r {
    let nodes = &report.estate.nodes;
    let nodes: HashMap<&str, &NodeView<'_>> = nodes
        .iter()
        .map(|view| (view.node.name.as_str(), view))
        .collect();
    report.shown().map(move |one| {
        let name = one.place.node.as_deref();
        let node = name.and_then(|name| nodes.get(name).copied());
        FindingLine1::of(report, &Scope::of(report, one, node))
    })
}

/// A finding with the node, the service and the certificate that it is about.
struct Scope<'a> {
    one: &'a Judgement,
    node: Option<&'a NodeView<'a>>,
    service: Option<&'a ServiceView<'a>>,
    certificate: Option<&'a Parsed>,
}

impl<'a> Scope<'a> {
    fn of(report: &Report<'a>, one: &'a Judgement, node: Option<&'a NodeView<'a>>) -> Self {
        let place = &one.place;
        let is_here = |view: &&ServiceView<'_>| {
            place.service.as_deref() == Some(view.service.name)
                && place.port == Some(view.service.port)
        };
        let digest = place.certificate.as_ref();
        Self {
            one,
            node,
            service: node.and_then(|view| view.services.iter().find(is_here)),
            certificate: digest.and_then(|digest| report.estate.certificates.get(digest)),
        }
    }
}

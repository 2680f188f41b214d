//! The table of nodes, those that are not ready first.

use std::collections::HashMap;

use super::sheet::Sheet;
use super::text::{clip, inline};
use crate::audit::estate::NodeView;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Readiness};
use crate::report::Report;
use crate::report::phrase::verdict;
use crate::text::date;

/// The table may take a third of what is left of the page: the findings matter more.
const SHARE: usize = 3;

/// Open findings of a node.
#[derive(Clone, Copy, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
}

/// Draws the table.
pub(super) fn draw(report: &Report<'_>, sheet: &mut Sheet) {
    let judged = |view| (view, report.audit.node_readiness(view));
    let mut nodes: Vec<(&NodeView<'_>, Readiness)> =
        report.estate.nodes.iter().map(judged).collect();
    nodes.sort_by_key(|(_, readiness)| match readiness {
        Readiness::NotReady => 0,
        Readiness::Unknown => 1,
        Readiness::Ready => 2,
    });
    let counts = counts(report);
    let floor = sheet.room() - sheet.room() / SHARE;
    sheet.add(
        "\n## Nodes\n\n| node | product | address | verdict | examined | first end | errors | warnings |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for (position, (view, readiness)) in nodes.iter().enumerate() {
        let row = row(view, *readiness, &counts);
        if row.len() + floor > sheet.room() {
            sheet.leave_out("node", nodes.len() - position);
            return;
        }
        sheet.add(&row);
    }
}

fn row(view: &NodeView<'_>, readiness: Readiness, counts: &HashMap<&str, Counts>) -> String {
    let node = view.node;
    let counts = counts.get(&*node.name).copied().unwrap_or_default();
    let name = |text| inline(&clip(text, super::NAME));
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        name(&node.name),
        node.product.title(),
        name(&node.address),
        verdict(readiness),
        examined(view),
        first_end(view),
        counts.errors,
        counts.warnings,
    )
}

/// "3 of 4": services that showed a certificate, of all.
fn examined(view: &NodeView<'_>) -> String {
    let seen = view.services.iter().filter(|one| !one.chains().is_empty());
    format!("{} of {}", seen.count(), view.services.len())
}

/// The day on which the first of its certificates ends.
fn first_end(view: &NodeView<'_>) -> String {
    let ends = view.chains().filter_map(|(_, chain)| chain.leaf());
    let first = ends.map(|leaf| leaf.not_after.unix).min();
    first.map_or_else(|| "not seen".to_owned(), date)
}

fn counts<'a>(report: &Report<'a>) -> HashMap<&'a str, Counts> {
    let mut all: HashMap<&str, Counts> = HashMap::new();
    let open = |one: &&Judgement| one.counts() && report.is_of_owner(one);
    for one in report.audit.judgements.iter().filter(open) {
        let Some(node) = one.place.node.as_deref() else {
            continue;
        };
        let counts = all.entry(node).or_default();
        match one.severity {
            Severity::Error => counts.errors += 1,
            Severity::Warning => counts.warnings += 1,
            Severity::Info => {}
        }
    }
    all
}

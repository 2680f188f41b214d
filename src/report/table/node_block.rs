//! One node: its services and what each presents.

use comfy_table::{Cell, ColumnConstraint, Table};

use super::super::Report;
use super::super::phrase::{plural, verdict};
use super::ink::{Ink, Paint};
use super::{paint, request_block};
use crate::audit::estate::{ChainView, NodeView, ServiceView, Status};
use crate::audit::rule::Severity;
use crate::certificate::Parsed;
use crate::text::{cut_name, escape};

/// Draws the block.
pub(super) fn draw(report: &Report<'_>, view: &NodeView<'_>, ink: &Ink) -> String {
    let readiness = report.audit.node_readiness(view);
    let (words, paint) = (verdict(readiness), paint(readiness));
    let (closed, open): (Vec<_>, Vec<_>) = view
        .services
        .iter()
        .partition(|one| one.status() == Status::Closed);
    let mut table = ink.table();
    for row in open
        .iter()
        .flat_map(|service| rows(report, view, service, ink))
    {
        table.add_row(row);
    }
    constrain(&mut table);
    let drawn = if open.is_empty() {
        String::new()
    } else {
        Ink::lay_out(&table)
    };
    let request = report.estate.request_of(view.node);
    let title = match request {
        Some(request) => format!(
            "{}  {}",
            escape(&view.node.name),
            request_block::title(request)
        ),
        None => title(view),
    };
    let asked = request.map(|request| request_block::draw(request, ink));
    ink.rule()
        + &ink.title(&title, words, paint)
        + &asked.unwrap_or_default()
        + &drawn
        + &optional_closed(&closed, ink)
        + "\n"
}

/// Port and service are never broken.
fn constrain(table: &mut Table) {
    for column in [0, 1] {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// Optional services that do not answer, in a line for each reason.
fn optional_closed(closed: &[&ServiceView<'_>], ink: &Ink) -> String {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for view in closed {
        let reason = view.detail().unwrap_or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(view.label()),
            None => reasons.push((reason, vec![view.label()])),
        }
    }
    let line = |(reason, names): &(String, Vec<String>)| {
        ink.wrap(
            " optional, closed: ",
            &format!("{}: {reason}", names.join(", ")),
        )
    };
    reasons.iter().map(line).collect()
}

fn title(view: &NodeView<'_>) -> String {
    let node = view.node;
    let release = node
        .release
        .as_ref()
        .map(|release| format!(" {}", escape(&release.to_string())))
        .unwrap_or_default();
    let address = if node.address == node.name {
        String::new()
    } else {
        format!("  {}", escape(&node.address))
    };
    format!(
        "{}  {}{release}{address}",
        escape(&node.name),
        node.product.title()
    )
}

fn rows(
    report: &Report<'_>,
    node: &NodeView<'_>,
    view: &ServiceView<'_>,
    ink: &Ink,
) -> Vec<Vec<Cell>> {
    let first = vec![
        ink.cell(Paint::Strong, view.service.port),
        ink.cell(Paint::Strong, view.service.name),
    ];
    let chains = view.chains();
    if chains.is_empty() {
        return vec![[first, vec![silence(view, ink)]].concat()];
    }
    let blank = vec![Cell::new(""), Cell::new("")];
    let marks =
        std::iter::once(mark(report, node, view, ink)).chain(std::iter::repeat(Cell::new("")));
    let fronts = std::iter::once(first).chain(std::iter::repeat(blank));
    let cells = chains.iter().zip(fronts).zip(marks);
    cells
        .map(|((chain, front), mark)| [front, presented(chain, ink), vec![mark]].concat())
        .collect()
}

fn silence(view: &ServiceView<'_>, ink: &Ink) -> Cell {
    let detail = view.detail().unwrap_or_default();
    match view.status() {
        Status::Unreachable => ink.cell(Paint::Bad, format!("UNREACHABLE: {detail}")),
        Status::Skipped => ink.cell(Paint::Doubtful, "not probed"),
        Status::Failed | Status::Examined | Status::Closed => {
            ink.cell(Paint::Bad, format!("FAILED: {detail}"))
        }
    }
}

/// What it presents, who issued it, until when.
fn presented(chain: &ChainView<'_>, ink: &Ink) -> Vec<Cell> {
    let Some(Ok(leaf)) = chain.certificates.first().map(Parsed::as_ref) else {
        let broken = ink.cell(Paint::Bad, "a certificate that cannot be decoded");
        return vec![broken, Cell::new("")];
    };
    let subject = leaf.common_name().map_or_else(
        || "no CN".to_owned(),
        |name| escape(&cut_name(name)).into_owned(),
    );
    let issuer = leaf.issuer.common_names.last().unwrap_or(&leaf.issuer.text);
    let issuer = if leaf.self_signed {
        "itself".to_owned()
    } else {
        escape(&cut_name(issuer)).into_owned()
    };
    let version = chain.presentation.version.as_deref().unwrap_or("TLS");
    let until = leaf
        .not_after
        .to_string()
        .chars()
        .take(10)
        .collect::<String>();
    let (comma, gap) = if ink.is_narrow() {
        ("\n", "\n")
    } else {
        (", ", "  ")
    };
    vec![
        ink.cell(
            Paint::Strong,
            format!("{subject}{comma}{}, {version}", leaf.public_key),
        ),
        ink.cell(Paint::Strong, format!("by {issuer}{gap}until {until}")),
    ]
}

/// How many findings the service has.
fn mark(report: &Report<'_>, node: &NodeView<'_>, view: &ServiceView<'_>, ink: &Ink) -> Cell {
    let own = |severity| {
        let here = report.audit.of_node(&node.node.name).filter(|one| {
            one.counts()
                && one.severity == severity
                && (one.place.service.as_deref(), one.place.port)
                    == (Some(view.service.name), Some(view.service.port))
        });
        here.count()
    };
    match (own(Severity::Error), own(Severity::Warning)) {
        (0, 0) => ink.cell(Paint::Good, "ok"),
        (0, warnings) => ink.cell(Paint::Doubtful, plural(warnings, "warning")),
        (errors, _) => ink.cell(Paint::Bad, plural(errors, "error")),
    }
}

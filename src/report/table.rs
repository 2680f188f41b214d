//! The report for people at a terminal: the answer, who sees what, each node, the findings, the steps.

mod client_matrix;
mod findings;
pub(super) mod ink;
mod node_block;
mod request_block;
mod steps;

use std::io::{self, Write};

use super::{Format, Page, Report, moment_text};
use crate::audit::{Judgement, Readiness, Summary};
use crate::text::escape;
use findings::Entries;
use ink::{Ink, Paint};

/// The format.
pub(super) struct Table;

impl Format for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn purpose(&self) -> &'static str {
        "for people at a terminal"
    }

    fn write(&self, report: &Report<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()> {
        let ink = Ink::new(page);
        let entries = Entries::of(report);
        let mut out = headline(report, &ink);
        out += &client_matrix::draw(report, &ink);
        for view in &report.estate.nodes {
            out += &node_block::draw(report, view, &ink);
        }
        out += &entries.draw(&ink);
        out += &steps::draw(entries.procedures(), &ink);
        out += &closing(report, &ink);
        sink.write_all(out.as_bytes())
    }
}

fn headline(report: &Report<'_>, ink: &Ink) -> String {
    let summary = &report.summary;
    let name = escape(&report.estate.deployment.name).into_owned();
    let (words, paint) = verdict(summary.readiness);
    let first = format!(
        "{}  {}\n",
        ink.paint(Paint::Strong, &name),
        ink.paint(paint, words)
    );
    let text = format!(
        "{} {}. Judged as of {} by {}.",
        counts(summary),
        place(report),
        moment_text(report.audit.at),
        plural(report.audit.rules.len(), "rule"),
    );
    let mut out = first + &ink.wrap("", &text);
    if !report.estate.complete {
        out += &ink.wrap(
            "",
            "INCOMPLETE: the scan was interrupted; what is listed as not probed was not looked at.",
        );
    }
    out + "\n"
}

/// Where was looked: on nodes, or in signing requests.
fn place(report: &Report<'_>) -> String {
    let (estate, summary) = (report.estate, &report.summary);
    if estate.requests.is_empty() {
        return format!(
            "on {}; {} of {} examined",
            plural(estate.nodes.len(), "node"),
            summary.examined,
            plural(summary.services, "service"),
        );
    }
    let requests = plural(estate.requests.len(), "signing request");
    let issued = estate
        .requests
        .iter()
        .filter_map(|view| view.issued.as_ref());
    match issued.map(Vec::len).sum::<usize>() {
        0 => format!("in {requests}"),
        count => format!(
            "in {requests}, compared with {}",
            plural(count, "certificate")
        ),
    }
}

/// A verdict in words, with its colour.
fn verdict(readiness: Readiness) -> (&'static str, Paint) {
    match readiness {
        Readiness::Ready => ("READY", Paint::Good),
        Readiness::NotReady => ("NOT READY", Paint::Bad),
        Readiness::Unknown => ("UNKNOWN", Paint::Doubtful),
    }
}

fn counts(summary: &Summary) -> String {
    let parts = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.infos, "note"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(*count, word))
        .collect();
    if parts.is_empty() {
        "Nothing found".to_owned()
    } else {
        parts.join(", ")
    }
}

fn closing(report: &Report<'_>, ink: &Ink) -> String {
    let mut lines = Vec::new();
    if report.summary.unknown > 0 && !report.all {
        let checks = plural(report.summary.unknown, "check");
        lines.push(format!(
            "{checks} could not be judged for want of evidence: --all lists them with the reason."
        ));
    }
    if report.audit.judgements.iter().any(Judgement::counts) {
        lines.push(
            "`certaudit explain RULE` says why a finding matters and who says so.".to_owned(),
        );
    }
    lines.iter().map(|line| ink.wrap("", line)).collect()
}

/// "1 node", "2 nodes".
fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

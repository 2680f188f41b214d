//! The report for people at a terminal: the answer, who sees what, each node, the findings, the steps.

mod client_matrix;
mod findings;
pub(super) mod ink;
mod node_block;
pub(super) mod request_block;
mod steps;

use std::io::{self, Write};

use super::phrase::{counts, how_many_ready, owners, plural, redaction, scope, verdict};
use super::{Answer, Format, Page, Report, moment_text};
use crate::audit::{Judgement, Readiness};
use crate::text::escape;
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
        let entries = findings::told(report);
        let mut out = headline(report, &ink);
        out += &client_matrix::draw(report, &ink);
        for view in &report.estate.nodes {
            out += &node_block::draw(report, view, &ink);
        }
        out += &findings::draw(&entries, &ink);
        out += &steps::draw(&entries.procedures, &ink);
        out += &closing(report, &ink);
        sink.write_all(out.as_bytes())
    }

    fn holds_several(&self) -> bool {
        true
    }

    fn write_part(
        &self,
        report: &Report<'_>,
        page: Page,
        position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        if position > 0 {
            writeln!(sink, "\n{}\n", "═".repeat(page.width))?;
        }
        self.write(report, page, sink)
    }

    fn close(&self, answers: &[Answer], page: Page, sink: &mut dyn Write) -> io::Result<()> {
        writeln!(sink, "\n{}\n", "═".repeat(page.width))?;
        sink.write_all(overview(answers, &Ink::new(page)).as_bytes())
    }
}

/// Every deployment in a line.
fn overview(answers: &[Answer], ink: &Ink) -> String {
    let title = how_many_ready(answers);
    let mut table = ink.table();
    for Answer {
        deployment,
        summary,
    } in answers
    {
        let readiness = summary.readiness;
        table.add_row(vec![
            ink.cell(Paint::Strong, escape(deployment).into_owned()),
            ink.cell(paint(readiness), verdict(readiness)),
            ink.cell(Paint::Strong, counts(summary)),
        ]);
    }
    ink.paint(Paint::Strong, &title) + "\n" + &Ink::lay_out(&table)
}

fn headline(report: &Report<'_>, ink: &Ink) -> String {
    let summary = &report.summary;
    let name = escape(&report.estate.deployment.name).into_owned();
    let first = format!(
        "{}  {}\n",
        ink.paint(Paint::Strong, &name),
        ink.paint(paint(summary.readiness), verdict(summary.readiness))
    );
    let text = format!(
        "{} {}. Judged as of {} by {}.",
        counts(summary),
        scope(report),
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
    for line in redaction(report) {
        out += &ink.wrap("", &line);
    }
    if let Some(teams) = owners(report) {
        out += &ink.wrap("", &teams);
    }
    out + "\n"
}

/// The colour of a verdict.
fn paint(readiness: Readiness) -> Paint {
    match readiness {
        Readiness::Ready => Paint::Good,
        Readiness::NotReady => Paint::Bad,
        Readiness::Unknown => Paint::Doubtful,
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

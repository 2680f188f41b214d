//! The difference as a comment on a change: a headline, what is new, and tables of the rest.

use std::io::{self, Write};

use super::super::Page;
use super::super::markdown::prose;
use super::DiffFormat;
use super::entries::{entries, is_told_in_full};
use super::phrase::{
    Verdict, certificate, certificate_fate, counts, end, heading, limits, node, places, presented,
    section, service, span,
};
use crate::diff::{CertificateChange, Difference, FindingFate};

/// The format.
pub(super) struct Markdown;

impl DiffFormat for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn purpose(&self) -> &'static str {
        "a comment on a change to paste"
    }

    fn write(&self, diff: &Difference<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let mut out = headline(diff);
        for fate in FindingFate::ALL {
            out += &findings(diff, fate);
        }
        out += &certificates(diff);
        out += &expiring(diff);
        out += &places_of_all(diff);
        sink.write_all(out.as_bytes())
    }
}

fn headline(diff: &Difference<'_>) -> String {
    let mut out = format!(
        "# {}: {}\n\n{} {}\n",
        prose(&diff.new.deployment),
        Verdict::of(diff).title().to_lowercase(),
        prose(&span(diff)),
        prose(&counts(diff))
    );
    for text in limits(diff) {
        out += &format!("\n> {}\n", prose(&text));
    }
    out
}

fn findings(diff: &Difference<'_>, fate: FindingFate) -> String {
    let entries = entries(diff, fate);
    if entries.is_empty() {
        return String::new();
    }
    let seen = if is_told_in_full(fate) {
        "seen"
    } else {
        "remark"
    };
    let mut out = format!(
        "\n## {}\n\n| | rule | where | {seen} |\n|---|---|---|---|\n",
        section(fate)
    );
    for entry in &entries {
        let one = entry.one.finding;
        let message = Some(&one.message).filter(|_| is_told_in_full(fate));
        let waived = one
            .waived
            .as_ref()
            .map(|waived| format!("waived: {}", waived.reason));
        let told = [message.cloned(), entry.one.why.clone(), waived];
        let told: Vec<String> = told
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect();
        out += &format!(
            "| {} | {} | {} | {} |\n",
            heading(entry.one),
            prose(&one.rule),
            prose(&entry.places.join("; ")),
            prose(&told.join("; "))
        );
    }
    out
}

fn certificates(diff: &Difference<'_>) -> String {
    if diff.certificates.is_empty() {
        return String::new();
    }
    let title =
        "\n## Certificates\n\n| certificate | | where | was | is |\n|---|---|---|---|---|\n";
    let rows = diff.certificates.iter().map(certificate_row);
    rows.fold(title.to_owned(), |all, row| all + &row)
}

fn certificate_row(change: &CertificateChange<'_>) -> String {
    let shown = |one: Option<_>| one.as_ref().map(presented).unwrap_or_default();
    let mut fate = certificate_fate(change.fate).to_owned();
    if !change.from.is_empty() {
        fate += &format!(" from {}", places(&change.from));
    }
    format!(
        "| {} | {} | {} | {} | {} |\n",
        prose(&certificate(change)),
        prose(&fate),
        prose(&places(&change.places)),
        prose(&shown(change.old)),
        prose(&shown(change.new))
    )
}

fn expiring(diff: &Difference<'_>) -> String {
    if diff.expiring.is_empty() {
        return String::new();
    }
    let mut out = "\n## About to end\n\n| when | certificate | where |\n|---|---|---|\n".to_owned();
    for one in &diff.expiring {
        out += &format!(
            "| {} | {} | {} |\n",
            prose(&end(one)),
            prose(&presented(&one.certificate)),
            prose(&places(&one.places))
        );
    }
    out
}

fn places_of_all(diff: &Difference<'_>) -> String {
    let nodes = diff.nodes.iter().map(node);
    let lines: Vec<String> = nodes.chain(diff.services.iter().map(service)).collect();
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.iter().map(|line| format!("- {}\n", prose(line)));
    lines.fold("\n## Nodes and services\n\n".to_owned(), |all, line| {
        all + &line
    })
}

//! The difference for people at a terminal: what is new in full, the rest in lines.

use std::io::{self, Write};

use super::super::Page;
use super::super::table::ink::{Ink, Paint};
use super::DiffFormat;
use super::entries::{Entry, entries, is_told_in_full};
use super::phrase::{
    Verdict, certificate, certificate_fate, certificate_lines, counts, end, heading, limits, node,
    places, presented, section, service, span,
};
use crate::audit::rule::Severity;
use crate::diff::{Difference, FindingFate};
use crate::text::escape;

/// The format.
pub(super) struct Table;

impl DiffFormat for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn purpose(&self) -> &'static str {
        "for people at a terminal"
    }

    fn write(&self, diff: &Difference<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()> {
        let ink = Ink::new(page);
        let mut out = headline(diff, &ink);
        for fate in FindingFate::ALL {
            out += &findings(diff, fate, &ink);
        }
        out += &certificates(diff, &ink);
        out += &expiring(diff, &ink);
        out += &places_of_all(diff, &ink);
        sink.write_all(out.trim_end().as_bytes())?;
        sink.write_all(b"\n")
    }
}

fn headline(diff: &Difference<'_>, ink: &Ink) -> String {
    let verdict = Verdict::of(diff);
    let paint = match verdict {
        Verdict::New => Paint::Bad,
        Verdict::Unknown => Paint::Doubtful,
        Verdict::Nothing => Paint::Good,
    };
    let mut out = format!(
        "{}  {}\n",
        ink.paint(Paint::Strong, &escape(&diff.new.deployment)),
        ink.paint(paint, verdict.title())
    );
    out += &ink.wrap("", &format!("{} {}", span(diff), counts(diff)));
    for text in limits(diff) {
        out += &ink.wrap("! ", &text);
    }
    out + "\n"
}

fn findings(diff: &Difference<'_>, fate: FindingFate, ink: &Ink) -> String {
    let entries = entries(diff, fate);
    if entries.is_empty() {
        return String::new();
    }
    let mut out = ink.paint(Paint::Strong, section(fate)) + "\n\n";
    for entry in &entries {
        out += &if is_told_in_full(fate) {
            in_full(entry, ink)
        } else {
            in_a_line(entry, ink)
        };
    }
    if is_told_in_full(fate) {
        out
    } else {
        out + "\n"
    }
}

fn in_full(entry: &Entry<'_>, ink: &Ink) -> String {
    let (change, one) = (entry.one, entry.one.finding);
    let paint = match (one.waived.is_some(), one.severity) {
        (true, _) => Paint::Faint,
        (_, Severity::Error) => Paint::Bad,
        _ => Paint::Doubtful,
    };
    let mut out = format!(
        "{} {}\n",
        ink.paint(paint, &format!("{:<8}", heading(change))),
        ink.paint(Paint::Strong, &escape(&one.rule))
    );
    if let Some(title) = &one.title {
        out += &ink.wrap(&" ".repeat(9), &escape(title));
    }
    let fix = one.fix.as_ref().map(|fix| fix.summary.as_str());
    let waived = one.waived.as_ref().map(|waived| waived.reason.as_str());
    let mut line = |label: &str, text: Option<&str>| {
        let text = text.filter(|text| !text.is_empty());
        out += &text.map_or_else(String::new, |text| {
            ink.wrap(&format!("  {label:<6} "), &escape(text))
        });
    };
    line("where", Some(&entry.places.join("; ")));
    line("seen", Some(&one.message));
    line("note", change.why.as_deref());
    line("fix", fix);
    line("owner", one.owner.as_deref());
    line("waived", waived);
    out + "\n"
}

fn in_a_line(entry: &Entry<'_>, ink: &Ink) -> String {
    let one = entry.one.finding;
    let why = entry.one.why.as_deref();
    let waived = one.waived.as_ref().map(|waived| waived.reason.as_str());
    let mut text = format!(
        "{} {}: {}",
        heading(entry.one),
        escape(&one.rule),
        entry.places.join("; ")
    );
    for (label, told) in [("", why), ("waived: ", waived)] {
        if let Some(told) = told.filter(|told| !told.is_empty()) {
            text += &format!(" ({label}{})", escape(told));
        }
    }
    ink.wrap("  ", &text)
}

fn certificates(diff: &Difference<'_>, ink: &Ink) -> String {
    if diff.certificates.is_empty() {
        return String::new();
    }
    let mut out = ink.paint(Paint::Strong, "Certificates") + "\n\n";
    for change in &diff.certificates {
        let title = format!("{}: {}", certificate(change), certificate_fate(change.fate));
        out += &ink.wrap("  ", &title);
        for (label, text) in certificate_lines(change) {
            out += &ink.wrap(&format!("    {label:<6} "), &text);
        }
    }
    out + "\n"
}

fn expiring(diff: &Difference<'_>, ink: &Ink) -> String {
    if diff.expiring.is_empty() {
        return String::new();
    }
    let mut out = ink.paint(Paint::Strong, "About to end") + "\n\n";
    for one in &diff.expiring {
        out += &ink.wrap(
            "  ",
            &format!("{}: {}", end(one), presented(&one.certificate)),
        );
        out += &ink.wrap("    where  ", &places(&one.places));
    }
    out + "\n"
}

fn places_of_all(diff: &Difference<'_>, ink: &Ink) -> String {
    let nodes = diff.nodes.iter().map(node);
    let lines: Vec<String> = nodes.chain(diff.services.iter().map(service)).collect();
    if lines.is_empty() {
        return String::new();
    }
    let title = ink.paint(Paint::Strong, "Nodes and services") + "\n\n";
    let lines = lines.iter().map(|line| ink.wrap("  ", line));
    lines.fold(title, |all, line| all + &line)
}

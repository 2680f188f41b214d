//! The findings, those that hurt most first; the same one on several services is told once.

use super::super::Report;
use super::super::entries::{Entries, Entry};
use super::super::gathered::Section;
use super::super::phrase::{effects, letter};
use super::ink::{Ink, Paint};
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};
use crate::text::escape;

/// What the table tells, each finding with every place that it was found in.
pub(super) fn told<'a>(report: &Report<'a>) -> Entries<'a> {
    Entries::of(report, |one| {
        report.all || (one.status == Status::Fail && !is_in_node_block(one))
    })
}

/// Draws them.
pub(super) fn draw(entries: &Entries<'_>, ink: &Ink) -> String {
    if entries.entries.is_empty() {
        return String::new();
    }
    SECTIONS
        .iter()
        .map(|(part, title)| section(entries, *part, title, ink))
        .fold(ink.rule(), |all, section| all + &section)
}

fn section(entries: &Entries<'_>, part: Section, title: &str, ink: &Ink) -> String {
    let mut own = entries.of_section(part).peekable();
    if own.peek().is_none() {
        return String::new();
    }
    let title = ink.paint(Paint::Strong, title);
    if part == Section::Findings {
        let drawn: String = own.map(|entry| block(entry, ink)).collect();
        return format!("{title}\n\n{drawn}");
    }
    let drawn: String = own.map(|entry| line(entry, ink)).collect();
    format!("{title}\n\n{drawn}\n")
}

/// The parts in order. Only the first two are shown without --all.
const SECTIONS: [(Section, &str); 5] = [
    (Section::Findings, "Findings, those that hurt most first"),
    (Section::Notes, "Notes"),
    (Section::Unknown, "Could not be judged"),
    (Section::Passed, "Passed"),
    (Section::NotApplicable, "Did not apply"),
];

/// What needs no mending takes no more than it must; `explain` and the other formats have the rest.
fn line(entry: &Entry<'_>, ink: &Ink) -> String {
    let why = match entry.told.one.message.as_str() {
        "" => String::new(),
        message => format!(": {}", escape(message)),
    };
    let text = format!(
        "{}: {}{why}",
        entry.told.one.rule.id,
        entry.told.where_found()
    );
    ink.wrap("  ", &text)
}

fn block(entry: &Entry<'_>, ink: &Ink) -> String {
    let one = entry.told.one;
    let (word, paint) = heading(one);
    let title = ink.wrap(&" ".repeat(9), one.rule.title);
    let mut out = format!(
        "{} {}\n{title}",
        ink.paint(paint, word),
        ink.paint(Paint::Strong, one.rule.id)
    );
    let mut line = |label: &str, text: &str| out += &ink.wrap(&format!("  {label:<6} "), text);
    line("where", &entry.told.where_found());
    line("seen", &escape(&one.message));
    if !entry.told.effects.is_empty() {
        line("hits", &effects(&entry.told.effects));
    }
    if !one.fix.summary.is_empty() {
        let steps = entry
            .procedure
            .map(|position| format!(" (steps {})", letter(position)))
            .unwrap_or_default();
        line("fix", &format!("{}{steps}", escape(&one.fix.summary)));
    }
    line("owner", one.owner.name());
    if let Some(waived) = &one.waived {
        line("waived", &escape(&waived.reason));
    }
    out + "\n"
}

/// Ports that are closed stand in their node's block already.
fn is_in_node_block(one: &Judgement) -> bool {
    one.rule.id == "probe-optional-closed"
}

fn heading(one: &Judgement) -> (&'static str, Paint) {
    match (one.waived.is_some(), one.severity) {
        (true, _) => ("WAIVED  ", Paint::Faint),
        (false, Severity::Error) => ("ERROR   ", Paint::Bad),
        (false, _) => ("WARNING ", Paint::Doubtful),
    }
}

//! The findings, those that hurt most first; the same one on several services is told once.

use super::super::Report;
use super::super::gathered::{Gathered, Section, gather};
use super::super::phrase::effects;
use super::ink::{Ink, Paint};
use super::steps::Procedures;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};
use crate::text::escape;

/// What is told, each with every place that it was found in.
pub(super) struct Entries<'a> {
    entries: Vec<Entry<'a>>,
    procedures: Procedures<'a>,
}

struct Entry<'a> {
    told: Gathered<'a>,
    letter: Option<String>,
}

impl<'a> Entries<'a> {
    /// Gathers them.
    pub(super) fn of(report: &Report<'a>) -> Self {
        let mut procedures = Procedures::default();
        let shown = report
            .shown()
            .filter(|one| report.all || (one.status == Status::Fail && !is_in_node_block(one)));
        let entries = gather(shown)
            .into_iter()
            .map(|told| Entry {
                letter: procedures.letter(&told.one.fix),
                told,
            })
            .collect();
        Self {
            entries,
            procedures,
        }
    }

    /// The steps that the findings refer to.
    pub(super) fn procedures(&self) -> &Procedures<'a> {
        &self.procedures
    }

    /// Draws them.
    pub(super) fn draw(&self, ink: &Ink) -> String {
        if self.entries.is_empty() {
            return String::new();
        }
        SECTIONS
            .iter()
            .map(|(section, title)| self.section(*section, title, ink))
            .fold(ink.rule(), |all, section| all + &section)
    }

    fn section(&self, section: Section, title: &str, ink: &Ink) -> String {
        let mut own = self
            .entries
            .iter()
            .filter(|entry| section == Section::of(entry.told.one))
            .peekable();
        if own.peek().is_none() {
            return String::new();
        }
        let title = ink.paint(Paint::Strong, title);
        if section == Section::Findings {
            let drawn: String = own.map(|entry| entry.draw(ink)).collect();
            return format!("{title}\n\n{drawn}");
        }
        let drawn: String = own.map(|entry| entry.draw_line(ink)).collect();
        format!("{title}\n\n{drawn}\n")
    }
}

/// The parts in order. Only the first two are shown without --all.
const SECTIONS: [(Section, &str); 5] = [
    (Section::Findings, "Findings, those that hurt most first"),
    (Section::Notes, "Notes"),
    (Section::Unknown, "Could not be judged"),
    (Section::Passed, "Passed"),
    (Section::NotApplicable, "Did not apply"),
];

impl Entry<'_> {
    /// What needs no mending takes no more than it must; `explain` and the other formats have the rest.
    fn draw_line(&self, ink: &Ink) -> String {
        let why = match self.told.one.message.as_str() {
            "" => String::new(),
            message => format!(": {}", escape(message)),
        };
        let text = format!(
            "{}: {}{why}",
            self.told.one.rule.id,
            self.told.where_found()
        );
        ink.wrap("  ", &text)
    }

    fn draw(&self, ink: &Ink) -> String {
        let one = self.told.one;
        let (word, paint) = heading(one);
        let title = ink.wrap(&" ".repeat(9), one.rule.title);
        let mut out = format!(
            "{} {}\n{title}",
            ink.paint(paint, word),
            ink.paint(Paint::Strong, one.rule.id)
        );
        let mut line = |label: &str, text: &str| out += &ink.wrap(&format!("  {label:<6} "), text);
        line("where", &self.told.where_found());
        line("seen", &escape(&one.message));
        if !self.told.effects.is_empty() {
            line("hits", &effects(&self.told.effects));
        }
        if !one.fix.summary.is_empty() {
            let steps = self
                .letter
                .as_ref()
                .map(|letter| format!(" (steps {letter})"))
                .unwrap_or_default();
            line("fix", &format!("{}{steps}", escape(&one.fix.summary)));
        }
        line("owner", one.owner.name());
        if let Some(waived) = &one.waived {
            line("waived", &escape(&waived.reason));
        }
        out + "\n"
    }
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

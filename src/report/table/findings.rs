//! The findings, those that hurt most first; the same one on several services is told once.

use super::super::Report;
use super::super::phrase::{effects, place};
use super::ink::{Ink, Paint};
use super::steps::Procedures;
use crate::audit::effect::Effect;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};
use crate::text::escape;

/// What is told, each with every place that it was found in.
pub(super) struct Entries<'a> {
    entries: Vec<Entry<'a>>,
    procedures: Procedures<'a>,
}

struct Entry<'a> {
    one: &'a Judgement,
    places: Vec<String>,
    effects: Vec<Effect>,
    letter: Option<String>,
}

impl<'a> Entries<'a> {
    /// Gathers them.
    pub(super) fn of(report: &Report<'a>) -> Self {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut procedures = Procedures::default();
        let shown = report
            .shown()
            .filter(|one| report.all || (one.status == Status::Fail && !is_in_node_block(one)));
        for one in shown {
            let place = place(one);
            if let Some(entry) = entries.iter_mut().find(|entry| is_same(entry.one, one)) {
                entry.add(one, place);
            } else {
                let letter = procedures.letter(&one.fix);
                entries.push(Entry {
                    one,
                    places: vec![place],
                    effects: one.effects.clone(),
                    letter,
                });
            }
        }
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
            .filter(|entry| section == Section::of(entry.one))
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

/// A part of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Findings,
    Notes,
    Unknown,
    Passed,
    NotApplicable,
}

/// The parts in order. Only the first two are shown without --all.
const SECTIONS: [(Section, &str); 5] = [
    (Section::Findings, "Findings, those that hurt most first"),
    (Section::Notes, "Notes"),
    (Section::Unknown, "Could not be judged"),
    (Section::Passed, "Passed"),
    (Section::NotApplicable, "Did not apply"),
];

impl Section {
    fn of(one: &Judgement) -> Self {
        match (one.status, one.severity) {
            (Status::Fail, Severity::Info) => Self::Notes,
            (Status::Fail, _) => Self::Findings,
            (Status::Unknown, _) => Self::Unknown,
            (Status::Pass, _) => Self::Passed,
            (Status::NotApplicable, _) => Self::NotApplicable,
        }
    }
}

impl Entry<'_> {
    /// The same fault at another place, where it may hit others too.
    fn add(&mut self, one: &Judgement, place: String) {
        self.places
            .extend((!self.places.contains(&place)).then_some(place));
        for effect in &one.effects {
            match self
                .effects
                .iter_mut()
                .find(|known| known.who == effect.who)
            {
                Some(known) => known.outcome = known.outcome.max(effect.outcome),
                None => self.effects.push(*effect),
            }
        }
    }

    /// What needs no mending takes no more than it must; `explain` and the other formats have the rest.
    fn draw_line(&self, ink: &Ink) -> String {
        let why = match self.one.message.as_str() {
            "" => String::new(),
            message => format!(": {}", escape(message)),
        };
        let text = format!("{}: {}{why}", self.one.rule.id, self.places.join("; "));
        ink.wrap("  ", &text)
    }

    fn draw(&self, ink: &Ink) -> String {
        let one = self.one;
        let (word, paint) = heading(one);
        let title = ink.wrap(&" ".repeat(9), one.rule.title);
        let mut out = format!(
            "{} {}\n{title}",
            ink.paint(paint, word),
            ink.paint(Paint::Strong, one.rule.id)
        );
        let mut line = |label: &str, text: &str| out += &ink.wrap(&format!("  {label:<6} "), text);
        line("where", &self.places.join("; "));
        line("seen", &escape(&one.message));
        if !self.effects.is_empty() {
            line("hits", &effects(&self.effects));
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

fn is_same(one: &Judgement, other: &Judgement) -> bool {
    one.rule.id == other.rule.id
        && (one.status, one.severity, &one.waived) == (other.status, other.severity, &other.waived)
        && (&one.message, &one.fix) == (&other.message, &other.fix)
}

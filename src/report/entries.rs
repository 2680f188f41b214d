//! Findings for people: the same one at several places is told once, and each list of steps once, under a letter.

use std::collections::{HashMap, HashSet};

use super::Report;
use super::phrase::place;
use crate::audit::effect::Effect;
use crate::audit::fix::Fix;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status, Waived};

/// What is told, those that hurt most first.
pub(super) struct Entries<'a> {
    /// A finding each.
    pub(super) entries: Vec<Entry<'a>>,
    /// Lists of steps in the order in which findings first need them.
    pub(super) procedures: Vec<&'a Fix>,
}

/// A finding with every place that it was found in.
pub(super) struct Entry<'a> {
    /// The first of them.
    pub(super) one: &'a Judgement,
    /// Where, each once.
    pub(super) places: Vec<String>,
    /// Who is hit at any of the places.
    pub(super) effects: Vec<Effect>,
    /// Which list of steps mends it; `None` when there are none.
    pub(super) procedure: Option<usize>,
}

/// A part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Errors and warnings.
    Findings,
    /// What is worth knowing.
    Notes,
    /// What could not be judged.
    Unknown,
    /// With --all.
    Passed,
    /// With --all.
    NotApplicable,
}

/// What makes two findings the same.
type Sameness<'a> = (
    (&'static str, Status, Severity),
    (Option<(&'a str, Option<i64>)>, &'a str),
    (&'a str, Words<'a>),
);

/// What makes two lists of steps the same.
type Words<'a> = (&'a [String], &'a [String], &'a [String]);

impl<'a> Entries<'a> {
    /// Gathers what is listed and wanted.
    pub(super) fn of(report: &Report<'a>, wanted: impl Fn(&Judgement) -> bool) -> Self {
        let mut all = Self {
            entries: Vec::new(),
            procedures: Vec::new(),
        };
        let (mut known, mut letters) = (HashMap::new(), HashMap::new());
        let mut placed: HashSet<(usize, String)> = HashSet::new();
        for one in report.shown().filter(|one| wanted(one)) {
            let position = *known.entry(sameness(one)).or_insert_with(|| {
                let procedure = all.procedure(&one.fix, &mut letters);
                all.entries.push(Entry::of(one, procedure));
                all.entries.len() - 1
            });
            let Some(entry) = all.entries.get_mut(position) else {
                continue;
            };
            let place = place(one);
            if placed.insert((position, place.clone())) {
                entry.places.push(place);
            }
            entry.hit(&one.effects);
        }
        all
    }

    /// Those of a section.
    pub(super) fn of_section(&self, section: Section) -> impl Iterator<Item = &Entry<'a>> {
        let own = move |entry: &&Entry<'a>| section == Section::of(entry.one);
        self.entries.iter().filter(own)
    }

    fn procedure(
        &mut self,
        fix: &'a Fix,
        letters: &mut HashMap<Words<'a>, usize>,
    ) -> Option<usize> {
        if fix.steps.is_empty() && fix.restart.is_empty() && fix.cautions.is_empty() {
            return None;
        }
        let position = *letters.entry(words(fix)).or_insert_with(|| {
            self.procedures.push(fix);
            self.procedures.len() - 1
        });
        Some(position)
    }
}

impl<'a> Entry<'a> {
    fn of(one: &'a Judgement, procedure: Option<usize>) -> Self {
        Self {
            one,
            places: Vec::new(),
            effects: Vec::new(),
            procedure,
        }
    }

    /// At another place the same fault may hit others, or harder.
    fn hit(&mut self, effects: &[Effect]) {
        for effect in effects {
            let mut known = self.effects.iter_mut();
            match known.find(|known| known.who == effect.who) {
                Some(known) => known.outcome = known.outcome.max(effect.outcome),
                None => self.effects.push(*effect),
            }
        }
    }
}

impl Section {
    /// Where it is told.
    pub(super) fn of(one: &Judgement) -> Self {
        match (one.status, one.severity) {
            (Status::Fail, Severity::Info) => Self::Notes,
            (Status::Fail, _) => Self::Findings,
            (Status::Unknown, _) => Self::Unknown,
            (Status::Pass, _) => Self::Passed,
            (Status::NotApplicable, _) => Self::NotApplicable,
        }
    }
}

fn sameness(one: &Judgement) -> Sameness<'_> {
    let waived = |waived: &Waived| waived.expires;
    let accepted = one.waived.as_ref();
    let accepted = accepted.map(|one| (one.reason.as_str(), waived(one)));
    (
        (one.rule.id, one.status, one.severity),
        (accepted, &one.message),
        (&one.fix.summary, words(&one.fix)),
    )
}

fn words(fix: &Fix) -> Words<'_> {
    (&fix.steps, &fix.restart, &fix.cautions)
}

//! Findings gathered for reading: the same fault at several places is told once.

use std::collections::HashMap;

use super::phrase;
use crate::audit::effect::Effect;
use crate::audit::fix::Fix;
use crate::audit::rule::{Owner, Severity};
use crate::audit::{Judgement, Status, Waived};

/// A fault with every place that it was found in.
pub(super) struct Gathered<'a> {
    /// The first of those that say the same.
    pub(super) one: &'a Judgement,
    /// Each place once, in the order of the judgements; never empty.
    pub(super) places: Vec<Found<'a>>,
    /// Who is hit at any of the places, by the worst that hits them.
    pub(super) effects: Vec<Effect>,
}

/// A place with the judgements that found the fault there.
pub(super) struct Found<'a> {
    /// In words, fit to show.
    pub(super) text: String,
    /// Never empty: a port with two certificates may have a fault twice.
    pub(super) judgements: Vec<&'a Judgement>,
}

/// A part of the list of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Errors and warnings.
    Findings,
    /// What is merely worth knowing.
    Notes,
    /// For want of evidence.
    Unknown,
    /// Nothing wrong.
    Passed,
    /// Nothing to say.
    NotApplicable,
}

/// Gathers judgements that say the same and are mended alike, in the order in which each is met first.
pub(super) fn gather<'a>(judgements: impl Iterator<Item = &'a Judgement>) -> Vec<Gathered<'a>> {
    let mut all: Vec<Gathered<'a>> = Vec::new();
    let mut alike = HashMap::new();
    let mut known: HashMap<(usize, String), usize> = HashMap::new();
    for one in judgements {
        let key = (Mending::of(one), one.message.as_str());
        let position = *alike.entry(key).or_insert(all.len());
        if position == all.len() {
            all.push(Gathered::new(one));
        }
        let place = phrase::place(one);
        let entry = &mut all[position];
        let spot = known
            .entry((position, place.clone()))
            .or_insert(entry.places.len());
        entry.add(one, *spot, place);
    }
    all
}

/// What judgements have in common that break the same rule and are mended by the same people in the same way.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Mending<'a>(
    &'static str,
    Status,
    Severity,
    Owner,
    Option<&'a Waived>,
    &'a Fix,
);

impl<'a> Mending<'a> {
    /// That of a judgement.
    pub(super) fn of(one: &'a Judgement) -> Self {
        Self(
            one.rule.id,
            one.status,
            one.severity,
            one.owner,
            one.waived.as_ref(),
            &one.fix,
        )
    }
}

impl<'a> Gathered<'a> {
    fn new(one: &'a Judgement) -> Self {
        Self {
            one,
            places: Vec::new(),
            effects: Vec::new(),
        }
    }

    fn add(&mut self, one: &'a Judgement, spot: usize, text: String) {
        match self.places.get_mut(spot) {
            Some(found) => found.judgements.push(one),
            None => self.places.push(Found {
                text,
                judgements: vec![one],
            }),
        }
        for effect in &one.effects {
            let mut known = self.effects.iter_mut();
            match known.find(|known| known.who == effect.who) {
                Some(known) => known.outcome = known.outcome.max(effect.outcome),
                None => self.effects.push(*effect),
            }
        }
    }

    /// "imp1 sip (5061); imp2".
    pub(super) fn where_found(&self) -> String {
        let texts: Vec<&str> = self
            .places
            .iter()
            .map(|found| found.text.as_str())
            .collect();
        texts.join("; ")
    }
}

impl Section {
    /// Where a judgement is listed.
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

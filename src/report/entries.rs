//! Findings for a page to read: gathered, and each list of steps once, under a letter.

use std::collections::HashMap;

use super::Report;
use super::gathered::{Gathered, Section, gather};
use crate::audit::Judgement;
use crate::audit::fix::Fix;

/// What is told, those that hurt most first.
pub(super) struct Entries<'a> {
    /// A finding each.
    pub(super) entries: Vec<Entry<'a>>,
    /// Lists of steps in the order in which findings first need them.
    pub(super) procedures: Vec<&'a Fix>,
}

/// A finding with every place that it was found in.
pub(super) struct Entry<'a> {
    /// What and where.
    pub(super) told: Gathered<'a>,
    /// Which list of steps mends it; `None` when there are none.
    pub(super) procedure: Option<usize>,
}

/// What makes two lists of steps the same.
type Words<'a> = (&'a [String], &'a [String], &'a [String]);

impl<'a> Entries<'a> {
    /// Gathers what is listed and wanted.
    pub(super) fn of(report: &Report<'a>, wanted: impl Fn(&Judgement) -> bool) -> Self {
        let mut all = Self {
            entries: Vec::new(),
            procedures: Vec::new(),
        };
        let mut letters = HashMap::new();
        for told in gather(report.shown().filter(|one| wanted(one))) {
            let procedure = all.procedure(&told.one.fix, &mut letters);
            all.entries.push(Entry { told, procedure });
        }
        all
    }

    /// Those of a section.
    pub(super) fn of_section(&self, section: Section) -> impl Iterator<Item = &Entry<'a>> {
        let own = move |entry: &&Entry<'a>| section == Section::of(entry.told.one);
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
        let words = (&*fix.steps, &*fix.restart, &*fix.cautions);
        let position = *letters.entry(words).or_insert_with(|| {
            self.procedures.push(fix);
            self.procedures.len() - 1
        });
        Some(position)
    }
}

//! What became of findings, the same thing at several places told once.

use std::collections::BTreeMap;

use super::super::phrase::place_of;
use crate::diff::{Difference, FindingChange, FindingFate};

/// The same thing at several places.
pub(super) struct Entry<'a> {
    /// One of them.
    pub(super) one: &'a FindingChange<'a>,
    /// All places, in the order in which they are told, each once.
    pub(super) places: Vec<String>,
}

/// The changes of one fate, the same ones at several places told once.
pub(super) fn entries<'a>(diff: &'a Difference<'a>, fate: FindingFate) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut known = BTreeMap::new();
    for change in diff.findings.iter().filter(|change| change.fate == fate) {
        let one = change.finding;
        let waived = one.waived.as_ref().map(|waived| &waived.reason);
        // Of what is merely listed, how it looked at each place is not told.
        let message = is_told_in_full(fate).then_some(&one.message);
        let key = (&one.rule, one.severity, waived, message, &change.why);
        let index = *known.entry(key).or_insert(entries.len());
        if index == entries.len() {
            entries.push(Entry {
                one: change,
                places: Vec::new(),
            });
        }
        let place = place_of(one.node.as_deref(), one.service.as_deref(), one.port);
        let places = &mut entries[index].places;
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    entries
}

/// What somebody has to act upon.
pub(super) fn is_told_in_full(fate: FindingFate) -> bool {
    matches!(
        fate,
        FindingFate::New | FindingFate::Worse | FindingFate::NoLongerWaived
    )
}

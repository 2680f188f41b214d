//! Installations that several lines share, each told once under a letter.

use std::collections::HashMap;

use crate::plan::{Installation, Line, Plan};
use crate::report::phrase::letter;

/// Installations in the order in which lines need them.
pub(super) struct Installations<'a> {
    /// Each with the lines that use it.
    pub(super) lists: Vec<(&'a Installation, Vec<&'a Line<'a>>)>,
    /// By the id of a line.
    places: HashMap<&'a str, usize>,
}

impl<'a> Installations<'a> {
    /// Of the lines that are ordered.
    pub(super) fn of(plan: &'a Plan<'a>) -> Self {
        let (mut lists, mut places) = (Vec::<(_, Vec<_>)>::new(), HashMap::new());
        let mut known = HashMap::new();
        for line in plan.orders() {
            let own = &line.installation;
            let place = *known.entry(texts(own)).or_insert(lists.len());
            if place == lists.len() {
                lists.push((own, Vec::new()));
            }
            lists[place].1.push(line);
            places.insert(&*line.id, place);
        }
        Self { lists, places }
    }

    /// The letter of a line's installation; `None` when it is not ordered.
    pub(super) fn letter_of(&self, line: &Line<'_>) -> Option<String> {
        self.places.get(&*line.id).copied().map(letter)
    }
}

/// What to restart, a line each: the services alone where the installation is for one node, else node by node.
pub(super) fn restarts(installation: &Installation) -> Vec<String> {
    match installation.restarts.as_slice() {
        [only] => vec![only.services.join(", then ")],
        several => several
            .iter()
            .map(|one| format!("{}: {}", one.node, one.services.join(", then ")))
            .collect(),
    }
}

/// What makes two of them one. The node does not matter where there is but one.
fn texts(of: &Installation) -> [Vec<String>; 4] {
    [
        of.steps.clone(),
        restarts(of),
        of.afterwards.clone(),
        of.cautions.clone(),
    ]
}

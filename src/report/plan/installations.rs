//! Installations that several lines share, each told once under a letter.

use crate::plan::{Installation, Line, Plan};
use crate::report::phrase::letter;

/// Installations in the order in which lines need them.
pub(super) struct Installations<'a> {
    /// Each with the lines that use it.
    pub(super) lists: Vec<(&'a Installation, Vec<&'a Line<'a>>)>,
}

impl<'a> Installations<'a> {
    /// Of the lines that are ordered.
    pub(super) fn of(plan: &'a Plan<'a>) -> Self {
        let mut lists: Vec<(&Installation, Vec<&Line<'_>>)> = Vec::new();
        for line in plan.orders() {
            let own = &line.installation;
            match lists.iter_mut().find(|(known, _)| is_same(known, own)) {
                Some((_, lines)) => lines.push(line),
                None => lists.push((own, vec![line])),
            }
        }
        Self { lists }
    }

    /// The letter of a line's installation; `None` when it is not ordered.
    pub(super) fn letter_of(&self, line: &Line<'_>) -> Option<String> {
        let with = |(_, lines): &(&Installation, Vec<&Line<'_>>)| {
            lines.iter().any(|known| known.id == line.id)
        };
        self.lists.iter().position(with).map(letter)
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

/// The node does not matter where there is but one.
fn is_same(one: &Installation, other: &Installation) -> bool {
    let texts = |of: &Installation| {
        (
            of.steps.clone(),
            restarts(of),
            of.afterwards.clone(),
            of.cautions.clone(),
        )
    };
    texts(one) == texts(other)
}

//! The steps that findings refer to, each list told once.

use super::super::phrase::letter;
use super::ink::{Ink, Paint};
use crate::audit::fix::Fix;
use crate::text::escape;

/// Lists of steps, in the order in which findings first need them.
#[derive(Default)]
pub(super) struct Procedures<'a> {
    lists: Vec<&'a Fix>,
}

impl<'a> Procedures<'a> {
    /// The letter of a list of steps; `None` when there are none.
    pub(super) fn letter(&mut self, fix: &'a Fix) -> Option<String> {
        if fix.steps.is_empty() && fix.restart.is_empty() && fix.cautions.is_empty() {
            return None;
        }
        let same = |known: &&Fix| {
            (&known.steps, &known.restart, &known.cautions)
                == (&fix.steps, &fix.restart, &fix.cautions)
        };
        let position = self.lists.iter().position(same).unwrap_or_else(|| {
            self.lists.push(fix);
            self.lists.len() - 1
        });
        Some(letter(position))
    }
}

/// Draws them.
pub(super) fn draw(procedures: &Procedures<'_>, ink: &Ink) -> String {
    if procedures.lists.is_empty() {
        return String::new();
    }
    let mut out = ink.rule() + &ink.paint(Paint::Strong, "Steps") + "\n\n";
    for (position, fix) in procedures.lists.iter().enumerate() {
        out += &list(&letter(position), fix, ink);
    }
    out + &ink.rule()
}

fn list(letter: &str, fix: &Fix, ink: &Ink) -> String {
    let mut out = String::new();
    for (number, step) in fix.steps.iter().enumerate() {
        out += &ink.wrap(
            &format!("  {:<8} ", format!("{letter}{}", number + 1)),
            &escape(step),
        );
    }
    if !fix.restart.is_empty() {
        out += &ink.wrap("  restart  ", &escape(&fix.restart.join(", then ")));
    }
    for caution in &fix.cautions {
        out += &ink.wrap("  mind     ", &escape(caution));
    }
    out + "\n"
}

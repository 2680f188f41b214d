//! The steps that findings refer to, each list told once.

use super::super::phrase::letter;
use super::ink::{Ink, Paint};
use crate::audit::fix::Fix;
use crate::text::escape;

/// Draws them.
pub(super) fn draw(procedures: &[&Fix], ink: &Ink) -> String {
    if procedures.is_empty() {
        return String::new();
    }
    let mut out = ink.rule() + &ink.paint(Paint::Strong, "Steps") + "\n\n";
    for (position, fix) in procedures.iter().enumerate() {
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

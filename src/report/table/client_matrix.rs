//! Who will see what.

use super::super::{Report, phrase};
use super::ink::{Ink, Paint};
use crate::audit::effect::Outcome;

/// Draws the matrix; nothing where nobody connects (signing requests).
pub(super) fn draw(report: &Report<'_>, ink: &Ink) -> String {
    if report.summary.clients.is_empty() && report.summary.peers.is_empty() {
        return String::new();
    }
    let mut table = ink.table();
    for outcome in report.summary.clients.iter().chain(&report.summary.peers) {
        let seen = phrase::outcome(outcome.outcome);
        table.add_row(vec![
            ink.cell(Paint::Strong, phrase::who(outcome.who)),
            ink.cell(colour(outcome.outcome), seen),
            ink.cell(Paint::Strong, phrase::causes(report, outcome)),
        ]);
    }
    ink.paint(Paint::Strong, "Who will see what") + "\n" + &Ink::lay_out(&table) + "\n"
}

fn colour(outcome: Outcome) -> Paint {
    match outcome {
        Outcome::Trusted => Paint::Good,
        Outcome::Unknown | Outcome::Degraded | Outcome::Prompt => Paint::Doubtful,
        Outcome::PromptEverySession
        | Outcome::MraFails
        | Outcome::FederationFails
        | Outcome::Blocked => Paint::Bad,
    }
}

//! Who will see what.

use super::super::Report;
use super::ink::{Ink, Paint};
use crate::audit::effect::{Outcome, Who};
use crate::audit::{ClientOutcome, Judgement};
use crate::deployment::Client;
use crate::text::escape;

/// More causes than this are counted, not named.
const NAMED_CAUSES: usize = 3;

/// Draws the matrix; nothing where nobody connects (signing requests).
pub(super) fn draw(report: &Report<'_>, ink: &Ink) -> String {
    if report.summary.clients.is_empty() && report.summary.peers.is_empty() {
        return String::new();
    }
    let mut table = ink.table();
    for outcome in report.summary.clients.iter().chain(&report.summary.peers) {
        let (words, paint) = seen(outcome);
        table.add_row(vec![
            ink.cell(Paint::Strong, name(outcome.who)),
            ink.cell(paint, words),
            ink.cell(Paint::Strong, causes(report, outcome)),
        ]);
    }
    ink.paint(Paint::Strong, "Who will see what") + "\n" + &Ink::lay_out(&table) + "\n"
}

fn name(who: Who) -> &'static str {
    match who {
        Who::Client(Client::Windows) => "Jabber for Windows",
        Who::Client(Client::Mac) => "Jabber for Mac",
        Who::Client(Client::Ios) => "Jabber for iPhone, iPad",
        Who::Client(Client::Android) => "Jabber for Android",
        Who::Expressway => "Outside, over MRA",
        Who::Federation => "Federation partners",
        Who::Servers => "Other servers",
    }
}

fn seen(outcome: &ClientOutcome) -> (&'static str, Paint) {
    match outcome.outcome {
        Outcome::Trusted => ("trusted", Paint::Good),
        Outcome::Unknown => ("unknown", Paint::Doubtful),
        Outcome::Degraded => ("degraded", Paint::Doubtful),
        Outcome::Prompt => ("prompt, once", Paint::Doubtful),
        Outcome::PromptEverySession => ("prompt, every session", Paint::Bad),
        Outcome::MraFails => ("fails, without a prompt", Paint::Bad),
        Outcome::FederationFails => ("federation fails", Paint::Bad),
        Outcome::Blocked => ("blocked", Paint::Bad),
    }
}

fn causes(report: &Report<'_>, outcome: &ClientOutcome) -> String {
    let judgements = &report.audit.judgements;
    let judged = outcome
        .because
        .iter()
        .filter_map(|id| judgements.iter().find(|one| one.id == *id));
    let mut named: Vec<String> = Vec::new();
    for cause in judged.map(cause) {
        if !named.contains(&cause) {
            named.push(cause);
        }
    }
    let more = named.len().saturating_sub(NAMED_CAUSES);
    named.truncate(NAMED_CAUSES);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named.join(", ")
}

fn cause(one: &Judgement) -> String {
    match &one.place.node {
        Some(node) => format!("{} on {}", one.rule.id, escape(node)),
        None => one.rule.id.to_owned(),
    }
}

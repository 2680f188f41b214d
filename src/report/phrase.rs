//! Words that several formats say alike: where, who is hit and how, how many.

use std::collections::HashSet;

use super::{Answer, Report};
use crate::audit::effect::{Effect, Outcome, Who};
use crate::audit::{ClientOutcome, Judgement, Readiness, Summary};
use crate::deployment::Client;
use crate::text::escape;

/// "imp1 xmpp-client (5222)", "imp1", or "the deployment"; fit to show.
pub(super) fn place(one: &Judgement) -> String {
    let (node, service) = (one.place.node.as_deref(), one.place.service.as_deref());
    place_of(node, service, one.place.port)
}

/// The same from its parts, fit to show.
pub(super) fn place_of(node: Option<&str>, service: Option<&str>, port: Option<u16>) -> String {
    match (node.map(escape), service.map(escape), port) {
        (Some(node), Some(service), Some(port)) => format!("{node} {service} ({port})"),
        (Some(node), ..) => node.into_owned(),
        (None, ..) => "the deployment".to_owned(),
    }
}

/// "prompt: windows, mac; mra-fails: expressway", the worst first.
pub(super) fn effects(effects: &[Effect]) -> String {
    let mut outcomes: Vec<Outcome> = effects.iter().map(|effect| effect.outcome).collect();
    outcomes.sort_unstable();
    outcomes.dedup();
    let parts = outcomes.iter().rev().map(|outcome| {
        let who: Vec<&str> = effects
            .iter()
            .filter(|effect| effect.outcome == *outcome)
            .map(|effect| effect.who.name())
            .collect();
        format!("{}: {}", outcome.name(), who.join(", "))
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Who connects, as a title: "Jabber for Windows".
pub(super) fn who(who: Who) -> &'static str {
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

/// What they see: "prompt, once".
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Trusted => "trusted",
        Outcome::Unknown => "unknown",
        Outcome::Degraded => "degraded",
        Outcome::Prompt => "prompt, once",
        Outcome::PromptEverySession => "prompt, every session",
        Outcome::MraFails => "fails, without a prompt",
        Outcome::FederationFails => "federation fails",
        Outcome::Blocked => "blocked",
    }
}

/// The answer in capitals: "NOT READY".
pub(super) fn verdict(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "READY",
        Readiness::NotReady => "NOT READY",
        Readiness::Unknown => "UNKNOWN",
    }
}

/// "2 of 5 deployments ready".
pub(super) fn how_many_ready(answers: &[Answer]) -> String {
    let ready = answers
        .iter()
        .filter(|answer| answer.summary.readiness == Readiness::Ready)
        .count();
    format!("{ready} of {} ready", plural(answers.len(), "deployment"))
}

/// "10 errors, 2 warnings", or "Nothing found".
pub(super) fn counts(summary: &Summary) -> String {
    let parts = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.infos, "note"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(*count, word))
        .collect();
    if parts.is_empty() {
        "Nothing found".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Where was looked: "on 7 nodes; 24 of 32 services examined", or "in 2 signing requests".
pub(super) fn scope(report: &Report<'_>) -> String {
    let (estate, summary) = (report.estate, &report.summary);
    if estate.requests.is_empty() {
        return format!(
            "on {}; {} of {} examined",
            plural(estate.nodes.len(), "node"),
            summary.examined,
            plural(summary.services, "service"),
        );
    }
    let requests = plural(estate.requests.len(), "signing request");
    let issued = estate
        .requests
        .iter()
        .filter_map(|view| view.issued.as_ref());
    match issued.map(Vec::len).sum::<usize>() {
        0 => format!("in {requests}"),
        count => format!(
            "in {requests}, compared with {}",
            plural(count, "certificate")
        ),
    }
}

/// More causes than this are counted, not named.
const NAMED_CAUSES: usize = 3;

/// What brings an outcome about: "chain-self-signed on cucm-sub, and 4 more".
pub(super) fn causes(report: &Report<'_>, outcome: &ClientOutcome) -> String {
    let mut named: Vec<String> = causing(report, outcome)
        .into_iter()
        .map(|(cause, _)| cause)
        .collect();
    let more = named.len().saturating_sub(NAMED_CAUSES);
    named.truncate(NAMED_CAUSES);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named.join(", ")
}

/// Each cause of an outcome once, in the order of the judgements: "chain-self-signed on cucm-sub", and the first judgement
/// that is one.
pub(super) fn causing<'a>(
    report: &Report<'a>,
    outcome: &ClientOutcome,
) -> Vec<(String, &'a Judgement)> {
    let because: HashSet<&str> = outcome.because.iter().map(String::as_str).collect();
    let judgements = report.audit.judgements.iter();
    let mut told = HashSet::new();
    judgements
        .filter(|one| because.contains(one.id.as_str()))
        .map(|one| (cause(one), one))
        .filter(|(cause, _)| told.insert(cause.clone()))
        .collect()
}

fn cause(one: &Judgement) -> String {
    match &one.place.node {
        Some(node) => format!("{} on {}", one.rule.id, escape(node)),
        None => one.rule.id.to_owned(),
    }
}

/// Says so when only the findings of some teams are told.
pub(super) fn owners(report: &Report<'_>) -> Option<String> {
    if report.owners.is_empty() {
        return None;
    }
    let names: Vec<&str> = report.owners.iter().map(|owner| owner.name()).collect();
    let told = report.audit.judgements.iter().filter(|one| one.counts());
    let (own, all) = told.fold((0, 0), |(own, all), one| {
        (own + usize::from(report.is_of_owner(one)), all + 1)
    });
    Some(format!(
        "Only what {} usually mends is listed: {own} of {}.",
        names.join(" or "),
        plural(all, "finding")
    ))
}

/// A, B, ... Z, AA, AB, ...
pub(super) fn letter(position: usize) -> String {
    let last = char::from(b'A' + u8::try_from(position % 26).unwrap_or(0));
    if position < 26 {
        last.to_string()
    } else {
        letter(position / 26 - 1) + &last.to_string()
    }
}

/// "1 node", "2 nodes".
pub(super) fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// That names and signatures are not the deployment's, and what could not be kept; nothing for evidence as collected.
pub(super) fn redaction(report: &Report<'_>) -> Vec<String> {
    let Some(mark) = report.estate.redacted else {
        return Vec::new();
    };
    let first = "REDACTED: names, addresses, keys and signatures were replaced; none of them are the deployment's own.";
    let notes = mark
        .notes
        .iter()
        .map(|note| format!("Not kept: {}.", escape(note)));
    std::iter::once(first.to_owned()).chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 51, 52].map(letter),
            ["A", "Z", "AA", "AZ", "BA"]
        );
    }
}

//! A judgement as a result.

use super::location;
use super::log::{Fingerprints, Message, Outcome, OutcomeProperties, Suppression};
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};
use crate::report::Origin;
use crate::report::phrase::effects;
use crate::report::story::{LONGEST, MOST_FOUND, at_most, headline, seen, waived};
use crate::text::escape;

/// One name of a certificate.
const LONGEST_NAME: usize = 255;

/// The result; `index` is the place of its rule among the rules of the run.
pub(super) fn of<'a>(one: &'a Judgement, index: Option<usize>, origin: &Origin) -> Outcome<'a> {
    Outcome {
        rule_id: one.rule.id,
        rule_index: index,
        kind: kind(one.status),
        level: level(one),
        message: Message::of(&message(one)),
        locations: [location::of(one, origin)],
        partial_fingerprints: Fingerprints {
            certaudit: &one.id,
            primary_location: format!("{}:1", one.id),
        },
        suppressions: suppression(one).into_iter().collect(),
        properties: properties(one),
    }
}

/// Section 3.27.9; "open": there was not enough to decide by.
fn kind(status: Status) -> &'static str {
    match status {
        Status::Fail => "fail",
        Status::Unknown => "open",
        Status::NotApplicable => "notApplicable",
        Status::Pass => "pass",
    }
}

/// Section 3.27.10: "none" for all but what failed.
fn level(one: &Judgement) -> &'static str {
    match one.status {
        Status::Fail => level_of(one.severity),
        _ => "none",
    }
}

/// A severity in SARIF's words.
pub(super) fn level_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What, where, seen, who is hit, the way out: it stands alone in a list.
fn message(one: &Judgement) -> String {
    let mut sentences = vec![headline(one)];
    if !one.effects.is_empty() {
        sentences.push(format!("Hits {}", effects(&one.effects)));
    }
    let text = sentences
        .iter()
        .map(|text| format!("{}.", text.trim_end_matches('.')))
        .collect::<Vec<_>>()
        .join(" ");
    if one.fix.summary.is_empty() {
        return text;
    }
    format!("{text} Fix: {}", escape(&one.fix.summary))
}

fn suppression(one: &Judgement) -> Option<Suppression> {
    Some(Suppression {
        kind: "external",
        status: "accepted",
        justification: waived(one)?,
    })
}

fn properties(one: &Judgement) -> OutcomeProperties {
    let name = |text: &String| at_most(LONGEST_NAME, &escape(text));
    let more = one.found.len().saturating_sub(MOST_FOUND);
    let more = (more > 0).then(|| format!("and {more} more"));
    let effects = one.effects.iter();
    OutcomeProperties {
        owner: one.owner.name(),
        severity: one.severity.name(),
        effects: effects
            .map(|effect| (effect.who.name(), effect.outcome.name()))
            .collect(),
        certificate: one.place.certificate.map(|digest| digest.to_string()),
        expected: one.expected.as_deref().map(seen),
        found: one
            .found
            .iter()
            .take(MOST_FOUND)
            .map(name)
            .chain(more)
            .collect(),
    }
}

/// How much of the result is not our own words, at most.
pub(super) fn foreign_bytes(one: &Judgement) -> usize {
    let waived = one.waived.as_ref().map_or(0, |waived| waived.reason.len());
    let names = one.found.iter().take(MOST_FOUND);
    let names: usize = names.map(|name| name.len().min(4 * LONGEST_NAME)).sum();
    let texts = [
        one.message.len(),
        one.expected.as_ref().map_or(0, String::len),
        one.place.node.as_ref().map_or(0, String::len),
        waived,
    ];
    let texts = texts.map(|length| length.min(4 * LONGEST));
    names + texts.iter().sum::<usize>()
}

//! Whether the redacted evidence is judged as the original is: the same rules say the same of the same services.

use std::collections::BTreeMap;

use super::super::Failure;
use super::super::judge::moment;
use crate::audit::estate::Estate;
use crate::audit::rule::Severity;
use crate::audit::{Context, Judgement, Status, Summary, run};
use crate::deployment::Deployment;
use crate::evidence::Evidence;
use crate::rules::RULES;
use crate::trust::DeviceTrust;

/// What is judged: what should be there, what was seen, what the devices trust.
pub(super) type Case<'a> = (&'a Deployment, &'a Evidence, &'a DeviceTrust);

/// A judgement without names: rule, place of the node in the file, service and port, what was said, how grave.
type Key = (
    &'static str,
    Option<usize>,
    Option<String>,
    Option<u16>,
    Status,
    Severity,
);

/// What the rules say.
struct Said {
    counts: BTreeMap<Key, usize>,
    verdict: &'static str,
    clients: Vec<(&'static str, &'static str)>,
}

/// The differences in sentences, each rule once; none when both are judged alike.
pub(super) fn differences(original: Case<'_>, redacted: Case<'_>) -> Result<Vec<String>, Failure> {
    let (before, after) = (Said::of(original)?, Said::of(redacted)?);
    let mut changed: BTreeMap<&str, usize> = BTreeMap::new();
    for key in before.counts.keys().chain(after.counts.keys()) {
        if before.counts.get(key) != after.counts.get(key) {
            *changed.entry(key.0).or_default() += 1;
        }
    }
    let mut out: Vec<String> = changed
        .keys()
        .map(|rule| {
            format!("the rule {rule} does not say the same of the redacted evidence everywhere")
        })
        .collect();
    if before.verdict != after.verdict {
        out.push(format!(
            "the verdict: {} of the original, {} of the redacted evidence",
            before.verdict, after.verdict
        ));
    }
    if before.clients != after.clients {
        out.push("what each client sees differs in the redacted evidence".to_owned());
    }
    Ok(out)
}

impl Said {
    fn of((deployment, evidence, trust): Case<'_>) -> Result<Self, Failure> {
        let at = moment(None, evidence)?;
        let estate = Estate::join(deployment, evidence, trust, at);
        let audit = run(RULES, &estate, &Context { at });
        let summary = Summary::of(&audit, &estate);
        let mut counts = BTreeMap::new();
        for one in &audit.judgements {
            *counts.entry(key(one, &estate)).or_default() += 1;
        }
        let both = summary.clients.iter().chain(&summary.peers);
        Ok(Self {
            counts,
            verdict: summary.readiness.name(),
            clients: both
                .map(|one| (one.who.name(), one.outcome.name()))
                .collect(),
        })
    }
}

fn key(one: &Judgement, estate: &Estate<'_>) -> Key {
    let node = one.place.node.as_deref();
    let place = node.and_then(|name| estate.place_of(name));
    (
        one.rule.id,
        place,
        one.place.service.clone(),
        one.place.port,
        one.status,
        one.severity,
    )
}

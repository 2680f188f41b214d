//! Findings that are new, gone, or still there.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::reading::{Finding, Snapshot};
use super::scope::{Fate, Scope};
use crate::audit::Status;
use crate::audit::effect::Outcome;

/// What became of a finding, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingFate {
    /// It was not there, or it was not known.
    New,
    /// It was there, less grave or with milder effects.
    Worse,
    /// A waiver accepted it, and does no longer.
    NoLongerWaived,
    /// It could be judged, or was not asked, and is not known now.
    NewQuestion,
    /// It was there, and is not known now.
    NoLongerKnown,
    /// It was there, and its node or service is no longer part of the deployment.
    Removed,
    /// It was there, and what it was about was looked at: mended.
    Gone,
    /// It was not known, and nothing was found.
    Answered,
    /// It was there, and a waiver accepts it now.
    NewlyWaived,
    /// It is as it was.
    Still,
}

/// What became of one finding.
#[derive(Debug)]
pub struct FindingChange<'a> {
    /// What became of it.
    pub fate: FindingFate,
    /// As the newer report has it, or else the older one.
    pub finding: &'a Finding,
    /// As the older report had it, where both have it.
    pub was: Option<&'a Finding>,
    /// Why it is so, where that is not plain.
    pub why: Option<String>,
}

impl FindingFate {
    /// Every fate, in the order in which they are told.
    pub const ALL: [Self; 10] = [
        Self::New,
        Self::Worse,
        Self::NoLongerWaived,
        Self::NewQuestion,
        Self::NoLongerKnown,
        Self::Removed,
        Self::Gone,
        Self::Answered,
        Self::NewlyWaived,
        Self::Still,
    ];

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::NoLongerWaived => "no-longer-waived",
            Self::NewQuestion => "new-question",
            Self::NoLongerKnown => "no-longer-known",
            Self::Removed => "removed",
            Self::Gone => "gone",
            Self::Answered => "answered",
            Self::NewlyWaived => "newly-waived",
            Self::Still => "still",
        }
    }
}

impl FindingChange<'_> {
    /// Whether it is a change for the worse that no waiver accepts.
    pub fn counts(&self) -> bool {
        let worse = matches!(
            self.fate,
            FindingFate::New | FindingFate::Worse | FindingFate::NoLongerWaived
        );
        worse && self.finding.waived.is_none()
    }
}

/// What became of every finding and open question of two reports, in the order in which it is told.
pub(super) fn compare<'a>(old: &'a Snapshot, new: &'a Snapshot) -> Vec<FindingChange<'a>> {
    let (before, after) = (by_id(old), by_id(new));
    let (scope, back) = (Scope::of(old, new), super::scope::rules(old));
    let mut all: Vec<FindingChange<'_>> = Vec::new();
    for (id, finding) in &after {
        let was = before.get(id).copied().filter(|one| is_finding(one));
        let unasked = old.rules.is_some() && !back.contains(&*finding.rule);
        all.extend(present(finding, was, unasked));
    }
    for (id, finding) in before {
        let now = after.get(id).copied();
        if is_finding(finding) && !now.is_some_and(is_finding) {
            all.push(absent(finding, now, &scope));
        }
    }
    all.sort_by_cached_key(|change| {
        let one = change.finding;
        let place = (one.node.clone(), one.port, one.service.clone());
        let name = (one.rule.clone(), one.id.clone());
        (change.fate, Reverse(one.severity), place, name)
    });
    all
}

/// By their names; of two with one name the graver.
fn by_id(report: &Snapshot) -> BTreeMap<&str, &Finding> {
    let gravity = |one: &Finding| (Reverse(one.status), one.waived.is_none(), one.severity);
    let mut all: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in &report.findings {
        let known = all.entry(&finding.id).or_insert(finding);
        if gravity(finding) > gravity(known) {
            *known = finding;
        }
    }
    all
}

fn is_finding(one: &Finding) -> bool {
    matches!(one.status, Status::Fail | Status::Unknown)
}

/// Of what the newer report says; nothing of what passed there.
fn present<'a>(
    finding: &'a Finding,
    was: Option<&'a Finding>,
    unasked: bool,
) -> Option<FindingChange<'a>> {
    let unasked = unasked.then(|| "before, the rule did not run".to_owned());
    let (fate, why) = match (was.map(|one| one.status), finding.status) {
        (_, Status::Pass | Status::NotApplicable) => return None,
        (Some(Status::Fail), Status::Fail) => became(finding, was?),
        (Some(_), Status::Fail) => (
            FindingFate::New,
            Some("before, it was not known".to_owned()),
        ),
        (None, Status::Fail) => (FindingFate::New, unasked),
        (Some(Status::Fail), Status::Unknown) => {
            (FindingFate::NoLongerKnown, Some(finding.message.clone()))
        }
        (Some(_), Status::Unknown) => (FindingFate::Still, None),
        (None, Status::Unknown) => (FindingFate::NewQuestion, unasked),
    };
    Some(FindingChange {
        fate,
        finding,
        was,
        why,
    })
}

/// Both failed.
fn became(finding: &Finding, was: &Finding) -> (FindingFate, Option<String>) {
    match (&was.waived, &finding.waived) {
        (Some(waived), None) => {
            let why = format!("before, a waiver accepted it: {}", waived.reason);
            return (FindingFate::NoLongerWaived, Some(why));
        }
        (None, Some(_)) => return (FindingFate::NewlyWaived, None),
        _ => {}
    }
    if finding.severity > was.severity {
        let why = format!("before, it was of severity {}", was.severity.name());
        return (FindingFate::Worse, Some(why));
    }
    match worse_effect(finding, was) {
        Some(why) => (FindingFate::Worse, Some(why)),
        None => (FindingFate::Still, None),
    }
}

/// Whom it hits harder than before. Words that this program does not know are not compared.
fn worse_effect(finding: &Finding, was: &Finding) -> Option<String> {
    let mut before: BTreeMap<&str, Outcome> = BTreeMap::new();
    for one in &was.effects {
        let outcome = Outcome::named(&one.outcome)?;
        let known = before.entry(&one.who).or_insert(outcome);
        *known = outcome.max(*known);
    }
    finding.effects.iter().find_map(|one| {
        let outcome = Outcome::named(&one.outcome)?;
        let known = before.get(&*one.who).copied();
        let known = known.unwrap_or(Outcome::Trusted);
        let text = || format!("{}: before {}, now {}", one.who, known.name(), one.outcome);
        (outcome > known).then(text)
    })
}

/// Of what only the older report has.
fn absent<'a>(was: &'a Finding, now: Option<&'a Finding>, scope: &Scope<'_>) -> FindingChange<'a> {
    let settled = if was.status == Status::Fail {
        FindingFate::Gone
    } else {
        FindingFate::Answered
    };
    // With --all the newer report has it, as passed or as not applicable.
    let (fate, why) = match now {
        Some(now) => (
            settled,
            Some(now.message.clone()).filter(|why| !why.is_empty()),
        ),
        None => match scope.fate(was) {
            Fate::Judged => (settled, None),
            Fate::Removed(why) => (FindingFate::Removed, Some(why)),
            Fate::NotLookedAt(why) => (FindingFate::NoLongerKnown, Some(why)),
        },
    };
    FindingChange {
        fate,
        finding: was,
        was: None,
        why,
    }
}

//! Judging an estate, or signing requests: every rule on every subject it takes, in a fixed order. A rule cannot return an error, and one that
//! panics becomes its own `unknown`.

pub mod effect;
mod engine;
pub mod estate;
pub mod fix;
pub mod request;
pub mod rule;
pub mod subject;
mod summary;
pub mod verdict;
pub mod waiver;

#[cfg(test)]
pub mod testing;

use std::collections::HashMap;

use crate::certificate::Digest;
use crate::source::Citation;
use effect::Effect;
use fix::Fix;
use rule::{Owner, Rule, Severity};

pub use engine::{findings, run};
pub use rule::Context;
pub use summary::{ClientOutcome, Readiness, Summary};

/// Everything that was judged.
#[derive(Debug)]
pub struct Audit {
    /// The moment as of which was judged: unix seconds.
    pub at: i64,
    /// The rules that ran.
    pub rules: Vec<&'static Rule>,
    /// One for each rule and subject (and name it looked for), those that hurt most first; see [`findings`].
    pub judgements: Vec<Judgement>,
    /// Places in `judgements` by the node's name.
    by_node: HashMap<String, Vec<usize>>,
}

/// Rule, subject and what was said.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Stable from run to run: the same fault has the same fingerprint (16 hex digits).
    pub id: String,
    /// The rule.
    pub rule: &'static Rule,
    /// About what.
    pub place: Place,
    /// The line of the deployment file where that stands, from 1: the node's, or that of a setting, a trunk or a waiver.
    /// `None` for the deployment as a whole.
    pub line: Option<usize>,
    /// What was said.
    pub status: Status,
    /// As grave as this case is.
    pub severity: Severity,
    /// Who usually mends it here.
    pub owner: Owner,
    /// What was seen, or why it is unknown or not applicable; empty when it passed.
    pub message: String,
    /// What was looked for.
    pub expected: Option<String>,
    /// What stands there instead.
    pub found: Vec<String>,
    /// Who is hit; empty unless it failed or is unknown.
    pub effects: Vec<Effect>,
    /// The way out; only when it failed.
    pub fix: Fix,
    /// Who says so: the rule's sources and the fix's.
    pub citations: Vec<Citation>,
    /// Accepted by a waiver.
    pub waived: Option<Waived>,
    /// Unknown only because the service showed nothing, which `probe-*` says once.
    pub follows_silence: bool,
}

/// What a judgement is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The node's name.
    pub node: Option<String>,
    /// The service's name.
    pub service: Option<String>,
    /// The service's port.
    pub port: Option<u16>,
    /// The leaf certificate.
    pub certificate: Option<Digest>,
}

/// What a rule said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The fault is there.
    Fail,
    /// It could not be judged.
    Unknown,
    /// Nothing to say here.
    NotApplicable,
    /// Nothing wrong.
    Pass,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// The end of the last day on which it holds: unix seconds.
    pub expires: Option<i64>,
}

impl Audit {
    fn new(at: i64, rules: Vec<&'static Rule>, judgements: Vec<Judgement>) -> Self {
        let mut by_node: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, one) in judgements.iter().enumerate() {
            if let Some(node) = one.place.node.as_deref() {
                match by_node.get_mut(node) {
                    Some(places) => places.push(place),
                    None => drop(by_node.insert(node.to_owned(), vec![place])),
                }
            }
        }
        Self {
            at,
            rules,
            judgements,
            by_node,
        }
    }

    /// The judgements about a node and its services, in their order.
    pub fn of_node(&self, name: &str) -> impl Iterator<Item = &Judgement> {
        let places = self.by_node.get(name).into_iter().flatten();
        places.map(|place| &self.judgements[*place])
    }
}

impl Judgement {
    /// Failed or unknown, as against passed or not applicable.
    pub fn is_finding(&self) -> bool {
        matches!(self.status, Status::Fail | Status::Unknown)
    }

    /// Failed, and no waiver accepts it.
    pub fn counts(&self) -> bool {
        self.status == Status::Fail && self.waived.is_none()
    }
}

impl Status {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not-applicable",
            Self::Pass => "pass",
        }
    }
}

//! What a check says about its subject.

use super::effect::Impact;
use super::rule::Severity;
use crate::text::cut;

/// What a rule's check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing wrong.
    Pass,
    /// The rule has nothing to say here, and why.
    NotApplicable(&'static str),
    /// It could not be judged for want of evidence, and why.
    Unknown(String),
    /// The fault is there.
    Fail(Seen),
    /// One verdict for each name or value that was looked for.
    Each(Vec<Verdict>),
    /// What a rule that looks at the whole deployment says of one node of it, by the node's name.
    OfNode(String, Box<Verdict>),
}

/// What was seen of a fault: data for people and for tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What was seen, with values; the rule's title already says what is wrong.
    pub message: String,
    /// What was looked for.
    pub expected: Option<String>,
    /// What stands there instead.
    pub found: Vec<String>,
    /// Severity where it differs from the rule's.
    pub severity: Option<Severity>,
    /// Impact where it differs from the rule's.
    pub impact: Option<Impact>,
    /// Steps for this case, before the rule's own.
    pub steps: Vec<String>,
    /// The line of the deployment file that it is about, from 1, where that is not the node's.
    pub line: Option<usize>,
}

impl Verdict {
    /// The fault is there: what was seen, with values.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::Fail(Seen::new(message))
    }

    /// It could not be judged, and why.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    /// Pass when `sound`, else the fault.
    pub fn pass_if(sound: bool, seen: impl FnOnce() -> Seen) -> Self {
        if sound {
            Self::Pass
        } else {
            Self::Fail(seen())
        }
    }

    /// One verdict for each; not applicable when there are none.
    pub fn each(verdicts: impl IntoIterator<Item = Self>, none: &'static str) -> Self {
        let verdicts: Vec<Self> = verdicts.into_iter().collect();
        if verdicts.is_empty() {
            Self::NotApplicable(none)
        } else {
            Self::Each(verdicts)
        }
    }

    /// The same, said of the node of that name.
    #[must_use]
    pub fn of_node(self, node: &str) -> Self {
        Self::OfNode(node.to_owned(), Box::new(self))
    }

    /// The single verdicts in it, in order.
    pub fn flatten(self) -> Vec<Self> {
        match self {
            Self::Each(verdicts) => verdicts.into_iter().flat_map(Self::flatten).collect(),
            Self::OfNode(node, verdict) => {
                let verdicts = verdict.flatten().into_iter();
                verdicts.map(|one| Self::of_node(one, &node)).collect()
            }
            single => vec![single],
        }
    }
}

impl From<Seen> for Verdict {
    fn from(seen: Seen) -> Self {
        Self::Fail(seen)
    }
}

impl Seen {
    /// What was seen, with values.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: cut(message.into()),
            expected: None,
            found: Vec::new(),
            severity: None,
            impact: None,
            steps: Vec::new(),
            line: None,
        }
    }

    /// What was looked for. Also tells findings of one rule on one service apart, from run to run.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// What stands there instead.
    #[must_use]
    pub fn found(mut self, found: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.found = found.into_iter().map(Into::into).collect();
        self
    }

    /// This case is graver or lighter than the rule's default.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// This case hits others than the rule's default.
    #[must_use]
    pub fn impact(mut self, impact: Impact) -> Self {
        self.impact = Some(impact);
        self
    }

    /// It is about what stands on that line of the deployment file, not about the node.
    #[must_use]
    pub fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// A step for this case, before the rule's own.
    #[must_use]
    pub fn step(mut self, step: impl Into<String>) -> Self {
        self.steps.push(cut(step.into()));
        self
    }
}

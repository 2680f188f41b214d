//! How soon a finding wants to be mended, for tickets: from its severity and from what those who are hit see.

use crate::audit::effect::Outcome;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};

/// How soon. The more urgent, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// An error by which somebody cannot connect.
    Urgent,
    /// Any other error; a warning by which somebody cannot connect.
    High,
    /// Any other warning; an error that could not be ruled out.
    Normal,
    /// A note; whatever else is not known; what a waiver accepts; what passed or did not apply.
    Low,
}

impl Priority {
    /// Of a finding.
    pub(super) fn of(one: &Judgement) -> Self {
        if one.waived.is_some() {
            return Self::Low;
        }
        let shut_out = one.effects.iter().any(|effect| is_refusal(effect.outcome));
        match (one.status, one.severity) {
            (Status::Fail, Severity::Error) if shut_out => Self::Urgent,
            (Status::Fail, Severity::Error) => Self::High,
            (Status::Fail, Severity::Warning) if shut_out => Self::High,
            (Status::Fail, Severity::Warning) | (Status::Unknown, Severity::Error) => Self::Normal,
            _ => Self::Low,
        }
    }

    /// 1 to 4.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Urgent => 1,
            Self::High => 2,
            Self::Normal => 3,
            Self::Low => 4,
        }
    }

    /// The word in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }
}

/// Nobody gets through, as against a prompt or a missing feature.
fn is_refusal(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Blocked | Outcome::MraFails | Outcome::FederationFails
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Priority;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{Scene, order};
    use crate::audit::{Judgement, Status, Waived};
    use crate::rules::RULES;

    fn finding() -> Judgement {
        let scene = Scene::new(
            "name = \"ACME\"\ndomain = \"acme.test\"\n[[node]]\nproduct = \"cucm\"\naddress = \"cucm.acme.test\"\n",
        );
        let scene = scene.present_self_signed("cucm.acme.test", "tomcat", &order("cucm.acme.test"));
        let judgements = scene.audit(RULES).judgements;
        judgements
            .into_iter()
            .find(|one| one.rule.id == "chain-self-signed")
            .unwrap()
    }

    fn of(severity: Severity, status: Status, outcome: Outcome) -> (u8, &'static str) {
        let who = Who::Expressway;
        let one = Judgement {
            severity,
            status,
            effects: vec![Effect { who, outcome }],
            ..finding()
        };
        (Priority::of(&one).number(), Priority::of(&one).name())
    }

    #[test]
    fn severity_and_effects_make_the_priority() {
        use {Outcome as O, Severity as S};
        let fail = Status::Fail;
        assert_eq!(of(S::Error, fail, O::Blocked), (1, "urgent"));
        assert_eq!(of(S::Error, fail, O::MraFails), (1, "urgent"));
        assert_eq!(of(S::Error, fail, O::FederationFails), (1, "urgent"));
        assert_eq!(of(S::Error, fail, O::PromptEverySession), (2, "high"));
        assert_eq!(of(S::Warning, fail, O::Blocked), (2, "high"));
        assert_eq!(of(S::Warning, fail, O::Prompt), (3, "normal"));
        assert_eq!(of(S::Error, Status::Unknown, O::Unknown), (3, "normal"));
        assert_eq!(of(S::Warning, Status::Unknown, O::Unknown), (4, "low"));
        assert_eq!(of(S::Info, fail, O::Degraded), (4, "low"));
        assert_eq!(of(S::Error, Status::Pass, O::Trusted), (4, "low"));
    }

    #[test]
    fn what_is_accepted_can_wait() {
        let reason = String::new();
        let waived = Some(Waived {
            reason,
            expires: None,
        });
        let one = Judgement {
            waived,
            ..finding()
        };
        assert_eq!(Priority::of(&finding()), Priority::Urgent);
        assert_eq!(Priority::of(&one), Priority::Low);
    }
}

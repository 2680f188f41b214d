//! A waiver that names no finding.

use super::scope;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::WaiverSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::audit::waiver::is_expired;
use crate::source::CERTAUDIT;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "waiver-unused",
    title: "a waiver that names no finding",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[CERTAUDIT.at("The deployment file: [[waiver]]")],
    explain: "Either what it accepted was put right, and the waiver now lies in wait for the next such fault and will hide \
              it; or it never matched, because its node or service is another one than meant, and the finding that it \
              should accept is still open.",
    fix: "Delete the waiver from the deployment file, or correct its rule, node and service.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[],
    },
    impact: Impact::NONE,
    check: Check::Waiver(check),
};

fn check(subject: &WaiverSubject<'_>, context: &Context) -> Verdict {
    let waiver = subject.waiver;
    if is_expired(waiver, context) {
        return Verdict::NotApplicable("its last day is over, which waiver-expired says");
    }
    Verdict::pass_if(subject.matched > 0, || {
        let (scope, line) = (scope(waiver), waiver.line);
        Seen::new(format!(
            "line {line} accepts {scope} (\"{}\"), and nothing of the kind was found",
            waiver.reason
        ))
        .expected(scope)
        .line(line)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::RULE;
    use crate::audit::testing::{CLUSTER, NOW, Scene};
    use crate::audit::{Judgement, Status};
    use crate::evidence::Silence;
    use crate::rules::probe;

    fn judged(node: &str, at: i64) -> Judgement {
        let file = format!(
            "{CLUSTER}[[waiver]]\nrule = \"probe-optional-closed\"\nnode = \"{node}\"\nreason = \"as planned\"\n\
             expires = 2026-11-30\n"
        );
        let scene = Scene::new(&file).silent("imp1", "sip", Silence::Refused);
        let audit = scene.at(at).audit(&[&probe::optional_closed::RULE, &RULE]);
        let mut own = audit.judgements.into_iter();
        own.find(|one| one.rule.id == RULE.id).expect("a judgement")
    }

    #[test]
    fn a_waiver_that_names_a_finding_is_used() {
        assert_eq!(judged("imp1", NOW).status, Status::Pass);
    }

    #[test]
    fn one_that_names_none_is_shown_with_its_line() {
        let finding = judged("cucm-pub", NOW);
        assert_eq!(finding.status, Status::Fail);
        assert_eq!(
            finding.expected.as_deref(),
            Some("probe-optional-closed on cucm-pub")
        );
        assert!(finding.message.starts_with("line "), "{}", finding.message);
    }

    #[test]
    fn an_expired_one_is_reported_once() {
        const MONTH: i64 = 30 * 86_400;
        assert_eq!(
            judged("cucm-pub", NOW + MONTH).status,
            Status::NotApplicable
        );
    }
}

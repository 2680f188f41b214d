//! A waiver whose last day is over.

use time::OffsetDateTime;

use super::scope;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::WaiverSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::audit::waiver::is_expired;
use crate::deployment::Waiver;
use crate::source::CERTAUDIT;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "waiver-expired",
    title: "a waiver whose last day is over",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[CERTAUDIT.at("The deployment file: [[waiver]]")],
    explain: "Somebody accepted a finding until a certain day, and that day is over: the finding counts again. This line \
              stands beside it so that an error which comes back overnight is not taken for a new fault. A waiver holds \
              to the end of its last day, in UTC.",
    fix: "Put the finding right and delete the waiver from the deployment file; or have it accepted anew and give the \
          [[waiver]] a later `expires`.",
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
    Verdict::pass_if(!is_expired(waiver, context), || {
        let (scope, line) = (scope(waiver), waiver.line);
        let consequence = match subject.matched {
            0 => "no finding is left that it names".to_owned(),
            1 => "the finding that it names counts again".to_owned(),
            many => format!("the {many} findings that it names count again"),
        };
        Seen::new(format!(
            "{scope} (line {line}, \"{}\") was accepted up to {}; {consequence}",
            waiver.reason,
            last_day(waiver)
        ))
        .expected(scope)
        .line(line)
    })
}

fn last_day(waiver: &Waiver) -> String {
    let end = waiver
        .expires
        .and_then(|end| OffsetDateTime::from_unix_timestamp(end).ok());
    end.map_or_else(|| "an unknown day".to_owned(), |end| end.date().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::RULE;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::audit::{Audit, Judgement, Status};
    use crate::rules::probe;

    /// 2026-11-30T23:59:59Z.
    const END: i64 = 1_796_083_199;

    fn audit(at: i64) -> Audit {
        let file = format!(
            "{CLUSTER}[[waiver]]\nrule = \"probe-optional-closed\"\nnode = \"imp1\"\nservice = \"sip\"\n\
             reason = \"CHG0042\"\nexpires = 2026-11-30\n"
        );
        let scene = Scene::new(&file)
            .present("imp1", "tomcat", &order("imp1.acme.test"))
            .silent("imp1", "sip", crate::evidence::Silence::Refused);
        scene.at(at).audit(&[&probe::optional_closed::RULE, &RULE])
    }

    fn of<'a>(audit: &'a Audit, id: &str) -> &'a Judgement {
        let own = |one: &&Judgement| one.rule.id == id && one.status != Status::NotApplicable;
        audit.judgements.iter().find(own).expect("a judgement")
    }

    #[test]
    fn a_waiver_holds_to_the_last_second_of_its_last_day() {
        let audit = audit(END);
        assert_eq!(of(&audit, RULE.id).status, Status::Pass);
        assert!(of(&audit, "probe-optional-closed").waived.is_some());
    }

    #[test]
    fn a_second_later_the_finding_is_back_with_a_note() {
        let audit = audit(END + 1);
        let note = of(&audit, RULE.id);
        assert_eq!(note.status, Status::Fail);
        let line = CLUSTER.lines().count() + 1;
        assert_eq!(
            note.message,
            format!(
                "probe-optional-closed on imp1, service sip (line {line}, \"CHG0042\") was accepted up to 2026-11-30; the \
                 finding that it names counts again"
            )
        );
        assert!(of(&audit, "probe-optional-closed").waived.is_none());
    }

    #[test]
    fn a_finding_that_is_gone_does_not_come_back() {
        let file = format!(
            "{CLUSTER}[[waiver]]\nrule = \"probe-optional-closed\"\nreason = \"CHG0042\"\nexpires = 2026-11-30\n"
        );
        let judged = |silent: &[&str]| {
            let mut scene = Scene::new(&file).at(END + 1);
            for service in silent {
                scene = scene.silent("imp1", service, crate::evidence::Silence::Refused);
            }
            let audit = scene.audit(&[&probe::optional_closed::RULE, &RULE]);
            of(&audit, RULE.id).message.clone()
        };
        assert!(judged(&[]).ends_with("no finding is left that it names"));
        assert!(judged(&["sip"]).ends_with("the finding that it names counts again"));
        assert!(judged(&["sip", "sip-peer"]).ends_with("the 2 findings that it names count again"));
    }
}

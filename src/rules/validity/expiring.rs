//! A leaf that ends soon.

use super::{DAY, days};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::warning_window;
use crate::source::{CUCM_CERTIFICATES_14, PREFERRED_ARCHITECTURE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-expiring",
    title: "a certificate that ends within 30 days, or within the last third of a short life",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        CUCM_CERTIFICATES_14.at("Certificate Expiry Monitor"),
        PREFERRED_ARCHITECTURE.at("Certificate management"),
    ],
    explain: "Nobody is hit yet. From the second after the notAfter every Jabber client prompts and Mobile and Remote Access \
              and trunks stop. A renewal takes longer than it seems: request, CA, upload on every node, and a change \
              window, because Cisco XCP Router logs out every user when it restarts and CallManager resets phones. \
              Certificates that live for less than 90 days are told of when a third of their life is left, so that \
              those renewed by ACME at two thirds stay silent.",
    fix: "Plan the renewal now, for all nodes of the cluster in one change window.",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    let end = &subject.certificate.not_after;
    let left = end.unix - context.at;
    if left < 0 {
        return Verdict::NotApplicable("it has expired, which validity-expired tells");
    }
    let window = warning_window(subject.certificate.lifetime());
    Verdict::pass_if(left > window, || {
        Seen::new(format!("expires {end}, in {}", days(left / DAY)))
    })
}

#[cfg(test)]
mod tests {
    use super::{DAY, RULE};
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};

    /// A tomcat certificate that lived for some time already and has some left, in seconds.
    fn judged(lived: i64, left: i64, status: Status) -> String {
        let mut ordered = order("cucm-pub.acme.test");
        ordered.not_before = NOW - lived;
        ordered.not_after = NOW + left;
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &ordered);
        let judged = scene.expect(&RULE, "cucm-pub", "tomcat", status);
        assert!(judged.effects.is_empty(), "nobody is hit yet");
        judged.message
    }

    #[test]
    fn a_year_is_told_of_thirty_days_before_its_end() {
        judged(300 * DAY, 30 * DAY + 1, Status::Pass);
        let message = judged(300 * DAY, 30 * DAY, Status::Fail);
        assert_eq!(message, "expires 2026-12-21T19:00:00Z, in 30 days");
        assert!(judged(300 * DAY, DAY, Status::Fail).ends_with("in a day"));
    }

    #[test]
    fn a_short_life_is_told_of_in_its_last_third() {
        judged(30 * DAY - 2, 15 * DAY + 1, Status::Pass);
        judged(30 * DAY - 1, 15 * DAY, Status::Fail);
        judged(5 * DAY, 25 * DAY, Status::Pass);
    }

    #[test]
    fn an_expired_one_is_another_rules() {
        judged(300 * DAY, 0, Status::Fail);
        judged(300 * DAY, -1, Status::NotApplicable);
    }
}

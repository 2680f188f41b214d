//! A leaf before its notBefore.

use super::{DAY, days};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_GUIDE, PREFERRED_ARCHITECTURE, RFC_5280};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-not-yet",
    title: "a certificate before its notBefore",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        RFC_5280.at("4.1.2.5, Validity"),
        JABBER_GUIDE.at("What does this mean for the Jabber environment?"),
        PREFERRED_ARCHITECTURE.at("Certificate management"),
    ],
    explain: "A certificate is good from the second of its notBefore on. Until then it fares like an expired one: every \
              Jabber client prompts (\"Certificate not valid\"), strict clients refuse, and Expressway and other servers \
              end the connection without a prompt. It happens when a certificate was ordered for a date to come, when \
              the clock of the CA runs ahead, or when a self-signed certificate was generated before NTP had set the \
              clock of the node.",
    fix: "Put the previous certificate back until the notBefore is reached, or have this one issued with a notBefore in \
          the past. Compare the clocks of the node and of the CA with NTP first.",
    remedy: Remedy::Reissue,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    let start = &subject.certificate.not_before;
    Verdict::pass_if(context.at >= start.unix, || {
        let ahead = days((start.unix - context.at) / DAY);
        Seen::new(format!("not valid before {start}, {ahead} from now"))
    })
}

#[cfg(test)]
mod tests {
    use super::{DAY, RULE};
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};

    #[test]
    fn a_certificate_is_good_from_its_first_second() {
        let mut good = order("cucm-pub.acme.test");
        good.not_before = NOW;
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &good);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_second_earlier_it_is_not() {
        let mut early = order("cucm-pub.acme.test");
        early.not_before = NOW + 1;
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &early);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.contains("2026-11-21T19:00:01Z"),
            "{}",
            finding.message
        );
        let mut effects = finding.effects.iter();
        assert!(effects.all(|effect| effect.outcome == Outcome::Prompt));
    }

    #[test]
    fn the_message_counts_whole_days() {
        let mut early = order("cucm-pub.acme.test");
        early.not_before = NOW + 3 * DAY + 5;
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &early);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.ends_with("3 days from now"),
            "{}",
            finding.message
        );
    }
}

//! A leaf past its notAfter.

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_GUIDE, PREFERRED_ARCHITECTURE, RFC_5280};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-expired",
    title: "a certificate past its notAfter",
    severity: Severity::Error,
    cites: &[
        RFC_5280.at("4.1.2.5, Validity"),
        JABBER_GUIDE.at("What does this mean for the Jabber environment?"),
        PREFERRED_ARCHITECTURE.at("Certificate management"),
    ],
    explain: "A certificate is good up to and including the second of its notAfter. After that every Jabber client \
              prompts, strict clients refuse, and Expressway and other servers end the connection without a prompt: \
              Mobile and Remote Access, trunks and federation stop at that second.",
    fix: "Renew the certificate today, and put the next expiry into the calendar a month ahead.",
    remedy: Remedy::Reissue,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    let end = &subject.certificate.not_after;
    Verdict::pass_if(context.at <= end.unix, || {
        let days = (context.at - end.unix) / 86_400;
        Seen::new(format!("expired {end}, {days} days ago"))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};

    #[test]
    fn a_certificate_is_good_up_to_its_last_second() {
        let mut good = order("cucm-pub.acme.test");
        good.not_after = NOW;
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &good);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_second_later_it_is_expired() {
        let mut late = order("cucm-pub.acme.test");
        late.not_after = NOW - 1;
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &late);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.contains("2026-11-21T18:59:59Z"),
            "{}",
            finding.message
        );
    }
}

//! A leaf past its notAfter.

use super::{DAY, days};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_GUIDE, PREFERRED_ARCHITECTURE, RFC_5280};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-expired",
    title: "a certificate past its notAfter",
    severity: Severity::Error,
    owner: Owner::Uc,
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
        let ago = days((context.at - end.unix) / DAY);
        Seen::new(format!("expired {end}, {ago} ago"))
    })
}

#[cfg(test)]
mod tests {
    use super::{DAY, RULE};
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, NOW, OUTSIDE, Scene, order};

    fn expired(deployment: &str, node: &str, service: &str) -> Vec<Effect> {
        let mut late = order(&format!("{node}.acme.test"));
        late.not_after = NOW - 1;
        let scene = Scene::new(deployment).present(node, service, &late);
        scene.expect(&RULE, node, service, Status::Fail).effects
    }

    fn outcomes(effects: &[Effect]) -> Vec<Outcome> {
        effects.iter().map(|effect| effect.outcome).collect()
    }

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

    #[test]
    fn clients_prompt_and_strict_clients_refuse() {
        let prompts = expired(CLUSTER, "cucm-pub", "tomcat");
        assert_eq!(outcomes(&prompts), [Outcome::Prompt; 4]);
        for strict in ["fips = true", "invalid_certificate_behavior = \"reject\""] {
            let deployment = CLUSTER.replace("[trust]", &format!("{strict}\n[trust]"));
            let refused = expired(&deployment, "cucm-pub", "tomcat");
            assert_eq!(outcomes(&refused), [Outcome::Blocked; 4]);
        }
    }

    #[test]
    fn servers_fail_without_a_prompt() {
        let outside = format!("{CLUSTER}{OUTSIDE}");
        let tomcat = expired(&outside, "cucm-pub", "tomcat");
        let edge = Effect {
            who: Who::Expressway,
            outcome: Outcome::MraFails,
        };
        assert!(tomcat.contains(&edge));
        let federation = expired(EDGE, "expe1", "xmpp-server");
        assert_eq!(outcomes(&federation), [Outcome::FederationFails]);
        let trunk = expired(CLUSTER, "imp1", "sip");
        assert_eq!(outcomes(&trunk), [Outcome::Degraded]);
    }

    #[test]
    fn the_message_counts_whole_days() {
        for (seconds, words) in [(DAY - 1, "0 days ago"), (3 * DAY + 5, "3 days ago")] {
            let mut late = order("cucm-pub.acme.test");
            late.not_after = NOW - seconds;
            let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &late);
            let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
            assert!(finding.message.ends_with(words), "{}", finding.message);
        }
    }
}

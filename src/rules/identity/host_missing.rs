//! A node's address that the certificate does not name.

use super::{in_words, not_compared_with_host};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::{all_names, find_host};
use crate::source::{
    EXPRESSWAY_TRAFFIC_SERVER, JABBER_GUIDE, JABBER_LOGIN, JABBER_PLANNING, RFC_6125,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-host-missing",
    title: "a certificate without the name that clients connect to",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Identifier Fields; Prevent Identity Mismatch"),
        JABBER_PLANNING.at("Identifier Fields"),
        JABBER_LOGIN.at("Certificate errors"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Name verification"),
        RFC_6125.at("6.4, Matching the DNS Domain Name Portion"),
    ],
    explain: "Jabber compares the name that it was given for the server with the certificate's dNSNames, then with its \
              CN. When neither holds it, every user is prompted (\"Certificate not valid\", or on Windows \"Untrusted \
              server. No services discovered\"; CN_NO_MATCH in the log), and FIPS and RejectAndNotify clients stay \
              out. From Expressway X14.2 on (perhaps X14.0.8) the traffic server makes the same comparison for every \
              user outside and ends the connection without a prompt: \"SNI (...) not in certificate. \
              Action=Terminate\".",
    fix: "Make the two agree: configure the fully qualified name that the certificate holds in every place that clients \
          learn it from, or order a certificate with this name as a dNSName.",
    remedy: Remedy::RenameOrReissue,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if let Some(why) = not_compared_with_host(subject) {
        return Verdict::NotApplicable(why);
    }
    let host = &subject.node.node.address;
    Verdict::pass_if(find_host(subject.certificate, host).is_some(), || {
        let found = all_names(subject.certificate);
        let names = in_words(&found);
        Seen::new(format!(
            "clients connect to {host}, and the certificate has {names}"
        ))
        .expected(host)
        .found(found)
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};
    use crate::deployment::Client;

    #[test]
    fn the_address_may_stand_in_a_dns_name_a_wildcard_or_the_cn() {
        let mut by_common_name = order("cucm-pub.acme.test");
        by_common_name.dns.clear();
        let mut by_name = order("CUCM-Pub.acme.test");
        "cucm-pub-ms.acme.test".clone_into(&mut by_name.common_name);
        for good in [by_name, order("*.acme.test"), by_common_name] {
            let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &good);
            scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        }
    }

    #[test]
    fn another_hosts_certificate_prompts_everybody() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-sub.acme.test"));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(
            finding.message,
            "clients connect to cucm-pub.acme.test, and the certificate has cucm-sub.acme.test, CN cucm-sub.acme.test"
        );
        assert_eq!(finding.expected.as_deref(), Some("cucm-pub.acme.test"));
        let prompted = finding
            .effects
            .iter()
            .filter(|effect| effect.outcome == Outcome::Prompt);
        assert_eq!(prompted.count(), Client::ALL.len());
        assert!(finding.fix.steps[0].contains("System > Server"));
        assert!(finding.fix.restart.contains(&"Cisco Tomcat".to_owned()));
    }

    #[test]
    fn expressway_refuses_it_only_where_users_come_from_outside() {
        let outside = format!("{CLUSTER}{OUTSIDE}");
        let scene =
            Scene::new(&outside).present("cucm-pub", "tomcat", &order("cucm-sub.acme.test"));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(finding.effects.contains(&Effect {
            who: Who::Expressway,
            outcome: Outcome::MraFails
        }));
    }

    #[test]
    fn an_address_by_number_is_looked_up_as_it_is_given() {
        let deployment = CLUSTER.replace("cucm-pub.acme.test", "192.0.2.1");
        let mut named = order("cucm-pub.acme.test");
        let scene = Scene::new(&deployment).present("cucm-pub", "tomcat", &named);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        named.ip = vec![[192, 0, 2, 1].into()];
        let scene = Scene::new(&deployment).present("cucm-pub", "tomcat", &named);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn certificates_that_are_not_compared_with_a_host_are_left_alone() {
        let other = order("elsewhere.acme.test");
        let scene = Scene::new(CLUSTER)
            .present("imp1", "xmpp-client", &other)
            .present("imp1", "sip", &other);
        scene.expect(&RULE, "imp1", "xmpp-client", Status::NotApplicable);
        scene.expect(&RULE, "imp1", "sip", Status::NotApplicable);
        let listed = CLUSTER.replace(
            "address = \"cucm-pub.acme.test\"",
            "address = \"cucm-pub.acme.test\"\nservices = [\"capf\", \"tvs\"]",
        );
        let scene = Scene::new(&listed)
            .present("cucm-pub", "capf", &other)
            .present("cucm-pub", "tvs", &other);
        scene.expect(&RULE, "cucm-pub", "capf", Status::NotApplicable);
        scene.expect(&RULE, "cucm-pub", "tvs", Status::NotApplicable);
    }

    #[test]
    fn the_edge_is_compared_by_clients_and_not_by_federation_partners() {
        let other = order("elsewhere.acme.test");
        let scene = Scene::new(EDGE).present("expe1", "mra", &other).present(
            "expe1",
            "xmpp-server",
            &other,
        );
        scene.expect(&RULE, "expe1", "mra", Status::Fail);
        scene.expect(&RULE, "expe1", "xmpp-server", Status::NotApplicable);
    }

    #[test]
    fn a_silent_required_service_is_unknown() {
        let scene = Scene::new(CLUSTER);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
    }
}

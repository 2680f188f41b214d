//! A node's address that stands only in the CN.

use super::not_compared_with_host;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;
use crate::identity::{Field, all_names, find_host};
use crate::source::{
    APPLE_REQUIREMENTS, EXPRESSWAY_REQUIREMENTS, JABBER_GUIDE, JABBER_RELEASE_NOTES, RFC_9525,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-host-only-in-cn",
    title: "a server name that stands only in the CN",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        APPLE_REQUIREMENTS.at("DNS name in the Subject Alternative Name extension"),
        JABBER_RELEASE_NOTES.at("Requirements for trusted certificates"),
        EXPRESSWAY_REQUIREMENTS
            .at("Cisco Unified Communications Manager Certificates (CSCus47235)"),
        JABBER_GUIDE.at("Identifier Fields"),
        RFC_9525.at("2, Naming of Application Services"),
    ],
    explain: "Jabber for Windows and Android fall back to the CN; iOS 13 and macOS 10.15 and later read only \
              subjectAltName. There the user is prompted in every session, because the acceptance of such a \
              certificate cannot be stored. Requests of release 10.5(2) leave the node's own name out of \
              subjectAltName (CSCus47235). Expressway-C from X14.2 on does not read the CN of the servers inside \
              either: that is expressway-core-unverified.",
    fix: "Order a certificate that has the fully qualified name as a dNSName; it may stay in the CN as well. On releases \
          10.5.2 check the request before it goes to the CA (CSCus47235).",
    remedy: Remedy::Reissue,
    impact: Impact::APPLE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if let Some(why) = not_compared_with_host(subject) {
        return Verdict::NotApplicable(why);
    }
    let audience = subject.service.service.audience;
    if !(audience.jabber || audience.jabber_outside) {
        return Verdict::NotApplicable("no Jabber client connects to this service");
    }
    let host = &subject.node.node.address;
    match find_host(subject.certificate, host) {
        None => Verdict::NotApplicable("the address is not in the certificate at all"),
        Some(Field::CommonName) => only_in_common_name(subject.certificate, host).into(),
        Some(_) => Verdict::Pass,
    }
}

fn only_in_common_name(certificate: &Certificate, host: &str) -> Seen {
    let mut found = all_names(certificate);
    found.pop();
    let others = if certificate.alternative_name.is_none() {
        "there is no subjectAltName".to_owned()
    } else if found.is_empty() {
        "subjectAltName holds no name of a server".to_owned()
    } else {
        format!("subjectAltName holds {}", found.join(", "))
    };
    let name = certificate.common_name().unwrap_or_default();
    Seen::new(format!("{host} is covered by CN {name}; {others}"))
        .expected(host)
        .found(found)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};
    use crate::certificate::issue::Order;
    use crate::deployment::Client;

    fn without_alternative_name(host: &str) -> Order {
        Order {
            dns: Vec::new(),
            ..order(host)
        }
    }

    #[test]
    fn a_dns_name_is_good() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn without_a_subject_alternative_name_apples_clients_prompt_every_session() {
        let scene = Scene::new(CLUSTER).present(
            "cucm-pub",
            "tomcat",
            &without_alternative_name("cucm-pub.acme.test"),
        );
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding
                .message
                .ends_with("CN cucm-pub.acme.test; there is no subjectAltName"),
            "{}",
            finding.message
        );
        let hit = |client| Effect {
            who: Who::Client(client),
            outcome: Outcome::PromptEverySession,
        };
        assert_eq!(finding.effects, [hit(Client::Mac), hit(Client::Ios)]);
    }

    #[test]
    fn a_subject_alternative_name_without_it_is_no_better() {
        let mut other = order("cucm-pub.acme.test");
        other.dns = vec!["acme.test".to_owned()];
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &other);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.found, ["acme.test"]);
    }

    #[test]
    fn what_expressway_makes_of_it_has_a_rule_of_its_own() {
        let outside = format!("{CLUSTER}{OUTSIDE}");
        let shown = without_alternative_name("cucm-pub.acme.test");
        let scene = Scene::new(&outside).present("cucm-pub", "tomcat", &shown);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let mut hit = finding.effects.iter().map(|effect| effect.who);
        assert!(hit.all(|who| who != Who::Expressway));
    }

    #[test]
    fn a_name_that_is_nowhere_is_another_fault() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-sub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn where_only_servers_connect_there_is_nothing_to_say() {
        let scene =
            Scene::new(EDGE).present("expc1", "web", &without_alternative_name("expc1.acme.test"));
        scene.expect(&RULE, "expc1", "web", Status::NotApplicable);
    }
}

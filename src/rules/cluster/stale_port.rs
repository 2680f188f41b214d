//! A port that still shows a certificate that was replaced.

use super::{is_clustered, is_trusted, newest};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Product;
use crate::certificate::Certificate;
use crate::source::{CUCM_CERTIFICATES, SIP_OAUTH, UNITY_ADMINISTRATION};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cluster-stale-port",
    title: "a port that shows an older certificate than its neighbour",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        CUCM_CERTIFICATES
            .at("Install Intermediate Certificates; Certificate Names and Descriptions (table 4)"),
        SIP_OAUTH.at("SIP OAuth ports"),
        UNITY_ADMINISTRATION.at("Security"),
    ],
    explain: "Services read their certificate when they start. After a new one was uploaded each of them goes on showing the \
              old one until it is restarted, and it is easy to forget the second service: Cisco TFTP (6971, 6972) goes on \
              offering the cached old self-signed tomcat certificate, Cisco CallManager the old one on the SIP OAuth ports, \
              Connection Jetty on 7443. Browsers and the administration pages look right, while Jabber gets its \
              configuration, registers or hears of voicemail over the old one: a prompt inside, a 502 without any prompt \
              over MRA from X14.2 on, and an outage on the day on which the old one expires.",
    fix: "Restart the service behind this port, on this node, in a maintenance window.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[
            "With SIP OAuth mode or a secure cluster phones register again when Cisco CallManager or Cisco TFTP restarts.",
            "A restart of Cisco XCP Router logs out every Jabber user of the node.",
        ],
    },
    impact: Impact::PROMPT,
    check: Check::Service(check),
};

fn check(subject: &ServiceSubject<'_>, context: &Context) -> Verdict {
    if !is_clustered(subject.node.node.product) {
        return Verdict::NotApplicable("other servers may keep a certificate for each port");
    }
    let verdicts: Vec<Verdict> = subject
        .service
        .chains()
        .iter()
        .filter_map(|chain| {
            let leaf = chain.leaf()?;
            Some(compare(
                subject,
                leaf,
                chain.kind(),
                is_trusted(chain),
                context,
            ))
        })
        .collect();
    Verdict::each(verdicts, "no certificate was seen on this port")
}

fn compare(
    subject: &ServiceSubject<'_>,
    leaf: &Certificate,
    kind: &str,
    trusted: bool,
    context: &Context,
) -> Verdict {
    let name = subject.service.service.certificate_name;
    let Some((other, _, current)) = newest(subject.node, name, kind) else {
        return Verdict::Pass;
    };
    if current.digest == leaf.digest {
        return Verdict::Pass;
    }
    let ends = if leaf.not_after.unix < context.at {
        "expired"
    } else {
        "ends"
    };
    let seen = Seen::new(format!(
        "{} shows the {kind} {name} certificate with serial {} of {}, which {ends} {}; {} shows serial {} of {}",
        subject.service.label(),
        leaf.serial,
        leaf.not_before,
        leaf.not_after,
        other.label(),
        current.serial,
        current.not_before,
    ))
    .expected(format!("the {kind} {name} certificate of {}", other.label()))
    .found([format!("serial {} of {}", leaf.serial, leaf.issuer.text)])
    .step(restart(subject.node.node.product, subject.service.service.name));
    // An old certificate that is still good hurts nobody before it ends.
    if trusted {
        seen.impact(Impact::NONE).into()
    } else {
        seen.into()
    }
}

/// How the service behind a port comes to read its certificate again (domain.md section 7.2, seed table 4, documents
/// 215572 and Unity Connection's guide).
fn restart(product: Product, service: &str) -> String {
    const FEATURE: &str = "Tools > Control Center - Feature Services";
    const NETWORK: &str = "Tools > Control Center - Network Services";
    const UNIFIED: &str = "Cisco Unified Serviceability";
    const PRESENCE: &str = "Cisco Unified IM and Presence Serviceability";
    let (application, page, name) = match (product, service) {
        (Product::Cucm, "tftp" | "tftp-mra") => (UNIFIED, FEATURE, "Cisco TFTP"),
        (Product::Cucm, "sip" | "sccp" | "sip-oauth" | "sip-oauth-mra") => {
            (UNIFIED, FEATURE, "Cisco CallManager")
        }
        (Product::Cucm, "cti") => (UNIFIED, FEATURE, "Cisco CTIManager"),
        (Product::Cucm, "capf") => (
            UNIFIED,
            FEATURE,
            "Cisco Certificate Authority Proxy Function",
        ),
        (Product::Cucm, "tvs") => (UNIFIED, NETWORK, "Cisco Trust Verification Service"),
        (Product::ImPresence | Product::Cup, "sip" | "sip-peer") => {
            (PRESENCE, FEATURE, "Cisco SIP Proxy")
        }
        (Product::ImPresence | Product::Cup, "xmpp-client") => {
            (PRESENCE, NETWORK, "Cisco XCP Router")
        }
        (Product::ImPresence | Product::Cup, "xmpp-server") => (
            PRESENCE,
            FEATURE,
            "Cisco XCP XMPP Federation Connection Manager",
        ),
        (Product::UnityConnection, "jetty") => return unity("Connection Jetty"),
        (Product::UnityConnection, "imap" | "imaps") => return unity("Connection IMAP Server"),
        (Product::UnityConnection, "smtp") => return unity("Connection SMTP Server"),
        (Product::ExpresswayC | Product::ExpresswayE, _) => {
            return "Expressway > Maintenance > Restart options > Restart.".to_owned();
        }
        (Product::WebexMeetingsServer, _) => {
            return "Turn Webex Meetings Server's maintenance mode on and off again.".to_owned();
        }
        _ => return "Command line: utils service restart Cisco Tomcat".to_owned(),
    };
    format!("{application} > {page}: restart {name}.")
}

fn unity(service: &str) -> String {
    format!(
        "Cisco Unity Connection Serviceability > Tools > Service Management: stop and start {service}."
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{RULE, restart};
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::catalog::Product;
    use crate::certificate::issue::{Order, rsa_key};

    const DAY: i64 = 86_400;

    fn issued(age: i64) -> Order {
        Order {
            not_before: NOW - age * DAY,
            ..order("cucm-pub.acme.test")
        }
    }

    fn both(main: &Order, other: &Order) -> Scene {
        Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", main)
            .present("cucm-pub", "tftp-mra", other)
    }

    #[test]
    fn one_certificate_on_both_ports_passes() {
        let scene = Scene::new(CLUSTER);
        let chain = [scene.issuing().issue(&issued(1)).unwrap().der];
        let scene = scene
            .present_chain("cucm-pub", "tomcat", &chain)
            .present_chain("cucm-pub", "tftp-mra", &chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Pass);
    }

    #[test]
    fn the_older_port_is_the_stale_one() {
        let scene = both(&issued(1), &issued(300));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        let finding = scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Fail);
        assert!(
            finding
                .message
                .starts_with("tftp-mra (6972) shows the ecdsa tomcat")
        );
        assert!(finding.fix.steps[0].contains("restart Cisco TFTP"));
        assert!(finding.effects.is_empty(), "the old one is still trusted");
        let turned = both(&issued(300), &issued(1));
        turned.expect(&RULE, "cucm-pub", "tftp-mra", Status::Pass);
        let finding = turned.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(finding.fix.steps[0].contains("Cisco Tomcat"));
    }

    #[test]
    fn a_cached_self_signed_certificate_hits_clients() {
        let scene = Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &issued(1))
            .present_self_signed("cucm-pub", "tftp-mra", &issued(900));
        let finding = scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Fail);
        assert_eq!(finding.effects[0].outcome.name(), "prompt");
    }

    #[test]
    fn of_two_of_the_same_moment_the_main_port_counts() {
        let scene = both(&issued(1), &issued(1));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Fail);
    }

    #[test]
    fn other_names_and_the_twin_of_the_other_key_kind_are_not_compared() {
        let mut twin = issued(300);
        twin.key = Some(rsa_key().unwrap());
        both(&issued(1), &twin).expect(&RULE, "cucm-pub", "tftp-mra", Status::Pass);
        Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &issued(1))
            .present("cucm-pub", "tftp", &issued(300))
            .expect(&RULE, "cucm-pub", "tftp", Status::Pass);
    }

    #[test]
    fn a_silent_port_and_another_product_have_nothing_to_compare() {
        Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &issued(1))
            .expect(&RULE, "cucm-pub", "tftp-mra", Status::NotApplicable);
        let directory = format!(
            "{CLUSTER}\n[[node]]\nname = \"ad\"\nproduct = \"ldap\"\naddress = \"ad.acme.test\"\n"
        );
        Scene::new(&directory)
            .present("ad", "ldaps", &order("dc1.acme.test"))
            .present("ad", "ldaps-gc", &order("dc2.acme.test"))
            .expect(&RULE, "ad", "ldaps-gc", Status::NotApplicable);
    }

    #[test]
    fn the_service_behind_each_port_is_named() {
        use Product::{
            Cucm, Cup, ExpresswayC, ExpresswayE, ImPresence, UnityConnection, WebexMeetingsServer,
        };
        for (product, services, name) in [
            (Cucm, "tomcat", "Cisco Tomcat"),
            (Cucm, "tftp tftp-mra", "Cisco TFTP"),
            (
                Cucm,
                "sip sccp sip-oauth sip-oauth-mra",
                "Cisco CallManager",
            ),
            (Cucm, "cti", "Cisco CTIManager"),
            (Cucm, "capf", "Proxy Function"),
            (Cucm, "tvs", "Trust Verification"),
            (ImPresence, "tomcat", "Cisco Tomcat"),
            (ImPresence, "sip sip-peer", "Cisco SIP Proxy"),
            (ImPresence, "xmpp-client", "XCP Router"),
            (ImPresence, "xmpp-server", "Federation Connection Manager"),
            (Cup, "xmpp-client", "XCP Router"),
            (UnityConnection, "tomcat", "Cisco Tomcat"),
            (UnityConnection, "jetty", "Connection Jetty"),
            (UnityConnection, "imap imaps", "IMAP Server"),
            (UnityConnection, "smtp", "SMTP Server"),
            (ExpresswayC, "web", "Restart options"),
            (ExpresswayE, "mra", "Restart options"),
            (WebexMeetingsServer, "web", "maintenance mode"),
        ] {
            for service in services.split(' ') {
                let said = restart(product, service);
                assert!(said.contains(name), "{product} {service}: {said}");
            }
        }
        for product in Product::ALL {
            for service in product.services() {
                assert!(!restart(product, service.name).is_empty());
            }
        }
    }

    #[test]
    fn an_old_certificate_is_good_up_to_its_last_second() {
        for (until, word) in [(NOW + 1, "ends"), (NOW, "ends"), (NOW - 1, "expired")] {
            let old = Order {
                not_after: until,
                ..issued(300)
            };
            let scene = both(&issued(1), &old);
            let finding = scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Fail);
            let said = format!("which {word} ");
            assert!(finding.message.contains(&said), "{}", finding.message);
        }
    }
}

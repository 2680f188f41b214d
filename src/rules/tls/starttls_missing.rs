//! A port that should go over to TLS and does not offer it.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::State;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{Product, Transport};
use crate::evidence::Silence;
use crate::source::{FEDERATION_GUIDE, IM_PRESENCE_SECURITY, RFC_6120};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "tls-starttls-missing",
    title: "a port that does not offer STARTTLS",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        IM_PRESENCE_SECURITY.at("XMPP Security Modes (table 4)"),
        FEDERATION_GUIDE.at("Configure Security Settings for XMPP Federation"),
        RFC_6120.at("5.3, Stream Negotiation Rules"),
    ],
    explain: "The stream goes on in clear text: user names, messages and on some authentication methods passwords can be \
              read on the way, and no certificate is shown at all. IM and Presence has secure mode for XMPP clients switched \
              on by default, so somebody switched it off. Jabber clients in FIPS mode do not connect; the others do, without \
              a prompt, because there is nothing to check. On the federation port partners that require TLS end the \
              connection.",
    fix: "Switch TLS on for this port, restart the service that listens on it, and scan again: the certificate that then \
          appears has still to be judged.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[
            "Check the certificate before you switch TLS on: from then on every client looks at it.",
        ],
    },
    impact: IN_THE_CLEAR,
    check: Check::Service(check),
};

/// Clients get through without protection.
const IN_THE_CLEAR: Impact = Impact {
    federation: Outcome::FederationFails,
    ..Impact::clients(Outcome::Degraded)
};
/// FIPS clients do not.
const REFUSED: Impact = Impact {
    federation: Outcome::FederationFails,
    ..Impact::clients(Outcome::Blocked)
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.transport == Transport::Tls {
        return Verdict::NotApplicable("TLS from the first byte: no STARTTLS needed");
    }
    match &subject.service.state {
        State::Silent(Silence::NoStartTls { offered }) => seen(subject, offered).into(),
        State::Examined(_) | State::NoCertificate => Verdict::Pass,
        State::Silent(_) | State::NotObserved => {
            Verdict::NotApplicable("its features were not seen, which the probe rules say")
        }
    }
}

fn seen(subject: &ServiceSubject<'_>, offered: &str) -> Seen {
    let service = subject.service.service;
    let presence = service.transport == Transport::XmppClient;
    let severity = if subject.service.required || presence {
        Severity::Error
    } else {
        Severity::Warning
    };
    let impact = if subject.estate.deployment.fips {
        REFUSED
    } else {
        IN_THE_CLEAR
    };
    Seen::new(format!("port {} offers only: {offered}", service.port))
        .found([offered])
        .severity(severity)
        .impact(impact)
        .step(step(service.transport, subject.node.node.product))
}

fn step(transport: Transport, product: Product) -> &'static str {
    match (transport, product) {
        (Transport::XmppClient, Product::ImPresence | Product::Cup) => {
            "Cisco Unified CM IM and Presence Administration > System > Security > Settings: check Enable XMPP Client To \
             IM/P Service Secure Mode; then restart Cisco XCP Connection Manager (Cisco Unified IM and Presence \
             Serviceability > Tools > Control Center - Feature Services)."
        }
        (Transport::XmppServer, Product::ImPresence | Product::Cup) => {
            "Cisco Unified CM IM and Presence Administration > Presence > Inter Domain Federation > XMPP Federation > \
             Settings: Security Mode TLS Required or TLS Optional; then restart Cisco XCP XMPP Federation Connection \
             Manager."
        }
        (_, Product::ExpresswayC | Product::ExpresswayE) => {
            "Expressway > Configuration > Unified Communications > Configuration: Security mode TLS required or TLS \
             optional."
        }
        (_, Product::UnityConnection) => {
            "Cisco Unity Connection Administration > System Settings > SMTP Configuration > Server: set Transport Layer Security \
             other than Disabled (IMAP uses it with the class of service), then restart Connection SMTP Server and \
             Connection IMAP Server."
        }
        _ => "Switch STARTTLS on in the server's own administration.",
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, step};
    use crate::audit::effect::Outcome;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::catalog::{Product, Transport};
    use crate::evidence::Silence;

    fn plain() -> Silence {
        let offered = "mechanisms, register".to_owned();
        Silence::NoStartTls { offered }
    }

    fn outcome(finding: &Judgement) -> Vec<Outcome> {
        finding
            .effects
            .iter()
            .map(|effect| effect.outcome)
            .collect()
    }

    #[test]
    fn a_stream_with_starttls_passes() {
        let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &order("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "xmpp-client", Status::Pass);
    }

    #[test]
    fn one_without_names_what_it_offers_and_the_switch() {
        let scene = Scene::new(CLUSTER).silent("imp1", "xmpp-client", plain());
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(
            finding.message,
            "port 5222 offers only: mechanisms, register"
        );
        assert!(finding.fix.steps[0].contains("Secure Mode"));
        assert_eq!(outcome(&finding), [Outcome::Degraded; 4]);
    }

    #[test]
    fn fips_clients_do_not_connect() {
        let file = format!("fips = true\n{CLUSTER}");
        let scene = Scene::new(&file).silent("imp1", "xmpp-client", plain());
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(outcome(&finding), [Outcome::Blocked; 4]);
    }

    #[test]
    fn federation_fails_on_the_server_port_of_an_edge() {
        let scene = Scene::new(EDGE).silent("expe1", "xmpp-server", plain());
        let finding = scene.expect(&RULE, "expe1", "xmpp-server", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(outcome(&finding), [Outcome::FederationFails]);
    }

    #[test]
    fn an_optional_mail_port_is_a_warning() {
        let node = "[[node]]\nname = \"cuc1\"\nproduct = \"unity-connection\"\naddress = \"cuc1.acme.test\"\n\
                    services = [\"tomcat\", \"smtp\"]\n";
        let scene = Scene::new(&format!("{CLUSTER}{node}")).silent("cuc1", "smtp", plain());
        let finding = scene.expect(&RULE, "cuc1", "smtp", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
    }

    #[test]
    fn it_is_not_asked_of_tls_ports_nor_of_silent_ones() {
        let scene = Scene::new(CLUSTER).silent("imp1", "xmpp-client", Silence::Refused);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
        scene.expect(&RULE, "imp1", "xmpp-client", Status::NotApplicable);
    }

    #[test]
    fn each_product_has_its_own_switch() {
        use Transport::{Imap, Smtp, XmppClient, XmppServer};
        for (transport, product, words) in [
            (XmppClient, Product::ImPresence, "XMPP Client To IM/P"),
            (XmppClient, Product::Cup, "XMPP Client To IM/P"),
            (XmppServer, Product::ImPresence, "Inter Domain Federation"),
            (XmppServer, Product::Cup, "Inter Domain Federation"),
            (
                XmppServer,
                Product::ExpresswayE,
                "Expressway > Configuration",
            ),
            (
                XmppClient,
                Product::ExpresswayC,
                "Expressway > Configuration",
            ),
            (Imap, Product::UnityConnection, "SMTP Configuration"),
            (Smtp, Product::UnityConnection, "SMTP Configuration"),
            (Smtp, Product::OtherHttps, "the server's own"),
        ] {
            let step = step(transport, product);
            assert!(step.contains(words), "{product}: {step}");
        }
    }

    #[test]
    fn federation_fails_for_fips_too() {
        let strict = EDGE.replace("[trust]", "fips = true\n[trust]");
        let scene = Scene::new(&strict).silent("expe1", "xmpp-server", plain());
        let finding = scene.expect(&RULE, "expe1", "xmpp-server", Status::Fail);
        assert_eq!(outcome(&finding), [Outcome::FederationFails]);
    }
}

//! The ECDSA certificate of a port that is not as good as its RSA one.

use super::is_trusted;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::ChainView;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::certificate::Certificate;
use crate::identity::{XmppService, all_names, find_host, find_xmpp_domain};
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, IM_PRESENCE_ECDSA};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cluster-ecdsa-twin-differs",
    title: "an ECDSA certificate that is worse than the RSA certificate of the same port",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_TRAFFIC_SERVER.at("Traffic server and ECDSA certificates"),
        IM_PRESENCE_ECDSA.at(""),
    ],
    explain: "Every certificate purpose exists twice, with an RSA key and with an EC key (tomcat-ECDSA, CallManager-ECDSA, \
              cup-xmpp-ECDSA), and the connecting side's order of ciphers decides which one it gets. Often only the RSA one \
              was signed by a CA and the other is still the self-signed one of the installation, with CN host-EC.domain. \
              Tests with a browser look right; then Expressway X14.2 or later, whose cipher list prefers ECDSA after \
              some upgrades, ends the connection (502 for the configuration download from 6972, no prompt), and clients \
              that speak TLS 1.3 prompt.",
    fix: "Have the ECDSA certificate signed by the same CA with the same names; or keep the port from offering it, on \
          Unified CM with System > Enterprise Parameters > HTTPS Ciphers: \"RSA Ciphers Only\".",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified OS Administration > Security > Certificate Management > Generate CSR: the Certificate Purpose \
             with the suffix -ECDSA (tomcat-ECDSA, CallManager-ECDSA, cup-xmpp-ECDSA …); have it signed, upload the CA's \
             chain to the trust store of the purpose and then the certificate.",
            "Or: Cisco Unified CM Administration > System > Enterprise Parameters > HTTPS Ciphers: \"RSA Ciphers Only\" \
             (HTTPS ports only).",
            "Or, for MRA only: Expressway-C > Maintenance > Security > Ciphers: let the list start with \
             ECDHE-RSA-AES256-GCM-SHA384.",
        ],
        restart: &["the services of the RSA certificate of the same name"],
        cautions: &[
            "The EC key of tomcat takes part in SSO and intercluster trust like the RSA one: renew it on all nodes together.",
        ],
    },
    impact: Impact::PROMPT,
    check: Check::Service(check),
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    let of_kind = |kind: &str| {
        let chains = subject.service.chains().iter();
        chains
            .filter(|chain| chain.kind() == kind)
            .find_map(|chain| chain.leaf().map(|leaf| (chain, leaf)))
    };
    let (Some((rsa, rsa_leaf)), Some((twin, twin_leaf))) = (of_kind("rsa"), of_kind("ecdsa"))
    else {
        return Verdict::NotApplicable(
            "the port did not show both an RSA and an ECDSA certificate",
        );
    };
    let wanted = wanted(subject);
    let lacks = |leaf: &Certificate, name: &String| !names(subject, leaf, name);
    let good = wanted.iter().any(|name| !lacks(rsa_leaf, name));
    if !is_trusted(rsa) || !good {
        return Verdict::NotApplicable(
            "the RSA certificate is not good either, which has its own findings",
        );
    }
    let lost: Vec<&String> = wanted
        .into_iter()
        .filter(|name| !lacks(rsa_leaf, name) && lacks(twin_leaf, name))
        .collect();
    let untrusted = distrust(twin, twin_leaf);
    if untrusted.is_none() && lost.is_empty() {
        return Verdict::Pass;
    }
    let mut faults: Vec<String> = untrusted.into_iter().collect();
    faults.extend(lost.iter().map(|name| format!("does not name {name}")));
    Seen::new(format!(
        "the RSA certificate ({}) is trusted; its ECDSA twin ({}) {}",
        rsa_leaf.subject.text,
        twin_leaf.subject.text,
        faults.join(" and ")
    ))
    .found(all_names(twin_leaf))
    .into()
}

/// What clients look for in this certificate.
fn wanted<'a>(subject: &ServiceSubject<'a>) -> Vec<&'a String> {
    let deployment = subject.estate.deployment;
    match subject.service.service.certificate_name {
        CertificateName::CupXmpp => deployment.xmpp_domains.iter().collect(),
        CertificateName::CupXmppS2s => deployment
            .federation
            .iter()
            .flat_map(|federation| &federation.domains)
            .collect(),
        _ => vec![&subject.node.node.address],
    }
}

fn names(subject: &ServiceSubject<'_>, certificate: &Certificate, name: &str) -> bool {
    match subject.service.service.certificate_name {
        CertificateName::CupXmpp => {
            find_xmpp_domain(certificate, name, XmppService::Client).is_some()
        }
        CertificateName::CupXmppS2s => {
            find_xmpp_domain(certificate, name, XmppService::Server).is_some()
        }
        _ => find_host(certificate, name).is_some(),
    }
}

fn distrust(chain: &ChainView<'_>, leaf: &Certificate) -> Option<String> {
    if is_trusted(chain) {
        None
    } else if leaf.self_signed {
        Some("is self-signed".to_owned())
    } else {
        Some(format!("is signed by {} and not trusted", leaf.issuer.text))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::certificate::issue::{Authority, Order, rsa_key};

    fn rsa(host: &str) -> Order {
        Order {
            key: Some(rsa_key().unwrap()),
            ..order(host)
        }
    }

    fn tomcat() -> Scene {
        Scene::new(CLUSTER).present("cucm-pub", "tomcat", &rsa("cucm-pub.acme.test"))
    }

    fn twin() -> Order {
        let mut twin = order("cucm-pub.acme.test");
        twin.common_name = "cucm-pub-EC.acme.test".to_owned();
        twin
    }

    #[test]
    fn a_twin_with_another_common_name_and_the_same_names_passes() {
        tomcat().present("cucm-pub", "tomcat", &twin()).expect(
            &RULE,
            "cucm-pub",
            "tomcat",
            Status::Pass,
        );
    }

    #[test]
    fn the_self_signed_twin_of_the_installation_fails() {
        let scene = tomcat().present_self_signed("cucm-pub", "tomcat", &twin());
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding
                .message
                .ends_with("(CN=cucm-pub-EC.acme.test, O=ACME) is self-signed"),
            "{}",
            finding.message
        );
        assert_eq!(scene.failures(&RULE).len(), 1);
    }

    #[test]
    fn a_twin_of_an_unknown_ca_or_without_the_name_fails() {
        let stranger = Authority::root("Old CA", NOW).unwrap();
        let chain = [stranger.issue(&twin()).unwrap().der];
        let finding = tomcat().present_chain("cucm-pub", "tomcat", &chain).expect(
            &RULE,
            "cucm-pub",
            "tomcat",
            Status::Fail,
        );
        assert!(finding.message.contains("signed by CN=Old CA"));
        let mut nameless = twin();
        nameless.dns.clear();
        let finding = tomcat().present("cucm-pub", "tomcat", &nameless).expect(
            &RULE,
            "cucm-pub",
            "tomcat",
            Status::Fail,
        );
        assert!(
            finding
                .message
                .ends_with("does not name cucm-pub.acme.test")
        );
    }

    #[test]
    fn presence_compares_the_xmpp_domain() {
        let mut good = rsa("imp1.acme.test");
        good.dns.push("acme.test".to_owned());
        let scene = Scene::new(CLUSTER)
            .present("imp1", "xmpp-client", &good)
            .present("imp1", "xmpp-client", &order("imp1.acme.test"));
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert!(finding.message.ends_with("does not name acme.test"));
    }

    #[test]
    fn one_kind_alone_or_a_bad_rsa_certificate_is_no_difference() {
        tomcat().expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
        Scene::new(CLUSTER)
            .present_self_signed("cucm-pub", "tomcat", &rsa("cucm-pub.acme.test"))
            .present_self_signed("cucm-pub", "tomcat", &twin())
            .expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    /// What the finding on an ECDSA twin says that lacks the name of the RSA certificate.
    fn lost(file: &str, service: &str, rsa: &Order) -> String {
        let scene = Scene::new(file).present("imp1", service, rsa).present(
            "imp1",
            service,
            &order("imp1.acme.test"),
        );
        scene.expect(&RULE, "imp1", service, Status::Fail).message
    }

    #[test]
    fn each_certificate_of_presence_is_looked_through_as_its_peers_do() {
        let mut for_clients = rsa("imp1.acme.test");
        for_clients.srv_names = vec!["_xmpp-client.acme.test".to_owned()];
        let message = lost(CLUSTER, "xmpp-client", &for_clients);
        assert!(message.ends_with("does not name acme.test"), "{message}");
        let mut for_partners = rsa("imp1.acme.test");
        for_partners.srv_names = vec!["_xmpp-server.mail.acme.test".to_owned()];
        let federated = format!(
            "{CLUSTER}[federation]\nthrough = \"im-presence\"\ndomains = [\"mail.acme.test\"]\n"
        );
        let message = lost(&federated, "xmpp-server", &for_partners);
        assert!(
            message.ends_with("does not name mail.acme.test"),
            "{message}"
        );
    }
}

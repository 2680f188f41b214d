//! What client devices tolerate in a server inside, and Expressway-C does not.

use super::verification::{Verification, verification};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::{LeafSubject, NodeSubject};
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::identity::{Field, all_names, find_host, is_short};
use crate::rules::chain::unsent;
use crate::rules::naming::{is_ip, settings};
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, EXPRESSWAY_TRAFFIC_VERIFICATION, MRA_CERTIFICATES};
use crate::trust::Path;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-core-unverified",
    title: "a certificate that the devices accept and Expressway-C refuses",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_TRAFFIC_SERVER
            .at("1. CA that Signed the Remote Certificate is not Trusted; Name verification"),
        EXPRESSWAY_TRAFFIC_VERIFICATION.at("Behaviour on Versions 14.0.8 and Later"),
        MRA_CERTIFICATES.at("Unified Communications server discovery"),
    ],
    explain: "For users outside Expressway-C is the client of Unified CM, IM and Presence and Unity Connection. From X14.2 on \
              (CSCwc69661; one document says X14.0.8) its traffic server verifies every HTTPS connection to them, whatever \
              TLS Verify Mode says: the CA must be in its own list, and the name under which it knows the server must be in \
              subjectAltName. It has no Enterprise Trust and does not read the CN, so what works on every device inside \
              fails outside: no services, \"502\" for the configuration download, no prompt; its log says \"Core server \
              certificate verification failed\" or \"SNI (...) not in certificate. Action=Terminate\". Faults that the \
              devices do not tolerate either (an unknown CA, a missing intermediate, a name that is nowhere) have their own \
              rules, which tell what they do to users outside.",
    fix: "Have a CA whose root is in Maintenance > Security > Trusted CA certificate of each Expressway-C peer sign the \
          certificate, with every name under System > Server as a dNSName. Only as a last resort switch the verification \
          off: xConfiguration EdgeConfigServer VerifyOriginServer: Off.",
    remedy: Remedy::Reissue,
    impact: Impact::MRA,
    check: Check::Leaf(check),
};

/// The services that Expressway-C speaks HTTPS with; SIP and XMPP do not pass through the traffic server.
const HTTPS: [&str; 4] = ["tomcat", "tftp", "tftp-mra", "jetty"];

/// Not every Expressway-C, or not every handshake, is known to be hit.
const PERHAPS: Impact = Impact {
    expressway: Outcome::Unknown,
    ..Impact::NONE
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let service = subject.service.service;
    let product = subject.node.node.product;
    if subject.estate.deployment.mra.is_none() {
        return Verdict::NotApplicable("the deployment has no Mobile and Remote Access");
    }
    let by_https = HTTPS.contains(&service.name) && service.audience.expressway;
    if !by_https || !product.is_voice_operating_system() {
        return Verdict::NotApplicable("Expressway-C's traffic server does not connect here");
    }
    let doubt = match verification(subject.estate) {
        Verification::No => {
            return Verdict::NotApplicable(
                "Expressway does not verify servers inside before X14.0.8",
            );
        }
        Verification::Perhaps => Some("X14.0.8 and later may verify it, X14.2 and later do"),
        Verification::Yes if is_twin(subject) => Some(
            "it depends on the cipher list of Expressway-C whether it is given this ECDSA certificate",
        ),
        Verification::Yes => None,
    };
    let adjusted = |verdict| match (verdict, doubt) {
        (Verdict::Fail(seen), Some(why)) => {
            let message = format!("{}; {why}", seen.message);
            Seen { message, ..seen }
                .severity(Severity::Warning)
                .impact(PERHAPS)
                .into()
        }
        (verdict, _) => verdict,
    };
    let all = std::iter::once(judge_chain(subject)).chain(judge_names(subject));
    Verdict::Each(all.map(adjusted).collect())
}

/// One of the two certificates of a port, the one that modern Expressways ask for less often.
fn is_twin(subject: &LeafSubject<'_>) -> bool {
    let mut others = subject.service.chains().iter();
    subject.chain.kind() == "ecdsa" && others.any(|chain| chain.kind() == "rsa")
}

/// Roots that the devices trust are taken to be in Expressway-C's list too: the deployment file does not tell what is.
fn judge_chain(subject: &LeafSubject<'_>) -> Verdict {
    let leaf = subject.certificate;
    match subject.chain.path.as_deref() {
        Some(Path::Anchored(path)) if unsent(subject, path).is_empty() => Verdict::Pass,
        Some(Path::Anchored(_)) => {
            Verdict::NotApplicable("an intermediate is not sent, which chain-incomplete says")
        }
        // OpenSSL takes a self-signed leaf that stands in the list of trusted CAs.
        Some(Path::Pinned) if leaf.self_signed && subject.estate.trust.is_root(leaf) => Verdict::Pass,
        Some(Path::Pinned) => Seen::new(format!(
            "the devices trust SHA-256 {} because it is pinned ([trust] pinned, Enterprise Trust); its issuer {} is none of \
             the roots in [trust]",
            leaf.digest, leaf.issuer.text
        ))
        .expected("a chain that Expressway-C can verify")
        .found([leaf.issuer.text.as_str()])
        .step(pinned_step(subject))
        .into(),
        Some(Path::SelfSigned) => Verdict::NotApplicable("it is self-signed, which chain-self-signed says"),
        Some(Path::Broken(_)) | None => {
            Verdict::NotApplicable("it builds to no trusted root, which the chain rules say")
        }
    }
}

fn pinned_step(subject: &LeafSubject<'_>) -> &'static str {
    if subject.certificate.self_signed {
        "Until then append this very certificate to Maintenance > Security > Trusted CA certificate on every Expressway-C \
         peer, and put it into [trust] roots instead of pinned."
    } else {
        "Until then append the root and the intermediates of its CA to Maintenance > Security > Trusted CA certificate on \
         every Expressway-C peer, and put the root into [trust] roots."
    }
}

/// The address, and what System > Server and its like hold for the node; each name once.
fn judge_names(subject: &LeafSubject<'_>) -> Vec<Verdict> {
    if subject.service.service.certificate_name != CertificateName::Tomcat {
        return Vec::new();
    }
    let (estate, node) = (subject.estate, subject.node);
    let mut names = vec![node.node.address.as_str()];
    for setting in settings(&NodeSubject { estate, node }) {
        if !names
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&setting.value))
        {
            names.push(&setting.value);
        }
    }
    let judge = |name| judge_name(subject, name);
    names.into_iter().map(judge).collect()
}

fn judge_name(subject: &LeafSubject<'_>, name: &str) -> Verdict {
    if is_ip(name) || is_short(name) {
        return Verdict::NotApplicable("the name itself is at fault, which the naming rules say");
    }
    match find_host(subject.certificate, name) {
        None => Verdict::NotApplicable(
            "the name is not in the certificate at all, which identity-host-missing or naming-setting-mismatch says",
        ),
        Some(Field::CommonName) => {
            let mut found = all_names(subject.certificate);
            // The CN comes last.
            found.pop();
            let others = if found.is_empty() {
                "no name".to_owned()
            } else {
                found.join(", ")
            };
            Seen::new(format!(
                "{name} stands in the CN; subjectAltName holds {others}"
            ))
            .expected(name)
            .found(found)
            .into()
        }
        Some(_) => Verdict::Pass,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::issue::{Order, rsa_key};

    const HOST: &str = "cucm-pub.acme.test";

    /// Users come from outside, and Expressway-C is of that release.
    fn outside(release: &str) -> String {
        let core = "[[node]]\nname = \"expc1\"\nproduct = \"expressway-c\"\naddress = \"expc1.acme.test\"\n";
        format!("{CLUSTER}{core}release = \"{release}\"\n{OUTSIDE}")
    }

    fn only_in_cn() -> Order {
        Order {
            dns: vec!["acme.test".to_owned()],
            ..order(HOST)
        }
    }

    fn judged(file: &str, service: &str, shown: &Order, status: Status) -> Judgement {
        let scene = Scene::new(file).present("cucm-pub", service, shown);
        scene.expect(&RULE, "cucm-pub", service, status)
    }

    fn on_expressway(outcome: Outcome) -> [Effect; 1] {
        let who = Who::Expressway;
        [Effect { who, outcome }]
    }

    #[test]
    fn a_chain_to_a_known_root_with_the_name_in_the_san_passes() {
        judged(&outside("X15.2"), "tomcat", &order(HOST), Status::Pass);
    }

    #[test]
    fn a_name_that_only_the_cn_holds_is_refused() {
        for service in ["tomcat", "tftp-mra"] {
            let finding = judged(&outside("X15.2"), service, &only_in_cn(), Status::Fail);
            assert_eq!(
                finding.message,
                "cucm-pub.acme.test stands in the CN; subjectAltName holds acme.test"
            );
            assert_eq!(finding.severity, Severity::Error);
            assert_eq!(finding.effects, on_expressway(Outcome::MraFails));
        }
    }

    #[test]
    fn each_release_of_expressway_verifies_or_does_not() {
        judged(
            &outside("X14.0.7"),
            "tomcat",
            &only_in_cn(),
            Status::NotApplicable,
        );
        for release in ["X14.0.8", "X14.1.9"] {
            let perhaps = judged(&outside(release), "tomcat", &only_in_cn(), Status::Fail);
            assert_eq!(perhaps.severity, Severity::Warning);
            assert_eq!(perhaps.effects, on_expressway(Outcome::Unknown));
        }
        let verifies = judged(&outside("X14.2"), "tomcat", &only_in_cn(), Status::Fail);
        assert_eq!(verifies.severity, Severity::Error);
        let unknown = format!("{CLUSTER}{OUTSIDE}");
        let verifies = judged(&unknown, "tomcat", &only_in_cn(), Status::Fail);
        assert_eq!(verifies.severity, Severity::Error);
    }

    #[test]
    fn a_pinned_leaf_is_refused_unless_it_is_a_root() {
        let leaf = order(HOST).self_signed().unwrap().der;
        let scene = || Scene::new(&outside("X15.2"));
        let mut pinned = scene();
        pinned.trust().add_pinned(&leaf);
        let pinned = pinned.present_chain("cucm-pub", "tomcat", std::slice::from_ref(&leaf));
        let finding = pinned.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.contains("because it is pinned"),
            "{}",
            finding.message
        );
        assert_eq!(finding.effects, on_expressway(Outcome::MraFails));
        assert!(finding.fix.steps[0].contains("this very certificate"));
        let mut root = scene();
        root.trust().add_root(&leaf).unwrap();
        let root = root.present_chain("cucm-pub", "tomcat", std::slice::from_ref(&leaf));
        root.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        let neither = scene().present_chain("cucm-pub", "tomcat", &[leaf]);
        assert!(
            neither.failures(&RULE).is_empty(),
            "chain-self-signed says so"
        );
    }

    #[test]
    fn a_pinned_leaf_of_a_ca_needs_the_ca() {
        let mut scene = Scene::new(&outside("X15.2"));
        let leaf = scene.issuing().issue(&order(HOST)).unwrap().der;
        scene.trust().add_pinned(&leaf);
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf]);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.contains("its issuer CN=ACME Issuing CA"),
            "{}",
            finding.message
        );
        assert!(finding.fix.steps[0].contains("of its CA"));
    }

    #[test]
    fn faults_that_the_devices_see_too_are_left_to_their_rules() {
        let mut scene = Scene::new(&outside("X15.2"));
        let issuing = scene.issuing().der().to_vec();
        scene.trust().add_intermediate(&issuing).unwrap();
        let leaf = scene
            .issuing()
            .issue(&order("cucm-sub.acme.test"))
            .unwrap()
            .der;
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn names_of_settings_count_and_bad_ones_have_other_rules() {
        let set = |value: &str| {
            let setting =
                format!("location = \"System > Server\"\nvalue = \"{value}\"\nnode = \"cucm-pub\"");
            let file = format!("{}[[setting]]\n{setting}\n", outside("X15.2"));
            let mut shown = order("cucm.acme.test");
            shown.dns = vec![HOST.to_owned()];
            Scene::new(&file)
                .present("cucm-pub", "tomcat", &shown)
                .failures(&RULE)
        };
        let expected = Some("cucm.acme.test".to_owned());
        assert_eq!(
            set("cucm.acme.test"),
            [("cucm-pub".to_owned(), "tomcat".to_owned(), expected)]
        );
        for other in [
            HOST,
            "CUCM-PUB.acme.test",
            "other.acme.test",
            "cucm",
            "192.0.2.1",
        ] {
            assert_eq!(set(other), [], "{other}");
        }
    }

    #[test]
    fn an_ecdsa_twin_matters_by_the_cipher_list() {
        let rsa = Order {
            key: Some(rsa_key().unwrap()),
            ..order(HOST)
        };
        let scene = Scene::new(&outside("X15.2"))
            .present("cucm-pub", "tomcat", &rsa)
            .present("cucm-pub", "tomcat", &only_in_cn());
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(
            finding.message.contains("cipher list"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn without_mra_or_https_there_is_nothing_to_say() {
        judged(CLUSTER, "tomcat", &only_in_cn(), Status::NotApplicable);
        judged(
            &outside("X15.2"),
            "sip",
            &only_in_cn(),
            Status::NotApplicable,
        );
    }

    #[test]
    fn an_intermediate_that_is_not_sent_is_not_called_good() {
        let mut scene = Scene::new(&outside("X15.2"));
        let issuing = scene.issuing().der().to_vec();
        scene.trust().add_intermediate(&issuing).unwrap();
        let leaf = scene.issuing().issue(&order(HOST)).unwrap().der;
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf]);
        let judged = scene.judge(&RULE).into_iter();
        let here = judged.filter(|one| {
            let (node, service) = (&one.place.node, &one.place.service);
            node.as_deref() == Some("cucm-pub") && service.as_deref() == Some("tomcat")
        });
        let statuses: Vec<Status> = here.map(|one| one.status).collect();
        assert_eq!(statuses.len(), 2, "the chain and the name");
        assert!(statuses.contains(&Status::NotApplicable), "{statuses:?}");
        assert!(statuses.contains(&Status::Pass), "{statuses:?}");
    }

    #[test]
    fn a_short_name_or_an_address_in_the_cn_is_left_to_the_naming_rules() {
        for (value, fails) in [
            ("cucm.acme.test", true),
            ("cucm", false),
            ("192.0.2.1", false),
        ] {
            let setting =
                format!("location = \"System > Server\"\nvalue = \"{value}\"\nnode = \"cucm-pub\"");
            let file = format!("{}[[setting]]\n{setting}\n", outside("X15.2"));
            let shown = Order {
                common_name: value.to_owned(),
                ..order(HOST)
            };
            let scene = Scene::new(&file).present("cucm-pub", "tomcat", &shown);
            assert_eq!(!scene.failures(&RULE).is_empty(), fails, "{value}");
        }
    }
}

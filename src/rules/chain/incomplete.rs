//! Intermediates that the server should send and does not.

use std::collections::BTreeSet;

use super::{completed, named, unsent};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{EXPRESSWAY_CERTIFICATES, EXPRESSWAY_TRAFFIC_SERVER, RFC_5246, RFC_8446};
use crate::trust::{Anchored, Link, Path};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-incomplete",
    title: "a server that does not send the intermediates of its certificate",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        RFC_5246.at("7.4.2, Server Certificate"),
        RFC_8446.at("4.4.2, Certificate"),
        EXPRESSWAY_CERTIFICATES.at("Managing the Trusted CA Certificate List"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Trusted CA Chain"),
    ],
    explain: "A server must send its certificate and every intermediate up to the root. When one is left out, only those \
              get through that happen to have it: Windows often does, from its Intermediate store, from earlier visits or \
              by fetching it from the URL in the certificate; iPhones, Android and Expressway do not. So the administrator's \
              own PC works while mobile users are prompted, and Mobile and Remote Access fails with nothing to click. On \
              Cisco's servers the chain that is sent comes from the trust store of the certificate (tomcat-trust, \
              cup-xmpp-trust) at the time when the certificate is uploaded.",
    fix: "Upload the missing intermediates to the trust store of the certificate, upload the certificate itself again and \
          restart its service; on Webex Meetings Server and other web servers put them behind the leaf in one file.",
    remedy: Remedy::Reissue,
    impact: NOT_ON_THE_DEVICES,
    check: Check::Leaf(check),
};

/// The intermediate is on no device.
const NOT_ON_THE_DEVICES: Impact = Impact::PROMPT;

/// It was pushed to the devices; phones have no store for intermediates, servers have their own.
const ON_THE_DEVICES: Impact = Impact {
    windows: Outcome::Trusted,
    mac: Outcome::Trusted,
    ..Impact::PROMPT
};

/// It is on no device, but Windows and Mac may fetch it.
const FETCHABLE: Impact = Impact {
    windows: Outcome::Unknown,
    mac: Outcome::Unknown,
    ..Impact::PROMPT
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    match subject.chain.path.as_deref() {
        Some(Path::Anchored(path)) => judge(subject, path, ON_THE_DEVICES),
        Some(Path::Broken(_)) => match completed(subject, context.at) {
            Some(path) => judge(subject, &path, elsewhere(&path, subject)),
            None => Verdict::NotApplicable(
                "no path is known, whatever is added: chain-untrusted or chain-inconsistent says so",
            ),
        },
        Some(Path::SelfSigned) => {
            Verdict::NotApplicable("a self-signed leaf has no issuer to send")
        }
        Some(Path::Pinned) => Verdict::NotApplicable("the leaf itself is installed on the devices"),
        None => Verdict::NotApplicable("there is no path to judge"),
    }
}

fn judge(subject: &LeafSubject<'_>, path: &Anchored, impact: Impact) -> Verdict {
    let missing = unsent(subject, path);
    Verdict::pass_if(missing.is_empty(), || {
        let names: Vec<String> = missing
            .iter()
            .map(|link| named(&link.certificate))
            .collect();
        let known = whence(subject, &missing, impact);
        Seen::new(format!(
            "not sent: {}; {known}. Sent: {}",
            names.join(", "),
            sent_names(subject)
        ))
        .found(
            subject
                .chain
                .others()
                .map(|other| other.subject.text.clone()),
        )
        .impact(impact)
    })
}

/// Where the missing certificates are known from, and so where they can be had.
fn whence(subject: &LeafSubject<'_>, missing: &[&Link], impact: Impact) -> String {
    if impact == ON_THE_DEVICES {
        return "known to the devices from [trust] intermediates".to_owned();
    }
    let fetched = |link: &&&Link| {
        let digest = link.certificate.digest;
        subject.chain.fetched.iter().any(|one| one.digest == digest)
    };
    if missing.iter().all(|link| fetched(&link)) {
        let below = std::iter::once(subject.certificate).chain(subject.chain.others());
        let urls: BTreeSet<&str> = below
            .flat_map(|child| &child.issuer_urls)
            .map(String::as_str)
            .collect();
        let urls: Vec<&str> = urls.into_iter().collect();
        return format!("to be had from {}", urls.join(", "));
    }
    "seen only because other services send it".to_owned()
}

fn sent_names(subject: &LeafSubject<'_>) -> String {
    let others: Vec<String> = subject.chain.others().map(named).collect();
    if others.is_empty() {
        "the leaf alone".to_owned()
    } else {
        format!("the leaf, {}", others.join(", "))
    }
}

/// Whether the certificate below each missing one says where to fetch it.
fn elsewhere(path: &Anchored, subject: &LeafSubject<'_>) -> Impact {
    let below = std::iter::once(subject.certificate)
        .chain(path.links.iter().map(|link| link.certificate.as_ref()));
    let missing = unsent(subject, path);
    let fetchable = below.zip(&path.links).all(|(child, link)| {
        !missing.contains(&link)
            || child
                .issuer_urls
                .iter()
                .any(|url| url.starts_with("http://"))
    });
    if fetchable {
        FETCHABLE
    } else {
        NOT_ON_THE_DEVICES
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use rcgen::CustomExtension;

    use super::super::testing::{Ca, moment};
    use super::RULE;
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::Digest;
    use crate::deployment::Client;
    use crate::evidence::FetchOutcome;

    fn leaf_only(scene: Scene) -> Scene {
        let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
        scene.present_chain("cucm-pub", "tomcat", &[leaf.der])
    }

    fn outcome(finding: &Judgement, client: Client) -> Option<Outcome> {
        let own = |effect: &&crate::audit::effect::Effect| effect.who == Who::Client(client);
        finding
            .effects
            .iter()
            .find(own)
            .map(|effect| effect.outcome)
    }

    #[test]
    fn a_full_chain_passes() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_leaf_right_below_a_root_needs_no_intermediate() {
        let scene = Scene::new(CLUSTER);
        let leaf = scene.root().issue(&order("cucm-pub.acme.test")).unwrap();
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf.der]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn an_intermediate_that_the_devices_know_is_missed_by_phones_and_servers() {
        let mut scene = Scene::new(CLUSTER);
        let issuing = scene.issuing().der().to_vec();
        scene.trust().add_intermediate(&issuing).unwrap();
        let scene = leaf_only(scene);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.starts_with("not sent: CN=ACME Issuing CA"),
            "{}",
            finding.message
        );
        assert!(finding.message.ends_with("Sent: the leaf alone"));
        assert_eq!(outcome(&finding, Client::Windows), None);
        assert_eq!(outcome(&finding, Client::Mac), None);
        assert_eq!(outcome(&finding, Client::Android), Some(Outcome::Prompt));
    }

    #[test]
    fn an_intermediate_that_only_another_node_sends_is_missed_by_all() {
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        let finding = leaf_only(scene).expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.contains("other services send it"),
            "{}",
            finding.message
        );
        assert_eq!(outcome(&finding, Client::Windows), Some(Outcome::Prompt));
    }

    #[test]
    fn namesakes_that_a_third_service_sends_do_not_hide_it() {
        // Ten times as many as signatures are checked in a search.
        let namesake = Ca::new("ACME Issuing CA", None, |_| {});
        let numbered =
            |n: u64| namesake.renewed(&namesake, |one| one.serial_number = Some(n.into()));
        let namesakes = (0..1_000).map(numbered);
        let namesakes: Vec<Vec<u8>> = namesakes.collect();
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        let scene = leaf_only(scene.present_chain("imp1", "sip", &namesakes));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let own = Digest::of(scene.issuing().der()).short();
        assert!(finding.message.contains(&own), "{}", finding.message);
        // Alone they are nobody's intermediates.
        let alone = Scene::new(CLUSTER).present_chain("imp1", "sip", &namesakes);
        leaf_only(alone).expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn windows_may_fetch_what_the_leaf_names_a_url_for() {
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        let scene = leaf_only(scene).alter(|leaf| {
            leaf.issuer_urls = vec!["http://pki.acme.test/issuing.cer".to_owned()];
        });
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(outcome(&finding, Client::Windows), Some(Outcome::Unknown));
        assert_eq!(outcome(&finding, Client::Mac), Some(Outcome::Unknown));
        assert_eq!(outcome(&finding, Client::Ios), Some(Outcome::Prompt));
    }

    #[test]
    fn an_issuer_known_from_nowhere_is_another_fault() {
        let scene = leaf_only(Scene::new(CLUSTER));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn a_self_signed_leaf_has_nothing_to_send() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    /// An authorityInfoAccess that names the issuer's certificate.
    fn issuer_at(url: &str) -> CustomExtension {
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
        let mut access = vec![0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2, 0x86];
        access.push(length(url.as_bytes()));
        access.extend(url.bytes());
        let mut content = vec![0x30, length(&access) + 2, 0x30, length(&access)];
        content.extend(access);
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content)
    }

    #[test]
    fn what_was_fetched_is_to_be_had_from_its_url() {
        const URL: &str = "http://pki.acme.test/issuing.cer";
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let leaf = Ca::new("cucm-pub.acme.test", Some(&issuing), |params| {
            params.is_ca = rcgen::IsCa::NoCa;
            params.custom_extensions.push(issuer_at(URL));
        });
        let answer = FetchOutcome::Answered {
            status: 200,
            content_type: None,
            body: STANDARD.encode(&issuing.der),
        };
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&root.der).unwrap();
        let finding = scene
            .present_chain("cucm-pub", "tomcat", &[leaf.der])
            .fetched(URL, None, answer, 12)
            .expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let source = format!("to be had from {URL}");
        assert!(finding.message.contains(&source), "{}", finding.message);
    }

    #[test]
    fn an_intermediate_of_another_node_that_expired_completes_nothing() {
        for (until, status) in [(NOW, Status::Fail), (NOW - 1, Status::NotApplicable)] {
            let root = Ca::root();
            let issuing = Ca::new("Issuing", Some(&root), |params| {
                params.not_after = moment(until);
            });
            let mut scene = Scene::new(CLUSTER);
            scene.trust().add_root(&root.der).unwrap();
            scene
                .present_chain(
                    "imp1",
                    "tomcat",
                    &[issuing.leaf("imp1.acme.test"), issuing.der.clone()],
                )
                .present_chain("cucm-pub", "tomcat", &[issuing.leaf("cucm-pub.acme.test")])
                .expect(&RULE, "cucm-pub", "tomcat", status);
        }
    }
}

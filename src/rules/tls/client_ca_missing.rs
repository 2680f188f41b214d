//! Expressway-C's CA is not among those that a port with mutual TLS accepts.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cores::{Cores, Names, distinct};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::State;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Product;
use crate::certificate::DistinguishedName;
use crate::evidence::{Ending, Presentation};
use crate::source::{
    EXPRESSWAY_EKU_X15_5, EXPRESSWAY_TRAFFIC_SERVER, MRA_CLIENT_CERTIFICATE, MRA_GUIDE, RFC_8446,
    SIP_OAUTH,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "tls-client-ca-missing",
    title: "a port with mutual TLS that does not accept Expressway-C's CA",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        MRA_CLIENT_CERTIFICATE.at("CSCvz45074"),
        MRA_GUIDE.at("Requirements, Certificates"),
        SIP_OAUTH.at("SIP OAuth ports"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Certificate exchange"),
        EXPRESSWAY_EKU_X15_5.at("Client certificate"),
        RFC_8446.at("4.2.4, Certificate Authorities"),
    ],
    explain: "Expressway-C shows its certificate when a port of CUCM asks for one: on 6971 and 6972 from X14.0.2 on, even \
              where the cluster is not in mixed mode, on 5091 for SIP OAuth, on 5061 for secure phones. The port tells \
              which CAs it takes, which are those of its trust store. When Expressway-C's is not there the handshake ends \
              in \"tlsv1 alert unknown ca\" (traffic server log): clients outside get no configuration or do not \
              register, with no prompt, while those inside notice nothing. It often begins on the day when Expressway-C's \
              certificate is renewed with another CA.",
    fix: "Upload the root and the intermediates of Expressway-C's certificate to tomcat-trust and CallManager-trust of \
          CUCM, and to tomcat-trust, cup-trust and cup-xmpp-trust of IM and Presence.",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified OS Administration > Security > Certificate Management > Upload Certificate/Certificate chain, on \
             the publisher: first the root, then each intermediate.",
            "Purpose: tomcat-trust for 6972 and 5091, CallManager-trust for 5061 and 6971, cup-trust for 5062 of IM and \
             Presence.",
        ],
        restart: &[
            "Cisco Tomcat",
            "Cisco CallManager",
            "Cisco TFTP",
            "Cisco HAProxy",
        ],
        cautions: &["Restart on every node; phones register anew when Cisco CallManager restarts."],
    },
    impact: Impact {
        servers: Impact::SERVERS.servers,
        ..Impact::MRA
    },
    check: Check::Service(check),
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    if !is_for_expressway(subject) {
        return Verdict::NotApplicable("Expressway-C shows no certificate to this service");
    }
    let cores = subject.estate.once(|| Cores::of(subject.estate));
    if cores.nodes == 0 {
        return Verdict::NotApplicable("the deployment has no Expressway-C");
    }
    let State::Examined(chains) = &subject.service.state else {
        return Verdict::NotApplicable("no handshake was seen");
    };
    let shown: Vec<&Presentation> = chains.iter().map(|chain| chain.presentation).collect();
    match accepted(&shown) {
        Ok(names) => Verdict::Each(judge(subject, &cores, &names)),
        Err(verdict) => verdict,
    }
}

fn is_for_expressway(subject: &ServiceSubject<'_>) -> bool {
    let service = subject.service.service.name;
    match subject.node.node.product {
        Product::Cucm => matches!(service, "sip" | "tftp" | "tftp-mra" | "sip-oauth-mra"),
        Product::ImPresence | Product::Cup => service == "sip-peer",
        _ => false,
    }
}

/// The CA names that the port accepts, or the verdict where it does not say.
fn accepted(shown: &[&Presentation]) -> Result<Names, Verdict> {
    let requests: Vec<_> = shown
        .iter()
        .filter_map(|shown| shown.client_certificate.as_ref())
        .collect();
    if requests.is_empty() {
        let completed = shown.iter().any(|shown| shown.ending == Ending::Completed);
        return Err(if completed {
            Verdict::NotApplicable("the port asks for no client certificate, so it refuses none")
        } else {
            Verdict::unknown(
                "the handshake broke off before a client certificate could be asked for",
            )
        });
    }
    let names = requests.iter().flat_map(|request| &request.authorities);
    let names = names.filter_map(|name| DistinguishedName::from_der(&STANDARD.decode(name).ok()?));
    let names = distinct(names);
    if names.is_empty() {
        return Err(Verdict::unknown(
            "the port asks for a client certificate and does not say which CAs it accepts",
        ));
    }
    Ok(names)
}

/// Nodes of one CA that are told of one by one at each port. Real sites have up to six.
const MOST_TOLD: usize = 32;

/// A fault for each node that would be refused; all that would not are one pass, and all of which it is not known are one
/// question.
fn judge(
    subject: &ServiceSubject<'_>,
    cores: &Cores,
    accepted: &[DistinguishedName],
) -> Vec<Verdict> {
    let known = Accepted::of(accepted);
    let (mut verdicts, mut passes) = (Vec::new(), false);
    for (issuers, names) in &cores.alike {
        // Server ports of one Expressway show one certificate, or it and its ECDSA twin: either may be shown as the client's.
        let missing = issuers.iter().find(|chain| !known.has_one_of(chain));
        passes |= missing.is_none();
        if let Some(missing) = missing {
            let told = names.iter().take(MOST_TOLD).map(String::as_str);
            let others = (names.len() > MOST_TOLD).then_some("other Expressway-C nodes");
            let faults = told.chain(others);
            let faults = faults.map(|name| seen(subject, name, missing, accepted));
            verdicts.extend(faults.map(Verdict::from));
        }
    }
    verdicts.extend(passes.then_some(Verdict::Pass));
    verdicts.extend(cores.unknown.clone().map(Verdict::Unknown));
    verdicts
}

/// Accepted CAs by DER, and by text: servers write names of CAs anew, with other string types.
struct Accepted<'a> {
    ders: HashSet<&'a [u8]>,
    texts: HashSet<String>,
}

impl<'a> Accepted<'a> {
    fn of(names: &'a [DistinguishedName]) -> Self {
        let texts = names.iter().map(|name| name.text.to_ascii_lowercase());
        Self {
            ders: names.iter().map(|name| &*name.der).collect(),
            texts: texts.collect(),
        }
    }

    fn has_one_of(&self, issuers: &[DistinguishedName]) -> bool {
        issuers.iter().any(|issuer| {
            self.ders.contains(&*issuer.der)
                || self.texts.contains(&issuer.text.to_ascii_lowercase())
        })
    }
}

fn seen(
    subject: &ServiceSubject<'_>,
    core: &str,
    issuers: &Names,
    accepted: &[DistinguishedName],
) -> Seen {
    let port = subject.service.service.port;
    let seen = Seen::new(format!(
        "the certificate of {core} was issued by {}, and none of that is among the CAs that port {port} accepts ({} in \
         all)",
        texts(issuers).join("; "),
        accepted.len()
    ))
    .expected(format!("the CA of {core}"))
    .found(texts(accepted));
    if is_certain(subject) {
        seen
    } else {
        seen.severity(Severity::Warning)
    }
}

fn texts(names: &[DistinguishedName]) -> Vec<&str> {
    names.iter().map(|name| &*name.text).collect()
}

/// Whether Expressway-C is known to come here: not without Mobile and Remote Access, to CUCM's 5061 only for secure phones,
/// and to IM and Presence's 5062 only in some designs.
fn is_certain(subject: &ServiceSubject<'_>) -> bool {
    let mra = subject.estate.deployment.mra.as_ref();
    mra.is_some_and(|mra| match subject.service.service.name {
        "sip" => !mra.phone_security_profiles.is_empty(),
        "sip-peer" => false,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::Certificate;
    use crate::certificate::issue::Authority;
    use crate::evidence::{Ending, Silence};

    const CORE: &str = "[mra]\nphone_security_profiles = [\"secure.acme.test\"]\n\
        [[node]]\nname = \"expe1\"\nproduct = \"expressway-e\"\naddress = \"expe1.acme.test\"\n\
        [[node]]\nname = \"expc1\"\nproduct = \"expressway-c\"\naddress = \"expc1.acme.test\"\nrelease = \"X15.2\"\n";

    fn name(der: &[u8]) -> Vec<u8> {
        let certificate = Certificate::from_der(der).unwrap();
        certificate.subject.der.to_vec()
    }

    fn stranger() -> Vec<u8> {
        name(Authority::root("Other CA", NOW).unwrap().der())
    }

    fn scene_of(file: &str) -> Scene {
        Scene::new(file).present("expc1", "web", &order("expc1.acme.test"))
    }

    fn with_core() -> Scene {
        with_core_and("")
    }

    fn with_core_and(more: &str) -> Scene {
        scene_of(&format!("{CLUSTER}{CORE}{more}"))
    }

    /// `service` of `node` asks, naming those CAs.
    fn asks(scene: Scene, node: &str, service: &str, names: &[Vec<u8>]) -> Scene {
        scene
            .present(node, service, &order("cucm-pub.acme.test"))
            .asks_client_certificate(names)
    }

    fn judged(service: &str, names: &[Vec<u8>], status: Status) -> Judgement {
        asks(with_core(), "cucm-pub", service, names).expect(&RULE, "cucm-pub", service, status)
    }

    #[test]
    fn the_issuer_or_the_root_is_enough() {
        for pick in [Scene::root as fn(&Scene) -> &Authority, Scene::issuing] {
            let scene = with_core();
            let accepted = name(pick(&scene).der());
            let scene = asks(scene, "cucm-pub", "tftp-mra", &[stranger(), accepted]);
            scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Pass);
        }
    }

    #[test]
    fn other_cas_are_not() {
        for service in ["sip", "tftp", "tftp-mra", "sip-oauth-mra"] {
            let finding = judged(service, &[stranger()], Status::Fail);
            assert_eq!(finding.severity, Severity::Error, "{service}");
            assert!(finding.effects.contains(&Effect {
                who: Who::Expressway,
                outcome: Outcome::MraFails
            }));
            assert_eq!(finding.found, ["CN=Other CA"]);
        }
        assert_eq!(
            judged("tftp-mra", &[stranger()], Status::Fail).message,
            "the certificate of expc1 was issued by CN=ACME Issuing CA; CN=ACME Root CA, and none of that is among the CAs \
             that port 6972 accepts (1 in all)"
        );
    }

    #[test]
    fn of_very_many_nodes_the_first_are_told_one_by_one() {
        let refused = |count: usize| {
            let node = |number: usize| {
                format!(
                    "[[node]]\nproduct = \"expressway-c\"\naddress = \"c{number}.acme.test\"\nrelease = \"X15.2\"\n"
                )
            };
            let more: Vec<String> = (0..count).map(node).collect();
            let mut scene = with_core_and(&more.concat());
            for number in 0..count {
                let host = format!("c{number}.acme.test");
                scene = scene.present(&host, "web", &order(&host));
            }
            let judged = asks(scene, "cucm-pub", "tftp-mra", &[stranger()]).judge(&RULE);
            let failed = judged.into_iter().filter(|one| one.status == Status::Fail);
            failed.filter_map(|one| one.expected).collect::<Vec<_>>()
        };
        // The one of the cluster is the first.
        assert_eq!(refused(31).len(), 32);
        let told = refused(40);
        assert_eq!(told.len(), 33);
        assert!(told.contains(&"the CA of other Expressway-C nodes".to_owned()));
        assert!(told.contains(&"the CA of c30.acme.test".to_owned()));
        assert!(!told.contains(&"the CA of c31.acme.test".to_owned()));
    }

    #[test]
    fn a_name_in_another_string_type_is_the_same_name() {
        let scene = with_core();
        let mut other = name(scene.issuing().der());
        // UTF8String to PrintableString.
        let tag = other.iter().rposition(|byte| *byte == 12).unwrap();
        other[tag] = 19;
        let scene = asks(scene, "cucm-pub", "tftp-mra", &[other]);
        scene.expect(&RULE, "cucm-pub", "tftp-mra", Status::Pass);
    }

    #[test]
    fn a_self_signed_expressway_must_be_there_itself() {
        let order = order("expc1.acme.test");
        let own = name(&order.self_signed().unwrap().der);
        let scene =
            || Scene::new(&format!("{CLUSTER}{CORE}")).present_self_signed("expc1", "web", &order);
        let judge = |names: &[Vec<u8>], status| {
            asks(scene(), "cucm-pub", "tftp", names).expect(&RULE, "cucm-pub", "tftp", status)
        };
        judge(&[own], Status::Pass);
        judge(&[stranger()], Status::Fail);
    }

    #[test]
    fn what_is_not_said_or_not_seen_is_unknown() {
        judged("tftp", &[], Status::Unknown);
        judged("tftp", &[b"rubbish".to_vec()], Status::Unknown);
        let broken = with_core()
            .present("cucm-pub", "tftp", &order("cucm-pub.acme.test"))
            .handshake(|shown| shown.ending = Ending::BrokenOff("reset".to_owned()));
        broken.expect(&RULE, "cucm-pub", "tftp", Status::Unknown);
        let unseen =
            Scene::new(&format!("{CLUSTER}{CORE}")).silent("expc1", "web", Silence::Refused);
        let unseen = asks(unseen, "cucm-pub", "tftp", &[stranger()]);
        unseen.expect(&RULE, "cucm-pub", "tftp", Status::Unknown);
    }

    #[test]
    fn from_x15_5_on_the_client_certificate_is_another() {
        for (release, status) in [("X15.4", Status::Fail), ("X15.5", Status::Unknown)] {
            let scene = scene_of(&format!("{CLUSTER}{CORE}").replace("X15.2", release));
            let scene = asks(scene, "cucm-pub", "tftp", &[stranger()]);
            scene.expect(&RULE, "cucm-pub", "tftp", status);
        }
    }

    #[test]
    fn ports_that_do_not_ask_and_other_ports_are_left_alone() {
        let scene = with_core().present("cucm-pub", "tftp", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tftp", Status::NotApplicable);
        judged("tomcat", &[stranger()], Status::NotApplicable);
        let alone = asks(Scene::new(CLUSTER), "cucm-pub", "tftp", &[stranger()]);
        alone.expect(&RULE, "cucm-pub", "tftp", Status::NotApplicable);
        let silent = with_core().silent("cucm-pub", "tftp", Silence::Refused);
        silent.expect(&RULE, "cucm-pub", "tftp", Status::NotApplicable);
    }

    #[test]
    fn it_is_a_warning_where_expressway_may_not_come() {
        let severity = |scene: Scene, node: &str, service: &str| {
            let scene = asks(scene, node, service, &[stranger()]);
            scene.expect(&RULE, node, service, Status::Fail).severity
        };
        assert_eq!(severity(with_core(), "imp1", "sip-peer"), Severity::Warning);
        let file = format!("{CLUSTER}{CORE}");
        let no_profile = file.replace("phone_security_profiles = [\"secure.acme.test\"]\n", "");
        let no_mra = no_profile.replace("[mra]\n", "");
        assert_eq!(
            severity(scene_of(&no_profile), "cucm-pub", "sip"),
            Severity::Warning
        );
        assert_eq!(
            severity(scene_of(&no_profile), "cucm-pub", "tftp"),
            Severity::Error
        );
        assert_eq!(
            severity(scene_of(&no_mra), "cucm-pub", "tftp"),
            Severity::Warning
        );
    }

    #[test]
    fn the_port_itself_is_hit_too() {
        let finding = judged("sip", &[stranger()], Status::Fail);
        let (who, outcome) = (Who::Servers, Outcome::Degraded);
        let effects = finding.effects;
        assert!(effects.contains(&Effect { who, outcome }), "{effects:?}");
    }
}

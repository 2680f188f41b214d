//! A certificate without clientAuth, where its node presents it as a TLS client.

use super::{has, lists, purposes, row};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{EDGE_WITHOUT_CLIENT_AUTH, Product};
use crate::certificate::ExtendedKeyUsage;
use crate::rules::client_role::{OWN_CERTIFICATE, connections, has_own_client_certificate, worse};
use crate::source::{
    CUCM_CERTIFICATES_14, EXPRESSWAY_EKU_SUNSET, EXPRESSWAY_EKU_X15_5, FIELD_NOTICE_74345,
    FIELD_NOTICE_74362, MRA_CERTIFICATES, OPENSSL_VERIFICATION,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-client-auth-missing",
    title: "a certificate whose extended key usage lacks clientAuth",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        FIELD_NOTICE_74345.at("Problem Description; Workaround/Solution"),
        FIELD_NOTICE_74362.at("Problem Description; Workaround/Solution"),
        EXPRESSWAY_EKU_SUNSET.at("Affected deployments"),
        EXPRESSWAY_EKU_X15_5.at("Separate client and server certificates"),
        MRA_CERTIFICATES.at("Secure registration"),
        CUCM_CERTIFICATES_14.at("CSR Key Usage Extensions"),
        OPENSSL_VERIFICATION.at("Certificate Extensions, SSL Client"),
    ],
    explain: "In mutual TLS the node that opens the connection presents its certificate too, and the other side refuses \
              one whose extended key usage lacks TLS Web Client Authentication (1.3.6.1.5.5.7.3.2). Users get no prompt: \
              the traversal zone or its SSH tunnels (port 2222) stay down, SIP over Mobile and Remote Access does not \
              register, secure trunks and federation fail. Public CAs stop issuing clientAuth by March 2027, so a \
              renewal can bring this about. Expressway-E is affected up to X15.3; from X15.4 only its other mutual TLS \
              zones are. From X15.5, and from 15SU5 on CUCM, IM and Presence and Unity Connection, the client \
              certificate is a separate one that no port shows. A certificate without any extended key usage is good; \
              where nothing in the deployment presents it as a client, this is a warning.",
    fix: "Have a CA sign the request again that keeps clientAuth beside serverAuth: a private CA on everything but \
          Expressway-E. On Expressway-E upgrade both Expressways to X15.4 or later instead.",
    remedy: Remedy::Reissue,
    impact: Impact {
        expressway: Outcome::MraFails,
        federation: Outcome::FederationFails,
        servers: Outcome::Degraded,
        ..Impact::clients(Outcome::MraFails)
    },
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if !asks_client_auth(subject) {
        return Verdict::NotApplicable("its request does not ask for clientAuth");
    }
    let purposes = match purposes(subject.certificate) {
        Ok(purposes) => purposes,
        Err(verdict) => return verdict,
    };
    if lists(purposes, ExtendedKeyUsage::CLIENT_AUTH) {
        return Verdict::Pass;
    }
    match weigh(subject) {
        Err(verdict) => verdict,
        Ok(weight) => missing(purposes, &weight),
    }
}

/// Expressway's request asks for it in every release; the table's row knows of the others.
fn asks_client_auth(subject: &LeafSubject<'_>) -> bool {
    row(subject).is_some_and(|row| row.client_auth)
}

/// What the lack means.
struct Weight {
    severity: Severity,
    impact: Impact,
    /// Where the certificate is presented as a client, in words.
    role: String,
}

impl Weight {
    fn warning(role: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            impact: Impact::NONE,
            role: role.into(),
        }
    }
}

fn missing(purposes: &ExtendedKeyUsage, weight: &Weight) -> Verdict {
    let names = purposes.names();
    let severity = if lists(purposes, ExtendedKeyUsage::ANY) {
        Severity::Warning
    } else {
        weight.severity
    };
    Seen::new(format!("{}; {}", has("extKeyUsage", &names), weight.role))
        .expected("clientAuth")
        .found(names)
        .severity(severity)
        .impact(weight.impact)
        .into()
}

fn weigh(subject: &LeafSubject<'_>) -> Result<Weight, Verdict> {
    match subject.node.node.product {
        Product::ExpresswayC => Ok(weigh_core(subject)),
        Product::ExpresswayE => weigh_edge(subject),
        _ => weigh_unified(subject),
    }
}

fn weigh_core(subject: &LeafSubject<'_>) -> Weight {
    if has_own_client_certificate(subject) {
        return Weight::warning(
            "from X15.5 the traversal zone uses the separate client certificate, which no port shows and which the \
             upgrade copied from this one: look at Maintenance > Security > Client certificate",
        );
    }
    let servers = if subject.estate.deployment.mra.is_some() {
        Outcome::MraFails
    } else {
        Outcome::Degraded
    };
    Weight {
        severity: Severity::Error,
        impact: Impact {
            expressway: Outcome::MraFails,
            servers,
            ..Impact::NONE
        },
        role: "Expressway-C is the client of the traversal zone and of its SSH tunnels".to_owned(),
    }
}

fn weigh_edge(subject: &LeafSubject<'_>) -> Result<Weight, Verdict> {
    let release = subject.node.node.release.as_ref();
    let mra = subject.estate.deployment.mra.is_some();
    if has_own_client_certificate(subject) {
        return Err(Verdict::NotApplicable(OWN_CERTIFICATE));
    }
    match release {
        Some(release) if *release >= EDGE_WITHOUT_CLIENT_AUTH => Ok(Weight::warning(
            "from X15.4 registration through Mobile and Remote Access no longer asks for it; neighbour zones with \
             mutual TLS do",
        )),
        Some(_) if mra => Ok(Weight {
            severity: Severity::Error,
            impact: Impact {
                expressway: Outcome::MraFails,
                servers: Outcome::MraFails,
                ..Impact::clients(Outcome::MraFails)
            },
            role: "before X15.4 SIP registration through Mobile and Remote Access asks Expressway-E for it"
                .to_owned(),
        }),
        None if mra => Err(Verdict::unknown(
            "the certificate lacks clientAuth, and the deployment file gives no `release` of this Expressway-E: before \
             X15.4 SIP registration through Mobile and Remote Access fails, from X15.4 on it does not",
        )),
        _ => Ok(Weight::warning(
            "the deployment has no Mobile and Remote Access; neighbour zones with mutual TLS ask for it",
        )),
    }
}

fn weigh_unified(subject: &LeafSubject<'_>) -> Result<Weight, Verdict> {
    let connections = connections(subject);
    let name = subject.service.service.certificate_name;
    if connections.is_empty() {
        if has_own_client_certificate(subject) {
            return Err(Verdict::NotApplicable(OWN_CERTIFICATE));
        }
        return Ok(Weight::warning(format!(
            "nothing in this deployment is known to present {name} as a TLS client"
        )));
    }
    let words: Vec<&str> = connections.iter().map(|one| one.words).collect();
    let words = words.join(" and ");
    if has_own_client_certificate(subject) {
        return Ok(Weight::warning(format!(
            "from 15SU5 {words} uses {name}-client, which no port shows: see that it has clientAuth"
        )));
    }
    let impact = connections
        .iter()
        .fold(Impact::NONE, |all, one| worse(all, one.impact));
    Ok(Weight {
        severity: Severity::Error,
        impact,
        role: format!("{name} is presented as a TLS client for {words}"),
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::ExtendedKeyUsage;
    use crate::certificate::issue::Order;

    const TRUNK: &str = "[[sip_trunk]]\nto = \"imp1\"\nx509_subject = \"imp1.acme.test\"\n";
    const FEDERATION: &str = "[federation]\nthrough = \"im-presence\"\n";

    fn without(host: &str) -> Order {
        let mut ordered = order(host);
        ordered.extended_key_usage = vec![ExtendedKeyUsage::SERVER_AUTH];
        ordered
    }

    fn judged(deployment: &str, node: &str, service: &str, status: Status) -> Judgement {
        let ordered = without(&format!("{node}.acme.test"));
        let scene = Scene::new(deployment).present(node, service, &ordered);
        scene.expect(&RULE, node, service, status)
    }

    fn severity(deployment: &str, node: &str, service: &str) -> Severity {
        judged(deployment, node, service, Status::Fail).severity
    }

    fn secure_mra() -> String {
        let profiles = "[mra]\nphone_security_profiles = [\"jabber-secure.acme.test\"]\n";
        format!("{CLUSTER}{}", OUTSIDE.replace("[mra]\n", profiles))
    }

    fn edge(release: &str) -> String {
        EDGE.replace("X15.2", release)
    }

    #[test]
    fn both_purposes_or_no_extension_are_good() {
        let mut open = order("expc1.acme.test");
        open.extended_key_usage.clear();
        for good in [order("expc1.acme.test"), open] {
            let scene = Scene::new(EDGE).present("expc1", "web", &good);
            scene.expect(&RULE, "expc1", "web", Status::Pass);
        }
    }

    #[test]
    fn call_manager_needs_it_for_trunks_and_secure_registration() {
        let with = |more: &str| format!("{CLUSTER}{more}");
        assert_eq!(severity(CLUSTER, "cucm-pub", "sip"), Severity::Warning);
        assert_eq!(severity(&with(TRUNK), "cucm-pub", "sip"), Severity::Error);
        assert_eq!(severity(&secure_mra(), "cucm-pub", "sip"), Severity::Error);
        assert_eq!(
            severity(&with(OUTSIDE), "cucm-pub", "sip"),
            Severity::Warning
        );
    }

    #[test]
    fn a_tls_peer_subject_list_tells_of_a_trunk() {
        let listed = format!("{CLUSTER}tls_peer_subjects = [\"cucm-pub.acme.test\"]\n");
        assert_eq!(severity(&listed, "imp1", "sip"), Severity::Error);
        assert_eq!(severity(&listed, "cucm-pub", "sip"), Severity::Error);
        assert_eq!(severity(CLUSTER, "imp1", "sip"), Severity::Warning);
    }

    #[test]
    fn secure_registration_fails_outside_only() {
        let finding = judged(&secure_mra(), "cucm-pub", "sip", Status::Fail);
        let hit = Effect {
            who: Who::Expressway,
            outcome: Outcome::MraFails,
        };
        assert_eq!(finding.effects, [hit]);
    }

    #[test]
    fn a_warning_hits_nobody() {
        let finding = judged(CLUSTER, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.effects.is_empty());
        assert!(
            finding.message.contains("cup-xmpp as a TLS client"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn tomcat_needs_it_where_sip_oauth_answers_outside() {
        let outside = format!("{CLUSTER}{OUTSIDE}");
        let ordered = without("cucm-pub.acme.test");
        let scene = Scene::new(&outside).present("cucm-pub", "tomcat", &ordered);
        let closed = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(closed.severity, Severity::Warning);
        let scene = scene.present("cucm-pub", "sip-oauth-mra", &ordered);
        let open = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(open.severity, Severity::Error);
    }

    #[test]
    fn tomcat_needs_it_where_the_directory_insists() {
        let directory = "[[node]]\nname = \"ad\"\nproduct = \"ldap\"\naddress = \"ad.acme.test\"\n";
        let scene = Scene::new(&format!("{CLUSTER}{directory}"))
            .present("cucm-pub", "tomcat", &without("cucm-pub.acme.test"))
            .present("ad", "ldaps", &order("ad.acme.test"));
        let asked_nothing = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(asked_nothing.severity, Severity::Warning);
        let scene = scene.asks_client_certificate(&[]);
        let insists = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(insists.severity, Severity::Error);
    }

    #[test]
    fn federation_through_im_presence_fails() {
        let deployment = format!("{CLUSTER}{FEDERATION}");
        let finding = judged(&deployment, "imp1", "xmpp-server", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.effects[0].outcome, Outcome::FederationFails);
    }

    #[test]
    fn from_15su5_the_client_certificate_is_another_one() {
        let trunk = format!("{CLUSTER}{TRUNK}");
        let at = |deployment: &str, release: &str| deployment.replace("14SU2", release);
        assert_eq!(
            severity(&at(&trunk, "15SU4"), "cucm-pub", "sip"),
            Severity::Error
        );
        assert_eq!(
            severity(&at(&trunk, "15SU5"), "cucm-pub", "sip"),
            Severity::Warning
        );
        judged(
            &at(CLUSTER, "15SU5"),
            "cucm-pub",
            "sip",
            Status::NotApplicable,
        );
        assert_eq!(
            severity(&at(CLUSTER, "15SU4"), "cucm-pub", "sip"),
            Severity::Warning
        );
    }

    #[test]
    fn expressway_c_always_needs_it_up_to_x15_4() {
        let finding = judged(&edge("X15.4.1"), "expc1", "web", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.effects[0].outcome, Outcome::MraFails);
        assert_eq!(severity(&edge("X15.5"), "expc1", "web"), Severity::Warning);
        let unknown = EDGE.replace("release = \"X15.2\"", "");
        assert_eq!(severity(&unknown, "expc1", "web"), Severity::Error);
    }

    #[test]
    fn expressway_e_needs_it_up_to_x15_3() {
        let finding = judged(&edge("X15.3"), "expe1", "mra", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(
            finding.effects.len(),
            5,
            "every platform outside, and Expressway"
        );
        assert_eq!(severity(&edge("X15.4"), "expe1", "mra"), Severity::Warning);
        judged(&edge("X15.5"), "expe1", "mra", Status::NotApplicable);
        let unknown = EDGE.replace("release = \"X15.2\"", "");
        judged(&unknown, "expe1", "mra", Status::Unknown);
    }

    #[test]
    fn any_purpose_is_a_warning() {
        let mut any = order("expc1.acme.test");
        any.extended_key_usage = vec![ExtendedKeyUsage::ANY];
        let scene = Scene::new(EDGE).present("expc1", "web", &any);
        let finding = scene.expect(&RULE, "expc1", "web", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
    }

    #[test]
    fn directories_and_old_capf_do_not_ask_for_it() {
        let listed = CLUSTER.replace(
            "product = \"cucm\"",
            "product = \"cucm\"\nservices = [\"capf\"]",
        );
        assert_eq!(severity(&listed, "cucm-pub", "capf"), Severity::Warning);
        let old = listed.replace("14SU2", "12.5");
        judged(&old, "cucm-pub", "capf", Status::NotApplicable);
    }

    #[test]
    fn without_mobile_and_remote_access_expressway_e_may_lack_it() {
        let closed = OUTSIDE.replace("[mra]", "");
        for release in ["", "release = \"X15.2\"\n"] {
            let file = format!("{CLUSTER}{closed}{release}").replace("release = \"14SU2\"", "");
            let finding = judged(&file, "expe1", "web", Status::Fail);
            assert_eq!(finding.severity, Severity::Warning, "{}", finding.message);
            assert!(finding.effects.is_empty());
        }
    }

    #[test]
    fn the_traversal_zone_fails_and_with_it_mobile_and_remote_access() {
        let core = judged(EDGE, "expc1", "web", Status::Fail).effects;
        let hit = |who, outcome| core.contains(&Effect { who, outcome });
        assert!(hit(Who::Servers, Outcome::MraFails), "{core:?}");
    }
}

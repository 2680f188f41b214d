//! Bits of keyUsage that the request asked for are gone.

use super::{has, key_usage, row};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::UsageRow;
use crate::certificate::{Certificate, KeyUsage, PublicKey};
use crate::source::{CUCM_CERTIFICATES, CUCM_CERTIFICATES_14, IM_PRESENCE_GUIDE, RFC_5280};

/// Peers that read the bit end the handshake without a prompt; which platforms of Jabber read it, no document says.
const NO_SIGNATURE: Impact = Impact {
    expressway: Outcome::Unknown,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::clients(Outcome::Unknown)
};

/// Without these a certificate cannot do its work; the others are only not as Cisco asks.
const GRAVE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN);

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-key-usage-missing",
    title: "a certificate without a key usage that its request asked for",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions"),
        CUCM_CERTIFICATES_14.at("CSR Key Usage Extensions"),
        IM_PRESENCE_GUIDE.at("CSR Key Usage Extensions"),
        RFC_5280.at("4.2.1.3, Key Usage"),
    ],
    explain: "Each certificate has its row of key usages in the security guides, and the CA should sign them as the \
              request asks. digitalSignature is needed in every handshake with ECDHE and in all of TLS 1.3: a peer that \
              reads the bit breaks off before any prompt. CAPF without keyCertSign cannot issue locally significant \
              certificates, and phones and CSF devices fail to enrol. keyEncipherment serves only the old RSA key \
              exchange: up to 14SU1 every request asks for it, from 14SU2 on CUCM's does not, IM and Presence's still \
              may, and EC keys cannot use it. A certificate without the extension may be used for everything.",
    fix: "Have the CA sign the request again with the key usages that it asks for; on a Microsoft CA use a template \
          that allows digital signature and key encipherment.",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let Some(row) = row(subject) else {
        return Verdict::NotApplicable(
            "no table says which key usages this certificate should have",
        );
    };
    let usage = match key_usage(subject.certificate) {
        Ok(usage) => usage,
        Err(verdict) => return verdict,
    };
    let wanted = wanted(subject.certificate, &row);
    let bits = (0..9).map(|bit| KeyUsage(1 << bit));
    Verdict::each(
        bits.filter(|bit| wanted.contains(*bit))
            .map(|bit| judge(usage, bit)),
        "its request asks for no key usage",
    )
}

/// The bits that this certificate should have. dataEncipherment has a rule of its own; a self-signed certificate was
/// not made from a request, and is asked only for what it cannot work without.
fn wanted(certificate: &Certificate, row: &UsageRow) -> KeyUsage {
    let mut absent = KeyUsage::DATA_ENCIPHERMENT;
    if !matches!(certificate.public_key, PublicKey::Rsa { .. }) {
        absent = absent.with(KeyUsage::KEY_ENCIPHERMENT);
    }
    let wanted = row.key_usage.without(absent);
    if certificate.self_signed {
        wanted.without(wanted.without(GRAVE))
    } else {
        wanted
    }
}

fn judge(usage: KeyUsage, bit: KeyUsage) -> Verdict {
    Verdict::pass_if(usage.contains(bit), || {
        let seen = Seen::new(has("keyUsage", &usage.names()))
            .expected(bit.names().join(", "))
            .found(usage.names());
        match bit {
            KeyUsage::DIGITAL_SIGNATURE => seen.severity(Severity::Error).impact(NO_SIGNATURE),
            KeyUsage::KEY_CERT_SIGN => seen.severity(Severity::Error).impact(Impact::SERVERS),
            _ => seen,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::{KeyUsage, PublicKey};

    const DATA: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::DATA_ENCIPHERMENT);

    /// An RSA certificate with those usages on a node of that release.
    fn judged(release: &str, service: &str, usage: KeyUsage) -> Vec<Judgement> {
        let deployment = CLUSTER.replace("release = \"14SU2\"", release).replace(
            "product = \"cucm\"",
            "product = \"cucm\"\nservices = [\"tomcat\", \"capf\"]",
        );
        let mut ordered = order("cucm-pub.acme.test");
        ordered.key_usage = usage;
        let scene = Scene::new(&deployment).present("cucm-pub", service, &ordered);
        let scene = scene.alter(|leaf| leaf.public_key = PublicKey::Rsa { bits: 2048 });
        let mut judged = scene.judge(&RULE);
        judged.retain(|one| one.place.service.as_deref() == Some(service) && !one.follows_silence);
        judged
    }

    fn missing(release: &str, service: &str, usage: KeyUsage) -> Vec<String> {
        let mut judged = judged(release, service, usage);
        judged.retain(|one| one.status == Status::Fail);
        judged.into_iter().filter_map(|one| one.expected).collect()
    }

    #[test]
    fn key_encipherment_may_be_absent_from_14su2_on() {
        assert_eq!(
            missing("release = \"14SU1\"", "tomcat", DATA),
            ["keyEncipherment"]
        );
        assert!(missing("release = \"14SU2\"", "tomcat", DATA).is_empty());
        assert!(
            missing("", "tomcat", DATA).is_empty(),
            "the tables disagree"
        );
    }

    #[test]
    fn key_encipherment_is_not_asked_of_an_ec_key() {
        let deployment = CLUSTER.replace("14SU2", "12.5");
        let mut ordered = order("cucm-pub.acme.test");
        ordered.key_usage = DATA;
        let scene = Scene::new(&deployment).present("cucm-pub", "tomcat", &ordered);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn what_the_request_asked_for_passes() {
        let all = DATA.with(KeyUsage::KEY_ENCIPHERMENT);
        assert!(missing("release = \"12.5\"", "tomcat", all).is_empty());
        assert!(missing("release = \"12.5\"", "tomcat", KeyUsage::default()).is_empty());
    }

    #[test]
    fn data_encipherment_is_another_rules() {
        let without = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
        assert!(missing("release = \"12.5\"", "tomcat", without).is_empty());
    }

    #[test]
    fn without_digital_signature_it_is_an_error_of_unknown_effect() {
        let judged = judged("release = \"15\"", "tomcat", KeyUsage::DATA_ENCIPHERMENT);
        assert_eq!(
            (judged[0].status, judged[0].severity),
            (Status::Fail, Severity::Error)
        );
        assert_eq!(judged[0].expected.as_deref(), Some("digitalSignature"));
        assert!(
            judged[0]
                .effects
                .iter()
                .all(|effect| effect.outcome == Outcome::Unknown)
        );
    }

    #[test]
    fn capf_must_be_able_to_sign() {
        let signing = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN);
        assert!(missing("release = \"15\"", "capf", signing).is_empty());
        let judged = judged("release = \"15\"", "capf", KeyUsage::DIGITAL_SIGNATURE);
        assert_eq!(judged[0].expected.as_deref(), Some("keyCertSign"));
        assert_eq!(judged[0].severity, Severity::Error);
        assert_eq!(judged[0].effects[0].who, Who::Servers);
    }

    #[test]
    fn a_self_signed_certificate_is_asked_only_for_what_it_needs() {
        let deployment = CLUSTER.replace("14SU2", "12.5");
        let mut ordered = order("cucm-pub.acme.test");
        ordered.key_usage = DATA;
        let scene = Scene::new(&deployment)
            .present_self_signed("cucm-pub", "tomcat", &ordered)
            .alter(|leaf| leaf.public_key = PublicKey::Rsa { bits: 2048 });
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_broken_extension_is_not_taken_for_an_absent_one() {
        let mut ordered = order("cucm-pub.acme.test");
        ordered.key_usage = KeyUsage::default();
        let scene = Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &ordered)
            .alter(|leaf| {
                leaf.broken_extensions
                    .push(("2.5.29.15".to_owned(), "broken".to_owned()));
            });
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
    }

    #[test]
    fn without_digital_signature_servers_may_end_the_handshake_too() {
        let inside = format!("{CLUSTER}{OUTSIDE}");
        let places = [
            (inside.as_str(), "cucm-pub", "tomcat", Who::Expressway),
            (EDGE, "expe1", "xmpp-server", Who::Federation),
            (CLUSTER, "imp1", "sip", Who::Servers),
        ];
        for (file, node, service, who) in places {
            let mut ordered = order("a.acme.test");
            ordered.key_usage = KeyUsage::DATA_ENCIPHERMENT;
            let scene = Scene::new(file).present(node, service, &ordered);
            let effects = scene.expect(&RULE, node, service, Status::Fail).effects;
            let outcome = Outcome::Unknown;
            assert!(effects.contains(&Effect { who, outcome }), "{effects:?}");
        }
    }
}

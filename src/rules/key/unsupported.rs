//! A key of a size or kind that Cisco's products do not take.

use super::is_too_small;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Curve, PublicKey};
use crate::source::{CUCM_CERTIFICATES_14, EXPRESSWAY_CERTIFICATES, UNITY_ADMINISTRATION};

/// Bits of the largest RSA key that CUCM imports and Expressway works with.
const MOST_RSA: u32 = 4096;
const EXPECTED: &str = "RSA of 2048 to 4096 bits, or EC P-256, P-384 or P-521";

/// id-dsa.
const DSA: &str = "1.2.840.10040.4.1";

/// A long RSA key: clients take it, Cisco's servers do not.
const TOO_LONG: Impact = Impact {
    expressway: Outcome::MraFails,
    federation: Outcome::Unknown,
    servers: Outcome::Degraded,
    ..Impact::NONE
};
/// Another kind of key: a peer that does not offer it ends the handshake; which do, no document says.
const UNKNOWN_KIND: Impact = Impact {
    expressway: Outcome::Unknown,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::clients(Outcome::Unknown)
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "key-unsupported",
    title: "a certificate with a key that Cisco's products do not support",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
        CUCM_CERTIFICATES_14.at("Certificates"),
        UNITY_ADMINISTRATION.at("Security"),
    ],
    explain: "Cisco's requests are made with RSA keys of up to 4096 bits or with EC keys on P-256, P-384 or P-521, and \
              nothing else is supported. CUCM imports no certificate with more than 4096 bits, and with a key of 8192 \
              bits Expressway's zones do not come up. With another curve (secp256k1, Brainpool), with Ed25519 or DSA the \
              handshake ends before any prompt wherever the other side does not offer that kind; Jabber then says that \
              it cannot communicate with the server. Some phones in mixed mode have trouble with 4096 bits already.",
    fix: "Generate a new request with RSA 2048 or 4096, or EC 256, 384 or 521, and have it signed; RSA on Expressway.",
    remedy: Remedy::Reissue,
    impact: UNKNOWN_KIND,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let key = &subject.certificate.public_key;
    if is_too_small(key) {
        return Verdict::NotApplicable("it is too small, which key-too-small tells");
    }
    let impact = match key {
        PublicKey::Rsa { bits } if *bits > MOST_RSA => TOO_LONG,
        PublicKey::Rsa { .. }
        | PublicKey::Ec {
            curve: Curve::P256 | Curve::P384 | Curve::P521,
        } => return Verdict::Pass,
        _ => UNKNOWN_KIND,
    };
    let seen = Seen::new(format!("the key is {key}"))
        .expected(EXPECTED)
        .found([key.to_string()])
        .impact(impact);
    match key {
        // No platform of Jabber's offers DSA any more, nor does TLS 1.3 know it.
        PublicKey::Other(oid) if oid == DSA => seen.severity(Severity::Error).into(),
        _ => seen.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::{Certificate, Curve, PublicKey};

    fn judged(change: fn(&mut Certificate), status: Status) -> Judgement {
        let scene = Scene::new(&format!("{CLUSTER}{OUTSIDE}"))
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .alter(change);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn rsa_ends_at_4096_bits() {
        judged(
            |leaf| leaf.public_key = PublicKey::Rsa { bits: 4096 },
            Status::Pass,
        );
        let long = judged(
            |leaf| leaf.public_key = PublicKey::Rsa { bits: 4097 },
            Status::Fail,
        );
        assert_eq!(long.effects.len(), 1, "clients take it");
        assert_eq!(
            (long.effects[0].who, long.effects[0].outcome),
            (Who::Expressway, Outcome::MraFails)
        );
    }

    #[test]
    fn the_three_curves_are_good() {
        judged(
            |leaf| leaf.public_key = PublicKey::Ec { curve: Curve::P256 },
            Status::Pass,
        );
        judged(
            |leaf| leaf.public_key = PublicKey::Ec { curve: Curve::P384 },
            Status::Pass,
        );
        judged(
            |leaf| leaf.public_key = PublicKey::Ec { curve: Curve::P521 },
            Status::Pass,
        );
    }

    #[test]
    fn other_curves_and_kinds_are_told_and_their_effect_is_not_known() {
        let curve = |leaf: &mut Certificate| {
            let curve = Curve::Other("secp256k1".to_owned(), Some(256));
            leaf.public_key = PublicKey::Ec { curve };
        };
        let odd = judged(curve, Status::Fail);
        assert_eq!(odd.found, ["EC secp256k1"]);
        let mut effects = odd.effects.iter();
        assert!(effects.all(|effect| effect.outcome == Outcome::Unknown));
        judged(|leaf| leaf.public_key = PublicKey::Ed25519, Status::Fail);
        judged(|leaf| leaf.public_key = PublicKey::Ed448, Status::Fail);
        let dsa = |leaf: &mut Certificate| {
            leaf.public_key = PublicKey::Other("1.2.840.10040.4.1".to_owned());
        };
        assert_eq!(judged(dsa, Status::Fail).severity, Severity::Error);
    }

    #[test]
    fn a_small_key_is_another_rules() {
        let small = |leaf: &mut Certificate| {
            let curve = Curve::Other("secp224r1".to_owned(), Some(224));
            leaf.public_key = PublicKey::Ec { curve };
        };
        judged(small, Status::NotApplicable);
    }

    #[test]
    fn of_kinds_that_are_not_known_only_dsa_is_an_error() {
        let dsa =
            |leaf: &mut Certificate| leaf.public_key = PublicKey::Other(super::DSA.to_owned());
        assert_eq!(judged(dsa, Status::Fail).severity, Severity::Error);
        let other = |leaf: &mut Certificate| leaf.public_key = PublicKey::Other("1.2.3".to_owned());
        assert_eq!(judged(other, Status::Fail).severity, Severity::Warning);
    }

    #[test]
    fn servers_are_hit_by_both() {
        let on_trunk = |change: fn(&mut Certificate)| {
            let scene = Scene::new(CLUSTER).present("imp1", "sip", &order("imp1.acme.test"));
            let finding = scene
                .alter(change)
                .expect(&RULE, "imp1", "sip", Status::Fail);
            finding
                .effects
                .iter()
                .map(|one| one.outcome)
                .collect::<Vec<_>>()
        };
        let long = |leaf: &mut Certificate| leaf.public_key = PublicKey::Rsa { bits: 8192 };
        assert_eq!(on_trunk(long), [Outcome::Degraded]);
        assert_eq!(
            on_trunk(|leaf| leaf.public_key = PublicKey::Ed25519),
            [Outcome::Unknown]
        );
    }
}

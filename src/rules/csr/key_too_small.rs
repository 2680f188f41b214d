//! A request for a key that nobody takes.

use super::NEW_REQUEST;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Curve, PublicKey};
use crate::rules::key::is_too_small;
use crate::source::{APPLE_REQUIREMENTS, JABBER_PLANNING, UNITY_ADMINISTRATION};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-key-too-small",
    title: "a signing request with an RSA key under 2048 bits or an EC key under 256",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("Certificate Signing Request Formats and Requirements"),
        APPLE_REQUIREMENTS.at("All TLS server certificates"),
        UNITY_ADMINISTRATION.at("Security, Generate CSR"),
    ],
    explain: "The Generate CSR page of older releases still offers 1024 bits. No public CA signs such a key, and a private \
              CA that does makes a certificate for which Jabber for Mac, iPhone and iPad prompts in every session (iOS \
              13, macOS 10.15 and later) and to which clients in Common Criteria mode do not connect. The key is made \
              with the request, so only a new request mends it.",
    fix: "Generate a new request with a key length of 2048 (RSA) or 256 (EC) or more.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let key = &subject.request().public_key;
    match key {
        PublicKey::Ed25519 | PublicKey::Ed448 => {
            Verdict::NotApplicable("a key of this kind has one size only")
        }
        PublicKey::Other(_)
        | PublicKey::Ec {
            curve: Curve::Other(_, None),
        } => Verdict::unknown(format!("the size of a key {key} is not known here")),
        _ => Verdict::pass_if(!is_too_small(key), || {
            Seen::new(format!("the key is {key}")).found([key.to_string()])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::testing::{RequestScene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::{Curve, PublicKey};

    fn judged(key: PublicKey, status: Status) -> Judgement {
        let scene = RequestScene::of(&order("a.acme.test"));
        scene
            .change(|view| view.request.public_key = key)
            .expect(&RULE, status)
    }

    #[test]
    fn rsa_begins_at_2048_bits_and_ec_at_256() {
        judged(PublicKey::Rsa { bits: 2048 }, Status::Pass);
        let small = judged(PublicKey::Rsa { bits: 2047 }, Status::Fail);
        assert_eq!(small.message, "the key is RSA 2047");
        let p256 = PublicKey::Ec { curve: Curve::P256 };
        judged(p256, Status::Pass);
        let curve = Curve::Other("secp224r1".to_owned(), Some(224));
        judged(PublicKey::Ec { curve }, Status::Fail);
    }

    #[test]
    fn a_request_of_openssl_with_1024_bits() {
        let text = include_str!("../../../fixtures/requests/rsa1024-sha256.pem");
        RequestScene::read(text).expect(&RULE, Status::Fail);
    }

    #[test]
    fn other_kinds() {
        judged(PublicKey::Ed25519, Status::NotApplicable);
        judged(PublicKey::Other("1.2.3".to_owned()), Status::Unknown);
        let curve = Curve::Other("1.2.3".to_owned(), None);
        judged(PublicKey::Ec { curve }, Status::Unknown);
    }
}

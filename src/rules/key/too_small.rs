//! A key that is too small.

use super::is_too_small;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::ChainView;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, Curve, PublicKey};
use crate::source::{
    APPLE_REQUIREMENTS, JABBER_PLANNING, JABBER_PLANNING_14, JABBER_RELEASE_NOTES,
};
use crate::trust::Path;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "key-too-small",
    title: "a certificate with an RSA key under 2048 bits or an EC key under 256",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        APPLE_REQUIREMENTS.at("All TLS server certificates"),
        JABBER_RELEASE_NOTES.at("Requirements for trusted certificates"),
        JABBER_PLANNING.at("On-Premises Encryption, key lengths"),
        JABBER_PLANNING_14.at("Common Criteria mode"),
    ],
    explain: "IM and Presence has used keys of 2048 bits since 9.0.1, but certificates of older nodes, and those made \
              with the 1024 that the Generate CSR page long offered, are still about. From iOS 13 and macOS 10.15 on, \
              Apple refuses RSA keys under 2048 bits: Jabber for Mac, iPhone and iPad prompts in every session, because \
              the acceptance cannot be stored; it asks the same of the CAs that issue server certificates. Clients in Common Criteria mode do not connect. No public CA signs such \
              a key.",
    fix: "Generate a new request with a key length of 2048 (RSA) or 256 (EC) or more, and have it signed.",
    remedy: Remedy::Reissue,
    impact: Impact::APPLE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let small = authorities(subject.chain)
        .into_iter()
        .filter(|authority| is_too_small(&authority.public_key))
        .map(|authority| of_authority(authority).into());
    let mut verdicts: Vec<Verdict> = small.collect();
    let leaf = of_leaf(&subject.certificate.public_key);
    if verdicts.is_empty() {
        return leaf;
    }
    verdicts.insert(0, leaf);
    Verdict::Each(verdicts)
}

/// The CAs that vouch for the leaf, the root too: whoever breaks its key can make any certificate.
fn authorities<'a>(chain: &'a ChainView<'_>) -> Vec<&'a Certificate> {
    match chain.path.as_deref() {
        Some(Path::Anchored(path)) => path
            .links
            .iter()
            .map(|link| link.certificate.as_ref())
            .collect(),
        Some(Path::Broken(_)) => chain.others().filter(|one| one.is_ca()).collect(),
        _ => Vec::new(),
    }
}

fn of_authority(authority: &Certificate) -> Seen {
    let (who, key) = (&authority.subject.text, &authority.public_key);
    Seen::new(format!("the key of {who}, a CA of the chain, is {key}"))
        .expected(who)
        .found([key.to_string()])
        .step("Move to a CA whose own key is large enough; a new request alone does not help.")
}

fn of_leaf(key: &PublicKey) -> Verdict {
    match key {
        PublicKey::Ed25519 | PublicKey::Ed448 | PublicKey::Other(_) => Verdict::NotApplicable(
            "it is neither an RSA nor an EC key, which key-unsupported tells",
        ),
        PublicKey::Ec {
            curve: Curve::Other(_, None),
        } => Verdict::NotApplicable("its curve is not a known one, which key-unsupported tells"),
        _ => Verdict::pass_if(!is_too_small(key), || {
            Seen::new(format!("the key is {key}")).found([key.to_string()])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, authorities};
    use crate::audit::effect::Outcome;
    use crate::audit::estate::NodeView;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::{Certificate, Curve, PublicKey};

    fn judged(change: fn(&mut Certificate), status: Status) -> Judgement {
        let scene = Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .alter(change);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn rsa_begins_at_2048_bits() {
        judged(
            |leaf| leaf.public_key = PublicKey::Rsa { bits: 2048 },
            Status::Pass,
        );
        let small = judged(
            |leaf| leaf.public_key = PublicKey::Rsa { bits: 2047 },
            Status::Fail,
        );
        assert_eq!(small.message, "the key is RSA 2047");
    }

    #[test]
    fn ec_begins_at_256_bits() {
        judged(|_| {}, Status::Pass);
        let small = |leaf: &mut Certificate| {
            let curve = Curve::Other("secp224r1".to_owned(), Some(224));
            leaf.public_key = PublicKey::Ec { curve };
        };
        judged(small, Status::Fail);
    }

    #[test]
    fn a_small_key_of_an_intermediate_or_a_root_counts_too() {
        let small =
            |authority: &mut Certificate| authority.public_key = PublicKey::Rsa { bits: 1024 };
        let mut scene = Scene::new(CLUSTER);
        *scene.trust() = crate::trust::DeviceTrust::default();
        let scene = scene.present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        let failed = |scene: &Scene| {
            let mut judged = scene.judge(&RULE);
            judged.retain(|one| one.status == Status::Fail);
            judged
                .into_iter()
                .map(|one| one.message)
                .collect::<Vec<_>>()
        };
        assert_eq!(failed(&scene), [""; 0]);
        let messages = failed(&scene.alter_sent(small));
        assert_eq!(
            messages,
            ["the key of CN=ACME Issuing CA, a CA of the chain, is RSA 1024"]
        );
    }

    #[test]
    fn only_apple_is_hit_and_asks_every_session() {
        let small = judged(
            |leaf| leaf.public_key = PublicKey::Rsa { bits: 1024 },
            Status::Fail,
        );
        let outcomes: Vec<_> = small.effects.iter().map(|effect| effect.outcome).collect();
        assert_eq!(outcomes, [Outcome::PromptEverySession; 2]);
    }

    #[test]
    fn other_kinds_of_keys_are_another_rules() {
        judged(
            |leaf| leaf.public_key = PublicKey::Ed25519,
            Status::NotApplicable,
        );
        let odd = |leaf: &mut Certificate| {
            let curve = Curve::Other("1.2.3".to_owned(), None);
            leaf.public_key = PublicKey::Ec { curve };
        };
        judged(odd, Status::NotApplicable);
    }

    #[test]
    fn every_ca_of_the_path_is_looked_at_whether_it_was_sent_or_not() {
        let all = |scene: &Scene| {
            scene.with_estate(|estate| {
                let chains = estate.nodes.iter().flat_map(NodeView::chains);
                let found = chains.flat_map(|(_, chain)| authorities(chain));
                found
                    .map(|one| one.subject.text.clone())
                    .collect::<Vec<_>>()
            })
        };
        let present = |scene: Scene| scene.present("cucm-pub", "tomcat", &order("a.acme.test"));
        let sound = present(Scene::new(CLUSTER));
        assert_eq!(all(&sound), ["CN=ACME Issuing CA", "CN=ACME Root CA"]);
        let mut broken = Scene::new(CLUSTER);
        *broken.trust() = crate::trust::DeviceTrust::default();
        assert_eq!(all(&present(broken)), ["CN=ACME Issuing CA"]);
    }
}

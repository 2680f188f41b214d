//! A signature with MD5 or SHA-1.

use super::{judge, signed};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ChainSubject;
use crate::audit::verdict::Verdict;
use crate::source::{
    APPLE_REQUIREMENTS, CUCM_CERTIFICATES_14, EXPRESSWAY_CERTIFICATES, JABBER_RELEASE_NOTES,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "signature-weak",
    title: "a certificate or an intermediate that is signed with MD5 or SHA-1",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        APPLE_REQUIREMENTS.at("All TLS server certificates"),
        JABBER_RELEASE_NOTES.at("Requirements for trusted certificates"),
        CUCM_CERTIFICATES_14.at("Certificates, FIPS"),
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
    ],
    explain: "From iOS 13 and macOS 10.15 on, Apple refuses server certificates and intermediates whose signature uses \
              a hash older than SHA-2: Jabber for Mac, iPhone and iPad prompts in every session, because the acceptance \
              cannot be stored. FIPS clients and nodes in FIPS mode refuse it altogether. SHA-1 comes from old private \
              CAs and from Unity Connection's Generate CSR page, which still offers it. The signature of a root does \
              not count, since devices trust its key; a self-signed certificate on a server port is held to the rule \
              like any other.",
    fix: "Have the certificate issued again by a CA whose own certificate and whose signatures use SHA-256 or better; \
          choose SHA256 as hash algorithm when generating the request.",
    remedy: Remedy::Reissue,
    impact: Impact::APPLE,
    check: Check::Chain(check),
};

fn check(subject: &ChainSubject<'_>, _: &Context) -> Verdict {
    let all = signed(subject.chain);
    Verdict::each(
        all.into_iter()
            .map(|certificate| judge(certificate, subject.chain)),
        "no certificate of the chain could be decoded",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::{Certificate, SignatureHash};

    fn tomcat() -> Scene {
        Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
    }

    fn sha1(certificate: &mut Certificate) {
        certificate.signature.name = "sha1WithRSAEncryption".into();
        certificate.signature.hash = Some(SignatureHash::Sha1);
    }

    fn failures(scene: &Scene) -> Vec<Judgement> {
        let mut judged = scene.judge(&RULE);
        judged.retain(|one| one.status == Status::Fail);
        judged
    }

    #[test]
    fn sha_256_is_good() {
        tomcat().expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_weak_leaf_hits_apple() {
        let failed = failures(&tomcat().alter(sha1));
        assert_eq!(
            failed[0].message,
            "the leaf is signed with sha1WithRSAEncryption"
        );
        let outcomes: Vec<_> = failed[0].effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::PromptEverySession; 2]);
        let md5 = |leaf: &mut Certificate| leaf.signature.hash = Some(SignatureHash::Md5);
        assert_eq!(failures(&tomcat().alter(md5)).len(), 1);
    }

    #[test]
    fn a_weak_intermediate_is_named_and_a_weak_root_is_not() {
        let root = |scene: Scene| {
            let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
            let chain = [
                leaf.der,
                scene.issuing().der().to_vec(),
                scene.root().der().to_vec(),
            ];
            scene.present_chain("cucm-pub", "tomcat", &chain)
        };
        let scene = root(Scene::new(CLUSTER)).alter_sent(sha1);
        let failed = failures(&scene);
        assert_eq!(failed.len(), 1);
        assert!(
            failed[0].message.starts_with("CN=ACME Issuing CA"),
            "{}",
            failed[0].message
        );
    }

    #[test]
    fn a_known_intermediate_counts_although_it_was_not_sent() {
        let mut scene = Scene::new(CLUSTER);
        let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
        let issuing = scene.issuing().der().to_vec();
        scene.trust().add_intermediate(&issuing).unwrap();
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf.der]);
        let judged = scene.judge(&RULE);
        let own = judged
            .iter()
            .filter(|one| one.place.service.as_deref() == Some("tomcat"))
            .filter(|one| one.status == Status::Pass);
        assert_eq!(own.count(), 2);
    }

    #[test]
    fn a_self_signed_leaf_is_a_server_certificate() {
        let scene = Scene::new(CLUSTER)
            .present_self_signed("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .alter(sha1);
        assert_eq!(failures(&scene).len(), 1);
    }

    #[test]
    fn an_unknown_algorithm_is_unknown() {
        let scene = tomcat().alter(|leaf| leaf.signature.hash = None);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
    }

    #[test]
    fn a_root_is_not_judged_where_the_devices_do_not_know_it() {
        let mut scene = Scene::new(CLUSTER);
        *scene.trust() = crate::trust::DeviceTrust::default();
        let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
        let chain = [
            leaf.der,
            scene.issuing().der().to_vec(),
            scene.root().der().to_vec(),
        ];
        let scene = scene.present_chain("cucm-pub", "tomcat", &chain);
        let failed = failures(&scene.alter_sent(sha1));
        let messages: Vec<&str> = failed.iter().map(|one| &*one.message).collect();
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(messages[0].starts_with("CN=ACME Issuing CA"));
    }
}

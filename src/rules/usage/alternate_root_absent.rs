//! A public root that still signs both usages, and that the devices do not have.

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::rules::chain::{PEERS_IN_DOUBT, is_between_servers, is_trusted_by_phone_lists};
use crate::rules::public_ca::{absent_combined, is_combined};
use crate::source::{FIELD_NOTICE_74345, WEBEX_DEDICATED_INSTANCE};
use crate::trust::{Lineage, Path};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-alternate-root-absent",
    title: "an alternative public root that the devices do not have",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        FIELD_NOTICE_74345.at("Workaround/Solution, alternative public root CAs"),
        WEBEX_DEDICATED_INSTANCE.at("Android trust store note; trust steps for Windows and Mac"),
    ],
    explain: "Because public CAs stop issuing clientAuth, Cisco advises to move servers that need both usages to a public \
              root that goes on signing them: IdenTrust Public Sector Root CA 1 or DigiCert Assured ID Root G2. That works \
              only when every client and both peers of every TLS connection trust that root, and not every device comes \
              with it as it comes with the CA's usual roots. Where it is absent users are prompted for each server \
              (\"Certificate not valid\"), clients in FIPS mode or with RejectAndNotify stay out, and Expressway-C from \
              X14.2 on refuses the server without a prompt.",
    fix: "Deploy the root to the trust store of every client device before the certificates are changed, to the trust \
          stores of the nodes that connect (tomcat-trust, CallManager-trust, cup-trust) and to Maintenance > Security > \
          Trusted CA certificate of each Expressway peer.",
    remedy: Remedy::DeployTrust,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    match &subject.chain.lineage {
        Lineage::Public(root) if is_combined(root) => {}
        Lineage::Unknown => {
            return Verdict::NotApplicable("the chain does not tell its root: see the chain rules");
        }
        _ => return Verdict::NotApplicable("its root is none of the alternative public roots"),
    }
    let service = subject.service.service;
    if is_trusted_by_phone_lists(service) {
        return Verdict::NotApplicable("phones trust it through their ITL and CTL files");
    }
    if let Some(Path::Anchored(_) | Path::Pinned) = subject.chain.path.as_deref() {
        return Verdict::Pass;
    }
    match absent_combined(subject, context.at) {
        None => Verdict::NotApplicable("something else is in the way, which the chain rules say"),
        Some(root) => {
            let seen = Seen::new(format!(
                "it builds to {root}, which is not among the roots that the devices trust"
            ))
            .expected(root);
            if is_between_servers(service) {
                let seen = seen.severity(Severity::Warning);
                seen.impact(PEERS_IN_DOUBT).into()
            } else {
                seen.into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::effect::Outcome;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::certificate::issue::Authority;
    use crate::trust::DeviceTrust;

    const IDENTRUST: &str = "IdenTrust Public Sector Root CA 1";

    /// A leaf right below a root that is sent too and that the devices do not have.
    fn absent(node: &str, service: &str) -> Scene {
        let root = Authority::root("Elsewhere", NOW).unwrap();
        let leaf = root.issue(&order(&format!("{node}.acme.test"))).unwrap();
        let chain = [leaf.der, root.der().to_vec()];
        Scene::new(CLUSTER).present_chain(node, service, &chain)
    }

    fn judged(scene: &Scene, status: Status) -> Judgement {
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn the_two_roots_of_the_field_notice_must_be_on_the_devices() {
        for root in [IDENTRUST, "DigiCert Assured ID Root G2"] {
            let finding = judged(&absent("cucm-pub", "tomcat").public(root), Status::Fail);
            assert_eq!(finding.expected.as_deref(), Some(root));
            let prompt = |effect: &crate::audit::effect::Effect| effect.outcome == Outcome::Prompt;
            assert!(finding.effects.iter().all(prompt), "{:?}", finding.effects);
            assert!(!finding.effects.is_empty());
        }
    }

    #[test]
    fn on_the_devices_it_is_good() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        judged(&scene.public(IDENTRUST), Status::Pass);
    }

    #[test]
    fn other_roots_have_other_rules() {
        let scene = absent("cucm-pub", "tomcat");
        judged(&scene, Status::NotApplicable);
        judged(
            &scene.public("DigiCert Assured ID Root G3"),
            Status::NotApplicable,
        );
    }

    #[test]
    fn without_any_roots_chain_untrusted_says_so() {
        let mut scene = absent("cucm-pub", "tomcat").public(IDENTRUST);
        *scene.trust() = DeviceTrust::default();
        judged(&scene, Status::NotApplicable);
    }

    #[test]
    fn between_servers_the_devices_do_not_decide() {
        let scene = absent("imp1", "sip").public(IDENTRUST);
        let finding = scene.expect(&RULE, "imp1", "sip", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.effects[0].outcome, Outcome::Unknown);
    }

    #[test]
    fn where_the_server_sends_no_intermediate_the_absent_root_is_told_all_the_same() {
        let leaf = |scene: &Scene| {
            let ordered = order("cucm-pub.acme.test");
            scene.issuing().issue(&ordered).unwrap().der
        };
        let scene = Scene::new(CLUSTER);
        let alone = [leaf(&scene)];
        let scene = scene.present_chain("cucm-pub", "tomcat", &alone);
        judged(&scene.public(IDENTRUST), Status::Fail);
        // What another node sends completes the chain: only the intermediate is missing.
        let scene = Scene::new(CLUSTER);
        let alone = [leaf(&scene)];
        let scene = scene
            .present("imp1", "tomcat", &order("imp1.acme.test"))
            .present_chain("cucm-pub", "tomcat", &alone);
        judged(&scene.public(IDENTRUST), Status::NotApplicable);
    }

    #[test]
    fn a_root_that_is_not_told_is_not_taken_for_another() {
        let scene = Scene::new(CLUSTER);
        let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
        let alone = scene.present_chain("cucm-pub", "tomcat", &[leaf.der]);
        let why = judged(&alone, Status::NotApplicable).message;
        assert!(why.contains("does not tell its root"), "{why}");
        let other = absent("cucm-pub", "tomcat").public("DigiCert Assured ID Root G3");
        let why = judged(&other, Status::NotApplicable).message;
        assert!(why.contains("none of the alternative"), "{why}");
    }
}

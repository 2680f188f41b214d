//! A leaf signed with its own key.

use super::{PEERS_IN_DOUBT, is_between_servers, is_trusted_by_phone_lists};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, JABBER_GUIDE, JABBER_PLANNING, JABBER_PLANNING_14};
use crate::trust::Path;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-self-signed",
    title: "a self-signed certificate",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("What methods are available for certificate validation?; Verify if a Certificate is Self-Signed or CA-Signed"),
        JABBER_PLANNING.at("Signed Certificates"),
        JABBER_PLANNING_14.at("Security and Certificates"),
        EXPRESSWAY_TRAFFIC_SERVER.at("1. CA that Signed the Remote Certificate is not Trusted"),
    ],
    explain: "Cisco's servers come with certificates that they signed themselves, and no device trusts them. Every user of \
              Jabber is asked to accept each of them, on each device, and again after every regeneration; Android 7 and \
              later accepts only CA-signed certificates, and clients in FIPS mode or with RejectAndNotify refuse. \
              Expressway-C from X14.2 on refuses tomcat certificates that are self-signed and not in its trust list \
              (\"Error=self signed certificate ... depth=0\"), and Mobile and Remote Access fails without a prompt. Cisco \
              recommends method 3 of its guide: a CA signs them all. Pushing them into Enterprise Trust (method 2) makes \
              Windows silent until the next regeneration.",
    fix: "Have a CA sign it: Generate CSR, sign, upload the CA's chain first and then the certificate. Until then push the \
          certificate into Enterprise Trust of the Windows devices (certmgr.msc) and put it into [trust] pinned.",
    remedy: Remedy::Reissue,
    impact: Impact::SELF_SIGNED,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if is_trusted_by_phone_lists(subject.service.service) {
        return Verdict::NotApplicable("phones trust it through their ITL and CTL files");
    }
    // A self-signed leaf of which a path leads to a namesake root is not that root, and no device takes it for it.
    let pinned = matches!(subject.chain.path.as_deref(), Some(Path::Pinned));
    Verdict::pass_if(!subject.certificate.self_signed || pinned, || seen(subject))
}

fn seen(subject: &LeafSubject<'_>) -> Seen {
    let leaf = subject.certificate;
    let message = format!(
        "{} signed itself (SHA-256 {}, valid until {})",
        leaf.subject.text, leaf.digest, leaf.not_after
    );
    let own_trust =
        is_between_servers(subject.service.service) && !subject.node.node.product.is_expressway();
    if own_trust {
        return Seen::new(format!(
            "{message}; only other nodes connect here, and it works while their trust stores hold this very certificate"
        ))
        .severity(Severity::Warning)
        .impact(PEERS_IN_DOUBT);
    }
    Seen::new(message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::deployment::Client;

    #[test]
    fn a_signed_leaf_passes() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_self_signed_leaf_prompts_and_android_never_trusts_it() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        let outcome = |client| {
            let who = Who::Client(client);
            finding
                .effects
                .iter()
                .find(|effect| effect.who == who)
                .unwrap()
                .outcome
        };
        assert_eq!(outcome(Client::Windows), Outcome::Prompt);
        assert_eq!(outcome(Client::Android), Outcome::Blocked);
    }

    #[test]
    fn a_pinned_one_passes() {
        let leaf = order("cucm-pub.acme.test").self_signed().unwrap().der;
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_pinned(&leaf);
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_trusted_namesake_with_the_same_key_does_not_help() {
        let first = order("cucm-pub.acme.test");
        let issued = first.self_signed().unwrap();
        let mut renewed = first;
        renewed.key = Some(issued.key);
        renewed.not_after += 1;
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&issued.der).unwrap();
        let scene = scene.present_self_signed("cucm-pub", "tomcat", &renewed);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
    }

    #[test]
    fn between_servers_it_is_a_warning() {
        let scene =
            Scene::new(CLUSTER).present_self_signed("imp1", "sip-peer", &order("imp1.acme.test"));
        let finding = scene.expect(&RULE, "imp1", "sip-peer", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.effects[0].outcome, Outcome::Unknown);
    }

    #[test]
    fn an_expressway_with_its_temporary_certificate_is_an_error() {
        let scene = Scene::new(EDGE).present_self_signed("expc1", "web", &order("expc1.acme.test"));
        let finding = scene.expect(&RULE, "expc1", "web", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
    }

    #[test]
    fn tvs_is_self_signed_by_design() {
        let file = CLUSTER.replace(
            "product = \"cucm\"",
            "product = \"cucm\"\nservices = [\"tomcat\", \"tvs\"]",
        );
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(&file).present_self_signed("cucm-pub", "tvs", &own);
        scene.expect(&RULE, "cucm-pub", "tvs", Status::NotApplicable);
    }
}

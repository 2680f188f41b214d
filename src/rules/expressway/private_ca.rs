//! An Expressway-E whose certificate comes from a private CA.

use super::{REISSUE, Shown, nothing_seen, shown};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Product;
use crate::rules::public_ca::root_untold;
use crate::source::{FIELD_NOTICE_74362, MRA_CERTIFICATES, MRA_GUIDE};
use crate::trust::Lineage;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-private-ca",
    title: "an Expressway-E certificate from a private CA",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        MRA_CERTIFICATES.at("Expressway-E certificate"),
        MRA_GUIDE.at("Requirements, Certificates"),
        FIELD_NOTICE_74362.at("Workaround/Solution"),
    ],
    explain: "Expressway-E meets devices that nobody manages and organisations that never heard of the private CA. Desk \
              phones of the 7800 and 8800 series hold a fixed list of public CAs, to which none can be added for Mobile \
              and Remote Access: they never register from outside. Jabber on a device that does not hold the CA asks its \
              user to accept the certificate, browsers warn, and federation partners that verify the certificate refuse \
              it. Devices that hold the CA's root are content, so tests in the office look good.",
    fix: "Have a public CA sign the Expressway-E certificate; the other servers may stay with the private CA. Add the \
          public CA's root and intermediates to Maintenance > Security > Trusted CA certificate of each Expressway-C peer \
          first.",
    remedy: REISSUE,
    impact: Impact {
        federation: Outcome::Unknown,
        servers: Outcome::Degraded,
        ..Impact::NONE
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if subject.node.node.product != Product::ExpresswayE {
        return Verdict::NotApplicable("a private CA may sign what is only used inside");
    }
    let all = shown(subject.node);
    if all.is_empty() {
        return nothing_seen(subject.node);
    }
    let verdicts: Vec<Verdict> = all.iter().map(judge).collect();
    let worst = |wanted: fn(&Verdict) -> bool| verdicts.iter().find(|one| wanted(one)).cloned();
    worst(|one| matches!(one, Verdict::Fail(_)))
        .or_else(|| worst(|one| matches!(one, Verdict::Unknown(_))))
        .or_else(|| worst(|one| matches!(one, Verdict::Pass)))
        .unwrap_or(Verdict::NotApplicable(
            "its certificate is self-signed or does not tell its root, which the chain rules say",
        ))
}

fn judge(shown: &Shown<'_>) -> Verdict {
    let ports = shown.ports.join(", ");
    match &shown.chain.lineage {
        Lineage::Public(_) => Verdict::Pass,
        Lineage::Private(root) => Seen::new(format!(
            "the certificate on {ports} builds to {root}, which is none of the roots of public CAs"
        ))
        .found([root.as_str()])
        .into(),
        Lineage::SelfSigned => Verdict::NotApplicable("chain-self-signed says so"),
        Lineage::Unknown => root_untold(shown.chain, || {
            format!(
                "the chain on {ports} does not tell whether {} belongs to a public CA",
                shown.certificate.issuer.text
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{EDGE, Scene, order};

    fn scene() -> Scene {
        let edge = order("expe1.acme.test");
        Scene::new(EDGE).present("expe1", "mra", &edge)
    }

    #[test]
    fn a_public_ca_passes() {
        let public = scene().public("DigiCert Global Root G2");
        public.expect(&RULE, "expe1", "", Status::Pass);
    }

    #[test]
    fn a_private_root_keeps_phones_out_though_the_devices_trust_it() {
        let finding = scene().expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(
            finding.message,
            "the certificate on mra (8443) builds to CN=ACME Root CA, which is none of the roots of public CAs"
        );
        let effect = |who, outcome| Effect { who, outcome };
        assert_eq!(
            finding.effects,
            [
                effect(Who::Federation, Outcome::Unknown),
                effect(Who::Servers, Outcome::Degraded)
            ]
        );
    }

    #[test]
    fn a_root_that_is_only_sent_counts_too_and_no_root_leaves_it_open() {
        let mut sent = Scene::new(EDGE);
        let leaf = sent.issuing().issue(&order("expe1.acme.test")).unwrap().der;
        let (issuing, root) = (sent.issuing().der().to_vec(), sent.root().der().to_vec());
        *sent.trust() = crate::trust::DeviceTrust::default();
        let whole = sent.present_chain("expe1", "mra", &[leaf.clone(), issuing, root]);
        whole.expect(&RULE, "expe1", "", Status::Fail);
        let alone = Scene::new(EDGE).present_chain("expe1", "mra", &[leaf]);
        alone.expect(&RULE, "expe1", "", Status::NotApplicable);
    }

    #[test]
    fn a_self_signed_one_has_its_own_rule_and_inside_it_may_be_private() {
        let own = order("expe1.acme.test");
        let scene = Scene::new(EDGE).present_self_signed("expe1", "mra", &own);
        scene.expect(&RULE, "expe1", "", Status::NotApplicable);
        scene.expect(&RULE, "expc1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expe1", "", Status::Unknown);
    }
}

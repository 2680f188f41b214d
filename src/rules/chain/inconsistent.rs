//! Certificates of a chain that contradict each other.

use super::named;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::der::hex;
use crate::certificate::{Certificate, KeyUsage};
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, MRA_CERTIFICATES, RFC_5280};
use crate::trust::{Anchored, Broken, Fault, FaultKind, Path};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-inconsistent",
    title: "a chain whose certificates contradict each other",
    severity: Severity::Error,
    cites: &[
        RFC_5280.at("6.1.3 and 6.1.4, Certificate Processing; 4.2.1, Standard Extensions"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Trusted CA Chain; Troubleshoot Scenarios"),
        MRA_CERTIFICATES
            .at("How Certificate Chains Work; CUCM Servers With Self Signed Certificates"),
    ],
    explain: "The names lead up to a root, but a certificate on the way may not do what it does: it is no CA, may not sign \
              certificates, allows fewer intermediates than there are, forbids the name, or did not make the signature at \
              all. Clients tell this apart from an unknown CA no better than users do: Jabber prompts, strict clients \
              refuse, CUCM and Expressway refuse without a prompt (they build chains by key identifiers, not by names). \
              The usual cause is a CA that was renewed with a new key under its old name while the old certificate stayed \
              in the trust stores: an entry further up in Expressway's list shadows the right one.",
    fix: "Get the whole chain anew from the CA, remove stale CA certificates of the same name from every trust store \
          (tomcat-trust, cup-xmpp-trust, Expressway's Trusted CA certificate list), load the right ones and upload the \
          certificate again.",
    remedy: Remedy::Reissue,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    match subject.chain.path.as_deref() {
        Some(Path::Anchored(path)) => judge(path),
        Some(Path::Broken(Broken::BadSignature {
            certificate,
            issuer,
        })) => Verdict::Fail(bad_signature(certificate, issuer)),
        Some(Path::Broken(_)) => Verdict::NotApplicable(
            "the chain ends before a trusted root, which chain-untrusted judges",
        ),
        Some(Path::SelfSigned) => Verdict::NotApplicable("a self-signed leaf has no chain"),
        Some(Path::Pinned) => Verdict::NotApplicable("the leaf itself is installed on the devices"),
        None => Verdict::NotApplicable("there is no path to judge"),
    }
}

fn judge(path: &Anchored) -> Verdict {
    let faults: Vec<Verdict> = path
        .faults
        .iter()
        .filter_map(|fault| contradiction(path, fault))
        .map(Verdict::Fail)
        .collect();
    if faults.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Each(faults)
    }
}

fn bad_signature(certificate: &Certificate, issuer: &Certificate) -> Seen {
    Seen::new(format!(
        "{} says that it was issued by {}, but the key of {} did not make its signature: another CA of that name issued it, \
         or it was altered",
        named(certificate),
        certificate.issuer.text,
        named(issuer)
    ))
    .expected(format!("signature of {}", certificate.subject.text))
}

/// What contradicts what; `None` for faults that other rules name.
fn contradiction(path: &Anchored, fault: &Fault) -> Option<Seen> {
    let certificate = fault.certificate.as_ref();
    let who = named(certificate);
    let (wanted, message) = match &fault.kind {
        FaultKind::NotCa => (
            "basicConstraints CA",
            format!(
                "{who} issued a certificate of this chain, and its basicConstraints do not make it a CA"
            ),
        ),
        FaultKind::MayNotSign => ("keyCertSign", may_not_sign(certificate)),
        FaultKind::PathLength => ("path length", path_length(certificate)),
        FaultKind::KeyIdentifier => ("authorityKeyIdentifier", key_identifier(path, certificate)),
        FaultKind::VersionOne => (
            "version 3",
            format!(
                "{who} is a version 1 certificate, which cannot say that it is a CA, and issued another"
            ),
        ),
        FaultKind::CriticalExtension(oid) => (
            oid.as_str(),
            format!(
                "{who} has the critical extension {oid}, which RFC 5280 does not name: whoever does not know it must refuse"
            ),
        ),
        FaultKind::NameConstraints => (
            "name constraints",
            format!(
                "a CA of the chain of {who} may not issue for its names: {}",
                names(certificate)
            ),
        ),
        FaultKind::Expired
        | FaultKind::NotYetValid
        | FaultKind::UncheckableSignature(_)
        | FaultKind::Refused(_) => return None,
    };
    Some(Seen::new(message).expected(format!("{wanted}: {}", certificate.subject.text)))
}

fn may_not_sign(certificate: &Certificate) -> String {
    let usages = certificate.key_usage.map_or_else(Vec::new, KeyUsage::names);
    format!(
        "{} issued a certificate of this chain, and its keyUsage is {}, without keyCertSign",
        named(certificate),
        usages.join(", ")
    )
}

fn path_length(certificate: &Certificate) -> String {
    let length = certificate
        .basic_constraints
        .and_then(|limits| limits.path_length);
    match length {
        Some(length) => format!(
            "{} allows {length} intermediates below it, and there are more",
            named(certificate)
        ),
        None => format!(
            "a CA of the chain of {} allows fewer intermediates than there are",
            named(certificate)
        ),
    }
}

fn key_identifier(path: &Anchored, child: &Certificate) -> String {
    let issuer = path
        .links
        .iter()
        .find(|link| link.certificate.subject.der == child.issuer.der)
        .and_then(|link| link.certificate.subject_key_identifier.as_deref());
    let shown = |key: Option<&[u8]>| key.map_or_else(|| "absent".to_owned(), hex);
    format!(
        "the authorityKeyIdentifier of {} is {}, the subjectKeyIdentifier of {} is {}",
        named(child),
        shown(child.authority_key_identifier.as_deref()),
        child.issuer.text,
        shown(issuer)
    )
}

fn names(certificate: &Certificate) -> String {
    let names = certificate.dns_names();
    if names.is_empty() {
        certificate.subject.text.clone()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rcgen::{
        BasicConstraints, CertificateParams, CustomExtension, GeneralSubtree, IsCa, KeyIdMethod,
        KeyUsagePurpose, NameConstraints,
    };

    use super::super::testing::Ca;
    use super::RULE;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::audit::{Judgement, Status};

    /// The verdict on a chain through an intermediate that was changed so.
    fn judged(change: impl FnOnce(&mut CertificateParams), status: Status) -> Judgement {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), change);
        let chain = [issuing.leaf("cucm-pub.acme.test"), issuing.der.clone()];
        below(&root, &chain, status)
    }

    fn below(root: &Ca, chain: &[Vec<u8>], status: Status) -> Judgement {
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&root.der).unwrap();
        let scene = scene.present_chain("cucm-pub", "tomcat", chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    fn says(finding: &Judgement, words: &str) {
        assert!(finding.message.contains(words), "{}", finding.message);
    }

    #[test]
    fn a_sound_chain_passes() {
        judged(|_| {}, Status::Pass);
    }

    #[test]
    fn an_issuer_that_is_no_ca() {
        let finding = judged(|params| params.is_ca = IsCa::ExplicitNoCa, Status::Fail);
        says(&finding, "do not make it a CA");
        assert_eq!(
            finding.expected.as_deref(),
            Some("basicConstraints CA: CN=Issuing")
        );
    }

    #[test]
    fn an_issuer_that_may_not_sign() {
        let usages = vec![KeyUsagePurpose::DigitalSignature];
        let finding = judged(|params| params.key_usages = usages, Status::Fail);
        says(
            &finding,
            "keyUsage is digitalSignature, without keyCertSign",
        );
    }

    #[test]
    fn a_path_length_is_kept_or_exceeded() {
        let chain = |length| {
            let root = Ca::root();
            let policy = Ca::new("Policy", Some(&root), |params| {
                params.is_ca = IsCa::Ca(BasicConstraints::Constrained(length));
            });
            let issuing = Ca::new("Issuing", Some(&policy), |_| {});
            let leaf = issuing.leaf("cucm-pub.acme.test");
            (root, [leaf, issuing.der, policy.der])
        };
        let (root, kept) = chain(1);
        below(&root, &kept, Status::Pass);
        let (root, exceeded) = chain(0);
        says(
            &below(&root, &exceeded, Status::Fail),
            "allows 0 intermediates below it",
        );
    }

    #[test]
    fn key_identifiers_that_disagree() {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let leaf = issuing.leaf("cucm-pub.acme.test");
        let renewed = issuing.renewed(&root, |params| {
            params.key_identifier_method = KeyIdMethod::PreSpecified(vec![0xab, 0xcd]);
        });
        let finding = below(&root, &[leaf, renewed], Status::Fail);
        says(&finding, "the subjectKeyIdentifier of CN=Issuing is abcd");
    }

    #[test]
    fn a_critical_extension_that_nobody_knows() {
        let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
        extension.set_criticality(true);
        let finding = judged(
            |params| params.custom_extensions.push(extension),
            Status::Fail,
        );
        says(&finding, "the critical extension 1.2.3.4");
    }

    #[test]
    fn a_name_outside_of_the_constraints() {
        let constrain = |domain: &str| NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName(domain.to_owned())],
            excluded_subtrees: Vec::new(),
        };
        let judge = |domain, status| {
            let root = Ca::root();
            let issuing = Ca::new("Issuing", Some(&root), |params| {
                params.name_constraints = Some(constrain(domain));
            });
            let leaf = issuing.named_leaf("cucm-pub.acme.test");
            below(&root, &[leaf, issuing.der], status)
        };
        judge("acme.test", Status::Pass);
        says(
            &judge("other.test", Status::Fail),
            "may not issue for its names: cucm-pub.acme.test",
        );
    }

    #[test]
    fn an_issuer_of_the_same_name_with_another_key() {
        let leaf = Ca::root().leaf("cucm-pub.acme.test");
        let finding = below(&Ca::root(), &[leaf], Status::Fail);
        says(&finding, "another CA of that name issued it");
        assert_eq!(
            finding.expected.as_deref(),
            Some("signature of CN=cucm-pub.acme.test")
        );
    }

    #[test]
    fn where_no_path_is_known_nothing_contradicts() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
        let stranger = Ca::root().leaf("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", &[stranger]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }
}

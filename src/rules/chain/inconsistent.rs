//! Certificates of a chain that contradict each other.

mod words;

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::Verdict;
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, MRA_CERTIFICATES, RFC_5280};
use crate::trust::{Anchored, Broken, Path};
use words::{bad_signature, contradiction};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-inconsistent",
    title: "a chain whose certificates contradict each other",
    severity: Severity::Error,
    owner: Owner::Pki,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rcgen::{
        BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType,
        ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyIdMethod, KeyUsagePurpose,
        NameConstraints, SanType,
    };

    use super::super::testing::Ca;
    use super::RULE;
    use crate::audit::effect::Who;
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

    fn constraints(permitted: GeneralSubtree) -> NameConstraints {
        NameConstraints {
            permitted_subtrees: vec![permitted],
            excluded_subtrees: Vec::new(),
        }
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
        let judge = |domain: &str, status| {
            let root = Ca::root();
            let issuing = Ca::new("Issuing", Some(&root), |params| {
                params.name_constraints = Some(constraints(GeneralSubtree::DnsName(domain.into())));
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
    fn a_self_issued_ca_bridges_a_new_key_and_does_not_count() {
        let root = Ca::root();
        let old = Ca::new("Issuing", Some(&root), |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.name_constraints =
                Some(constraints(GeneralSubtree::DnsName("acme.test".to_owned())));
        });
        let new = Ca::new("Issuing", Some(&old), |params| {
            params.subject_alt_names = vec![SanType::DnsName("ca.test".try_into().unwrap())];
        });
        let leaf = new.leaf("cucm-pub.acme.test");
        below(&root, &[leaf, new.der, old.der], Status::Pass);
    }

    #[test]
    fn a_ca_for_other_purposes() {
        let purpose = |purpose| {
            move |params: &mut CertificateParams| params.extended_key_usages = vec![purpose]
        };
        let finding = judged(purpose(ExtendedKeyUsagePurpose::ClientAuth), Status::Fail);
        says(&finding, "extKeyUsage is clientAuth, without serverAuth");
        judged(purpose(ExtendedKeyUsagePurpose::ServerAuth), Status::Pass);
        judged(purpose(ExtendedKeyUsagePurpose::Any), Status::Pass);
    }

    #[test]
    fn a_ca_without_a_name() {
        let nameless = |params: &mut CertificateParams| {
            params.distinguished_name = DistinguishedName::new();
        };
        says(&judged(nameless, Status::Fail), "a CA must have a name");
    }

    #[test]
    fn constraints_hold_for_the_subject_and_a_host_in_the_cn() {
        let named = |base| {
            move |params: &mut CertificateParams| {
                params.name_constraints = Some(constraints(base));
            }
        };
        let domain = |name: &str| GeneralSubtree::DnsName(name.to_owned());
        judged(named(domain("acme.test")), Status::Pass);
        says(
            &judged(named(domain("other.test")), Status::Fail),
            "CN=Issuing",
        );
        let subject = |name: &str| {
            let mut subject = DistinguishedName::new();
            subject.push(DnType::CommonName, name);
            GeneralSubtree::DirectoryName(subject)
        };
        judged(named(subject("CUCM-pub.acme.test")), Status::Pass);
        says(
            &judged(named(subject("imp1.acme.test")), Status::Fail),
            "may not issue for its names: directoryName cucm-pub.acme.test",
        );
    }

    #[test]
    fn constraints_that_cannot_be_read() {
        let mut broken = CustomExtension::from_oid_content(&[2, 5, 29, 30], vec![0x30, 0]);
        broken.set_criticality(true);
        let finding = judged(|params| params.custom_extensions.push(broken), Status::Fail);
        says(&finding, "its name constraints are empty");
    }

    #[test]
    fn a_path_without_the_constraint_is_taken() {
        let (root, other) = (Ca::root(), Ca::new("Other", None, |_| {}));
        let issuing = Ca::new("Issuing", Some(&root), |params| {
            params.name_constraints = Some(constraints(GeneralSubtree::DnsName("x.test".into())));
        });
        let (leaf, cross) = (
            issuing.leaf("cucm-pub.acme.test"),
            issuing.renewed(&other, |params| {
                params.name_constraints = None;
            }),
        );
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&root.der).unwrap();
        scene.trust().add_root(&other.der).unwrap();
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf, issuing.der, cross]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    /// An authorityKeyIdentifier that asks for the issuer with that serial number, and nothing else.
    fn asks_for(serial: u8) -> impl FnOnce(&mut CertificateParams) {
        let value = vec![0x30, 3, 0x82, 1, serial];
        move |params| {
            params.use_authority_key_identifier_extension = false;
            params.serial_number = Some(vec![7].into());
            params
                .custom_extensions
                .push(CustomExtension::from_oid_content(&[2, 5, 29, 35], value));
        }
    }

    #[test]
    fn an_issuer_asked_for_by_serial_number_matters_to_servers_alone() {
        for (serial, status) in [(7, Status::Pass), (8, Status::Fail)] {
            let root = Ca::new("Root", None, asks_for(serial));
            let finding = below(&root, &[root.leaf("cucm-pub.acme.test")], status);
            if status == Status::Fail {
                says(
                    &finding,
                    "asks for the certificate with the serial number 08",
                );
                let hit: Vec<_> = finding.effects.iter().map(|effect| effect.who).collect();
                assert!(
                    !hit.iter().any(|who| matches!(who, Who::Client(_))),
                    "{hit:?}"
                );
            }
        }
    }

    #[test]
    fn a_ca_certificate_may_be_a_leaf() {
        let root = Ca::root();
        let leaf = Ca::new("cucm-pub.acme.test", Some(&root), |_| {});
        below(&root, &[leaf.der], Status::Pass);
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

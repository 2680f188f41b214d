//! Certificates sent out of order, or that do not belong.

use super::named;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;
use crate::certificate::signature::SignatureFault;
use crate::source::{MEETINGS_ADMINISTRATION, RFC_5246, RFC_8446};
use crate::trust::Path;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-misordered",
    title: "a chain sent out of order or with certificates that do not belong to it",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        RFC_5246.at("7.4.2, Server Certificate"),
        RFC_8446.at("4.4.2, Certificate"),
        MEETINGS_ADMINISTRATION.at("Managing Certificates"),
    ],
    explain: "In TLS 1.2 each certificate has to certify the one before it. Today's clients sort what they get, so Jabber \
              users seldom notice; older phones, gateways and appliances read the chain strictly and refuse it, and it is \
              the mark of a file that was put together by hand and will be missing something next time. A certificate \
              that does not belong is often the intermediate of an earlier renewal: peers that trusted the old one stay \
              silent about the new. The root at the end, or a cross-signed intermediate, does no harm and is not meant.",
    fix: "Put the chain in order: leaf, then its issuer, and so on upwards. Delete CA certificates that are no longer used \
          from the trust store of the certificate, upload the certificate again and restart its service.",
    remedy: Remedy::Reissue,
    impact: Impact::SERVERS,
    check: Check::Leaf(check),
};

/// Certificates of one chain that are looked at; nobody's chain has more than five.
const MOST: usize = 16;

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let sent: Vec<&Certificate> = subject.chain.others().collect();
    if sent.len() > MOST {
        return Verdict::fail(format!(
            "more than {MOST} certificates were sent with the leaf"
        ));
    }
    let path = subject.chain.path.as_deref();
    let faults = faults(subject.certificate, &sent, path);
    Verdict::pass_if(faults.is_empty(), || {
        let order = sent
            .iter()
            .map(|certificate| certificate.subject.text.clone());
        Seen::new(faults.join("; ")).found(order)
    })
}

fn faults(leaf: &Certificate, sent: &[&Certificate], path: Option<&Path>) -> Vec<String> {
    let certifies = |issuer: &Certificate, child: &Certificate| {
        is_link(path, leaf, issuer, child) || certifies(issuer, child)
    };
    let belonging = belonging(leaf, sent, certifies);
    let judge = |(index, certificate): (usize, &&Certificate)| {
        let place = format!("certificate {} of {}", index + 2, sent.len() + 1);
        let earlier = || std::iter::once(&leaf).chain(&sent[..index]);
        if earlier().any(|other| other.digest == certificate.digest) {
            Some(format!("{place}, {}, was sent before", named(certificate)))
        } else if !belonging[index] {
            Some(format!(
                "{place}, {}, issued nothing in this chain",
                named(certificate)
            ))
        } else if !earlier().any(|other| certifies(certificate, other)) {
            Some(format!(
                "{place}, {}, comes before the certificate that it issued",
                named(certificate)
            ))
        } else {
            None
        }
    };
    sent.iter().enumerate().filter_map(judge).collect()
}

/// Which of them certify the leaf, or one that does, and so on.
fn belonging(
    leaf: &Certificate,
    sent: &[&Certificate],
    certifies: impl Fn(&Certificate, &Certificate) -> bool,
) -> Vec<bool> {
    let mut belonging = vec![false; sent.len()];
    let mut open = vec![leaf];
    while let Some(child) = open.pop() {
        for (index, candidate) in sent.iter().enumerate() {
            if !belonging[index] && certifies(candidate, child) {
                belonging[index] = true;
                open.push(candidate);
            }
        }
    }
    belonging
}

/// Whether that is known from the path, so that the signature need not be checked again: that takes longer than all other
/// rules together.
fn is_link(
    path: Option<&Path>,
    leaf: &Certificate,
    issuer: &Certificate,
    child: &Certificate,
) -> bool {
    let Some(Path::Anchored(anchored)) = path else {
        return false;
    };
    let issuers = anchored.links.iter().map(|link| link.certificate.digest);
    let mut links = std::iter::once(leaf.digest)
        .chain(issuers.clone())
        .zip(issuers);
    links.any(|link| link == (child.digest, issuer.digest))
}

fn certifies(issuer: &Certificate, child: &Certificate) -> bool {
    issuer.digest != child.digest
        && issuer.subject.der == child.issuer.der
        && child.is_signed_by(issuer) != Err(SignatureFault::Bad)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rcgen::{DistinguishedName, DnType};

    use super::super::testing::Ca;
    use super::{MOST, RULE};
    use crate::audit::testing::{CLUSTER, Scene};
    use crate::audit::{Judgement, Status};

    fn judged(chain: &[&[u8]], status: Status) -> Judgement {
        let chain: Vec<Vec<u8>> = chain.iter().map(|der| der.to_vec()).collect();
        let scene = Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", &chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn upwards_with_or_without_the_root_is_in_order() {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let leaf = issuing.leaf("cucm-pub.acme.test");
        judged(&[&leaf], Status::Pass);
        judged(&[&leaf, &issuing.der], Status::Pass);
        judged(&[&leaf, &issuing.der, &root.der], Status::Pass);
    }

    #[test]
    fn a_root_before_its_intermediate_is_out_of_order() {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let leaf = issuing.leaf("cucm-pub.acme.test");
        let finding = judged(&[&leaf, &root.der, &issuing.der], Status::Fail);
        assert!(
            finding.message.starts_with("certificate 2 of 3, CN=Root"),
            "{}",
            finding.message
        );
        assert_eq!(finding.found, ["CN=Root", "CN=Issuing"]);
    }

    #[test]
    fn a_stranger_does_not_belong_even_under_the_same_name() {
        let root = Ca::root();
        let leaf = root.leaf("cucm-pub.acme.test");
        let namesake = Ca::root();
        let finding = judged(&[&leaf, &root.der, &namesake.der], Status::Fail);
        assert!(
            finding.message.contains("certificate 3 of 3")
                && finding.message.ends_with("issued nothing in this chain"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_certificate_sent_twice_does_not_belong() {
        let root = Ca::root();
        let leaf = root.leaf("cucm-pub.acme.test");
        let finding = judged(&[&leaf, &leaf], Status::Fail);
        assert!(finding.message.ends_with("was sent before"));
        judged(&[&leaf, &root.der, &root.der], Status::Fail);
    }

    #[test]
    fn both_ways_up_from_a_cross_signed_intermediate_belong() {
        let (old, new) = (Ca::root(), Ca::new("New Root", None, |_| {}));
        let issuing = Ca::new("Issuing", Some(&old), |_| {});
        let cross = issuing.cross_signed(&new);
        let leaf = issuing.leaf("cucm-pub.acme.test");
        judged(&[&leaf, &issuing.der, &cross, &old.der], Status::Pass);
    }

    #[test]
    fn a_chain_of_endless_length_is_not_looked_through() {
        let leaf = Ca::root().leaf("cucm-pub.acme.test");
        let others: Vec<Ca> = (0..=MOST).map(|_| Ca::root()).collect();
        let mut chain = vec![leaf.as_slice()];
        chain.extend(others.iter().map(|ca| ca.der.as_slice()));
        let finding = judged(&chain, Status::Fail);
        assert_eq!(
            finding.message,
            "more than 16 certificates were sent with the leaf"
        );
    }

    #[test]
    fn as_many_as_are_looked_at_are_judged_one_by_one() {
        let leaf = Ca::root().leaf("cucm-pub.acme.test");
        let others: Vec<Ca> = (0..MOST).map(|_| Ca::root()).collect();
        let mut chain = vec![leaf.as_slice()];
        chain.extend(others.iter().map(|ca| ca.der.as_slice()));
        let finding = judged(&chain, Status::Fail);
        assert!(
            finding.message.contains("issued nothing"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn the_issuers_key_under_another_name_does_not_belong() {
        let root = Ca::root();
        let leaf = root.leaf("cucm-pub.acme.test");
        let renamed = root.renewed(&Ca::root(), |params| {
            params.distinguished_name = DistinguishedName::new();
            params
                .distinguished_name
                .push(DnType::CommonName, "Renamed");
        });
        let finding = judged(&[&leaf, &root.der, &renamed], Status::Fail);
        assert!(
            finding
                .message
                .starts_with("certificate 3 of 3, CN=Renamed")
                && finding.message.ends_with("issued nothing in this chain"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn what_the_path_does_not_link_is_judged_where_the_root_is_trusted_too() {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let leaf = issuing.leaf("cucm-pub.acme.test");
        let stranger = Ca::new("Stranger", None, |_| {});
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&root.der).unwrap();
        let chain = [leaf, issuing.der, stranger.der];
        let scene = scene.present_chain("cucm-pub", "tomcat", &chain);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(
            finding.message.contains("CN=Stranger"),
            "{}",
            finding.message
        );
    }
}

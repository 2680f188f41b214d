//! Whether a chain comes from a public CA: by an embedded list (Mozilla's), so that the answer does not depend on the
//! machine that asks.

mod former;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rustls_pki_types::TrustAnchor;

use super::Path;
use super::links::{Issued, links};
use crate::certificate::der::{SEQUENCE, encode};
use crate::certificate::{Certificate, DistinguishedName};
use crate::evidence::Redaction;
use former::FORMER_ROOTS;

/// Who stands at the top of a leaf's chain, as far as that can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lineage {
    /// A public CA: the name of its root.
    Public(String),
    /// A root that is none of the public CAs': its subject.
    Private(String),
    /// Nobody but the leaf itself.
    SelfSigned,
    /// The chain ends before a root, or a signature in it is bad.
    Unknown,
}

/// Follows the leaf's issuers along its path, or among `others` (what was sent or fetched) where the path is broken. The
/// lowest public root counts: chains of public CAs often go on to an older root that has signed the newer one. Where the
/// evidence is redacted, its mark says what stands for public CAs.
pub fn lineage(
    leaf: &Arc<Certificate>,
    others: &[Arc<Certificate>],
    path: &Path,
    redaction: Option<&Redaction>,
) -> Lineage {
    if leaf.self_signed {
        return Lineage::SelfSigned;
    }
    let links = links(leaf, others, path);
    let top = links.last().and_then(|(_, issuer)| issuer.as_deref());
    let of_issuer = |certificate: &Certificate| {
        let marked = redaction.and_then(|mark| mark.stand_in(certificate)?.issued_by.clone());
        marked.or_else(|| of_issuer(certificate))
    };
    let of_root = |certificate: &Certificate| {
        let marked = redaction.and_then(|mark| mark.stand_in(certificate)?.root.clone());
        marked.or_else(|| of_root(certificate))
    };
    let of_link =
        |(child, issuer): &Issued| of_issuer(child).or_else(|| issuer.as_deref().and_then(of_root));
    let public = links.iter().find_map(of_link);
    match public.or_else(|| top.and_then(of_issuer)) {
        Some(name) => Lineage::Public(name),
        None => top
            .filter(|top| top.self_signed || matches!(path, Path::Anchored(_)))
            .map_or(Lineage::Unknown, |top| {
                Lineage::Private(top.subject.text.clone())
            }),
    }
}

/// The name of the public root that a certificate is, and of the one that issued it.
pub fn public_standing(certificate: &Certificate) -> (Option<String>, Option<String>) {
    (of_root(certificate), of_issuer(certificate))
}

/// A root that is in the list, by name and key, or a former one, by its digest.
fn of_root(root: &Certificate) -> Option<String> {
    let same_key = |anchor: &&&TrustAnchor<'_>| {
        encode(SEQUENCE, &[&anchor.subject_public_key_info]) == root.spki
    };
    let listed = anchors()
        .get(&root.subject.der[..])
        .and_then(|anchors| anchors.iter().find(same_key));
    if listed.is_some() {
        return Some(name(&root.subject));
    }
    let digest = root.digest.to_string();
    let former = FORMER_ROOTS.iter().find(|(known, _)| *known == digest);
    former.map(|(_, name)| (*name).to_owned())
}

/// A certificate that a root of the list issued: the name and the signature agree.
fn of_issuer(certificate: &Certificate) -> Option<String> {
    let anchors = anchors().get(&certificate.issuer.der[..])?;
    let signed_by = |anchor: &&&TrustAnchor<'_>| {
        certificate
            .is_signed_with(&encode(SEQUENCE, &[&anchor.subject_public_key_info]))
            .is_ok()
    };
    anchors
        .iter()
        .find(signed_by)
        .map(|_| name(&certificate.issuer))
}

fn name(subject: &DistinguishedName) -> String {
    subject.common_names.last().unwrap_or(&subject.text).clone()
}

/// The list by subject (DER Name).
fn anchors() -> &'static HashMap<Vec<u8>, Vec<&'static TrustAnchor<'static>>> {
    static ANCHORS: OnceLock<HashMap<Vec<u8>, Vec<&'static TrustAnchor<'static>>>> =
        OnceLock::new();
    ANCHORS.get_or_init(|| {
        let mut by_subject: HashMap<Vec<u8>, Vec<&'static TrustAnchor<'static>>> = HashMap::new();
        for anchor in webpki_roots::TLS_SERVER_ROOTS {
            by_subject
                .entry(encode(SEQUENCE, &[&anchor.subject]))
                .or_default()
                .push(anchor);
        }
        by_subject
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::{Lineage, anchors, lineage, of_root};
    use crate::certificate::Certificate;
    use crate::certificate::der::{SEQUENCE, encode};
    use crate::certificate::issue::{Authority, Order};
    use crate::trust::{DeviceTrust, system_roots};

    const AT: i64 = 1_795_287_600;

    fn parsed(der: &[u8]) -> Arc<Certificate> {
        Arc::new(Certificate::from_der(der).unwrap())
    }

    /// The lineage of a leaf below an intermediate, with what is sent besides the leaf and what is trusted.
    fn of(
        sent: impl Fn(&Authority, &Authority) -> Vec<Arc<Certificate>>,
        trusted: bool,
    ) -> Lineage {
        let root = Authority::root("ACME Root CA", AT).unwrap();
        let issuing = root.intermediate("ACME Issuing CA", AT).unwrap();
        let order = Order::server("host.acme.test", AT);
        let leaf = parsed(&issuing.issue(&order).unwrap().der);
        let sent = sent(&root, &issuing);
        let mut trust = DeviceTrust::default();
        if trusted {
            trust.add_root(root.der()).unwrap();
        }
        lineage(&leaf, &sent, &trust.path(&leaf, &sent, AT), None)
    }

    #[test]
    fn a_private_root_is_known_from_the_devices_or_from_the_chain() {
        let private = Lineage::Private("CN=ACME Root CA".to_owned());
        let issuing = |_: &Authority, issuing: &Authority| vec![parsed(issuing.der())];
        let both =
            |root: &Authority, issuing: &Authority| vec![parsed(issuing.der()), parsed(root.der())];
        assert_eq!(of(issuing, true), private);
        assert_eq!(of(both, false), private);
        assert_eq!(of(issuing, false), Lineage::Unknown);
        assert_eq!(of(|_, _| Vec::new(), true), Lineage::Unknown);
    }

    #[test]
    fn a_self_signed_leaf_has_no_ca() {
        let leaf = Order::server("host.acme.test", AT).self_signed().unwrap();
        let leaf = parsed(&leaf.der);
        let path = DeviceTrust::default().path(&leaf, &[], AT);
        assert_eq!(lineage(&leaf, &[], &path, None), Lineage::SelfSigned);
    }

    #[test]
    fn a_public_root_that_an_older_one_has_signed_is_still_public() {
        let anchor = webpki_roots::TLS_SERVER_ROOTS.first().unwrap();
        let root = Authority::root("ACME Root CA", AT).unwrap();
        let crossed = root.intermediate("crossed", AT).unwrap();
        let mut crossed = Certificate::from_der(crossed.der()).unwrap();
        assert_eq!(of_root(&crossed), None);
        crossed.subject.der = encode(SEQUENCE, &[&anchor.subject]).into();
        assert_eq!(of_root(&crossed), None, "the name alone");
        crossed.spki = encode(SEQUENCE, &[&anchor.subject_public_key_info]).into();
        assert_eq!(of_root(&crossed).as_deref(), Some("crossed"));
    }

    #[test]
    fn the_list_holds_the_alternative_roots_of_field_notice_74345() {
        let text = |name: &str| {
            anchors().keys().any(|subject| {
                subject
                    .windows(name.len())
                    .any(|part| part == name.as_bytes())
            })
        };
        assert!(anchors().len() > 100);
        assert!(text("IdenTrust Public Sector Root CA 1"));
        assert!(text("DigiCert Assured ID Root G2"));
    }

    #[test]
    fn a_private_root_is_not_in_it_even_with_a_public_name() {
        let name = "ISRG Root X1";
        let root = Authority::root(name, 1_795_287_600).unwrap();
        assert_eq!(of_root(&Certificate::from_der(root.der()).unwrap()), None);
    }

    #[test]
    fn roots_that_mozilla_has_dropped_are_still_public() {
        let stored = system_roots().certificates;
        let roots = stored
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok());
        for root in roots.filter(|root| root.common_name() == Some("DigiCert Global Root CA")) {
            assert_eq!(of_root(&root).as_deref(), Some("DigiCert Global Root CA"));
        }
    }

    #[test]
    fn roots_of_a_system_store_are_mostly_public() {
        let store = system_roots().certificates;
        let public = store
            .iter()
            .filter_map(|der| of_root(&Certificate::from_der(der).ok()?))
            .count();
        assert!(
            store.is_empty() || public * 2 > store.len(),
            "{public} of {}",
            store.len()
        );
    }
}

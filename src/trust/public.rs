//! Whether a chain comes from a public CA: by an embedded list (Mozilla's), so that the answer does not depend on the
//! machine that asks.

use std::collections::HashMap;
use std::sync::OnceLock;

use rustls_pki_types::TrustAnchor;

use super::{Broken, Path};
use crate::certificate::der::{SEQUENCE, encode};
use crate::certificate::{Certificate, DistinguishedName};

/// The public root that a path ends in, by its name; `None` for a private CA, or when that cannot be told.
pub fn public_root(leaf: &Certificate, path: &Path) -> Option<String> {
    match path {
        Path::Anchored(anchored) => anchored
            .root()
            .and_then(of_root)
            .or_else(|| of_issuer(leaf)),
        Path::Broken(Broken::UntrustedRoot { root }) => of_root(root),
        Path::Broken(Broken::UnknownIssuer { last }) => of_issuer(last),
        Path::Broken(Broken::BadSignature { .. }) | Path::SelfSigned => None,
        Path::Pinned => of_issuer(leaf),
    }
}

/// A root that is in the list, by name and key.
fn of_root(root: &Certificate) -> Option<String> {
    let anchors = anchors().get(&root.subject.der)?;
    let same_key = |anchor: &&&TrustAnchor<'_>| {
        encode(SEQUENCE, &[&anchor.subject_public_key_info]) == root.spki
    };
    anchors.iter().find(same_key).map(|_| name(&root.subject))
}

/// A certificate that a root of the list issued: the name and the signature agree.
fn of_issuer(certificate: &Certificate) -> Option<String> {
    let anchors = anchors().get(&certificate.issuer.der)?;
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

    use super::{anchors, of_root};
    use crate::certificate::Certificate;
    use crate::certificate::issue::Authority;
    use crate::trust::system_roots;

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

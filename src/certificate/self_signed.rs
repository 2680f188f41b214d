//! Whether a certificate signed itself.

use super::Certificate;
use super::parts::Parts;
use super::signature::{self, SignatureFault};

/// Subject equals issuer, and the certificate's own key made the signature. Where that cannot be checked (MD5, tiny
/// keys), the key identifiers decide.
pub(super) fn is_self_signed(certificate: &Certificate, parts: &Parts<'_>) -> bool {
    if certificate.subject.der != certificate.issuer.der {
        return false;
    }
    match signature::verify_parts(&certificate.spki, parts) {
        Ok(()) => true,
        Err(SignatureFault::Bad) => false,
        Err(SignatureFault::Unsupported) => key_identifiers_agree(certificate),
    }
}

fn key_identifiers_agree(certificate: &Certificate) -> bool {
    match &certificate.authority_key_identifier {
        None => true,
        authority => *authority == certificate.subject_key_identifier,
    }
}

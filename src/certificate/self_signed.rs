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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::der::{SEQUENCE, encode};
    use super::super::tests::builder::{Builder, algorithm, extension};
    use super::*;

    fn self_signed(builder: &Builder) -> bool {
        Certificate::from_der(&builder.build()).unwrap().self_signed
    }

    /// md5WithRSAEncryption, which nobody checks any more, and the two key identifiers.
    fn unverifiable(subject: &[u8], authority: &[u8]) -> Builder {
        let subject = encode(4, &[subject]);
        let authority = encode(SEQUENCE, &[&encode(0x80, &[authority])]);
        Builder {
            algorithm: algorithm(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4]),
            extensions: vec![
                extension(&[0x55, 0x1d, 14], false, &subject),
                extension(&[0x55, 0x1d, 35], false, &authority),
            ],
            ..Builder::default()
        }
    }

    #[test]
    fn key_identifiers_decide_where_the_signature_cannot() {
        assert!(self_signed(&unverifiable(b"same", b"same")));
        assert!(!self_signed(&unverifiable(b"mine", b"theirs")));
        let silent = Builder {
            extensions: Vec::new(),
            ..unverifiable(b"", b"")
        };
        assert!(self_signed(&silent));
    }

    #[test]
    fn a_bad_signature_is_not_self_signed() {
        let forged = Builder {
            algorithm: algorithm(&[0x2b, 0x65, 0x70]),
            ..Builder::default()
        };
        assert!(!self_signed(&forged));
    }
}

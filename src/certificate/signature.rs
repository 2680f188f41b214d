//! Checking one signature: webpki's algorithms, and the old ones that Cisco estates still hold.

use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use webpki::ALL_VERIFICATION_ALGS;

use ::aws_lc_rs::signature::{
    ECDSA_P256_SHA1_ASN1, ECDSA_P521_SHA1_ASN1, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::der::{BIT_STRING, Element, SEQUENCE};
use super::parts::{self, Parts};
use super::{Certificate, PublicKey};

/// Why a signature was not found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// It was not made by this key over these bytes.
    #[error("the signature does not verify")]
    Bad,
    /// It cannot be checked here: an unknown algorithm, MD5, an odd salt of RSASSA-PSS, a key too small or too large.
    #[error("the signature cannot be checked: algorithm or key size is not supported")]
    Unsupported,
}

/// Algorithms that webpki leaves out for good reason, and that must be followed to tell "weak" from "forged".
pub const LEGACY_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    &Legacy::rsa(RSA_SHA1, &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
    &Legacy::rsa(
        RSA_SHA1_ABSENT,
        &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    ),
    &Legacy::rsa(
        alg_id::RSA_PKCS1_SHA256,
        &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    ),
    &Legacy::rsa(
        alg_id::RSA_PKCS1_SHA512,
        &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    ),
    &Legacy::ecdsa_sha1(alg_id::ECDSA_P256, &ECDSA_P256_SHA1_ASN1),
    &Legacy::ecdsa_sha1(alg_id::ECDSA_P521, &ECDSA_P521_SHA1_ASN1),
];

/// sha1WithRSAEncryption with its NULL, and without, as some writers leave it.
const RSA_SHA1: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00");
const RSA_SHA1_ABSENT: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05");
/// ecdsa-with-SHA1.
const ECDSA_SHA1: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(b"\x06\x07\x2a\x86\x48\xce\x3d\x04\x01");

/// Sizes of RSA keys, in bits, that aws-lc checks a signature with: from 1024 in the legacy algorithms, else from 2048.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;
const LEGACY_RSA_BITS: std::ops::RangeInclusive<u32> = 1024..=8192;

/// Checks `signature` over `message` with a SubjectPublicKeyInfo and an AlgorithmIdentifier, both DER.
pub fn verify(
    spki: &[u8],
    algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureFault> {
    let (key_algorithm, key) = split_key(spki).ok_or(SignatureFault::Unsupported)?;
    let algorithm = sequence(algorithm).ok_or(SignatureFault::Unsupported)?;
    let bits = rsa_bits(spki);
    let mut checked = false;
    for candidate in candidates(key_algorithm, algorithm, bits) {
        checked = true;
        if candidate.verify_signature(key, message, signature).is_ok() {
            return Ok(());
        }
    }
    Err(if checked {
        SignatureFault::Bad
    } else {
        SignatureFault::Unsupported
    })
}

impl Certificate {
    /// Whether `issuer`'s key made this certificate's signature. Names, dates and constraints are not looked at.
    pub fn is_signed_by(&self, issuer: &Self) -> Result<(), SignatureFault> {
        self.is_signed_with(&issuer.spki)
    }

    /// What is signed, and the signature over it; `None` when the bytes were changed since.
    pub fn signed_content(&self) -> Option<(&[u8], &[u8])> {
        let parts = parts::split(&self.der).ok()?;
        Some((parts.to_be_signed, parts.signature))
    }

    /// The same with the issuer's SubjectPublicKeyInfo (DER).
    pub fn is_signed_with(&self, spki: &[u8]) -> Result<(), SignatureFault> {
        let parts = parts::split(&self.der).map_err(|_| SignatureFault::Unsupported)?;
        verify_parts(spki, &parts)
    }
}

/// Checks a certificate's signature with a SubjectPublicKeyInfo.
pub(super) fn verify_parts(spki: &[u8], parts: &Parts<'_>) -> Result<(), SignatureFault> {
    verify(
        spki,
        parts.algorithm.raw,
        parts.to_be_signed,
        parts.signature,
    )
}

/// The algorithms that fit both identifiers and can hold a key of this size.
fn candidates<'a>(
    key_algorithm: &'a [u8],
    algorithm: &'a [u8],
    rsa_bits: Option<u32>,
) -> impl Iterator<Item = &'static dyn SignatureVerificationAlgorithm> + 'a {
    let holds = move |range: std::ops::RangeInclusive<u32>| {
        rsa_bits.is_none_or(|bits| range.contains(&bits))
    };
    let modern = ALL_VERIFICATION_ALGS
        .iter()
        .filter(move |_| holds(RSA_BITS));
    let legacy = LEGACY_ALGORITHMS
        .iter()
        .filter(move |_| holds(LEGACY_RSA_BITS));
    modern.chain(legacy).copied().filter(move |candidate| {
        candidate.public_key_alg_id().as_ref() == key_algorithm
            && candidate.signature_alg_id().as_ref() == algorithm
    })
}

/// The contents of the AlgorithmIdentifier and the key's bytes.
fn split_key(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    match Element::only(spki)?
        .tagged(SEQUENCE)?
        .children()?
        .as_slice()
    {
        [algorithm, key] if key.tag == BIT_STRING => Some((algorithm.value, key.value.get(1..)?)),
        _ => None,
    }
}

fn sequence(der: &[u8]) -> Option<&[u8]> {
    Some(Element::only(der)?.tagged(SEQUENCE)?.value)
}

fn rsa_bits(spki: &[u8]) -> Option<u32> {
    match PublicKey::from_spki(spki)? {
        PublicKey::Rsa { bits } => Some(bits),
        _ => None,
    }
}

/// One legacy algorithm.
#[derive(Debug)]
struct Legacy {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    algorithm: &'static dyn VerificationAlgorithm,
}

impl Legacy {
    const fn rsa(
        signature: AlgorithmIdentifier,
        algorithm: &'static dyn VerificationAlgorithm,
    ) -> Self {
        Self {
            key: alg_id::RSA_ENCRYPTION,
            signature,
            algorithm,
        }
    }

    const fn ecdsa_sha1(
        key: AlgorithmIdentifier,
        algorithm: &'static dyn VerificationAlgorithm,
    ) -> Self {
        Self {
            key,
            signature: ECDSA_SHA1,
            algorithm,
        }
    }
}

impl SignatureVerificationAlgorithm for Legacy {
    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }

    fn verify_signature(
        &self,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = UnparsedPublicKey::new(self.algorithm, key);
        key.verify(message, signature).map_err(|_| InvalidSignature)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::*;

    fn own(name: &str) -> Result<(), SignatureFault> {
        let certificate = fixture(name);
        certificate.is_signed_by(&certificate)
    }

    #[test]
    fn modern_and_legacy_signatures_verify() {
        let names = [
            "ca-p384",
            "ed25519",
            "p256-sha1",
            "p521-sha512",
            "rsa1024-sha1",
            "rsa1024-sha256",
            "rsa2048-pss",
            "rsa2048-v1",
        ];
        for name in names {
            assert_eq!(own(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_checked_is_not_called_bad() {
        for name in [
            "rsa2048-md5",
            "rsa2048-pss-long-salt",
            "rsa512-sha256",
            "secp256k1",
        ] {
            assert_eq!(own(name), Err(SignatureFault::Unsupported), "{name}");
        }
    }

    #[test]
    fn another_key_of_the_same_kind_is_bad() {
        let (one, other) = (fixture("rsa1024-sha1"), fixture("rsa1024-sha256"));
        assert_eq!(one.is_signed_by(&other), Err(SignatureFault::Bad));
    }

    #[test]
    fn rubbish_is_unsupported() {
        assert_eq!(verify(b"", b"", b"", b""), Err(SignatureFault::Unsupported));
    }
}

//! Signing with a throw-away key as the original was signed, weak algorithms too.

use aws_lc_rs::digest::{
    Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256, SHA384, SHA512, digest as hash,
};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::KeyPair as RsaKey;
use aws_lc_rs::signature::{
    ECDSA_P521_SHA224_ASN1_SIGNING, ECDSA_P521_SHA256_ASN1_SIGNING, ECDSA_P521_SHA384_ASN1_SIGNING,
    EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::rand_core::{CryptoRng, Error, RngCore};

use super::keys::{Pair, curve};
use crate::certificate::der::{Element, OBJECT_IDENTIFIER, dotted};
use crate::certificate::{Curve, PublicKey};

/// aws-lc's randomness for the crate `rsa`.
pub(super) struct Random;

impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// aws-lc ends the process rather than to give no randomness, so that there is nothing to tell.
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        let _ = fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Random {}

/// Signs; `None` where key and algorithm do not go together, or cannot be had here.
pub(super) fn sign(
    pair: &Pair,
    kind: &PublicKey,
    algorithm: &[u8],
    message: &[u8],
) -> Option<Vec<u8>> {
    let oid = identifier(algorithm)?;
    match pair {
        Pair::Ed25519(key) => (oid == "1.3.101.112").then(|| key.sign(message).as_ref().to_vec()),
        Pair::Ec(document) => sign_ec(document, kind, &oid, message),
        Pair::Rsa(key) => {
            if let Some(encoding) = encoding(&oid, algorithm) {
                return sign_rsa(key, encoding, message);
            }
            let document = key.as_der().ok()?;
            let key = rsa::RsaPrivateKey::from_pkcs8_der(document.as_ref()).ok()?;
            sign_other_rsa(&key, &oid, message)
        }
        Pair::OtherRsa(key) => sign_other_rsa(key, &oid, message),
    }
}

fn identifier(algorithm: &[u8]) -> Option<String> {
    let fields = Element::only(algorithm)?.children()?;
    let oid = fields.first()?.tagged(OBJECT_IDENTIFIER)?;
    Some(dotted(oid.value))
}

/// What aws-lc signs with.
fn encoding(oid: &str, algorithm: &[u8]) -> Option<&'static dyn RsaEncoding> {
    match oid {
        "1.2.840.113549.1.1.11" => Some(&RSA_PKCS1_SHA256),
        "1.2.840.113549.1.1.12" => Some(&RSA_PKCS1_SHA384),
        "1.2.840.113549.1.1.13" => Some(&RSA_PKCS1_SHA512),
        "1.2.840.113549.1.1.10" => {
            // The hashes' OIDs end so; both uses inside of the parameters are of one hash.
            let sha2 = |last: u8| [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last];
            let has = |last| algorithm.windows(9).any(|part| part == sha2(last));
            if has(1) {
                Some(&RSA_PSS_SHA256)
            } else if has(2) {
                Some(&RSA_PSS_SHA384)
            } else {
                has(3).then_some(&RSA_PSS_SHA512)
            }
        }
        _ => None,
    }
}

fn sign_rsa(key: &RsaKey, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Option<Vec<u8>> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature)
        .ok()?;
    Some(signature)
}

/// PKCS#1 v1.5 with any hash.
fn sign_other_rsa(key: &rsa::RsaPrivateKey, oid: &str, message: &[u8]) -> Option<Vec<u8>> {
    let (algorithm, prefix): (&'static Algorithm, &[u8]) = match oid {
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => (
            &SHA1_FOR_LEGACY_USE_ONLY,
            b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        ),
        "1.2.840.113549.1.1.14" => (&SHA224, SHA224_INFO),
        "1.2.840.113549.1.1.11" => (&SHA256, SHA256_INFO),
        "1.2.840.113549.1.1.12" => (&SHA384, SHA384_INFO),
        "1.2.840.113549.1.1.13" => (&SHA512, SHA512_INFO),
        _ => return None,
    };
    let padding = rsa::Pkcs1v15Sign {
        hash_len: Some(algorithm.output_len()),
        prefix: prefix.into(),
    };
    key.sign(padding, hash(algorithm, message).as_ref()).ok()
}

/// DigestInfo up to the hash (RFC 8017, section 9.2).
const SHA224_INFO: &[u8] =
    b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c";
const SHA256_INFO: &[u8] =
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA384_INFO: &[u8] =
    b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30";
const SHA512_INFO: &[u8] =
    b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

fn sign_ec(document: &[u8], kind: &PublicKey, oid: &str, message: &[u8]) -> Option<Vec<u8>> {
    let PublicKey::Ec { curve: named } = kind else {
        return None;
    };
    let algorithm = match (named, oid) {
        (Curve::P256, "1.2.840.10045.4.3.2")
        | (Curve::P384, "1.2.840.10045.4.3.3")
        | (Curve::P521, "1.2.840.10045.4.3.4") => curve(kind)?,
        (Curve::P521, "1.2.840.10045.4.3.1") => &ECDSA_P521_SHA224_ASN1_SIGNING,
        (Curve::P521, "1.2.840.10045.4.3.2") => &ECDSA_P521_SHA256_ASN1_SIGNING,
        (Curve::P521, "1.2.840.10045.4.3.3") => &ECDSA_P521_SHA384_ASN1_SIGNING,
        _ => return None,
    };
    let key = EcdsaKeyPair::from_pkcs8(algorithm, document).ok()?;
    let signature = key.sign(&SystemRandom::new(), message).ok()?;
    Some(signature.as_ref().to_vec())
}

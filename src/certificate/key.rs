//! Public keys.

use std::fmt;

use x509_parser::prelude::{AlgorithmIdentifier, FromDer};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::der::{Element, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, dotted};

const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
pub(super) const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
pub(super) const ED25519: &str = "1.3.101.112";
pub(super) const ED448: &str = "1.3.101.113";

/// A subject's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA (or RSA-PSS), with the modulus' length in bits counted from its highest set bit.
    Rsa {
        /// Bits of the modulus.
        bits: u32,
    },
    /// An elliptic-curve key.
    Ec {
        /// Its curve.
        curve: Curve,
    },
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// Anything else: the dotted OID.
    Other(String),
}

/// A named curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
    /// Any other: its name where it has one here, else the dotted OID; and its size in bits where known.
    Other(String, Option<u32>),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo from DER; `None` when it is not one.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        SubjectPublicKeyInfo::from_der(der)
            .ok()
            .map(|(_, info)| Self::of(&info))
    }

    /// An RSA key whose modulus cannot be read is `Other`.
    pub(super) fn of(info: &SubjectPublicKeyInfo<'_>) -> Self {
        let oid = dotted(info.algorithm.algorithm.as_bytes());
        match oid.as_str() {
            RSA_ENCRYPTION | RSASSA_PSS => match modulus_bits(&info.subject_public_key.data) {
                Some(bits) => Self::Rsa { bits },
                None => Self::Other(oid),
            },
            EC_PUBLIC_KEY => Self::Ec {
                curve: Curve::of(&info.algorithm),
            },
            ED25519 => Self::Ed25519,
            ED448 => Self::Ed448,
            _ => Self::Other(oid),
        }
    }
}

/// Whether two SubjectPublicKeyInfos hold one key. Some CAs leave out the NULL beside RSA's OID: that does not matter.
pub fn is_same_key(one: &[u8], other: &[u8]) -> bool {
    one == other || rsa_bits(one).is_some_and(|key| rsa_bits(other) == Some(key))
}

/// The bits of an rsaEncryption key.
fn rsa_bits(spki: &[u8]) -> Option<&[u8]> {
    let fields = Element::only(spki)?.tagged(SEQUENCE)?.children()?;
    let [algorithm, key] = fields.as_slice() else {
        return None;
    };
    let (oid, _) = Element::split(algorithm.value)?;
    let is_rsa = dotted(oid.tagged(OBJECT_IDENTIFIER)?.value) == RSA_ENCRYPTION;
    is_rsa.then_some(key.value)
}

impl Curve {
    fn of(algorithm: &AlgorithmIdentifier<'_>) -> Self {
        let oid = match &algorithm.parameters {
            Some(named) if named.tag().0 == u32::from(OBJECT_IDENTIFIER) => dotted(named.data),
            Some(_) => return Self::Other("with explicit parameters".to_owned(), None),
            None => return Self::Other("without parameters".to_owned(), None),
        };
        let known = |name: &str, bits| Self::Other(name.to_owned(), Some(bits));
        match oid.as_str() {
            "1.2.840.10045.3.1.7" => Self::P256,
            "1.3.132.0.34" => Self::P384,
            "1.3.132.0.35" => Self::P521,
            "1.2.840.10045.3.1.1" => known("secp192r1", 192),
            "1.3.132.0.33" => known("secp224r1", 224),
            "1.3.132.0.10" => known("secp256k1", 256),
            "1.3.36.3.3.2.8.1.1.7" => known("brainpoolP256r1", 256),
            "1.3.36.3.3.2.8.1.1.11" => known("brainpoolP384r1", 384),
            "1.3.36.3.3.2.8.1.1.13" => known("brainpoolP512r1", 512),
            _ => Self::Other(oid, None),
        }
    }

    /// Its size in bits, where known.
    pub const fn bits(&self) -> Option<u32> {
        match self {
            Self::P256 => Some(256),
            Self::P384 => Some(384),
            Self::P521 => Some(521),
            Self::Other(_, bits) => *bits,
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::Ec { curve } => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::Other(oid) => f.write_str(oid),
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::P521 => f.write_str("P-521"),
            Self::Other(name, _) => f.write_str(name),
        }
    }
}

/// Counted here, because x509-parser rounds to whole bytes.
fn modulus_bits(key: &[u8]) -> Option<u32> {
    let (sequence, _) = Element::split(key)?;
    let (modulus, _) = Element::split(sequence.tagged(SEQUENCE)?.value)?;
    let mut digits = modulus
        .tagged(INTEGER)?
        .value
        .iter()
        .skip_while(|digit| **digit == 0);
    let top = digits.next().map_or(0, |digit| 8 - digit.leading_zeros());
    Some(
        u32::try_from(digits.count())
            .ok()?
            .checked_mul(8)?
            .saturating_add(top),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::der::{NULL, encode};
    use super::super::tests::builder::spki;
    use super::super::tests::fixture;
    use super::*;

    const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    const EC: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

    fn key(oid: &[u8], parameters: &[u8], contents: &[u8]) -> String {
        let oid = encode(OBJECT_IDENTIFIER, &[oid]);
        let spki = spki(&encode(SEQUENCE, &[&oid, parameters]), contents);
        PublicKey::from_spki(&spki).unwrap().to_string()
    }

    fn rsa(modulus: &[u8]) -> String {
        let key_bytes = encode(SEQUENCE, &[&encode(INTEGER, &[modulus]), b"\x02\x01\x03"]);
        key(&RSA, &[NULL, 0], &key_bytes)
    }

    fn curve(oid: &[u8]) -> String {
        key(&EC, &encode(OBJECT_IDENTIFIER, &[oid]), b"\x04")
    }

    #[test]
    fn one_rsa_key_is_one_key_with_and_without_its_null() {
        let oid = encode(OBJECT_IDENTIFIER, &[&RSA]);
        let with = spki(&encode(SEQUENCE, &[&oid, &[NULL, 0]]), b"key");
        let without = spki(&encode(SEQUENCE, &[&oid]), b"key");
        let other = spki(&encode(SEQUENCE, &[&oid]), b"another");
        assert!(is_same_key(&with, &without) && is_same_key(&other, &other));
        assert!(!is_same_key(&without, &other) && !is_same_key(b"", &other));
        let curve = encode(SEQUENCE, &[&encode(OBJECT_IDENTIFIER, &[&EC])]);
        let ec = spki(&curve, b"key");
        assert!(is_same_key(&ec, &ec) && !is_same_key(&ec, &without));
    }

    #[test]
    fn bits_of_a_modulus_are_counted_from_the_highest_that_is_set() {
        assert_eq!(rsa(&[&[0, 0x80][..], &[0; 127]].concat()), "RSA 1024");
        assert_eq!(rsa(&[&[0x40][..], &[0; 127]].concat()), "RSA 1023");
        assert_eq!(rsa(&[&[0x01][..], &[0; 256]].concat()), "RSA 2049");
        assert_eq!(rsa(&[0]), "RSA 0");
        assert_eq!(key(&RSA, &[NULL, 0], b"\x05\x00"), "1.2.840.113549.1.1.1");
    }

    #[test]
    fn curves_have_names_and_sizes() {
        assert_eq!(curve(&[0x2b, 0x81, 4, 0, 35]), "EC P-521");
        assert_eq!(curve(&[0x2b, 0x81, 4, 0, 33]), "EC secp224r1");
        assert_eq!(
            curve(&[0x2b, 0x24, 3, 3, 2, 8, 1, 1, 13]),
            "EC brainpoolP512r1"
        );
        assert_eq!(curve(&[0x2a, 3]), "EC 1.2.3");
        assert_eq!(
            key(&EC, &encode(SEQUENCE, &[]), b"\x04"),
            "EC with explicit parameters"
        );
        assert_eq!(Curve::P521.bits(), Some(521));
    }

    #[test]
    fn keys_of_the_fixtures() {
        let keys = [
            "ca-p384",
            "ed25519",
            "p521-sha512",
            "rsa1024-sha1",
            "rsa2048-v1",
            "secp256k1",
        ]
        .map(|name| fixture(name).public_key.to_string());
        let expected = [
            "EC P-384",
            "Ed25519",
            "EC P-521",
            "RSA 1024",
            "RSA 2048",
            "EC secp256k1",
        ];
        assert_eq!(keys, expected);
    }
}

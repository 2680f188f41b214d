//! Signature algorithms and their hashes.

use std::borrow::Cow;
use std::fmt;

use x509_parser::prelude::AlgorithmIdentifier;

use super::der::{Element, OBJECT_IDENTIFIER, SEQUENCE, dotted};
use super::key::{ED448, ED25519, RSASSA_PSS};

/// The algorithm of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    /// The name of the OID ("sha256WithRSAEncryption"), or the dotted OID.
    pub name: Cow<'static, str>,
    /// Its hash, where it is known.
    pub hash: Option<SignatureHash>,
}

/// A hash used in a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureHash {
    /// MD2, MD4 or MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-224, SHA-256, SHA-384, SHA-512, SHA-3, or one built into the algorithm (Ed25519).
    Strong,
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl SignatureAlgorithm {
    pub(super) fn of(identifier: &AlgorithmIdentifier<'_>) -> Self {
        let oid = dotted(identifier.algorithm.as_bytes());
        if oid == RSASSA_PSS {
            let parameters = identifier
                .parameters
                .as_ref()
                .map_or(&[][..], |any| any.data);
            return Self {
                name: "RSASSA-PSS".into(),
                hash: pss_hash(parameters),
            };
        }
        match SIGNATURES.iter().find(|(known, ..)| *known == oid) {
            Some((_, name, hash)) => Self {
                name: (*name).into(),
                hash: Some(*hash),
            },
            None => Self {
                name: oid.into(),
                hash: None,
            },
        }
    }
}

/// hashAlgorithm of RSASSA-PSS-params; SHA-1 when it is left out (RFC 4055, section 3.1).
fn pss_hash(parameters: &[u8]) -> Option<SignatureHash> {
    let Some((tagged, _)) = Element::split(parameters).filter(|(first, _)| first.tag == 0xa0)
    else {
        return Some(SignatureHash::Sha1);
    };
    let (identifier, _) = Element::split(tagged.value)?;
    let (oid, _) = Element::split(identifier.tagged(SEQUENCE)?.value)?;
    hash(&dotted(oid.tagged(OBJECT_IDENTIFIER)?.value))
}

fn hash(oid: &str) -> Option<SignatureHash> {
    match oid {
        "1.2.840.113549.2.2" | "1.2.840.113549.2.4" | "1.2.840.113549.2.5" => {
            Some(SignatureHash::Md5)
        }
        "1.3.14.3.2.26" => Some(SignatureHash::Sha1),
        _ => oid
            .starts_with("2.16.840.1.101.3.4.2.")
            .then_some(SignatureHash::Strong),
    }
}

use SignatureHash::{Md5, Sha1, Strong};

/// Names as OpenSSL prints them.
const SIGNATURES: [(&str, &str, SignatureHash); 30] = [
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", Md5),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption", Md5),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", Md5),
    ("1.3.14.3.2.3", "md5WithRSA", Md5),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", Sha1),
    ("1.3.14.3.2.29", "sha1WithRSA", Sha1),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", Strong),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", Strong),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", Strong),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", Strong),
    ("2.16.840.1.101.3.4.3.13", "RSA-SHA3-224", Strong),
    ("2.16.840.1.101.3.4.3.14", "RSA-SHA3-256", Strong),
    ("2.16.840.1.101.3.4.3.15", "RSA-SHA3-384", Strong),
    ("2.16.840.1.101.3.4.3.16", "RSA-SHA3-512", Strong),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", Sha1),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", Strong),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", Strong),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", Strong),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", Strong),
    ("2.16.840.1.101.3.4.3.9", "ecdsa_with_SHA3-224", Strong),
    ("2.16.840.1.101.3.4.3.10", "ecdsa_with_SHA3-256", Strong),
    ("2.16.840.1.101.3.4.3.11", "ecdsa_with_SHA3-384", Strong),
    ("2.16.840.1.101.3.4.3.12", "ecdsa_with_SHA3-512", Strong),
    ("1.2.840.10040.4.3", "dsa-with-SHA1", Sha1),
    ("2.16.840.1.101.3.4.3.1", "dsa-with-SHA224", Strong),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-SHA256", Strong),
    ("2.16.840.1.101.3.4.3.3", "dsa-with-SHA384", Strong),
    ("2.16.840.1.101.3.4.3.4", "dsa-with-SHA512", Strong),
    (ED25519, "Ed25519", Strong),
    (ED448, "Ed448", Strong),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use x509_parser::prelude::FromDer;

    use super::super::der::encode;
    use super::super::tests::builder::algorithm;
    use super::super::tests::fixture;
    use super::*;

    #[test]
    fn signatures_of_the_fixtures() {
        let cases = [
            ("ca-p384", "ecdsa-with-SHA384", Strong),
            ("ed25519", "Ed25519", Strong),
            ("p256-sha1", "ecdsa-with-SHA1", Sha1),
            ("p521-sha512", "ecdsa-with-SHA512", Strong),
            ("rsa1024-sha1", "sha1WithRSAEncryption", Sha1),
            ("rsa2048-md5", "md5WithRSAEncryption", Md5),
            ("rsa2048-pss", "RSASSA-PSS", Strong),
            ("rsa2048-v1", "sha256WithRSAEncryption", Strong),
        ];
        for (name, signature, hash) in cases {
            let certificate = fixture(name);
            assert_eq!(certificate.signature.to_string(), signature, "{name}");
            assert_eq!(certificate.signature.hash, Some(hash), "{name}");
        }
    }

    #[test]
    fn pss_without_parameters_is_sha_1() {
        assert_eq!(pss_hash(&[]), Some(SignatureHash::Sha1));
        let md5 = algorithm(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5]);
        assert_eq!(pss_hash(&encode(0xa0, &[&md5])), Some(SignatureHash::Md5));
    }

    #[test]
    fn an_unknown_signature_algorithm_shows_its_oid() {
        let der = algorithm(&[0x2a, 3]);
        let (_, identifier) = AlgorithmIdentifier::from_der(&der).unwrap();
        let unknown = SignatureAlgorithm {
            name: "1.2.3".into(),
            hash: None,
        };
        assert_eq!(SignatureAlgorithm::of(&identifier), unknown);
    }
}

//! The frame that CRLs and OCSP answers share: a body, an algorithm, a signature.

use super::Doubt;
use super::fields::{Fields, broken, identifier, short};
use crate::certificate::der::{BIT_STRING, Element, OBJECT_IDENTIFIER, SEQUENCE};
use crate::certificate::signature::{SignatureFault, verify};
use crate::certificate::{Certificate, PublicKey};

/// A body and the signature over it.
pub(super) struct Signed<'a> {
    /// What the signature covers.
    pub(super) body: Element<'a>,
    /// The AlgorithmIdentifier outside of the body.
    pub(super) algorithm: Element<'a>,
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Takes the three fields.
    pub(super) fn take(fields: &mut Fields<'a>) -> Result<Self, Doubt> {
        let body = fields.take(&[SEQUENCE], "signed part")?;
        let algorithm = fields.take(&[SEQUENCE], "signatureAlgorithm")?;
        let signature = fields.take(&[BIT_STRING], "signature")?;
        match signature.value.split_first() {
            Some((0, signature)) => Ok(Self {
                body,
                algorithm,
                signature,
            }),
            _ => Err(broken("signature")),
        }
    }

    /// Whether `signer`'s key made the signature.
    pub(super) fn check(&self, signer: &Certificate) -> Result<(), Doubt> {
        let checked = verify(
            &signer.spki,
            self.algorithm.raw,
            self.body.raw,
            self.signature,
        );
        let name = short(&signer.subject.text);
        match checked {
            Ok(()) => Ok(()),
            Err(SignatureFault::Bad) => Err(Doubt::WrongSigner(format!(
                "its signature was not made with the key of {name}"
            ))),
            Err(SignatureFault::Unsupported) => Err(self.unchecked(signer)),
        }
    }

    /// A signature that no algorithm of ours fits: perhaps made with a key of another kind.
    fn unchecked(&self, signer: &Certificate) -> Doubt {
        let (oid, key) = (self.algorithm_oid(), &signer.public_key);
        let other_kind = match key {
            PublicKey::Rsa { .. } => is_of(&oid, &[ECDSA, EDWARDS]),
            PublicKey::Ec { .. } => is_of(&oid, &[RSA, EDWARDS]),
            PublicKey::Ed25519 | PublicKey::Ed448 => is_of(&oid, &[RSA, ECDSA]),
            PublicKey::Other(_) => false,
        };
        if other_kind {
            let name = short(&signer.subject.text);
            return Doubt::WrongSigner(format!(
                "its signature was not made with the {key} key of {name}"
            ));
        }
        Doubt::Unsupported(format!("signature algorithm {oid} with a key {key}"))
    }

    fn algorithm_oid(&self) -> String {
        let oid = Element::split(self.algorithm.value)
            .and_then(|(oid, _)| oid.tagged(OBJECT_IDENTIFIER))
            .map(|oid| identifier(oid.value));
        oid.unwrap_or_else(|| "without an OID".to_owned())
    }
}

/// Beginnings of the signature algorithms of a kind of key.
const RSA: &str = "1.2.840.113549.1.1.";
const ECDSA: &str = "1.2.840.10045.4.";
const EDWARDS: &str = "1.3.101.11";

fn is_of(oid: &str, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| oid.starts_with(kind))
}

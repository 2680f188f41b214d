//! Throw-away keys in the place of the original ones: one for each, of the same kind and size. A key that signs nothing
//! here is random bits of the right shape, so that nobody has it.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::{KeyPair as RsaKey, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _,
};
use rsa::traits::PublicKeyParts as _;

use super::signing;
use crate::certificate::der::{BIT_STRING, Element, INTEGER, SEQUENCE, encode};
use crate::certificate::{Curve, PublicKey};

/// Sizes, in bits, for which a key is made that can sign; beyond them it would take minutes.
const SIGNING_RSA_BITS: std::ops::RangeInclusive<u32> = 512..=8192;
/// 65537.
const EXPONENT: &[u8] = &[1, 0, 1];

/// The keys so far.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Those (as bits of their SubjectPublicKeyInfo) that made a signature of the evidence.
    signers: BTreeSet<Vec<u8>>,
    made: BTreeMap<Vec<u8>, Made>,
}

#[derive(Debug)]
struct Made {
    /// The new key's bits.
    bits: Vec<u8>,
    pair: Option<Pair>,
}

/// A key that can sign.
#[derive(Debug)]
pub(super) enum Pair {
    /// RSA of a size that aws-lc makes.
    Rsa(Box<RsaKey>),
    /// RSA of any other size, and for algorithms that aws-lc does not sign with.
    OtherRsa(Box<rsa::RsaPrivateKey>),
    /// PKCS#8 of an elliptic-curve key.
    Ec(Vec<u8>),
    /// Ed25519.
    Ed25519(Box<Ed25519KeyPair>),
}

impl Keys {
    /// Keys, when those of `signers` (SubjectPublicKeyInfo, DER) have made signatures.
    pub(super) fn for_signers(signers: &BTreeSet<Vec<u8>>) -> Self {
        Self {
            signers: signers.iter().filter_map(|spki| bits(spki)).collect(),
            made: BTreeMap::new(),
        }
    }

    /// The SubjectPublicKeyInfo in the place of `original`; `None` when that is none, or no randomness is to be had.
    pub(super) fn replace(&mut self, original: &[u8]) -> Option<Vec<u8>> {
        let algorithm = algorithm(original)?.to_vec();
        let made = self.made(original)?;
        let bits = [&[0_u8][..], &made.bits].concat();
        Some(encode(
            SEQUENCE,
            &[&algorithm, &encode(BIT_STRING, &[&bits])],
        ))
    }

    /// The hash input of key identifiers: the new bits for the original SubjectPublicKeyInfo.
    pub(super) fn new_bits(&mut self, original: &[u8]) -> Option<Vec<u8>> {
        self.made(original).map(|made| made.bits.clone())
    }

    /// Signs with the key in the place of `original`; `None` when that cannot be done with this algorithm
    /// (AlgorithmIdentifier, DER).
    pub(super) fn sign(
        &mut self,
        original: &[u8],
        algorithm: &[u8],
        message: &[u8],
    ) -> Option<Vec<u8>> {
        let kind = PublicKey::from_spki(original)?;
        let pair = self.made(original)?.pair.as_ref()?;
        signing::sign(pair, &kind, algorithm, message)
    }

    fn made(&mut self, original: &[u8]) -> Option<&Made> {
        let key = bits(original)?;
        if !self.made.contains_key(&key) {
            let kind = PublicKey::from_spki(original)?;
            let pair = self.signers.contains(&key).then(|| pair(&kind)).flatten();
            let bits = match &pair {
                Some(pair) => public_bits(pair, &kind)?,
                None => likeness(&kind, key.len())?,
            };
            self.made.insert(key.clone(), Made { bits, pair });
        }
        self.made.get(&key)
    }
}

/// Random bytes.
pub(super) fn random(length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Contents of the BIT STRING without the count of unused bits.
pub(super) fn bits(spki: &[u8]) -> Option<Vec<u8>> {
    let fields = Element::only(spki)?.tagged(SEQUENCE)?.children()?;
    match fields.as_slice() {
        [_, key] if key.tag == BIT_STRING => Some(key.value.get(1..)?.to_vec()),
        _ => None,
    }
}

/// The AlgorithmIdentifier as it stands: it names a kind of key and nobody. Parameters of unusual length are left out.
fn algorithm(spki: &[u8]) -> Option<&[u8]> {
    /// PSS parameters have about 60 bytes; explicit curve parameters are shown as they are too.
    const LONGEST: usize = 512;
    let fields = Element::only(spki)?.tagged(SEQUENCE)?.children()?;
    let algorithm = fields.first()?.raw;
    (algorithm.len() <= LONGEST).then_some(algorithm)
}

/// The algorithm that makes keys of the curve.
pub(super) fn curve(kind: &PublicKey) -> Option<&'static EcdsaSigningAlgorithm> {
    match kind {
        PublicKey::Ec { curve } => match curve {
            Curve::P256 => Some(&ECDSA_P256_SHA256_ASN1_SIGNING),
            Curve::P384 => Some(&ECDSA_P384_SHA384_ASN1_SIGNING),
            Curve::P521 => Some(&ECDSA_P521_SHA512_ASN1_SIGNING),
            Curve::Other(..) => None,
        },
        _ => None,
    }
}

fn pair(kind: &PublicKey) -> Option<Pair> {
    let size = match kind {
        PublicKey::Rsa { bits: 2048 } => KeySize::Rsa2048,
        PublicKey::Rsa { bits: 3072 } => KeySize::Rsa3072,
        PublicKey::Rsa { bits: 4096 } => KeySize::Rsa4096,
        PublicKey::Rsa { bits } if SIGNING_RSA_BITS.contains(bits) => {
            let bits = usize::try_from(*bits).ok()?;
            let key = rsa::RsaPrivateKey::new(&mut signing::Random, bits).ok()?;
            return Some(Pair::OtherRsa(Box::new(key)));
        }
        PublicKey::Ed25519 => {
            return Ed25519KeyPair::generate()
                .ok()
                .map(|key| Pair::Ed25519(Box::new(key)));
        }
        PublicKey::Ec { .. } => {
            let document = EcdsaKeyPair::generate_pkcs8(curve(kind)?, &SystemRandom::new()).ok()?;
            return Some(Pair::Ec(document.as_ref().to_vec()));
        }
        _ => return None,
    };
    RsaKey::generate(size)
        .ok()
        .map(|key| Pair::Rsa(Box::new(key)))
}

fn public_bits(pair: &Pair, kind: &PublicKey) -> Option<Vec<u8>> {
    match pair {
        Pair::Rsa(key) => Some(key.public_key().as_ref().to_vec()),
        Pair::OtherRsa(key) => Some(rsa_key(&key.n().to_bytes_be())),
        Pair::Ec(document) => {
            let key = EcdsaKeyPair::from_pkcs8(curve(kind)?, document).ok()?;
            Some(key.public_key().as_ref().to_vec())
        }
        Pair::Ed25519(key) => Some(key.public_key().as_ref().to_vec()),
    }
}

/// Bits that look like a key of that kind, `length` bytes where nothing else says how many.
fn likeness(kind: &PublicKey, length: usize) -> Option<Vec<u8>> {
    match kind {
        PublicKey::Rsa { bits } if *bits > 0 => {
            let mut modulus = random(usize::try_from(bits.div_ceil(8)).ok()?)?;
            let top = 1_u8 << ((bits - 1) % 8);
            if let Some(first) = modulus.first_mut() {
                *first = (*first & (top - 1)) | top;
            }
            if let Some(last) = modulus.last_mut() {
                *last |= 1;
            }
            Some(rsa_key(&modulus))
        }
        PublicKey::Ec { .. } => {
            let mut point = random(length)?;
            if let Some(first) = point.first_mut() {
                *first = 4;
            }
            Some(point)
        }
        _ => random(length),
    }
}

fn rsa_key(modulus: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if modulus.first().is_some_and(|first| *first >= 0x80) {
        &[0]
    } else {
        &[]
    };
    let modulus = encode(INTEGER, &[sign, modulus]);
    encode(SEQUENCE, &[&modulus, &encode(INTEGER, &[EXPONENT])])
}

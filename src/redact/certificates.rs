//! Certificates written anew: replaced names, throw-away keys and signatures, everything else as it was.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_lc_rs::digest::{
    Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest as hash,
};

use super::Redactor;
use super::der::{joined, time, zeros};
use super::keys::{bits, random};
use crate::certificate::der::{BIT_STRING, Element, INTEGER, SEQUENCE, elements, encode};
use crate::certificate::{Certificate, Digest};

/// An AlgorithmIdentifier of a signature has up to about 70 bytes.
const LONGEST_ALGORITHM: usize = 256;
/// Certificates of one name that are tried as the issuer: no path is looked for among more.
pub(super) const MOST_CANDIDATES: usize = 100;
/// Hashes of which certIDs and responderIDs are made.
pub(super) const HASHES: [&Algorithm; 4] = [&SHA1_FOR_LEGACY_USE_ONLY, &SHA256, &SHA384, &SHA512];

/// Who signed what, among all certificates at hand.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) all: Vec<Arc<Certificate>>,
    by_subject: BTreeMap<Vec<u8>, Vec<Arc<Certificate>>>,
    by_digest: BTreeMap<Digest, Arc<Certificate>>,
    /// By the hashes of the subject.
    by_name_hash: BTreeMap<Vec<u8>, Arc<Certificate>>,
    /// By the hashes of the key's bits.
    by_key_hash: BTreeMap<Vec<u8>, Arc<Certificate>>,
}

impl Pool {
    /// Every certificate once.
    pub(super) fn of(certificates: impl IntoIterator<Item = Arc<Certificate>>) -> Self {
        let mut pool = Self::default();
        for certificate in certificates {
            if let Entry::Vacant(new) = pool.by_digest.entry(certificate.digest) {
                new.insert(Arc::clone(&certificate));
                let subject = certificate.subject.der.to_vec();
                let same = pool.by_subject.entry(subject).or_default();
                same.push(Arc::clone(&certificate));
                pool.index(&certificate);
                pool.all.push(certificate);
            }
        }
        pool
    }

    fn index(&mut self, certificate: &Arc<Certificate>) {
        for algorithm in HASHES {
            let name = hash(algorithm, &certificate.subject.der).as_ref().to_vec();
            let known = self.by_name_hash.entry(name);
            known.or_insert_with(|| Arc::clone(certificate));
            if let Some(bits) = bits(&certificate.spki) {
                let key = hash(algorithm, &bits).as_ref().to_vec();
                let known = self.by_key_hash.entry(key);
                known.or_insert_with(|| Arc::clone(certificate));
            }
        }
    }

    /// The first one whose subject has that hash.
    pub(super) fn with_name_hash(&self, hash: &[u8]) -> Option<Arc<Certificate>> {
        self.by_name_hash.get(hash).cloned()
    }

    /// The first one whose key has that hash.
    pub(super) fn with_key_hash(&self, hash: &[u8]) -> Option<Arc<Certificate>> {
        self.by_key_hash.get(hash).cloned()
    }

    /// Those of that subject (DER Name).
    pub(super) fn named(&self, subject: &[u8]) -> &[Arc<Certificate>] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }

    /// The keys (SubjectPublicKeyInfo) of that subject (DER Name); of the first hundred certificates of it.
    pub(super) fn keys_of(&self, subject: &[u8]) -> BTreeSet<Vec<u8>> {
        let namesakes = self.named(subject).iter().take(MOST_CANDIDATES);
        namesakes.map(|one| one.spki.to_vec()).collect()
    }

    /// The one with that digest.
    pub(super) fn with_digest(&self, digest: Digest) -> Option<&Arc<Certificate>> {
        self.by_digest.get(&digest)
    }

    /// The key (SubjectPublicKeyInfo) that made a certificate's signature.
    pub(super) fn signer(&self, certificate: &Certificate) -> Option<Vec<u8>> {
        let candidates = self.named(&certificate.issuer.der).iter();
        let mut candidates = candidates.take(MOST_CANDIDATES);
        let signer = candidates.find(|issuer| certificate.is_signed_by(issuer).is_ok());
        signer.map(|issuer| issuer.spki.to_vec())
    }
}

impl Redactor {
    /// The certificate in the place of `der`, the same one every time.
    pub(super) fn certificate(&mut self, der: &[u8]) -> Vec<u8> {
        let digest = Digest::of(der);
        if let Some(made) = self.made.get(&digest) {
            return made.clone();
        }
        let original = Certificate::from_der(der).ok();
        let made = original
            .as_ref()
            .and_then(|original| self.remake(original))
            .unwrap_or_else(|| self.stand_in(der));
        if let Some(original) = &original {
            self.compare(original, &made);
        }
        self.made.insert(digest, made.clone());
        made
    }

    fn remake(&mut self, original: &Certificate) -> Option<Vec<u8>> {
        let outer = Element::only(&original.der)?.children()?;
        let [body, algorithm, signature] = outer.as_slice() else {
            return None;
        };
        if algorithm.raw.len() > LONGEST_ALGORITHM {
            return None;
        }
        let body = self.body(original, body)?;
        let length = signature.value.len().saturating_sub(1);
        let signature = self.signature(original, algorithm.raw, &body, length)?;
        let signature = encode(BIT_STRING, &[&[0], &signature]);
        Some(encode(SEQUENCE, &[&body, algorithm.raw, &signature]))
    }

    fn body(&mut self, original: &Certificate, body: &Element<'_>) -> Option<Vec<u8>> {
        let (mut parts, mut sequences) = (Vec::new(), 0);
        for field in body.children()? {
            let part = match field.tag {
                0xa0 if field.value.len() <= 4 => field.raw.to_vec(),
                INTEGER => self.serial_element(&field),
                SEQUENCE => {
                    sequences += 1;
                    self.sequence(sequences, original, &field)?
                }
                0x81 | 0x82 | 0xa1 | 0xa2 => zeros(&field),
                0xa3 => {
                    let list = Element::only(field.value)?;
                    encode(0xa3, &[&self.extensions(&list)])
                }
                _ => return None,
            };
            parts.push(part);
        }
        Some(joined(SEQUENCE, &parts))
    }

    /// The SEQUENCEs of tbsCertificate are, in order: signature, issuer, validity, subject, subjectPublicKeyInfo.
    fn sequence(
        &mut self,
        number: u32,
        original: &Certificate,
        field: &Element<'_>,
    ) -> Option<Vec<u8>> {
        match number {
            1 => (field.raw.len() <= LONGEST_ALGORITHM).then(|| field.raw.to_vec()),
            2 | 4 => Some(self.name(field.raw)),
            3 => {
                let times: Option<Vec<Vec<u8>>> =
                    elements(field.value).map(|one| time(&one)).collect();
                Some(joined(SEQUENCE, &times?))
            }
            5 => self.keys.replace(&original.spki),
            _ => None,
        }
    }

    /// Good where the original's was; else random bits.
    fn signature(
        &mut self,
        original: &Certificate,
        algorithm: &[u8],
        body: &[u8],
        length: usize,
    ) -> Option<Vec<u8>> {
        if let Some(signer) = self.pool.signer(original) {
            match self.keys.sign(&signer, algorithm, body) {
                Some(signature) => return Some(signature),
                None => self.note(&format!(
                    "{} cannot be signed anew with this key: such a signature looks bad in the redacted evidence",
                    original.signature
                )),
            }
        }
        random(length)
    }

    /// Bytes that cannot be decoded either, and say nothing.
    fn stand_in(&mut self, der: &[u8]) -> Vec<u8> {
        let digest = Digest::of(der).to_string();
        let number = self.names.numbered("malformed", &digest);
        self.note("certificates that cannot be decoded are replaced by bytes that cannot be decoded either: what is wrong with them is not kept");
        let number = u32::try_from(number).unwrap_or(0).to_be_bytes();
        if der.first() == Some(&SEQUENCE) {
            // A SEQUENCE of 1024 bytes that ends after a few.
            [&[SEQUENCE, 0x82, 4, 0][..], &number].concat()
        } else {
            [&[0][..], &number].concat()
        }
    }

    /// Facts that rules judge must have stayed.
    fn compare(&mut self, original: &Certificate, made: &[u8]) {
        let Ok(made) = Certificate::from_der(made) else {
            self.note("a certificate could not be made anew: bytes that cannot be decoded stand in its place");
            return;
        };
        let count = |one: &Certificate| {
            let names = one.alternative_name.as_ref();
            let names = names.map_or(0, |names| names.dns.len() + names.ip.len());
            let urls = one.crl_urls.len() + one.ocsp_urls.len() + one.issuer_urls.len();
            (
                names,
                urls,
                one.xmpp_addresses().len(),
                one.srv_names().len(),
            )
        };
        let broken = |one: &Certificate| {
            let broken = one.broken_extensions.iter();
            broken.map(|(oid, _)| oid.clone()).collect::<Vec<_>>()
        };
        let kept = [
            (
                "its version or key",
                (original.version, &original.public_key) == (made.version, &made.public_key),
            ),
            (
                "its validity",
                (&original.not_before, &original.not_after) == (&made.not_before, &made.not_after),
            ),
            (
                "its key usages",
                original.key_usage == made.key_usage
                    && original.basic_constraints == made.basic_constraints,
            ),
            (
                "the number of its names or URLs",
                count(original) == count(&made),
            ),
            (
                "whether it is self-signed",
                original.self_signed == made.self_signed,
            ),
            (
                "which of its extensions are broken",
                broken(original).len() == broken(&made).len(),
            ),
            (
                "its critical extensions",
                original.unknown_critical_extensions.len()
                    == made.unknown_critical_extensions.len(),
            ),
        ];
        for (what, _) in kept.iter().filter(|(_, kept)| !kept) {
            self.note(&format!("of a certificate, {what} could not be kept"));
        }
    }
}

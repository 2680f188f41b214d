//! CRLs and OCSP answers written anew: the same status, dates and signers, about the replaced certificates.

use std::collections::BTreeSet;

use aws_lc_rs::digest::digest as hash;
use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject as _;

use super::Redactor;
use super::certificates::{HASHES, Pool};
use super::der::{joined, time};
use super::keys::random;
use crate::certificate::Digest;
use crate::certificate::der::{
    BIT_STRING, ENUMERATED, Element, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, encode,
};
use crate::certificate::signature::verify;

/// Certificates of an OCSP answer whose keys are tried; real ones bring one, or one and its issuers.
const MOST_BROUGHT: usize = 16;
/// A critical extension's flag: such an entry forbids to use a list, so it stays.
const CRITICAL: &[u8] = &[1, 1, 0xff];

impl Redactor {
    /// A CRL (DER or PEM); `None` when it is none. Of its entries those stay that are about certificates at hand.
    pub(super) fn crl(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let unwrapped = CertificateRevocationListDer::from_pem_slice(bytes);
        let der = unwrapped.as_ref().map_or(bytes, |list| list.as_ref());
        let outer = Element::only(der)?.tagged(SEQUENCE)?.children()?;
        let [body, algorithm, signature] = outer.as_slice() else {
            return None;
        };
        let (mut parts, mut sequences, mut issuer) = (Vec::new(), 0, Vec::new());
        for field in body.tagged(SEQUENCE)?.children()? {
            let part = match field.tag {
                INTEGER if field.value.len() == 1 => field.raw.to_vec(),
                SEQUENCE => {
                    sequences += 1;
                    match sequences {
                        1 => field.raw.to_vec(),
                        2 => {
                            issuer = field.raw.to_vec();
                            self.name(field.raw)
                        }
                        3 => self.entries(&field)?,
                        _ => return None,
                    }
                }
                0xa0 => encode(0xa0, &[&self.extensions(&Element::only(field.value)?)]),
                _ => time(&field)?,
            };
            parts.push(part);
        }
        let candidates = self.pool.keys_of(&issuer);
        self.sealed(&candidates, body, algorithm, signature, &parts, &[])
    }

    fn entries(&mut self, list: &Element<'_>) -> Option<Vec<u8>> {
        let mut entries = Vec::new();
        for entry in list.children()? {
            let fields = entry.children()?;
            let (serial, date) = (fields.first()?, fields.get(1)?);
            let matters = self.has_serial(serial.value)
                || entry
                    .raw
                    .windows(CRITICAL.len())
                    .any(|part| part == CRITICAL);
            if !matters {
                continue;
            }
            let mut parts = vec![self.serial_element(serial), time(date)?];
            if let Some(extensions) = fields.get(2) {
                parts.push(self.extensions(extensions));
            }
            entries.push(joined(SEQUENCE, &parts));
        }
        Some(joined(SEQUENCE, &entries))
    }

    /// Body, algorithm, signature, and what comes after them.
    fn sealed(
        &mut self,
        candidates: &BTreeSet<Vec<u8>>,
        body: &Element<'_>,
        algorithm: &Element<'_>,
        signature: &Element<'_>,
        parts: &[Vec<u8>],
        after: &[u8],
    ) -> Option<Vec<u8>> {
        let made = joined(SEQUENCE, parts);
        let value = signature.tagged(BIT_STRING)?.value.get(1..)?;
        let signer = candidates
            .iter()
            .find(|spki| verify(spki, algorithm.raw, body.raw, value).is_ok());
        let sealed = signer.and_then(|spki| self.keys.sign(spki, algorithm.raw, &made));
        if signer.is_some() && sealed.is_none() {
            self.note("a CRL or OCSP answer could not be signed anew: its signature looks bad in the redacted evidence");
        }
        let signature = sealed.or_else(|| random(value.len()))?;
        let signature = encode(BIT_STRING, &[&[0], &signature]);
        Some(encode(SEQUENCE, &[&made, algorithm.raw, &signature, after]))
    }

    /// An OCSP response (DER); `None` when it is none.
    pub(super) fn ocsp(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let outer = Element::only(bytes)?.tagged(SEQUENCE)?.children()?;
        let status = outer.first()?.tagged(ENUMERATED)?;
        if status.value.len() != 1 {
            return None;
        }
        let Some(basic) = basic(&outer) else {
            return (outer.len() == 1).then(|| encode(SEQUENCE, &[status.raw]));
        };
        let fields = basic.children()?;
        let [body, algorithm, signature, rest @ ..] = fields.as_slice() else {
            return None;
        };
        let embedded: Vec<Element<'_>> = rest
            .first()
            .and_then(|list| Element::only(list.value)?.children())
            .unwrap_or_default();
        let made: Vec<Vec<u8>> = embedded
            .iter()
            .map(|one| self.certificate(one.raw))
            .collect();
        let after = if rest.is_empty() {
            Vec::new()
        } else {
            encode(0xa0, &[&joined(SEQUENCE, &made)])
        };
        let parts = self.response_data(body)?;
        let candidates = responders(&fields, &self.pool);
        let sealed = self.sealed(&candidates, body, algorithm, signature, &parts, &after)?;
        // id-pkix-ocsp-basic.
        let kind = encode(OBJECT_IDENTIFIER, &[&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1]]);
        let response = encode(SEQUENCE, &[&kind, &encode(OCTET_STRING, &[&sealed])]);
        Some(encode(SEQUENCE, &[status.raw, &encode(0xa0, &[&response])]))
    }

    fn response_data(&mut self, body: &Element<'_>) -> Option<Vec<Vec<u8>>> {
        let (mut parts, mut is_after_time) = (Vec::new(), false);
        for field in body.children()? {
            let inner = || Element::only(field.value);
            let part = match field.tag {
                0xa0 if field.value.len() <= 4 => field.raw.to_vec(),
                0xa1 if is_after_time => encode(0xa1, &[&self.extensions(&inner()?)]),
                0xa1 => encode(0xa1, &[&self.name(field.value)]),
                0xa2 => {
                    let hash = self.key_hash(inner()?.value);
                    encode(0xa2, &[&encode(OCTET_STRING, &[&hash])])
                }
                SEQUENCE => {
                    let answers = field.children()?;
                    let made: Option<Vec<Vec<u8>>> =
                        answers.iter().map(|one| self.single(one)).collect();
                    joined(SEQUENCE, &made?)
                }
                _ => {
                    is_after_time = true;
                    time(&field)?
                }
            };
            parts.push(part);
        }
        Some(parts)
    }

    fn single(&mut self, single: &Element<'_>) -> Option<Vec<u8>> {
        let (mut parts, mut is_after_status) = (Vec::new(), false);
        for field in single.children()? {
            let part = match field.tag {
                SEQUENCE => self.certificate_id(&field)?,
                0x80 | 0x82 if field.value.is_empty() => field.raw.to_vec(),
                0xa1 if is_after_status => {
                    encode(0xa1, &[&self.extensions(&Element::only(field.value)?)])
                }
                // Revoked: a time and a reason.
                0xa1 if field.value.len() <= 40 => field.raw.to_vec(),
                0xa0 => encode(0xa0, &[&time(&Element::only(field.value)?)?]),
                _ => time(&field)?,
            };
            is_after_status |= field.tag != SEQUENCE;
            parts.push(part);
        }
        Some(joined(SEQUENCE, &parts))
    }

    fn certificate_id(&mut self, id: &Element<'_>) -> Option<Vec<u8>> {
        let fields = id.children()?;
        let [algorithm, name, key, serial] = fields.as_slice() else {
            return None;
        };
        let new_name = match self.pool.with_name_hash(name.value) {
            Some(found) => hashed(name.value.len(), &self.name(&found.subject.der))?,
            None => vec![0; name.value.len()],
        };
        let new_key = self.key_hash(key.value);
        let parts = [
            algorithm.raw.to_vec(),
            encode(OCTET_STRING, &[&new_name]),
            encode(OCTET_STRING, &[&new_key]),
            self.serial_element(serial),
        ];
        (algorithm.raw.len() <= 32).then(|| joined(SEQUENCE, &parts))
    }

    /// The hash of the new key in the place of the one with this hash.
    fn key_hash(&mut self, original: &[u8]) -> Vec<u8> {
        let found = self.pool.with_key_hash(original);
        found
            .and_then(|found| self.keys.new_bits(&found.spki))
            .and_then(|bits| hashed(original.len(), &bits))
            .unwrap_or_else(|| vec![0; original.len()])
    }
}

/// The hash of that many bytes.
fn hashed(length: usize, bytes: &[u8]) -> Option<Vec<u8>> {
    let algorithm = HASHES.iter().find(|one| one.output_len() == length)?;
    Some(hash(algorithm, bytes).as_ref().to_vec())
}

/// The BasicOCSPResponse of an OCSPResponse's fields.
fn basic<'a>(outer: &[Element<'a>]) -> Option<Element<'a>> {
    let response = Element::only(outer.get(1)?.tagged(0xa0)?.value)?.children()?;
    Element::only(response.get(1)?.tagged(OCTET_STRING)?.value)?.tagged(SEQUENCE)
}

/// The keys of the pool that signed a CRL or an OCSP answer. Only those are tried that it could be signed with by what it says of
/// its signer: to try all keys on all answers takes time that grows with their square.
pub(super) fn signers(bytes: &[u8], pool: &Pool) -> BTreeSet<Vec<u8>> {
    let signed = |fields: &[Element<'_>], candidates: BTreeSet<Vec<u8>>| -> BTreeSet<Vec<u8>> {
        let [body, algorithm, signature, ..] = fields else {
            return BTreeSet::new();
        };
        let value = signature.value.get(1..).unwrap_or_default();
        let made_it = |spki: &Vec<u8>| verify(spki, algorithm.raw, body.raw, value).is_ok();
        candidates.into_iter().filter(made_it).collect()
    };
    let unwrapped = CertificateRevocationListDer::from_pem_slice(bytes);
    let der = unwrapped.as_ref().map_or(bytes, |list| list.as_ref());
    let Some(outer) = Element::only(der).and_then(|outer| outer.children()) else {
        return BTreeSet::new();
    };
    match basic(&outer).and_then(|basic| basic.children()) {
        Some(fields) => signed(&fields, responders(&fields, pool)),
        None => signed(&outer, list_issuers(&outer, pool)),
    }
}

/// The keys of whoever a CRL says that it is of.
fn list_issuers(outer: &[Element<'_>], pool: &Pool) -> BTreeSet<Vec<u8>> {
    let fields = outer.first().and_then(Element::children);
    let fields = fields.unwrap_or_default();
    // After the version, which may be absent: the signature's algorithm, the issuer.
    let mut sequences = fields.iter().filter(|field| field.tag == SEQUENCE);
    let issuer = sequences.nth(1);
    issuer.map_or_else(BTreeSet::new, |issuer| pool.keys_of(issuer.raw))
}

/// The keys of whoever an OCSP answer (the fields of its BasicOCSPResponse) says that it is of, by name or by key, and of the
/// certificates that it brings along.
fn responders(fields: &[Element<'_>], pool: &Pool) -> BTreeSet<Vec<u8>> {
    let body = fields.first().and_then(Element::children);
    let mut keys = BTreeSet::new();
    for field in body.unwrap_or_default() {
        match field.tag {
            0xa1 => keys.extend(pool.keys_of(field.value)),
            0xa2 => {
                let hash = Element::only(field.value);
                let found = hash.and_then(|hash| pool.with_key_hash(hash.value));
                keys.extend(found.map(|found| found.spki.to_vec()));
            }
            _ => {}
        }
    }
    let brought = fields.get(3).and_then(|list| Element::only(list.value));
    let brought = brought.and_then(|list| list.children());
    for one in brought.iter().flatten().take(MOST_BROUGHT) {
        let known = pool.with_digest(Digest::of(one.raw));
        keys.extend(known.map(|known| known.spki.to_vec()));
    }
    keys
}

/// The certificates that an OCSP answer brings along (DER).
pub(super) fn embedded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let outer = Element::only(bytes).and_then(|outer| outer.children());
    let certificates = outer.and_then(|outer| {
        let fields = basic(&outer)?.children()?;
        Element::only(fields.get(3)?.value)?.children()
    });
    let certificates = certificates.unwrap_or_default();
    certificates.iter().map(|one| one.raw.to_vec()).collect()
}

//! Certificates with random damage: whatever comes out, nothing may panic.

use x509_parser::prelude::{FromDer, X509Certificate};

use super::builder::Builder;
use super::{FIXTURES, pem};
use crate::certificate::{Certificate, container, skim};

pub(crate) const MUTANTS: u32 = 20_000;

/// Marsaglia's xorshift: small, and the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    /// One to four changes: a flipped, a new, a missing or an extra byte, or an end cut off.
    pub(crate) fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let place = self.below(bytes.len());
            match self.below(16) {
                0 => bytes.truncate(place),
                1 => bytes.insert(place, self.byte()),
                2 if !bytes.is_empty() => drop(bytes.remove(place)),
                3..=8 => bytes
                    .iter_mut()
                    .skip(place)
                    .take(1)
                    .for_each(|byte| *byte ^= 1 << self.below(8)),
                _ => bytes
                    .iter_mut()
                    .skip(place)
                    .take(1)
                    .for_each(|byte| *byte = self.byte()),
            }
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let texts = FIXTURES
        .iter()
        .map(|(_, text)| container::certificates(text.as_bytes()).unwrap().remove(0));
    texts.chain([Builder::default().build()]).collect()
}

#[test]
fn no_mutant_panics() {
    let mut random = Random(0x5eed_cafe);
    let seeds = seeds();
    let (mut decoded, mut skimmed) = (0, 0);
    for _ in 0..MUTANTS {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        random.damage(&mut bytes);
        skimmed += u32::from(skim::skim(&bytes).is_some());
        let _ = container::certificates(&bytes);
        if let Ok(certificate) = Certificate::from_der(&bytes) {
            decoded += 1;
            let _ = format!(
                "{} {} {certificate:?}",
                certificate.not_after, certificate.public_key
            );
        }
    }
    assert!(
        decoded > MUTANTS / 10 && skimmed > MUTANTS / 10,
        "{decoded} {skimmed}: the damage is too great to test much"
    );
}

#[test]
fn no_damaged_pem_panics() {
    let mut random = Random(0xdeed);
    let trusted = include_bytes!("../../../fixtures/certificates/ed25519-trusted.pem");
    let pkcs7 = include_bytes!("../../../fixtures/certificates/two.p7b");
    let seeds = [pem("leaf").as_bytes(), trusted, pkcs7];
    for _ in 0..MUTANTS / 4 {
        let mut bytes = seeds[random.below(seeds.len())].to_vec();
        random.damage(&mut bytes);
        let _ = container::certificates(&bytes);
    }
}

/// Damaged ones are no measure: x509-parser takes any tag class for a SEQUENCE and drops the rest of a broken name.
#[test]
fn x509_parser_reads_the_same_from_whole_certificates() {
    for seed in seeds() {
        let ours = Certificate::from_der(&seed).unwrap();
        let (_, theirs) = X509Certificate::from_der(&seed).unwrap();
        assert_eq!(ours.version, theirs.version.0 + 1);
        assert_eq!(ours.serial, theirs.raw_serial_as_string().replace(':', ""));
        assert_eq!(ours.not_before.unix, theirs.validity.not_before.timestamp());
        assert_eq!(ours.not_after.unix, theirs.validity.not_after.timestamp());
        assert_eq!(
            (&ours.subject.der[..], &ours.issuer.der[..]),
            (theirs.subject.as_raw(), theirs.issuer.as_raw())
        );
        assert_eq!(ours.spki, theirs.subject_pki.raw);
    }
}

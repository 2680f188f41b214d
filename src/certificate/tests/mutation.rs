//! Certificates with random damage: whatever comes out, nothing panics and nothing misleads.

use std::cell::Cell;

use x509_parser::prelude::{FromDer, X509Certificate};

use super::builder::Builder;
use super::{FIXTURES, pem};
use crate::certificate::testing::damage;
use crate::certificate::{Certificate, KeyUsage, container, skim};
use crate::text::is_unfit;

const CASES: u32 = 20_000;

fn seeds() -> Vec<Vec<u8>> {
    let texts = FIXTURES
        .iter()
        .map(|(_, text)| container::certificates(text.as_bytes()).unwrap().remove(0));
    texts.chain([Builder::default().build()]).collect()
}

/// What reports print as it is: all other text they escape first.
fn shown(certificate: &Certificate) -> String {
    let purposes = certificate.extended_key_usage.as_ref();
    let usage = certificate.key_usage.map_or_else(Vec::new, KeyUsage::names);
    format!(
        "{} {} {} {} {} {usage:?} {:?}",
        certificate.serial,
        certificate.not_before,
        certificate.not_after,
        certificate.public_key,
        certificate.signature.name,
        purposes.map(|usage| usage.names().join(" "))
    )
}

#[test]
fn a_mutant_is_malformed_or_a_certificate_that_can_be_shown() {
    let (decoded, skimmed) = (Cell::new(0), Cell::new(0));
    damage(CASES, &seeds(), |_, bytes| {
        skimmed.set(skimmed.get() + u32::from(skim::skim(bytes).is_some()));
        let _ = container::certificates(bytes);
        match Certificate::from_der(bytes) {
            Ok(certificate) => {
                decoded.set(decoded.get() + 1);
                let shown = shown(&certificate);
                assert!(!shown.contains(is_unfit), "{shown:?}");
                assert_eq!(certificate.der, bytes);
                let again = Certificate::from_der(bytes).unwrap();
                assert_eq!(format!("{again:?}"), format!("{certificate:?}"));
            }
            Err(malformed) => {
                assert_eq!(malformed.der, bytes);
                assert!(!malformed.reason.is_empty());
            }
        }
    });
    let (decoded, skimmed) = (decoded.get(), skimmed.get());
    assert!(
        decoded > CASES / 10 && skimmed > CASES / 10,
        "{decoded} {skimmed}: the damage is too great to test much"
    );
}

#[test]
fn pem_holds_what_der_holds() {
    damage(CASES / 4, &seeds(), |_, bytes| {
        let text = container::pem(bytes);
        if !bytes.is_empty() {
            assert_eq!(container::certificates(text.as_bytes()).unwrap(), [bytes]);
        }
    });
}

#[test]
fn no_damaged_pem_panics() {
    let trusted = include_bytes!("../../../fixtures/certificates/ed25519-trusted.pem");
    let pkcs7 = include_bytes!("../../../fixtures/certificates/two.p7b");
    let seeds = [pem("leaf").as_bytes(), trusted, pkcs7].map(<[u8]>::to_vec);
    damage(CASES / 4, &seeds, |_, bytes| {
        if let Err(fault) = container::certificates(bytes) {
            assert!(!fault.to_string().is_empty());
        }
    });
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

//! Answers of OpenSSL (see fixtures/revocation), answers that only a broken CA makes, and damaged ones.

#![allow(clippy::unwrap_used, clippy::panic)]

mod crl;
mod forge;
mod mutation;
mod ocsp;

use bytes::Bytes;
use time::macros::datetime;

use super::*;
use crate::certificate::container;

/// When the OCSP answers of the fixtures were made.
const MADE: i64 = datetime!(2026-01-15 12:00 UTC).unix_timestamp();
/// nextUpdate of them.
const RENEWED: i64 = datetime!(2026-01-22 12:00 UTC).unix_timestamp();
/// thisUpdate of the CRLs.
const LISTED: i64 = datetime!(2026-01-14 0:00 UTC).unix_timestamp();
/// nextUpdate of them.
const RELISTED: i64 = datetime!(2026-01-21 0:00 UTC).unix_timestamp();
/// When the certificates `revoked` and `held` were revoked.
const REVOKED: i64 = datetime!(2026-01-10 0:00 UTC).unix_timestamp();
const HOUR: i64 = 3600;

/// A file of fixtures/revocation.
fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/revocation/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn certificate(name: &str) -> Certificate {
    let list = container::certificates(&file(&format!("{name}.pem"))).unwrap();
    Certificate::from_der(&list[0]).unwrap()
}

fn words(answer: Answer) -> String {
    match answer {
        Answer::Unknown(
            Doubt::NotAnAnswer(words) | Doubt::WrongSigner(words) | Doubt::Unsupported(words),
        ) => words,
        other => format!("{other:?}"),
    }
}

fn wrong_signer(words: &str) -> Answer {
    Answer::Unknown(Doubt::WrongSigner(words.to_owned()))
}

fn unsupported(words: &str) -> Answer {
    Answer::Unknown(Doubt::Unsupported(words.to_owned()))
}

fn no_answer(words: &str) -> Answer {
    Answer::Unknown(Doubt::NotAnAnswer(words.to_owned()))
}

#[test]
fn the_window_has_five_minutes_on_both_sides() {
    let window = Window {
        this_update: 10_000,
        next_update: Some(20_000),
    };
    assert!(window.covers(9_700).is_ok() && window.covers(20_300).is_ok());
    let this_update = 10_000;
    assert_eq!(
        window.covers(9_699),
        Err(Doubt::NotYetValid { this_update })
    );
    let next_update = 20_000;
    assert_eq!(window.covers(20_301), Err(Doubt::Stale { next_update }));
    let endless = Window {
        next_update: None,
        ..window
    };
    assert!(endless.covers(i64::MAX).is_ok() && endless.covers(i64::MIN).is_err());
}

#[test]
fn revoked_stays_revoked_but_for_a_hold() {
    let window = Window {
        this_update: 10_000,
        next_update: Some(20_000),
    };
    let revoked = |since, reason, at| window.revoked(Revocation { since, reason }, at).is_ok();
    assert!(revoked(5_000, None, 90_000), "stale");
    assert!(revoked(5_000, None, 6_000), "made later, true already");
    assert!(!revoked(8_000, None, 6_000), "made later, not true yet");
    assert!(revoked(15_000, None, 12_000), "announced");
    let hold = Some(CERTIFICATE_HOLD);
    assert!(revoked(5_000, hold, 15_000));
    assert!(!revoked(5_000, hold, 90_000) && !revoked(5_000, hold, 6_000));
}

#[test]
fn reasons_have_the_names_of_rfc_5280() {
    let names: Vec<_> = (0..=11).map(|code| reason(&[code])).collect();
    assert_eq!(
        names
            .iter()
            .flatten()
            .copied()
            .collect::<Vec<_>>()
            .join(" "),
        "unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation certificateHold \
         removeFromCRL privilegeWithdrawn aACompromise"
    );
    assert_eq!((names[7], names[11], reason(&[])), (None, None, None));
}

#[test]
fn names_are_the_same_in_other_string_types_and_cases() {
    let name = certificate("issuer").subject;
    let mut other = DistinguishedName {
        der: Bytes::new(),
        text: name.text.to_uppercase(),
        ..name.clone()
    };
    assert!(same_name(&name, &other));
    other.text.push('x');
    assert!(!same_name(&name, &other));
}

//! Answers with random damage: nothing may panic, and no damage may change what an answer says.

use std::cell::Cell;

use super::forge::{Authority, List, because, entry};
use super::*;
use crate::certificate::testing::damage;

const CASES: u32 = 20_000;

type Judge = fn(&[u8], &Certificate, &Certificate, i64) -> Answer;

/// Every mutant says what the whole answer says, or nothing. How many still say something is returned.
fn mutate(judge: Judge, cases: &[(&str, &str)]) -> u32 {
    let issuer = certificate("issuer");
    let seeds: Vec<Vec<u8>> = cases.iter().map(|(name, _)| file(name)).collect();
    let about: Vec<Certificate> = cases.iter().map(|(_, about)| certificate(about)).collect();
    let whole = seeds.iter().zip(&about);
    let expected: Vec<Answer> = whole
        .map(|(bytes, about)| judge(bytes, about, &issuer, MADE))
        .collect();
    let said = Cell::new(0);
    damage(CASES, &seeds, |which, bytes| {
        let answer = judge(bytes, &about[which], &issuer, MADE);
        if !matches!(answer, Answer::Unknown(_)) {
            said.set(said.get() + 1);
            assert_eq!(answer, expected[which], "{:?}", cases[which]);
        }
    });
    said.get()
}

#[test]
fn no_damage_changes_what_an_ocsp_answer_says() {
    let cases = [
        ("good.ors", "good"),
        ("bare.ors", "good"),
        ("good.ors", "revoked"),
        ("revoked.ors", "revoked"),
        ("unknown.ors", "unknown"),
        ("delegate-revoked.ors", "revoked"),
        ("no-purpose.ors", "good"),
        ("expired-delegate.ors", "good"),
    ];
    let said = mutate(judge_ocsp, &cases);
    assert!(
        said > 100,
        "{said}: the certificates sent along may be damaged"
    );
}

#[test]
fn no_damage_changes_what_a_crl_says() {
    let cases = [
        ("full.crl", "good"),
        ("full.crl", "revoked"),
        ("v1.crl", "revoked"),
        ("delta.crl", "good"),
        ("namesake.crl", "good"),
        ("full.crl.pem", "revoked"),
    ];
    mutate(judge_crl, &cases);
}

/// The signature shields what lies behind it, so these are signed again after the damage.
#[test]
fn no_signed_nonsense_panics() {
    let ca = Authority::new();
    let leaf = ca.leaf(7);
    let entries = [
        entry(&[7], &[because(1)]),
        entry(&[8], &[because(6)]),
        entry(&[9], &[]),
    ];
    let whole = ca.body(&List {
        entries: &entries.concat(),
        ..List::default()
    });
    let revoked = Cell::new(0);
    damage(CASES / 4, &[whole], |_, body| {
        let answer = judge_crl(&ca.sign(body, &[]), &leaf, &ca.certificate, MADE);
        revoked.set(revoked.get() + u32::from(matches!(answer, Answer::Revoked { .. })));
    });
    let revoked = revoked.get();
    assert!(revoked > 100, "{revoked}: the damage is too great");
}

//! Answers with random damage: nothing may panic, and no damage may change what an answer says.

use super::forge::{Authority, List, because, entry};
use super::*;

const MUTANTS: u32 = 20_000;

/// Marsaglia's xorshift: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    /// One to three changes: a flipped, a new, a missing or an extra byte, or an end cut off.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let place = self.below(bytes.len());
            match self.below(16) {
                0 => bytes.truncate(place),
                1 => bytes.insert(place, self.byte()),
                2 if !bytes.is_empty() => drop(bytes.remove(place)),
                3..=9 => bytes
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

type Judge = fn(&[u8], &Certificate, &Certificate, i64) -> Answer;

/// Every mutant says what the whole answer says, or nothing. How many still say something is returned.
fn mutate(seed: u64, judge: Judge, cases: &[(&str, &str)]) -> u32 {
    let mut random = Random(seed);
    let issuer = certificate("issuer");
    let cases: Vec<_> = cases
        .iter()
        .map(|(name, about)| {
            let (whole, about) = (file(name), certificate(about));
            let expected = judge(&whole, &about, &issuer, MADE);
            (whole, about, expected)
        })
        .collect();
    let mut said = 0;
    for _ in 0..MUTANTS {
        let (whole, about, expected) = &cases[random.below(cases.len())];
        let mut bytes = whole.clone();
        random.damage(&mut bytes);
        let answer = judge(&bytes, about, &issuer, MADE);
        if !matches!(answer, Answer::Unknown(_)) {
            said += 1;
            assert_eq!(answer, *expected, "{about:?} {bytes:02x?}");
        }
    }
    said
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
    let said = mutate(0x5eed_0c5b, judge_ocsp, &cases);
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
    mutate(0x5eed_0c71, judge_crl, &cases);
}

/// The signature shields what lies behind it, so these are signed again after the damage.
#[test]
fn no_signed_nonsense_panics() {
    let mut random = Random(0xca11);
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
    let mut revoked = 0;
    for _ in 0..MUTANTS / 4 {
        let mut body = whole.clone();
        random.damage(&mut body);
        let answer = judge_crl(&ca.sign(&body, &[]), &leaf, &ca.certificate, MADE);
        revoked += u32::from(matches!(answer, Answer::Revoked { .. }));
    }
    assert!(revoked > 100, "{revoked}: the damage is too great");
}

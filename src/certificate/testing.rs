//! Random damage, the same on every machine. What makes a test fail is first made as small as it can be, then shown.

#![allow(clippy::panic)]

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// A change of one place.
#[derive(Debug, Clone)]
enum Change {
    Cut(Index),
    Insert(Index, u8),
    Remove(Index),
    Flip(Index, u8),
    Replace(Index, u8),
}

/// Hands every case to `judge`: one of `seeds` (by its place in the list) with one to four changes. A flipped or another
/// byte is likeliest, then one more or less, then an end cut off. `judge` says by panicking that a case fails.
pub(crate) fn damage(cases: u32, seeds: &[Vec<u8>], judge: impl Fn(usize, &[u8])) {
    let case = (any::<Index>(), vec(change(), 1..=4));
    every(cases, &case, |(which, changes)| {
        let place = which.index(seeds.len());
        let mut bytes = seeds[place].clone();
        for change in changes {
            change.make(&mut bytes);
        }
        judge(place, &bytes);
    });
}

/// Hands `cases` values of a strategy to `judge`.
pub(crate) fn every<S: Strategy>(cases: u32, strategy: &S, judge: impl Fn(S::Value)) {
    let config = Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x5eed_cafe),
        ..Config::default()
    };
    let judged = TestRunner::new(config).run(strategy, |value| {
        judge(value);
        Ok::<(), TestCaseError>(())
    });
    if let Err(fault) = judged {
        panic!("{fault}");
    }
}

fn change() -> impl Strategy<Value = Change> {
    proptest::prop_oneof![
        1 => any::<Index>().prop_map(Change::Cut),
        1 => any::<(Index, u8)>().prop_map(|(place, byte)| Change::Insert(place, byte)),
        1 => any::<Index>().prop_map(Change::Remove),
        6 => (any::<Index>(), 0..8_u8).prop_map(|(place, bit)| Change::Flip(place, bit)),
        7 => any::<(Index, u8)>().prop_map(|(place, byte)| Change::Replace(place, byte)),
    ]
}

impl Change {
    fn make(self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Cut(place) => bytes.truncate(place.index(length)),
            Self::Insert(place, byte) => bytes.insert(place.index(length), byte),
            Self::Remove(place) => drop(bytes.remove(place.index(length))),
            Self::Flip(place, bit) => bytes[place.index(length)] ^= 1 << bit,
            Self::Replace(place, byte) => bytes[place.index(length)] = byte,
        }
    }
}

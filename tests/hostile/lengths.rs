//! Wrong lengths everywhere: of TLS records, of handshake messages, of the lists in them, of DER.

use crate::flight::{body, length, list, message, records, says, shows, with_body};
use crate::forge::Entity;
use crate::scene::{Case, Outcome, Scene, leaf};
use crate::support::script::Step;

/// Places of length octets in DER, down into what is constructed.
fn places(der: &[u8], from: usize, found: &mut Vec<usize>) {
    let mut at = from;
    let end = der.len();
    while at + 1 < end {
        let (tag, short) = (der[at], der[at + 1]);
        let digits = if short < 0x80 {
            0
        } else {
            usize::from(short & 0x7f)
        };
        let number = |digits: &[u8]| {
            digits
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit))
        };
        let start = at + 2 + digits;
        let Some(octets) = der.get(at + 2..start) else {
            return;
        };
        let length = if digits == 0 {
            usize::from(short)
        } else {
            number(octets)
        };
        found.extend(at + 1..start);
        let Some(value) = der.get(..start + length) else {
            return;
        };
        // Constructed, or an OCTET STRING, in which extensions keep theirs.
        if tag & 0x20 != 0 || tag == 4 {
            places(value, start, found);
        }
        at = start + length;
    }
}

fn spoiled(der: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    places(der, 0, &mut found);
    assert!(found.len() > 40, "{}", found.len());
    let change = |place: usize| {
        let old = der[place];
        [0, old.wrapping_add(1), old.wrapping_sub(1), 0x80, 0xff]
            .into_iter()
            .map(move |new| {
                let mut der = der.to_vec();
                der[place] = new;
                (format!("{place}-{new}"), der)
            })
    };
    found.into_iter().flat_map(change).collect()
}

/// Every length in a certificate; the leaves apart, for each wants a server.
pub fn of_certificates(step: usize) -> Vec<Case> {
    let der = leaf("lengths.acme.test").der;
    let all = spoiled(&der);
    let leaves = all.iter().step_by(step).map(|(name, der)| {
        let steps = shows(std::slice::from_ref(der));
        Case::tls(format!("der-{name}"), steps, Outcome::Examined)
    });
    let ders: Vec<Vec<u8>> = all.iter().map(|(_, der)| der.clone()).collect();
    let chains = ders.chunks(80).enumerate().map(|(number, chunk)| {
        let chain = [std::slice::from_ref(&der), chunk].concat();
        Case::tls(
            format!("der-chain-{number}"),
            shows(&chain),
            Outcome::Examined,
        )
    });
    leaves.chain(chains).collect()
}

/// Every length of the Certificate message, and those of records.
pub fn of_messages() -> Vec<Case> {
    let chain = [leaf("lengths.acme.test").der, Entity::new("CA").name];
    let whole = with_body(&body(&chain), None);
    let flight = records(&whole);
    let mut cases = Vec::new();
    let mut add =
        |name: String, steps: Vec<Step>| cases.push(Case::tls(name, steps, Outcome::Either));
    let numbers = [0, 1, 2, 0x7f, 0xff, 0x4000, 0xffff, 0xff_ffff];
    for number in numbers {
        let inner = list(&chain);
        let outer = [&length(number)[..], &inner].concat();
        add(format!("list-{number}"), says(&with_body(&outer, None)));
        let one = [&length(number)[..], &chain[0]].concat();
        let outer = [&length(one.len())[..], &one].concat();
        add(format!("entry-{number}"), says(&with_body(&outer, None)));
        let raw = [&[11][..], &length(number), &body(&chain)].concat();
        let hello = &whole[..whole
            .windows(2)
            .position(|pair| pair == [11, 0])
            .unwrap_or(0)];
        add(format!("message-{number}"), says(&[hello, &raw].concat()));
        let mut record = flight.clone();
        let [.., high, low] = number.to_be_bytes();
        record[3..5].copy_from_slice(&[high, low]);
        add(
            format!("record-{number}"),
            vec![Step::Hear, Step::Say(record)],
        );
        add(
            format!("first-message-{number}"),
            says(&[&[2][..], &length(number), &[3; 200]].concat()),
        );
    }
    for kind in 0..=25 {
        add(
            format!("empty-{kind}"),
            says(&[hello(&whole), message(kind, &[])].concat()),
        );
    }
    // A record for each byte.
    let bytes = whole
        .iter()
        .flat_map(|byte| [22, 3, 3, 0, 1, *byte])
        .collect();
    add("byte-records".into(), vec![Step::Hear, Step::Say(bytes)]);
    cases
}

/// The ServerHello of a flight, the first message.
fn hello(flight: &[u8]) -> Vec<u8> {
    let length = flight[1..4]
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    flight[..4 + length].to_vec()
}

#[test]
fn wrong_lengths_are_said_and_nothing_else_happens() {
    let scene = Scene::new(
        "20s",
        "uds = false\n[revocation]\ncheck = \"presence\"",
        None,
    )
    .with(of_certificates(5))
    .with(of_messages());
    let report = scene.check(&[]);
    for (number, cut) in [(0, "der-chain-0"), (1, "der-chain-1")] {
        let found = report.outcomes(cut, "certificate-malformed");
        assert!(found.contains(&"fail"), "{number}: {found:?}");
    }
}

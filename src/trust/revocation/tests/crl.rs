//! CRLs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::forge::{Authority, List, because, entry, extension};
use super::*;
use crate::certificate::der::{NULL, SEQUENCE, encode};

fn judge(list: &str, about: &str, at: i64) -> Answer {
    let list = file(list);
    judge_crl(&list, &certificate(about), &certificate("issuer"), at)
}

const GOOD: Answer = Answer::Good {
    this_update: LISTED,
    next_update: Some(RELISTED),
};

const fn revoked(reason: Option<&'static str>) -> Answer {
    Answer::Revoked {
        at: REVOKED,
        reason,
        this_update: LISTED,
        next_update: Some(RELISTED),
    }
}

const COMPROMISE: Option<&str> = Some("keyCompromise");

#[test]
fn complete_lists_in_both_versions_and_encodings() {
    for list in ["full.crl", "full.crl.pem", "v1.crl", "point.crl"] {
        assert_eq!(judge(list, "good", MADE), GOOD, "{list}");
    }
    for list in ["full.crl", "full.crl.pem", "point.crl"] {
        assert_eq!(judge(list, "revoked", MADE), revoked(COMPROMISE), "{list}");
        assert_eq!(judge(list, "held", MADE), revoked(Some("certificateHold")));
    }
    assert_eq!(judge("v1.crl", "revoked", MADE), revoked(None));
}

#[test]
fn time_decides_over_good_and_not_over_revoked() {
    let next_update = RELISTED;
    let stale = Answer::Unknown(Doubt::Stale { next_update });
    let late = RELISTED + HOUR;
    assert_eq!(judge("full.crl", "good", late), stale);
    assert_eq!(judge("full.crl", "held", late), stale);
    assert_eq!(judge("full.crl", "revoked", late), revoked(COMPROMISE));
    let this_update = LISTED;
    let early = Answer::Unknown(Doubt::NotYetValid { this_update });
    assert_eq!(judge("full.crl", "good", LISTED - HOUR), early);
    assert_eq!(judge("full.crl", "revoked", REVOKED - HOUR), early);
    let between = judge("full.crl", "revoked", LISTED - HOUR);
    assert_eq!(between, revoked(COMPROMISE));
}

#[test]
fn lists_of_others_say_nothing() {
    let other =
        "it is a CRL of CN=Other CA, O=ACME, the certificate is of CN=ACME Issuing CA, O=ACME";
    let namesake = "its signature was not made with the key of CN=ACME Issuing CA, O=ACME";
    for about in ["good", "revoked"] {
        assert_eq!(judge("other.crl", about, MADE), wrong_signer(other));
        assert_eq!(judge("namesake.crl", about, MADE), wrong_signer(namesake));
    }
    let (list, good) = (file("full.crl"), certificate("good"));
    let judge = |issuer| judge_crl(&list, &good, &certificate(issuer), MADE);
    let renewed = "it was signed with another key of CN=ACME Issuing CA, O=ACME";
    assert_eq!(judge("namesake"), wrong_signer(renewed));
    let kind = "its signature was not made with the RSA 2048 key of CN=Other CA, O=ACME";
    let v1 = judge_crl(&file("v1.crl"), &good, &certificate("other"), MADE);
    assert_eq!(v1, wrong_signer(kind));
    let usage = "the key usage of CN=ACME Issuing CA, O=ACME lacks cRLSign";
    assert_eq!(judge("no-crl-sign"), wrong_signer(usage));
}

#[test]
fn a_list_of_a_part_says_nothing_of_what_it_does_not_list() {
    let delta = unsupported("a delta CRL: its base is needed");
    assert_eq!(judge("delta.crl", "good", MADE), delta);
    let reasons = unsupported("a CRL for some reasons only");
    assert_eq!(judge("reasons.crl", "good", MADE), reasons);
    for list in ["delta.crl", "reasons.crl", "only-user.crl", "point.crl"] {
        assert_eq!(judge(list, "revoked", MADE), revoked(COMPROMISE), "{list}");
    }
    assert_eq!(
        judge("point.crl", "authority", MADE),
        unsupported("a CRL for another distribution point only: http://pki.acme.test/1.crl")
    );
}

#[test]
fn kinds_of_certificates_are_kept_apart() {
    let no_authority = unsupported("a CRL without CA certificates, and this is one");
    assert_eq!(judge("only-user.crl", "authority", MADE), no_authority);
    assert_eq!(judge("only-user.crl", "good", MADE), GOOD);
    let only_authorities = unsupported("a CRL for CA certificates only, and this is none");
    for about in ["good", "revoked"] {
        assert_eq!(judge("only-ca.crl", about, MADE), only_authorities);
        let attribute = unsupported("a CRL for attribute certificates only");
        assert_eq!(judge("only-attribute.crl", about, MADE), attribute);
        let indirect = unsupported("indirect CRL");
        assert_eq!(judge("indirect.crl", about, MADE), indirect);
        let critical = unsupported("critical extension 1.2.3.4");
        assert_eq!(judge("critical.crl", about, MADE), critical);
    }
    assert_eq!(judge("only-ca.crl", "authority", MADE), GOOD);
}

#[test]
fn what_is_no_list_says_what_it_is() {
    let (good, issuer) = (certificate("good"), certificate("issuer"));
    let judge = |bytes: &[u8]| judge_crl(bytes, &good, &issuer, MADE);
    let (whole, pem) = (file("full.crl"), file("full.crl.pem"));
    assert_eq!(judge(b" <HTML>404"), no_answer("an HTML page"));
    assert_eq!(judge(&whole[..200]), no_answer("cut short after 200 bytes"));
    let longer = [&whole[..], b"\n\n"].concat();
    assert_eq!(judge(&longer), no_answer("trailing bytes: 2"));
    assert_eq!(
        judge(&file("issuer.pem")),
        no_answer("a PEM block \"CERTIFICATE\"")
    );
    assert!(words(judge(&pem[..200])).starts_with("broken PEM: "));
    assert!(words(judge(&good.der)).starts_with("its "));
    assert!(words(judge(&file("good.ors"))).starts_with("its "));
    let marked = [b"\xef\xbb\xbf", &pem[..]].concat();
    assert_eq!(judge(&marked), GOOD);
    let text = [b"Certificate Revocation List (CRL):\r\n", &pem[..]].concat();
    assert_eq!(judge(&text), GOOD);
}

/// A leaf with the serial number 0x81, judged by that list of its CA.
fn forged(list: &List<'_>) -> Answer {
    let ca = Authority::new();
    judge_crl(&ca.list(list), &ca.leaf(0x81), &ca.certificate, MADE)
}

fn of_entries(entries: &[Vec<u8>]) -> Answer {
    forged(&List {
        entries: &entries.concat(),
        ..List::default()
    })
}

#[test]
fn an_empty_list_and_one_without_an_end_are_lists() {
    assert_eq!(forged(&List::default()), GOOD);
    let endless = forged(&List {
        next_update: &[],
        ..List::default()
    });
    let next_update = None;
    let this_update = LISTED;
    assert_eq!(
        endless,
        Answer::Good {
            this_update,
            next_update
        }
    );
}

#[test]
fn serials_match_without_their_zeros() {
    for serial in [&[0x81][..], &[0, 0x81], &[0, 0, 0x81]] {
        assert_eq!(of_entries(&[entry(serial, &[])]), revoked(None));
    }
    for serial in [&[][..], &[0], &[1], &[0x81, 0], &[1, 0x81]] {
        assert_eq!(of_entries(&[entry(serial, &[])]), GOOD);
    }
}

#[test]
fn what_is_taken_off_a_list_is_not_thereby_good() {
    let removed = entry(&[0x81], &[because(8)]);
    let words = "removeFromCRL in a CRL that is no delta";
    assert_eq!(
        of_entries(std::slice::from_ref(&removed)),
        unsupported(words)
    );
    let both = [removed.clone(), entry(&[0x81], &[because(1)])];
    assert_eq!(of_entries(&both), revoked(COMPROMISE));
    let delta = forged(&List {
        entries: &removed,
        extensions: &[extension(&[0x55, 0x1d, 27], true, &[2, 1, 1])],
        ..List::default()
    });
    let words = "a delta CRL that takes the certificate off its base: the base is needed";
    assert_eq!(delta, unsupported(words));
}

#[test]
fn an_entry_that_cannot_be_followed_spoils_the_list() {
    let listed = entry(&[0x81], &[]);
    let spoilt =
        |extension: Vec<u8>| words(of_entries(&[listed.clone(), entry(&[1], &[extension])]));
    assert_eq!(
        spoilt(extension(&[0x2a, 3], true, &[NULL, 0])),
        "critical extension 1.2.3"
    );
    assert_eq!(
        spoilt(extension(&[0x55, 0x1d, 29], true, &[NULL, 0])),
        "indirect CRL: its entries name other issuers"
    );
    assert_eq!(
        spoilt(extension(&[0x55, 0x1d, 21], false, &[NULL, 0])),
        "its reasonCode cannot be read"
    );
    let tolerated = entry(&[1], &[extension(&[0x2a, 3], false, &[NULL, 0])]);
    assert_eq!(of_entries(&[listed.clone(), tolerated]), revoked(None));
    assert_eq!(
        of_entries(&[listed, b"\x30\x05\x02".to_vec()]),
        no_answer("its revokedCertificates cannot be read")
    );
}

#[test]
fn a_scope_that_contradicts_itself_is_no_scope() {
    let point = |value: &[u8]| extension(&[0x55, 0x1d, 28], true, &encode(SEQUENCE, &[value]));
    let judge = |extensions: &[Vec<u8>]| {
        forged(&List {
            extensions,
            ..List::default()
        })
    };
    let broken = no_answer("its issuingDistributionPoint cannot be read");
    let [users, nobody] = [point(&[0x81, 1, 0xff]), point(&[0x81, 1, 0])];
    assert_eq!(judge(std::slice::from_ref(&users)), GOOD);
    assert_eq!(judge(std::slice::from_ref(&nobody)), GOOD);
    assert_eq!(judge(&[users, nobody]), broken);
    assert_eq!(judge(&[point(&[0x81, 1, 0xff, 0x82, 1, 0xff])]), broken);
    let unexpected = no_answer("unexpected fields at the end of its issuingDistributionPoint");
    assert_eq!(judge(&[point(&[0x86, 0])]), unexpected);
    let relative = point(&encode(0xa0, &[&encode(0xa1, &[])]));
    let words = "a CRL for another distribution point only: one without a URL";
    assert_eq!(judge(&[relative]), unsupported(words));
}

#[test]
fn a_flood_of_extensions_takes_no_time() {
    let flood: Vec<_> = (0..20_000_u16)
        .map(|number| {
            let [high, low] = number.to_be_bytes();
            extension(&[0x2a, 3, high & 0x7f, low & 0x7f], false, &[NULL, 0])
        })
        .collect();
    let answer = forged(&List {
        extensions: &flood,
        ..List::default()
    });
    assert_eq!(answer, GOOD);
}

#[test]
fn a_hundred_thousand_entries_are_one_pass() {
    let ca = Authority::new();
    let mut entries = Vec::new();
    for number in 0..100_000_u32 {
        let serial = [&[0x55; 15][..], &number.to_be_bytes()].concat();
        entries.extend(entry(&serial, &[because(4)]));
    }
    entries.extend(entry(&[0x81], &[because(5)]));
    let list = ca.list(&List {
        entries: &entries,
        ..List::default()
    });
    let judge = |bytes: &[u8], serial| judge_crl(bytes, &ca.leaf(serial), &ca.certificate, MADE);
    let ceased = revoked(Some("cessationOfOperation"));
    assert_eq!(judge(&list, 0x81), ceased);
    assert_eq!(judge(&list, 0x82), GOOD);
    let encoded = STANDARD.encode(&list);
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(64)
        .map(|start| &encoded[start..encoded.len().min(start + 64)])
        .collect();
    let pem = format!(
        "-----BEGIN X509 CRL-----\n{}\n-----END X509 CRL-----\n",
        lines.join("\n")
    );
    assert_eq!(judge(pem.as_bytes(), 0x81), ceased);
}

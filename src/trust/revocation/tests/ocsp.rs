//! OCSP answers.

use super::forge::{Authority, explicit};
use super::*;
use crate::certificate::der::{
    GENERALIZED_TIME, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, encode,
};

fn judge(answer: &str, about: &str, at: i64) -> Answer {
    let answer = file(&format!("{answer}.ors"));
    judge_ocsp(&answer, &certificate(about), &certificate("issuer"), at)
}

const GOOD: Answer = Answer::Good {
    this_update: MADE,
    next_update: Some(RENEWED),
};

const fn revoked(reason: &'static str) -> Answer {
    Answer::Revoked {
        at: REVOKED,
        reason: Some(reason),
        this_update: MADE,
        next_update: Some(RENEWED),
    }
}

#[test]
fn the_request_is_the_one_of_openssl() {
    let (good, issuer) = (certificate("good"), certificate("issuer"));
    assert_eq!(ocsp_request(&good, &issuer), file("good.orq"));
}

#[test]
fn the_issuer_and_its_delegate_are_believed() {
    let answers = [
        "good",
        "bare",
        "sha256",
        "several",
        "delegate",
        "delegate-sha1",
    ];
    for answer in answers {
        assert_eq!(judge(answer, "good", MADE + HOUR), GOOD, "{answer}");
    }
    for answer in ["revoked", "several", "delegate-revoked"] {
        let answer = judge(answer, "revoked", MADE + HOUR);
        assert_eq!(answer, revoked("keyCompromise"));
    }
    assert_eq!(
        judge("held", "held", MADE + HOUR),
        revoked("certificateHold")
    );
    let endless = Answer::Good {
        this_update: MADE,
        next_update: None,
    };
    assert_eq!(judge("endless", "good", i64::MAX), endless);
}

#[test]
fn a_responder_may_not_know_or_speak_of_others() {
    let unknown = judge("unknown", "unknown", MADE);
    assert_eq!(unknown, Answer::Unknown(Doubt::ResponderUnknown));
    let other = judge("good", "revoked", MADE);
    assert_eq!(other, Answer::Unknown(Doubt::OtherCertificate));
}

#[test]
fn time_decides_over_good_and_not_over_revoked() {
    let next_update = RENEWED;
    let stale = Answer::Unknown(Doubt::Stale { next_update });
    assert_eq!(judge("good", "good", RENEWED + HOUR), stale);
    assert_eq!(judge("held", "held", RENEWED + HOUR), stale);
    let past = judge("revoked", "revoked", RENEWED + HOUR);
    assert_eq!(past, revoked("keyCompromise"));
    let this_update = MADE;
    let early = Answer::Unknown(Doubt::NotYetValid { this_update });
    assert_eq!(judge("good", "good", MADE - HOUR), early);
    assert_eq!(judge("revoked", "revoked", REVOKED - HOUR), early);
    let between = judge("revoked", "revoked", MADE - HOUR);
    assert_eq!(between, revoked("keyCompromise"));
}

#[test]
fn nobody_else_is_believed() {
    let who = "its signer CN=ACME OCSP, O=ACME";
    let cases = [
        (
            "no-purpose",
            format!("{who} lacks the extended key usage OCSPSigning"),
        ),
        (
            "expired-delegate",
            format!("{who} expired at 2025-12-31T00:00:00Z"),
        ),
        (
            "foreign-delegate",
            format!("{who} was not issued by CN=ACME Issuing CA, O=ACME"),
        ),
        (
            "other",
            "its signer CN=Other CA, O=ACME was not issued by CN=ACME Issuing CA, O=ACME"
                .to_owned(),
        ),
        (
            "namesake",
            "its signer CN=ACME Issuing CA, O=ACME was not issued by CN=ACME Issuing CA, O=ACME"
                .to_owned(),
        ),
    ];
    for (answer, expected) in cases {
        let answer = judge(answer, "good", MADE);
        assert_eq!(answer, wrong_signer(&expected));
    }
    let (bare, good) = (file("bare.ors"), certificate("good"));
    let namesake = judge_ocsp(&bare, &good, &certificate("namesake"), MADE);
    let stranger = "it names a responder that is not the issuer, and brings no certificate of it";
    assert_eq!(namesake, wrong_signer(stranger));
}

#[test]
fn an_expired_delegate_no_longer_says_good_but_said_revoked() {
    let after = datetime!(2026-01-21 0:00 UTC).unix_timestamp();
    let gone = "its signer CN=ACME OCSP, O=ACME expired at 2026-01-20T00:00:00Z";
    assert_eq!(judge("delegate", "good", after), wrong_signer(gone));
    let revocation = judge("delegate-revoked", "revoked", after);
    assert_eq!(revocation, revoked("keyCompromise"));
    let next_update = RENEWED;
    assert_eq!(
        judge("delegate", "good", RENEWED + HOUR),
        Answer::Unknown(Doubt::Stale { next_update }),
        "the plainer reason first"
    );
}

#[test]
fn what_is_no_answer_says_what_it_is() {
    let (good, issuer) = (certificate("good"), certificate("issuer"));
    let judge = |bytes: &[u8]| judge_ocsp(bytes, &good, &issuer, MADE);
    let whole = file("good.ors");
    assert_eq!(judge(b"<html><body>404"), no_answer("an HTML page"));
    assert_eq!(judge(b""), no_answer("nothing at all"));
    assert_eq!(judge(&whole[..300]), no_answer("cut short after 300 bytes"));
    let refusals = [
        (1, "malformedRequest"),
        (2, "internalError"),
        (3, "tryLater"),
        (5, "sigRequired"),
        (6, "unauthorized"),
    ];
    for (number, name) in refusals {
        assert_eq!(
            judge(&[0x30, 3, 0x0a, 1, number]),
            no_answer(&format!("the responder's error {name}"))
        );
    }
    assert_eq!(
        judge(&[0x30, 3, 0x0a, 1, 0]),
        no_answer("its responseBytes cannot be read")
    );
    assert_eq!(
        judge(&good.der),
        no_answer("its responseStatus cannot be read")
    );
    assert_eq!(
        judge(&file("full.crl")),
        no_answer("its responseStatus cannot be read")
    );
}

/// A SingleResponse about `certificate`, made with that status and thisUpdate.
fn single(ca: &Authority, certificate: &Certificate, status: &[u8], this: &[u8]) -> Vec<u8> {
    let request = ocsp_request(certificate, &ca.certificate);
    // OCSPRequest, TBSRequest, requestList and Request are four headers of two bytes each.
    let this = encode(GENERALIZED_TIME, &[this]);
    encode(SEQUENCE, &[&request[8..], status, &this])
}

fn forged(ca: &Authority, answers: &[Vec<u8>], extensions: &[u8]) -> Vec<u8> {
    forged_by(ca, &ca.certificate, answers, extensions)
}

/// An answer that names `responder` and brings its certificate along.
fn forged_by(
    ca: &Authority,
    responder: &Certificate,
    answers: &[Vec<u8>],
    extensions: &[u8],
) -> Vec<u8> {
    let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
    let body = encode(
        SEQUENCE,
        &[
            &encode(0xa1, &[&responder.subject.der]),
            &encode(GENERALIZED_TIME, &[b"20260115120000Z"]),
            &encode(SEQUENCE, &answers),
            extensions,
        ],
    );
    let certificates = explicit(0, &encode(SEQUENCE, &[&responder.der]));
    let basic = encode(0x04, &[&ca.sign(&body, &certificates)]);
    let kind = encode(OBJECT_IDENTIFIER, &[&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1]]);
    let bytes = explicit(0, &encode(SEQUENCE, &[&kind, &basic]));
    encode(SEQUENCE, &[&[0x0a, 1, 0], &bytes])
}

const STATUS_GOOD: &[u8] = &[0x80, 0];
const STATUS_UNKNOWN: &[u8] = &[0x82, 0];

#[test]
fn of_several_answers_revoked_counts_else_the_newest() {
    let ca = Authority::new();
    let leaf = ca.leaf(7);
    let at = |day: &str| format!("202601{day}000000Z").into_bytes();
    let judge =
        |answers: &[Vec<u8>]| judge_ocsp(&forged(&ca, answers, &[]), &leaf, &ca.certificate, MADE);
    let old = single(&ca, &leaf, STATUS_GOOD, &at("01"));
    let new = single(&ca, &leaf, STATUS_UNKNOWN, &at("02"));
    let unknown = Answer::Unknown(Doubt::ResponderUnknown);
    assert_eq!(judge(&[old.clone(), new.clone()]), unknown);
    assert_eq!(judge(&[new.clone(), old.clone()]), unknown);
    let since = encode(GENERALIZED_TIME, &[b"20260101000000Z"]);
    let revoked = single(&ca, &leaf, &encode(0xa1, &[&since]), &at("01"));
    let answer = judge(&[old, revoked, new]);
    assert!(
        matches!(answer, Answer::Revoked { reason: None, .. }),
        "{answer:?}"
    );
    assert_eq!(judge(&[]), Answer::Unknown(Doubt::OtherCertificate));
}

#[test]
fn serials_match_without_their_zeros_and_hashes_must_be_known() {
    let ca = Authority::new();
    let leaf = ca.leaf(0x81);
    let id = |oid: &[u8], serial: &[u8]| {
        let algorithm = encode(SEQUENCE, &[&encode(OBJECT_IDENTIFIER, &[oid]), &[NULL, 0]]);
        let name = request::hash_algorithm(&[0x2b, 14, 3, 2, 26]).unwrap();
        let name = aws_lc_rs::digest::digest(name, &ca.certificate.subject.der);
        let key = &request::key_hash(
            &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
            &ca.certificate,
        );
        let (name, key) = (
            encode(OCTET_STRING, &[name.as_ref()]),
            encode(OCTET_STRING, &[key]),
        );
        let id = encode(
            SEQUENCE,
            &[&algorithm, &name, &key, &encode(INTEGER, &[serial])],
        );
        let this = encode(GENERALIZED_TIME, &[b"20260115000000Z"]);
        let single = encode(SEQUENCE, &[&id, STATUS_GOOD, &this]);
        judge_ocsp(&forged(&ca, &[single], &[]), &leaf, &ca.certificate, MADE)
    };
    let sha_1: &[u8] = &[0x2b, 14, 3, 2, 26];
    assert!(matches!(id(sha_1, &[0, 0, 0x81]), Answer::Good { .. }));
    let other = Answer::Unknown(Doubt::OtherCertificate);
    assert_eq!(id(sha_1, &[0x82]), other);
    assert_eq!(id(&[0x2a, 3], &[0x81]), other);
}

#[test]
fn critical_extensions_forbid_the_answer() {
    let ca = Authority::new();
    let leaf = ca.leaf(7);
    let answers = [single(&ca, &leaf, STATUS_GOOD, b"20260115000000Z")];
    let judge = |oid: &[u8], critical| {
        let extension = forge::extension(oid, critical, &[NULL, 0]);
        let list = explicit(1, &encode(SEQUENCE, &[&extension]));
        judge_ocsp(&forged(&ca, &answers, &list), &leaf, &ca.certificate, MADE)
    };
    assert_eq!(
        judge(&[0x2a, 3], true),
        unsupported("critical extension 1.2.3")
    );
    assert!(matches!(judge(&[0x2a, 3], false), Answer::Good { .. }));
    let nonce = [0x2b, 6, 1, 5, 5, 7, 48, 1, 2];
    assert!(matches!(judge(&nonce, true), Answer::Good { .. }));
}

#[test]
fn the_issuers_key_needs_no_permission_in_another_certificate_either() {
    let ca = Authority::new();
    let leaf = ca.leaf(7);
    let answers = [single(&ca, &leaf, STATUS_GOOD, b"20260115000000Z")];
    let renamed = ca.renamed("The same key");
    let answer = forged_by(&ca, &renamed, &answers, &[]);
    let answer = judge_ocsp(&answer, &leaf, &ca.certificate, MADE);
    assert!(matches!(answer, Answer::Good { .. }), "{answer:?}");
}

//! A CRL: no input but the ones that the CA signed says anything.
#![no_main]

use std::sync::LazyLock;

use certaudit::certificate::{Certificate, container};
use certaudit::trust::revocation::{Answer, judge_crl};

/// When the fixtures were made: 2026-01-15, noon.
const AT: i64 = 1_768_478_400;

static GOOD: LazyLock<Certificate> =
    LazyLock::new(|| read(include_bytes!("../../../fixtures/revocation/good.pem")));
static ISSUER: LazyLock<Certificate> =
    LazyLock::new(|| read(include_bytes!("../../../fixtures/revocation/issuer.pem")));

fn read(pem: &[u8]) -> Certificate {
    let der = container::certificates(pem).expect("a fixture").remove(0);
    Certificate::from_der(&der).expect("a fixture")
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let answer = judge_crl(bytes, &GOOD, &ISSUER, AT);
    assert!(!matches!(answer, Answer::Revoked { .. }), "nobody revoked it: {answer:?}");
});

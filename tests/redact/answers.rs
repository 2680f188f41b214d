//! CRLs and OCSP answers in redacted evidence.

use std::collections::BTreeSet;
use std::mem::discriminant;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::certificate::Certificate;
use certaudit::trust::revocation::{Answer, judge_crl, judge_ocsp};
use serde_json::{Value, json};

use super::{evidence, files, hold_nothing, pem_files, presented, redacted, secrets};

/// 2026-01-15T13:00:00Z: within the life of most answers of fixtures/revocation.
const ANSWERED: i64 = 1_768_482_000;

#[test]
fn crls_and_ocsp_answers_say_the_same_of_the_same_certificates() {
    let chain = pem_files("fixtures/revocation");
    let answers: Vec<_> = [".crl", ".ors"]
        .into_iter()
        .flat_map(|ending| files("fixtures/revocation", ending))
        .collect();
    let fetches: Vec<Value> = answers
        .iter()
        .enumerate()
        .map(|(number, (name, bytes))| {
            json!({ "url": format!("http://ca.acme.test/{name}"), "request": null, "elapsed_ms": number, "redirects": [],
                "outcome": { "kind": "answered", "status": 200, "content_type": null, "body": STANDARD.encode(bytes) } })
        })
        .collect();
    let evidence = evidence(&chain, &fetches, &json!({}));
    let redacted = redacted(&evidence).evidence;
    let decoded = |chain: Vec<Vec<u8>>| -> Vec<Certificate> {
        chain
            .iter()
            .map(|der| Certificate::from_der(der).unwrap())
            .collect()
    };
    let (before, after) = (decoded(chain), decoded(presented(&redacted)));
    let mut compared = BTreeSet::new();
    for fetch in &redacted.fetches {
        let (name, original) = &answers[usize::try_from(fetch.elapsed_ms).unwrap()];
        let made = fetch.content().unwrap();
        let judge = if Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "ors")
        {
            judge_ocsp
        } else {
            judge_crl
        };
        for one in 0..before.len() {
            for issuer in 0..before.len() {
                let old = judge(original, &before[one], &before[issuer], ANSWERED);
                let new = judge(&made, &after[one], &after[issuer], ANSWERED);
                assert_eq!(kind(&old), kind(&new), "{name}: {old:?}, then {new:?}");
                compared.insert(kind(&old));
            }
        }
    }
    assert!(compared.len() >= 4, "too little was compared: {compared:?}");
    hold_nothing(&redacted.write().unwrap(), &secrets(&evidence), "answers");
}

/// What kind of answer it is, and of doubt; the words name names.
fn kind(answer: &Answer) -> String {
    match answer {
        Answer::Unknown(doubt) => format!("unknown {:?}", discriminant(doubt)),
        decided => format!("{decided:?}"),
    }
}

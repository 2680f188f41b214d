//! Fetches in the evidence: found, read, merged.

#![allow(clippy::unwrap_used)]

use super::*;

fn empty() -> Evidence {
    let text = format!(
        r#"{{"schema": "{}", "version": "0", "deployment": "ACME", "collected_at": "2026-11-21T19:00:00Z",
            "complete": true, "observations": [], "certificates": {{}}}}"#,
        crate::evidence::SCHEMA
    );
    Evidence::read(&text).unwrap()
}

fn answered(url: &str, request: Option<&str>, status: u16, body: &str) -> Fetch {
    Fetch {
        url: url.to_owned(),
        request: request.map(|text| STANDARD.encode(text)),
        outcome: FetchOutcome::Answered {
            status,
            content_type: None,
            body: STANDARD.encode(body),
        },
        elapsed_ms: 7,
        redirects: vec!["http://b.test/".to_owned()],
    }
}

fn failed(url: &str, step: FetchStep) -> Fetch {
    Fetch {
        outcome: FetchOutcome::Failed {
            step,
            reason: "so".to_owned(),
        },
        ..answered(url, None, 0, "")
    }
}

#[test]
fn evidence_without_fetches_still_reads_and_with_them_reads_back() {
    let mut evidence = empty();
    assert!(evidence.fetches.is_empty());
    evidence.add_fetches(vec![
        failed("http://c.test/", FetchStep::Time),
        answered("http://a.test/", Some("question"), 200, "answer"),
        answered("http://a.test/", None, 404, ""),
    ]);
    let text = evidence.write().unwrap();
    assert_eq!(Evidence::read(&text).unwrap(), evidence);
    let urls: Vec<_> = evidence.fetches.iter().map(Fetch::key).collect();
    let question = STANDARD.encode("question");
    let a = "http://a.test/";
    assert_eq!(
        urls,
        [(a, None), (a, Some(&*question)), ("http://c.test/", None)]
    );
    assert!(text.contains(r#""kind": "failed""#) && text.contains(r#""step": "time""#));
}

#[test]
fn a_fetch_is_found_by_url_and_request() {
    let mut evidence = empty();
    let url = "http://a.test/";
    evidence.add_fetches(vec![
        answered(url, Some("one"), 200, "first"),
        answered(url, Some("two"), 500, "second"),
    ]);
    let content = |request: &str| {
        evidence
            .answers()
            .fetch(url, Some(request.as_bytes()))
            .unwrap()
            .content()
    };
    assert_eq!(content("one").unwrap(), b"first");
    assert_eq!(content("two"), None, "another status is no content");
    assert!(evidence.answers().fetch(url, None).is_none());
    assert!(
        evidence
            .answers()
            .fetch("http://a.test", Some(b"one"))
            .is_none()
    );
}

#[test]
fn what_is_not_base64_cannot_be_read() {
    let mut evidence = empty();
    let mut fetch = answered("http://a.test/", None, 200, "");
    fetch.request = Some("?".to_owned());
    evidence.fetches.push(fetch);
    let fault = Evidence::read(&evidence.write().unwrap()).unwrap_err();
    assert!(fault.to_string().contains("http://a.test/"), "{fault}");
}

#[test]
fn of_two_vantage_points_the_one_that_got_an_answer_counts() {
    let url = "http://a.test/";
    let good = answered(url, None, 200, "x");
    let ranked = [
        failed(url, FetchStep::Interrupted),
        failed(url, FetchStep::Resolve),
        answered(url, None, 404, ""),
        good.clone(),
    ];
    for pair in ranked.windows(2) {
        for order in [[0, 1], [1, 0]] {
            let [mut first, mut second] = [empty(), empty()];
            first.fetches.push(pair[order[0]].clone());
            second.fetches.push(pair[order[1]].clone());
            first.merge(second);
            assert_eq!(first.fetches, [pair[1].clone()]);
        }
    }
    let [mut older, mut newer] = [empty(), empty()];
    older.fetches.push(answered(url, None, 200, "old"));
    newer.fetches = vec![good, answered("http://0.test/", None, 200, "")];
    newer.collected_at = "2026-11-22T19:00:00Z".to_owned();
    let mut merged = older.clone();
    merged.merge(newer.clone());
    assert_eq!(
        merged
            .answers()
            .fetch(url, None)
            .unwrap()
            .content()
            .unwrap(),
        b"x"
    );
    assert_eq!(merged.fetches.len(), 2);
    newer.merge(older);
    assert_eq!(newer.fetches.len(), 2);
    assert_eq!(
        newer.answers().fetch(url, None).unwrap().content().unwrap(),
        b"x"
    );
}

//! Many requests: each once, few at a time, and an end to it.

use std::collections::BTreeSet;
use std::future::pending;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use certaudit::evidence::{FetchOutcome, FetchStep};
use certaudit::probe::fetch::{FetchLimits, Purpose, Request, fetch_all};

use super::server::{Server, always, answer, pause, serve, serve_at};
use super::{crl, failure, limits, ocsp, status};

/// A server that takes its time, and how many it had to do with at once.
fn slow(address: &str) -> (Server, Arc<AtomicUsize>) {
    let most = Arc::new(AtomicUsize::new(0));
    let (seen, open) = (most.clone(), AtomicUsize::new(0));
    let server = serve_at(address, move |_, stream| {
        seen.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        pause(50);
        // Before the answer, which lets the next one come.
        open.fetch_sub(1, Ordering::SeqCst);
        let _ = stream.write_all(&answer("200 OK", "", b"x"));
    });
    (server.unwrap(), most)
}

#[tokio::test]
async fn a_url_is_asked_once_for_all_who_name_it() {
    let server = always(answer("200 OK", "", b"x"));
    let mut requests = vec![crl(&server.url("/a.crl")); 50];
    requests.extend(vec![ocsp(&server.url("/ocsp"), b"one"); 5]);
    requests.extend(vec![ocsp(&server.url("/ocsp"), b"two"); 5]);
    let fetches = fetch_all(requests, &limits(), pending()).await;
    let asked: Vec<_> = fetches
        .iter()
        .map(|fetch| (&fetch.url, fetch.request.is_some()))
        .collect();
    let (a, b) = (server.url("/a.crl"), server.url("/ocsp"));
    assert_eq!(asked, [(&a, false), (&b, true), (&b, true)]);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn of_two_purposes_the_larger_counts() {
    let server = always(answer("200 OK", "", &vec![0; 300_000]));
    let url = server.url("/");
    let issuer = Request {
        purpose: Purpose::Issuer,
        ..crl(&url)
    };
    let fetches = fetch_all(vec![issuer.clone()], &limits(), pending()).await;
    assert_eq!(failure(&fetches[0]).0, FetchStep::Size);
    let fetches = fetch_all(vec![crl(&url), issuer], &limits(), pending()).await;
    assert_eq!((fetches.len(), status(&fetches[0])), (1, 200));
}

#[tokio::test]
async fn never_more_than_two_at_once_at_one_host() {
    let (server, most) = slow("127.0.0.1:0");
    let begun = Instant::now();
    let requests = (0..12)
        .map(|number| crl(&server.url(&format!("/{number}"))))
        .collect();
    let fetches = fetch_all(requests, &limits(), pending()).await;
    assert!(fetches.iter().all(|fetch| status(fetch) == 200));
    assert_eq!((server.asked().len(), most.load(Ordering::SeqCst)), (12, 2));
    let half = u64::try_from(begun.elapsed().as_millis() / 2).unwrap();
    assert!(
        fetches.iter().all(|fetch| fetch.elapsed_ms < half),
        "waiting for a turn does not count"
    );
}

#[tokio::test]
async fn never_more_at_once_than_the_limit() {
    // All of 127.0.0.0/8 is there on Linux alone; one port on every address counts what is open at once.
    if !cfg!(target_os = "linux") {
        return;
    }
    let (server, most) = slow("0.0.0.0:0");
    let port = server.address.port();
    let url = |host: u8| crl(&format!("http://127.0.1.{host}:{port}/"));
    let few = FetchLimits {
        concurrency: 3,
        ..limits()
    };
    let fetches = fetch_all((1..=12).map(url).collect(), &few, pending()).await;
    assert!(fetches.iter().all(|fetch| status(fetch) == 200));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn all_answers_together_have_a_limit() {
    let server = always(answer("200 OK", "", &[0; 1000]));
    let scant = FetchLimits {
        // The first has 375 bytes in any case, the second 187; beyond that there are 3,000, and 750 for the rest.
        total_size: 6000,
        ..limits()
    };
    let requests = (0..5)
        .map(|number| crl(&server.url(&format!("/{number}"))))
        .collect();
    let fetches = fetch_all(requests, &scant, pending()).await;
    let kept = fetches
        .iter()
        .filter(|fetch| fetch.content().is_some())
        .count();
    let steps: BTreeSet<String> = fetches
        .iter()
        .filter(|fetch| fetch.content().is_none())
        .map(|fetch| format!("{:?}", failure(fetch).0))
        .collect();
    assert_eq!((kept, steps), (2, BTreeSet::from(["Size".to_owned()])));
}

#[tokio::test]
async fn what_is_not_finished_when_it_stops_is_interrupted() {
    let server = serve(|request, stream| {
        if request.starts_with("GET /slow") {
            pause(60_000);
        }
        let _ = stream.write_all(&answer("200 OK", "", b"x"));
    });
    let requests = vec![crl(&server.url("/fast")), crl(&server.url("/slow"))];
    let begun = Instant::now();
    let stop = tokio::time::sleep(Duration::from_secs(1));
    let fetches = fetch_all(requests, &limits(), stop).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(status(&fetches[0]), 200);
    assert_eq!(failure(&fetches[1]).0, FetchStep::Interrupted);
}

#[tokio::test]
async fn nothing_asked_is_nothing_done() {
    assert!(fetch_all(Vec::new(), &limits(), pending()).await.is_empty());
    let fetches = fetch_all(vec![crl("ldap:///x")], &limits(), pending()).await;
    assert!(matches!(&fetches[0].outcome, FetchOutcome::Failed { .. }));
    assert_eq!(fetches[0].elapsed_ms, 0);
}

//! Servers that hang: waited for together, and in nobody's way.

use std::future::pending;
use std::io::Write as _;
use std::time::{Duration, Instant};

use certaudit::evidence::{Fetch, FetchOutcome, FetchStep};
use certaudit::probe::fetch::{FetchLimits, complete, fetch_all};
use tokio::net::TcpSocket;

use super::pki::{Authority, Pointers};
use super::scene::{AT, completed, deployment, evidence, ocsp_request, shelf, trusting};
use super::server::{Server, answer, path, pause, serve_at};
use super::{crl, failure, hasty, limits, ocsp, status};

/// Answers all but what hangs.
fn hanging(address: &str) -> Server {
    let server = serve_at(address, |request, stream| {
        if path(request).starts_with("/hang") {
            pause(60_000);
        }
        let _ = stream.write_all(&answer("200 OK", "", b"x"));
    });
    server.unwrap()
}

fn is_unasked(fetch: &Fetch, words: &str) -> bool {
    matches!(&fetch.outcome, FetchOutcome::Failed { step: FetchStep::Interrupted, reason }
        if reason.starts_with("not fetched: ") && reason.contains(words))
}

#[tokio::test]
async fn a_hundred_servers_that_hang_are_waited_for_together() {
    // All of 127.0.0.0/8 is there on Linux alone.
    if !cfg!(target_os = "linux") {
        return;
    }
    let server = hanging("0.0.0.0:0");
    let port = server.address.port();
    let url = |host: u8| crl(&format!("http://127.0.3.{host}:{port}/hang"));
    let wide = FetchLimits {
        timeout: Duration::from_secs(2),
        concurrency: 128,
        ..limits()
    };
    let begun = Instant::now();
    let fetches = fetch_all((1..=100).map(url).collect(), &wide, pending()).await;
    let late = |fetch: &Fetch| failure(fetch).0 == FetchStep::Time;
    assert!(fetches.iter().all(late));
    assert!(begun.elapsed() < Duration::from_secs(10), "not 25 s");
}

/// Of so many, two at once were waited for, and those that took their turns before both had run out of time.
fn assert_few_were_asked(server: &Server, fetches: &[Fetch], words: &str) {
    let asked = server.asked().len();
    assert!((2..=4).contains(&asked), "{asked}");
    let late = |fetch: &&Fetch| failure(fetch).0 == FetchStep::Time;
    assert_eq!(fetches.iter().filter(late).count(), asked);
    let unasked = fetches.iter().filter(|fetch| is_unasked(fetch, words));
    assert_eq!(unasked.count(), fetches.len() - asked);
}

#[tokio::test]
async fn of_many_urls_of_one_server_that_hang_the_first_are_waited_for() {
    let server = hanging("127.0.0.1:0");
    let requests = (0..100).map(|n| crl(&server.url(&format!("/hang/{n}"))));
    let fetches = fetch_all(requests.collect(), &hasty(), pending()).await;
    let words = "questions to other URLs of this server ran out of time";
    assert_few_were_asked(&server, &fetches, words);
}

#[tokio::test]
async fn a_responder_that_hangs_is_asked_about_the_first_certificates() {
    let server = hanging("127.0.0.1:0");
    let about = |n: u8| ocsp(&server.url("/hang"), &[n]);
    let fetches = fetch_all((0..50).map(about).collect(), &hasty(), pending()).await;
    let words = "other questions to this URL ran out of time";
    assert_few_were_asked(&server, &fetches, words);
}

/// Whoever takes no connection is said to be unreachable at all of its URLs, without waiting for each.
#[tokio::test]
async fn a_server_that_takes_no_connection_takes_none_for_any_url() {
    // A full backlog: the kernel drops what does not fit.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut kept = Vec::new();
    for _ in 0..8 {
        let connecting = tokio::net::TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_millis(100), connecting).await {
            Ok(stream) => kept.push(stream.unwrap()),
            Err(_) => break,
        }
    }
    let begun = Instant::now();
    let requests = (0..60).map(|n| crl(&format!("http://{address}/{n}")));
    let fetches = fetch_all(requests.collect(), &hasty(), pending()).await;
    assert!(begun.elapsed() < Duration::from_secs(6), "not 12 s");
    for fetch in &fetches {
        let (step, reason) = failure(fetch);
        assert_eq!(step, FetchStep::Time);
        assert!(reason.contains(&address.to_string()), "{reason}");
    }
}

#[tokio::test]
async fn when_the_time_for_all_is_over_the_rest_is_said_not_to_be_fetched() {
    let server = hanging("127.0.0.1:0");
    let short = FetchLimits {
        round: Duration::from_secs(1),
        ..limits()
    };
    let requests = vec![crl(&server.url("/fast")), crl(&server.url("/hang"))];
    let fetches = fetch_all(requests, &short, pending()).await;
    assert_eq!(status(&fetches[0]), 200);
    assert!(is_unasked(&fetches[1], "within 1 s"), "{:?}", fetches[1]);
}

/// The run goes on, and its evidence is whole.
#[tokio::test]
async fn what_there_was_no_time_for_does_not_interrupt_the_run() {
    let server = hanging("127.0.0.1:0");
    let url = server.url("/hang");
    let root = Authority::root("Root");
    let pointers = Pointers {
        crl: &[&url],
        ..Pointers::default()
    };
    let chain = [root.leaf("a", pointers)];
    let short = FetchLimits {
        round: Duration::from_secs(1),
        ..limits()
    };
    let (deployment, trust) = (deployment("status"), trusting(&root));
    let seen = evidence(&[&chain]);
    let seen = complete(
        seen,
        &deployment,
        &trust,
        AT,
        &short,
        &ocsp_request,
        pending(),
    )
    .await;
    assert!(seen.complete);
    let fetch = seen.answers().fetch(&url, None).unwrap();
    assert!(is_unasked(fetch, "within 1 s"), "{fetch:?}");
}

/// A chain with many URLs, which hang on the very server that has the list of another chain.
#[tokio::test]
async fn the_list_of_another_chain_is_fetched_whatever_hangs_beside_it() {
    let server = hanging("127.0.0.1:0");
    let urls: Vec<String> = (0..8).map(|n| server.url(&format!("/hang/{n}"))).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let many = Pointers {
        crl: &urls,
        ocsp: &urls,
        issuer: &[],
    };
    let (root, stranger) = (Authority::root("Root"), Authority::root("Stranger"));
    let hostile = stranger.intermediate("Hostile", many);
    let hostile = [hostile.leaf("h", many), hostile.der(), stranger.der()];
    let good = server.url("/z.crl");
    let pointers = Pointers {
        crl: &[&good],
        ..Pointers::default()
    };
    let chain = [root.leaf("a", pointers)];
    let trust = trusting(&root);
    let hasty = FetchLimits {
        timeout: Duration::from_secs(2),
        ..limits()
    };
    let (deployment, seen) = (deployment("status"), evidence(&[&hostile, &chain]));
    let begun = Instant::now();
    let seen = complete(
        seen,
        &deployment,
        &trust,
        AT,
        &hasty,
        &ocsp_request,
        pending(),
    )
    .await;
    assert_eq!(status(seen.answers().fetch(&good, None).unwrap()), 200);
    assert!(begun.elapsed() < Duration::from_secs(10), "not 16 s");
    assert!(
        seen.fetches
            .iter()
            .any(|fetch| is_unasked(fetch, "this server"))
    );
}

/// It is asked for as an issuer first, of which little is taken.
#[tokio::test]
async fn a_list_that_another_chain_calls_an_issuer_is_taken_whole() {
    let (server, contents) = shelf();
    let url = server.url("/large.crl");
    let large = vec![b'x'; 300_000];
    contents
        .lock()
        .unwrap()
        .insert("/large.crl".into(), large.clone());
    let (root, stranger) = (Authority::root("Root"), Authority::root("Stranger"));
    let hostile = [stranger.leaf(
        "h",
        Pointers {
            issuer: &[&url],
            ..Pointers::default()
        },
    )];
    let good = [root.leaf(
        "a",
        Pointers {
            crl: &[&url],
            ..Pointers::default()
        },
    )];
    let seen = completed(evidence(&[&hostile, &good]), &trusting(&root), "status").await;
    let fetch = seen.answers().fetch(&url, None).unwrap().content();
    assert_eq!(fetch, Some(large));
}

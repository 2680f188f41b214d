//! Fetching what certificates point at, from small HTTP servers on loopback: sound ones, odd ones and hostile ones.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "fetch/answers.rs"]
mod answers;
#[path = "fetch/completion.rs"]
mod completion;
#[path = "fetch/failures.rs"]
mod failures;
#[path = "fetch/hanging.rs"]
mod hanging;
#[path = "fetch/pki.rs"]
mod pki;
#[path = "fetch/proxies.rs"]
mod proxies;
#[path = "fetch/redirects.rs"]
mod redirects;
#[path = "fetch/scene.rs"]
mod scene;
#[path = "fetch/server.rs"]
mod server;
#[path = "fetch/sharing.rs"]
mod sharing;

use std::future::pending;
use std::time::Duration;

use certaudit::evidence::{Fetch, FetchOutcome, FetchStep};
use certaudit::probe::fetch::{FetchLimits, Proxy, Purpose, Request, fetch_all};

/// Patient enough for a busy machine.
fn limits() -> FetchLimits {
    FetchLimits {
        timeout: Duration::from_secs(10),
        round: Duration::from_secs(60),
        concurrency: 8,
        per_host: 2,
        ocsp_size: 64 * 1024,
        issuer_size: 256 * 1024,
        crl_size: 1024 * 1024,
        total_size: 8 * 1024 * 1024,
        dns_server: None,
        proxy: Proxy::default(),
    }
}

/// For servers that are to run into the deadline.
fn hasty() -> FetchLimits {
    FetchLimits {
        timeout: Duration::from_millis(400),
        ..limits()
    }
}

fn crl(url: &str) -> Request {
    Request {
        url: url.to_owned(),
        body: None,
        purpose: Purpose::Crl,
    }
}

fn ocsp(url: &str, body: &[u8]) -> Request {
    Request {
        url: url.to_owned(),
        body: Some(body.to_vec()),
        purpose: Purpose::Ocsp,
    }
}

async fn fetch(request: Request, limits: &FetchLimits) -> Fetch {
    let mut fetches = fetch_all(vec![request], limits, pending()).await;
    assert_eq!(fetches.len(), 1);
    fetches.remove(0)
}

async fn get(url: &str) -> Fetch {
    fetch(crl(url), &limits()).await
}

fn status(fetch: &Fetch) -> u16 {
    match &fetch.outcome {
        FetchOutcome::Answered { status, .. } => *status,
        failed @ FetchOutcome::Failed { .. } => panic!("{failed:?}"),
    }
}

fn failure(fetch: &Fetch) -> (FetchStep, &str) {
    match &fetch.outcome {
        FetchOutcome::Failed { step, reason } => (*step, reason),
        answered @ FetchOutcome::Answered { .. } => panic!("{answered:?}"),
    }
}

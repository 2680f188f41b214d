//! Fetches what certificates point at: CRLs, OCSP answers, missing issuers. Over plain HTTP only, each URL once a run.
//!
//! The URLs come from anyone. A fetch has one deadline for everything, a limit for what it takes, and at most three
//! redirects; nothing but `http:` is ever contacted. What came of it is evidence; nothing is judged here.

mod address;
mod answer;
mod complete;
mod context;
mod failure;
mod limits;
mod plan;
mod proxy;
mod trail;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::task::JoinSet;

pub use complete::complete;
pub use limits::{FetchLimits, Purpose};
pub use plan::{issuer_requests, revocation_requests};
pub use proxy::{Proxy, ProxyFault};

use crate::evidence::{Fetch, FetchOutcome};
use crate::probe::http::Answer;

use context::Context;
use failure::Failure;
use trail::Trail;

/// What is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// The URL as the certificate has it.
    pub url: String,
    /// The body to POST (an OCSP request); `None` for a GET.
    pub body: Option<Vec<u8>>,
    /// What the answer is for, which limits its size.
    pub purpose: Purpose,
}

/// Fetches everything, each URL and body once however often it is asked for, and gives one [`Fetch`] for each, sorted by URL
/// and body. When `stop` resolves, what is not finished is `Interrupted`.
///
/// Needs a Tokio runtime with I/O and time.
pub async fn fetch_all(
    requests: Vec<Request>,
    limits: &FetchLimits,
    stop: impl Future<Output = ()>,
) -> Vec<Fetch> {
    fetch_within(&Arc::new(Context::new(limits)), requests, stop).await
}

/// As [`fetch_all`], for several rounds of one run.
async fn fetch_within(
    context: &Arc<Context>,
    requests: Vec<Request>,
    stop: impl Future<Output = ()>,
) -> Vec<Fetch> {
    let requests = distinct(requests);
    context.divide_among(requests.len());
    let mut fetches: Vec<Option<Fetch>> = vec![None; requests.len()];
    let mut running = JoinSet::new();
    for (index, request) in requests.iter().cloned().enumerate() {
        let context = Arc::clone(context);
        running.spawn(async move { (index, Box::pin(fetch(&context, &request)).await) });
    }
    let mut stop = pin!(stop);
    let mut interrupted = false;
    while !interrupted {
        tokio::select! {
            // In this order, so that a `stop` that resolved always leaves something unfinished, and is never polled again.
            biased;
            finished = running.join_next() => match finished {
                Some(Ok((index, fetch))) => fetches[index] = Some(fetch),
                Some(Err(_)) => {} // One that panicked leaves its place empty, which is told below.
                None => break,
            },
            () = &mut stop => interrupted = true,
        }
    }
    let places = fetches.into_iter().zip(&requests);
    places
        .map(|(fetch, request)| fetch.unwrap_or_else(|| unfinished(request, interrupted)))
        .collect()
}

/// Sorted, each URL and body once, with the purpose that takes most.
fn distinct(requests: Vec<Request>) -> Vec<Request> {
    let mut wanted: BTreeMap<(String, Option<Vec<u8>>), Purpose> = BTreeMap::new();
    for Request { url, body, purpose } in requests {
        let known = wanted.entry((url, body)).or_insert(purpose);
        *known = purpose.max(*known);
    }
    wanted
        .into_iter()
        .map(|((url, body), purpose)| Request { url, body, purpose })
        .collect()
}

async fn fetch(context: &Context, request: &Request) -> Fetch {
    let mut trail = Trail::new(context, request);
    let outcome = match trail.follow().await {
        Ok(answer) => answered(&answer),
        Err(failure) => failure.into(),
    };
    Fetch {
        outcome,
        elapsed_ms: super::words::milliseconds(trail.spent),
        redirects: trail.redirects,
        ..blank(request)
    }
}

fn answered(answer: &Answer) -> FetchOutcome {
    FetchOutcome::Answered {
        status: answer.status,
        content_type: answer.content_type.clone(),
        body: STANDARD.encode(&answer.body),
    }
}

fn unfinished(request: &Request, interrupted: bool) -> Fetch {
    let failure = if interrupted {
        Failure::interrupted()
    } else {
        Failure::own()
    };
    Fetch {
        outcome: failure.into(),
        ..blank(request)
    }
}

fn blank(request: &Request) -> Fetch {
    Fetch {
        url: request.url.clone(),
        request: request.body.as_ref().map(|body| STANDARD.encode(body)),
        outcome: Failure::own().into(),
        elapsed_ms: 0,
        redirects: Vec::new(),
    }
}

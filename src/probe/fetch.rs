//! Fetches what certificates point at: CRLs, OCSP answers, missing issuers. Over plain HTTP only, each URL once a run.
//!
//! The URLs come from anyone. A fetch has one deadline for everything, a limit for what it takes, and at most three
//! redirects; nothing but `http:` is ever contacted. Servers that hang are waited for together, and all together for a limited
//! time, of which each chain has its part before any has more. What came of it is evidence; nothing is judged here.

mod address;
mod answer;
mod complete;
mod context;
mod failure;
mod hanging;
mod limits;
mod plan;
mod proxy;
mod queue;
mod trail;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::task::JoinSet;
use tokio::time::sleep;

pub use complete::complete;
pub use limits::{FetchLimits, Purpose};
pub use plan::{issuer_requests, revocation_requests};
pub use proxy::{Proxy, ProxyFault};

use crate::evidence::{Fetch, FetchOutcome};
use crate::probe::http::Answer;

use context::Context;
use failure::Failure;
use queue::{Wanted, merged, order};
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
/// and body. When `stop` resolves, or the time for all is over, what is not finished is `Interrupted`. Requests that come first
/// are sent first.
///
/// Needs a Tokio runtime with I/O and time.
pub async fn fetch_all(
    requests: Vec<Request>,
    limits: &FetchLimits,
    stop: impl Future<Output = ()>,
) -> Vec<Fetch> {
    let context = Arc::new(Context::new(limits));
    fetch_within(&context, vec![requests], stop).await.fetches
}

/// What came of a round.
struct Round {
    fetches: Vec<Fetch>,
    was_stopped: bool,
}

/// As [`fetch_all`], for one round of a run, with the requests of each chain by themselves.
async fn fetch_within(
    context: &Arc<Context>,
    chains: Vec<Vec<Request>>,
    stop: impl Future<Output = ()>,
) -> Round {
    context.divide_among(chains.len());
    let wanted = merged(chains);
    let mut fetches: Vec<Option<Fetch>> = vec![None; wanted.len()];
    let mut running = started(context, &wanted);
    let (mut stop, mut over) = (pin!(stop), pin!(sleep(context.limits.round)));
    let (mut left, mut was_stopped) = (Failure::own(), false);
    loop {
        tokio::select! {
            // In this order, so that a `stop` that resolved always leaves something unfinished, and is never polled again.
            biased;
            finished = running.join_next() => match finished {
                Some(Ok((place, fetch))) => fetches[place] = Some(fetch),
                Some(Err(_)) => {} // One that panicked leaves its place empty, which is told below.
                None => break,
            },
            () = &mut stop => {
                (left, was_stopped) = (Failure::interrupted(), true);
                break;
            }
            () = &mut over => {
                left = Failure::too_many(context.limits.round);
                break;
            }
        }
    }
    let places = fetches.into_iter().zip(&wanted);
    let unfinished = |one: &Wanted| Fetch {
        outcome: left.clone().into(),
        ..blank(&one.request)
    };
    let fetches = places.map(|(fetch, one)| fetch.unwrap_or_else(|| unfinished(one)));
    Round {
        fetches: fetches.collect(),
        was_stopped,
    }
}

/// A task for each, which waits for its turn, and gives its place.
fn started(context: &Arc<Context>, wanted: &[Wanted]) -> JoinSet<(usize, Fetch)> {
    let mut running = JoinSet::new();
    for place in order(wanted) {
        let (context, one) = (Arc::clone(context), wanted[place].clone());
        running.spawn(async move { (place, Box::pin(fetch(&context, &one)).await) });
    }
    running
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

async fn fetch(context: &Context, wanted: &Wanted) -> Fetch {
    let mut trail = Trail::new(context, wanted);
    let outcome = match trail.follow().await {
        Ok(answer) => answered(&answer),
        Err(failure) => failure.into(),
    };
    Fetch {
        outcome,
        elapsed_ms: super::words::milliseconds(trail.spent),
        redirects: trail.redirects,
        ..blank(&wanted.request)
    }
}

fn answered(answer: &Answer) -> FetchOutcome {
    FetchOutcome::Answered {
        status: answer.status,
        content_type: answer.content_type.clone(),
        body: STANDARD.encode(&answer.body),
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

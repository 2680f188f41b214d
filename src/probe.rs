//! Looks at every target over the network and writes down what it sent. Judges nothing, refuses nothing.
//!
//! Resolve, connect, plain text before TLS (the prelude), handshake: each step has its own deadline, each ends in what
//! was presented or in a [`Silence`](crate::evidence::Silence). A target that presented an RSA certificate is asked once
//! more for its ECDSA twin, and the other way round: at most two connections, one after the other, or two when the first
//! handshake failed and the certificate is then read from a bare hello.

mod alert;
mod connect;
pub mod dns;
pub mod fetch;
mod handshake;
mod hello;
mod http;
mod limits;
mod p521;
pub mod prelude;
mod provider;
mod record;
mod recorder;
mod resolve;
mod shown;
pub mod srv;
mod stop;
mod target;
pub mod uds;
mod visit;
mod wire;
mod words;

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use limits::{ClientCertificateFault, Limits, client_certificate};
pub use target::{Route, Target, plan};

use crate::evidence::{Evidence, Observation};
use record::Record;
use resolve::Names;
use visit::Sighting;

/// What the evidence says about the run itself.
#[derive(Debug, Clone)]
pub struct About {
    /// The deployment's name.
    pub deployment: String,
    /// When the run began, RFC 3339 UTC.
    pub collected_at: String,
}

/// What all visits of a run share.
struct Context {
    limits: Limits,
    names: Names,
    connections: Semaphore,
    per_node: HashMap<String, Semaphore>,
}

/// Visits every target and gives one observation for each, in their order. `progress` hears of each as it is finished.
/// When `stop` resolves, what is not finished becomes `Interrupted` and the evidence incomplete.
///
/// Needs a Tokio runtime with I/O and time; one thread is enough. Without a `resolv.conf`, names are looked up on the
/// runtime's blocking threads, which dropping the runtime waits for: `Runtime::shutdown_background` does not.
pub async fn run(
    targets: &[Target],
    limits: &Limits,
    about: About,
    progress: &mut dyn FnMut(&Observation),
    stop: impl Future<Output = ()>,
) -> Evidence {
    let mut record = Record::new(targets);
    let mut visits = start(targets, limits);
    let mut stop = pin!(stop);
    let mut interrupted = false;
    while !interrupted {
        tokio::select! {
            finished = visits.join_next() => match finished {
                Some(Ok((index, sighting))) => progress(record.enter(index, sighting)),
                Some(Err(_)) => {} // A visit that panicked leaves its place empty, and `close` says so.
                None => break,
            },
            () = &mut stop => interrupted = true,
        }
    }
    record.close(about, interrupted)
}

/// Starts a task for each target. The tasks wait for their turn: first at their node, so that a node which hangs never
/// holds more than its own share of the connections, then for one of all connections.
fn start(targets: &[Target], limits: &Limits) -> JoinSet<(usize, Sighting)> {
    let context = Arc::new(Context::new(targets, limits));
    let mut visits = JoinSet::new();
    for (index, target) in targets.iter().cloned().enumerate() {
        let context = Arc::clone(&context);
        visits.spawn(async move {
            let _turn_at_node = match context.per_node.get(&target.node) {
                Some(turns) => turns.acquire().await.ok(),
                None => None,
            };
            let _turn = context.connections.acquire().await.ok();
            // Boxed, so that a target that waits costs little memory.
            (index, Box::pin(visit::visit(&target, &context)).await)
        });
    }
    visits
}

impl Context {
    fn new(targets: &[Target], limits: &Limits) -> Self {
        let turns = || Semaphore::new(limits.per_node.max(1));
        Self {
            limits: limits.clone(),
            names: Names::new(limits.dns_server, limits.timeout),
            connections: Semaphore::new(limits.concurrency.max(1)),
            per_node: targets
                .iter()
                .map(|target| (target.node.clone(), turns()))
                .collect(),
        }
    }
}

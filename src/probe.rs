//! Looks at every target over the network and writes down what it sent. Judges nothing, refuses nothing.
//!
//! Resolve, connect, plain text before TLS (the prelude), handshake: each step has its own deadline, each ends in what
//! was presented or in a [`Silence`](crate::evidence::Silence). A target that presented an RSA certificate is asked once
//! more for its ECDSA twin, and the other way round: at most two connections, one after the other, or two when the first
//! handshake failed and the certificate is then read from a bare hello.
//!
//! All targets are asked once before any is asked for its twin, so that silent ones are found out early, and wait for their
//! deadlines together while the others go on.

mod alert;
mod connect;
pub mod dns;
pub mod fetch;
mod handshake;
mod hello;
mod http;
mod kept;
mod limits;
mod p521;
mod prelude;
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

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinSet;

pub use limits::{ClientCertificateFault, Limits, client_certificate};
pub use target::{Route, Target, plan};

use crate::evidence::{Evidence, Observation};
use kept::Kept;
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
    /// What was presented so far, each certificate once.
    kept: Kept,
}

/// The right to one connection, until it is dropped.
struct Turn<'c> {
    _at_node: Option<SemaphorePermit<'c>>,
    _among_all: Option<SemaphorePermit<'c>>,
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
    let context = Arc::new(Context::new(targets, limits));
    let mut visits = start(targets, &context);
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
    // A visit that was cut short may have kept what no observation names.
    record.close(about, interrupted, context.kept.take())
}

/// Starts a task for each target.
fn start(targets: &[Target], context: &Arc<Context>) -> JoinSet<(usize, Sighting)> {
    let mut visits = JoinSet::new();
    for (index, target) in targets.iter().cloned().enumerate() {
        let context = Arc::clone(context);
        visits.spawn(async move { (index, visit::visit(&target, &context).await) });
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
            kept: Kept::default(),
        }
    }

    /// Waits for a connection: first for one of the node's, so that a node which hangs never holds more than its own share,
    /// then for one of all. Who asked first is served first.
    async fn turn(&self, target: &Target) -> Turn<'_> {
        let at_node = match self.per_node.get(&target.node) {
            Some(turns) => turns.acquire().await.ok(),
            None => None,
        };
        Turn {
            _at_node: at_node,
            _among_all: self.connections.acquire().await.ok(),
        }
    }
}

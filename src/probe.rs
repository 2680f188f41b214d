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
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinSet;

pub use limits::{ClientCertificateFault, Limits, client_certificate};
pub use target::{Route, Target, plan};

use crate::evidence::{Evidence, Observation};
use provider::Offer;
use record::Record;
use resolve::Names;
use shown::Shown;
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
    targets: Vec<Target>,
    limits: Limits,
    names: Names,
    connections: Semaphore,
    per_node: HashMap<String, Semaphore>,
}

/// The right to one connection, until it is dropped.
struct Turn<'c> {
    _at_node: Option<SemaphorePermit<'c>>,
    _among_all: Option<SemaphorePermit<'c>>,
}

/// What came of a question to the target at a place of the list.
enum Answer {
    First(usize, Sighting),
    Twin(usize, Option<Shown>),
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
    let mut questions = first_questions(&context);
    let mut stop = pin!(stop);
    let mut interrupted = false;
    while !interrupted {
        tokio::select! {
            answer = questions.join_next() => match answer {
                Some(Ok(Answer::First(index, sighting))) => {
                    let twin = sighting.twin();
                    record.enter(index, sighting);
                    match twin {
                        Some(twin) => ask_for_twin(&mut questions, &context, index, twin),
                        None => progress(record.finish(index)),
                    }
                }
                Some(Ok(Answer::Twin(index, shown))) => {
                    record.add(index, shown);
                    progress(record.finish(index));
                }
                Some(Err(_)) => {} // A visit that panicked leaves its place empty, and `close` says so.
                None => break,
            },
            () = &mut stop => interrupted = true,
        }
    }
    record.close(about, interrupted)
}

/// Starts a task for each target, which waits for its turn.
fn first_questions(context: &Arc<Context>) -> JoinSet<Answer> {
    let mut questions = JoinSet::new();
    for index in 0..context.targets.len() {
        let context = Arc::clone(context);
        questions.spawn(async move {
            let target = &context.targets[index];
            let _turn = context.turn(target).await;
            // Boxed, so that a target that waits costs little memory.
            Answer::First(index, Box::pin(visit::first(target, &context)).await)
        });
    }
    questions
}

fn ask_for_twin(
    questions: &mut JoinSet<Answer>,
    context: &Arc<Context>,
    index: usize,
    (address, offer): (SocketAddr, Offer),
) {
    let context = Arc::clone(context);
    questions.spawn(async move {
        let target = &context.targets[index];
        let _turn = context.turn(target).await;
        let twin = Box::pin(visit::twin(target, &context, address, offer));
        Answer::Twin(index, twin.await)
    });
}

impl Context {
    fn new(targets: &[Target], limits: &Limits) -> Self {
        let turns = || Semaphore::new(limits.per_node.max(1));
        Self {
            targets: targets.to_vec(),
            limits: limits.clone(),
            names: Names::new(limits.dns_server, limits.timeout),
            connections: Semaphore::new(limits.concurrency.max(1)),
            per_node: targets
                .iter()
                .map(|target| (target.node.clone(), turns()))
                .collect(),
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

//! Asks DNS for what the deployment rests on: addresses of nodes and of the names in their certificates, reverse names,
//! SRV records. Every outcome is evidence; nothing is judged here.

mod ask;
mod plan;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

pub(super) use ask::ask;
pub use plan::{Question, first_questions, second_questions};

use super::Limits;
use super::resolve::Names;
use crate::deployment::Deployment;
use crate::evidence::{Evidence, Lookup, LookupOutcome};

/// Questions at once: a resolver of a small site is not to be flooded.
const MOST_AT_ONCE: usize = 16;
/// All look-ups together may take as long as this many that are never answered, one after the other: a DNS server that is
/// gone must not hold up the report.
const PATIENCE: u32 = 6;

/// Adds to the evidence of a probe what DNS says. Nothing is asked where no node is found by its name and no server is
/// named, nor for evidence that was interrupted; when `stop` resolves, the evidence is marked incomplete.
///
/// Needs a Tokio runtime with I/O and time.
pub async fn look_up(
    mut evidence: Evidence,
    deployment: &Deployment,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) -> Evidence {
    if !deployment.asks_dns() || !evidence.complete {
        return evidence;
    }
    let mut run = Run {
        names: Arc::new(Names::new(limits.dns_server, limits.timeout)),
        turns: Arc::new(Semaphore::new(limits.concurrency.clamp(1, MOST_AT_ONCE))),
        end: Instant::now() + limits.timeout * PATIENCE,
        interrupted: false,
    };
    let mut stop = pin!(stop);
    let first = first_questions(deployment, &evidence);
    evidence.add_lookups(run.ask_all(first, stop.as_mut()).await);
    if !run.interrupted {
        let second = second_questions(deployment, &evidence);
        evidence.add_lookups(run.ask_all(second, stop).await);
    }
    evidence.complete &= !run.interrupted;
    evidence
}

/// What all look-ups of a run share.
struct Run {
    names: Arc<Names>,
    turns: Arc<Semaphore>,
    end: Instant,
    interrupted: bool,
}

impl Run {
    /// One look-up for each question, in their order.
    async fn ask_all(
        &mut self,
        questions: Vec<Question>,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) -> Vec<Lookup> {
        let mut outcomes: Vec<Option<LookupOutcome>> = vec![None; questions.len()];
        let mut running = self.start(&questions);
        loop {
            tokio::select! {
                // In this order, so that a `stop` that resolved always leaves something unfinished, and is never polled again.
                biased;
                finished = running.join_next() => match finished {
                    Some(Ok((index, outcome))) => outcomes[index] = Some(outcome),
                    Some(Err(_)) => {} // One that panicked leaves its place empty, which is told below.
                    None => break,
                },
                () = &mut stop => {
                    self.interrupted = true;
                    break;
                }
                () = sleep_until(self.end) => break,
            }
        }
        let unfinished = if self.interrupted {
            LookupOutcome::Interrupted
        } else {
            LookupOutcome::OutOfTime
        };
        let places = questions.into_iter().zip(outcomes);
        places
            .map(|(Question { name, kind }, outcome)| Lookup {
                name,
                kind,
                outcome: outcome.unwrap_or_else(|| unfinished.clone()),
            })
            .collect()
    }

    fn start(&self, questions: &[Question]) -> JoinSet<(usize, LookupOutcome)> {
        let mut running = JoinSet::new();
        for (index, question) in questions.iter().cloned().enumerate() {
            let (names, turns) = (Arc::clone(&self.names), Arc::clone(&self.turns));
            running.spawn(async move {
                // The semaphore is never closed, which is the one way in which it fails.
                let _turn = turns.acquire().await.ok();
                (index, Box::pin(ask(&names, &question)).await)
            });
        }
        running
    }
}

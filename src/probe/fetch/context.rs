//! What all fetches of a run share: names, turns, and how much has been kept.
//!
//! Of the bytes that a run may keep, one half is divided evenly among all fetches, so that a server with endless answers takes
//! nothing from the others; the other half is for whoever comes first.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::FetchLimits;
use super::failure::Failure;
use crate::evidence::FetchStep;
use crate::probe::resolve::Names;

/// What all fetches of a run share.
pub(super) struct Context {
    pub(super) limits: FetchLimits,
    pub(super) names: Names,
    turns: Arc<Semaphore>,
    turns_at_host: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Bytes that each answer may have whatever the others have.
    share: AtomicUsize,
    /// Bytes that were kept beyond the shares.
    kept: AtomicUsize,
}

/// Rounds of fetches in a run: three for issuers, one for revocation. Each has its part of what is divided.
const ROUNDS: usize = 4;

/// The right to talk to a host; given back when dropped.
pub(super) struct Turn {
    _at_host: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

impl Context {
    pub(super) fn new(limits: &FetchLimits) -> Self {
        Self {
            limits: limits.clone(),
            names: Names::new(limits.dns_server, limits.timeout),
            turns: Arc::new(Semaphore::new(limits.concurrency.max(1))),
            turns_at_host: Mutex::default(),
            share: AtomicUsize::new(0),
            kept: AtomicUsize::new(0),
        }
    }

    /// A round of so many fetches begins.
    pub(super) fn divide_among(&self, fetches: usize) {
        let share = self.limits.total_size / 2 / ROUNDS / fetches.max(1);
        self.share.store(share, Ordering::Relaxed);
    }

    /// Waits for a turn: first at the host, so that one that hangs never holds more than its own share of all turns.
    /// Whoever has a turn of all turns waits for no other, so the waiting always ends.
    pub(super) async fn turn(&self, host: &str) -> Turn {
        let turns_here = {
            let mut known = self
                .turns_at_host
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let at_host = || Arc::new(Semaphore::new(self.limits.per_host.max(1)));
            Arc::clone(known.entry(host.to_owned()).or_insert_with(at_host))
        };
        // The semaphores are never closed, which is the one way in which they fail.
        Turn {
            _at_host: turns_here.acquire_owned().await.ok(),
            _of_all: Arc::clone(&self.turns).acquire_owned().await.ok(),
        }
    }

    /// Counts bytes that are to be kept, unless that is more than a run may keep.
    pub(super) fn keep(&self, bytes: usize) -> Result<(), Failure> {
        let most = self.limits.total_size;
        let beyond = bytes.saturating_sub(self.share.load(Ordering::Relaxed));
        let within = |kept: usize| kept.checked_add(beyond).filter(|sum| *sum <= most / 2);
        match self
            .kept
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, within)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::new(
                FetchStep::Size,
                format!("all answers of this run together are larger than {most} bytes"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::super::Proxy;
    use super::*;
    use crate::deployment::Deployment;

    #[test]
    fn endless_answers_leave_the_share_of_the_others() {
        let text = "name = \"ACME\"\ndomain = \"acme.test\"\n[[node]]\nproduct = \"cucm\"\naddress = \"a.acme.test\"\n";
        let deployment = Deployment::parse(text, Path::new(""), &[]).unwrap();
        let limits = FetchLimits {
            total_size: 8_000,
            ..FetchLimits::of(&deployment, Proxy::default())
        };
        let context = Context::new(&limits);
        context.divide_among(10);
        assert!(
            context.keep(4_100).is_ok(),
            "its share, and all of the other half"
        );
        assert!(context.keep(101).is_err());
        assert!((0..9).all(|_| context.keep(100).is_ok()));
    }
}

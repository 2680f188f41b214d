//! What all fetches of a run share: names, turns, and how much has been kept.

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
    kept: AtomicUsize,
}

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
            kept: AtomicUsize::new(0),
        }
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
        let within = |kept: usize| kept.checked_add(bytes).filter(|sum| *sum <= most);
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

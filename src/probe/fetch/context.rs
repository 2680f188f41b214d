//! What all fetches of a run share: names, turns, and how much has been kept.
//!
//! Of the bytes that a run may hold, one half is divided evenly among all chains whose certificates name URLs, and each chain's part
//! among these, so that endless answers, and endless URLs, take nothing from other chains; the other half is for whoever comes
//! first, a quarter of it at most for what a chain asks after its first two.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::FetchLimits;
use super::hanging::Hanging;
use super::queue::Standing;
use crate::probe::http::Fault;
use crate::probe::resolve::Names;

/// What all fetches of a run share.
pub(super) struct Context {
    pub(super) limits: FetchLimits,
    pub(super) names: Names,
    pub(super) hanging: Hanging,
    turns: Arc<Semaphore>,
    turns_at_server: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Bytes that the answers for one chain may have whatever the others have.
    share: AtomicUsize,
    /// Bytes that are held beyond the shares.
    held: AtomicUsize,
    /// Those of them that are for what a chain asks after its first two.
    held_by_later: AtomicUsize,
}

/// Rounds of fetches in a run: three for issuers, one for revocation. Each has its part of what is divided.
const ROUNDS: usize = 4;

/// Bytes of one answer, which are given back when it is dropped, unless they are kept.
pub(super) struct Room<'c> {
    context: &'c Context,
    /// Bytes that are not counted.
    share: usize,
    beyond: usize,
    is_later: bool,
}

/// Requests of a chain that come first: real ones have a list and a responder for the leaf.
const FIRST: usize = 2;

/// The right to talk to a server; given back when dropped.
pub(super) struct Turn {
    _at_server: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

impl Context {
    pub(super) fn new(limits: &FetchLimits) -> Self {
        Self {
            limits: limits.clone(),
            names: Names::new(limits.dns_server, limits.timeout),
            turns: Arc::new(Semaphore::new(limits.concurrency.max(1))),
            hanging: Hanging::default(),
            turns_at_server: Mutex::default(),
            share: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            held_by_later: AtomicUsize::new(0),
        }
    }

    /// A round for so many chains begins.
    pub(super) fn divide_among(&self, chains: usize) {
        let share = self.limits.total_size / 2 / ROUNDS / chains.max(1);
        self.share.store(share, Ordering::Relaxed);
    }

    /// Room for an answer. Of a chain's share its first request has one half, its second one half of the rest, and so on.
    pub(super) fn room(&self, standing: Standing) -> Room<'_> {
        let halvings = u32::try_from(standing.before + 1).unwrap_or(u32::MAX);
        let share = self.share.load(Ordering::Relaxed);
        Room {
            context: self,
            share: share.checked_shr(halvings).unwrap_or(0),
            beyond: 0,
            is_later: standing.before >= FIRST,
        }
    }

    /// Waits for a turn: first at the server (a host and a port), so that one that hangs never holds more than its own share of
    /// all turns. Whoever has a turn of all turns waits for no other, so the waiting always ends.
    pub(super) async fn turn(&self, server: &str) -> Turn {
        let turns_here = {
            let mut known = self
                .turns_at_server
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let at_server = || Arc::new(Semaphore::new(self.limits.per_host.max(1)));
            Arc::clone(known.entry(server.to_owned()).or_insert_with(at_server))
        };
        // The semaphores are never closed, which is the one way in which they fail.
        Turn {
            _at_server: turns_here.acquire_owned().await.ok(),
            _of_all: Arc::clone(&self.turns).acquire_owned().await.ok(),
        }
    }
}

impl Room<'_> {
    /// Makes room for so many bytes in all, unless that is more than a run may hold.
    pub(super) fn reach(&mut self, bytes: usize) -> Result<(), Fault> {
        let most = self.context.limits.total_size;
        let beyond = bytes.saturating_sub(self.share);
        let more = beyond.saturating_sub(self.beyond);
        let later = if self.is_later { more } else { 0 };
        if !grow(&self.context.held_by_later, later, most / 8) {
            return Err(Self::too_large(
                "all that came late of the answers",
                most / 8,
            ));
        }
        if !grow(&self.context.held, more, most / 2) {
            self.context
                .held_by_later
                .fetch_sub(later, Ordering::Relaxed);
            return Err(Self::too_large("all answers", most));
        }
        self.beyond += more;
        Ok(())
    }

    fn too_large(what: &str, most: usize) -> Fault {
        Fault {
            too_large: true,
            reason: format!("{what} of this run together are larger than {most} bytes"),
        }
    }

    /// The answer goes into the evidence.
    pub(super) fn keep(mut self) {
        self.beyond = 0;
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let context = self.context;
        context.held.fetch_sub(self.beyond, Ordering::Relaxed);
        let later = if self.is_later { self.beyond } else { 0 };
        context.held_by_later.fetch_sub(later, Ordering::Relaxed);
    }
}

/// Adds to what is held, unless that makes it more than `most`.
fn grow(held: &AtomicUsize, more: usize, most: usize) -> bool {
    let within = |held: usize| held.checked_add(more).filter(|sum| *sum <= most);
    let grown = held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, within);
    more == 0 || grown.is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::super::Proxy;
    use super::*;
    use crate::deployment::Deployment;

    fn context(total_size: usize) -> Context {
        let text = "name = \"ACME\"\ndomain = \"acme.test\"\n[[node]]\nproduct = \"cucm\"\naddress = \"a.acme.test\"\n";
        let deployment = Deployment::parse(text, Path::new(""), &[]).unwrap();
        Context::new(&FetchLimits {
            total_size,
            ..FetchLimits::of(&deployment, Proxy::default())
        })
    }

    fn standing(before: usize) -> Standing {
        Standing {
            before,
            before_at_server: 0,
        }
    }

    #[test]
    fn endless_answers_leave_the_share_of_the_others() {
        let context = context(8_000);
        context.divide_among(5);
        let mut endless = context.room(standing(0));
        assert!(
            endless.reach(4_100).is_ok(),
            "its share, and all of the other half"
        );
        assert!(endless.reach(4_101).is_err());
        endless.keep();
        let fits = |before, bytes| context.room(standing(before)).reach(bytes).is_ok();
        assert!(fits(0, 100) && !fits(0, 101));
        assert!(fits(1, 50) && !fits(1, 51));
        assert!(fits(900, 0) && !fits(900, 1));
    }

    #[test]
    fn what_a_chain_asks_later_leaves_room_for_the_first_of_others() {
        let context = context(8_000);
        context.divide_among(1_000_000);
        let keep = |before, bytes| {
            let mut room = context.room(standing(before));
            let fits = room.reach(bytes).is_ok();
            if fits {
                room.keep();
            }
            fits
        };
        assert!(!keep(2, 1_001) && keep(2, 600) && keep(9, 400) && !keep(9, 1));
        assert!(keep(1, 2_000) && !keep(0, 1_001) && keep(0, 1_000));
    }

    #[test]
    fn what_is_not_kept_is_given_back() {
        let context = context(8_000);
        for _ in 0..3 {
            let mut room = context.room(standing(0));
            assert!(room.reach(2_000).is_ok() && room.reach(4_000).is_ok());
            assert!(context.room(standing(0)).reach(1).is_err());
        }
    }
}

//! One evidence out of two: several vantage points, shards of a fleet.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Evidence, Observation, fetch, uds};

impl Evidence {
    /// Adds what another vantage point or shard saw: a target that showed something wins over one that was silent, and
    /// what only one of them saw is kept. Of DNS all answers are kept: it may say different things in different places.
    pub fn merge(&mut self, other: Self) {
        match (&mut self.redacted, other.redacted.clone()) {
            (Some(mark), Some(others)) => mark.merge(others),
            (mark @ None, others) => *mark = others,
            (Some(_), None) => {}
        }
        let newer = other.collected_at > self.collected_at;
        self.complete &= other.complete;
        self.collected_at = self.collected_at.clone().max(other.collected_at);
        self.certificates.extend(other.certificates);
        fetch::merge(&mut self.fetches, other.fetches, newer);
        self.add_lookups(other.dns);
        self.add_shards(other.shards);
        uds::merge(&mut self.uds, other.uds, newer);
        let target = |seen: &Observation| (seen.node.clone(), seen.service.clone(), seen.port);
        let places = self.observations.iter().map(target).enumerate().rev();
        let mut places: HashMap<_, usize> = places.map(|(place, key)| (key, place)).collect();
        for observation in other.observations {
            match places.entry(target(&observation)) {
                Entry::Occupied(known) => self.observations[*known.get()].take_better(observation),
                Entry::Vacant(new) => {
                    new.insert(self.observations.len());
                    self.observations.push(observation);
                }
            }
        }
    }
}

impl Observation {
    fn take_better(&mut self, other: Self) {
        if self.presentations.is_empty() && !other.presentations.is_empty() {
            *self = other;
            return;
        }
        for shown in other.presentations {
            if !self
                .presentations
                .iter()
                .any(|known| known.chain == shown.chain)
            {
                self.presentations.push(shown);
            }
        }
    }
}

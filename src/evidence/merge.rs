//! One evidence out of two: several vantage points, shards of a fleet.

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
        uds::merge(&mut self.uds, other.uds, newer);
        for observation in other.observations {
            match self
                .observations
                .iter_mut()
                .find(|known| known.is_same_target(&observation))
            {
                Some(known) => known.take_better(observation),
                None => self.observations.push(observation),
            }
        }
    }
}

impl Observation {
    fn is_same_target(&self, other: &Self) -> bool {
        (&self.node, &self.service, self.port) == (&other.node, &other.service, other.port)
    }

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

//! Puts the sightings together into the evidence: one observation for each target, in their order.

use bytes::Bytes;

use super::shown::Shown;
use super::visit::Sighting;
use super::{About, Target};
use crate::evidence::{Certificates, Evidence, Observation, SCHEMA, Silence};

/// The evidence as it grows.
pub(super) struct Record {
    observations: Vec<Observation>,
    entered: Vec<bool>,
    finished: Vec<bool>,
    certificates: Certificates,
}

impl Record {
    /// Every target starts as interrupted.
    pub(super) fn new(targets: &[Target]) -> Self {
        Self {
            observations: targets.iter().map(unseen).collect(),
            entered: vec![false; targets.len()],
            finished: vec![false; targets.len()],
            certificates: Certificates::default(),
        }
    }

    /// Enters what the target at that place sent first.
    pub(super) fn enter(&mut self, index: usize, sighting: Sighting) {
        self.entered[index] = true;
        let observation = &mut self.observations[index];
        observation.address = sighting.address.map(|address| address.to_string());
        observation.silence = None;
        match sighting.outcome {
            Ok(shown) => self.add(index, Some(shown)),
            Err(silence) => observation.silence = Some(silence),
        }
    }

    /// Adds what a target showed, unless it showed that before.
    pub(super) fn add(&mut self, index: usize, shown: Option<Shown>) {
        let Some(shown) = shown else { return };
        let known = &self.observations[index].presentations;
        if known
            .iter()
            .all(|one| one.chain != shown.presentation.chain)
        {
            self.keep(&shown);
            let presentations = &mut self.observations[index].presentations;
            // Most have one, and there may be a hundred thousand of them.
            presentations.reserve_exact(1);
            presentations.push(shown.presentation);
        }
    }

    /// The target at that place is done with.
    pub(super) fn finish(&mut self, index: usize) -> &Observation {
        self.finished[index] = true;
        &self.observations[index]
    }

    fn keep(&mut self, shown: &Shown) {
        let named = shown.presentation.chain.iter().zip(&shown.certificates);
        for (digest, der) in named {
            self.certificates
                .add_known(*digest, || Bytes::copy_from_slice(der));
        }
    }

    /// The evidence. What was never entered was interrupted, or else failed in this program.
    pub(super) fn close(mut self, about: About, interrupted: bool) -> Evidence {
        let complete = !interrupted || self.finished.iter().all(|finished| *finished);
        if !interrupted {
            self.own_up();
        }
        Evidence {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            deployment: about.deployment,
            collected_at: about.collected_at,
            complete,
            observations: self.observations,
            certificates: self.certificates,
            fetches: Vec::new(),
            dns: Vec::new(),
            uds: Vec::new(),
            redacted: None,
            shards: Vec::new(),
        }
    }

    fn own_up(&mut self) {
        for (observation, entered) in self.observations.iter_mut().zip(&self.entered) {
            if !entered {
                observation.silence = Some(Silence::Handshake {
                    reason: "certaudit failed while it looked at this service; please report it"
                        .to_owned(),
                });
            }
        }
    }
}

fn unseen(target: &Target) -> Observation {
    Observation {
        node: target.node.clone(),
        service: target.service.to_owned(),
        port: target.port,
        address: None,
        presentations: Vec::new(),
        silence: Some(Silence::Interrupted),
    }
}

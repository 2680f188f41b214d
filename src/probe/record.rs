//! Puts the sightings together into the evidence: one observation for each target, in their order.

use std::collections::{BTreeMap, BTreeSet};

use super::visit::Sighting;
use super::{About, Target};
use crate::evidence::{Evidence, Observation, SCHEMA, Silence};

/// The evidence as it grows.
pub(super) struct Record {
    observations: Vec<Observation>,
    entered: Vec<bool>,
}

impl Record {
    /// Every target starts as interrupted.
    pub(super) fn new(targets: &[Target]) -> Self {
        Self {
            observations: targets.iter().map(unseen).collect(),
            entered: vec![false; targets.len()],
        }
    }

    /// Enters what the target at that place sent.
    pub(super) fn enter(&mut self, index: usize, sighting: Sighting) -> &Observation {
        self.entered[index] = true;
        let (shown, silence) = match sighting.outcome {
            Ok(shown) => (shown, None),
            Err(silence) => (Vec::new(), Some(silence)),
        };
        let observation = &mut self.observations[index];
        observation.address = sighting.address.map(|address| address.to_string());
        observation.silence = silence;
        observation.presentations = shown.into_iter().map(|shown| shown.presentation).collect();
        observation
    }

    /// The evidence, with those of the `certificates` that it names. What was never entered was interrupted, or else
    /// failed in this program.
    pub(super) fn close(
        mut self,
        about: About,
        interrupted: bool,
        mut certificates: BTreeMap<String, String>,
    ) -> Evidence {
        let complete = !interrupted || self.entered.iter().all(|entered| *entered);
        let named: BTreeSet<&String> = self
            .observations
            .iter()
            .flat_map(|seen| &seen.presentations)
            .flat_map(|shown| &shown.chain)
            .collect();
        certificates.retain(|digest, _| named.contains(digest));
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
            certificates,
            fetches: Vec::new(),
            dns: Vec::new(),
            uds: Vec::new(),
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

//! Joining deployment and evidence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::lists::Lists;
use super::{ChainView, Dns, Estate, NodeView, Revocation, ServiceView, Shared, State};
use crate::certificate::{Certificate, Digest, Parsed};
use crate::deployment::{Deployment, Node};
use crate::evidence::{Answers, Evidence, Observation, Presentation, Silence};
use crate::parallel;
use crate::trust::{DeviceTrust, Lineage, Path, Paths, lineage, links};

impl<'a> Estate<'a> {
    /// Joins them, as of the moment `at` (unix seconds).
    pub fn join(
        deployment: &'a Deployment,
        evidence: &'a Evidence,
        trust: &'a DeviceTrust,
        at: i64,
    ) -> Self {
        let mut builder = Builder {
            evidence,
            answers: evidence.answers(),
            trust_paths: trust.paths(at),
            at,
            paths: paths(evidence, trust, at),
            revocations: BTreeMap::new(),
            lists: lists(evidence),
        };
        let mut observations: Vec<&Observation> = evidence.observations.iter().collect();
        // Stable: of two of one place the last counts.
        observations.sort_by_key(|seen| place(seen));
        let nodes = deployment
            .nodes
            .iter()
            .map(|node| builder.node(node, &observations))
            .collect();
        let names = deployment.nodes.iter().map(|node| &*node.name);
        Self {
            deployment,
            trust,
            nodes,
            places: names.zip(0..).collect(),
            request_places: HashMap::new(),
            shared: Shared::default(),
            certificates: &evidence.certificates,
            dns: Dns::of(&evidence.dns),
            uds: &evidence.uds,
            requests: Vec::new(),
            redacted: evidence.redacted.as_ref(),
            complete: evidence.complete,
        }
    }
}

/// Node, service, port.
type Place<'p> = (&'p str, &'p str, u16);

fn place(seen: &Observation) -> Place<'_> {
    (&seen.node, &seen.service, seen.port)
}

/// What was observed there, of observations in the order of their places.
fn observed<'a>(observations: &[&'a Observation], there: Place<'_>) -> Option<&'a Observation> {
    let after = observations.partition_point(|seen| place(seen) <= there);
    let last = observations.get(after.checked_sub(1)?)?;
    (place(last) == there).then_some(*last)
}

struct Builder<'a> {
    evidence: &'a Evidence,
    answers: Answers<'a>,
    trust_paths: Paths<'a>,
    at: i64,
    /// By the chain as sent.
    paths: HashMap<&'a [Digest], Arc<Path>>,
    revocations: BTreeMap<(Digest, Option<Digest>), Arc<Revocation>>,
    lists: Lists<'a>,
}

/// To be asked about everything that was presented, where there is something to ask.
fn lists(evidence: &Evidence) -> Lists<'_> {
    if evidence.fetches.is_empty() {
        return Lists::default();
    }
    let presented = evidence.certificates.iter();
    Lists::about(presented.filter_map(|(_, parsed)| parsed.as_deref().ok()))
}

impl<'a> Builder<'a> {
    fn node(&mut self, node: &'a Node, observations: &[&'a Observation]) -> NodeView<'a> {
        let mut services: Vec<_> = node
            .services
            .iter()
            .map(|service| {
                let seen = observed(observations, (&node.name, service.name, service.port));
                ServiceView {
                    service,
                    state: self.state(seen),
                    required: service.required,
                }
            })
            .collect();
        let one_answered = services
            .iter()
            .any(|view| view.service.one_of && !view.chains().is_empty());
        for view in services.iter_mut().filter(|view| view.service.one_of) {
            view.required |= !one_answered;
        }
        NodeView { node, services }
    }

    fn state(&mut self, seen: Option<&'a Observation>) -> State<'a> {
        let Some(seen) = seen else {
            return State::NotObserved;
        };
        let mut chains = Vec::with_capacity(seen.presentations.len());
        chains.extend(
            seen.presentations
                .iter()
                .filter_map(|shown| self.chain(shown)),
        );
        match (&seen.silence, chains.is_empty()) {
            (_, false) => State::Examined(chains),
            (Some(Silence::Interrupted), true) => State::NotObserved,
            (Some(silence), true) => State::Silent(silence),
            (None, true) => State::NoCertificate,
        }
    }

    fn chain(&mut self, presentation: &'a Presentation) -> Option<ChainView<'a>> {
        let certificates = certificates(self.evidence, &presentation.chain);
        let leaf = certificates.first()?.clone().ok();
        let sent = readable(&certificates[1..]);
        let path = self.paths.get(&*presentation.chain).cloned();
        let fetched = leaf
            .as_ref()
            .map_or_else(Vec::new, |leaf| self.fetched(leaf, &sent));
        let (lineage, revocation) = match (&leaf, &path) {
            (Some(leaf), Some(path)) => {
                let others = [sent, fetched.clone()].concat();
                // Along the path that the fetched issuers complete, as the probe went.
                let completed =
                    (!fetched.is_empty()).then(|| self.trust_paths.build(leaf, &others));
                let path = completed.as_ref().unwrap_or(path);
                let lineage = lineage(leaf, &others, path, self.evidence.redacted.as_ref());
                (lineage, self.revocation(leaf, &others, path))
            }
            _ => (Lineage::Unknown, Vec::new()),
        };
        Some(ChainView {
            presentation,
            certificates,
            path,
            lineage,
            fetched,
            revocation,
        })
    }

    fn fetched(&self, leaf: &Arc<Certificate>, sent: &[Arc<Certificate>]) -> Vec<Arc<Certificate>> {
        if self.answers.is_empty() {
            return Vec::new();
        }
        let all: Vec<_> = std::iter::once(leaf).chain(sent).cloned().collect();
        self.answers.fetched_issuers(&all)
    }

    fn revocation(
        &mut self,
        leaf: &Arc<Certificate>,
        others: &[Arc<Certificate>],
        path: &Path,
    ) -> Vec<Arc<Revocation>> {
        let (answers, lists, at) = (&self.answers, &self.lists, self.at);
        let judged = links(leaf, others, path)
            .into_iter()
            .map(|(certificate, issuer)| {
                let key = (
                    certificate.digest,
                    issuer.as_ref().map(|issuer| issuer.digest),
                );
                let issuer = issuer.as_deref();
                let judge = || Arc::new(Revocation::of(&certificate, issuer, answers, lists, at));
                self.revocations.entry(key).or_insert_with(judge).clone()
            });
        judged.collect()
    }
}

/// The path of every chain whose leaf can be decoded: most of the work, so on all processors.
fn paths<'a>(
    evidence: &'a Evidence,
    trust: &DeviceTrust,
    at: i64,
) -> HashMap<&'a [Digest], Arc<Path>> {
    evidence.certificates.decode();
    let shown = evidence.observations.iter();
    let chains = shown.flat_map(|seen| seen.presentations.iter().map(|shown| &*shown.chain));
    let distinct: BTreeSet<&[Digest]> = chains.collect();
    let chains: Vec<_> = distinct.into_iter().collect();
    let built = parallel::map(
        &chains,
        || trust.paths(at),
        |paths, chain| {
            let certificates = certificates(evidence, chain);
            let leaf = certificates.first()?.as_ref().ok()?;
            Some(Arc::new(paths.build(leaf, &readable(&certificates[1..]))))
        },
    );
    let built = chains.into_iter().zip(built);
    built
        .filter_map(|(chain, path)| Some((chain, path?)))
        .collect()
}

fn certificates(evidence: &Evidence, chain: &[Digest]) -> Vec<Parsed> {
    let parsed = chain.iter();
    let parsed = parsed.filter_map(|digest| evidence.certificates.get(digest).cloned());
    let mut all = Vec::with_capacity(chain.len());
    all.extend(parsed);
    all
}

fn readable(parsed: &[Parsed]) -> Vec<Arc<Certificate>> {
    let readable = parsed.iter().filter_map(|one| one.clone().ok());
    readable.collect()
}

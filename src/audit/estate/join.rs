//! Joining deployment and evidence.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::lists::Lists;
use super::{ChainView, Dns, Estate, NodeView, Parsed, Revocation, ServiceView, Shared, State};
use crate::certificate::{Certificate, Digest};
use crate::deployment::{Deployment, Node};
use crate::evidence::{Answers, Evidence, Observation, Presentation, Silence};
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
            certificates: BTreeMap::new(),
            paths: BTreeMap::new(),
            revocations: BTreeMap::new(),
            lists: Lists::default(),
        };
        builder.parse_all();
        let observations: BTreeMap<_, _> = evidence
            .observations
            .iter()
            .map(|seen| ((&*seen.node, &*seen.service, seen.port), seen))
            .collect();
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
            certificates: builder.certificates,
            dns: Dns::of(&evidence.dns),
            uds: &evidence.uds,
            requests: Vec::new(),
            redacted: evidence.redacted.as_ref(),
            complete: evidence.complete,
        }
    }
}

/// Observations by node, service, port.
type Observations<'a> = BTreeMap<(&'a str, &'a str, u16), &'a Observation>;

struct Builder<'a> {
    evidence: &'a Evidence,
    answers: Answers<'a>,
    trust_paths: Paths<'a>,
    at: i64,
    certificates: BTreeMap<Digest, Parsed>,
    paths: BTreeMap<Vec<Digest>, Arc<Path>>,
    revocations: BTreeMap<(Digest, Option<Digest>), Arc<Revocation>>,
    lists: Lists<'a>,
}

impl<'a> Builder<'a> {
    fn parse_all(&mut self) {
        for name in self.evidence.certificates.keys() {
            if let Some(der) = self.evidence.certificate(name) {
                let parsed = Certificate::from_der(&der).map(Arc::new).map_err(Arc::new);
                self.certificates.insert(Digest::of(&der), parsed);
            }
        }
        if !self.answers.is_empty() {
            let parsed = self.certificates.values();
            self.lists = Lists::about(parsed.filter_map(|one| one.as_deref().ok()));
        }
    }

    fn node(&mut self, node: &'a Node, observations: &Observations<'a>) -> NodeView<'a> {
        let mut services: Vec<_> = node
            .services
            .iter()
            .map(|service| {
                let seen = observations
                    .get(&(&*node.name, service.name, service.port))
                    .copied();
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
        let chains: Vec<_> = seen
            .presentations
            .iter()
            .filter_map(|shown| self.chain(shown))
            .collect();
        match (&seen.silence, chains.is_empty()) {
            (_, false) => State::Examined(chains),
            (Some(Silence::Interrupted), true) => State::NotObserved,
            (Some(silence), true) => State::Silent(silence),
            (None, true) => State::NoCertificate,
        }
    }

    fn chain(&mut self, presentation: &'a Presentation) -> Option<ChainView<'a>> {
        let digests: Vec<Digest> = presentation
            .chain
            .iter()
            .filter_map(|digest| digest.parse().ok())
            .collect();
        let certificates: Vec<Parsed> = digests
            .iter()
            .filter_map(|digest| self.certificates.get(digest).cloned())
            .collect();
        let leaf = certificates.first()?.clone().ok();
        let sent: Vec<_> = certificates
            .iter()
            .skip(1)
            .filter_map(|parsed| parsed.clone().ok())
            .collect();
        let path = leaf.as_ref().map(|leaf| self.path(digests, leaf, &sent));
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

    fn path(
        &mut self,
        digests: Vec<Digest>,
        leaf: &Arc<Certificate>,
        sent: &[Arc<Certificate>],
    ) -> Arc<Path> {
        let build = || Arc::new(self.trust_paths.build(leaf, sent));
        self.paths.entry(digests).or_insert_with(build).clone()
    }
}

//! Deployment and evidence joined: every node and service present, silent ones too; certificates parsed once, paths
//! built once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::certificate::{Certificate, Digest, Malformed, PublicKey};
use crate::deployment::{Deployment, Node, NodeService};
use crate::evidence::{Evidence, Observation, Presentation, Silence};
use crate::trust::{DeviceTrust, Path};

/// A certificate, or the bytes that should have been one. Shared by all services that presented it.
pub type Parsed = Result<Arc<Certificate>, Arc<Malformed>>;

/// Deployment and evidence joined.
#[derive(Debug)]
pub struct Estate<'a> {
    /// What should be there.
    pub deployment: &'a Deployment,
    /// What the client devices trust.
    pub trust: &'a DeviceTrust,
    /// Every node of the deployment, in its order.
    pub nodes: Vec<NodeView<'a>>,
    /// Every certificate that was presented.
    pub certificates: BTreeMap<Digest, Parsed>,
    /// False when the evidence is of an interrupted run.
    pub complete: bool,
}

/// A node with what its services showed.
#[derive(Debug)]
pub struct NodeView<'a> {
    /// The node.
    pub node: &'a Node,
    /// Every service of it, in order.
    pub services: Vec<ServiceView<'a>>,
}

/// A service with what it showed.
#[derive(Debug)]
pub struct ServiceView<'a> {
    /// The service.
    pub service: &'a NodeService,
    /// What it showed.
    pub state: State<'a>,
    /// It must answer; or one of several must, and none did.
    pub required: bool,
}

/// What a service showed.
#[derive(Debug)]
pub enum State<'a> {
    /// Chains; at least one, none of them empty.
    Examined(Vec<ChainView<'a>>),
    /// Nothing, and why.
    Silent(&'a Silence),
    /// A handshake without a certificate.
    NoCertificate,
    /// Nobody looked.
    NotObserved,
}

/// A chain that a service presented.
#[derive(Debug)]
pub struct ChainView<'a> {
    /// The handshake.
    pub presentation: &'a Presentation,
    /// The certificates as sent, the leaf first; never empty.
    pub certificates: Vec<Parsed>,
    /// How the leaf builds to what the devices trust; `None` when the leaf cannot be decoded.
    pub path: Option<Arc<Path>>,
}

/// How a service stands, in the report's words (contract section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A certificate was seen.
    Examined,
    /// An optional service does not answer.
    Closed,
    /// A required service does not answer.
    Unreachable,
    /// It answers, but no certificate was seen.
    Failed,
    /// Nobody looked.
    Skipped,
}

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
            trust,
            at,
            certificates: BTreeMap::new(),
            paths: BTreeMap::new(),
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
        Self {
            deployment,
            trust,
            nodes,
            certificates: builder.certificates,
            complete: evidence.complete,
        }
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&NodeView<'a>> {
        self.nodes.iter().find(|view| view.node.name == name)
    }
}

/// Observations by node, service, port.
type Observations<'a> = BTreeMap<(&'a str, &'a str, u16), &'a Observation>;

struct Builder<'a> {
    evidence: &'a Evidence,
    trust: &'a DeviceTrust,
    at: i64,
    certificates: BTreeMap<Digest, Parsed>,
    paths: BTreeMap<Vec<Digest>, Arc<Path>>,
}

impl<'a> Builder<'a> {
    fn parse_all(&mut self) {
        for name in self.evidence.certificates.keys() {
            if let Some(der) = self.evidence.certificate(name) {
                let parsed = Certificate::from_der(&der).map(Arc::new).map_err(Arc::new);
                self.certificates.insert(Digest::of(&der), parsed);
            }
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
        let first = certificates.first()?;
        let path = first
            .as_ref()
            .ok()
            .map(|leaf| self.path(digests, leaf, &certificates));
        Some(ChainView {
            presentation,
            certificates,
            path,
        })
    }

    fn path(
        &mut self,
        digests: Vec<Digest>,
        leaf: &Arc<Certificate>,
        sent: &[Parsed],
    ) -> Arc<Path> {
        let (trust, at) = (self.trust, self.at);
        let build = || {
            let others: Vec<_> = sent[1..]
                .iter()
                .filter_map(|parsed| parsed.clone().ok())
                .collect();
            Arc::new(trust.path(leaf, &others, at))
        };
        self.paths.entry(digests).or_insert_with(build).clone()
    }
}

impl<'a> NodeView<'a> {
    /// Services of that name, on whatever port.
    pub fn services_named(&self, name: &'a str) -> impl Iterator<Item = &ServiceView<'a>> {
        self.services
            .iter()
            .filter(move |view| view.service.name == name)
    }

    /// Every chain that the node presented, with the service.
    pub fn chains(&self) -> impl Iterator<Item = (&ServiceView<'a>, &ChainView<'a>)> {
        self.services
            .iter()
            .flat_map(|view| view.chains().iter().map(move |chain| (view, chain)))
    }
}

impl<'a> ServiceView<'a> {
    /// The chains it presented; empty when it showed none.
    pub fn chains(&self) -> &[ChainView<'a>] {
        match &self.state {
            State::Examined(chains) => chains,
            _ => &[],
        }
    }

    /// Its status in the report.
    pub fn status(&self) -> Status {
        match &self.state {
            State::Examined(_) => Status::Examined,
            State::NotObserved => Status::Skipped,
            State::Silent(silence) if silence.is_no_answer() && self.required => {
                Status::Unreachable
            }
            State::Silent(silence) if silence.is_no_answer() => Status::Closed,
            State::Silent(_) | State::NoCertificate => Status::Failed,
        }
    }

    /// Why nothing was seen, in words; `None` when something was.
    pub fn detail(&self) -> Option<String> {
        match &self.state {
            State::Examined(_) => None,
            State::Silent(silence) => Some(silence.to_string()),
            State::NoCertificate => Some("the handshake brought no certificate".to_owned()),
            State::NotObserved => Some("not probed".to_owned()),
        }
    }

    /// "tomcat (8443)".
    pub fn label(&self) -> String {
        format!("{} ({})", self.service.name, self.service.port)
    }
}

impl ChainView<'_> {
    /// The leaf, when it could be decoded.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates
            .first()
            .and_then(|parsed| parsed.as_ref().ok())
            .map(Arc::as_ref)
    }

    /// What was sent after the leaf and could be decoded.
    pub fn others(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates
            .iter()
            .skip(1)
            .filter_map(|parsed| parsed.as_ref().ok())
            .map(Arc::as_ref)
    }

    /// The leaf's digest.
    pub fn leaf_digest(&self) -> Option<Digest> {
        self.certificates.first().map(|parsed| match parsed {
            Ok(certificate) => certificate.digest,
            Err(malformed) => malformed.digest,
        })
    }

    /// "rsa", "ecdsa" or "other": which of a port's two certificates this is.
    pub fn kind(&self) -> &'static str {
        match self.leaf().map(|leaf| &leaf.public_key) {
            Some(PublicKey::Rsa { .. }) => "rsa",
            Some(PublicKey::Ec { .. }) => "ecdsa",
            _ => "other",
        }
    }
}

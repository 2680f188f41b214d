//! Deployment and evidence joined: every node and service present, silent ones too; certificates parsed once, paths
//! built once.

mod dns;
mod join;
mod lists;
mod revocation;
mod shared;

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use super::request::RequestView;
use crate::certificate::{Certificate, Digest, Parsed, PublicKey};
use crate::deployment::{Deployment, Node, NodeService};
use crate::evidence::{Certificates, Presentation, Redaction, Silence, Uds};
use crate::trust::{DeviceTrust, Lineage, Path};

pub use dns::{Dns, Resolution, Services};
pub use revocation::{Revocation, Source, SourceKind, SourceState};
use shared::Shared;

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
    pub certificates: &'a Certificates,
    /// What DNS answered.
    pub dns: Dns<'a>,
    /// What UDS of the CUCM nodes answered; empty when it was not asked.
    pub uds: &'a [Uds],
    /// Signing requests, each with a node of its name; empty unless requests are judged.
    pub requests: Vec<RequestView>,
    /// What was done to redacted evidence; `None` when it is as collected.
    pub redacted: Option<&'a Redaction>,
    /// False when the evidence is of an interrupted run.
    pub complete: bool,
    /// Where each node stands in `nodes`, by its name.
    places: HashMap<&'a str, usize>,
    /// Where the first request of each node stands in `requests`, by the node's name.
    request_places: HashMap<String, usize>,
    shared: Shared,
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
    /// Whether a public CA stands at the top of it.
    pub lineage: Lineage,
    /// Issuers that were not sent but fetched from the URLs in the certificates.
    pub fetched: Vec<Arc<Certificate>>,
    /// What the revocation sources of the leaf and the intermediates said, leaf first; empty when it is self-signed.
    pub revocation: Vec<Arc<Revocation>>,
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
    /// The same with signing requests to judge.
    #[must_use]
    pub fn with_requests(mut self, requests: Vec<RequestView>) -> Self {
        for (place, view) in requests.iter().enumerate() {
            self.request_places
                .entry(view.node.clone())
                .or_insert(place);
        }
        self.requests = requests;
        self
    }

    /// The signing request that a node stands for.
    pub fn request_of(&self, node: &Node) -> Option<&RequestView> {
        self.requests.get(*self.request_places.get(&node.name)?)
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&NodeView<'a>> {
        self.nodes.get(self.place_of(name)?)
    }

    /// Where the node of that name stands in the deployment file.
    pub fn place_of(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// What `work` gives, done once for each type that it gives, however many subjects ask: indexes over all nodes, and
    /// facts about the deployment.
    pub fn once<T: Any + Send + Sync>(&self, work: impl FnOnce() -> T) -> Arc<T> {
        self.shared.once(work)
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

//! The deployment file: what should be there. `Deployment::parse` finds every fault at once.

pub mod dns;
mod lookup;
mod problem;
mod profile_name;
mod required_names;
mod resolve;
mod schema;
mod words;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::catalog::{Audience, CertificateName, Product, Release, Transport};

pub use lookup::{domain_name, host_name};
pub use problem::{Problem, draw};
pub use profile_name::is_profile_name;
pub use required_names::{RequiredName, Requirements, Why, required_names};
pub use schema::json_schema;

/// A deployment: the nodes, who signs in, and what their devices trust.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// A name for people.
    pub name: String,
    /// The services domain of the clients.
    pub domain: String,
    /// Presence domains; never empty.
    pub xmpp_domains: Vec<String>,
    /// Client platforms that will sign in; never empty, each once, in the order of [`Client::ALL`].
    pub clients: Vec<Client>,
    /// Invalid certificates are refused (RejectAndNotify) instead of prompted for.
    pub reject_invalid: bool,
    /// FIPS or Common Criteria clients.
    pub fips: bool,
    /// What the client devices trust.
    pub trust: TrustFiles,
    /// How to probe.
    pub probe: ProbeLimits,
    /// DNS server; `None` for the system's resolver.
    pub dns_server: Option<SocketAddr>,
    /// How revocation is judged.
    pub revocation: Revocation,
    /// Mobile and Remote Access; `None` when there is none.
    pub mra: Option<Mra>,
    /// XMPP federation; `None` when there is none.
    pub federation: Option<Federation>,
    /// Node names that share one multi-server certificate, by certificate name.
    pub multi_server: BTreeMap<CertificateName, Vec<String>>,
    /// The nodes, in order of the file; names are unique.
    pub nodes: Vec<Node>,
    /// Nodes of the file that `--node` leaves out.
    pub left_out: Vec<Node>,
    /// Places where server names are configured.
    pub settings: Vec<Setting>,
    /// CUCM's trunks to IM and Presence.
    pub sip_trunks: Vec<SipTrunk>,
    /// Findings that are accepted.
    pub waivers: Vec<Waiver>,
}

/// A platform that Jabber runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// Jabber for Windows.
    Windows,
    /// Jabber for Mac.
    Mac,
    /// Jabber for iPhone and iPad.
    Ios,
    /// Jabber for Android.
    Android,
}

/// Files with what the client devices trust; paths are already relative to the working directory.
#[derive(Debug, Clone, Default)]
pub struct TrustFiles {
    /// This machine's store stands for theirs.
    pub system: bool,
    /// Pushed to Trusted Root.
    pub roots: Vec<PathBuf>,
    /// Pushed to Intermediate.
    pub intermediates: Vec<PathBuf>,
    /// Single certificates pushed to Enterprise Trust.
    pub pinned: Vec<PathBuf>,
}

/// How to probe.
#[derive(Debug, Clone)]
pub struct ProbeLimits {
    /// For a resolution, a connection, a prelude, a handshake, each.
    pub timeout: Duration,
    /// Connections at once, all nodes together; at least 1.
    pub concurrency: usize,
    /// Connections at once to one node; at least 1.
    pub per_node: usize,
    /// Presented when a server asks: PEM chain and key.
    pub client_certificate: Option<ClientCertificate>,
    /// Whether CUCM is asked for its server list and version (UDS, no login).
    pub uds: bool,
}

/// A client certificate.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// PEM file of the chain, leaf first.
    pub chain: PathBuf,
    /// PEM file of the key.
    pub key: PathBuf,
}

/// How revocation is judged.
#[derive(Debug, Clone)]
pub struct Revocation {
    /// How far to go.
    pub check: RevocationCheck,
    /// For one fetch.
    pub timeout: Duration,
}

/// How far the revocation check goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationCheck {
    /// Only whether the certificate names a source.
    Presence,
    /// Whether the source answers.
    Reach,
    /// What it answers.
    Status,
}

/// Mobile and Remote Access through Expressway.
#[derive(Debug, Clone)]
pub struct Mra {
    /// Unified CM registration domains; default: the services domain.
    pub registration_domains: Vec<String>,
    /// FQDN of a clustered Expressway-C.
    pub cluster_name: Option<String>,
    /// TLS phone security profile names.
    pub phone_security_profiles: Vec<String>,
    /// Jabber Guest is used.
    pub jabber_guest: bool,
}

/// XMPP federation.
#[derive(Debug, Clone)]
pub struct Federation {
    /// Federated domains of this deployment; default: the presence domains.
    pub domains: Vec<String>,
    /// Who faces the partners.
    pub through: FederationThrough,
    /// Chat node aliases.
    pub chat_node_aliases: Vec<String>,
}

/// Who faces the federation partners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FederationThrough {
    /// Expressway-E.
    Expressway,
    /// IM and Presence itself.
    ImPresence,
}

/// A server.
#[derive(Debug, Clone)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// What it runs.
    pub product: Product,
    /// The name clients are given; the HTTP reference identity. Host name or IP literal, no trailing dot.
    pub address: String,
    /// Where to connect instead of resolving `address`: an IP literal or a host name.
    pub connect: Option<String>,
    /// Its release, or the deployment's; for an Expressway only a release written for it.
    pub release: Option<Release>,
    /// Ports to look at, in the catalogue's or the file's order.
    pub services: Vec<NodeService>,
    /// IM and Presence: the TLS peer subject list; `None` when the file does not say.
    pub tls_peer_subjects: Option<Vec<String>>,
    /// Line of the `[[node]]` in the deployment file, from 1.
    pub line: usize,
}

/// A service of a node: the catalogue's row with what the file says about it.
#[derive(Debug, Clone)]
pub struct NodeService {
    /// The catalogue's name.
    pub name: &'static str,
    /// The port that clients use.
    pub port: u16,
    /// Where to connect instead ("127.0.0.1:10443"), for port forwards.
    pub connect: Option<SocketAddr>,
    /// How TLS starts.
    pub transport: Transport,
    /// Which certificate is presented.
    pub certificate_name: CertificateName,
    /// Whether it must answer.
    pub required: bool,
    /// One of several of which at least one must answer (LDAP).
    pub one_of: bool,
    /// Who connects to it.
    pub audience: Audience,
    /// Takes part in mutual TLS.
    pub mutual_tls: bool,
}

/// A place where a server name is configured.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Where, in the product's menu words.
    pub location: String,
    /// The name that stands there.
    pub value: String,
    /// The node that is meant.
    pub node: String,
    /// Line in the deployment file, from 1.
    pub line: usize,
}

/// CUCM's SIP trunk to IM and Presence.
#[derive(Debug, Clone)]
pub struct SipTrunk {
    /// The node at the other end.
    pub to: String,
    /// X.509 subject name in its SIP trunk security profile.
    pub x509_subject: String,
    /// Line in the deployment file, from 1.
    pub line: usize,
}

/// A finding that is accepted.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule.
    pub rule: String,
    /// Only on this node.
    pub node: Option<String>,
    /// Only on this service.
    pub service: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day (UTC) on which it holds: seconds since 1970 of the end of that day.
    pub expires: Option<i64>,
    /// Line in the deployment file, from 1.
    pub line: usize,
}

impl Client {
    /// All platforms.
    pub const ALL: [Self; 4] = [Self::Windows, Self::Mac, Self::Ios, Self::Android];

    /// The word in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Mac => "mac",
            Self::Ios => "ios",
            Self::Android => "android",
        }
    }

    /// Apple's rules for certificates apply.
    pub fn is_apple(self) -> bool {
        matches!(self, Self::Mac | Self::Ios)
    }
}

impl Deployment {
    /// Reads a deployment file. `known_rules` are the names that a waiver may use. Relative paths are taken from `base`.
    /// The problems come in the order of the file: all of syntax, or all of shape and meaning.
    pub fn parse(
        text: &str,
        base: &std::path::Path,
        known_rules: &[&str],
    ) -> Result<Self, Vec<Problem>> {
        let (file, problems) = schema::read(text)?;
        let mut faults = resolve::Faults(problems);
        let around = resolve::Surroundings {
            lines: problem::Lines::of(text),
            base,
            known_rules,
        };
        let deployment = resolve::deployment(&around, &file, &mut faults);
        let mut problems = faults.0;
        if problems.is_empty() {
            return Ok(deployment);
        }
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        Err(problems)
    }
}

#[cfg(test)]
mod tests;

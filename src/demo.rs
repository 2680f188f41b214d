//! A small believable cluster on loopback, with telling faults: what a newcomer sees first. Real certificates, real TCP,
//! real TLS; only the addresses are not those of the names.

mod presented;
mod server;
mod uds;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::catalog::Transport;
use crate::deployment::{Deployment, NodeService};
use presented::{Pki, Presented};
use server::{Manner, Port, Servers};

/// The deployment file of the demo.
pub const CLUSTER: &str = include_str!("demo/cluster.toml");

/// The running cluster. Its servers end when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    /// The root CA's certificate, which the client devices are to trust.
    pub root: Vec<u8>,
    servers: Servers,
}

/// Ports that demand a client certificate.
const ASKING: [(&str, &str); 2] = [("cucm-pub", "sip"), ("imp1", "sip-peer")];

/// Ports at which UDS answers.
const UDS: [(&str, &str); 2] = [("cucm-pub", "tomcat"), ("cucm-sub", "tomcat")];

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No free port on loopback, or the like.
    #[error("cannot listen on loopback: {0}")]
    Listen(#[from] std::io::Error),
    /// A key or certificate cannot be made.
    #[error("cannot make the demo's certificates: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refuses a key or certificate.
    #[error("cannot serve the demo's certificates: {0}")]
    Tls(String),
}

impl Cluster {
    /// Starts a server for each service that presents something, as of the moment `at` (unix seconds), and sets where each
    /// service of `deployment` (which is [`CLUSTER`], parsed) is to be connected to.
    pub fn start(deployment: &mut Deployment, at: i64) -> Result<Self, Fault> {
        let pki = Pki::new(at)?;
        let presented = presented::all(&pki, at)?;
        let mut ports = Vec::new();
        for node in &mut deployment.nodes {
            for service in &mut node.services {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
                service.connect = Some(listener.local_addr()?);
                let shown = presented
                    .iter()
                    .find(|shown| shown.is_for(&node.name, service.name));
                ports.extend(
                    shown
                        .map(|shown| port(listener, service, shown, &pki))
                        .transpose()?,
                );
            }
        }
        Ok(Self {
            root: pki.root.der().to_vec(),
            servers: Servers::start(ports)?,
        })
    }

    /// How many ports are served.
    pub fn size(&self) -> usize {
        self.servers.size()
    }
}

/// A listener that is dropped instead leaves a port on which nothing listens: a stopped service.
fn port(
    listener: TcpListener,
    service: &NodeService,
    shown: &Presented,
    pki: &Pki,
) -> Result<Port, Fault> {
    let manner = match service.transport {
        Transport::XmppClient => Manner::Xmpp,
        _ if UDS.contains(&(shown.node, service.name)) => Manner::Uds,
        _ => Manner::Silent,
    };
    let asks = ASKING.contains(&(shown.node, service.name));
    let client_ca = asks.then(|| pki.root.der());
    Port::new(listener, shown.tls(client_ca)?, manner)
}

/// Where the demo's services listen; only for tests that look at it.
pub fn addresses(deployment: &Deployment) -> impl Iterator<Item = SocketAddr> {
    deployment
        .nodes
        .iter()
        .flat_map(|node| &node.services)
        .filter_map(|service| service.connect)
}

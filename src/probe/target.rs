//! What is to be probed: the services of the nodes, and how to reach each.

use std::net::{IpAddr, SocketAddr};

use crate::catalog::Transport;
use crate::deployment::{Deployment, Node, NodeService};

/// A service of a node, to be probed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Name of the node.
    pub node: String,
    /// The catalogue's name of the service.
    pub service: &'static str,
    /// The port that clients use.
    pub port: u16,
    /// The name that clients use: the server name in the handshake.
    pub address: String,
    /// Where to connect.
    pub connect: Route,
    /// How TLS starts.
    pub transport: Transport,
    /// The domain that an XMPP stream is opened `to`.
    pub xmpp_domain: String,
}

/// Where to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To this socket, whatever the name resolves to.
    Socket(SocketAddr),
    /// To the target's port at the addresses of this name.
    Name(String),
}

/// The targets of a deployment, one for each node, service and port: nodes in the order of the file, then by port.
pub fn plan(deployment: &Deployment) -> Vec<Target> {
    let mut targets = Vec::new();
    for node in &deployment.nodes {
        let mut services: Vec<&NodeService> = node.services.iter().collect();
        services.sort_by_key(|service| (service.port, service.name));
        services.dedup_by_key(|service| (service.port, service.name));
        targets.extend(
            services
                .into_iter()
                .map(|service| Target::of(deployment, node, service)),
        );
    }
    targets
}

impl Target {
    fn of(deployment: &Deployment, node: &Node, service: &NodeService) -> Self {
        Self {
            node: node.name.clone(),
            service: service.name,
            port: service.port,
            address: node.address.clone(),
            connect: Route::of(node, service),
            transport: service.transport,
            xmpp_domain: xmpp_domain(deployment, service.transport),
        }
    }
}

impl Route {
    fn of(node: &Node, service: &NodeService) -> Self {
        service.connect.map_or_else(
            || Self::to(node.connect.as_ref().unwrap_or(&node.address), service.port),
            Self::Socket,
        )
    }

    /// To `host`, an IP literal (IPv6 with or without brackets) or a name.
    pub fn to(host: &str, port: u16) -> Self {
        let literal = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(host);
        literal.parse::<IpAddr>().map_or_else(
            |_| Self::Name(host.to_owned()),
            |ip| Self::Socket(SocketAddr::new(ip, port)),
        )
    }
}

/// Partners open a server stream to the federated domain, clients and other servers to the presence domain.
fn xmpp_domain(deployment: &Deployment, transport: Transport) -> String {
    let federated = deployment
        .federation
        .as_ref()
        .filter(|_| transport == Transport::XmppServer)
        .and_then(|federation| federation.domains.first());
    federated
        .or(deployment.xmpp_domains.first())
        .unwrap_or(&deployment.domain)
        .clone()
}

#[cfg(test)]
mod tests;

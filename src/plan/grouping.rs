//! Which certificates there are: each name of each node once, a multi-server certificate once for all its nodes.

use crate::catalog::{CertificateName, Product};
use crate::deployment::{Deployment, FederationThrough, Node};

/// A certificate, and the nodes that present it.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// Its name.
    pub(super) certificate: CertificateName,
    /// Never empty; the publisher first, the others in the order of the file.
    pub(super) nodes: Vec<&'a Node>,
    /// One certificate for all of them.
    pub(super) multi_server: bool,
}

/// Every certificate, in the order of installation: as the nodes stand in the file, TVS after everything else (document
/// 214231: phones need one anchor that did not change).
pub(super) fn groups(deployment: &Deployment) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for node in &deployment.nodes {
        for certificate in CertificateName::ALL {
            if !bears(deployment, node, certificate) {
                continue;
            }
            let group = group(deployment, node, certificate);
            let is_known = groups.iter().any(|known| {
                known.certificate == certificate
                    && known.nodes.iter().any(|other| other.name == node.name)
            });
            if !is_known {
                groups.push(group);
            }
        }
    }
    groups.sort_by_key(|group| group.certificate == CertificateName::Tvs);
    groups
}

/// A service of the node presents it, or the file says that the node shares it. cup-xmpp-s2s is for nodes that federate
/// themselves: its port is there on every node.
fn bears(deployment: &Deployment, node: &Node, certificate: CertificateName) -> bool {
    let federates = deployment
        .federation
        .as_ref()
        .is_some_and(|federation| federation.through == FederationThrough::ImPresence);
    let presents = node.services.iter().any(|service| {
        let wanted = certificate != CertificateName::CupXmppS2s || federates || service.required;
        service.certificate_name == certificate && wanted
    });
    presents || sharing(deployment, node, certificate).is_some()
}

fn sharing<'a>(
    deployment: &'a Deployment,
    node: &Node,
    certificate: CertificateName,
) -> Option<&'a Vec<String>> {
    let names = deployment.multi_server.get(&certificate);
    names.filter(|names| names.contains(&node.name))
}

/// Nothing in the file says who the publisher is: the first Unified CM node that shares the certificate counts as it, or
/// the first node where there is none.
fn group<'a>(
    deployment: &'a Deployment,
    node: &'a Node,
    certificate: CertificateName,
) -> Group<'a> {
    let Some(names) = sharing(deployment, node, certificate) else {
        return Group {
            certificate,
            nodes: vec![node],
            multi_server: false,
        };
    };
    let mut nodes: Vec<&Node> = deployment
        .nodes
        .iter()
        .filter(|node| names.contains(&node.name))
        .collect();
    let publisher = nodes.iter().position(|node| node.product == Product::Cucm);
    let publisher = nodes.remove(publisher.unwrap_or(0));
    nodes.insert(0, publisher);
    Group {
        certificate,
        nodes,
        multi_server: true,
    }
}

//! Which certificates there are: each name of each node once, a multi-server certificate once for all its nodes.

use std::collections::BTreeSet;

use crate::catalog::{CertificateName, Product};
use crate::deployment::{Deployment, FederationThrough, Node, Requirements};

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
pub(super) fn groups<'a>(requirements: &Requirements<'a>) -> Vec<Group<'a>> {
    let deployment = requirements.deployment();
    let (mut groups, mut told) = (Vec::new(), BTreeSet::new());
    for node in &deployment.nodes {
        for certificate in CertificateName::ALL {
            if requirements.shares(node, certificate) {
                let group = || shared(requirements, certificate);
                groups.extend(told.insert(certificate).then(group));
            } else if presents(deployment, node, certificate) {
                groups.push(Group {
                    certificate,
                    nodes: vec![node],
                    multi_server: false,
                });
            }
        }
    }
    groups.sort_by_key(|group| group.certificate == CertificateName::Tvs);
    groups
}

/// A service of the node presents it. cup-xmpp-s2s is for nodes that federate themselves: its port is there on every node.
fn presents(deployment: &Deployment, node: &Node, certificate: CertificateName) -> bool {
    let federates = deployment
        .federation
        .as_ref()
        .is_some_and(|federation| federation.through == FederationThrough::ImPresence);
    node.services.iter().any(|service| {
        let wanted = certificate != CertificateName::CupXmppS2s || federates || service.required;
        service.certificate_name == certificate && wanted
    })
}

/// Nothing in the file says who the publisher is: the first Unified CM node that shares the certificate counts as it, or
/// the first node where there is none.
fn shared<'a>(requirements: &Requirements<'a>, certificate: CertificateName) -> Group<'a> {
    let nodes = requirements.deployment().nodes.iter();
    let mut nodes: Vec<&Node> = nodes
        .filter(|node| requirements.shares(node, certificate))
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

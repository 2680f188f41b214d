//! Where a node presents its certificate as a TLS client, as far as the deployment file or the evidence tells.

use std::collections::HashSet;

use crate::audit::effect::Impact;
use crate::audit::estate::NodeView;
use crate::audit::subject::LeafSubject;
use crate::catalog::{CertificateName, Product, has_client_certificate_of_its_own};
use crate::deployment::{Deployment, FederationThrough};

/// Why a server's certificate says nothing of the client's.
pub(super) const OWN_CERTIFICATE: &str = "this release presents a client certificate of its own";

/// Whether the node presents another certificate as a client than the one that its ports show.
pub(super) fn has_own_client_certificate(subject: &LeafSubject<'_>) -> bool {
    let node = subject.node.node;
    has_client_certificate_of_its_own(node.product, node.release.as_ref())
}

/// A connection of this deployment in which the certificate is the client's.
pub(super) struct Connection {
    /// Which, in words.
    pub(super) words: &'static str,
    /// Who is hit when the other side refuses the certificate.
    pub(super) impact: Impact,
}

const fn connection(words: &'static str, impact: Impact) -> Connection {
    Connection { words, impact }
}

/// The connections that the deployment file or the evidence tells of.
pub(super) fn connections(subject: &LeafSubject<'_>) -> Vec<Connection> {
    let all = match subject.service.service.certificate_name {
        CertificateName::CallManager => vec![
            (
                has_trunk(subject, None),
                connection("the SIP trunk to IM and Presence", Impact::SERVERS),
            ),
            (
                registers_securely(subject),
                connection("secure registration through MRA", Impact::MRA),
            ),
        ],
        CertificateName::Tomcat if subject.node.node.product == Product::Cucm => vec![
            (
                offers_oauth_outside(subject),
                connection("SIP OAuth through MRA (5091)", Impact::MRA),
            ),
            (
                directory_insists(subject),
                connection("the LDAP directory", Impact::SERVERS),
            ),
        ],
        CertificateName::Cup => vec![(
            has_trunk(subject, Some(&subject.node.node.name)),
            connection("the SIP trunk with CUCM", Impact::SERVERS),
        )],
        CertificateName::CupXmppS2s => vec![(
            federates_itself(subject),
            connection("XMPP federation", Impact::FEDERATION),
        )],
        _ => Vec::new(),
    };
    all.into_iter()
        .filter_map(|(there, connection)| there.then_some(connection))
        .collect()
}

/// A trunk with TLS between CUCM and IM and Presence: a profile with an X.509 subject, or a TLS peer subject list.
fn has_trunk(subject: &LeafSubject<'_>, presence: Option<&str>) -> bool {
    let trunks = subject
        .estate
        .once(|| Trunks::of(subject.estate.deployment));
    presence.map_or(!trunks.0.is_empty(), |name| trunks.0.contains(name))
}

/// The nodes that a trunk leads to.
struct Trunks(HashSet<String>);

impl Trunks {
    fn of(deployment: &Deployment) -> Self {
        let to = deployment.sip_trunks.iter().map(|trunk| &trunk.to);
        let nodes = deployment.nodes.iter().filter(|node| {
            let peers = node.tls_peer_subjects.as_deref().unwrap_or_default();
            !peers.is_empty()
        });
        let names = to.chain(nodes.map(|node| &node.name));
        Self(names.cloned().collect())
    }
}

/// Expressway-C calls CUCM, and CUCM calls back with its own certificate (213872).
fn registers_securely(subject: &LeafSubject<'_>) -> bool {
    let mra = subject.estate.deployment.mra.as_ref();
    mra.is_some_and(|mra| !mra.phone_security_profiles.is_empty())
}

fn offers_oauth_outside(subject: &LeafSubject<'_>) -> bool {
    let mut ports = subject.node.services_named("sip-oauth-mra");
    subject.estate.deployment.mra.is_some() && ports.any(|view| !view.chains().is_empty())
}

/// A directory that broke off because it was given no client certificate.
fn directory_insists(subject: &LeafSubject<'_>) -> bool {
    struct Insists(bool);
    let estate = subject.estate;
    let insists = estate.once(|| {
        let directories = estate.nodes.iter();
        let directories = directories.filter(|view| view.node.product == Product::Ldap);
        let mut chains = directories.flat_map(NodeView::chains);
        Insists(chains.any(|(_, chain)| {
            let request = chain.presentation.client_certificate.as_ref();
            request.is_some_and(|request| request.required)
        }))
    });
    insists.0
}

fn federates_itself(subject: &LeafSubject<'_>) -> bool {
    let federation = subject.estate.deployment.federation.as_ref();
    federation.is_some_and(|federation| federation.through == FederationThrough::ImPresence)
}

/// The worse of two impacts, where only servers are hit.
pub(super) fn worse(one: Impact, other: Impact) -> Impact {
    Impact {
        expressway: one.expressway.max(other.expressway),
        federation: one.federation.max(other.federation),
        servers: one.servers.max(other.servers),
        ..Impact::NONE
    }
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{connections, worse};
    use crate::audit::effect::{Impact, Outcome};
    use crate::audit::subject::LeafSubject;
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};

    /// The connections in which that node is the client with the certificate of that service.
    fn connections_of(scene: &Scene, node: &str, service: &str) -> Vec<&'static str> {
        scene.with_estate(|estate| {
            let node = estate
                .nodes
                .iter()
                .find(|view| view.node.name == node)
                .unwrap();
            let service = node.services_named(service).next().unwrap();
            let chain = service.chains().first().unwrap();
            let certificate = chain.leaf().unwrap();
            let subject = LeafSubject {
                estate,
                node,
                service,
                chain,
                certificate,
            };
            connections(&subject).iter().map(|one| one.words).collect()
        })
    }

    #[test]
    fn only_call_manager_nodes_ask_the_directory() {
        let directory = "[[node]]\nname = \"ad\"\nproduct = \"ldap\"\naddress = \"ad.acme.test\"\n";
        let scene = Scene::new(&format!("{CLUSTER}{directory}"))
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .present("imp1", "tomcat", &order("imp1.acme.test"))
            .present("ad", "ldaps", &order("ad.acme.test"))
            .asks_client_certificate(&[]);
        assert_eq!(
            connections_of(&scene, "cucm-pub", "tomcat"),
            ["the LDAP directory"]
        );
        assert!(connections_of(&scene, "imp1", "tomcat").is_empty());
    }

    #[test]
    fn presence_federates_only_when_it_does_so_itself() {
        let edge = OUTSIDE.replace("[mra]\n", "");
        let federated = |more: &str| {
            let file = format!("{CLUSTER}services = [\"xmpp-server\"]\n{edge}{more}");
            let scene = Scene::new(&file).present("imp1", "xmpp-server", &order("imp1.acme.test"));
            connections_of(&scene, "imp1", "xmpp-server")
        };
        let through = |who: &str| format!("[federation]\nthrough = \"{who}\"\n");
        assert_eq!(federated(&through("im-presence")), ["XMPP federation"]);
        assert!(federated(&through("expressway")).is_empty());
        assert!(federated("").is_empty());
    }

    #[test]
    fn the_worse_of_two_impacts_hits_both_and_no_client() {
        let both = Impact {
            expressway: Outcome::MraFails,
            federation: Outcome::FederationFails,
            ..Impact::NONE
        };
        assert_eq!(worse(Impact::MRA, Impact::FEDERATION), both);
        let all = Impact {
            servers: Outcome::Degraded,
            ..both
        };
        assert_eq!(worse(Impact::NONE, Impact::PROMPT), all);
        assert_eq!(worse(all, Impact::NONE), all);
    }
}

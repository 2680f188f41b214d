//! The names that a certificate of a node must hold in its subjectAltName, each with the reason: what to put into a
//! request, and what to look for in one.

mod why;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use super::profile_name::is_profile_name;
use super::{Deployment, Federation, FederationThrough, Node, Setting};
use crate::catalog::{CertificateName, Product};

pub use why::Why;

/// A name that a certificate must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredName {
    /// The name, as a dNSName; no IP literals.
    pub name: String,
    /// Why it must be there.
    pub why: Why,
}

impl RequiredName {
    /// Another dNSName that serves the same end: `collab-edge.acme.test` (CollabEdgeDNS format) for a registration domain.
    pub fn alternative(&self) -> Option<String> {
        (self.why == Why::RegistrationDomain).then(|| format!("collab-edge.{}", self.name))
    }

    /// Whether it is a domain of XMPP, which an xmppAddr or SRVName may give as well as a dNSName.
    pub fn is_xmpp_domain(&self) -> bool {
        matches!(
            self.why,
            Why::PresenceDomain | Why::FederationDomain | Why::ChatNodeAlias
        )
    }
}

/// The names that this certificate of this node must hold, as [`Requirements::names`] gives them.
pub fn required_names(
    deployment: &Deployment,
    node: &Node,
    certificate: CertificateName,
) -> Vec<RequiredName> {
    Requirements::of(deployment).names(node, certificate)
}

/// What certificates of a deployment must hold, for asking about many of them.
#[derive(Debug)]
pub struct Requirements<'d> {
    deployment: &'d Deployment,
    nodes: HashMap<&'d str, &'d Node>,
    /// Nodes that share a multi-server certificate.
    sharing: BTreeMap<CertificateName, HashSet<&'d str>>,
    /// By node those that name a server.
    settings: HashMap<&'d str, Vec<&'d Setting>>,
}

impl<'d> Requirements<'d> {
    /// Of a deployment.
    pub fn of(deployment: &'d Deployment) -> Self {
        let domains: HashSet<&str> = deployment.xmpp_domains.iter().map(String::as_str).collect();
        let mut settings: HashMap<&str, Vec<&Setting>> = HashMap::new();
        let all = deployment.settings.iter();
        for setting in all.filter(|setting| !is_domain(&domains, setting)) {
            settings.entry(&setting.node).or_default().push(setting);
        }
        let nodes = deployment.nodes.iter().map(|node| (&*node.name, node));
        let sharing = deployment.multi_server.iter();
        let sharing = sharing.map(|(name, nodes)| (*name, nodes.iter().map(String::as_str)));
        Self {
            deployment,
            nodes: nodes.collect(),
            sharing: sharing
                .map(|(name, nodes)| (name, nodes.collect()))
                .collect(),
            settings,
        }
    }

    /// The deployment.
    pub fn deployment(&self) -> &'d Deployment {
        self.deployment
    }

    /// Whether the deployment file says that the node shares a multi-server certificate of that name.
    pub fn shares(&self, node: &Node, certificate: CertificateName) -> bool {
        let sharing = self.sharing.get(&certificate);
        sharing.is_some_and(|names| names.contains(&*node.name))
    }

    /// The names that this certificate of this node must hold, the node's own first, each once. A multi-server certificate
    /// has those of every node that shares it. Names that no certificate can give (IP literals, short host names, malformed
    /// profile names) are left out: rules of their own find them.
    pub fn names(&self, node: &Node, certificate: CertificateName) -> Vec<RequiredName> {
        let (mut names, deployment) = (Names::default(), self.deployment);
        if !is_known_from_trust_list(certificate) {
            self.hosts(&mut names, node, certificate);
        }
        match certificate {
            CertificateName::CupXmpp => names.take(&deployment.xmpp_domains, Why::PresenceDomain),
            CertificateName::CupXmppS2s => names.partners(deployment),
            CertificateName::Expressway if node.product == Product::ExpresswayE => {
                names.edge(deployment);
            }
            CertificateName::Expressway => names.core(deployment),
            _ => {}
        }
        names.all
    }

    /// The node's own names, then those of the nodes that share the certificate.
    fn hosts(&self, names: &mut Names, node: &Node, certificate: CertificateName) {
        let mut nodes = vec![node];
        if self.shares(node, certificate) {
            let sharing = self.deployment.multi_server.get(&certificate);
            let others = sharing.into_iter().flatten();
            let others = others.filter_map(|name| self.nodes.get(&**name).copied());
            nodes.extend(others.filter(|other| other.name != node.name));
        }
        for one in &nodes {
            let own = one.name == node.name;
            let why = if own { Why::Address } else { Why::SharingNode };
            names.push(&one.address, why);
        }
        if is_compared_with_hosts(certificate) {
            let own = nodes.iter().filter_map(|one| self.settings.get(&*one.name));
            for setting in own.flatten() {
                names.push(&setting.value, Why::Setting);
            }
        }
    }
}

/// Names, each once, whatever its case.
#[derive(Default)]
struct Names {
    all: Vec<RequiredName>,
    /// In lower case.
    known: HashSet<String>,
}

impl Names {
    fn push(&mut self, name: &str, why: Why) {
        let fits = name.contains('.') && name.parse::<IpAddr>().is_err();
        if fits && self.known.insert(name.to_ascii_lowercase()) {
            let name = name.to_owned();
            self.all.push(RequiredName { name, why });
        }
    }

    fn take(&mut self, names: &[String], why: Why) {
        for name in names {
            self.push(name, why);
        }
    }

    /// cup-xmpp-s2s holds every presence domain besides what is federated (IM and Presence guide, "cup-xmpp-s2s").
    fn partners(&mut self, deployment: &Deployment) {
        let federation = by(deployment, FederationThrough::ImPresence);
        if let Some(federation) = federation {
            self.take(&federation.domains, Why::FederationDomain);
            self.take(&deployment.xmpp_domains, Why::PresenceDomain);
            self.take(&federation.chat_node_aliases, Why::ChatNodeAlias);
        }
    }

    fn edge(&mut self, deployment: &Deployment) {
        if let Some(mra) = &deployment.mra {
            self.take(&mra.registration_domains, Why::RegistrationDomain);
        }
        if let Some(federation) = by(deployment, FederationThrough::Expressway) {
            self.federated(&federation.domains);
            self.take(&federation.chat_node_aliases, Why::ChatNodeAlias);
        }
    }

    /// A domain that is registered and federated must stand there itself: collab-edge. alone would not do for partners.
    fn federated(&mut self, domains: &[String]) {
        let federated: HashSet<&str> = domains.iter().map(String::as_str).collect();
        for known in &mut self.all {
            if known.why == Why::RegistrationDomain && federated.contains(&*known.name) {
                known.why = Why::FederationDomain;
            }
        }
        self.take(domains, Why::FederationDomain);
    }

    fn core(&mut self, deployment: &Deployment) {
        if let Some(mra) = &deployment.mra {
            self.take(mra.cluster_name.as_slice(), Why::ClusterName);
            for profile in &mra.phone_security_profiles {
                if is_profile_name(profile) {
                    self.push(profile, Why::SecurityProfile);
                }
            }
        }
        if let Some(federation) = by(deployment, FederationThrough::Expressway) {
            self.take(&federation.chat_node_aliases, Why::ChatNodeAlias);
        }
    }
}

fn by(deployment: &Deployment, through: FederationThrough) -> Option<&Federation> {
    let federation = deployment.federation.as_ref();
    federation.filter(|federation| federation.through == through)
}

/// Phones know these from their trust list and compare no name.
fn is_known_from_trust_list(certificate: CertificateName) -> bool {
    matches!(certificate, CertificateName::Capf | CertificateName::Tvs)
}

/// Table 3 of document 116917 lists the XMPP domain too, which names no server.
fn is_domain(domains: &HashSet<&str>, setting: &Setting) -> bool {
    setting.location.to_ascii_lowercase().contains("xmpp") && domains.contains(&*setting.value)
}

/// Certificates that clients compare with the server name which they are configured with.
fn is_compared_with_hosts(certificate: CertificateName) -> bool {
    matches!(
        certificate,
        CertificateName::Tomcat
            | CertificateName::Webex
            | CertificateName::Expressway
            | CertificateName::Ldap
            | CertificateName::Https
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;

    const FILE: &str = r#"
name = "ACME"
domain = "acme.test"
xmpp_domains = ["acme.test", "im.acme.test"]
[mra]
registration_domains = ["acme.test", "edge.acme.test"]
cluster_name = "expc.acme.test"
phone_security_profiles = ["jabber-secure.acme.test", "plain"]
[federation]
domains = ["acme.test", "mail.acme.test"]
through = "THROUGH"
chat_node_aliases = ["chat1.acme.test"]
[multi_server]
tomcat = ["cucm-pub", "imp1", "cucm-sub"]
[[node]]
name = "cucm-pub"
product = "cucm"
address = "cucm-pub.acme.test"
[[node]]
name = "cucm-sub"
product = "cucm"
address = "cucm-sub.acme.test"
[[node]]
name = "imp1"
product = "im-presence"
address = "imp1.acme.test"
[[node]]
name = "by-address"
product = "cucm"
address = "192.0.2.1"
[[node]]
name = "expc1"
product = "expressway-c"
address = "expc1.acme.test"
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
[[setting]]
location = "UC Service > IM and Presence"
value = "presence.acme.test"
node = "imp1"
[[setting]]
location = "UC Service > Conferencing"
value = "imp1"
node = "imp1"
[[setting]]
location = "XMPP domain"
value = "acme.test"
node = "imp1"
"#;

    fn names(through: &str, node: &str, certificate: CertificateName) -> Vec<(String, Why)> {
        let text = FILE.replace("THROUGH", through);
        let deployment = Deployment::parse(&text, Path::new(""), &[]).unwrap();
        let all = required_names(&deployment, deployment.node(node).unwrap(), certificate);
        all.into_iter().map(|one| (one.name, one.why)).collect()
    }

    fn check(through: &str, node: &str, certificate: CertificateName, expected: &[(&str, Why)]) {
        let found = names(through, node, certificate);
        let found: Vec<(&str, Why)> = found.iter().map(|(name, why)| (&**name, *why)).collect();
        assert_eq!(found, expected, "{certificate} of {node}");
    }

    #[test]
    fn a_shared_certificate_names_every_node_and_what_they_are_called() {
        let expected = [
            ("imp1.acme.test", Why::Address),
            ("cucm-pub.acme.test", Why::SharingNode),
            ("cucm-sub.acme.test", Why::SharingNode),
            ("presence.acme.test", Why::Setting),
        ];
        check("expressway", "imp1", CertificateName::Tomcat, &expected);
        let own = [("cucm-sub.acme.test", Why::Address)];
        check("expressway", "cucm-sub", CertificateName::CallManager, &own);
        check("expressway", "by-address", CertificateName::Tomcat, &[]);
        check("expressway", "cucm-pub", CertificateName::Capf, &[]);
    }

    #[test]
    fn xmpp_certificates_name_domains() {
        let clients = [
            ("imp1.acme.test", Why::Address),
            ("acme.test", Why::PresenceDomain),
            ("im.acme.test", Why::PresenceDomain),
        ];
        check("expressway", "imp1", CertificateName::CupXmpp, &clients);
        let partners = [
            ("imp1.acme.test", Why::Address),
            ("acme.test", Why::FederationDomain),
            ("mail.acme.test", Why::FederationDomain),
            ("im.acme.test", Why::PresenceDomain),
            ("chat1.acme.test", Why::ChatNodeAlias),
        ];
        check(
            "im-presence",
            "imp1",
            CertificateName::CupXmppS2s,
            &partners,
        );
        check(
            "expressway",
            "imp1",
            CertificateName::CupXmppS2s,
            &partners[..1],
        );
    }

    #[test]
    fn expressways_name_what_their_features_need() {
        let edge = [
            ("expe1.acme.test", Why::Address),
            ("acme.test", Why::FederationDomain),
            ("edge.acme.test", Why::RegistrationDomain),
            ("mail.acme.test", Why::FederationDomain),
            ("chat1.acme.test", Why::ChatNodeAlias),
        ];
        check("expressway", "expe1", CertificateName::Expressway, &edge);
        let core = [
            ("expc1.acme.test", Why::Address),
            ("expc.acme.test", Why::ClusterName),
            ("jabber-secure.acme.test", Why::SecurityProfile),
            ("chat1.acme.test", Why::ChatNodeAlias),
        ];
        check("expressway", "expc1", CertificateName::Expressway, &core);
        check(
            "im-presence",
            "expc1",
            CertificateName::Expressway,
            &core[..3],
        );
    }

    #[test]
    fn a_registration_domain_has_another_form() {
        let of = |why| RequiredName {
            name: "acme.test".to_owned(),
            why,
        };
        let form = of(Why::RegistrationDomain).alternative();
        assert_eq!(form.as_deref(), Some("collab-edge.acme.test"));
        assert_eq!(of(Why::FederationDomain).alternative(), None);
        assert!(of(Why::PresenceDomain).is_xmpp_domain() && !of(Why::Address).is_xmpp_domain());
    }
}

//! Which names of a deployment DNS has to answer for.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{Deployment, Node};

/// An SRV record that clients or partners ask for (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceName {
    /// Service and protocol: "_cisco-uds._tcp".
    pub service: &'static str,
    /// The domain that is asked about.
    pub domain: String,
}

/// Jabber inside finds Unified CM by it (domain.md section 3.1).
pub const CISCO_UDS: &str = "_cisco-uds._tcp";
/// Jabber inside finds Cisco Unified Presence 8 by it.
pub const CUP_LOGIN: &str = "_cuplogin._tcp";
/// Jabber outside finds Expressway-E by it.
pub const COLLAB_EDGE: &str = "_collab-edge._tls";
/// XMPP federation partners look for it.
pub const XMPP_SERVER: &str = "_xmpp-server._tcp";
/// SIP federation partners (Microsoft's) look for it.
pub const SIP_FEDERATION: &str = "_sipfederationtls._tcp";

impl ServiceName {
    /// The name that is asked: "_cisco-uds._tcp.acme.test".
    pub fn question(&self) -> String {
        format!("{}.{}", self.service, self.domain)
    }

    fn of(services: &[&'static str], domains: &BTreeSet<&String>) -> Vec<Self> {
        let named = |service: &'static str| {
            domains.iter().map(move |domain| Self {
                service,
                domain: (*domain).clone(),
            })
        };
        services.iter().copied().flat_map(named).collect()
    }
}

impl Deployment {
    /// Whether DNS is asked at all: a server is named, or some node is found by its name. Where every node has a
    /// `connect` and no server is named, the machine that scans need not have any DNS.
    pub fn asks_dns(&self) -> bool {
        self.dns_server.is_some() || self.nodes.iter().any(|node| !node.is_connected_elsewhere())
    }

    /// The records by which clients find the cluster: in the services domain and the registration domains.
    pub fn client_records(&self) -> Vec<ServiceName> {
        let registration = self.mra.iter().flat_map(|mra| &mra.registration_domains);
        let domains = std::iter::once(&self.domain).chain(registration).collect();
        ServiceName::of(&[CISCO_UDS, CUP_LOGIN, COLLAB_EDGE], &domains)
    }

    /// The records by which federation partners find the cluster: in the federated and the presence domains, XMPP also at
    /// the chat node aliases. None without `[federation]`.
    pub fn federation_records(&self) -> Vec<ServiceName> {
        let Some(federation) = &self.federation else {
            return Vec::new();
        };
        let domains: BTreeSet<&String> = federation
            .domains
            .iter()
            .chain(&self.xmpp_domains)
            .collect();
        let aliases = federation.chat_node_aliases.iter().collect::<BTreeSet<_>>();
        let aliases = aliases.difference(&domains).copied().collect();
        let mut records = ServiceName::of(&[XMPP_SERVER, SIP_FEDERATION], &domains);
        records.extend(ServiceName::of(&[XMPP_SERVER], &aliases));
        records
    }
}

impl Node {
    /// Whether nothing of it is connected to by its address: `connect` stands at the node or at every service. Its address
    /// then need not resolve where the scan runs.
    pub fn is_connected_elsewhere(&self) -> bool {
        let everywhere = |node: &Self| {
            !node.services.is_empty()
                && node
                    .services
                    .iter()
                    .all(|service| service.connect.is_some())
        };
        self.connect.is_some() || everywhere(self)
    }

    /// Whether its address is a name that this scan looks up.
    pub fn is_found_by_name(&self) -> bool {
        !self.is_connected_elsewhere() && self.address.parse::<IpAddr>().is_err()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;

    const NODES: &str = r#"
[[node]]
product = "im-presence"
address = "imp1.acme.test"
[[node]]
product = "expressway-e"
address = "expe1.acme.test"
"#;

    fn deployment(more: &str) -> Deployment {
        let text = format!("name = \"ACME\"\ndomain = \"acme.test\"\n{more}\n{NODES}");
        Deployment::parse(&text, Path::new(""), &[]).unwrap()
    }

    fn questions(records: &[ServiceName]) -> Vec<String> {
        records.iter().map(ServiceName::question).collect()
    }

    #[test]
    fn clients_ask_in_the_services_and_the_registration_domains() {
        let plain = deployment("");
        assert_eq!(
            questions(&plain.client_records()),
            [
                "_cisco-uds._tcp.acme.test",
                "_cuplogin._tcp.acme.test",
                "_collab-edge._tls.acme.test"
            ]
        );
        assert_eq!(plain.federation_records(), []);
        let mra = deployment("[mra]\nregistration_domains = [\"acme.test\", \"phones.acme.test\"]");
        assert_eq!(mra.client_records().len(), 6);
    }

    #[test]
    fn partners_ask_for_aliases_over_xmpp_only() {
        let federated = deployment(
            "[federation]\nthrough = \"im-presence\"\nchat_node_aliases = [\"chat1.acme.test\"]",
        );
        assert_eq!(
            questions(&federated.federation_records()),
            [
                "_xmpp-server._tcp.acme.test",
                "_sipfederationtls._tcp.acme.test",
                "_xmpp-server._tcp.chat1.acme.test"
            ]
        );
    }

    #[test]
    fn with_connect_everywhere_no_dns_is_needed() {
        let file = "name = \"ACME\"\ndomain = \"acme.test\"\n[[node]]\nproduct = \"cucm\"\naddress = \"cucm.acme.test\"\n";
        let parse = |text: &str| Deployment::parse(text, Path::new(""), &[]).unwrap();
        assert!(parse(file).asks_dns());
        let of_node = format!("{file}connect = \"127.0.0.1\"\n");
        let of_services = format!(
            "{file}services = [{{ service = \"tomcat\", connect = \"127.0.0.1:10443\" }}]\n"
        );
        let of_some = format!(
            "{file}services = [\"sip\", {{ service = \"tomcat\", connect = \"127.0.0.1:10443\" }}]\n"
        );
        assert!(!parse(&of_node).asks_dns());
        assert!(!parse(&of_services).asks_dns());
        assert!(parse(&of_some).asks_dns());
        assert!(parse(&format!("{of_node}\n[dns]\nserver = \"127.0.0.1:53\"\n")).asks_dns());
    }
}

//! What the report is to say of a service, and what it is to find.

use serde_json::{Value, json};

use super::support::credential::Credential;

/// What the report says of a service.
#[derive(Debug, PartialEq)]
pub struct Presented {
    node: String,
    service: String,
    status: String,
    tls: Value,
    client_certificate: Value,
    chains: Value,
}

impl Presented {
    /// One that shows these certificates, without asking for the client's.
    pub fn examined(
        node: &str,
        service: &str,
        (version, cipher): (&str, &str),
        shows: &[&Credential],
    ) -> Self {
        let chains: Vec<Value> = shows.iter().map(|credential| chain(credential)).collect();
        Self {
            node: node.into(),
            service: service.into(),
            status: "examined".into(),
            tls: json!({ "version": version, "cipher": cipher }),
            client_certificate: json!({ "asked": false, "required": false, "authorities": [] }),
            chains: chains.into(),
        }
    }

    /// It asks for a certificate of these CAs, and breaks off without one.
    pub fn demands(&mut self, authorities: &[&str]) {
        self.asks(authorities);
        self.client_certificate["required"] = true.into();
    }

    /// It asks for a certificate of these CAs (any, when there are none), and goes on without.
    pub fn asks(&mut self, authorities: &[&str]) {
        let names: Vec<String> = authorities
            .iter()
            .map(|name| format!("CN={name}"))
            .collect();
        self.client_certificate = json!({ "asked": true, "required": false, "authorities": names });
    }

    /// Takes it from the report.
    pub fn read(node: &str, entry: &Value) -> Self {
        let word = |key: &str| entry[key].as_str().unwrap().to_owned();
        Self {
            node: node.into(),
            service: word("service"),
            status: word("status"),
            tls: entry["tls"].clone(),
            client_certificate: entry["client_certificate"].clone(),
            chains: entry["chains"].clone(),
        }
    }
}

fn chain(credential: &Credential) -> Value {
    let kind = credential.algorithm.kind();
    json!({ "kind": kind, "certificates": credential.digests })
}

/// Every finding: status, rule, node, service; sorted.
pub const FINDINGS: [&str; 22] = [
    "fail chain-self-signed expc web",
    "fail chain-self-signed imp2 xmpp-client",
    "fail chain-self-signed imp2 xmpp-server",
    "fail cluster-ecdsa-twin-differs expc web",
    // cup-xmpp and cup-xmpp-s2s: imp1's are signed, imp2's are not.
    "fail cluster-node-differs - -",
    "fail cluster-node-differs - -",
    "fail cluster-stale-port cucm-sub tftp-mra",
    "fail expressway-private-ca expe -",
    // expc's EC twin is self-signed: no trunk accepts its issuer.
    "fail tls-client-ca-missing cucm-new-trunk sip",
    "fail tls-client-ca-missing cucm-old-trunk sip",
    "fail tls-client-ca-missing cucm-pub sip",
    "fail tls-client-certificate-asked cucm-new-trunk sip",
    "fail tls-client-certificate-asked cucm-old-trunk sip",
    "fail tls-client-certificate-asked cucm-pub sip",
    "fail tls-client-certificate-asked imp1 xmpp-server",
    "fail tls-client-certificate-asked imp2 xmpp-client",
    "fail tls-client-certificate-asked imp2 xmpp-server",
    "fail tls-version-old cup1 tomcat",
    // These web servers have no UDS.
    "unknown naming-server-list-mismatch cucm-new-trunk -",
    "unknown naming-server-list-mismatch cucm-old-trunk -",
    "unknown naming-server-list-mismatch cucm-pub -",
    "unknown naming-server-list-mismatch cucm-sub -",
];

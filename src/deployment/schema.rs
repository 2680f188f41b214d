//! The file as written: every key of it, with the place of every value.
//!
//! The types below are the one list of keys: the published JSON Schema is made from them, and the file is first
//! compared with that schema (`shape`), so that every unknown key and every wrong type is found at once; what fits is
//! then read into them. All keys are optional here: a missing one has been reported by then, and the stages below go on
//! without it to find the other faults.

mod editor;
mod json;
mod node;
mod pieces;
mod shape;
mod syntax;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::Problem;

pub use json::json_schema;
pub(super) use node::{Node, ServiceEntry, ServiceTable, Setting, SharedBy, SipTrunk, Waiver};

/// A string with its place.
pub(super) type Text = Spanned<String>;

/// What should be there: the nodes, who signs in, and what their devices trust.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "certaudit deployment file",
    extend("$id" = "urn:certaudit:deployment:1")
)]
pub(super) struct File {
    /// A name for people.
    #[schemars(with = "String", length(min = 1), example = &"ACME collaboration")]
    pub name: Option<Text>,
    /// Services domain of the clients: SRV look-ups, name of the MRA edge.
    #[schemars(with = "String", length(min = 1), example = &"acme.test")]
    pub domain: Option<Text>,
    /// Presence domains. Default: the services domain.
    #[serde(default)]
    #[schemars(with = "Vec<String>", length(min = 1), inner(length(min = 1)))]
    pub xmpp_domains: Option<Vec<Text>>,
    /// Default release of the nodes ("14SU2"). With an X ("X14.2") it is that of the Expressways only.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    pub release: Option<Text>,
    /// Client platforms that will sign in. Default: all.
    #[serde(default)]
    #[schemars(schema_with = "json::clients", extend("default" = ["windows", "mac", "ios", "android"]))]
    pub clients: Option<Vec<Text>>,
    /// What clients do with an invalid certificate: ask the user, or refuse it (RejectAndNotify).
    #[serde(default)]
    #[schemars(schema_with = "json::invalid_certificate_behavior", extend("default" = "prompt"))]
    pub invalid_certificate_behavior: Option<Text>,
    /// FIPS or Common Criteria clients: every prompt becomes blocked.
    #[serde(default)]
    #[schemars(with = "bool", extend("default" = false))]
    pub fips: Option<bool>,
    /// What the client devices trust.
    #[serde(default)]
    pub trust: Trust,
    /// How to probe.
    #[serde(default)]
    pub probe: Probe,
    /// Name resolution.
    #[serde(default)]
    pub dns: Dns,
    /// How revocation is judged.
    #[serde(default)]
    pub revocation: Revocation,
    /// Mobile and Remote Access through Expressway; leave out if there is none.
    #[serde(default)]
    #[schemars(with = "Mra")]
    pub mra: Option<Spanned<Mra>>,
    /// XMPP federation; leave out if there is none.
    #[serde(default)]
    #[schemars(with = "Federation")]
    pub federation: Option<Spanned<Federation>>,
    /// Certificates that one CA-signed multi-server SAN certificate covers: by certificate name, the node names, or true
    /// for all nodes of the products that may share it.
    #[serde(default)]
    #[schemars(
        with = "BTreeMap<String, SharedBy>",
        extend("propertyNames" = json::multi_server_names())
    )]
    pub multi_server: BTreeMap<Text, Spanned<SharedBy>>,
    /// The servers.
    #[schemars(with = "Vec<Node>", length(min = 1))]
    pub node: Option<Vec<Spanned<Node>>>,
    /// Places where a server name is configured.
    #[serde(default)]
    #[schemars(with = "Vec<Setting>")]
    pub setting: Vec<Spanned<Setting>>,
    /// CUCM's trunks to IM and Presence.
    #[serde(default)]
    #[schemars(with = "Vec<SipTrunk>")]
    pub sip_trunk: Vec<Spanned<SipTrunk>>,
    /// Findings that are accepted.
    #[serde(default)]
    #[schemars(with = "Vec<Waiver>")]
    pub waiver: Vec<Spanned<Waiver>>,
}

/// What the client devices trust. Paths are relative to the deployment file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trust {
    /// This machine's store stands for theirs.
    #[serde(default)]
    #[schemars(with = "bool", extend("default" = true))]
    pub system: Option<bool>,
    /// PEM files pushed to Trusted Root.
    #[serde(default)]
    #[schemars(with = "Vec<String>", inner(length(min = 1)))]
    pub roots: Vec<Text>,
    /// PEM files pushed to Intermediate.
    #[serde(default)]
    #[schemars(with = "Vec<String>", inner(length(min = 1)))]
    pub intermediates: Vec<Text>,
    /// Single certificates pushed to Enterprise Trust.
    #[serde(default)]
    #[schemars(with = "Vec<String>", inner(length(min = 1)))]
    pub pinned: Vec<Text>,
}

/// How to probe.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Probe {
    /// For a connection, a handshake, each. At most ten minutes.
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = json::DURATION), example = &"5s", extend("default" = "5s"))]
    pub timeout: Option<Text>,
    /// Connections at once, all nodes together.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 1, max = 65535), extend("default" = 256))]
    pub concurrency: Option<usize>,
    /// Connections at once to one node.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 1, max = 65535), extend("default" = 4))]
    pub per_node: Option<usize>,
    /// Presented when a server asks for a certificate.
    #[serde(default)]
    #[schemars(with = "ClientCertificate")]
    pub client_certificate: Option<ClientCertificate>,
    /// Ask CUCM for its server list and version: two HTTPS requests without a login.
    #[serde(default)]
    #[schemars(with = "bool", extend("default" = true))]
    pub uds: Option<bool>,
}

/// A client certificate.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientCertificate {
    /// PEM file of the chain, leaf first.
    #[schemars(with = "String", length(min = 1), example = &"scan.pem")]
    pub chain: Option<Text>,
    /// PEM file of the key.
    #[schemars(with = "String", length(min = 1), example = &"scan.key")]
    pub key: Option<Text>,
}

/// Name resolution.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dns {
    /// IP address of the DNS server, with a port if that is not 53. Default: the system's resolver.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1), example = &"10.0.0.53:53")]
    pub server: Option<Text>,
}

/// How revocation is judged.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Revocation {
    /// "presence": no fetch; "reach": fetch; "status": fetch and judge.
    #[serde(default)]
    #[schemars(schema_with = "json::revocation_check", extend("default" = "status"))]
    pub check: Option<Text>,
    /// For one fetch. At most ten minutes.
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = json::DURATION), example = &"5s", extend("default" = "5s"))]
    pub timeout: Option<Text>,
}

/// Mobile and Remote Access through Expressway.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Mra {
    /// Unified CM registration domains. Default: the services domain.
    #[serde(default)]
    #[schemars(with = "Vec<String>", length(min = 1), inner(length(min = 1)))]
    pub registration_domains: Option<Vec<Text>>,
    /// FQDN of a clustered Expressway-C.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1), example = &"expc.acme.test")]
    pub cluster_name: Option<Text>,
    /// Names of the TLS phone security profiles.
    #[serde(default)]
    #[schemars(with = "Vec<String>", inner(length(min = 1)))]
    pub phone_security_profiles: Vec<Text>,
    /// Jabber Guest is used.
    #[serde(default)]
    #[schemars(with = "bool", extend("default" = false))]
    pub jabber_guest: Option<bool>,
}

/// XMPP federation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Federation {
    /// Federated domains of this deployment. Default: the presence domains.
    #[serde(default)]
    #[schemars(with = "Vec<String>", length(min = 1), inner(length(min = 1)))]
    pub domains: Option<Vec<Text>>,
    /// Who faces the partners. Default: Expressway when there is an Expressway-E, else IM and Presence.
    #[serde(default)]
    #[schemars(schema_with = "json::federation_through")]
    pub through: Option<Text>,
    /// Chat node aliases.
    #[serde(default)]
    #[schemars(with = "Vec<String>", inner(length(min = 1)))]
    pub chat_node_aliases: Vec<Text>,
}

/// Reads the file as far as it has the right shape, and reports where it has not. `Err` when it is no TOML.
pub(super) fn read(text: &str) -> Result<(File, Vec<Problem>), Vec<Problem>> {
    match pieces::read(text, pieces::PIECE) {
        Some(file) => Ok((file, Vec::new())),
        None => whole(text),
    }
}

fn whole(text: &str) -> Result<(File, Vec<Problem>), Vec<Problem>> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax::problems(text, &errors));
    }
    let mut problems = shape::fit(&mut table, json::inlined());
    let file = File::deserialize(toml::de::Deserializer::from(table)).unwrap_or_else(|error| {
        problems.push(syntax::problem(&error));
        File::default()
    });
    Ok((file, problems))
}

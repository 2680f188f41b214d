//! The repeated tables of the file: nodes with their services, and what refers to nodes.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use super::{Text, json};

/// A server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::deployment) struct Node {
    /// Unique name. Default: the address.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1), example = &"cucm-pub")]
    pub name: Option<Text>,
    /// What it runs.
    #[schemars(schema_with = "json::products")]
    pub product: Option<Text>,
    /// The name clients are given; the HTTP reference identity.
    #[schemars(with = "String", length(min = 1), example = &"cucm-pub.acme.test")]
    pub address: Option<Text>,
    /// Where to connect, when not by resolving the address: an IP address or a host name.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1), example = &"127.0.10.1")]
    pub connect: Option<Text>,
    /// Its release: "14SU2", "12.5(1)SU6", "X14.2". Default: the deployment's.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    pub release: Option<Text>,
    /// Ports to look at; replaces the product's own list.
    #[serde(default)]
    #[schemars(with = "Vec<ServiceEntry>", length(min = 1))]
    pub services: Option<Vec<Spanned<ServiceEntry>>>,
    /// im-presence and cup only: the TLS peer subject list.
    #[serde(default)]
    #[schemars(with = "Vec<String>", inner(length(min = 1)))]
    pub tls_peer_subjects: Option<Spanned<Vec<Text>>>,
}

/// A service: its name, or a table when something differs from the catalogue.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(in crate::deployment) enum ServiceEntry {
    /// The catalogue's port.
    Name(#[schemars(with = "ServiceName")] String),
    /// Another port, another place to connect to, another requirement.
    Table(ServiceTable),
}

/// A service of the node's product.
#[derive(JsonSchema)]
pub(in crate::deployment) struct ServiceName(
    #[expect(dead_code, reason = "only its schema is used")] String,
);

/// A service that differs from the catalogue.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::deployment) struct ServiceTable {
    /// Which service.
    #[schemars(with = "ServiceName", example = &"tomcat")]
    pub service: Option<Text>,
    /// The port that clients use. Default: the catalogue's.
    #[serde(default)]
    #[schemars(with = "u16", range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// Where to connect instead, for port forwards: IP address and port.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1), example = &"127.0.0.1:10443")]
    pub connect: Option<Text>,
    /// Whether it must answer. Default: the catalogue's.
    #[serde(default)]
    #[schemars(with = "bool")]
    pub required: Option<bool>,
}

/// Who shares a multi-server certificate: node names, or true for all nodes of the products that may.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(in crate::deployment) enum SharedBy {
    /// True: all nodes of the products that may share it; false: none.
    All(bool),
    /// These nodes.
    Nodes(#[schemars(with = "Vec<String>", length(min = 1), inner(length(min = 1)))] Vec<Text>),
}

/// A place where a server name is configured.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::deployment) struct Setting {
    /// Where, in the product's menu words.
    #[schemars(with = "String", length(min = 1), example = &"UC Service > IM and Presence")]
    pub location: Option<Text>,
    /// The name that stands there.
    #[schemars(with = "String", length(min = 1), example = &"imp1.acme.test")]
    pub value: Option<Text>,
    /// The node that is meant.
    #[schemars(with = "String", length(min = 1), example = &"imp1")]
    pub node: Option<Text>,
}

/// CUCM's SIP trunk to IM and Presence.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::deployment) struct SipTrunk {
    /// The node at the other end.
    #[schemars(with = "String", length(min = 1), example = &"imp1")]
    pub to: Option<Text>,
    /// X.509 subject name of its SIP trunk security profile: must be the CN of the certificate that the peer presents.
    #[schemars(with = "String", length(min = 1), example = &"imp1.acme.test")]
    pub x509_subject: Option<Text>,
}

/// A finding that is accepted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::deployment) struct Waiver {
    /// The rule; `certaudit rules` lists them.
    #[schemars(with = "String", length(min = 1), example = &"usage-data-encipherment-missing")]
    pub rule: Option<Text>,
    /// Only on this node.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    pub node: Option<Text>,
    /// Only on this service.
    #[serde(default)]
    #[schemars(with = "ServiceName")]
    pub service: Option<Text>,
    /// Why it is accepted.
    #[schemars(with = "String", length(min = 1), example = &"accepted in CHG0042")]
    pub reason: Option<Text>,
    /// The last day (UTC) on which it holds.
    #[serde(default)]
    #[schemars(with = "String", extend("format" = "date", "examples" = ["2027-01-31"]))]
    pub expires: Option<Spanned<Datetime>>,
}

impl<'de> Deserialize<'de> for ServiceEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrTable;

        impl<'de> Visitor<'de> for NameOrTable {
            type Value = ServiceEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a service or a table")
            }

            fn visit_str<E>(self, name: &str) -> Result<ServiceEntry, E> {
                Ok(ServiceEntry::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ServiceEntry, A::Error> {
                ServiceTable::deserialize(MapAccessDeserializer::new(map)).map(ServiceEntry::Table)
            }
        }

        deserializer.deserialize_any(NameOrTable)
    }
}

impl<'de> Deserialize<'de> for SharedBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AllOrNodes;

        impl<'de> Visitor<'de> for AllOrNodes {
            type Value = SharedBy;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or a list of node names")
            }

            fn visit_bool<E>(self, all: bool) -> Result<SharedBy, E> {
                Ok(SharedBy::All(all))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<SharedBy, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = items.next_element()? {
                    nodes.push(node);
                }
                Ok(SharedBy::Nodes(nodes))
            }
        }

        deserializer.deserialize_any(AllOrNodes)
    }
}

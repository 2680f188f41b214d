//! What DNS answered: one look-up a question and record type, without judgement.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Evidence, silence::Milliseconds};
use crate::text::escape;

/// A question, and what came of it.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The name that was asked about: lower case, without the root's dot.
    pub name: String,
    /// The type of record that was asked for.
    pub kind: RecordKind,
    /// What came of it.
    pub outcome: LookupOutcome,
}

/// A type of DNS record.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordKind {
    /// IPv4 addresses of a host.
    A,
    /// IPv6 addresses of a host.
    Aaaa,
    /// What a name is an alias of.
    Cname,
    /// The names of an address.
    Ptr,
    /// Where a service is to be found.
    Srv,
}

/// What came of a look-up.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LookupOutcome {
    /// Records of the type that was asked for; never none.
    Answered {
        /// Sorted.
        records: Vec<DnsRecord>,
    },
    /// The name does not exist (NXDOMAIN).
    NoSuchName,
    /// The name exists, and has no record of this type.
    NoData,
    /// The server could not find out (SERVFAIL).
    ServerFailed,
    /// The server does not answer such questions (REFUSED).
    Refused,
    /// No answer before the deadline.
    TimedOut {
        /// The deadline in milliseconds.
        after_ms: u64,
    },
    /// The answer over UDP was cut off, and none could be had over TCP.
    Truncated,
    /// It went wrong in another way.
    Failed {
        /// In words.
        reason: String,
    },
    /// Not asked, because the look-ups before it had taken all the time there was.
    OutOfTime,
    /// Not finished, because the run was interrupted.
    Interrupted,
}

/// A DNS record.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(untagged, deny_unknown_fields)]
pub enum DnsRecord {
    /// Of type SRV.
    Service(ServiceRecord),
    /// Of type A or AAAA.
    Address {
        /// The address.
        address: IpAddr,
    },
    /// Of type CNAME or PTR.
    Name {
        /// Lower case, without the root's dot.
        name: String,
    },
}

/// Where a service is to be found (RFC 2782).
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct ServiceRecord {
    /// The lowest is tried first.
    pub priority: u16,
    /// The share among those of one priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host: lower case, without the root's dot; "." where the service is decidedly not offered.
    pub target: String,
}

impl Evidence {
    /// Enters look-ups; the same question may have several different outcomes, from several places.
    pub fn add_lookups(&mut self, lookups: Vec<Lookup>) {
        self.dns.extend(lookups);
        self.dns.sort();
        self.dns.dedup();
    }
}

impl LookupOutcome {
    /// The records of an answer; none of any other outcome.
    pub fn records(&self) -> &[DnsRecord] {
        match self {
            Self::Answered { records } => records,
            _ => &[],
        }
    }

    /// Whether DNS said that there is no such record, as against saying nothing.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::NoSuchName | Self::NoData)
    }
}

impl DnsRecord {
    /// The address of an A or AAAA record.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address { address } => Some(*address),
            _ => None,
        }
    }

    /// The name of a CNAME or PTR record.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name { name } => Some(name),
            _ => None,
        }
    }

    /// An SRV record.
    pub fn service(&self) -> Option<&ServiceRecord> {
        match self {
            Self::Service(service) => Some(service),
            _ => None,
        }
    }
}

/// The name under which the names of an address are asked for (RFC 1035 section 3.5, RFC 3596 section 2.5):
/// "1.0.0.127.in-addr.arpa".
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let octets = address.octets();
            let nibbles = octets
                .iter()
                .rev()
                .map(|octet| format!("{:x}.{:x}.", octet & 15, octet >> 4));
            nibbles.collect::<String>() + "ip6.arpa"
        }
    }
}

impl RecordKind {
    /// The word in DNS.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Ptr => "PTR",
            Self::Srv => "SRV",
        }
    }
}

impl fmt::Display for LookupOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { records } => write!(f, "{} records", records.len()),
            Self::NoSuchName => f.write_str("the name does not exist (NXDOMAIN)"),
            Self::NoData => f.write_str("the name exists without such a record"),
            Self::ServerFailed => f.write_str("the DNS server failed (SERVFAIL)"),
            Self::Refused => f.write_str("the DNS server refused the question (REFUSED)"),
            Self::TimedOut { after_ms } => {
                write!(f, "no answer from DNS within {}", Milliseconds(*after_ms))
            }
            Self::Truncated => {
                f.write_str("the answer over UDP was cut off, and none could be had over TCP")
            }
            Self::Failed { reason } => write!(f, "the look-up failed: {}", escape(reason)),
            Self::OutOfTime => f.write_str("not asked: the look-ups before it took too long"),
            Self::Interrupted => f.write_str("not asked: the run was interrupted"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn reads_back(record: &DnsRecord, text: &str) {
        assert_eq!(serde_json::to_string(record).unwrap(), text);
        assert_eq!(&serde_json::from_str::<DnsRecord>(text).unwrap(), record);
    }

    #[test]
    fn records_read_back_as_they_were_written() {
        let address = "192.0.2.1".parse().unwrap();
        reads_back(
            &DnsRecord::Address { address },
            r#"{"address":"192.0.2.1"}"#,
        );
        let name = "cucm.acme.test".to_owned();
        reads_back(&DnsRecord::Name { name }, r#"{"name":"cucm.acme.test"}"#);
        let service = ServiceRecord {
            priority: 10,
            weight: 5,
            port: 8443,
            target: ".".to_owned(),
        };
        reads_back(
            &DnsRecord::Service(service),
            r#"{"priority":10,"weight":5,"port":8443,"target":"."}"#,
        );
    }

    #[test]
    fn addresses_are_asked_about_backwards() {
        let name = |text: &str| reverse_name(text.parse().unwrap());
        assert_eq!(name("192.0.2.1"), "1.2.0.192.in-addr.arpa");
        assert_eq!(
            name("2001:db8::12"),
            "2.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        );
    }

    #[test]
    fn a_denial_is_not_a_failure() {
        assert!(LookupOutcome::NoSuchName.is_denial() && LookupOutcome::NoData.is_denial());
        assert!(!LookupOutcome::ServerFailed.is_denial() && !LookupOutcome::Truncated.is_denial());
        let outcome = LookupOutcome::TimedOut { after_ms: 5000 };
        assert_eq!(outcome.to_string(), "no answer from DNS within 5 s");
    }
}

//! Answers of DNS and UDS.

use crate::evidence::{DnsRecord, RecordKind, ServiceRecord, Uds, UdsServers, UdsVersion};

/// A DNS record as text: an address, a name, or the four fields of an SRV record.
pub(super) fn record(kind: RecordKind, text: &str) -> DnsRecord {
    match kind {
        RecordKind::A | RecordKind::Aaaa => DnsRecord::Address {
            address: text.parse().unwrap(),
        },
        RecordKind::Cname | RecordKind::Ptr => DnsRecord::Name {
            name: text.to_owned(),
        },
        RecordKind::Srv => {
            let fields: Vec<&str> = text.split(' ').collect();
            let number = |place: usize| fields[place].parse().unwrap();
            DnsRecord::Service(ServiceRecord {
                priority: number(0),
                weight: number(1),
                port: number(2),
                target: fields[3].to_owned(),
            })
        }
    }
}

/// What UDS answers: a server list, or none, and a version.
pub(super) fn uds(node: &str, address: &str, servers: UdsServers) -> Uds {
    Uds {
        node: node.to_owned(),
        port: 8443,
        address: Some(address.to_owned()),
        servers,
        version: UdsVersion::Told {
            text: "14.0.1".to_owned(),
        },
    }
}

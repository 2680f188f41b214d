//! What DNS and UDS answered, with its replacements.

use super::Redactor;
use crate::evidence::{
    DnsRecord, Lookup, LookupOutcome, ServiceRecord, Uds, UdsServers, UdsVersion,
};

impl Redactor {
    /// A look-up.
    pub(super) fn lookup(&mut self, lookup: &Lookup) -> Lookup {
        let outcome = match &lookup.outcome {
            LookupOutcome::Answered { records } => {
                let mut records: Vec<_> = records.iter().map(|one| self.record(one)).collect();
                records.sort();
                LookupOutcome::Answered { records }
            }
            LookupOutcome::Failed { reason } => LookupOutcome::Failed {
                reason: self.text(reason),
            },
            other => other.clone(),
        };
        Lookup {
            name: self.names.host(&lookup.name),
            kind: lookup.kind,
            outcome,
        }
    }

    fn record(&mut self, record: &DnsRecord) -> DnsRecord {
        match record {
            DnsRecord::Address { address } => DnsRecord::Address {
                address: self.names.address(*address),
            },
            DnsRecord::Name { name } => DnsRecord::Name {
                name: self.names.host(name),
            },
            DnsRecord::Service(service) => DnsRecord::Service(ServiceRecord {
                target: self.names.host(&service.target),
                ..service.clone()
            }),
        }
    }

    /// What UDS answered.
    pub(super) fn uds(&mut self, uds: &Uds) -> Uds {
        Uds {
            node: self.names.name(&uds.node),
            port: uds.port,
            address: uds
                .address
                .as_ref()
                .map(|address| self.names.socket(address)),
            servers: match &uds.servers {
                UdsServers::Listed { names } => UdsServers::Listed {
                    names: names.iter().map(|name| self.names.name(name)).collect(),
                },
                UdsServers::Failed { reason } => UdsServers::Failed {
                    reason: self.text(reason),
                },
            },
            version: match &uds.version {
                UdsVersion::Told { text } => UdsVersion::Told {
                    text: release(text),
                },
                UdsVersion::Failed { reason } => UdsVersion::Failed {
                    reason: self.text(reason),
                },
            },
        }
    }
}

/// A version as it was told, when it is one.
fn release(text: &str) -> String {
    const LONGEST: usize = 24;
    let fits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".-SUES()".contains(&byte));
    if fits && text.len() <= LONGEST {
        text.to_owned()
    } else {
        "redacted".to_owned()
    }
}

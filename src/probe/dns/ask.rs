//! One question, and what came of it.

use std::collections::BTreeSet;

use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use tokio::time::timeout;

use super::Question;
use crate::evidence::{DnsRecord, LookupOutcome, RecordKind, ServiceRecord};
use crate::probe::resolve::Names;
use crate::probe::words;

/// How many aliases in a row are followed from the owner of an SRV record.
const MOST_ALIASES: usize = 8;
/// Records that are kept of an answer; 90 have been seen in earnest.
const MOST_RECORDS: usize = 128;

/// Asks, within the deadline of `names`.
pub(in crate::probe) async fn ask(names: &Names, question: &Question) -> LookupOutcome {
    let answer = timeout(names.deadline(), look_up(names, question));
    match answer.await {
        Ok(outcome) => outcome,
        Err(_) => timed_out(names),
    }
}

async fn look_up(names: &Names, question: &Question) -> LookupOutcome {
    let result = match question.kind {
        RecordKind::Srv => services(names, &question.name).await,
        kind => names.records(&question.name, record_type(kind)).await,
    };
    match result {
        Ok(found) => answered(&found, question.kind),
        Err(error) => failed(&error, names),
    }
}

/// SRV records, also where their owner is an alias: hickory-resolver 0.26 then asks the SRV record's *target* for SRV
/// records, finds none, and says so. Following the alias by hand gets them.
async fn services(names: &Names, owner: &str) -> Result<Vec<RData>, NetError> {
    let mut owner = owner.to_owned();
    let mut result = names.records(&owner, RecordType::SRV).await;
    for _ in 0..MOST_ALIASES {
        if !result.as_ref().is_err_and(is_denial) {
            break;
        }
        let aliases = names.records(&owner, RecordType::CNAME).await;
        let Some(RData::CNAME(alias)) = aliases.ok().and_then(|found| found.into_iter().next())
        else {
            break;
        };
        owner = text(&alias.0);
        result = names.records(&owner, RecordType::SRV).await;
    }
    result
}

fn is_denial(error: &NetError) -> bool {
    matches!(error, NetError::Dns(DnsError::NoRecordsFound(_)))
}

/// Sorted, so that servers which turn their answers round give the same evidence.
fn answered(found: &[RData], kind: RecordKind) -> LookupOutcome {
    let wanted = record_type(kind);
    let records = found.iter().filter(|data| data.record_type() == wanted);
    let records: BTreeSet<DnsRecord> = records.filter_map(record).collect();
    if records.is_empty() {
        return LookupOutcome::NoData;
    }
    LookupOutcome::Answered {
        records: records.into_iter().take(MOST_RECORDS).collect(),
    }
}

fn record(data: &RData) -> Option<DnsRecord> {
    Some(match data {
        RData::CNAME(alias) => DnsRecord::Name {
            name: text(&alias.0),
        },
        RData::PTR(pointer) => DnsRecord::Name {
            name: text(&pointer.0),
        },
        RData::SRV(service) => DnsRecord::Service(ServiceRecord {
            priority: service.priority,
            weight: service.weight,
            port: service.port,
            target: text(&service.target),
        }),
        other => DnsRecord::Address {
            address: other.ip_addr()?,
        },
    })
}

/// Lower case, without the root's dot unless it is the root; what is not printable is escaped as in zone files.
fn text(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(bare) => bare.to_owned(),
    }
}

fn failed(error: &NetError, names: &Names) -> LookupOutcome {
    let code = match error {
        NetError::Timeout => return timed_out(names),
        NetError::Truncated => return LookupOutcome::Truncated,
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        other => {
            return LookupOutcome::Failed {
                reason: other.to_string(),
            };
        }
    };
    match code {
        ResponseCode::NXDomain => LookupOutcome::NoSuchName,
        ResponseCode::NoError => LookupOutcome::NoData,
        ResponseCode::ServFail => LookupOutcome::ServerFailed,
        ResponseCode::Refused => LookupOutcome::Refused,
        other => LookupOutcome::Failed {
            reason: format!("the DNS server answered: {other}"),
        },
    }
}

fn timed_out(names: &Names) -> LookupOutcome {
    LookupOutcome::TimedOut {
        after_ms: words::milliseconds(names.deadline()),
    }
}

fn record_type(kind: RecordKind) -> RecordType {
    match kind {
        RecordKind::A => RecordType::A,
        RecordKind::Aaaa => RecordType::AAAA,
        RecordKind::Cname => RecordType::CNAME,
        RecordKind::Ptr => RecordType::PTR,
        RecordKind::Srv => RecordType::SRV,
    }
}

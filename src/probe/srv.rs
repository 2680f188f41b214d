//! SRV records (RFC 2782): where a domain says that its services are.

use std::net::SocketAddr;
use std::time::Duration;

use super::dns::{Question, ask};
use super::resolve::Names;
use crate::evidence::{DnsRecord, LookupOutcome, RecordKind};

/// A server that offers the service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offered {
    /// The lowest is tried first.
    pub priority: u16,
    /// The share of those of one priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host, as it stands in DNS, without the root's dot. Escape before showing.
    pub target: String,
}

/// Asks for the SRV records of `owner` ("_cisco-uds._tcp.acme.test"): of `server`, or of the system's resolver. Gives them
/// sorted, perhaps none because the domain says that it has no such service; or why there are none, in words.
///
/// Needs a Tokio runtime with I/O and time.
pub async fn look_up(
    owner: &str,
    server: Option<SocketAddr>,
    deadline: Duration,
) -> Result<Vec<Offered>, String> {
    let question = Question {
        name: owner.trim_end_matches('.').to_owned(),
        kind: RecordKind::Srv,
    };
    match ask(&Names::new(server, deadline), &question).await {
        LookupOutcome::Answered { records } => Ok(offered(records)),
        nothing => Err(nothing.to_string()),
    }
}

/// The records, sorted. A target of "." says that the service is decidedly not there.
fn offered(records: Vec<DnsRecord>) -> Vec<Offered> {
    let mut all: Vec<Offered> = records
        .into_iter()
        .filter_map(|record| match record {
            DnsRecord::Service(service) => Some(Offered {
                priority: service.priority,
                weight: service.weight,
                port: service.port,
                target: service.target,
            }),
            _ => None,
        })
        .filter(|offered| offered.target != ".")
        .collect();
    all.sort();
    all
}

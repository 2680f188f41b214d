//! SRV records (RFC 2782): where a domain says that its services are.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use tokio::time::timeout;

use super::resolve;

/// Names that an alias may lead through.
const MOST_ALIASES: usize = 8;
/// Records taken of one answer; Jabber's own deployments have a handful.
const MOST_RECORDS: usize = 256;

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
    let resolver = resolve::resolver(server, deadline)
        .ok_or("this machine's DNS configuration cannot be read; name a DNS server")?;
    let asked = timeout(deadline, along_aliases(&resolver, owner)).await;
    asked.unwrap_or(Err(None)).map_err(|reason| {
        reason.unwrap_or_else(|| {
            let of = server.map_or_else(String::new, |server| format!(" of {server}"));
            format!("no answer{of} within {} ms", deadline.as_millis())
        })
    })
}

/// Follows aliases by hand: the resolver asks the target of an aliased SRV record for its SRV records, and finds none.
async fn along_aliases(
    resolver: &TokioResolver,
    owner: &str,
) -> Result<Vec<Offered>, Option<String>> {
    let mut name = format!("{}.", owner.trim_end_matches('.'));
    for _ in 0..=MOST_ALIASES {
        let failure = match resolver.lookup(name.as_str(), RecordType::SRV).await {
            Ok(found) => return Ok(offered(found.answers())),
            Err(failure) => failure,
        };
        let is_alias = matches!(&failure, NetError::Dns(DnsError::NoRecordsFound(_)));
        let alias = if is_alias {
            alias(resolver, &name).await
        } else {
            None
        };
        match alias {
            Some(target) => name = target,
            None => return Err(in_words(&failure)),
        }
    }
    Err(Some(format!(
        "an alias that leads through more than {MOST_ALIASES} names"
    )))
}

async fn alias(resolver: &TokioResolver, name: &str) -> Option<String> {
    let found = resolver.lookup(name, RecordType::CNAME).await.ok()?;
    found
        .answers()
        .iter()
        .find_map(|record| match &record.data {
            RData::CNAME(target) => Some(target.0.to_ascii()),
            _ => None,
        })
}

/// The records. A target of "." says that the service is decidedly not there.
fn offered(records: &[hickory_resolver::proto::rr::Record]) -> Vec<Offered> {
    let mut all: Vec<Offered> = records
        .iter()
        .filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(Offered {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii().trim_end_matches('.').to_owned(),
            }),
            _ => None,
        })
        .filter(|offered| !offered.target.is_empty())
        .take(MOST_RECORDS)
        .collect();
    all.sort();
    all
}

fn in_words(failure: &NetError) -> Option<String> {
    match failure {
        NetError::Dns(DnsError::NoRecordsFound(none))
            if none.response_code == ResponseCode::NoError =>
        {
            Some("the name exists in DNS but has no SRV record".to_owned())
        }
        other => resolve::in_words(other),
    }
}

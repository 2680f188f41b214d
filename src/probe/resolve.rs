//! From a name to addresses, each name once a run.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
    ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{Hosts, TokioResolver};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::words;
use crate::evidence::{Silence, Step};

/// The addresses of a name, or why there are none.
type Answer = Result<Vec<IpAddr>, Silence>;

/// The names of a run.
pub(super) struct Names {
    source: Source,
    deadline: Duration,
    known: Mutex<HashMap<String, Arc<OnceCell<Answer>>>>,
}

enum Source {
    /// Our own resolver: it tells the ways to fail apart. The hosts file is asked before it, because the resolver asks
    /// the network about a short name with each search domain before it looks the name itself up in the file.
    Resolver {
        resolver: Box<TokioResolver>,
        hosts: Hosts,
    },
    /// The C library's, where the system's configuration cannot be read.
    System,
}

impl Names {
    pub(super) fn new(server: Option<SocketAddr>, deadline: Duration) -> Self {
        let hosts = match server {
            Some(_) => Hosts::default(),
            None => Hosts::from_system().unwrap_or_default(),
        };
        let source = resolver(server, deadline).map(|resolver| Source::Resolver {
            resolver: Box::new(resolver),
            hosts,
        });
        Self {
            source: source.unwrap_or(Source::System),
            deadline,
            known: Mutex::default(),
        }
    }

    /// The addresses of a host name, in the order to try them.
    pub(super) async fn addresses(&self, host: &str) -> Answer {
        let cell = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(host.to_lowercase()).or_default())
        };
        cell.get_or_init(|| self.look_up(host)).await.clone()
    }

    /// How long a look-up may take.
    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The records of that type, asked anew each time; addresses and their names from the hosts file first.
    pub(super) async fn records(
        &self,
        name: &str,
        kind: RecordType,
    ) -> Result<Vec<RData>, NetError> {
        match &self.source {
            Source::Resolver { resolver, hosts } => {
                if let Some(found) = static_records(hosts, name, kind) {
                    return Ok(found);
                }
                let found = resolver.lookup(qualified(name), kind).await?;
                Ok(found
                    .answers()
                    .iter()
                    .map(|record| record.data.clone())
                    .collect())
            }
            Source::System => by_system(name, kind).await,
        }
    }

    async fn look_up(&self, host: &str) -> Answer {
        let answer = timeout(self.deadline, self.source.ask(host));
        let mut addresses = answer.await.unwrap_or(Err(None)).map_err(|reason| {
            reason.map_or_else(|| self.timed_out(), |reason| Silence::Unresolved { reason })
        })?;
        let mut seen = Vec::new();
        addresses.retain(|address| {
            let new = !seen.contains(address);
            seen.push(*address);
            new
        });
        if addresses.is_empty() {
            return Err(no_address());
        }
        Ok(addresses)
    }

    fn timed_out(&self) -> Silence {
        Silence::TimedOut {
            step: Step::Resolve,
            after_ms: words::milliseconds(self.deadline),
        }
    }
}

const NO_ADDRESS: &str = "the name exists in DNS but has no address";

/// The silence of a name without an address.
pub(super) fn no_address() -> Silence {
    Silence::Unresolved {
        reason: NO_ADDRESS.into(),
    }
}

impl Source {
    /// The addresses, or the reason in words; without words when no answer came in time.
    async fn ask(&self, host: &str) -> Result<Vec<IpAddr>, Option<String>> {
        match self {
            Self::Resolver { resolver, hosts } => {
                let known = in_file(hosts, host);
                if !known.is_empty() {
                    return Ok(known);
                }
                match resolver.lookup_ip(qualified(host)).await {
                    Ok(found) => Ok(found.iter().collect()),
                    Err(error) => Err(in_words(&error)),
                }
            }
            Self::System => match tokio::net::lookup_host((host, 0)).await {
                Ok(found) => Ok(found.map(|socket| socket.ip()).collect()),
                Err(error) => Err(Some(words::system(&error))),
            },
        }
    }
}

/// Where our own resolver cannot be had, the system can only be asked for addresses.
async fn by_system(name: &str, kind: RecordType) -> Result<Vec<RData>, NetError> {
    if !matches!(kind, RecordType::A | RecordType::AAAA) {
        return Err(NetError::Message(
            "the configuration of this machine's resolver cannot be read, so it can be asked for addresses only",
        ));
    }
    let found = tokio::net::lookup_host((name, 0)).await;
    let found = found.map_err(|error| NetError::Msg(words::system(&error)))?;
    let records = found.map(|socket| RData::from(socket.ip()));
    Ok(records.filter(|data| data.record_type() == kind).collect())
}

/// What the hosts file has for a name or, backwards, for an address.
fn static_records(hosts: &Hosts, name: &str, kind: RecordType) -> Option<Vec<RData>> {
    let name = Name::from_utf8(name).ok()?;
    let found = hosts.lookup_static_host(&Query::query(name, kind))?;
    Some(
        found
            .answers()
            .iter()
            .map(|record| record.data.clone())
            .collect(),
    )
}

/// The addresses that the hosts file has for a name.
fn in_file(hosts: &Hosts, host: &str) -> Vec<IpAddr> {
    [RecordType::A, RecordType::AAAA]
        .into_iter()
        .filter_map(|kind| static_records(hosts, host, kind))
        .flatten()
        .filter_map(|data| data.ip_addr())
        .collect()
}

/// A name with a domain is asked as it is; a short one goes through the search list, as the system would do.
fn qualified(host: &str) -> String {
    if host.contains('.') && !host.ends_with('.') {
        format!("{host}.")
    } else {
        host.to_owned()
    }
}

/// Why a look-up failed, in words; without words when no answer came in time.
pub(super) fn in_words(error: &NetError) -> Option<String> {
    let code = match error {
        NetError::Timeout => return None,
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        other => return Some(other.to_string()),
    };
    Some(match code {
        ResponseCode::NXDomain => "the name does not exist in DNS (NXDOMAIN)".into(),
        ResponseCode::NoError => NO_ADDRESS.into(),
        ResponseCode::ServFail => "the DNS server failed (SERVFAIL)".into(),
        ResponseCode::Refused => "the DNS server refused the question (REFUSED)".into(),
        other => format!("the DNS server answered: {other}"),
    })
}

/// A resolver that asks `server`, or those that the system asks; `None` when its configuration cannot be read.
pub(super) fn resolver(server: Option<SocketAddr>, deadline: Duration) -> Option<TokioResolver> {
    match server {
        Some(server) => asking(server, deadline),
        None => as_configured(deadline),
    }
}

/// The system's resolver, with its hosts file; `None` when its configuration cannot be read.
fn as_configured(deadline: Duration) -> Option<TokioResolver> {
    let mut builder = TokioResolver::builder_tokio().ok()?;
    patience(builder.options_mut(), deadline);
    builder.build().ok()
}

/// A resolver that asks one server only, over UDP, and over TCP when the answer was truncated.
fn asking(server: SocketAddr, deadline: Duration) -> Option<TokioResolver> {
    let mut transports = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
    for transport in &mut transports {
        transport.port = server.port();
    }
    let servers = vec![NameServerConfig::new(server.ip(), true, transports)];
    let config = ResolverConfig::from_parts(None, Vec::new(), servers);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    patience(builder.options_mut(), deadline);
    builder.build().ok()
}

/// Two tries within the deadline, without the hosts file; the resolver waits `timeout` x (`attempts` + 1).
fn patience(options: &mut ResolverOpts, deadline: Duration) {
    options.timeout = deadline.mul_f32(0.45);
    options.attempts = 1;
    options.use_hosts_file = ResolveHosts::Never;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
}

//! UDS, the User Data Services of CUCM: its own server list and its version, by two HTTPS requests that need no login.
//!
//! Nothing is refused here either: whatever certificate is presented, the answer is taken, because clients take it too
//! once a user has accepted the certificate. Each request has a connection and a deadline of its own.

pub mod answer;
mod exchange;

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::http::Answer;
use super::resolve::{Names, no_address};
use super::visit::addresses;
use super::{Limits, Target, connect, plan, words};
use crate::catalog::Product;
use crate::deployment::Deployment;
use crate::evidence::{Ending, Evidence, Observation, Uds, UdsServers, UdsVersion};

/// The name of the service that UDS is part of.
const SERVICE: &str = "tomcat";
const USUAL_PORT: u16 = 8443;
const SERVERS: &str = "/cucm-uds/servers";
const VERSION: &str = "/cucm-uds/version";

/// Adds to the evidence what UDS answers on each CUCM node of which the probe saw a certificate there. Nothing is asked where
/// the deployment says `[probe] uds = false`, or for evidence that was interrupted; when `stop` resolves, the evidence is
/// marked incomplete.
///
/// Needs a Tokio runtime with I/O and time.
pub async fn complete(
    mut evidence: Evidence,
    deployment: &Deployment,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) -> Evidence {
    if !deployment.probe.uds || !evidence.complete {
        return evidence;
    }
    let (speaking, too_old) = wanted(&evidence, deployment);
    let (mut answers, finished) = ask_all(speaking, limits, stop).await;
    answers.extend(too_old.iter().map(unasked));
    evidence.add_uds(answers);
    evidence.complete = finished;
    evidence
}

/// Asks UDS of every target; gives what was answered, sorted by node and port, and whether all was asked before `stop`
/// resolved.
pub async fn ask_all(
    targets: Vec<Target>,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) -> (Vec<Uds>, bool) {
    let asker = Arc::new(Asker::new(limits));
    let mut running = JoinSet::new();
    for target in targets {
        let asker = Arc::clone(&asker);
        running.spawn(async move { Box::pin(asker.ask(&target)).await });
    }
    let (mut answers, mut finished) = (Vec::new(), true);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            biased;
            answer = running.join_next() => match answer {
                Some(Ok(uds)) => answers.push(uds),
                Some(Err(_)) => {} // One that panicked leaves no answer, which the rules call unknown.
                None => break,
            },
            () = &mut stop => {
                finished = false;
                break;
            }
        }
    }
    answers.sort_by(|a, b| (&a.node, a.port).cmp(&(&b.node, b.port)));
    (answers, finished)
}

/// The targets to ask, and those that only speak what is too old for asking.
fn wanted(evidence: &Evidence, deployment: &Deployment) -> (Vec<Target>, Vec<Target>) {
    let call_control: HashSet<&str> = deployment
        .nodes_of(Product::Cucm)
        .map(|node| &*node.name)
        .collect();
    let of_service = evidence.observations.iter().rev();
    let of_service = of_service.filter(|seen| seen.service == SERVICE);
    let first: HashMap<(&str, u16), &Observation> = of_service
        .map(|seen| ((&*seen.node, seen.port), seen))
        .collect();
    let observed = |target: &Target| first.get(&(&*target.node, target.port)).copied();
    let answered =
        |target: &Target| observed(target).is_some_and(|seen| !seen.presentations.is_empty());
    let is_young = |target: &Target| {
        let shown = observed(target).map(|seen| seen.presentations.iter());
        shown.is_some_and(|mut shown| shown.any(|shown| shown.ending != Ending::HelloOnly))
    };
    let mut targets = plan(deployment);
    targets.retain(|target| {
        target.service == SERVICE && call_control.contains(&*target.node) && answered(target)
    });
    // One port of a node is enough: 8443, where there is one.
    targets.sort_by_key(|target| target.port != USUAL_PORT);
    let mut known = HashSet::new();
    targets.retain(|target| known.insert(target.node.clone()));
    targets.into_iter().partition(is_young)
}

fn unasked(target: &Target) -> Uds {
    let reason = "not asked: the server speaks only TLS 1.1 or older";
    failed(target, None, reason)
}

fn failed(target: &Target, address: Option<SocketAddr>, reason: &str) -> Uds {
    Uds {
        node: target.node.clone(),
        port: target.port,
        address: address.map(|address| address.to_string()),
        servers: UdsServers::Failed {
            reason: reason.to_owned(),
        },
        version: UdsVersion::Failed {
            reason: reason.to_owned(),
        },
    }
}

/// What all targets share.
struct Asker {
    limits: Limits,
    names: Names,
    connections: Semaphore,
}

impl Asker {
    fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            names: Names::new(limits.dns_server, limits.timeout),
            connections: Semaphore::new(limits.concurrency.max(1)),
        }
    }

    /// Asks one target: one connection after the other.
    async fn ask(&self, target: &Target) -> Uds {
        // The semaphore is never closed, which is the one way in which it fails.
        let _turn = self.connections.acquire().await.ok();
        let sockets = match addresses(target, &self.names).await {
            Ok(sockets) => sockets,
            Err(silence) => return failed(target, None, &silence.to_string()),
        };
        let mut address = None;
        let servers = self.servers(target, &sockets, &mut address).await;
        let mut uds = failed(target, address, "");
        // Where nothing could be connected to, nothing can be the second time.
        let version = match &servers {
            Err(reason) if address.is_none() => Err(reason.clone()),
            _ => self.version(target, &sockets, &mut address).await,
        };
        uds.servers = match servers {
            Ok(names) => UdsServers::Listed { names },
            Err(reason) => UdsServers::Failed { reason },
        };
        uds.version = match version {
            Ok(text) => UdsVersion::Told { text },
            Err(reason) => UdsVersion::Failed { reason },
        };
        uds
    }

    async fn servers(
        &self,
        target: &Target,
        sockets: &[SocketAddr],
        address: &mut Option<SocketAddr>,
    ) -> Result<Vec<String>, String> {
        let body = self.get(target, sockets, SERVERS, address).await?;
        answer::servers(&body)
    }

    async fn version(
        &self,
        target: &Target,
        sockets: &[SocketAddr],
        address: &mut Option<SocketAddr>,
    ) -> Result<String, String> {
        let body = self.get(target, sockets, VERSION, address).await?;
        answer::version(&body)
    }

    /// The body at a path, or what went wrong in words; everything within one deadline.
    async fn get(
        &self,
        target: &Target,
        sockets: &[SocketAddr],
        path: &str,
        address: &mut Option<SocketAddr>,
    ) -> Result<Vec<u8>, String> {
        let deadline = self.limits.timeout;
        match timeout(deadline, self.exchange(target, sockets, path, address)).await {
            Ok(answer) => exchange::body(answer?),
            Err(_) => Err(format!(
                "no whole answer within {} ms",
                words::milliseconds(deadline)
            )),
        }
    }

    async fn exchange(
        &self,
        target: &Target,
        sockets: &[SocketAddr],
        path: &str,
        address: &mut Option<SocketAddr>,
    ) -> Result<Answer, String> {
        let deadline = self.limits.timeout;
        let mut wire = match connect::connect(sockets, deadline).await {
            Ok(wire) => wire,
            Err(Some((_, silence))) => return Err(silence.to_string()),
            Err(None) => return Err(no_address().to_string()),
        };
        *address = Some(wire.peer);
        exchange::talk(&self.limits, target, &mut wire, path).await
    }
}

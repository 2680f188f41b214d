//! Running the probe: a runtime, a progress bar on a terminal, and an end when somebody interrupts.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressStyle};
use rustls::sign::CertifiedKey;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::Failure;
use super::interrupt;
use super::terminal::remark;
use crate::certificate::Certificate;
use crate::cli::Manner;
use crate::deployment::Deployment;
use crate::evidence::{Evidence, Observation};
use crate::probe::dns::look_up;
use crate::probe::fetch::{FetchLimits, Proxy, complete};
use crate::probe::{self, About, Limits, Target};
use crate::report::moment_text;
use crate::text::escape;
use crate::trust::DeviceTrust;
use crate::trust::revocation::ocsp_request;

/// Files that are open besides the connections: reports and their drafts, the runtime's own, a terminal, look-ups in DNS.
const OTHER_FILES: usize = 48;

/// Deployments that are probed at the same time, so that one that hangs does not hold up all others.
pub(super) const AT_ONCE: usize = 8;

/// The network, until somebody interrupts: one runtime for a whole run, on this thread.
pub(super) struct Network {
    runtime: Option<Runtime>,
    stop: watch::Receiver<bool>,
}

/// A deployment to be probed.
pub(super) struct Wanted<'a> {
    /// What should be there.
    pub(super) deployment: &'a Deployment,
    /// What its devices trust.
    pub(super) trust: &'a DeviceTrust,
    /// Presented when a server asks.
    pub(super) client_certificate: Option<Arc<CertifiedKey>>,
}

impl Network {
    /// Starts it. Until it is dropped, the first Ctrl-C only ends the asking.
    pub(super) fn start() -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| {
            Failure::System(format!("cannot start the network runtime: {error}"))
        })?;
        Ok(Self {
            runtime: Some(runtime),
            stop: interrupt::stop(),
        })
    }

    /// Probes every target of each deployment, then asks DNS for its names, then what its certificates point at, as the
    /// clock says now. One evidence for each, in their order.
    pub(super) fn collect_all(
        &self,
        wanted: &[Wanted<'_>],
        manner: &Manner,
    ) -> Result<Vec<Evidence>, Failure> {
        let plans = wanted.iter().map(|one| probe::plan(one.deployment));
        let plans: Vec<Vec<Target>> = plans.collect();
        let bar = progress_bar(manner, plans.iter().map(Vec::len).sum());
        let all: usize = plans.iter().map(Vec::len).sum();
        let mut visits = Vec::new();
        for (one, targets) in wanted.iter().zip(plans) {
            let mut limits = limits(one);
            // All connections together are no more than one deployment may have.
            let share = limits.concurrency * targets.len() / all.max(1);
            limits.concurrency = share.max(1);
            visits.push(Box::pin(observe(Visit {
                deployment: one.deployment,
                trust: one.trust,
                targets,
                limits,
                fetch_limits: fetch_limits(one.deployment, wanted.len())?,
                bar: bar.clone(),
                manner,
                stop: self.stop.clone(),
            })));
        }
        let evidences = self.run(join_all(visits))?;
        bar.finish_and_clear();
        if evidences.iter().any(|evidence| !evidence.complete) {
            remark(
                manner,
                "interrupted: the report covers what was seen until then",
            );
        }
        Ok(evidences)
    }

    /// Asks what the certificates of an evidence point at.
    pub(super) fn fetch(
        &self,
        evidence: Evidence,
        deployment: &Deployment,
        trust: &DeviceTrust,
        at: i64,
    ) -> Result<Evidence, Failure> {
        let (limits, stop) = (fetch_limits(deployment, 1)?, self.stopped());
        self.run(complete(
            evidence, deployment, trust, at, &limits, &request, stop,
        ))
    }

    /// Resolves when the run was interrupted, now or before.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + use<> {
        stopped(self.stop.clone())
    }

    /// Runs network work to its end.
    pub(super) fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        match &self.runtime {
            Some(runtime) => Ok(runtime.block_on(work)),
            None => Err(Failure::System("the network runtime has ended".to_owned())),
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A look-up that hangs in the system's resolver must not hold up the report.
            runtime.shutdown_background();
        }
    }
}

/// One deployment being probed.
struct Visit<'a> {
    deployment: &'a Deployment,
    trust: &'a DeviceTrust,
    targets: Vec<Target>,
    limits: Limits,
    fetch_limits: FetchLimits,
    bar: ProgressBar,
    manner: &'a Manner,
    stop: watch::Receiver<bool>,
}

async fn observe(visit: Visit<'_>) -> Evidence {
    let Visit {
        deployment,
        limits,
        bar,
        ..
    } = &visit;
    let stop = || stopped(visit.stop.clone());
    let at = now();
    let about = About {
        deployment: deployment.name.clone(),
        collected_at: moment_text(at),
    };
    let mut progress = |seen: &Observation| advance(bar, visit.manner, seen);
    let seen = probe::run(&visit.targets, limits, about, &mut progress, stop()).await;
    bar.set_message("asking DNS");
    let seen = look_up(seen, deployment, limits, stop()).await;
    bar.set_message("asking the clusters for their server lists");
    let seen = probe::uds::complete(seen, deployment, limits, stop()).await;
    bar.set_message("asking the revocation servers");
    let (trust, limits) = (visit.trust, &visit.fetch_limits);
    complete(seen, deployment, trust, at, limits, &request, stop()).await
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stopped| *stopped).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Unix seconds.
pub(super) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn request(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    ocsp_request(certificate, issuer)
}

/// Those of one of so many deployments that are probed at the same time.
fn fetch_limits(deployment: &Deployment, at_once: usize) -> Result<FetchLimits, Failure> {
    let proxy = Proxy::from_environment(|name| std::env::var(name).ok());
    let proxy = proxy.map_err(|fault| Failure::System(fault.to_string()))?;
    let limits = FetchLimits::of(deployment, proxy);
    Ok(FetchLimits {
        concurrency: connections_at_once(limits.concurrency / at_once.max(1)),
        ..limits
    })
}

fn limits(wanted: &Wanted<'_>) -> Limits {
    let limits = Limits::of(wanted.deployment, wanted.client_certificate.clone());
    Limits {
        concurrency: connections_at_once(limits.concurrency),
        ..limits
    }
}

/// As many as are wanted, or as many as the system gives files for: a connection that waits for a file would spend its
/// deadline on it.
fn connections_at_once(wanted: usize) -> usize {
    let needed = u64::try_from(wanted + OTHER_FILES).unwrap_or(u64::MAX);
    // Where the limit cannot be learnt, the probe waits for files to be closed.
    let allowed = rlimit::increase_nofile_limit(needed).unwrap_or(needed);
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    wanted.min(allowed.saturating_sub(OTHER_FILES)).max(1)
}

fn progress_bar(manner: &Manner, services: usize) -> ProgressBar {
    if manner.quiet || manner.verbose || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(services as u64);
    let style = ProgressStyle::with_template("probing {bar:30} {pos}/{len} services  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn advance(bar: &ProgressBar, manner: &Manner, seen: &Observation) {
    bar.inc(1);
    bar.set_message(format!("{} {}", seen.node, seen.service));
    if manner.verbose {
        let what = seen.silence.as_ref();
        let what = what.map_or_else(|| "examined".to_owned(), ToString::to_string);
        let (node, service, port) = (escape(&seen.node), &seen.service, seen.port);
        remark(manner, &format!("{node} {service} ({port}): {what}"));
    }
}

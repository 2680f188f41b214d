//! Running the probe: a runtime, a progress bar on a terminal, and Ctrl-C.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::inputs::bytes;
use super::terminal::remark;
use crate::cli::Manner;
use crate::deployment::Deployment;
use crate::evidence::{Evidence, Observation};
use crate::probe::{self, About, Limits, Target, client_certificate};
use crate::report::moment_text;
use crate::text::escape;

/// PEM chains and keys are a few KiB.
const CLIENT_CERTIFICATE_LIMIT: u64 = 1 << 20;

/// Probes every target of the deployment, as the clock says now.
pub(super) fn collect(deployment: &Deployment, manner: &Manner) -> Result<Evidence, Failure> {
    let limits = limits(deployment)?;
    let targets = probe::plan(deployment);
    let about = About {
        deployment: deployment.name.clone(),
        collected_at: moment_text(now()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|error| Failure::System(format!("cannot start the network runtime: {error}")))?;
    let bar = progress_bar(manner, &targets);
    let mut progress = |seen: &Observation| advance(&bar, manner, seen);
    let evidence = runtime.block_on(probe::run(
        &targets,
        &limits,
        about,
        &mut progress,
        interrupted(),
    ));
    // A look-up that hangs in the system's resolver must not hold up the report.
    runtime.shutdown_background();
    bar.finish_and_clear();
    if !evidence.complete {
        remark(
            manner,
            "interrupted: the report covers what was seen until then",
        );
    }
    Ok(evidence)
}

/// Unix seconds.
pub(super) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn limits(deployment: &Deployment) -> Result<Limits, Failure> {
    let Some(files) = &deployment.probe.client_certificate else {
        return Ok(Limits::of(deployment, None));
    };
    let chain = bytes(&files.chain, CLIENT_CERTIFICATE_LIMIT)?;
    let key = bytes(&files.key, CLIENT_CERTIFICATE_LIMIT)?;
    let loaded = client_certificate(&chain, &key).map_err(|fault| Failure::Unreadable {
        path: files.chain.clone(),
        reason: fault.to_string(),
    })?;
    Ok(Limits::of(deployment, Some(loaded)))
}

fn progress_bar(manner: &Manner, targets: &[Target]) -> ProgressBar {
    if manner.quiet || manner.verbose || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(targets.len() as u64);
    let style = ProgressStyle::with_template("probing {bar:30} {pos}/{len} services  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn advance(bar: &ProgressBar, manner: &Manner, seen: &Observation) {
    bar.inc(1);
    bar.set_message(format!("{} {}", seen.node, seen.service));
    if manner.verbose {
        let what = seen
            .silence
            .as_ref()
            .map_or_else(|| "examined".to_owned(), ToString::to_string);
        remark(
            manner,
            &format!(
                "{} {} ({}): {}",
                escape(&seen.node),
                seen.service,
                seen.port,
                what
            ),
        );
    }
}

/// Ctrl-C, or a polite request to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                () = ctrl_c() => {}
            }
            return;
        }
    }
    ctrl_c().await;
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

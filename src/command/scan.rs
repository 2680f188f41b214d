//! `certaudit scan`: probe, judge, report.

use super::Failure;
use super::collect::collect;
use super::inputs;
use super::judge::Bench;
use super::outputs::Draft;
use super::probe::write_evidence;
use super::terminal::stderr_color;
use crate::cli::{Manner, Scan};
use crate::report::Origin;

/// Runs it.
pub(super) fn run(options: &Scan, manner: &Manner) -> Result<u8, Failure> {
    let deployment = inputs::deployment(
        &options.config,
        &options.judging.nodes,
        stderr_color(manner),
    )?;
    let origin = Origin::Deployment(options.config.clone());
    let bench = Bench::prepare(&deployment, &options.judging, origin, manner)?
        .propose(&options.baseline)?;
    let record = options.record.as_deref().map(Draft::create).transpose()?;
    let evidence = collect(&deployment, &bench.trust, manner)?;
    if let Some(draft) = record {
        write_evidence(draft, &evidence)?;
    }
    bench.judge(&deployment, &evidence, &options.judging, manner)
}

//! `certaudit probe`: only collect.

use std::io;

use super::Failure;
use super::collect::collect;
use super::inputs;
use super::outputs::Draft;
use super::terminal::{remark, stderr_color};
use crate::cli::{Manner, Probe};
use crate::evidence::Evidence;

/// Runs it. Nothing is judged, so what was seen does not matter for the exit status; an interrupted run ends with 3.
pub(super) fn run(options: &Probe, manner: &Manner) -> Result<u8, Failure> {
    let deployment = inputs::deployment(&options.config, &options.nodes, stderr_color(manner))?;
    let draft = Draft::create(&options.output)?;
    let (trust, _) = inputs::trust(&deployment.trust)?;
    let evidence = collect(&deployment, &trust, manner)?;
    write_evidence(draft, &evidence)?;
    let shown = evidence
        .observations
        .iter()
        .filter(|seen| !seen.presentations.is_empty())
        .count();
    let (all, path) = (evidence.observations.len(), options.output.display());
    remark(
        manner,
        &format!("{shown} of {all} services presented a certificate; evidence is in {path}"),
    );
    Ok(if evidence.complete { 0 } else { 3 })
}

/// Writes the evidence file.
pub(super) fn write_evidence(draft: Draft, evidence: &Evidence) -> Result<(), Failure> {
    draft.finish(|sink| {
        let text = evidence.write().map_err(io::Error::other)?;
        sink.write_all(text.as_bytes())
    })
}

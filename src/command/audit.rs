//! `certaudit audit`: only judge.

use super::Failure;
use super::inputs;
use super::judge::Bench;
use super::terminal::{remark, stderr_color};
use crate::cli::{Audit, Manner};
use crate::deployment::Deployment;
use crate::evidence::Evidence;
use crate::report::Origin;

/// Runs it.
pub(super) fn run(options: &Audit, manner: &Manner) -> Result<u8, Failure> {
    let deployment = inputs::deployment(
        &options.config,
        &options.judging.nodes,
        stderr_color(manner),
    )?;
    let origin = Origin::Deployment(options.config.clone());
    let bench = Bench::prepare(&deployment, &options.judging, origin, manner)?
        .propose(&options.baseline)?;
    let evidence = inputs::evidence(&options.evidence)?;
    tell_strangers(&deployment, &evidence, &options.judging.nodes, manner);
    bench.judge(&deployment, &evidence, &options.judging, manner)
}

/// Evidence of nodes that the deployment file does not have is probably evidence of something else.
fn tell_strangers(
    deployment: &Deployment,
    evidence: &Evidence,
    selected: &[String],
    manner: &Manner,
) {
    if !selected.is_empty() {
        return;
    }
    let mut strangers: Vec<&str> = evidence
        .observations
        .iter()
        .map(|seen| &*seen.node)
        .collect();
    strangers.retain(|name| deployment.node(name).is_none());
    strangers.dedup();
    if !strangers.is_empty() {
        let names = strangers.join(", ");
        remark(
            manner,
            &format!("the evidence has nodes that the deployment file does not have: {names}"),
        );
    }
}

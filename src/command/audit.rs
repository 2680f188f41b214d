//! `certaudit audit`: only judge.

use std::collections::HashSet;
use std::path::PathBuf;

use super::Failure;
use super::fleet::{self, Member, Purpose, own_path};
use super::inputs;
use super::judge::{Case, worst};
use super::outputs::Draft;
use super::reports::Reports;
use super::terminal::remark;
use crate::cli::{Audit, Manner};
use crate::deployment::Deployment;
use crate::evidence::{Evidence, Shard};
use crate::report::Origin;

/// Runs it.
pub(super) fn run(options: &Audit, manner: &Manner) -> Result<u8, Failure> {
    let judging = &options.judging;
    let fleet = fleet::open(&options.configs, &judging.nodes, Purpose::Audit, manner)?;
    fleet::tell_namesakes(&fleet.members, manner);
    let labels = fleet.labels();
    let mut reports = Reports::open(judging, &labels, manner)?;
    let waivers = fleet::drafts(
        options.baseline.write_waivers.as_deref(),
        &labels,
        Draft::create_new,
    )?;
    let mut waivers = waivers.into_iter();
    let several = labels.len() > 1;
    let named = fleet.members.iter().map(|one| own(options, one, several));
    let named: Vec<Vec<PathBuf>> = named.collect::<Result<_, _>>()?;
    inputs::check_evidence(&named.concat())?;
    let mut statuses = Vec::new();
    for (member, paths) in fleet.members.iter().zip(&named) {
        let trust = fleet.trust(member)?;
        let evidence = inputs::evidence(paths)?;
        tell_strangers(&member.deployment, &evidence, &judging.nodes, manner);
        tell_missing_shards(&evidence, manner);
        let case = Case {
            deployment: &member.deployment,
            evidence: &evidence,
            trust: &trust,
            requests: Vec::new(),
            origin: Origin::Deployment(member.path.clone()),
            waivers: waivers.next(),
        };
        statuses.push(case.judge(judging, &mut reports)?);
    }
    reports.close()?;
    Ok(worst(&statuses))
}

/// The member's own evidence files.
fn own(options: &Audit, member: &Member, several: bool) -> Result<Vec<PathBuf>, Failure> {
    let paths = options.evidence.iter();
    paths
        .map(|path| own_path(path, &member.label, several))
        .collect()
}

/// What a shard that is missing would have shown is unknown: the report says so node by node, and this says why.
fn tell_missing_shards(evidence: &Evidence, manner: &Manner) {
    let missing = evidence.missing_shards();
    if missing.is_empty() {
        return;
    }
    let named: Vec<String> = missing.iter().map(Shard::to_string).collect();
    let named = named.join(", ");
    remark(
        manner,
        &format!("no evidence was given of shard {named}: its nodes count as not probed"),
    );
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
    let known: HashSet<&str> = deployment.nodes.iter().map(|node| &*node.name).collect();
    let mut told = HashSet::new();
    let seen = evidence.observations.iter().map(|seen| &*seen.node);
    let strangers: Vec<&str> = seen
        .filter(|name| !known.contains(name) && told.insert(*name))
        .collect();
    if !strangers.is_empty() {
        let names = strangers.join(", ");
        remark(
            manner,
            &format!("the evidence has nodes that the deployment file does not have: {names}"),
        );
    }
}

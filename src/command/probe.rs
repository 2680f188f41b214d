//! `certaudit probe`: only collect.

use std::path::PathBuf;

use super::Failure;
use super::collect::{AT_ONCE, Network};
use super::fleet::{self, Purpose};
use super::outputs::Draft;
use super::terminal::remark;
use super::unwritten::Unwritten;
use crate::cli::{Manner, Probe};
use crate::deployment::Deployment;
use crate::evidence::{Evidence, Shard};

/// Runs it. Nothing is judged, so what was seen does not matter for the exit status; an interrupted run ends with 3.
pub(super) fn run(options: &Probe, manner: &Manner) -> Result<u8, Failure> {
    let mut fleet = fleet::open(&options.configs, &options.nodes, Purpose::Probe, manner)?;
    if let Some(shard) = options.shard {
        for member in &mut fleet.members {
            keep_only(shard, &mut member.deployment);
        }
    }
    let drafts = fleet::drafts(Some(&options.output), &fleet.labels(), Draft::create)?;
    let mut drafts = drafts.into_iter();
    let network = Network::start()?;
    let (mut shown, mut all, mut complete) = (0, 0, true);
    let mut unwritten = Unwritten::default();
    for group in fleet.members.chunks(AT_ONCE) {
        let trusts = fleet.trusts(group)?;
        let evidences = network.collect_all(&fleet.wanted(group, &trusts), manner)?;
        for (mut evidence, draft) in evidences.into_iter().zip(drafts.by_ref()) {
            evidence.shards.extend(options.shard);
            unwritten.note(write_evidence(draft, &evidence));
            shown += presented(&evidence);
            all += evidence.observations.len();
            complete &= evidence.complete;
        }
    }
    unwritten.end()?;
    let path = options.output.display();
    remark(
        manner,
        &format!("{shown} of {all} services presented a certificate; evidence is in {path}"),
    );
    Ok(if complete { 0 } else { 3 })
}

/// Keeps the nodes of a shard.
fn keep_only(shard: Shard, deployment: &mut Deployment) {
    let all = std::mem::take(&mut deployment.nodes);
    let (own, others) = all.into_iter().partition(|node| shard.holds(&node.name));
    deployment.nodes = own;
    deployment.left_out.extend::<Vec<_>>(others);
}

fn presented(evidence: &Evidence) -> usize {
    let seen = evidence.observations.iter();
    seen.filter(|seen| !seen.presentations.is_empty()).count()
}

/// Writes the evidence file. Where that is not possible any more, such as on a full disk, the evidence is kept among the
/// temporary files and the failure says where: what was seen tonight cannot be seen again tomorrow.
pub(super) fn write_evidence(draft: Draft, evidence: &Evidence) -> Result<(), Failure> {
    let (path, reason) = match draft.finish(|sink| evidence.write_to(sink)) {
        Err(Failure::Unwritable { path, reason }) => (path, reason),
        written => return written,
    };
    let reason = match keep(evidence) {
        Ok(kept) => format!("{reason}; the evidence is in {} instead", kept.display()),
        Err(_) => reason,
    };
    Err(Failure::Unwritable { path, reason })
}

/// Keeps evidence for whoever runs this, and gives the path.
fn keep(evidence: &Evidence) -> Result<PathBuf, Failure> {
    let name = format!("certaudit-evidence-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    Draft::create_private(&path)?.finish(|sink| evidence.write_to(sink))?;
    Ok(path)
}

//! `certaudit scan`: probe, judge, report.

use super::Failure;
use super::collect::{AT_ONCE, Network};
use super::fleet::{self, Purpose};
use super::judge::{Case, worst};
use super::outputs::Draft;
use super::probe::write_evidence;
use super::reports::Reports;
use crate::cli::{Manner, Scan};
use crate::report::Origin;

/// Runs it.
pub(super) fn run(options: &Scan, manner: &Manner) -> Result<u8, Failure> {
    let judging = &options.judging;
    let fleet = fleet::open(&options.configs, &judging.nodes, Purpose::Probe, manner)?;
    fleet::tell_namesakes(&fleet.members, manner);
    let labels = fleet.labels();
    let mut reports = Reports::open(judging, &labels, manner)?;
    let records = fleet::drafts(options.record.as_deref(), &labels, Draft::create)?;
    let waivers = options.baseline.write_waivers.as_deref();
    let waivers = fleet::drafts(waivers, &labels, Draft::create_new)?;
    let (mut records, mut waivers) = (records.into_iter(), waivers.into_iter());
    let mut statuses = Vec::new();
    let network = Network::start()?;
    for group in fleet.members.chunks(AT_ONCE) {
        let trusts = fleet.trusts(group)?;
        let evidences = network.collect_all(&fleet.wanted(group, &trusts), manner)?;
        for ((member, trust), evidence) in group.iter().zip(&trusts).zip(&evidences) {
            if let Some(draft) = records.next() {
                reports.note(write_evidence(draft, evidence));
            }
            let case = Case {
                deployment: &member.deployment,
                evidence,
                trust,
                requests: Vec::new(),
                origin: Origin::Deployment(member.path.clone()),
                waivers: waivers.next(),
            };
            statuses.push(case.judge(judging, &mut reports)?);
        }
    }
    reports.close()?;
    Ok(worst(&statuses))
}

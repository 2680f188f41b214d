//! `certaudit scan`: probe, judge, report.

use super::Failure;
use super::collect::{AT_ONCE, Network, Wanted};
use super::fleet;
use super::judge::{Case, trust, worst};
use super::outputs::Draft;
use super::probe::write_evidence;
use super::reports::Reports;
use super::terminal::stderr_color;
use crate::cli::{Manner, Scan};
use crate::report::Origin;
use crate::trust::DeviceTrust;

/// Runs it.
pub(super) fn run(options: &Scan, manner: &Manner) -> Result<u8, Failure> {
    let judging = &options.judging;
    let members = fleet::open(&options.configs, &judging.nodes, stderr_color(manner))?;
    fleet::tell_namesakes(&members, manner);
    let labels: Vec<&str> = members.iter().map(|member| &*member.label).collect();
    let mut reports = Reports::open(judging, &labels, manner)?;
    let records = fleet::drafts(options.record.as_deref(), &labels, Draft::create)?;
    let waivers = options.baseline.write_waivers.as_deref();
    let waivers = fleet::drafts(waivers, &labels, Draft::create_new)?;
    let (mut records, mut waivers) = (records.into_iter(), waivers.into_iter());
    let mut statuses = Vec::new();
    let network = Network::start()?;
    for group in members.chunks(AT_ONCE) {
        let trusts: Vec<DeviceTrust> = fleet::each(group, |one| trust(one, manner))?;
        let wanted: Vec<Wanted<'_>> = fleet::deployments(group).zip(&trusts).collect();
        let evidences = network.collect_all(&wanted, manner)?;
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

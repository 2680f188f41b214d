//! From deployment and evidence to reports and an exit status.

use super::Failure;
use super::collect::now;
use super::named_files;
use super::outputs::Draft;
use super::reports::Reports;
use crate::audit::estate::Estate;
use crate::audit::request::RequestView;
use crate::audit::rule::Rule;
use crate::audit::{Context, findings, run};
use crate::cli::{At, Judging, Manner};
use crate::deployment::Deployment;
use crate::evidence::Evidence;
use crate::report::{Origin, Report, exit_status, parse_moment, waivers};
use crate::rules::RULES;
use crate::trust::DeviceTrust;

/// Everything that must be in order before the network is touched: trust read, report files opened.
pub(super) struct Bench {
    /// What the devices trust.
    pub(super) trust: DeviceTrust,
    reports: Reports,
    origin: Origin,
}

impl Bench {
    /// Reads the trust files and opens the report files.
    pub(super) fn prepare(
        deployment: &Deployment,
        judging: &Judging,
        origin: Origin,
        manner: &Manner,
    ) -> Result<Self, Failure> {
        Ok(Self {
            trust: named_files::trust(&deployment.trust, manner)?,
            reports: Reports::open(judging, &["deployment"], manner)?,
            origin,
        })
    }

    /// Adds a root that no file holds.
    pub(super) fn trust_root(&mut self, der: &[u8]) -> Result<(), Failure> {
        self.trust
            .add_root(der)
            .map_err(|malformed| Failure::System(malformed.to_string()))
    }

    /// Judges, writes every report, and gives the exit status.
    pub(super) fn judge(
        self,
        deployment: &Deployment,
        evidence: &Evidence,
        judging: &Judging,
    ) -> Result<u8, Failure> {
        self.judge_with(Vec::new(), deployment, evidence, judging)
    }

    /// The same with signing requests.
    pub(super) fn judge_with(
        mut self,
        requests: Vec<RequestView>,
        deployment: &Deployment,
        evidence: &Evidence,
        judging: &Judging,
    ) -> Result<u8, Failure> {
        let case = Case {
            deployment,
            evidence,
            trust: &self.trust,
            requests,
            origin: self.origin,
            waivers: None,
        };
        let status = case.judge(judging, &mut self.reports)?;
        self.reports.close()?;
        Ok(status)
    }
}

/// One deployment to be judged, and what of.
pub(super) struct Case<'a> {
    /// What should be there.
    pub(super) deployment: &'a Deployment,
    /// What was seen.
    pub(super) evidence: &'a Evidence,
    /// What the devices trust.
    pub(super) trust: &'a DeviceTrust,
    /// Signing requests to be judged besides.
    pub(super) requests: Vec<RequestView>,
    /// The files in which all that stands.
    pub(super) origin: Origin,
    /// Where waivers are proposed.
    pub(super) waivers: Option<Draft>,
}

impl Case<'_> {
    /// Judges, adds to the reports, and gives the exit status.
    pub(super) fn judge(self, judging: &Judging, reports: &mut Reports) -> Result<u8, Failure> {
        let context = Context {
            at: moment(judging.at, self.evidence)?,
        };
        let estate = Estate::join(self.deployment, self.evidence, self.trust, context.at);
        let estate = estate.with_requests(self.requests);
        let rules = selected(judging);
        let audit = if judging.all || reports.tell_of_passes() {
            run(&rules, &estate, &context)
        } else {
            findings(&rules, &estate, &context)
        };
        let report = Report {
            all: judging.all,
            owners: judging.owners.clone(),
            fail_on: judging.fail_on.severity(),
            origin: self.origin,
            ..Report::new(&audit, &estate)
        };
        if let Some(draft) = self.waivers {
            reports.note(draft.finish(|sink| waivers::write(&report, sink)));
        }
        reports.add(&report);
        Ok(exit_status(&report))
    }
}

/// The exit status of a run over several deployments: a finding in one of them counts before doubt about another.
pub(super) fn worst(statuses: &[u8]) -> u8 {
    [1, 3]
        .into_iter()
        .find(|status| statuses.contains(status))
        .unwrap_or(0)
}

/// The rules that --only and --skip leave.
fn selected(judging: &Judging) -> Vec<&'static Rule> {
    let named =
        |rule: &Rule, by: &[String]| by.iter().any(|selector| rule.is_selected_by(selector));
    // A waiver that names nothing on the selected nodes may name something on the others.
    let partial = |rule: &Rule| !judging.nodes.is_empty() && rule.id == "waiver-unused";
    let wanted = |rule: &&&'static Rule| judging.only.is_empty() || named(rule, &judging.only);
    RULES
        .iter()
        .filter(wanted)
        .filter(|rule| !named(rule, &judging.skip) && !partial(rule))
        .copied()
        .collect()
}

/// --at, or the moment at which the evidence was collected: so that judging it again says the same.
pub(super) fn moment(at: Option<At>, evidence: &Evidence) -> Result<i64, Failure> {
    match at {
        Some(At::Moment(unix)) => Ok(unix),
        Some(At::Now) => Ok(now()),
        None => parse_moment(&evidence.collected_at).ok_or_else(|| {
            Failure::System(format!(
                "the evidence says collected_at {:?}, which is no RFC 3339 time; give --at",
                evidence.collected_at
            ))
        }),
    }
}

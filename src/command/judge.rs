//! From deployment and evidence to reports and an exit status.

use super::Failure;
use super::collect::now;
use super::inputs;
use super::outputs::{Draft, to_stdout};
use super::terminal::{file_page, page, remark};
use crate::audit::estate::Estate;
use crate::audit::request::RequestView;
use crate::audit::rule::Rule;
use crate::audit::{Context, findings, run};
use crate::cli::{At, Judging, Manner};
use crate::deployment::Deployment;
use crate::evidence::Evidence;
use crate::report::{Format, Report, exit_status, format_named, parse_moment};
use crate::rules::RULES;
use crate::trust::DeviceTrust;

/// Everything that must be in order before the network is touched: trust read, report files opened.
pub(super) struct Bench {
    /// What the devices trust.
    pub(super) trust: DeviceTrust,
    drafts: Vec<(&'static dyn Format, Draft)>,
}

impl Bench {
    /// Reads the trust files and opens the report files.
    pub(super) fn prepare(
        deployment: &Deployment,
        judging: &Judging,
        manner: &Manner,
    ) -> Result<Self, Failure> {
        let (trust, remarks) = inputs::trust(&deployment.trust)?;
        for text in remarks {
            remark(manner, &text);
        }
        let mut drafts = Vec::new();
        for (name, path) in &judging.write {
            drafts.push((format(name)?, Draft::create(path)?));
        }
        Ok(Self { trust, drafts })
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
        manner: &Manner,
    ) -> Result<u8, Failure> {
        self.judge_with(Vec::new(), deployment, evidence, judging, manner)
    }

    /// The same with signing requests.
    pub(super) fn judge_with(
        self,
        requests: Vec<RequestView>,
        deployment: &Deployment,
        evidence: &Evidence,
        judging: &Judging,
        manner: &Manner,
    ) -> Result<u8, Failure> {
        let context = Context {
            at: moment(judging.at, evidence)?,
        };
        let estate = Estate::join(deployment, evidence, &self.trust, context.at);
        let estate = estate.with_requests(requests);
        let rules = selected(judging);
        let audit = if judging.all {
            run(&rules, &estate, &context)
        } else {
            findings(&rules, &estate, &context)
        };
        let report = Report {
            all: judging.all,
            owners: judging.owners.clone(),
            ..Report::new(&audit, &estate)
        };
        for (format, draft) in self.drafts {
            draft.finish(|sink| format.write(&report, file_page(), sink))?;
        }
        let format = format(&judging.format)?;
        to_stdout(|sink| format.write(&report, page(manner), sink))?;
        Ok(exit_status(&report, judging.fail_on.severity()))
    }
}

fn format(name: &str) -> Result<&'static dyn Format, Failure> {
    format_named(name).ok_or_else(|| Failure::System(format!("there is no format {name}")))
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

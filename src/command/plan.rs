//! `certaudit plan`: what to order and how to install it.

use super::Failure;
use super::collect::now;
use super::inputs;
use super::judge::moment;
use super::named_files;
use super::outputs::{Draft, to_stdout};
use super::terminal::{file_page, page, stderr_color};
use super::unwritten::Unwritten;
use crate::audit::estate::Estate;
use crate::cli::{At, Manner, Plan as Options};
use crate::deployment::Deployment;
use crate::plan::Plan;
use crate::report::plan::{PlanFormat, plan_format_named};

/// Runs it. A plan is no verdict: the exit status is 0.
pub(super) fn run(options: &Options, manner: &Manner) -> Result<u8, Failure> {
    // The whole file: who shares a certificate with the selected nodes matters too.
    let deployment = inputs::deployment(&options.config, &[], stderr_color(manner))?;
    inputs::select(&mut deployment.clone(), &options.nodes)?;
    let drafts = drafts(options)?;
    if options.evidence.is_empty() {
        let at = match options.at {
            Some(At::Moment(unix)) => unix,
            Some(At::Now) | None => now(),
        };
        write(
            &Plan::of(&deployment, None, at, &options.nodes),
            options,
            drafts,
            manner,
        )?;
    } else {
        beside_evidence(&deployment, options, drafts, manner)?;
    }
    Ok(0)
}

type Drafts = Vec<(&'static dyn PlanFormat, Draft)>;

fn beside_evidence(
    deployment: &Deployment,
    options: &Options,
    drafts: Drafts,
    manner: &Manner,
) -> Result<(), Failure> {
    let trust = named_files::trust(&deployment.trust, manner)?;
    let evidence = inputs::evidence(&options.evidence)?;
    let at = moment(options.at, &evidence)?;
    let estate = Estate::join(deployment, &evidence, &trust, at);
    let plan = Plan::of(deployment, Some(&estate), at, &options.nodes);
    write(&plan, options, drafts, manner)
}

fn drafts(options: &Options) -> Result<Drafts, Failure> {
    let each = options
        .write
        .iter()
        .map(|(name, path)| Ok((format(name)?, Draft::create(path)?)));
    each.collect()
}

fn write(
    plan: &Plan<'_>,
    options: &Options,
    drafts: Drafts,
    manner: &Manner,
) -> Result<(), Failure> {
    let mut unwritten = Unwritten::default();
    for (format, draft) in drafts {
        unwritten.note(draft.finish(|sink| format.write(plan, file_page(), sink)));
    }
    let format = format(&options.format)?;
    unwritten.note(to_stdout(|sink| format.write(plan, page(manner), sink)));
    unwritten.end()
}

fn format(name: &str) -> Result<&'static dyn PlanFormat, Failure> {
    plan_format_named(name).ok_or_else(|| Failure::System(format!("there is no format {name}")))
}

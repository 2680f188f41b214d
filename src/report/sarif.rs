//! SARIF 2.1.0 for code scanning (GitHub, Azure DevOps, editors): findings at their lines of the deployment file.
//!
//! What a consumer must be given is in the OASIS standard; what GitHub takes, and how much of it, in "SARIF support for code
//! scanning" of GitHub's documentation.

mod location;
mod log;
mod outcome;
mod rule;

use std::collections::HashMap;
use std::io::{self, Write};

use super::{Answer, Format, Origin, Page, Report, moment_text};
use crate::audit::Judgement;
use crate::text::escape;
use log::{
    AutomationDetails, BaseId, Driver, Invocation, Log, Message, Notification, Outcome, Run,
    RunProperties, Tool,
};

const VERSION: &str = "2.1.0";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub takes no more results of a run, and shows 5,000 of them.
const MOST_RESULTS: usize = 25_000;
/// GitHub takes 10 MB, compressed. What is ours in a result compresses to almost nothing; what comes from certificates and
/// files may not, so that it is this much at most in all results together.
const MOST_FOREIGN_BYTES: usize = 12 << 20;

/// The format.
pub(super) struct Sarif;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn purpose(&self) -> &'static str {
        "for code scanning (GitHub)"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let log = Log {
            schema: SCHEMA,
            version: VERSION,
            runs: [run(report, category(report))],
        };
        serde_json::to_writer_pretty(&mut *sink, &log)?;
        sink.write_all(b"\n")
    }

    fn holds_several(&self) -> bool {
        true
    }

    /// A run of the log each.
    fn write_part(
        &self,
        report: &Report<'_>,
        _: Page,
        position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        if position == 0 {
            let head = format!("\"$schema\": \"{SCHEMA}\",\n\"version\": \"{VERSION}\"");
            write!(sink, "{{\n{head},\n\"runs\": [\n")?;
        } else {
            sink.write_all(b",\n")?;
        }
        serde_json::to_writer_pretty(&mut *sink, &run(report, own_category(report)))?;
        sink.write_all(b"\n")
    }

    fn close(&self, _: &[Answer], _: Page, sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(b"]\n}\n")
    }
}

/// What is before the last slash is the category by which GitHub tells the alerts of one run from those of another.
fn category(report: &Report<'_>) -> String {
    format!("certaudit/{}/", escape(&report.estate.deployment.name))
}

/// The same for one of several: deployments may be called alike, their files are not.
fn own_category(report: &Report<'_>) -> String {
    match &report.origin {
        Origin::Deployment(path) => {
            let path = path.to_string_lossy();
            format!("{}{}/", category(report), escape(&path))
        }
        _ => category(report),
    }
}

fn run<'a>(report: &'a Report<'_>, category: String) -> Run<'a> {
    let (results, left_out) = results(report, MOST_RESULTS, MOST_FOREIGN_BYTES);
    let name = escape(&report.estate.deployment.name).into_owned();
    Run {
        tool: Tool {
            driver: Driver {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: report.audit.rules.iter().copied().map(rule::of).collect(),
            },
        },
        automation_details: AutomationDetails { id: category },
        invocations: [Invocation {
            execution_successful: report.estate.complete,
            notifications: notifications(report, results.len(), left_out),
        }],
        original_uri_base_ids: [(location::ROOT, BaseId::working_directory())].into(),
        column_kind: "unicodeCodePoints",
        properties: RunProperties {
            verdict: report.summary.readiness.name(),
            judged_at: moment_text(report.audit.at),
            deployment: name,
        },
        results,
    }
}

/// The results, those that hurt most first, and how many had to be left out.
fn results<'a>(
    report: &'a Report<'_>,
    most: usize,
    most_bytes: usize,
) -> (Vec<Outcome<'a>>, usize) {
    let indices = report.audit.rules.iter().enumerate();
    let indices: HashMap<&str, usize> = indices.map(|(index, rule)| (rule.id, index)).collect();
    let mut bytes = 0;
    let fits = |one: &&Judgement| {
        bytes += outcome::foreign_bytes(one);
        bytes <= most_bytes
    };
    let kept = report.shown().take(most).take_while(fits);
    let results: Vec<Outcome<'a>> = kept
        .map(|one| outcome::of(one, indices.get(one.rule.id).copied(), &report.origin))
        .collect();
    let left_out = report.shown().count() - results.len();
    (results, left_out)
}

/// What a reader of the results must know besides.
fn notifications(report: &Report<'_>, kept: usize, left_out: usize) -> Vec<Notification> {
    let mut told = Vec::new();
    if !report.estate.complete {
        told.push(Notification {
            level: "error",
            message: Message::of(
                "The scan was interrupted: what is listed as not probed was not looked at.",
            ),
        });
    }
    if left_out > 0 {
        told.push(Notification {
            level: "warning",
            message: Message::of(&format!(
                "Only the {kept} results that hurt most are in this file, because code scanning takes no more; {left_out} were \
                 left out. The JSON report (-w json=PATH) has them all; --only, --skip, --owner and --node make fewer."
            )),
        });
    }
    told
}

#[cfg(test)]
mod tests;

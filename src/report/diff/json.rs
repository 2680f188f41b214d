//! The difference for programs, version 1: keys may be added, never renamed.

mod changes;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::super::{Page, schema_of};
use super::DiffFormat;
use super::phrase::Verdict;
use crate::diff::{Difference, FindingFate, Snapshot};
use crate::text::escape;

/// The version of the difference.
pub const SCHEMA: &str = "certaudit.diff/1";

/// The format.
pub(super) struct Json;

impl DiffFormat for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn purpose(&self) -> &'static str {
        "everything, for programs"
    }

    fn write(&self, diff: &Difference<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *sink, &Diff1::of(diff))?;
        sink.write_all(b"\n")
    }
}

/// The JSON Schema of this difference.
pub fn schema() -> serde_json::Value {
    schema_of::<Diff1>()
}

/// What changed between two certaudit reports.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "certaudit diff", extend("$id" = "urn:certaudit:diff:1"))]
struct Diff1 {
    /// Always "certaudit.diff/1".
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// Who wrote it.
    tool: Tool1,
    /// The older report.
    old: Side1,
    /// The newer report.
    new: Side1,
    /// "new-findings" (errors or warnings that no waiver accepts are new, worse or no longer waived), "nothing-new", or
    /// "unknown" (none, but the newer report does not know what the older one knew: see `doubts`).
    verdict: &'static str,
    /// How many of each.
    summary: Summary1,
    /// Why it cannot be said that nothing new is wrong, a sentence each.
    doubts: Vec<String>,
    /// What limits the comparison, a sentence each.
    remarks: Vec<String>,
    /// Only findings that these teams usually mend are listed; empty for all.
    owners: Vec<&'static str>,
    /// What is new first, what is still there last.
    findings: Vec<changes::Finding1>,
    /// Leaf certificates that are not where they were.
    certificates: Vec<changes::Certificate1>,
    /// Leaf certificates of the newer report that end soon or have ended, the first first.
    expiring: Vec<changes::Expiring1>,
    /// Nodes that are in one of the reports only.
    nodes: Vec<changes::Node1>,
    /// Services with another status, or in one of the reports only, of nodes that are in both.
    services: Vec<changes::Service1>,
}

/// Who wrote it.
#[derive(Serialize, JsonSchema)]
struct Tool1 {
    /// "certaudit".
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// One of the reports.
#[derive(Serialize, JsonSchema)]
struct Side1 {
    /// The deployment's name.
    deployment: String,
    /// The moment as of which was judged, RFC 3339 UTC.
    generated_at: String,
    /// False when the scan was interrupted.
    complete: bool,
    /// "ready", "not-ready" or "unknown".
    verdict: String,
}

/// Counts of findings, and of what else changed.
#[derive(Serialize, JsonSchema)]
struct Summary1 {
    /// That were not there.
    new: usize,
    /// Graver than before, or harder on somebody.
    worse: usize,
    /// Whose waiver is gone or has expired.
    no_longer_waived: usize,
    /// Open questions that were none.
    new_questions: usize,
    /// Not looked at, or could not be judged: not mended.
    no_longer_known: usize,
    /// Of nodes and services that are no longer in the deployment.
    removed: usize,
    /// Looked at again, and mended.
    gone: usize,
    /// Open questions to which the answer is that nothing is wrong.
    answered: usize,
    /// Accepted since.
    newly_waived: usize,
    /// As before.
    still: usize,
    /// Leaf certificates that are not where they were.
    certificates: usize,
    /// Leaf certificates that end soon or have ended.
    expiring: usize,
}

impl Diff1 {
    fn of(diff: &Difference<'_>) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool1 {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            old: Side1::of(diff.old),
            new: Side1::of(diff.new),
            verdict: Verdict::of(diff).name(),
            summary: Summary1::of(diff),
            doubts: diff.doubts.iter().map(|text| shown(text)).collect(),
            remarks: diff.remarks.iter().map(|text| shown(text)).collect(),
            owners: diff.owners.iter().map(|owner| owner.name()).collect(),
            findings: diff.findings.iter().map(changes::Finding1::of).collect(),
            certificates: diff
                .certificates
                .iter()
                .map(changes::Certificate1::of)
                .collect(),
            expiring: diff.expiring.iter().map(changes::Expiring1::of).collect(),
            nodes: diff.nodes.iter().map(changes::Node1::of).collect(),
            services: diff.services.iter().map(changes::Service1::of).collect(),
        }
    }
}

impl Side1 {
    fn of(report: &Snapshot) -> Self {
        Self {
            deployment: shown(&report.deployment),
            generated_at: shown(&report.generated_at),
            complete: report.complete,
            verdict: shown(&report.verdict),
        }
    }
}

impl Summary1 {
    fn of(diff: &Difference<'_>) -> Self {
        Self {
            new: diff.count(FindingFate::New),
            worse: diff.count(FindingFate::Worse),
            no_longer_waived: diff.count(FindingFate::NoLongerWaived),
            new_questions: diff.count(FindingFate::NewQuestion),
            no_longer_known: diff.count(FindingFate::NoLongerKnown),
            removed: diff.count(FindingFate::Removed),
            gone: diff.count(FindingFate::Gone),
            answered: diff.count(FindingFate::Answered),
            newly_waived: diff.count(FindingFate::NewlyWaived),
            still: diff.count(FindingFate::Still),
            certificates: diff.certificates.len(),
            expiring: diff.expiring.len(),
        }
    }
}

fn shown(text: &str) -> String {
    escape(text).into_owned()
}

//! Writing what was judged, for people and for machines. The same audit gives the same bytes.

mod csv;
pub mod diff;
mod entries;
mod gathered;
mod html;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod moment;
mod origin;
mod phrase;
pub mod plan;
mod priority;
mod prometheus;
mod sarif;
mod story;
mod table;
pub mod waivers;

use std::io::{self, Write};

use crate::audit::estate::Estate;
use crate::audit::rule::{Owner, Severity};
use crate::audit::{Audit, Judgement, Summary};

pub use json::{SCHEMA, schema, schema_of_several};
pub use jsonl::{SCHEMA as FINDING_SCHEMA, schema as finding_schema};
pub use moment::{parse as parse_moment, text as moment_text};
pub use origin::Origin;

/// What a report is made of.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was judged.
    pub audit: &'a Audit,
    /// About what.
    pub estate: &'a Estate<'a>,
    /// In short.
    pub summary: Summary,
    /// Show what passed, did not apply, or follows from a silent service, too.
    pub all: bool,
    /// List only what these teams usually mend; empty for all. The verdict and who sees what stay those of everything.
    pub owners: Vec<Owner>,
    /// The least severity of a finding that makes the run fail (`--fail-on`); `None` for never.
    pub fail_on: Option<Severity>,
    /// The files in which what is judged stands.
    pub origin: Origin,
}

/// Where a report goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Columns to fill.
    pub width: usize,
    /// Colours may be used (ANSI sequences).
    pub color: bool,
}

/// A format of reports.
pub trait Format: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What it is for, in a few words.
    fn purpose(&self) -> &'static str;
    /// Writes the report.
    fn write(&self, report: &Report<'_>, page: Page, sink: &mut dyn Write) -> io::Result<()>;

    /// Whether it tells of what passed, or counts it, also where not all is shown: then the audit has to keep it.
    fn tells_of_passes(&self) -> bool {
        false
    }

    /// Whether reports of several deployments can stand in one file.
    fn holds_several(&self) -> bool {
        false
    }

    /// Writes one of several reports into one file: the first has `position` 0.
    fn write_part(
        &self,
        report: &Report<'_>,
        page: Page,
        _position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        self.write(report, page, sink)
    }

    /// Ends a file of several reports.
    fn close(&self, _answers: &[Answer], _page: Page, _sink: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// What a report says in short, for the list of several.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The deployment's name, as the file has it.
    pub deployment: String,
    /// The answer.
    pub summary: Summary,
}

impl Answer {
    /// Of a report.
    pub fn of(report: &Report<'_>) -> Self {
        Self {
            deployment: report.estate.deployment.name.clone(),
            summary: report.summary.clone(),
        }
    }
}

/// The JSON Schema of what is written: what is always there is required, even if it is null.
fn schema_of<T: schemars::JsonSchema>() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Every format.
pub const FORMATS: &[&dyn Format] = &[
    &table::Table,
    &json::Json,
    &jsonl::Jsonl,
    &html::Html,
    &markdown::Markdown,
    &csv::Csv,
    &prometheus::Prometheus,
    &sarif::Sarif,
    &junit::Junit,
];

/// The format of that name.
pub fn format_named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// Exit status of a run that judged something (contract section 2): 0, 1 or 3. Findings that are not listed (`--owner`) do
/// not count.
pub fn exit_status(report: &Report<'_>) -> u8 {
    let fails = |one: &Judgement| {
        let least = report.fail_on;
        least.is_some_and(|least| one.counts() && one.severity >= least)
    };
    let listed = |one: &&Judgement| report.is_of_owner(one);
    if report.audit.judgements.iter().filter(listed).any(fails) {
        1
    } else if report.summary.in_doubt {
        3
    } else {
        0
    }
}

impl<'a> Report<'a> {
    /// A report of an audit.
    pub fn new(audit: &'a Audit, estate: &'a Estate<'a>) -> Self {
        Self {
            audit,
            estate,
            summary: Summary::of(audit, estate),
            all: false,
            owners: Vec::new(),
            fail_on: Some(Severity::Error),
            origin: Origin::default(),
        }
    }

    /// Findings in the order in which they hurt: all failed ones and open questions; with `all` every judgement.
    pub fn shown(&self) -> impl Iterator<Item = &'a Judgement> + '_ {
        self.audit
            .judgements
            .iter()
            .filter(|one| self.is_of_owner(one))
            .filter(|one| self.all || (one.is_finding() && !one.follows_silence))
    }

    /// Whether it is one of a team whose findings are listed.
    pub fn is_of_owner(&self, one: &Judgement) -> bool {
        self.owners.is_empty() || self.owners.contains(&one.owner)
    }
}

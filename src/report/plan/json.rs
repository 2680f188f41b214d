//! The plan for programs, version 1: keys may be added, never renamed.

mod line;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::super::{Page, moment_text, schema_of};
use super::PlanFormat;
use crate::plan::{Burden, Plan, Window};
use crate::text::{date, escape};

/// The version of the plan.
pub const SCHEMA: &str = "certaudit.plan/1";

/// The format.
pub(super) struct Json;

impl PlanFormat for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn purpose(&self) -> &'static str {
        "everything, for programs"
    }

    fn write(&self, plan: &Plan<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *sink, &Plan1::of(plan))?;
        sink.write_all(b"\n")
    }
}

/// The JSON Schema of this plan.
pub fn schema() -> serde_json::Value {
    schema_of::<Plan1>()
}

/// A certaudit plan: what to order and how to install it.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "certaudit plan", extend("$id" = "urn:certaudit:plan:1"))]
struct Plan1 {
    /// Always "certaudit.plan/1".
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool1,
    /// The moment as of which it was planned, RFC 3339 UTC.
    #[schemars(extend("format" = "date-time"))]
    generated_at: String,
    /// The deployment's name.
    deployment: String,
    /// Whether what the nodes present was looked at.
    with_evidence: bool,
    /// Every certificate, in the order of installation.
    certificates: Vec<line::Certificate1>,
    /// When what must be renewed.
    calendar: Calendar1,
    /// What concerns more than one certificate.
    remarks: Vec<String>,
}

/// Who wrote it.
#[derive(Serialize, JsonSchema)]
struct Tool1 {
    /// Always "certaudit".
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// When what must be renewed.
#[derive(Serialize, JsonSchema)]
struct Calendar1 {
    /// Change windows, the first first.
    windows: Vec<Window1>,
    /// What the limits for public certificates mean, the one in force first.
    limits: Vec<Limit1>,
}

/// A change window.
#[derive(Serialize, JsonSchema)]
struct Window1 {
    /// The day, UTC: "2027-03-15".
    #[schemars(extend("format" = "date"))]
    day: String,
    /// Ids of the certificates to renew.
    certificates: Vec<String>,
}

/// A limit for the life of public certificates.
#[derive(Serialize, JsonSchema)]
struct Limit1 {
    /// The first day of issue under it.
    #[schemars(extend("format" = "date"))]
    from: String,
    /// Days of validity.
    days: u32,
    /// Renewals of one public certificate in a year, at most.
    renewals_each: i64,
    /// Renewals of all certificates in a year, from the recommended kinds of CA.
    renewals_planned: i64,
    /// The same if all came from a public CA.
    renewals_all_public: i64,
}

impl Plan1 {
    fn of(plan: &Plan<'_>) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool1 {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            generated_at: moment_text(plan.at),
            deployment: escape(&plan.deployment.name).into_owned(),
            with_evidence: plan.with_evidence,
            certificates: plan.lines.iter().map(line::Certificate1::of).collect(),
            calendar: Calendar1 {
                windows: plan.calendar.windows.iter().map(Window1::of).collect(),
                limits: plan.calendar.burdens.iter().map(Limit1::of).collect(),
            },
            remarks: owned(&plan.remarks),
        }
    }
}

impl Window1 {
    fn of(window: &Window) -> Self {
        Self {
            day: date(window.day),
            certificates: owned(&window.lines),
        }
    }
}

impl Limit1 {
    fn of(burden: &Burden) -> Self {
        Self {
            from: date(burden.from),
            days: burden.days,
            renewals_each: burden.each,
            renewals_planned: burden.planned,
            renewals_all_public: burden.all_public,
        }
    }
}

fn owned(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| escape(text).into_owned()).collect()
}

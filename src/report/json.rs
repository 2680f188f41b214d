//! The JSON report, version 1 (contract section 6): keys may be added, never renamed.

mod certificate;
mod finding;
mod lazily;
mod node;
mod request;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Format, Page, Report, moment_text, schema_of};
use crate::audit::estate::Estate;
use crate::audit::{ClientOutcome, Summary};
use crate::evidence::Redaction;
use crate::text::escape;
use lazily::{List, Map};

/// The version of the report.
pub const SCHEMA: &str = "certaudit.report/1";

/// The version of a file with the reports of several deployments.
const SEVERAL: &str = "certaudit.reports/1";

/// A digest: 64 hexadecimal digits in lower case.
const SHA_256: &str = "^[0-9a-f]{64}$";

/// The format.
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn purpose(&self) -> &'static str {
        "everything, for programs"
    }

    fn write(&self, report: &Report<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *sink, &Report1::of(report))?;
        sink.write_all(b"\n")
    }

    fn holds_several(&self) -> bool {
        true
    }

    fn write_part(
        &self,
        report: &Report<'_>,
        page: Page,
        position: usize,
        sink: &mut dyn Write,
    ) -> io::Result<()> {
        if position == 0 {
            writeln!(sink, "{{\n\"schema\": \"{SEVERAL}\",\n\"reports\": [")?;
        } else {
            sink.write_all(b",\n")?;
        }
        self.write(report, page, sink)
    }

    fn close(&self, _: &[Answer], _: Page, sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(b"]\n}\n")
    }
}

/// The JSON Schema of this report.
pub fn schema() -> serde_json::Value {
    schema_of::<Report1>()
}

/// The JSON Schema of a file with the reports of several deployments.
pub fn schema_of_several() -> serde_json::Value {
    let mut schema = schema_of::<Reports1>();
    // A schema inside of another has no name of its own: references below it would be looked up under that.
    if let Some(report) = schema.pointer_mut("/$defs/Report1") {
        report.as_object_mut().map(|members| members.remove("$id"));
    }
    schema
}

/// Reports of several deployments, in the order in which they were named.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "certaudit reports", extend("$id" = "urn:certaudit:reports:1"))]
struct Reports1 {
    /// Always "certaudit.reports/1".
    #[schemars(extend("const" = SEVERAL))]
    schema: &'static str,
    /// One for each deployment.
    reports: Vec<Report1<'static>>,
}

/// A certaudit report.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "certaudit report", extend("$id" = "urn:certaudit:report:1"))]
struct Report1<'a> {
    /// Always "certaudit.report/1".
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool1,
    /// The moment as of which was judged, RFC 3339 UTC.
    #[schemars(extend("format" = "date-time"))]
    generated_at: String,
    /// False when the scan was interrupted.
    complete: bool,
    /// The deployment's name.
    deployment: String,
    /// Only where the evidence is redacted: names, addresses and signatures are not those of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redacted: Option<Redacted1>,
    /// "ready", "not-ready" or "unknown".
    #[schemars(extend("enum" = ["ready", "not-ready", "unknown"]))]
    verdict: &'static str,
    /// How much there is of everything.
    summary: Summary1,
    /// The rules that ran.
    rules: Vec<&'static str>,
    /// Only findings that these teams usually mend are listed; empty for all.
    owners: Vec<&'static str>,
    /// Nodes of the deployment that were not looked at, because others were named by --node.
    left_out: Vec<String>,
    /// What each client platform will see.
    clients: Vec<Client1>,
    /// What Expressway (where there is MRA) and federation partners will see.
    peers: Vec<Client1>,
    /// In the order of the deployment file.
    nodes: List<'a, node::Node1>,
    /// Signing requests, when any were judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    requests: Vec<request::Request1>,
    /// Every certificate that was presented, by its SHA-256.
    #[schemars(extend("propertyNames" = { "pattern": SHA_256 }))]
    certificates: Map<'a, certificate::Certificate1>,
    /// Those that hurt most first.
    findings: List<'a, finding::Finding1>,
}

/// What `certaudit redact` has done to the evidence.
#[derive(Serialize, JsonSchema)]
struct Redacted1 {
    /// What could not be kept, in sentences.
    notes: Vec<String>,
    /// Certificates that stand for ones of public CAs.
    public: usize,
}

/// Who wrote it.
#[derive(Serialize, JsonSchema)]
struct Tool1 {
    /// Always "certaudit".
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// Counts.
#[derive(Serialize, JsonSchema)]
struct Summary1 {
    /// Nodes of the deployment that were judged.
    nodes: usize,
    /// Services that were looked at.
    services: usize,
    /// Services that presented a certificate.
    examined: usize,
    /// Open findings of that severity.
    errors: usize,
    /// Open warnings.
    warnings: usize,
    /// Open notes.
    infos: usize,
    /// What could not be judged.
    unknown: usize,
    /// Findings that a waiver accepts.
    waived: usize,
}

/// What a client platform or a peer will see.
#[derive(Serialize, JsonSchema)]
struct Client1 {
    /// "windows", "mac", "ios", "android"; "expressway", "federation".
    #[schemars(extend("enum" = ["windows", "mac", "ios", "android", "expressway", "federation"]))]
    client: &'static str,
    /// "trusted", "prompt", "prompt-every-session", "blocked", "unknown"; "mra-fails", "federation-fails".
    outcome: &'static str,
    /// Ids of the findings that cause it.
    because: Vec<String>,
}

impl<'a> Report1<'a> {
    fn of(report: &'a Report<'_>) -> Self {
        let (audit, estate, summary) = (report.audit, report.estate, &report.summary);
        Self {
            schema: SCHEMA,
            tool: Tool1 {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            generated_at: moment_text(audit.at),
            complete: estate.complete,
            deployment: escape(&estate.deployment.name).into_owned(),
            redacted: estate.redacted.map(Redacted1::of),
            verdict: summary.readiness.name(),
            summary: Summary1::of(summary, estate.nodes.len()),
            rules: audit.rules.iter().map(|rule| rule.id).collect(),
            owners: report.owners.iter().map(|owner| owner.name()).collect(),
            left_out: left_out(estate),
            clients: summary.clients.iter().map(Client1::of).collect(),
            peers: summary.peers.iter().map(Client1::of).collect(),
            nodes: List::of(move || {
                let nodes = estate.nodes.iter();
                nodes.map(move |view| node::Node1::of(view, audit))
            }),
            requests: estate.requests.iter().map(request::Request1::of).collect(),
            certificates: Map::of(move || certificate::all(estate)),
            findings: List::of(move || report.shown().map(finding::Finding1::of)),
        }
    }
}

fn left_out(estate: &Estate<'_>) -> Vec<String> {
    let nodes = estate.deployment.left_out.iter();
    nodes.map(|node| escape(&node.name).into_owned()).collect()
}

impl Redacted1 {
    fn of(mark: &Redaction) -> Self {
        let notes = mark.notes.iter();
        Self {
            notes: notes.map(|note| escape(note).into_owned()).collect(),
            public: mark.public.len(),
        }
    }
}

impl Summary1 {
    fn of(summary: &Summary, nodes: usize) -> Self {
        Self {
            nodes,
            services: summary.services,
            examined: summary.examined,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            unknown: summary.unknown,
            waived: summary.waived,
        }
    }
}

impl Client1 {
    fn of(client: &ClientOutcome) -> Self {
        Self {
            client: client.who.name(),
            outcome: client.outcome.name(),
            because: client.because.clone(),
        }
    }
}

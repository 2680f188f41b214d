//! Reading a JSON report (certaudit.report/1): what a comparison needs of it. Keys that are not known are passed over, and
//! those that were added later may be missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::audit::Status;
use crate::audit::rule::Severity;

/// The version of the reports that can be compared.
pub const REPORT_SCHEMA: &str = "certaudit.report/1";

/// Why a file is no report that can be compared.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// It is not JSON, breaks off, or misses something that every report has.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It is another version, or something else.
    #[error("its schema is {found:?}, and only {REPORT_SCHEMA:?} can be compared")]
    Schema {
        /// What it says that it is.
        found: String,
    },
    /// Its moment is none.
    #[error("its generated_at is {found:?}, which is no RFC 3339 time")]
    Moment {
        /// What stands there.
        found: String,
    },
    /// As Windows PowerShell 5 redirects output.
    #[error(
        "it is UTF-16 text, as Windows PowerShell writes it with `>`; write the report with -w json=PATH"
    )]
    Utf16,
}

/// A report.
#[derive(Debug, Deserialize)]
pub struct Snapshot {
    schema: String,
    /// The moment as of which was judged, as written.
    pub generated_at: String,
    /// The same in unix seconds.
    #[serde(skip)]
    pub at: i64,
    /// False when the scan was interrupted.
    pub complete: bool,
    /// The deployment's name.
    pub deployment: String,
    /// "ready", "not-ready" or "unknown".
    pub verdict: String,
    /// The nodes.
    pub nodes: Vec<NodeEntry>,
    /// Certificates by their SHA-256.
    pub certificates: BTreeMap<String, CertificateEntry>,
    /// What was judged and listed.
    pub findings: Vec<Finding>,
    /// The rules that ran; `None` in reports that do not say.
    #[serde(default)]
    pub rules: Option<Vec<String>>,
    /// Only findings of these teams are listed; empty for all.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Nodes of the deployment that were not looked at (`--node`).
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// A node.
#[derive(Debug, Deserialize)]
pub struct NodeEntry {
    /// Its name.
    pub name: String,
    /// What it runs.
    #[serde(default)]
    pub product: String,
    /// The name that clients are given.
    #[serde(default)]
    pub address: String,
    /// Its services.
    pub services: Vec<ServiceEntry>,
}

/// A service.
#[derive(Debug, Deserialize)]
pub struct ServiceEntry {
    /// Its name.
    pub service: String,
    /// Its port.
    pub port: u16,
    /// The name of the certificate that it presents.
    #[serde(default)]
    pub certificate_name: String,
    /// Whether it must answer.
    #[serde(default)]
    pub required: bool,
    /// "examined", "closed", "unreachable", "failed" or "skipped".
    pub status: String,
    /// In words, when not examined.
    #[serde(default)]
    pub detail: Option<String>,
    /// What it presents.
    #[serde(default)]
    pub chains: Vec<ChainEntry>,
}

/// A presented chain.
#[derive(Debug, Deserialize)]
pub struct ChainEntry {
    /// "rsa", "ecdsa" or "other".
    #[serde(default)]
    pub kind: String,
    /// SHA-256 of each certificate, the leaf's first.
    pub certificates: Vec<String>,
}

/// A certificate; everything is empty of one that cannot be decoded.
#[derive(Debug, Deserialize)]
pub struct CertificateEntry {
    /// Whom it is issued to.
    #[serde(default)]
    pub subject: String,
    /// Who issued it.
    #[serde(default)]
    pub issuer: String,
    /// RFC 3339.
    #[serde(default)]
    pub not_before: String,
    /// RFC 3339.
    #[serde(default)]
    pub not_after: String,
    /// "RSA 2048".
    #[serde(default)]
    pub key: String,
    /// The certificate itself.
    #[serde(default)]
    pub pem: String,
}

/// A finding, or with `--all` anything that was judged.
#[derive(Debug, Deserialize)]
pub struct Finding {
    /// The same fault has the same id, from run to run.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// How grave.
    #[serde(deserialize_with = "severity")]
    pub severity: Severity,
    /// What the rule said.
    #[serde(deserialize_with = "status")]
    pub status: Status,
    /// The team that usually mends it.
    #[serde(default)]
    pub owner: Option<String>,
    /// What the rule looks for.
    #[serde(default)]
    pub title: Option<String>,
    /// On which node; `None` for the deployment.
    #[serde(default)]
    pub node: Option<String>,
    /// On which service of it.
    #[serde(default)]
    pub service: Option<String>,
    /// That service's port.
    #[serde(default)]
    pub port: Option<u16>,
    /// SHA-256 of the leaf.
    #[serde(default)]
    pub certificate: Option<String>,
    /// What was seen.
    #[serde(default)]
    pub message: String,
    /// What was looked for.
    #[serde(default)]
    pub expected: Option<String>,
    /// Who is hit, and how.
    #[serde(default)]
    pub effects: Vec<EffectEntry>,
    /// The way out.
    #[serde(default)]
    pub fix: Option<FixEntry>,
    /// Accepted by a waiver.
    #[serde(default)]
    pub waived: Option<Waived>,
}

/// Who is hit, and how.
#[derive(Debug, Deserialize)]
pub struct EffectEntry {
    /// "windows", "servers".
    pub who: String,
    /// "prompt", "blocked".
    pub outcome: String,
}

/// The way out.
#[derive(Debug, Deserialize)]
pub struct FixEntry {
    /// In a sentence or two.
    #[serde(default)]
    pub summary: String,
}

/// Accepted by a waiver.
#[derive(Debug, Deserialize)]
pub struct Waived {
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// The end of its last day, RFC 3339.
    #[serde(default)]
    pub expires: Option<String>,
}

impl Snapshot {
    /// Reads a report. The faults name line and column where there are any.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadFault> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(ReadFault::Utf16);
        }
        match serde_json::from_slice::<Self>(bytes) {
            Ok(report) => report.checked(),
            Err(fault) => Err(of_another_version(bytes).unwrap_or(ReadFault::Json(fault))),
        }
    }

    fn checked(mut self) -> Result<Self, ReadFault> {
        if self.schema != REPORT_SCHEMA {
            return Err(ReadFault::Schema { found: self.schema });
        }
        self.at = moment(&self.generated_at).ok_or_else(|| ReadFault::Moment {
            found: self.generated_at.clone(),
        })?;
        Ok(self)
    }
}

/// What differs from a report in its keys says in its schema what it is.
fn of_another_version(bytes: &[u8]) -> Option<ReadFault> {
    #[derive(Deserialize)]
    struct Versioned {
        schema: String,
    }
    let found = serde_json::from_slice::<Versioned>(bytes).ok()?.schema;
    (found != REPORT_SCHEMA).then_some(ReadFault::Schema { found })
}

/// Unix seconds of an RFC 3339 time.
pub(super) fn moment(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(moment.unix_timestamp())
}

fn severity<'de, D: Deserializer<'de>>(from: D) -> Result<Severity, D::Error> {
    let known = [Severity::Info, Severity::Warning, Severity::Error];
    named(from, &known, Severity::name)
}

fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Status, D::Error> {
    let known = [
        Status::Fail,
        Status::Unknown,
        Status::NotApplicable,
        Status::Pass,
    ];
    named(from, &known, Status::name)
}

fn named<'de, D: Deserializer<'de>, T: Copy>(
    from: D,
    known: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, D::Error> {
    let word = String::deserialize(from)?;
    let found = known.iter().copied().find(|one| name(*one) == word);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|one| name(*one)).collect();
        de::Error::custom(format!("{word:?} is none of {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Snapshot;

    const EMPTY: &str = r#"{"schema":"certaudit.report/1","generated_at":"2026-11-21T19:00:00Z","complete":true,
"deployment":"ACME","verdict":"ready","nodes":[],"certificates":{},"findings":[]}"#;

    fn fault(text: &str) -> String {
        Snapshot::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn keys_that_were_added_may_be_there_or_not() {
        let read = Snapshot::read(EMPTY.as_bytes()).unwrap();
        assert_eq!((read.at, read.rules), (1_795_287_600, None));
        let more = EMPTY.replacen('{', r#"{"since":{"deep":[1]},"rules":["a"],"#, 1);
        let read = Snapshot::read(format!("\u{feff}{more}").as_bytes()).unwrap();
        assert_eq!(read.rules.unwrap(), ["a"]);
    }

    #[test]
    fn what_is_no_report_is_told_with_its_place() {
        assert!(fault("").contains("line 1 column 0"));
        assert!(fault(&EMPTY[..60]).contains("line 1 column 60"));
        assert!(fault("<html>").contains("line 1 column 1"));
        let missing = fault(&EMPTY.replace(r#","findings":[]"#, ""));
        assert!(
            missing.contains("`findings`") && missing.contains("line 2"),
            "{missing}"
        );
        let deep = "[".repeat(100_000);
        assert!(fault(&EMPTY.replace("[]", &deep)).contains("line 2"));
    }

    #[test]
    fn another_version_and_another_format_say_what_they_are() {
        let next = fault(&EMPTY.replace("report/1", "report/2"));
        assert!(next.contains("\"certaudit.report/2\""), "{next}");
        let evidence = fault(r#"{"schema":"certaudit.evidence/1","nodes":3}"#);
        assert!(evidence.contains("\"certaudit.evidence/1\""), "{evidence}");
        assert!(fault(&EMPTY.replace("T19", " at ")).contains("2026-11-21 at :00:00Z"));
        let utf16 = Snapshot::read(b"\xff\xfe{\0").unwrap_err().to_string();
        assert!(utf16.contains("PowerShell"), "{utf16}");
    }
}

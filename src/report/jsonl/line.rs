//! The line, version 1: keys may be added, never renamed. Every key is in every line, `null` or always of one type, so that
//! a table can be made of the lines.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Scope, body};
use crate::audit::effect::Effect;
use crate::audit::fix::Fix;
use crate::audit::{Judgement, Status, Waived};
use crate::certificate::Parsed;
use crate::report::markdown::clip;
use crate::report::phrase::place;
use crate::report::priority::Priority;
use crate::report::{Report, moment_text, schema_of};
use crate::source::Citation;
use crate::text::escape;

/// The version of the line.
pub const SCHEMA: &str = "certaudit.finding/1";

/// Trackers cut titles at 255 characters (Jira, GitLab) or refuse longer ones (256, GitHub).
const TITLE: usize = 250;

/// A finding of certaudit, self-contained.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "certaudit finding", extend("$id" = "urn:certaudit:finding:1"))]
pub(in crate::report) struct FindingLine1 {
    /// Always "certaudit.finding/1".
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The same fault has the same fingerprint, from run to run: the key of a ticket.
    pub(in crate::report) fingerprint: String,
    /// One line that stands alone: where, and what.
    pub(in crate::report) title: String,
    /// 1 (urgent) to 4 (low), from severity and effects.
    pub(in crate::report) priority: u8,
    /// "urgent", "high", "normal" or "low".
    pub(in crate::report) priority_name: &'static str,
    /// The team that usually mends it: "uc", "pki", "dns", "network", "identity".
    pub(in crate::report) owner: &'static str,
    /// The rule's name; `certaudit explain` tells more.
    pub(in crate::report) rule: &'static str,
    /// What the rule looks for.
    pub(in crate::report) rule_title: &'static str,
    /// "error", "warning" or "info".
    pub(in crate::report) severity: &'static str,
    /// "fail" or "unknown"; with --all also "pass" and "not-applicable".
    pub(in crate::report) status: &'static str,
    /// The deployment's name.
    pub(in crate::report) deployment: String,
    /// The moment as of which was judged, RFC 3339 UTC.
    pub(in crate::report) generated_at: String,
    /// The node's name; null when it is about the whole deployment.
    pub(in crate::report) node: Option<String>,
    /// What the node runs: "cucm", "im-presence"...
    pub(in crate::report) product: Option<&'static str>,
    /// The name that clients are given for the node.
    pub(in crate::report) address: Option<String>,
    /// The service, when it is about one.
    pub(in crate::report) service: Option<String>,
    /// The port of that service.
    pub(in crate::report) port: Option<u16>,
    /// What the certificate is called in Certificate Management.
    pub(in crate::report) certificate_name: Option<&'static str>,
    /// SHA-256 of the leaf.
    pub(in crate::report) certificate: Option<String>,
    /// Its subject (RFC 4514).
    pub(in crate::report) certificate_subject: Option<String>,
    /// The subject of who signed it (RFC 4514).
    pub(in crate::report) certificate_issuer: Option<String>,
    /// Its serial number, hexadecimal.
    pub(in crate::report) certificate_serial: Option<String>,
    /// RFC 3339 UTC.
    pub(in crate::report) certificate_not_after: Option<String>,
    /// What was seen, with the values.
    pub(in crate::report) message: String,
    /// What should be there, when that can be said in a word.
    pub(in crate::report) expected: Option<String>,
    /// What is there instead, when that can be said in words.
    pub(in crate::report) found: Vec<String>,
    /// Who is hit, and how.
    pub(in crate::report) effects: Vec<Effect1>,
    /// The way out; null when there is nothing to mend.
    pub(in crate::report) fix: Option<Fix1>,
    /// Who says so.
    pub(in crate::report) citations: Vec<Citation1>,
    /// The waiver that accepts it; null when there is none.
    pub(in crate::report) waived: Option<Waived1>,
    /// All of it in Markdown, for the text of a ticket.
    body: String,
}

/// Who is hit, and how.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Effect1 {
    /// "windows", "mac", "ios", "android", "expressway", "federation", "servers".
    pub(in crate::report) who: &'static str,
    /// "prompt", "prompt-every-session", "blocked", "mra-fails", "federation-fails", "degraded", "unknown".
    pub(in crate::report) outcome: &'static str,
}

/// The way out.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Fix1 {
    /// What to do, in a sentence or two.
    pub(in crate::report) summary: String,
    /// The same click by click, in order.
    pub(in crate::report) steps: Vec<String>,
    /// Services to restart afterwards, in order.
    pub(in crate::report) restart: Vec<String>,
    /// What to mind.
    pub(in crate::report) cautions: Vec<String>,
}

/// Who says so.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Citation1 {
    /// The document.
    pub(in crate::report) title: &'static str,
    /// The place in it; empty for the whole.
    pub(in crate::report) section: &'static str,
    /// Where it is to be had.
    pub(in crate::report) url: Option<&'static str>,
}

/// Accepted by a waiver of the deployment file.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Waived1 {
    /// Why it is accepted.
    pub(in crate::report) reason: String,
    /// The end of its last day, RFC 3339 UTC.
    pub(in crate::report) expires: Option<String>,
}

/// The JSON Schema of a line.
pub fn schema() -> serde_json::Value {
    schema_of::<FindingLine1>()
}

impl FindingLine1 {
    pub(super) fn of(report: &Report<'_>, scope: &Scope<'_>) -> Self {
        let one = scope.one;
        let facts = Facts::of(scope.certificate);
        let priority = Priority::of(one);
        let mut line = Self {
            schema: SCHEMA,
            fingerprint: one.id.clone(),
            title: title(one),
            priority: priority.number(),
            priority_name: priority.name(),
            owner: one.owner.name(),
            rule: one.rule.id,
            rule_title: one.rule.title,
            severity: one.severity.name(),
            status: one.status.name(),
            deployment: shown(&report.estate.deployment.name),
            generated_at: moment_text(report.audit.at),
            node: one.place.node.as_deref().map(shown),
            product: scope.node.map(|view| view.node.product.name()),
            address: scope.node.map(|view| shown(&view.node.address)),
            service: one.place.service.as_deref().map(shown),
            port: one.place.port,
            certificate_name: scope
                .service
                .map(|view| view.service.certificate_name.name()),
            certificate: one.place.certificate.map(|digest| digest.to_string()),
            certificate_subject: facts.subject,
            certificate_issuer: facts.issuer,
            certificate_serial: facts.serial,
            certificate_not_after: facts.not_after,
            message: shown(&one.message),
            expected: one.expected.as_deref().map(shown),
            found: one.found.iter().map(|name| shown(name)).collect(),
            effects: one.effects.iter().map(Effect1::of).collect(),
            fix: (!one.fix.summary.is_empty()).then(|| Fix1::of(&one.fix)),
            citations: one.citations.iter().map(Citation1::of).collect(),
            waived: one.waived.as_ref().map(Waived1::of),
            body: String::new(),
        };
        line.body = body::write(&line, scope);
        line
    }
}

/// "cucm-sub tomcat (8443): a self-signed certificate". What was looked for tells findings of one rule on one service apart.
fn title(one: &Judgement) -> String {
    let asked = match one.status {
        Status::Fail => "",
        Status::Unknown => "could not be judged: ",
        Status::NotApplicable => "does not apply: ",
        Status::Pass => "passed: ",
    };
    let expected = one.expected.as_deref().map(escape);
    let expected = expected.map_or_else(String::new, |name| format!(" ({name})"));
    let text = format!("{}: {asked}{}{expected}", place(one), one.rule.title);
    clip(&text, TITLE).into_owned()
}

/// The certificate in short.
#[derive(Default)]
struct Facts {
    subject: Option<String>,
    issuer: Option<String>,
    serial: Option<String>,
    not_after: Option<String>,
}

impl Facts {
    fn of(certificate: Option<&Parsed>) -> Self {
        match certificate {
            Some(Ok(certificate)) => Self {
                subject: Some(shown(&certificate.subject.text)),
                issuer: Some(shown(&certificate.issuer.text)),
                serial: Some(certificate.serial.clone()),
                not_after: Some(shown(&certificate.not_after.to_string())),
            },
            Some(Err(malformed)) => {
                let skimmed = malformed.skimmed.as_deref();
                Self {
                    subject: skimmed.and_then(|facts| facts.subject.as_deref().map(shown)),
                    issuer: skimmed.and_then(|facts| facts.issuer.as_deref().map(shown)),
                    ..Self::default()
                }
            }
            None => Self::default(),
        }
    }
}

impl Effect1 {
    fn of(effect: &Effect) -> Self {
        Self {
            who: effect.who.name(),
            outcome: effect.outcome.name(),
        }
    }
}

impl Fix1 {
    fn of(fix: &Fix) -> Self {
        let all = |texts: &[String]| texts.iter().map(|text| shown(text)).collect();
        Self {
            summary: shown(&fix.summary),
            steps: all(&fix.steps),
            restart: all(&fix.restart),
            cautions: all(&fix.cautions),
        }
    }
}

impl Citation1 {
    fn of(citation: &Citation) -> Self {
        Self {
            title: citation.source.title,
            section: citation.section,
            url: citation.source.url,
        }
    }
}

impl Waived1 {
    fn of(waived: &Waived) -> Self {
        Self {
            reason: shown(&waived.reason),
            expires: waived.expires.map(moment_text),
        }
    }
}

fn shown(text: &str) -> String {
    escape(text).into_owned()
}

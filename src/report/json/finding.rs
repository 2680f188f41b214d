//! Findings.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::effect::Effect;
use crate::audit::fix::Fix;
use crate::audit::{Judgement, Waived};
use crate::report::moment_text;
use crate::source::Citation;
use crate::text::escape;

/// A finding.
#[derive(Serialize, JsonSchema)]
pub(super) struct Finding1 {
    /// The same fault has the same id, from run to run.
    id: String,
    /// The rule's name; `certaudit explain` tells more.
    rule: &'static str,
    /// "error", "warning" or "info".
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    severity: &'static str,
    /// "fail" or "unknown"; with --all also "pass" and "not-applicable".
    #[schemars(extend("enum" = ["fail", "unknown", "pass", "not-applicable"]))]
    status: &'static str,
    /// The team that usually mends it: "uc", "pki", "dns", "network", "identity".
    #[schemars(extend("enum" = ["uc", "pki", "dns", "network", "identity"]))]
    owner: &'static str,
    /// What the rule looks for.
    title: &'static str,
    /// The node, when it is about one.
    node: Option<String>,
    /// The service, when it is about one.
    service: Option<String>,
    /// The port of that service.
    port: Option<u16>,
    /// SHA-256 of the leaf.
    certificate: Option<String>,
    /// What was seen, with the values.
    message: String,
    /// What should be there, when that can be said in a word.
    expected: Option<String>,
    /// What is there instead, when that can be said in words.
    found: Vec<String>,
    /// Who is hit, and how.
    effects: Vec<Effect1>,
    /// The way out; null when there is nothing to mend.
    fix: Option<Fix1>,
    /// Who says so.
    citations: Vec<Citation1>,
    /// The waiver that accepts it; null when there is none.
    waived: Option<Waived1>,
}

/// Who is hit, and how.
#[derive(Serialize, JsonSchema)]
struct Effect1 {
    /// "windows", "mac", "ios", "android", "expressway", "federation", "servers".
    who: &'static str,
    /// "prompt", "prompt-every-session", "blocked", "mra-fails", "federation-fails", "degraded", "unknown".
    outcome: &'static str,
}

/// The way out.
#[derive(Serialize, JsonSchema)]
struct Fix1 {
    /// What to do, in a sentence or two.
    summary: String,
    /// The same click by click, in order.
    steps: Vec<String>,
    /// What has to be restarted afterwards, in the product's words.
    restart: Vec<String>,
    /// What to mind.
    cautions: Vec<String>,
}

/// Who says so.
#[derive(Serialize, JsonSchema)]
struct Citation1 {
    /// The document.
    title: &'static str,
    /// The place in it; empty for the whole.
    section: &'static str,
    /// Where it is to be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
}

/// Accepted by a waiver of the deployment file.
#[derive(Serialize, JsonSchema)]
struct Waived1 {
    /// Why it is accepted.
    reason: String,
    /// The end of its last day, RFC 3339 UTC.
    #[schemars(extend("format" = "date-time"))]
    expires: Option<String>,
}

impl Finding1 {
    pub(super) fn of(one: &Judgement) -> Self {
        Self {
            id: one.id.clone(),
            rule: one.rule.id,
            severity: one.severity.name(),
            status: one.status.name(),
            owner: one.owner.name(),
            title: one.rule.title,
            node: one.place.node.as_deref().map(shown),
            service: one.place.service.clone(),
            port: one.place.port,
            certificate: one.place.certificate.map(|digest| digest.to_string()),
            message: shown(&one.message),
            expected: one.expected.as_deref().map(shown),
            found: one.found.iter().map(|name| shown(name)).collect(),
            effects: one.effects.iter().map(Effect1::of).collect(),
            fix: (!one.fix.summary.is_empty()).then(|| Fix1::of(&one.fix)),
            citations: one.citations.iter().map(Citation1::of).collect(),
            waived: one.waived.as_ref().map(Waived1::of),
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
        Self {
            summary: shown(&fix.summary),
            steps: fix.steps.iter().map(|step| shown(step)).collect(),
            restart: fix.restart.clone(),
            cautions: fix.cautions.clone(),
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

//! Waivers for what was found, as a piece of a deployment file: to be gone through by people, and appended.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::phrase::{place, plural};
use super::{Report, moment_text};
use crate::audit::rule::{Check, Severity};
use crate::audit::waiver::{is_expired, names};
use crate::audit::{Context, Judgement};
use crate::text::{date, escape};

/// Until then somebody should have mended it, or accepted it with a reason.
const LIFE: i64 = 90 * 86_400;

/// What a waiver names: rule, node, service. One without a node stands before, and covers, those with one.
type Scope<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

/// Writes a waiver for each error and warning that is listed and that none accepts, sorted by rule, node and service; one for
/// all findings that it names.
pub fn write(report: &Report<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let found = findings(report);
    let scopes = covering(&found);
    let accepted = scopes.values().map(Vec::len).sum::<usize>();
    let mut out = format!(
        "# {} for {} of {}, as of {}.\n# Proposed by certaudit {}. Go through them: delete what is to be mended, write into each reason who \
         accepted it\n# and why, and append the rest to the deployment file. They end on {}, UTC.\n",
        plural(scopes.len(), "waiver"),
        plural(accepted, "finding"),
        escape(&report.estate.deployment.name),
        moment_text(report.audit.at),
        env!("CARGO_PKG_VERSION"),
        date(report.audit.at + LIFE)
    );
    for (scope, findings) in &scopes {
        out += &block(scope, findings, report);
    }
    sink.write_all(out.as_bytes())
}

/// Waivers are judged after they were applied: none can accept what is said of waivers.
fn findings<'a>(report: &Report<'a>) -> Vec<&'a Judgement> {
    let is_wanted = |one: &&Judgement| one.counts() && one.severity >= Severity::Warning;
    let is_waivable = |one: &&Judgement| !matches!(one.rule.check, Check::Waiver(_));
    report
        .shown()
        .filter(is_wanted)
        .filter(is_waivable)
        .collect()
}

/// The findings by the widest waiver that they need.
fn covering<'a>(found: &[&'a Judgement]) -> BTreeMap<Scope<'a>, Vec<&'a Judgement>> {
    let scope = |one: &'a Judgement| -> Scope<'a> {
        let service = one.place.service.as_deref();
        (one.rule.id, one.place.node.as_deref(), service)
    };
    let own: std::collections::BTreeSet<Scope<'_>> = found.iter().map(|one| scope(one)).collect();
    let mut all: BTreeMap<Scope<'a>, Vec<&'a Judgement>> = BTreeMap::new();
    for one in found {
        let (rule, node, service) = scope(one);
        let wider = [(rule, None, None), (rule, node, None)];
        let widest = wider.into_iter().find(|wide| own.contains(wide));
        all.entry(widest.unwrap_or((rule, node, service)))
            .or_default()
            .push(one);
    }
    all
}

fn block(scope: &Scope<'_>, findings: &[&Judgement], report: &Report<'_>) -> String {
    let (rule, node, service) = *scope;
    let mut out = String::from("\n");
    for one in findings {
        let severity = one.severity.name();
        out += &format!("# {severity} on {}: {}\n", place(one), escape(&one.message));
    }
    out += &cautions(scope, findings, report);
    let title = findings.first().map_or("", |one| one.rule.title);
    let reason = format!("baseline {}: {title}; CHG…", date(report.audit.at));
    out += &format!("[[waiver]]\nrule = {}\n", quoted(rule));
    for (key, value) in [("node", node), ("service", service)] {
        out += &value.map_or_else(String::new, |value| format!("{key} = {}\n", quoted(value)));
    }
    out += &format!("reason = {}\n", quoted(&reason));
    out + &format!("expires = {}\n", date(report.audit.at + LIFE))
}

/// What somebody who accepts it should know.
fn cautions(scope: &Scope<'_>, findings: &[&Judgement], report: &Report<'_>) -> String {
    let mut out = String::new();
    if scope.1.is_none() {
        out += "# Mind: it names no node, so it accepts this rule's findings everywhere.\n";
    }
    if findings.iter().any(|one| one.rule.family() == "probe") {
        out += "# Mind: what does not answer was not examined; readiness stays unknown for as long (exit status 3).\n";
    }
    let context = Context {
        at: report.audit.at,
    };
    let waivers = &report.estate.deployment.waivers;
    let expired = waivers.iter().filter(|waiver| {
        is_expired(waiver, &context) && findings.iter().any(|one| names(waiver, one))
    });
    for waiver in expired {
        let line = waiver.line;
        out += &format!(
            "# Mind: the waiver in line {line} accepted it, and its last day is over: delete that one.\n"
        );
    }
    out
}

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

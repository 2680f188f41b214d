//! Waivers for what was found, as a piece of a deployment file: to be gone through by people, and appended.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use super::phrase::{place, plural};
use super::{Report, moment_text};
use crate::audit::rule::{Check, Severity};
use crate::audit::waiver::is_expired;
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
    let expired = Expired::of(report);
    for (scope, findings) in &scopes {
        out += &block(scope, findings, &expired, report);
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
    let own: BTreeSet<Scope<'_>> = found.iter().map(|one| scope(one)).collect();
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

fn block(
    scope: &Scope<'_>,
    findings: &[&Judgement],
    expired: &Expired<'_>,
    report: &Report<'_>,
) -> String {
    let (rule, node, service) = *scope;
    let mut out = String::from("\n");
    for one in findings {
        let severity = one.severity.name();
        out += &format!("# {severity} on {}: {}\n", place(one), escape(&one.message));
    }
    out += &cautions(scope, findings, expired);
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
fn cautions(scope: &Scope<'_>, findings: &[&Judgement], expired: &Expired<'_>) -> String {
    let mut out = String::new();
    if scope.1.is_none() {
        out += "# Mind: it names no node, so it accepts this rule's findings everywhere.\n";
    }
    if findings.iter().any(|one| one.rule.family() == "probe") {
        out += "# Mind: what does not answer was not examined; readiness stays unknown for as long (exit status 3).\n";
    }
    for line in expired.naming(findings) {
        out += &format!(
            "# Mind: the waiver in line {line} accepted it, and its last day is over: delete that one.\n"
        );
    }
    out
}

/// The lines of the waivers whose last day is over, by what they name.
struct Expired<'a>(HashMap<Scope<'a>, Vec<usize>>);

impl<'a> Expired<'a> {
    fn of(report: &Report<'a>) -> Self {
        let context = Context {
            at: report.audit.at,
        };
        let mut lines: HashMap<Scope<'a>, Vec<usize>> = HashMap::new();
        let waivers = report.estate.deployment.waivers.iter();
        for waiver in waivers.filter(|waiver| is_expired(waiver, &context)) {
            let (node, service) = (waiver.node.as_deref(), waiver.service.as_deref());
            let own = lines.entry((&waiver.rule, node, service)).or_default();
            own.push(waiver.line);
        }
        Self(lines)
    }

    /// Of those that name one of the findings, in the order of the file.
    fn naming(&self, findings: &[&Judgement]) -> BTreeSet<usize> {
        let mut wider = BTreeSet::new();
        for one in findings {
            let (node, service) = (one.place.node.as_deref(), one.place.service.as_deref());
            wider.extend([(node, service), (node, None), (None, service), (None, None)]);
        }
        let rule = findings.first().map_or("", |one| one.rule.id);
        let named = wider.into_iter();
        let lines = named.filter_map(|(node, service)| self.0.get(&(rule, node, service)));
        lines.flatten().copied().collect()
    }
}

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

//! How many findings there are, by rule, severity, owner and node.

use super::family::Family;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Status};
use crate::report::Report;

/// Findings one by one, and all open ones by severity (these are there at 0, too).
pub(super) fn families(report: &Report<'_>) -> [Family; 2] {
    let mut single = Family::new(
        report,
        "certaudit_findings",
        "Findings by state: open, waived, or unknown where evidence is missing. Those of the whole deployment have no node.",
    );
    let mut open = Family::new(
        report,
        "certaudit_open_findings",
        "Open findings of a severity, in all.",
    );
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let is_counted =
            |one: &&Judgement| one.counts() && one.severity == severity && report.is_of_owner(one);
        let count = report.audit.judgements.iter().filter(is_counted).count();
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        open.set(&[("severity", severity.name())], count);
    }
    let told = report
        .shown()
        .filter(|one| one.is_finding() && !one.follows_silence);
    for one in told {
        single.count(&[
            ("node", one.place.node.as_deref().unwrap_or_default()),
            ("rule", one.rule.id),
            ("severity", one.severity.name()),
            ("owner", one.owner.name()),
            ("state", state(one)),
        ]);
    }
    [single, open]
}

fn state(one: &Judgement) -> &'static str {
    match (one.waived.is_some(), one.status) {
        (true, _) => "waived",
        (false, Status::Fail) => "open",
        (false, _) => "unknown",
    }
}

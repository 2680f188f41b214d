//! Accepting findings: a waiver names a rule, perhaps a node and a service, a reason and a last day.

use super::{Context, Judgement, Waived};
use crate::deployment::Waiver;

/// Marks what waivers accept, and counts for each waiver the findings that it names, expired or not.
pub(super) fn apply(
    waivers: &[Waiver],
    context: &Context,
    findings: &mut [Judgement],
) -> Vec<usize> {
    let mut matched = vec![0; waivers.len()];
    for finding in findings.iter_mut().filter(|finding| finding.is_finding()) {
        for (waiver, count) in waivers.iter().zip(&mut matched) {
            if !names(waiver, finding) {
                continue;
            }
            *count += 1;
            if !is_expired(waiver, context) && finding.waived.is_none() {
                finding.waived = Some(Waived {
                    reason: waiver.reason.clone(),
                    expires: waiver.expires,
                });
            }
        }
    }
    matched
}

/// Whether its last day is over.
pub fn is_expired(waiver: &Waiver, context: &Context) -> bool {
    waiver.expires.is_some_and(|end| context.at > end)
}

/// Whether it names the finding, expired or not.
pub fn names(waiver: &Waiver, finding: &Judgement) -> bool {
    let is = |wanted: &Option<String>, present: Option<&str>| {
        wanted
            .as_deref()
            .is_none_or(|wanted| present == Some(wanted))
    };
    waiver.rule == finding.rule.id
        && is(&waiver.node, finding.place.node.as_deref())
        && is(&waiver.service, finding.place.service.as_deref())
}

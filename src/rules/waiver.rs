//! Do the accepted findings still stand.

pub(super) mod expired;
pub(super) mod unused;

use crate::deployment::Waiver;

/// What a waiver accepts: the rule and, where it says so, the node and the service.
fn scope(waiver: &Waiver) -> String {
    let mut scope = waiver.rule.clone();
    if let Some(node) = &waiver.node {
        scope.push_str(" on ");
        scope.push_str(node);
    }
    if let Some(service) = &waiver.service {
        scope.push_str(", service ");
        scope.push_str(service);
    }
    scope
}

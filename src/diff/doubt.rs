//! What the newer report does not know although the older one did, and what limits the comparison.

use super::findings::{FindingChange, FindingFate};
use super::reading::{ServiceEntry, Snapshot};
use super::scope::{self, ServiceKey, silence};
use crate::audit::Status;
use crate::audit::rule::{Owner, Severity};

/// Named up to here; the rest is counted.
const NAMED: usize = 5;

/// Why it cannot be said that nothing new is wrong, a sentence each.
pub(super) fn doubts(
    old: &Snapshot,
    new: &Snapshot,
    findings: &[FindingChange<'_>],
    owners: &[Owner],
) -> Vec<String> {
    let mut doubts = Vec::new();
    if !new.complete {
        doubts.push("The newer scan was interrupted.".to_owned());
    }
    let mut add = |what: &str, names: Vec<String>| {
        doubts.extend((!names.is_empty()).then(|| format!("{what}: {}.", listed(&names))));
    };
    add("Required, and not examined any more", unexamined(old, new));
    add("Left out of the newer report by --node", left_out(old, new));
    add("Rules that ran before and not now", dropped_rules(old, new));
    add(
        "Teams whose findings are not listed any more",
        unlisted(old, new, owners),
    );
    add(
        "Errors that cannot be ruled out any more",
        open_errors(findings),
    );
    doubts
}

/// What limits the comparison, a sentence each.
pub(super) fn remarks(old: &Snapshot, new: &Snapshot) -> Vec<String> {
    let mut remarks = Vec::new();
    if old.deployment != new.deployment {
        remarks.push(format!(
            "These are reports of two deployments, {:?} and {:?}: findings are compared by node, service and rule all the same.",
            old.deployment, new.deployment
        ));
    }
    if old.at > new.at {
        remarks.push(format!(
            "The first report ({}) is newer than the second ({}): were they given in the wrong order?",
            old.generated_at, new.generated_at
        ));
    }
    if !old.complete {
        let text = "The older scan was interrupted: what it had not seen counts as new.";
        remarks.push(text.to_owned());
    }
    if !old.owners.is_empty() {
        remarks.push(format!(
            "The older report lists only what {} mends: all else counts as new.",
            old.owners.join(", ")
        ));
    }
    remarks
}

/// Required services of which nothing was seen now, unless that was so before.
fn unexamined(old: &Snapshot, new: &Snapshot) -> Vec<String> {
    let before = scope::services(old);
    let lost = |(key, now): &(ServiceKey<'_>, &ServiceEntry)| {
        let was = before.get(key);
        let required = now.required || was.is_some_and(|was| was.required && was.is_examined());
        required && !now.is_examined() && was.is_none_or(|was| was.is_examined())
    };
    let all = scope::services(new).into_iter().filter(lost);
    all.map(|((node, service, port), now)| format!("{node} {service} ({port}, {})", silence(now)))
        .collect()
}

fn left_out(old: &Snapshot, new: &Snapshot) -> Vec<String> {
    let known: std::collections::BTreeSet<&str> =
        old.nodes.iter().map(|node| &*node.name).collect();
    let all = new.left_out.iter().filter(|name| known.contains(&***name));
    all.cloned().collect()
}

/// Where a node is left out, waivers that name nothing are not asked for: that is no loss of its own.
fn dropped_rules(old: &Snapshot, new: &Snapshot) -> Vec<String> {
    if new.rules.is_none() {
        return Vec::new();
    }
    let now = scope::rules(new);
    let dropped = scope::rules(old).into_iter().filter(|rule| {
        !now.contains(rule) && (new.left_out.is_empty() || *rule != "waiver-unused")
    });
    dropped.map(str::to_owned).collect()
}

/// Of the teams that are wanted.
fn unlisted(old: &Snapshot, new: &Snapshot, owners: &[Owner]) -> Vec<String> {
    let has = |list: &[String], owner: Owner| {
        list.is_empty() || list.iter().any(|one| one == owner.name())
    };
    let wanted = |owner: &Owner| owners.is_empty() || owners.contains(owner);
    let lost = |owner: &Owner| has(&old.owners, *owner) && !has(&new.owners, *owner);
    let all = Owner::ALL.into_iter().filter(wanted).filter(lost);
    all.map(|owner| owner.name().to_owned()).collect()
}

/// As a scan whose own errors are not known ends with doubt, so does this.
fn open_errors(findings: &[FindingChange<'_>]) -> Vec<String> {
    let open = findings.iter().filter(|change| {
        let (one, fate) = (change.finding, change.fate);
        let is_new = matches!(fate, FindingFate::NewQuestion | FindingFate::NoLongerKnown);
        let is_error = one.severity == Severity::Error && one.certificate.is_some();
        is_new && is_error && one.status == Status::Unknown && one.waived.is_none()
    });
    let name = |change: &FindingChange<'_>| {
        let one = change.finding;
        let node = one.node.as_deref().unwrap_or("the deployment");
        let service = one.service.as_deref().map(|name| format!(" {name}"));
        format!("{} on {node}{}", one.rule, service.unwrap_or_default())
    };
    open.map(name).collect()
}

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let mut text = names[..names.len() - more].join(", ");
    if more > 0 {
        text += &format!(", and {more} more");
    }
    text
}

//! What changed between two reports: findings, certificates, nodes and services. Only what both looked at is compared: what
//! the newer one did not look at is no longer known, and never told as mended.

mod certificates;
mod doubt;
mod findings;
mod reading;
mod scope;
mod services;
#[cfg(test)]
mod tests;

use crate::audit::rule::{Owner, Severity};

pub use certificates::{CertificateChange, CertificateFate, Expiring, Place, Presented};
pub use findings::{FindingChange, FindingFate};
pub use reading::{
    CertificateEntry, Finding, NodeEntry, REPORT_SCHEMA, ReadFault, ServiceEntry, Snapshot, Waived,
};
pub use services::{Appearance, NodeChange, ServiceChange};

/// What changed from an older report to a newer one.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The older report.
    pub old: &'a Snapshot,
    /// The newer report.
    pub new: &'a Snapshot,
    /// Findings and open questions: what is new first, what is still there last.
    pub findings: Vec<FindingChange<'a>>,
    /// Leaf certificates that are not where they were.
    pub certificates: Vec<CertificateChange<'a>>,
    /// Leaf certificates of the newer report that end soon, or have ended; the first to end first.
    pub expiring: Vec<Expiring<'a>>,
    /// Nodes that are in one of the reports only.
    pub nodes: Vec<NodeChange<'a>>,
    /// Services whose status is another, and those that nodes of both reports have in one only.
    pub services: Vec<ServiceChange<'a>>,
    /// What limits the comparison, a sentence each.
    pub remarks: Vec<String>,
    /// Why it cannot be said that nothing new is wrong: what the older report had examined and the newer one has not. A
    /// sentence each.
    pub doubts: Vec<String>,
    /// Only findings that these teams usually mend are listed and counted; empty for all.
    pub owners: Vec<Owner>,
}

/// Compares two reports. `owners` are the teams whose findings are wanted; none for all.
pub fn compare<'a>(old: &'a Snapshot, new: &'a Snapshot, owners: &[Owner]) -> Difference<'a> {
    let mut findings = findings::compare(old, new);
    findings.retain(|one| is_of(one.finding, owners));
    let services = services::services(old, new);
    let doubts = doubt::doubts(old, new, &findings, owners);
    Difference {
        old,
        new,
        findings,
        certificates: certificates::changes(old, new),
        expiring: certificates::expiring(new),
        nodes: services::nodes(old, new),
        services,
        remarks: doubt::remarks(old, new),
        doubts,
        owners: owners.to_vec(),
    }
}

/// What a report does not give to a team may be anybody's.
fn is_of(finding: &Finding, owners: &[Owner]) -> bool {
    let named = finding.owner.as_deref();
    owners.is_empty() || named.is_none_or(|name| owners.iter().any(|owner| owner.name() == name))
}

impl Difference<'_> {
    /// How many changes of findings are of that kind.
    pub fn count(&self, fate: FindingFate) -> usize {
        self.findings.iter().filter(|one| one.fate == fate).count()
    }

    /// The gravest of the findings that are new, worse or no longer accepted, and that no waiver accepts.
    pub fn worst(&self) -> Option<Severity> {
        let counted = self.findings.iter().filter(|one| one.counts());
        counted.map(|one| one.finding.severity).max()
    }

    /// Exit status: 1 where a finding at or above `fail_on` (`None` for never) is new, worse or no longer accepted; 3 where
    /// there is none, but the newer report does not know what the older one knew; else 0.
    pub fn exit_status(&self, fail_on: Option<Severity>) -> u8 {
        let fails = fail_on.is_some_and(|least| self.worst().is_some_and(|worst| worst >= least));
        match (fails, self.doubts.is_empty()) {
            (true, _) => 1,
            (false, false) => 3,
            (false, true) => 0,
        }
    }
}

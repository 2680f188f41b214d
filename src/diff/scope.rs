//! What the newer report looked at, and so whether a finding that is not in it is mended.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::{Finding, ServiceEntry, Snapshot};
use crate::audit::Status;

/// A service: node, name, port.
pub(super) type ServiceKey<'a> = (&'a str, &'a str, u16);
/// A rule, and what it is asked about: node, service, port.
type Question<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<u16>);

/// What became of what an older finding was about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Looked at, and the finding is not there.
    Judged,
    /// No longer part of the deployment; says what.
    Removed(String),
    /// Not looked at; says why.
    NotLookedAt(String),
}

/// What the newer of two reports looked at.
pub(super) struct Scope<'a> {
    new: &'a Snapshot,
    rules: BTreeSet<&'a str>,
    nodes: BTreeSet<&'a str>,
    left_out: BTreeSet<&'a str>,
    services: BTreeMap<ServiceKey<'a>, &'a ServiceEntry>,
    /// By node: the first service that the older report examined and the newer one did not.
    lost: BTreeMap<&'a str, ServiceKey<'a>>,
    /// Rules that could not judge a place as a whole, with the reason.
    questions: BTreeMap<Question<'a>, &'a str>,
}

/// Every service of a report.
pub(super) fn services(report: &Snapshot) -> BTreeMap<ServiceKey<'_>, &ServiceEntry> {
    let of_node = |node| {
        let node: &super::NodeEntry = node;
        let services = node.services.iter();
        services.map(|one| ((&*node.name, &*one.service, one.port), one))
    };
    report.nodes.iter().flat_map(of_node).collect()
}

/// The rules that ran. Reports that do not say it had at least those run that they name.
pub(super) fn rules(report: &Snapshot) -> BTreeSet<&str> {
    let said = report.rules.iter().flatten().map(String::as_str);
    let seen = report.findings.iter().map(|one| &*one.rule);
    said.chain(seen).collect()
}

impl ServiceEntry {
    /// A certificate of it was seen.
    pub fn is_examined(&self) -> bool {
        self.status == "examined"
    }
}

impl<'a> Scope<'a> {
    /// Of a newer report, beside an older one.
    pub(super) fn of(old: &'a Snapshot, new: &'a Snapshot) -> Self {
        let now = services(new);
        let mut lost = BTreeMap::new();
        for (key, before) in services(old) {
            let unseen = now.get(&key).is_some_and(|one| !one.is_examined());
            if before.is_examined() && unseen {
                lost.entry(key.0).or_insert(key);
            }
        }
        Self {
            new,
            rules: rules(new),
            nodes: new.nodes.iter().map(|node| &*node.name).collect(),
            left_out: new.left_out.iter().map(String::as_str).collect(),
            services: now,
            lost,
            questions: questions(new),
        }
    }

    /// What became of the place of an older finding that is not in the newer report.
    pub(super) fn fate(&self, finding: &Finding) -> Fate {
        if let Some(why) = self.not_asked(finding) {
            return Fate::NotLookedAt(why);
        }
        let fate = match (&finding.node, &finding.service, finding.port) {
            (Some(node), Some(service), Some(port)) => self.of_service((node, service, port)),
            (Some(node), ..) => self.of_node(node),
            (None, ..) => self.of_deployment(finding),
        };
        match (fate, self.question(finding)) {
            (Fate::Judged, Some(why)) => Fate::NotLookedAt(why.to_owned()),
            (fate, _) => fate,
        }
    }

    /// The rule did not run, its team is not listed, or the run broke off.
    fn not_asked(&self, finding: &Finding) -> Option<String> {
        let owner = finding.owner.as_deref().unwrap_or_default();
        let unlisted =
            !self.new.owners.is_empty() && !self.new.owners.iter().any(|one| one == owner);
        if !self.rules.contains(&*finding.rule) {
            return Some(match self.new.rules {
                Some(_) => "the rule did not run".to_owned(),
                None => "the report does not say whether the rule ran".to_owned(),
            });
        }
        if unlisted {
            return Some(format!(
                "only what {} mends is listed",
                self.new.owners.join(", ")
            ));
        }
        (!self.new.complete).then(|| "the scan was interrupted".to_owned())
    }

    fn of_service(&self, key: ServiceKey<'_>) -> Fate {
        match self.services.get(&key) {
            Some(one) if one.is_examined() => Fate::Judged,
            Some(one) => Fate::NotLookedAt(silence(one)),
            None if self.nodes.contains(key.0) => {
                Fate::Removed("the service is no longer in the deployment".to_owned())
            }
            None => self.of_node(key.0),
        }
    }

    fn of_node(&self, node: &str) -> Fate {
        if self.left_out.contains(node) {
            return Fate::NotLookedAt("--node left it out".to_owned());
        }
        if !self.nodes.contains(node) {
            return Fate::Removed("the node is no longer in the deployment".to_owned());
        }
        self.lost
            .get(node)
            .map_or(Fate::Judged, |key| self.silent(*key))
    }

    /// What is said of the deployment rests on every node, unless it is about the deployment file itself.
    fn of_deployment(&self, finding: &Finding) -> Fate {
        if finding.rule.starts_with("waiver-") {
            return Fate::Judged;
        }
        if let Some(node) = self.left_out.first() {
            return Fate::NotLookedAt(format!("--node left out {node}"));
        }
        let lost = self.lost.values().next();
        lost.map_or(Fate::Judged, |key| self.silent(*key))
    }

    fn silent(&self, key: ServiceKey<'_>) -> Fate {
        let why = self.services.get(&key).map(|one| silence(one));
        let why = why.unwrap_or_default();
        Fate::NotLookedAt(format!("{} {} ({}): {why}", key.0, key.1, key.2))
    }

    /// Why the rule could not judge the finding's place, or a wider one, as a whole.
    fn question(&self, finding: &Finding) -> Option<&'a str> {
        let (rule, node) = (&*finding.rule, finding.node.as_deref());
        let wider = [
            (rule, node, finding.service.as_deref(), finding.port),
            (rule, node, None, None),
            (rule, None, None, None),
        ];
        wider
            .iter()
            .find_map(|place| self.questions.get(place).copied())
    }
}

/// Of one name of several that could not be judged, the others say nothing.
fn questions(report: &Snapshot) -> BTreeMap<Question<'_>, &str> {
    let whole = |one: &&Finding| one.status == Status::Unknown && one.expected.is_none();
    let open = report.findings.iter().filter(whole);
    open.map(|one| {
        let place = (one.node.as_deref(), one.service.as_deref(), one.port);
        ((&*one.rule, place.0, place.1, place.2), &*one.message)
    })
    .collect()
}

/// "unreachable: connection refused".
pub(super) fn silence(service: &ServiceEntry) -> String {
    match &service.detail {
        Some(detail) => format!("{}: {detail}", service.status),
        None => service.status.clone(),
    }
}

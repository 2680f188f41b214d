//! A name in IM and Presence's tomcat certificate that has no address.

use std::collections::HashSet;

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::{Estate, Resolution};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{CertificateName, Product};
use crate::identity::{is_short, normalise};
use crate::rules::dns::{nothing_asked, told_once};
use crate::source::{IM_PRESENCE_GUIDE, IM_PRESENCE_SECURITY};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-san-unresolvable",
    title: "a name in IM and Presence's tomcat certificate without an address in DNS",
    severity: Severity::Warning,
    owner: Owner::Dns,
    cites: &[
        IM_PRESENCE_GUIDE.at("Intercluster Peer Configuration, Intercluster Sync Agent"),
        IM_PRESENCE_SECURITY.at("Certificates, host names in the SAN"),
    ],
    explain: "The Intercluster Sync Agent of an IM and Presence node resolves every dNSName in the tomcat certificate of its \
              peers. One name that DNS does not know stops the synchronization: users of the other cluster show no \
              presence and cannot be reached, while everything inside the cluster works. Typical leftovers are a name \
              from before a rename, the bare host name, or a name that only the public DNS has. It is asked where the \
              scan runs; the peers may get other answers.",
    fix: "Add the missing name to the DNS that the peer clusters ask, or request the tomcat certificate anew without it.",
    remedy: Remedy::Own {
        steps: &[
            "DNS: add an A or AAAA record for the name where the IM and Presence nodes of the other clusters ask.",
            "Or Cisco Unified IM and Presence OS Administration > Security > Certificate Management > Generate CSR: tomcat, \
             without the name; have it signed, upload it.",
            "Then Cisco Unified CM IM and Presence Administration > Presence > Inter-Clustering: Force Sync, and see the \
             status of each peer.",
        ],
        restart: &[],
        cautions: &[
            "Clusters without intercluster peers do not notice; a peer that is added later will.",
        ],
    },
    impact: Impact::SERVERS,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let is_tomcat = subject.service.service.certificate_name == CertificateName::Tomcat;
    if !is_tomcat
        || !matches!(
            subject.node.node.product,
            Product::ImPresence | Product::Cup
        )
    {
        return Verdict::NotApplicable(
            "only IM and Presence looks up the names of its peers' tomcat",
        );
    }
    if let Some(verdict) = nothing_asked(subject.estate) {
        return verdict;
    }
    let names = subject.certificate.dns_names().iter();
    let verdicts = names.map(|name| judge(subject.estate, name)).collect();
    told_once(verdicts, "the certificate has no dNSName")
}

/// The addresses of nodes that are connected to without them.
struct Elsewhere(HashSet<String>);

impl Elsewhere {
    fn of(estate: &Estate<'_>) -> Self {
        let nodes = estate.deployment.nodes.iter();
        let elsewhere = nodes.filter(|node| node.is_connected_elsewhere());
        Self(elsewhere.map(|node| normalise(&node.address)).collect())
    }
}

fn judge(estate: &Estate<'_>, name: &str) -> Verdict {
    if name.contains('*') {
        return Verdict::NotApplicable("a wildcard names no host");
    }
    if estate
        .once(|| Elsewhere::of(estate))
        .0
        .contains(&normalise(name))
    {
        return Verdict::NotApplicable(
            "`connect` says where that node is, so its address is not looked up",
        );
    }
    match estate.dns.addresses(name) {
        Resolution::Found(_) => Verdict::Pass,
        Resolution::Absent(why) if is_short(name) => Verdict::unknown(format!(
            "{name}: {why}; it has no domain, so what it resolves to depends on the peer's own domain"
        )),
        Resolution::Absent(why) => Seen::new(format!("{name}: {why}")).expected(name).into(),
        Resolution::Unknown(why) => Verdict::unknown(format!("{name}: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::evidence::{LookupOutcome, RecordKind};

    /// imp1 presents a tomcat with those names.
    fn named(names: &[&str]) -> Scene {
        let mut order = order("imp1.acme.test");
        order.dns = names.iter().map(|name| (*name).to_owned()).collect();
        Scene::new(CLUSTER).present("imp1", "tomcat", &order).dns(
            "imp1.acme.test",
            RecordKind::A,
            &["192.0.2.2"],
        )
    }

    #[test]
    fn names_that_resolve_pass() {
        let scene = named(&["IMP1.acme.test"]);
        scene.expect(&RULE, "imp1", "tomcat", Status::Pass);
    }

    #[test]
    fn each_name_that_does_not_is_a_finding_for_other_clusters() {
        let scene = named(&["imp1.acme.test", "old.acme.test"])
            .no_address("old.acme.test", &LookupOutcome::NoSuchName);
        let finding = scene.expect(&RULE, "imp1", "tomcat", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("old.acme.test"));
        let degraded = Effect {
            who: Who::Servers,
            outcome: Outcome::Degraded,
        };
        assert!(finding.effects.iter().all(|effect| *effect == degraded));
        assert_eq!(scene.failures(&RULE).len(), 1);
    }

    #[test]
    fn what_dns_does_not_say_is_told_in_one_unknown() {
        let scene = named(&["a.acme.test", "b.acme.test", "imp1"])
            .no_address("a.acme.test", &LookupOutcome::ServerFailed)
            .no_address("imp1", &LookupOutcome::NoSuchName);
        let finding = scene.expect(&RULE, "imp1", "tomcat", Status::Unknown);
        for part in [
            "a.acme.test: the DNS server failed",
            "b.acme.test: ",
            "imp1: ",
        ] {
            assert!(finding.message.contains(part), "{}", finding.message);
        }
    }

    #[test]
    fn wildcards_and_unified_cm_are_not_asked() {
        let scene = named(&["*.acme.test"]);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn the_address_of_a_node_that_is_connected_elsewhere_is_not_looked_up() {
        let elsewhere = CLUSTER.replace(
            "address = \"imp1.acme.test\"",
            "address = \"imp1.acme.test\"\nconnect = \"127.0.0.1\"",
        );
        let judged = |name: &str, status: Status| {
            let mut order = order("imp1.acme.test");
            order.dns = vec![name.to_owned()];
            let scene = Scene::new(&elsewhere).present("imp1", "tomcat", &order);
            let scene = scene.no_address(name, &LookupOutcome::NoSuchName);
            scene.expect(&RULE, "imp1", "tomcat", status);
        };
        judged("IMP1.acme.test", Status::NotApplicable);
        judged("old.acme.test", Status::Fail);
    }
}

//! An Expressway whose address does not lead back to its name.

use std::net::IpAddr;

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Estate, Resolution};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::normalise;
use crate::rules::dns::{nothing_asked, told_once};
use crate::source::{COLLABORATION_EDGE, MRA_CERTIFICATES, MRA_GUIDE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-reverse-mismatch",
    title: "an Expressway whose forward and reverse DNS differ",
    severity: Severity::Warning,
    owner: Owner::Dns,
    cites: &[
        COLLABORATION_EDGE.at("Certificate verification failed: Invalid Hostname"),
        MRA_GUIDE.at("DNS requirements"),
        MRA_CERTIFICATES.at("DNS"),
    ],
    explain: "From Expressway X8.8 on the name of an Expressway must resolve to its address and the address back to the same \
              name. The peers of the traversal zone look the address up backwards and compare what they find with the \
              certificate: a PTR record that is missing or names something else gives \"Certificate verification failed \
              ... Invalid Hostname\", the zone stays down and nobody signs in from outside. It is asked where the scan \
              runs; inside and outside often have different reverse zones.",
    fix: "Let the PTR record of each address of the Expressway name the host that its certificate names, in the DNS that the \
          other Expressways ask.",
    remedy: Remedy::Own {
        steps: &[
            "DNS: one PTR record for the address, with the name of System > DNS (System host name and Domain name) of the \
             Expressway.",
            "On the other Expressway: Maintenance > Tools > Network utilities > DNS lookup, type PTR, to see what it gets.",
        ],
        restart: &[],
        cautions: &[
            "A PTR record of the cluster name, or of what stood at the address before, does not do.",
        ],
    },
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::MRA
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let (estate, node) = (subject.estate, subject.node.node);
    if !node.product.is_expressway() {
        return Verdict::NotApplicable("the requirement is Expressway's");
    }
    if let Some(verdict) = nothing_asked(estate) {
        return verdict;
    }
    if !node.is_found_by_name() {
        return Verdict::NotApplicable(
            "its address is not looked up: it is an IP address, or `connect` stands in its place",
        );
    }
    match estate.dns.addresses(&node.address) {
        Resolution::Found(addresses) => {
            let back = addresses
                .into_iter()
                .map(|address| leads_back(estate, &node.address, address));
            told_once(back.collect(), "the name has no address")
        }
        Resolution::Absent(_) => {
            Verdict::NotApplicable("the name has no address: see naming-unresolvable")
        }
        Resolution::Unknown(why) => Verdict::unknown(format!("{}: {why}", node.address)),
    }
}

fn leads_back(estate: &Estate<'_>, name: &str, address: IpAddr) -> Verdict {
    let forward = format!("{name} is {address}");
    let expected = format!("{name} as the name of {address}");
    match estate.dns.names(address) {
        Resolution::Found(names) => {
            let leads_back = names
                .iter()
                .any(|found| normalise(found) == normalise(name));
            Verdict::pass_if(leads_back, || {
                let found: Vec<&str> = names.iter().copied().collect();
                Seen::new(format!("{forward}, and {address} is {}", found.join(", ")))
                    .expected(expected)
                    .found(found)
            })
        }
        Resolution::Absent(why) => {
            Seen::new(format!("{forward}, and {address} has no name: {why}"))
                .expected(expected)
                .into()
        }
        Resolution::Unknown(why) => Verdict::unknown(format!("{forward}; its name: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, Scene};
    use crate::evidence::{LookupOutcome, RecordKind};

    const NAME: &str = "expe1.acme.test";

    fn forward() -> Scene {
        Scene::new(EDGE).dns(NAME, RecordKind::A, &["192.0.2.9"])
    }

    #[test]
    fn an_address_that_leads_back_passes() {
        let scene = forward().dns(
            "192.0.2.9",
            RecordKind::Ptr,
            &["expe1.acme.test", "other.test"],
        );
        scene.expect(&RULE, "expe1", "", Status::Pass);
    }

    #[test]
    fn another_name_or_none_brings_the_traversal_zone_down() {
        let other = forward().dns("192.0.2.9", RecordKind::Ptr, &["old.acme.test"]);
        let finding = other.expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(
            finding.message,
            "expe1.acme.test is 192.0.2.9, and 192.0.2.9 is old.acme.test"
        );
        let fails = Effect {
            who: Who::Expressway,
            outcome: Outcome::MraFails,
        };
        assert!(finding.effects.contains(&fails));
        for denial in [LookupOutcome::NoSuchName, LookupOutcome::NoData] {
            let none = forward().dns_outcome("192.0.2.9", RecordKind::Ptr, denial);
            none.expect(&RULE, "expe1", "", Status::Fail);
        }
    }

    #[test]
    fn a_second_address_is_judged_for_itself() {
        let scene = forward()
            .dns(NAME, RecordKind::Aaaa, &["2001:db8::9"])
            .dns("192.0.2.9", RecordKind::Ptr, &[NAME])
            .dns("2001:db8::9", RecordKind::Ptr, &["old.acme.test"]);
        assert_eq!(scene.failures(&RULE).len(), 1);
    }

    #[test]
    fn silence_of_dns_leaves_it_open() {
        let silent =
            forward().dns_outcome("192.0.2.9", RecordKind::Ptr, LookupOutcome::ServerFailed);
        silent.expect(&RULE, "expe1", "", Status::Unknown);
        let absent = Scene::new(EDGE).no_address(NAME, &LookupOutcome::NoData);
        absent.expect(&RULE, "expe1", "", Status::NotApplicable);
        absent.expect(&RULE, "expc1", "", Status::Unknown);
    }

    #[test]
    fn other_products_are_not_asked() {
        let scene = Scene::new(CLUSTER).dns("cucm-pub.acme.test", RecordKind::A, &["192.0.2.1"]);
        scene.expect(&RULE, "cucm-pub", "", Status::NotApplicable);
    }
}

//! A node, or the target of an SRV record, that has no address.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Estate, NodeView, Resolution};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::{is_short, normalise};
use crate::rules::dns::{Target, node_of, nothing_asked, targets, told_once};
use crate::source::{JABBER_GUIDE, JABBER_PLANNING_14, MRA_GUIDE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-unresolvable",
    title: "a server name without an address in DNS",
    severity: Severity::Error,
    owner: Owner::Dns,
    cites: &[
        JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)"),
        JABBER_PLANNING_14.at("Service Discovery, DNS SRV records"),
        MRA_GUIDE.at("DNS requirements"),
    ],
    explain: "Clients are sent to servers by name: by the SRV records _cisco-uds and _collab-edge, then by what Unified CM \
              hands out. A name with neither an A nor an AAAA record leads nowhere: sign-in ends with \"Cannot find your \
              services automatically\" or hangs until the next server is tried, and IM and Presence nodes whose own name \
              does not resolve stay in \"starting\". It is asked where the scan runs, through [dns] server or this \
              machine's resolver; with split DNS other places get other answers. The address of a node that has a \
              `connect` need not resolve here and is not looked up; time-outs and failures of the DNS server leave the \
              question open.",
    fix: "Add an A or AAAA record for the name, or correct the SRV record or the place that holds the name.",
    remedy: Remedy::Own {
        steps: &[
            "DNS: add an A or AAAA record, and the PTR record for its address, in the zone that the clients ask.",
            "A server that is gone: take it out of the SRV records (_cisco-uds, _cuplogin, _collab-edge, _xmpp-server, \
             _sipfederationtls).",
        ],
        restart: &[],
        cautions: &[
            "Clients and servers keep an old answer for as long as its time to live, a negative one for the zone's minimum.",
        ],
    },
    impact: Impact::BLOCKED,
    check: Check::Deployment(check),
};

fn check(estate: &Estate<'_>, _: &Context) -> Verdict {
    if let Some(verdict) = nothing_asked(estate) {
        return verdict;
    }
    let mut verdicts: Vec<Verdict> = estate
        .nodes
        .iter()
        .map(|view| node(estate, view).of_node(&view.node.name))
        .collect();
    let deployment = estate.deployment;
    let (clients, partners) = (deployment.client_records(), deployment.federation_records());
    for (records, impact) in [
        (&clients, client_impact as fn(&_) -> _),
        (&partners, |_: &_| Impact::FEDERATION),
    ] {
        // Records that are not known themselves are told by the rules about certificates.
        let (hosts, _) = targets(estate, records);
        verdicts.extend(
            hosts
                .iter()
                .filter_map(|host| target(estate, host, impact(host))),
        );
    }
    told_once(verdicts, "the deployment has no nodes")
}

/// One target of several that does not resolve costs time; the only one costs everything.
fn client_impact(target: &Target<'_>) -> Impact {
    let only = target.records.iter().any(|(_, count)| *count == 1);
    Impact::clients(if only {
        Outcome::Blocked
    } else {
        Outcome::Degraded
    })
}

fn node(estate: &Estate<'_>, view: &NodeView<'_>) -> Verdict {
    let node = view.node;
    if node.is_connected_elsewhere() {
        return Verdict::NotApplicable(
            "`connect` says where the node is, so its address is not looked up",
        );
    }
    if !node.is_found_by_name() {
        return Verdict::NotApplicable("its address is an IP address");
    }
    let address = &node.address;
    match estate.dns.addresses(address) {
        Resolution::Found(_) => Verdict::Pass,
        Resolution::Absent(why) if is_short(address) => Verdict::unknown(format!(
            "{address}: {why}; it has no domain, so what it resolves to depends on each machine's search list"
        )),
        Resolution::Absent(why) => Seen::new(format!("{address}: {why}"))
            .expected(address)
            .into(),
        Resolution::Unknown(why) => Verdict::unknown(format!("{address}: {why}")),
    }
}

/// A target that is no node's address; those are judged with the node.
fn target(estate: &Estate<'_>, target: &Target<'_>, impact: Impact) -> Option<Verdict> {
    let known = node_of(estate, target.host);
    if known.is_some_and(|view| normalise(&view.node.address) == normalise(target.host)) {
        return None;
    }
    let (host, questions) = (target.host, target.questions());
    let seen = |why| format!("{questions} leads to {host}: {why}");
    Some(match estate.dns.addresses(host) {
        Resolution::Found(_) => Verdict::Pass,
        Resolution::Absent(why) => Seen::new(seen(why)).expected(host).impact(impact).into(),
        Resolution::Unknown(why) => Verdict::unknown(seen(why)),
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, Scene};
    use crate::evidence::{LookupOutcome, RecordKind};

    const UDS: &str = "_cisco-uds._tcp.acme.test";

    /// Both nodes of [`CLUSTER`] resolve.
    fn sound() -> Scene {
        Scene::new(CLUSTER)
            .dns("cucm-pub.acme.test", RecordKind::A, &["192.0.2.1"])
            .dns("imp1.acme.test", RecordKind::Aaaa, &["2001:db8::2"])
    }

    #[test]
    fn nodes_with_an_address_of_either_family_pass() {
        assert!(sound().failures(&RULE).is_empty());
        sound().expect(&RULE, "imp1", "", Status::Pass);
    }

    #[test]
    fn a_node_that_dns_does_not_know_blocks_its_clients() {
        for denial in [LookupOutcome::NoSuchName, LookupOutcome::NoData] {
            let scene = Scene::new(CLUSTER).no_address("imp1.acme.test", &denial);
            let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
            assert_eq!(finding.message, format!("imp1.acme.test: {denial}"));
            assert!(
                finding
                    .effects
                    .iter()
                    .any(|effect| effect.outcome == Outcome::Blocked)
            );
        }
    }

    #[test]
    fn a_server_that_fails_or_keeps_silent_denies_nothing() {
        let after_ms = 5000;
        for doubt in [
            LookupOutcome::ServerFailed,
            LookupOutcome::Refused,
            LookupOutcome::TimedOut { after_ms },
            LookupOutcome::Truncated,
            LookupOutcome::OutOfTime,
        ] {
            let scene = Scene::new(CLUSTER).no_address("imp1.acme.test", &doubt);
            scene.expect(&RULE, "imp1", "", Status::Unknown);
        }
        Scene::new(CLUSTER)
            .no_address("x.test", &LookupOutcome::NoData)
            .expect(&RULE, "cucm-pub", "", Status::Unknown);
    }

    #[test]
    fn a_target_without_an_address_blocks_when_it_is_the_only_one() {
        let gone = |targets: &[&str]| {
            sound()
                .dns(UDS, RecordKind::Srv, targets)
                .no_address("old.acme.test", &LookupOutcome::NoSuchName)
        };
        let worst = |scene: Scene| {
            let judged = scene.judge(&RULE);
            assert_eq!(judged[0].expected.as_deref(), Some("old.acme.test"));
            assert!(
                judged[0]
                    .message
                    .starts_with(&format!("{UDS} leads to old.acme.test: "))
            );
            judged[0].effects.iter().map(|effect| effect.outcome).max()
        };
        assert_eq!(
            worst(gone(&["0 0 8443 old.acme.test"])),
            Some(Outcome::Blocked)
        );
        let two = ["0 0 8443 old.acme.test", "1 0 8443 cucm-pub.acme.test"];
        assert_eq!(worst(gone(&two)), Some(Outcome::Degraded));
    }

    #[test]
    fn a_service_that_is_not_offered_has_no_target() {
        let scene = sound().dns(UDS, RecordKind::Srv, &["0 0 0 ."]);
        assert!(
            scene
                .judge(&RULE)
                .iter()
                .all(|one| one.status == Status::Pass)
        );
    }

    #[test]
    fn what_is_connected_elsewhere_need_not_resolve() {
        let elsewhere = CLUSTER.replace(
            "address = \"imp1.acme.test\"",
            "address = \"imp1.acme.test\"\nconnect = \"127.0.0.1\"",
        );
        let scene = Scene::new(&elsewhere)
            .no_address("imp1.acme.test", &LookupOutcome::NoSuchName)
            .dns(
                "_cuplogin._tcp.acme.test",
                RecordKind::Srv,
                &["0 0 8443 imp1.acme.test"],
            );
        scene.expect(&RULE, "imp1", "", Status::NotApplicable);
        assert!(scene.failures(&RULE).is_empty());
    }

    #[test]
    fn where_dns_is_not_to_be_asked_nothing_is_said() {
        let all = CLUSTER.replace(".acme.test\"\n", ".acme.test\"\nconnect = \"127.0.0.1\"\n");
        let judged = Scene::new(&all).judge(&RULE);
        assert_eq!(judged[0].status, Status::NotApplicable);
        let judged = Scene::new(CLUSTER).judge(&RULE);
        assert_eq!(judged[0].status, Status::Unknown);
    }

    #[test]
    fn a_short_address_depends_on_the_machine_that_asks() {
        let short = CLUSTER.replace("address = \"imp1.acme.test\"", "address = \"imp1\"");
        let scene = Scene::new(&short).no_address("imp1", &LookupOutcome::NoSuchName);
        let why = scene.expect(&RULE, "imp1", "", Status::Unknown).message;
        assert!(why.contains("search list"), "{why}");
    }
}

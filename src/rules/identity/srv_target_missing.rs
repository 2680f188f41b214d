//! A host that clients find by an SRV record, whose certificate does not name it.

use super::in_words;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Estate, NodeView, Resolution};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::dns::{CISCO_UDS, COLLAB_EDGE};
use crate::identity::{all_names, find_host};
use crate::rules::dns::{Target, foreign, node_of, nothing_asked, presented, targets, told_once};
use crate::source::{COLLABORATION_EDGE, JABBER_GUIDE, JABBER_PLANNING_14};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-srv-target-missing",
    title: "a host in a client SRV record that its own certificate does not name",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING_14.at("Service Discovery, DNS SRV records"),
        JABBER_GUIDE.at("Identifier Fields"),
        COLLABORATION_EDGE.at("SRV record does not match the certificate (CSCuo83458)"),
    ],
    explain: "Before anybody signs in, Jabber asks DNS for _cisco-uds (and _cuplogin, for Cisco Unified Presence 8) of the \
              services domain, and for _collab-edge when neither answers. It connects to the host that the record names \
              and compares that very name with the certificate: an alias, a short name or the name from before a rename \
              prompts every user at the first start, and strict clients stay out. For _collab-edge the target must be the \
              host name and domain that Expressway-E itself is configured with. That record belongs into the DNS outside \
              only: where it resolves inside beside _cisco-uds, clients that lose Unified CM go to Expressway instead.",
    fix: "Let the SRV record name the host as its certificate does (tomcat of Unified CM, the server certificate of \
          Expressway-E), or order a certificate that has the record's name in the SAN.",
    remedy: Remedy::Own {
        steps: &[
            "DNS: correct the target of the SRV record in every zone that clients ask, inside and outside; a target is a \
             host with an A or AAAA record, never an alias.",
            "Or, when the record is right: request the certificate anew with this name in the SAN.",
        ],
        restart: &[],
        cautions: &["Clients keep the records for their time to live."],
    },
    impact: Impact::clients(Outcome::Prompt),
    check: Check::Deployment(check),
};

fn check(estate: &Estate<'_>, _: &Context) -> Verdict {
    if let Some(verdict) = nothing_asked(estate) {
        return verdict;
    }
    let records = estate.deployment.client_records();
    let (hosts, doubts) = targets(estate, &records);
    let mut verdicts: Vec<Verdict> = hosts.iter().map(|host| judge(estate, host)).collect();
    verdicts.extend(doubts.into_iter().map(Verdict::Unknown));
    told_once(
        verdicts,
        "DNS has none of the records by which clients find the cluster",
    )
}

fn judge(estate: &Estate<'_>, target: &Target<'_>) -> Verdict {
    match node_of(estate, target.host) {
        Some(view) => at_node(estate, view, target).of_node(&view.node.name),
        None => foreign(estate, &target.questions(), target.host),
    }
}

fn at_node(estate: &Estate<'_>, view: &NodeView<'_>, target: &Target<'_>) -> Verdict {
    let (host, questions) = (target.host, target.questions());
    let shown = presented(view, &target.ports);
    if shown.is_empty() {
        return Verdict::unknown(format!(
            "{questions} leads to {host}, of which no certificate was seen"
        ));
    }
    let mut leaves = shown
        .iter()
        .filter_map(|(service, chain)| Some((service, chain.leaf()?)))
        .peekable();
    if leaves.peek().is_none() {
        return Verdict::unknown(format!(
            "{questions} leads to {host}, whose certificate cannot be decoded"
        ));
    }
    let without = leaves.find(|(_, leaf)| find_host(leaf, host).is_none());
    without.map_or(Verdict::Pass, |(service, leaf)| {
        let found = all_names(leaf);
        let (names, inside) = (in_words(&found), inside(estate, target));
        Seen::new(format!(
            "{questions} leads clients to {host}, and the certificate on {} has {names}{inside}",
            service.label()
        ))
        .expected(host)
        .found(found)
        .into()
    })
}

/// A word on `_collab-edge` where the scan runs inside: where `_cisco-uds` of the same domain resolves too.
fn inside(estate: &Estate<'_>, target: &Target<'_>) -> &'static str {
    let is_inside = target.records.iter().any(|(record, _)| {
        let uds = format!("{CISCO_UDS}.{}", record.domain);
        record.service == COLLAB_EDGE && matches!(estate.dns.services(&uds), Resolution::Found(_))
    });
    if is_inside {
        "; it resolves here beside _cisco-uds, though it belongs outside only"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};
    use crate::evidence::{LookupOutcome, RecordKind, Silence};

    const UDS: &str = "_cisco-uds._tcp.acme.test";
    const EDGE: &str = "_collab-edge._tls.acme.test";

    /// cucm-pub presents its own name, and `_cisco-uds` leads to `host`.
    fn leading_to(host: &str) -> Scene {
        Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .dns("cucm-pub.acme.test", RecordKind::A, &["192.0.2.1"])
            .dns(UDS, RecordKind::Srv, &[&format!("10 5 8443 {host}")])
            .dns_outcome(
                "_cuplogin._tcp.acme.test",
                RecordKind::Srv,
                LookupOutcome::NoSuchName,
            )
    }

    #[test]
    fn a_target_that_its_certificate_names_passes() {
        leading_to("CUCM-pub.acme.test").expect(&RULE, "cucm-pub", "", Status::Pass);
    }

    #[test]
    fn an_alias_of_a_node_prompts_everybody_before_login() {
        let scene = leading_to("uds.acme.test").dns("uds.acme.test", RecordKind::A, &["192.0.2.1"]);
        let finding = scene.expect(&RULE, "cucm-pub", "", Status::Fail);
        assert_eq!(
            finding.message,
            "_cisco-uds._tcp.acme.test leads clients to uds.acme.test, and the certificate on tomcat (8443) has \
             cucm-pub.acme.test, CN cucm-pub.acme.test"
        );
        assert_eq!(finding.expected.as_deref(), Some("uds.acme.test"));
        assert_eq!(finding.effects.len(), 4);
        assert!(
            finding
                .effects
                .iter()
                .all(|effect| effect.outcome == Outcome::Prompt)
        );
    }

    #[test]
    fn a_host_that_is_no_node_is_unknown() {
        let judged = leading_to("elsewhere.test").judge(&RULE);
        assert_eq!(judged[0].status, Status::Unknown);
        assert!(judged[0].message.contains("no node of the deployment file"));
    }

    #[test]
    fn a_node_that_showed_nothing_and_a_record_that_is_not_known_are_unknown() {
        let silent = Scene::new(CLUSTER)
            .silent("cucm-pub", "tomcat", Silence::Refused)
            .dns(UDS, RecordKind::Srv, &["0 0 8443 cucm-pub.acme.test"]);
        let finding = silent.expect(&RULE, "cucm-pub", "", Status::Unknown);
        assert!(finding.follows_silence);
        let failed =
            Scene::new(CLUSTER).dns_outcome(UDS, RecordKind::Srv, LookupOutcome::ServerFailed);
        let judged = failed.judge(&RULE);
        assert_eq!(judged.len(), 1);
        assert_eq!(judged[0].status, Status::Unknown);
        assert!(
            judged[0].message.contains("SERVFAIL"),
            "{}",
            judged[0].message
        );
    }

    #[test]
    fn without_records_there_is_nothing_to_say() {
        let mut scene = Scene::new(CLUSTER);
        for service in ["_cisco-uds._tcp", "_cuplogin._tcp", "_collab-edge._tls"] {
            let question = format!("{service}.acme.test");
            scene = scene.dns_outcome(&question, RecordKind::Srv, LookupOutcome::NoSuchName);
        }
        assert_eq!(scene.judge(&RULE)[0].status, Status::NotApplicable);
    }

    #[test]
    fn collab_edge_counts_with_mobile_and_remote_access_and_is_out_of_place_inside() {
        let leading = |file: &str| {
            let scene = Scene::new(file)
                .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
                .dns(UDS, RecordKind::Srv, &["0 0 8443 cucm-pub.acme.test"])
                .dns_outcome(
                    "_cuplogin._tcp.acme.test",
                    RecordKind::Srv,
                    LookupOutcome::NoData,
                )
                .dns(EDGE, RecordKind::Srv, &["0 0 8443 expe1.acme.test"]);
            if file.contains("expe1") {
                scene.present("expe1", "mra", &order("edge.acme.test"))
            } else {
                scene
            }
        };
        let finding =
            leading(&format!("{CLUSTER}{OUTSIDE}")).expect(&RULE, "expe1", "", Status::Fail);
        assert!(
            finding.message.ends_with("belongs outside only"),
            "{}",
            finding.message
        );
        assert!(
            leading(CLUSTER)
                .judge(&RULE)
                .iter()
                .all(|one| one.status == Status::Pass)
        );
    }
}

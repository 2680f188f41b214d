//! A name in the cluster's own server list that the node's certificate does not hold.

use std::collections::HashMap;

use super::server_list::{Entry, ServerLists};
use super::{Held, held, is_ip};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::Estate;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{CertificateName, Product};
use crate::evidence::UdsServers;
use crate::identity::is_short;
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, JABBER_DEPLOYMENT_14, JABBER_GUIDE, UDS_REFERENCE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-server-list-mismatch",
    title: "a name in the cluster's own server list that the certificate does not hold",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)"),
        UDS_REFERENCE.at("Servers"),
        JABBER_DEPLOYMENT_14.at("Service Discovery"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Name verification"),
    ],
    explain: "Whatever name a client was started with, UDS hands it the names that stand under System > Server, and it \
              goes on with those: for its configuration, its directory, and every failover. Each is compared with the \
              tomcat certificate of the server behind it. A node that was added by its host name or its IP address, as \
              the installer proposes, makes every user prompt when the client comes to it, while the certificate is \
              faultless for the node's full name; Android cannot resolve a name without a domain at all. From \
              Expressway X14.2 on the traffic server refuses that node for users outside: \"SNI (10.x.x.x) not in \
              certificate\".",
    fix: "Under System > Server enter the fully qualified domain name that the node's certificate holds, once it resolves \
          in DNS; or order a tomcat certificate that holds the name in the list.",
    remedy: Remedy::Rename,
    impact: Impact {
        federation: Outcome::Trusted,
        servers: Outcome::Trusted,
        ..Impact::PROMPT
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let own = &subject.node.node.name;
    let mut verdicts = Vec::new();
    for entry in ServerLists::of(subject.estate).at(own) {
        verdicts.push(if entry.has_owner {
            judge(subject, entry)
        } else {
            nobody(entry)
        });
    }
    if verdicts.is_empty() {
        return unlisted(subject);
    }
    Verdict::Each(verdicts)
}

fn judge(subject: &NodeSubject<'_>, entry: &Entry) -> Verdict {
    let Entry { name, .. } = entry;
    match held(subject, name) {
        Held::Yes => Verdict::Pass,
        Held::Unseen => Verdict::unknown(format!(
            "System > Server holds {name}, and no HTTP certificate of the node was seen"
        )),
        Held::No { labels, names } => Seen::new(format!(
            "System > Server holds {name}{}, and the certificate on {labels} has {}",
            kind(name),
            names.join(", ")
        ))
        .expected(format!("{name} of System > Server"))
        .found(names)
        .impact(impact(name))
        .into(),
    }
}

/// A name for which the deployment file has no node.
fn nobody(entry: &Entry) -> Verdict {
    let Entry { name, .. } = entry;
    Verdict::unknown(format!(
        "System > Server holds {name}{}, and the deployment file has no node of that address or name",
        kind(name)
    ))
}

fn kind(name: &str) -> &'static str {
    if is_ip(name) {
        ", an IP address"
    } else if is_short(name) {
        ", a name without a domain"
    } else {
        ""
    }
}

fn impact(name: &str) -> Impact {
    let hits = if is_short(name) {
        Impact::SHORT_NAME
    } else {
        Impact::PROMPT
    };
    Impact {
        federation: Outcome::Trusted,
        servers: Outcome::Trusted,
        ..hits
    }
}

/// Where the first answer of each node stands in the evidence.
struct Answers(HashMap<String, usize>);

impl Answers {
    fn of(estate: &Estate<'_>) -> Self {
        let mut places = HashMap::new();
        for (place, uds) in estate.uds.iter().enumerate() {
            places.entry(uds.node.clone()).or_insert(place);
        }
        Self(places)
    }
}

/// A node that no list names.
fn unlisted(subject: &NodeSubject<'_>) -> Verdict {
    let estate = subject.estate;
    if subject.node.node.product != Product::Cucm {
        return Verdict::NotApplicable("no server list names this node");
    }
    if !estate.deployment.probe.uds {
        return Verdict::NotApplicable("the deployment file says not to ask ([probe] uds = false)");
    }
    let mut tomcat = subject
        .node
        .chains()
        .filter(|(view, _)| view.service.certificate_name == CertificateName::Tomcat);
    let answers = estate.once(|| Answers::of(estate));
    let place = answers.0.get(&subject.node.node.name);
    let answer = place.and_then(|place| estate.uds.get(*place));
    match answer.map(|uds| &uds.servers) {
        Some(UdsServers::Failed { reason }) => {
            Verdict::unknown(format!("the cluster's server list was not had: {reason}"))
        }
        Some(UdsServers::Listed { .. }) => Verdict::NotApplicable("no server list names this node"),
        None if tomcat.next().is_some() => {
            Verdict::unknown("the cluster was not asked for its server list")
        }
        None => Verdict::unknown("the node showed no certificate, so it was not asked"),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::deployment::Client;

    const AT: &str = "192.0.2.10:8443";

    /// A cluster of a publisher and a subscriber, of which the publisher gives the list.
    fn scene(names: &[&str]) -> Scene {
        let subscriber =
            "[[node]]\nname = \"sub\"\nproduct = \"cucm\"\naddress = \"cucm-sub.acme.test\"\n";
        Scene::new(&format!("{CLUSTER}{subscriber}"))
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .present("sub", "tomcat", &order("cucm-sub.acme.test"))
            .present("imp1", "tomcat", &order("imp1.acme.test"))
            .lists("cucm-pub", AT, names)
    }

    #[test]
    fn names_that_the_certificates_hold_pass() {
        let scene = scene(&[
            "CUCM-pub.acme.test",
            "cucm-sub.acme.test.",
            "imp1.acme.test",
        ]);
        for node in ["cucm-pub", "sub", "imp1"] {
            scene.expect(&RULE, node, "", Status::Pass);
        }
        assert_eq!(scene.judge(&RULE).len(), 3);
    }

    #[test]
    fn a_short_name_is_judged_on_the_node_that_it_belongs_to() {
        let scene = scene(&["cucm-pub.acme.test", "cucm-sub"]);
        let finding = scene.expect(&RULE, "sub", "", Status::Fail);
        assert_eq!(
            finding.message,
            "System > Server holds cucm-sub, a name without a domain, and the certificate on tomcat (8443) has CN \
             cucm-sub.acme.test, cucm-sub.acme.test"
        );
        assert!(
            finding
                .fix
                .steps
                .iter()
                .any(|step| step.contains("System > Server"))
        );
        let hit = |client, outcome| {
            finding.effects.contains(&Effect {
                who: Who::Client(client),
                outcome,
            })
        };
        assert!(hit(Client::Android, Outcome::Blocked) && hit(Client::Windows, Outcome::Prompt));
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
    }

    #[test]
    fn a_node_may_go_by_the_name_of_its_table() {
        let finding = scene(&["SUB"]).expect(&RULE, "sub", "", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("SUB of System > Server"));
    }

    #[test]
    fn an_ip_address_belongs_to_the_node_that_answered_there() {
        let scene = scene(&["192.0.2.10"]);
        let finding = scene.expect(&RULE, "cucm-pub", "", Status::Fail);
        assert!(
            finding
                .message
                .starts_with("System > Server holds 192.0.2.10, an IP address,"),
            "{}",
            finding.message
        );
        let scene = scene.lists("sub", AT, &["192.0.2.10"]);
        let why = scene.expect(&RULE, "cucm-pub", "", Status::Unknown).message;
        assert!(
            why.contains("has no node"),
            "two nodes answered there: {why}"
        );
    }

    #[test]
    fn an_ip_address_that_the_certificate_holds_passes() {
        let file = CLUSTER.replace("cucm-pub.acme.test", "192.0.2.10");
        let scene = Scene::new(&file)
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .lists("cucm-pub", AT, &["192.0.2.10"])
            .alter(|leaf| {
                if let Some(names) = &mut leaf.alternative_name {
                    names.ip.push([192, 0, 2, 10].into());
                }
            });
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
    }

    #[test]
    fn a_name_of_no_node_is_unknown_once() {
        let names = [
            "cucm-pub.acme.test",
            "cucm-sub.acme.test",
            "cucm-third.acme.test",
        ];
        let scene = scene(&names).lists("sub", "192.0.2.11:8443", &names);
        let judged = scene.judge(&RULE);
        let unknown: Vec<_> = judged
            .iter()
            .filter(|one| one.status == Status::Unknown)
            .collect();
        assert_eq!(unknown.len(), 1);
        assert_eq!(
            unknown[0].message,
            "System > Server holds cucm-third.acme.test, and the deployment file has no node of that address or name"
        );
    }

    #[test]
    fn a_silent_node_is_unknown() {
        let scene = Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .lists("cucm-pub", AT, &["cucm-pub.acme.test", "imp1.acme.test"]);
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
        scene.expect(&RULE, "imp1", "", Status::Unknown);
    }

    #[test]
    fn without_a_list_it_is_unknown_unless_another_node_gave_one() {
        let publisher =
            || Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        publisher().expect(&RULE, "cucm-pub", "", Status::Unknown);
        publisher().expect(&RULE, "imp1", "", Status::NotApplicable);
        let failed = publisher().lists_nothing("cucm-pub", "status 404");
        let why = failed
            .expect(&RULE, "cucm-pub", "", Status::Unknown)
            .message;
        assert!(why.ends_with("status 404"), "{why}");
        let scene = scene(&["cucm-pub.acme.test", "cucm-sub.acme.test"]);
        let scene = scene.lists_nothing("sub", "status 404");
        scene.expect(&RULE, "sub", "", Status::Pass);
        assert!(scene.failures(&RULE).is_empty());
    }

    #[test]
    fn it_can_be_switched_off() {
        let file = format!("{CLUSTER}[probe]\nuds = false\n");
        let scene = Scene::new(&file).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "", Status::NotApplicable);
    }

    #[test]
    fn a_node_that_was_not_asked_and_one_that_showed_nothing_are_told_apart() {
        let why = |service: &str| {
            let shown = order("cucm-pub.acme.test");
            let scene = Scene::new(CLUSTER).present("cucm-pub", service, &shown);
            scene.expect(&RULE, "cucm-pub", "", Status::Unknown).message
        };
        assert!(why("tomcat").contains("was not asked for its server list"));
        assert!(why("sip").contains("showed no certificate"));
    }
}

//! A CUCM node that is not among the TLS peer subjects of IM and Presence.

use std::collections::{BTreeMap, HashSet};

use super::presented;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::{Estate, NodeView};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Product;
use crate::identity::normalise;
use crate::source::IM_PRESENCE_SECURITY;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "trunk-peer-subject-missing",
    title: "a Unified CM node that is no TLS peer subject of IM and Presence",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        IM_PRESENCE_SECURITY.at("SIP Security Settings Configuration, Configure TLS Peer Subject"),
        IM_PRESENCE_SECURITY.at("SIP Security Settings Configuration, Configure TLS Context"),
    ],
    explain: "On its peer authentication port (5062) IM and Presence accepts only peers whose certificate has a CN from \
              the list of TLS peer subjects. A Unified CM node with another CN is refused: phone status of its users \
              does not arrive, and presence stays \"available\" during calls. It happens when CallManager is renewed \
              with another CN, for instance as a multi-server certificate ending in -ms, or when a node is added.",
    fix: "Add the CN under Cisco Unified CM IM and Presence Administration > System > Security > TLS Peer Subjects, and \
          select it in the TLS context.",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified CM IM and Presence Administration > System > Security > TLS Peer Subjects > Add New: the CN of \
             the certificate as Peer Subject Name, the node as Description.",
            "System > Security > TLS Context Configuration > Default_Cisco_UPS_SIP_Proxy_Peer_Auth_TLS_Context: move the \
             subject to Selected TLS Peer Subjects.",
        ],
        restart: &["Cisco SIP Proxy"],
        cautions: &[
            "A restart of Cisco SIP Proxy interrupts phone status and SIP federation for a moment.",
        ],
    },
    impact: Impact::SERVERS,
    check: Check::Node(check),
};

/// Ports on which Unified CM presents CallManager, the one for SIP first.
const CALL_MANAGER_SERVICES: &[&str] = &["sip", "tftp", "sccp", "cti"];

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if !subject.node.node.product.is_presence() {
        return Verdict::NotApplicable("only IM and Presence has TLS peer subjects");
    }
    let Some(listed) = &subject.node.node.tls_peer_subjects else {
        return Verdict::NotApplicable("the deployment file does not list the TLS peer subjects");
    };
    let listed = Listed::of(listed);
    let managers = subject.estate.once(|| Managers::of(subject.estate));
    let judged = managers
        .by_name
        .iter()
        .map(|(name, places)| judge(&listed, name.as_deref(), places));
    let unseen = &managers.unseen;
    let unknown = (!unseen.is_empty()).then(|| not_seen(unseen));
    Verdict::each(
        judged.chain(unknown),
        "the deployment has no Unified CM node",
    )
}

/// What the Unified CM nodes present.
struct Managers {
    /// Where, by the CN.
    by_name: BTreeMap<Option<String>, String>,
    /// The nodes that showed none.
    unseen: Vec<String>,
}

impl Managers {
    fn of(estate: &Estate<'_>) -> Self {
        let mut by_name: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
        let mut unseen = Vec::new();
        let nodes = estate.nodes.iter();
        for view in nodes.filter(|view| view.node.product == Product::Cucm) {
            match presenter(view) {
                Some((name, place)) => by_name.entry(name).or_default().push(place),
                None => unseen.push(view.node.name.clone()),
            }
        }
        let by_name = by_name.into_iter();
        let joined = by_name.map(|(name, places)| (name.map(str::to_owned), places.join(" and ")));
        Self {
            by_name: joined.collect(),
            unseen,
        }
    }
}

/// A list of TLS peer subjects, without regard to case.
struct Listed {
    names: Vec<String>,
    known: HashSet<String>,
}

impl Listed {
    fn of(written: &[String]) -> Self {
        let names: Vec<String> = written.iter().map(|name| normalise(name)).collect();
        let known = names.iter().cloned().collect();
        Self { names, known }
    }
}

fn not_seen(nodes: &[String]) -> Verdict {
    Verdict::unknown(format!(
        "the CallManager certificate of {} was not seen",
        nodes.join(" and ")
    ))
}

/// The CN that a Unified CM node presents, and where.
fn presenter<'a>(view: &'a NodeView<'a>) -> Option<(Option<&'a str>, String)> {
    let (service, certificate) = presented(view, CALL_MANAGER_SERVICES)?;
    let place = format!("{} on {}", view.node.name, service.label());
    Some((certificate.common_name(), place))
}

fn judge(listed: &Listed, name: Option<&str>, places: &str) -> Verdict {
    let names = &listed.names;
    let Some(name) = name else {
        return Seen::new(format!("{places}: the certificate has no CN to list"))
            .expected("a CN")
            .found(names.iter().cloned())
            .into();
    };
    Verdict::pass_if(listed.known.contains(&normalise(name)), || {
        let list = if names.is_empty() {
            "the list is empty".to_owned()
        } else {
            format!("the list has {}", names.join(", "))
        };
        Seen::new(format!("{places} presents CN {name}; {list}"))
            .expected(name)
            .found(names.iter().cloned())
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene, order};

    const SUBSCRIBER: &str =
        "[[node]]\nname = \"cucm-sub\"\nproduct = \"cucm\"\naddress = \"cucm-sub.acme.test\"\n";

    fn listing(subjects: &str) -> String {
        format!("{CLUSTER}tls_peer_subjects = [{subjects}]\n")
    }

    #[test]
    fn a_listed_cn_passes_without_regard_to_case() {
        let scene = Scene::new(&listing("\"CUCM-Pub.acme.test\"")).present(
            "cucm-pub",
            "sip",
            &order("cucm-pub.acme.test"),
        );
        scene.expect(&RULE, "imp1", "", Status::Pass);
    }

    #[test]
    fn an_unlisted_cn_loses_phone_status() {
        let scene = Scene::new(&listing("\"cucm-pub.acme.test\"")).present(
            "cucm-pub",
            "sip",
            &order("cucm-pub-ms.acme.test"),
        );
        let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(
            finding.message,
            "cucm-pub on sip (5061) presents CN cucm-pub-ms.acme.test; the list has cucm-pub.acme.test"
        );
        assert_eq!(finding.expected.as_deref(), Some("cucm-pub-ms.acme.test"));
        assert_eq!(finding.fix.restart, ["Cisco SIP Proxy"]);
        let servers = Effect {
            who: Who::Servers,
            outcome: Outcome::Degraded,
        };
        assert_eq!(finding.effects, [servers]);
    }

    #[test]
    fn one_multi_server_cn_is_one_finding_and_an_empty_list_is_a_list() {
        let shared = order("cucm-pub-ms.acme.test");
        let scene = Scene::new(&format!("{}{SUBSCRIBER}", listing("")))
            .present("cucm-pub", "sip", &shared)
            .present("cucm-sub", "tftp", &shared);
        assert_eq!(scene.failures(&RULE).len(), 1);
        let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
        assert!(
            finding
                .message
                .starts_with("cucm-pub on sip (5061) and cucm-sub on tftp (6971)"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_node_that_was_not_seen_is_unknown() {
        let scene = Scene::new(&listing("\"cucm-pub.acme.test\""));
        scene.expect(&RULE, "imp1", "", Status::Unknown);
    }

    #[test]
    fn without_a_list_and_on_other_products_there_is_nothing_to_say() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "sip", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "imp1", "", Status::NotApplicable);
        scene.expect(&RULE, "cucm-pub", "", Status::NotApplicable);
    }
}

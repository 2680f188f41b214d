//! Two self-signed certificates with one CN, of which Expressway can trust only one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Shown, self_signed, unseen, verified};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::{Estate, NodeView};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::normalise;
use crate::source::{
    EXPRESSWAY_CERTIFICATES, EXPRESSWAY_REQUIREMENTS, EXPRESSWAY_TRAFFIC_SERVER, TOMCAT_REUSE,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "collision-self-signed-cn",
    title: "two self-signed certificates with one CN",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS
            .at("Cisco Unified Communications Manager Certificates; IM and Presence Service Certificates (CSCve56019)"),
        EXPRESSWAY_CERTIFICATES.at("Server certificate requirements for Unified Communications"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Same common name (CSCwa12905, CSCwa12894)"),
        TOMCAT_REUSE.at("Reuse Tomcat Certificate for CallManager"),
    ],
    explain: "A freshly installed node has a self-signed tomcat and a self-signed CallManager (or cup-xmpp) certificate \
              with the same CN. Expressway's list of trusted CAs holds one self-signed certificate for each CN, so it \
              trusts only one of the two: either HTTPS or secure SIP (on IM and Presence: or XMPP) between Expressway \
              and the node fails, and users outside lose it without a prompt (\"Core server certificate verification \
              failed\"). Which one fails depends on the order of the list. No release up to X15.5 lifts this.",
    fix: "Have a CA sign at least one of the two; the CA is then what Expressway trusts. From release 14 on a multi-SAN \
          tomcat certificate can also serve as CallManager.",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified OS Administration > Security > Certificate Management > Generate CSR for one of the two (better \
             both), have the CA sign it, upload root, intermediates and certificate.",
            "Or, on Unified CM 14 and later with a multi-SAN tomcat: upload the chain of tomcat to CallManager-trust, then \
             Certificate Management > Reuse Certificate, choose tomcat and check CallManager.",
            "Expressway-C > Maintenance > Security > Trusted CA certificate, on every peer: append the CA's root and \
             intermediates, and remove the self-signed certificates that are no longer in use.",
        ],
        restart: &[
            "the services of the certificate that was changed (tomcat: Cisco Tomcat, Cisco TFTP; CallManager: Cisco \
             CallManager, Cisco CTIManager, Cisco TFTP; cup-xmpp: Cisco XCP Router)",
        ],
        cautions: &[
            "In mixed mode run `utils ctl update CTLFile` after a change of CallManager and before the restarts, then \
             reset the phones.",
            "A restart of Cisco XCP Router logs out every Jabber user of the node.",
        ],
    },
    impact: Impact::MRA,
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let wanted = verified(subject.node.node.product);
    if wanted.is_empty() {
        return Verdict::NotApplicable(
            "Expressway verifies Unified CM, IM and Presence and Unity Connection only",
        );
    }
    let own: Vec<Shown<'_>> = self_signed(subject.node).collect();
    let collisions = collisions(subject, &own);
    if !collisions.is_empty() {
        let severity = if subject.estate.deployment.mra.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        };
        let faults = collisions
            .iter()
            .map(|(name, all)| Verdict::from(seen(subject.node, name, all).severity(severity)));
        return Verdict::Each(faults.collect());
    }
    match unseen(subject.node, wanted) {
        missing if missing.is_empty() => Verdict::Pass,
        missing if own.is_empty() && missing.len() < wanted.len() => Verdict::Pass,
        missing => Verdict::unknown(format!("{} was not seen", missing.join(" and "))),
    }
}

/// Nodes whose certificates are told of one CN: where thousands have the same, some will do.
const MOST_NODES: usize = 32;

/// By CN: certificates of this node that collide with each other or with those of a node before it in the file, so that
/// each collision is told once.
fn collisions<'a>(
    subject: &NodeSubject<'a>,
    own: &[Shown<'a>],
) -> BTreeMap<String, Vec<Shown<'a>>> {
    let estate = subject.estate;
    let places = estate.once(|| Places::of(estate));
    let here = estate.place_of(&subject.node.node.name);
    let mut by_name: BTreeMap<String, Vec<Shown<'a>>> = BTreeMap::new();
    for name in own.iter().filter_map(Shown::name) {
        let (Some(known), Some(here)) = (places.0.get(&name), here) else {
            continue;
        };
        let mut upto: Vec<usize> = known
            .range(..=here)
            .rev()
            .take(MOST_NODES)
            .copied()
            .collect();
        upto.reverse();
        let views = upto.into_iter().filter_map(|place| estate.nodes.get(place));
        let all = views.flat_map(self_signed);
        let namesakes = all.filter(|shown| shown.name().as_ref() == Some(&name));
        let namesakes = namesakes.collect();
        by_name.insert(name, namesakes);
    }
    by_name.retain(|_, all| {
        own.iter()
            .any(|one| all.iter().any(|other| one.collides(other)))
    });
    by_name
}

/// Where nodes with a self-signed certificate of a CN stand in the estate.
struct Places(HashMap<String, BTreeSet<usize>>);

impl Places {
    fn of(estate: &Estate<'_>) -> Self {
        let mut places: HashMap<String, BTreeSet<usize>> = HashMap::new();
        for (place, view) in estate.nodes.iter().enumerate() {
            for name in self_signed(view).filter_map(|shown| shown.name()) {
                places.entry(name).or_default().insert(place);
            }
        }
        Self(places)
    }
}

impl Shown<'_> {
    fn name(&self) -> Option<String> {
        self.certificate.common_name().map(normalise)
    }

    /// One CN, two keys. Two certificates of one name on one node are a stale port or a twin, not this.
    fn collides(&self, other: &Self) -> bool {
        let same_purpose = self.view.node.name == other.view.node.name
            && self.service.service.certificate_name == other.service.service.certificate_name;
        !same_purpose
            && self.certificate.spki != other.certificate.spki
            && self.name() == other.name()
    }
}

fn seen(view: &NodeView<'_>, name: &str, all: &[Shown<'_>]) -> Seen {
    let mut places: Vec<String> = all
        .iter()
        .map(|shown| {
            let certificate = shown.service.service.certificate_name;
            let label = shown.service.label();
            if shown.view.node.name == view.node.name {
                format!("{certificate} on {label}")
            } else {
                format!("{certificate} on {label} of {}", shown.view.node.name)
            }
        })
        .collect();
    places.dedup();
    Seen::new(format!(
        "different self-signed certificates have CN {name}: {}",
        places.join(", ")
    ))
    .expected(format!("one self-signed certificate with CN {name}"))
    .found(places)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};
    use crate::certificate::issue::ec_key;
    use crate::evidence::Silence;

    fn with_mra() -> String {
        format!("{CLUSTER}{OUTSIDE}")
    }

    #[test]
    fn tomcat_and_call_manager_collide_and_users_outside_feel_it() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(&with_mra())
            .present_self_signed("cucm-pub", "tomcat", &own)
            .present_self_signed("cucm-pub", "sip", &own);
        let finding = scene.expect(&RULE, "cucm-pub", "", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(
            finding.found,
            ["tomcat on tomcat (8443)", "CallManager on sip (5061)"]
        );
        let outside = Effect {
            who: Who::Expressway,
            outcome: Outcome::MraFails,
        };
        assert_eq!(finding.effects, [outside]);
    }

    #[test]
    fn tomcat_and_cup_xmpp_collide_and_without_mra_it_is_a_warning() {
        let own = order("imp1.acme.test");
        let scene = Scene::new(CLUSTER)
            .present_self_signed("imp1", "tomcat", &own)
            .present_self_signed("imp1", "xmpp-client", &own);
        let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn one_signed_by_a_ca_or_with_its_own_cn_is_enough() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(&with_mra())
            .present("cucm-pub", "tomcat", &own)
            .present_self_signed("cucm-pub", "sip", &own);
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
        let scene = Scene::new(&with_mra())
            .present_self_signed("cucm-pub", "tomcat", &own)
            .present_self_signed("cucm-pub", "sip", &order("cucm-pub-cm.acme.test"));
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
    }

    #[test]
    fn one_certificate_for_both_is_no_collision() {
        let mut reused = order("cucm-pub.acme.test");
        reused.key = Some(ec_key().unwrap());
        let der = reused.self_signed().unwrap().der;
        let scene = Scene::new(&with_mra())
            .present_chain("cucm-pub", "tomcat", std::slice::from_ref(&der))
            .present_chain("cucm-pub", "sip", &[der]);
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
    }

    #[test]
    fn a_stale_port_or_a_twin_is_another_fault() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(&with_mra())
            .present_self_signed("cucm-pub", "tomcat", &own)
            .present_self_signed("cucm-pub", "tomcat", &own)
            .present_self_signed("cucm-pub", "tftp-mra", &own)
            .present("cucm-pub", "sip", &own);
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
    }

    #[test]
    fn nodes_collide_too_and_it_is_told_once() {
        let same = order("uc.acme.test");
        let scene = Scene::new(&with_mra())
            .present_self_signed("cucm-pub", "tomcat", &same)
            .present("cucm-pub", "sip", &same)
            .present_self_signed("imp1", "tomcat", &same)
            .present("imp1", "xmpp-client", &same);
        let failures = scene.failures(&RULE);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].0, "imp1");
    }

    #[test]
    fn what_was_not_seen_is_unknown_unless_its_ports_are_shut() {
        let own = order("cucm-pub.acme.test");
        let alone = || Scene::new(&with_mra()).present_self_signed("cucm-pub", "tomcat", &own);
        let doubt = alone().expect(&RULE, "cucm-pub", "", Status::Unknown);
        assert!(
            doubt.message.starts_with("CallManager was"),
            "{}",
            doubt.message
        );
        let shut = alone().silent("cucm-pub", "sip", Silence::Refused).silent(
            "cucm-pub",
            "tftp",
            Silence::Refused,
        );
        shut.expect(&RULE, "cucm-pub", "", Status::Pass);
        Scene::new(CLUSTER).expect(&RULE, "imp1", "", Status::Unknown);
    }

    #[test]
    fn directories_do_not_stand_in_expressways_list() {
        let directory =
            "[[node]]\nname = \"dc1\"\nproduct = \"ldap\"\naddress = \"dc1.acme.test\"\n";
        let scene = Scene::new(&format!("{CLUSTER}{directory}"));
        scene.expect(&RULE, "dc1", "", Status::NotApplicable);
    }

    #[test]
    fn where_all_that_was_seen_is_signed_by_a_ca_one_more_cannot_collide() {
        let scene = Scene::new(&with_mra());
        let scene = scene.present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "", Status::Pass);
    }
}

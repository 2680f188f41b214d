//! A SIP trunk that expects another subject than its peer presents.

use std::collections::HashMap;

use super::presented;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::Estate;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{Product, Release};
use crate::certificate::Certificate;
use crate::deployment::SipTrunk;
use crate::identity::normalise;
use crate::source::{CUCM_TRUNKS, IM_PRESENCE_SECURITY, SIP_TRUNK_TLS};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "trunk-subject-mismatch",
    title: "a SIP trunk that expects another certificate subject",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        IM_PRESENCE_SECURITY.at(
            "Certificate Exchange Configuration Between IM and Presence Service and Cisco Unified Communications \
             Manager, Prerequisites for Configuring Security",
        ),
        SIP_TRUNK_TLS.at("X.509 Subject Name"),
        CUCM_TRUNKS.at("Secure Certificate Subject or Subject Alternate Name"),
    ],
    explain: "Unified CM accepts the peer of a TLS trunk only when the CN of its certificate stands in the X.509 Subject \
              Name of the trunk's security profile; from release 15 on a subject alternative name will do as well. \
              Otherwise the TLS connection is refused: Unified CM publishes no phone status to IM and Presence, and \
              users no longer show as \"on a call\". A new cup certificate with another CN, or a renamed node, is the \
              usual cause.",
    fix: "Enter the CN of the certificate that the peer presents in the trunk's SIP Trunk Security Profile, and reset the \
          trunk.",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified CM Administration > System > Security > SIP Trunk Security Profile: X.509 Subject Name (release \
             15: Secure Certificate Subject or Subject Alternate Name). Several names are separated by commas.",
            "Cisco Unified CM Administration > Device > Trunk: reset the trunk.",
        ],
        restart: &[],
        cautions: &["A reset of the trunk drops its calls and subscriptions for a moment."],
    },
    impact: Impact::SERVERS,
    check: Check::Node(check),
};

/// Peer authentication before plain server authentication.
const PEER_SERVICES: &[&str] = &["sip-peer", "sip"];
/// The first release whose guide lets the field hold a subject alternative name.
const TAKES_ALTERNATIVE_NAMES: Release = Release::unified(15, 0, 0);

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let trunks = subject.estate.once(|| Trunks::of(subject.estate));
    let own = trunks.places.get(&subject.node.node.name);
    Verdict::each(
        own.into_iter()
            .flatten()
            .filter_map(|place| subject.estate.deployment.sip_trunks.get(*place))
            .map(|trunk| judge(subject, trunk, &trunks)),
        "no [[sip_trunk]] of the deployment file leads to this node",
    )
}

/// The trunks of the deployment.
struct Trunks {
    /// Their places in the deployment, by the node at the other end.
    places: HashMap<String, Vec<usize>>,
    /// Every Unified CM node compares subject alternative names, too.
    take_alternatives: bool,
}

impl Trunks {
    fn of(estate: &Estate<'_>) -> Self {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, trunk) in estate.deployment.sip_trunks.iter().enumerate() {
            places.entry(trunk.to.clone()).or_default().push(place);
        }
        let mut managers = estate.deployment.nodes_of(Product::Cucm).peekable();
        let take_alternatives = managers.peek().is_some()
            && managers.all(|node| {
                node.release
                    .as_ref()
                    .is_some_and(|release| *release >= TAKES_ALTERNATIVE_NAMES)
            });
        Self {
            places,
            take_alternatives,
        }
    }
}

fn judge(subject: &NodeSubject<'_>, trunk: &SipTrunk, trunks: &Trunks) -> Verdict {
    let configured = &trunk.x509_subject;
    let Some((service, certificate)) = presented(subject.node, PEER_SERVICES) else {
        return Verdict::unknown(format!(
            "the trunk expects {configured}, and no certificate of the node's SIP ports was seen"
        ));
    };
    let names = accepted(trunks, certificate);
    let agrees = expected_subjects(configured).any(|one| names.contains(&one));
    Verdict::pass_if(agrees, || {
        mismatch(configured, &service.label(), certificate).line(trunk.line)
    })
}

/// The field takes several names, separated by a space, comma, semicolon or colon.
fn expected_subjects(configured: &str) -> impl Iterator<Item = String> {
    configured
        .split([' ', ',', ';', ':'])
        .filter(|name| !name.is_empty())
        .map(normalise)
}

/// The names by which Unified CM knows that peer.
fn accepted(trunks: &Trunks, certificate: &Certificate) -> Vec<String> {
    let mut names: Vec<String> = certificate
        .common_name()
        .map(normalise)
        .into_iter()
        .collect();
    if trunks.take_alternatives {
        names.extend(certificate.dns_names().iter().map(|name| normalise(name)));
    }
    names
}

fn mismatch(configured: &str, label: &str, certificate: &Certificate) -> Seen {
    let seen = match certificate.common_name() {
        Some(name) => Seen::new(format!(
            "the trunk expects {configured}, and {label} presents CN {name}"
        ))
        .found([name])
        .step(format!("The name to enter is {name}.")),
        None => Seen::new(format!(
            "the trunk expects {configured}, and {label} presents a certificate without a CN"
        )),
    };
    seen.expected(configured)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::issue::{Order, rsa_key};

    fn expecting(subject: &str) -> String {
        format!("{CLUSTER}[[sip_trunk]]\nto = \"imp1\"\nx509_subject = \"{subject}\"\n")
    }

    fn with_short_common_name() -> Order {
        Order {
            common_name: "imp1".to_owned(),
            ..order("imp1.acme.test")
        }
    }

    #[test]
    fn the_cn_passes_without_regard_to_case_and_among_others() {
        for subject in [
            "imp1.acme.test",
            "IMP1.acme.test",
            "imp2.acme.test, imp1.acme.test",
            "imp2.acme.test;imp1.acme.test",
        ] {
            let scene =
                Scene::new(&expecting(subject)).present("imp1", "sip", &order("imp1.acme.test"));
            scene.expect(&RULE, "imp1", "", Status::Pass);
        }
    }

    #[test]
    fn another_cn_stops_the_trunk() {
        let scene = Scene::new(&expecting("imp1.acme.test")).present(
            "imp1",
            "sip",
            &with_short_common_name(),
        );
        let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(
            finding.message,
            "the trunk expects imp1.acme.test, and sip (5061) presents CN imp1"
        );
        assert_eq!(finding.found, ["imp1"]);
        assert_eq!(finding.fix.steps[0], "The name to enter is imp1.");
        let servers = Effect {
            who: Who::Servers,
            outcome: Outcome::Degraded,
        };
        assert_eq!(finding.effects, [servers]);
    }

    #[test]
    fn alternative_names_count_from_release_15_on() {
        let judge = |release: &str, status| {
            let text = expecting("imp1.acme.test").replace("14SU2", release);
            let scene = Scene::new(&text).present("imp1", "sip", &with_short_common_name());
            scene.expect(&RULE, "imp1", "", status);
        };
        judge("14SU4", Status::Fail);
        judge("15", Status::Pass);
    }

    #[test]
    fn the_port_with_peer_authentication_decides_and_rsa_before_its_twin() {
        let mut rsa = order("imp1.acme.test");
        rsa.key = Some(rsa_key().unwrap());
        let scene = Scene::new(&expecting("imp1.acme.test"))
            .present("imp1", "sip", &order("other.acme.test"))
            .present("imp1", "sip-peer", &order("imp1-EC.acme.test"))
            .present("imp1", "sip-peer", &rsa);
        scene.expect(&RULE, "imp1", "", Status::Pass);
    }

    #[test]
    fn a_certificate_without_a_cn_fails() {
        let nameless = Order {
            common_name: String::new(),
            ..order("imp1.acme.test")
        };
        let scene = Scene::new(&expecting("imp1.acme.test")).present("imp1", "sip", &nameless);
        scene.expect(&RULE, "imp1", "", Status::Fail);
    }

    #[test]
    fn unseen_is_unknown_and_without_a_trunk_there_is_nothing_to_say() {
        let scene = Scene::new(&expecting("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "", Status::Unknown);
        scene.expect(&RULE, "cucm-pub", "", Status::NotApplicable);
    }
}

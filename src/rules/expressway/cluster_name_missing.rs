//! The name of an Expressway-C cluster that a peer's certificate does not give.

use super::{REISSUE, each_name, has_dns_name, missing};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::Verdict;
use crate::catalog::Product;
use crate::source::{EXPRESSWAY_CERTIFICATES, EXPRESSWAY_REQUIREMENTS, MRA_CERTIFICATES};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-cluster-name-missing",
    title: "an Expressway-C certificate without the cluster name",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS.at("Expressway Certificates (table)"),
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
        MRA_CERTIFICATES.at("Expressway-C certificate"),
    ],
    explain: "Expressway-E knows a clustered Expressway-C by one name: \"TLS verify subject name\" of its traversal zone is \
              the cluster's FQDN, and every peer that connects must have it in the SAN of its own certificate. A peer \
              without it is refused: its part of the traversal zone stays down, and whoever is sent through it cannot \
              sign in, call or chat from outside. No client prompts, because the refusal happens between the servers; it \
              often shows only when another peer fails. Needed for Mobile and Remote Access, Jabber Guest and XMPP \
              federation alike; from X15.5 on in the client certificate too, which no port shows.",
    fix: "Order a certificate for this peer with Subject alternative names: \"FQDN of Expressway cluster plus FQDN of this \
          peer\" on the Generate CSR page.",
    remedy: REISSUE,
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::MRA
    },
    check: Check::Node(check),
};

/// How many Expressway-C nodes there are.
struct Peers(usize);

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if subject.node.node.product != Product::ExpresswayC {
        return Verdict::NotApplicable("the cluster name belongs into Expressway-C's certificates");
    }
    let deployment = subject.estate.deployment;
    let Some(mra) = &deployment.mra else {
        return Verdict::NotApplicable("the deployment has no Mobile and Remote Access");
    };
    let count = || Peers(deployment.nodes_of(Product::ExpresswayC).count());
    let peers = subject.estate.once(count).0;
    if mra.cluster_name.is_none() && peers > 1 {
        return Verdict::unknown(format!(
            "the deployment has {peers} Expressway-C nodes and says no mra.cluster_name: if they are a cluster, its name \
             (System > Clustering > Cluster name) must be in each certificate"
        ));
    }
    each_name(
        subject.node,
        &mra.cluster_name,
        "Expressway-C is not clustered",
        |shown, name| (!has_dns_name(shown.certificate, name)).then(|| missing(shown, name, name)),
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{EDGE, Scene, order};

    const SECOND: &str = r#"
[[node]]
name = "expc2"
product = "expressway-c"
address = "expc2.acme.test"
release = "X15.2"
"#;

    fn scene(file: &str, names: &[&str]) -> Scene {
        let mut core = order("expc1.acme.test");
        core.dns.extend(names.iter().map(|name| (*name).to_owned()));
        Scene::new(file).present("expc1", "web", &core)
    }

    #[test]
    fn every_peer_needs_the_cluster_name() {
        scene(EDGE, &["expc.acme.test"]).expect(&RULE, "expc1", "", Status::Pass);
        let finding = scene(EDGE, &[]).expect(&RULE, "expc1", "", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("expc.acme.test"));
        let hit: Vec<_> = finding
            .effects
            .iter()
            .map(|one| one.outcome.name())
            .collect();
        assert_eq!(hit, ["mra-fails", "degraded"]);
    }

    #[test]
    fn a_peer_is_judged_by_its_own_certificate() {
        let both = format!("{EDGE}{SECOND}");
        let scene =
            scene(&both, &["expc.acme.test"]).present("expc2", "web", &order("expc2.acme.test"));
        scene.expect(&RULE, "expc1", "", Status::Pass);
        scene.expect(&RULE, "expc2", "", Status::Fail);
    }

    #[test]
    fn several_nodes_without_a_cluster_name_are_in_doubt_and_one_is_not() {
        let alone = EDGE.replace("cluster_name = \"expc.acme.test\"", "");
        scene(&alone, &[]).expect(&RULE, "expc1", "", Status::NotApplicable);
        let both = format!("{alone}{SECOND}");
        scene(&both, &[]).expect(&RULE, "expc1", "", Status::Unknown);
    }

    #[test]
    fn the_edge_does_not_need_it() {
        Scene::new(EDGE)
            .present("expe1", "mra", &order("expe1.acme.test"))
            .expect(&RULE, "expe1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expc1", "", Status::Unknown);
    }
}

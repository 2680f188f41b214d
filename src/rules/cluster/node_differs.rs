//! Nodes of a cluster whose certificates come from different issuers.

use std::collections::BTreeMap;

use super::{is_clustered, is_trusted, newest};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::{Estate, NodeView};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{CertificateName, Product, procedure};
use crate::source::{IM_PRESENCE_SECURITY, JABBER_GUIDE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cluster-node-differs",
    title: "a cluster whose nodes have certificates of different issuers",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Which certificates are required?"),
        IM_PRESENCE_SECURITY.at("Upload Signed Certificate to Each IM and Presence Service Node"),
    ],
    explain: "Every node of a cluster can present its certificate to Jabber: a user who is homed on the node that was left \
              out of a roll-out, or who fails over to it, gets another answer than a colleague. A node with a self-signed \
              certificate among signed ones prompts just when the first node is down. Two issuers need two chains on every \
              device and in every trust store; where only one was distributed, intercluster peers and Expressway refuse \
              the other.",
    fix: "Finish the roll-out: have the certificates of all nodes signed by the same CA, and upload them together.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &["Restart the publisher first, then the subscribers one by one."],
    },
    impact: Impact::PROMPT,
    check: Check::Deployment(check),
};

/// "rsa", "ecdsa": each kind is compared with its own.
const KINDS: [&str; 3] = ["rsa", "ecdsa", "other"];
const SELF_SIGNED: &str = "self-signed";

fn check(estate: &Estate<'_>, _: &Context) -> Verdict {
    let groups = groups(estate);
    let judge = |((product, name), nodes): (&(Product, CertificateName), &Vec<&NodeView<'_>>)| {
        judge(*product, *name, nodes)
    };
    Verdict::each(groups.iter().map(judge), "no product has several nodes")
}

/// The nodes that should have a certificate of one name, by product; only where there are several.
fn groups<'a>(
    estate: &'a Estate<'a>,
) -> BTreeMap<(Product, CertificateName), Vec<&'a NodeView<'a>>> {
    let mut groups: BTreeMap<_, Vec<&NodeView<'_>>> = BTreeMap::new();
    for view in &estate.nodes {
        let product = view.node.product;
        let mut names: Vec<CertificateName> = view
            .services
            .iter()
            .filter(|service| service.required || !service.chains().is_empty())
            .map(|service| service.service.certificate_name)
            .collect();
        names.sort_unstable();
        names.dedup();
        if is_clustered(product) {
            for name in names {
                groups.entry((product, name)).or_default().push(view);
            }
        }
    }
    groups.retain(|_, nodes| nodes.len() > 1);
    groups
}

fn judge(product: Product, name: CertificateName, nodes: &[&NodeView<'_>]) -> Verdict {
    let unseen: Vec<&str> = nodes
        .iter()
        .filter(|view| KINDS.iter().all(|kind| newest(view, name, kind).is_none()))
        .map(|view| view.node.name.as_str())
        .collect();
    let mut verdicts: Vec<Verdict> = KINDS
        .iter()
        .filter_map(|kind| compare(product, name, kind, nodes))
        .collect();
    if verdicts.is_empty() {
        verdicts.push(if unseen.is_empty() {
            Verdict::Pass
        } else {
            Verdict::unknown(format!(
                "{name} of {} was not seen on {}",
                product.title(),
                unseen.join(", ")
            ))
        });
    }
    Verdict::Each(verdicts)
}

/// The fault, when the nodes that showed a certificate of that kind have it from different issuers.
fn compare(
    product: Product,
    name: CertificateName,
    kind: &str,
    nodes: &[&NodeView<'_>],
) -> Option<Verdict> {
    let mut signers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut trusted = true;
    for view in nodes {
        if let Some((_, chain, leaf)) = newest(view, name, kind) {
            let signer = if leaf.self_signed {
                SELF_SIGNED.to_owned()
            } else {
                leaf.issuer.text.clone()
            };
            signers.entry(signer).or_default().push(&view.node.name);
            trusted &= is_trusted(chain);
        }
    }
    if signers.len() < 2 {
        return None;
    }
    let title = product.title();
    let said: Vec<String> = signers.iter().map(said).collect();
    let mut seen = Seen::new(format!(
        "the {kind} {name} certificates of {title}: {}",
        said.join("; ")
    ))
    .expected(format!(
        "one issuer of the {kind} {name} certificates of all {product} nodes"
    ))
    .found(signers.keys());
    let procedure = procedure(product, name);
    seen.steps = procedure.steps();
    seen.steps
        .push(format!("Restart {}.", procedure.restart.join(", ")));
    Some(seen.impact(impact(product, name, trusted)).into())
}

fn said((signer, nodes): (&String, &Vec<&str>)) -> String {
    let nodes = nodes.join(", ");
    if signer == SELF_SIGNED {
        format!("{nodes} self-signed")
    } else {
        format!("{nodes} signed by {signer}")
    }
}

/// The finding stands for no single port, so it says itself who meets the certificate. Where the devices trust every
/// issuer nobody is hit today.
fn impact(product: Product, name: CertificateName, trusted: bool) -> Impact {
    let nobody = Impact::NONE;
    if trusted {
        return nobody;
    }
    match (product, name) {
        (_, CertificateName::Cup | CertificateName::Capf | CertificateName::Tvs) => Impact::SERVERS,
        (_, CertificateName::CupXmppS2s) => Impact::FEDERATION,
        (Product::ExpresswayC, _) => Impact {
            servers: Impact::PROMPT.servers,
            ..Impact::MRA
        },
        (Product::ExpresswayE, _) => Impact::PROMPT,
        _ => Impact {
            federation: nobody.federation,
            ..Impact::PROMPT
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{RULE, impact};
    use crate::audit::Status;
    use crate::audit::effect::{Impact, Outcome};
    use crate::audit::testing::{CLUSTER, EDGE, NOW, Scene, order};
    use crate::catalog::{CertificateName, Product};
    use crate::certificate::issue::rsa_key;
    use crate::evidence::Silence;

    fn file() -> String {
        format!(
            "{CLUSTER}\n[[node]]\nname = \"cucm-sub\"\nproduct = \"cucm\"\naddress = \"cucm-sub.acme.test\"\n"
        )
    }

    fn scene() -> Scene {
        Scene::new(&file()).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
    }

    fn statuses(scene: &Scene) -> Vec<Status> {
        scene
            .judge(&RULE)
            .into_iter()
            .map(|one| one.status)
            .collect()
    }

    #[test]
    fn one_issuer_passes() {
        let same = scene().present("cucm-sub", "tomcat", &order("cucm-sub.acme.test"));
        assert_eq!(statuses(&same), [Status::Pass]);
    }

    #[test]
    fn all_self_signed_is_no_difference() {
        let scene = Scene::new(&file())
            .present_self_signed("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
            .present_self_signed("cucm-sub", "tomcat", &order("cucm-sub.acme.test"));
        assert_eq!(statuses(&scene), [Status::Pass]);
    }

    #[test]
    fn one_self_signed_among_signed_ones_is() {
        let scene = scene().present_self_signed("cucm-sub", "tomcat", &order("cucm-sub.acme.test"));
        let finding = scene.judge(&RULE).remove(0);
        assert_eq!(
            finding.message,
            "the ecdsa tomcat certificates of Unified CM: cucm-pub signed by CN=ACME Issuing CA; cucm-sub self-signed"
        );
        assert!(
            finding
                .effects
                .iter()
                .any(|one| one.outcome.name() == "prompt")
        );
        assert!(
            finding
                .fix
                .steps
                .iter()
                .any(|step| step.contains("Cisco Tomcat"))
        );
    }

    #[test]
    fn two_trusted_issuers_hit_nobody_today() {
        let scene = scene();
        let other = scene.root().intermediate("ACME Issuing CA 2", NOW).unwrap();
        let leaf = other.issue(&order("cucm-sub.acme.test")).unwrap().der;
        let chain = [leaf, other.der().to_vec()];
        let scene = scene.present_chain("cucm-sub", "tomcat", &chain);
        let finding = scene.judge(&RULE).remove(0);
        assert_eq!(finding.status, Status::Fail);
        assert_eq!(
            finding.found,
            ["CN=ACME Issuing CA", "CN=ACME Issuing CA 2"]
        );
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn a_node_that_was_not_seen_is_unknown() {
        let scene = scene().silent("cucm-sub", "tomcat", Silence::Refused);
        let judged = scene.judge(&RULE).remove(0);
        assert_eq!(judged.status, Status::Unknown);
        assert!(judged.message.ends_with("was not seen on cucm-sub"));
    }

    #[test]
    fn key_kinds_products_and_stale_ports_are_kept_apart() {
        let mut rsa = order("cucm-sub.acme.test");
        rsa.key = Some(rsa_key().unwrap());
        let scene = scene()
            .present("cucm-sub", "tomcat", &order("cucm-sub.acme.test"))
            .present_self_signed("cucm-sub", "tomcat", &rsa)
            .present_self_signed("imp1", "tomcat", &order("imp1.acme.test"));
        assert!(scene.failures(&RULE).is_empty());
        let mut old = order("cucm-sub.acme.test");
        old.not_before = NOW - 900 * 86_400;
        let scene = scene.present_self_signed("cucm-sub", "tftp-mra", &old);
        assert!(scene.failures(&RULE).is_empty());
    }

    #[test]
    fn one_node_of_each_product_has_nothing_to_compare() {
        assert_eq!(statuses(&Scene::new(CLUSTER)), [Status::NotApplicable]);
        assert_eq!(statuses(&Scene::new(EDGE)), [Status::NotApplicable]);
    }

    #[test]
    fn who_meets_each_certificate() {
        let clients_and_servers = Impact {
            federation: Outcome::Trusted,
            ..Impact::PROMPT
        };
        let core = Impact {
            servers: Outcome::Degraded,
            ..Impact::MRA
        };
        let presence = Product::ImPresence;
        for (product, name, expected) in [
            (Product::Cucm, CertificateName::Tomcat, clients_and_servers),
            (
                Product::Cucm,
                CertificateName::CallManager,
                clients_and_servers,
            ),
            (Product::Cucm, CertificateName::Capf, Impact::SERVERS),
            (Product::Cucm, CertificateName::Tvs, Impact::SERVERS),
            (presence, CertificateName::Cup, Impact::SERVERS),
            (presence, CertificateName::CupXmpp, clients_and_servers),
            (presence, CertificateName::CupXmppS2s, Impact::FEDERATION),
            (Product::ExpresswayC, CertificateName::Expressway, core),
            (
                Product::ExpresswayE,
                CertificateName::Expressway,
                Impact::PROMPT,
            ),
        ] {
            assert_eq!(impact(product, name, false), expected, "{product} {name}");
            assert_eq!(
                impact(product, name, true),
                Impact::NONE,
                "{product} {name}"
            );
        }
    }
}

//! A chat node alias that an Expressway's certificate does not name.

use super::{REISSUE, each_name, federation, federation_field, missing};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Product;
use crate::source::{EXPRESSWAY_REQUIREMENTS, XMPP_FEDERATION_EXPRESSWAY};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-chat-alias-missing",
    title: "an Expressway certificate without a chat node alias",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS.at(
            "Expressway-C and Expressway-E server certificate requirements, IM and Presence chat node aliases",
        ),
        XMPP_FEDERATION_EXPRESSWAY.at("Certificates"),
    ],
    explain: "Group chat with federated partners addresses rooms by the chat node alias (room@chat1.acme.test), so the TLS \
              streams on the way are opened for that alias: it must stand in the certificates of Expressway-C and of \
              Expressway-E, the same list in both. Without it one-to-one chat and presence work while invitations to \
              rooms fail for partners. Aliases that were added or renamed on IM and Presence after the certificates were \
              made are the usual cause.",
    fix: "Order a certificate with the alias under \"IM and Presence chat node aliases (federated group chat)\" of the \
          Generate CSR page, in DNS format. Expressway-C fills the list in itself once it has discovered the IM and \
          Presence nodes: copy it to Expressway-E.",
    remedy: REISSUE,
    impact: Impact::FEDERATION,
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let product = subject.node.node.product;
    if !product.is_expressway() {
        return Verdict::NotApplicable("for IM and Presence see identity-chat-alias-missing");
    }
    let Some(federation) = federation(subject.estate.deployment) else {
        return Verdict::NotApplicable("no XMPP federation goes through Expressway");
    };
    each_name(
        subject.node,
        &federation.chat_node_aliases,
        "the deployment has no chat node alias",
        |shown, alias| {
            let there = federation_field(shown.certificate, alias).is_some();
            (!there).then(|| on(product, missing(shown, alias, alias)))
        },
    )
}

/// Partners meet Expressway-E; behind it the stream between the Expressways fails.
fn on(product: Product, seen: Seen) -> Seen {
    if product == Product::ExpresswayC {
        seen.impact(Impact::SERVERS)
    } else {
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};

    fn scene(node: &str, names: &[&str]) -> Scene {
        let mut good = order(&format!("{node}.acme.test"));
        good.dns.extend(names.iter().map(|name| (*name).to_owned()));
        Scene::new(EDGE).present(node, "web", &good)
    }

    #[test]
    fn both_expressways_need_the_alias() {
        for node in ["expc1", "expe1"] {
            scene(node, &["chat1.acme.test"]).expect(&RULE, node, "", Status::Pass);
            let finding = scene(node, &["chat2.acme.test"]).expect(&RULE, node, "", Status::Fail);
            assert_eq!(finding.expected.as_deref(), Some("chat1.acme.test"));
        }
    }

    #[test]
    fn partners_are_hit_at_the_edge_and_servers_behind_it() {
        let effect = |node: &str| {
            let finding = scene(node, &[]).expect(&RULE, node, "", Status::Fail);
            finding.effects.first().map(|one| one.outcome.name())
        };
        assert_eq!(effect("expe1"), Some("federation-fails"));
        assert_eq!(effect("expc1"), Some("degraded"));
    }

    #[test]
    fn no_aliases_no_expressway_no_rule() {
        let file = EDGE.replace("chat_node_aliases = [\"chat1.acme.test\"]", "");
        Scene::new(&file)
            .present("expe1", "web", &order("expe1.acme.test"))
            .expect(&RULE, "expe1", "", Status::NotApplicable);
        Scene::new(CLUSTER).expect(&RULE, "imp1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expc1", "", Status::Unknown);
    }
}

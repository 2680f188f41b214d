//! A chat node alias that cup-xmpp-s2s does not name.

use super::{in_words, own_federation};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::{XmppService, all_names, find_xmpp_domain};
use crate::source::{EXPRESSWAY_REQUIREMENTS, FEDERATION_GUIDE, IM_PRESENCE_SECURITY};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-chat-alias-missing",
    title: "a federation certificate without a chat node alias",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        FEDERATION_GUIDE.at("Enable Wildcards in XMPP Federation Security Certificates"),
        IM_PRESENCE_SECURITY.at("XMPP Security Settings Configuration on IM and Presence Service"),
        EXPRESSWAY_REQUIREMENTS.at("IM and Presence chat node aliases (federated group chat)"),
    ],
    explain: "Partners reach a persistent or ad hoc chat room under its chat node alias, so their servers look for the \
              alias, not for the presence domain, in cup-xmpp-s2s. Without it one-to-one chat works and group chat \
              over TLS with partners fails. The request holds the aliases that exist when it is made, or *.domain when \
              wildcards are enabled.",
    fix: "Check \"Enable Wildcards in XMPP Federation Security Certificates\" under System > Security > Settings, or \
          see that every alias is configured, then request cup-xmpp-s2s anew.",
    remedy: Remedy::Reissue,
    impact: Impact::FEDERATION,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let federation = match own_federation(subject) {
        Ok(federation) => federation,
        Err(why) => return Verdict::NotApplicable(why),
    };
    let judge = |alias: &String| {
        let found = find_xmpp_domain(subject.certificate, alias, XmppService::Server);
        Verdict::pass_if(found.is_some(), || missing(subject, alias))
    };
    Verdict::each(
        federation.chat_node_aliases.iter().map(judge),
        "the deployment file names no chat node alias",
    )
}

fn missing(subject: &LeafSubject<'_>, alias: &str) -> Seen {
    let found = all_names(subject.certificate);
    let names = in_words(&found);
    Seen::new(format!(
        "chat rooms live at {alias}, and the certificate has {names}"
    ))
    .expected(alias)
    .found(found)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};

    fn federated(aliases: &str) -> String {
        format!(
            "{CLUSTER}[federation]\nthrough = \"im-presence\"\nchat_node_aliases = [{aliases}]\n"
        )
    }

    #[test]
    fn the_alias_itself_or_a_wildcard_over_its_domain_passes() {
        for name in ["chat1.acme.test", "*.acme.test"] {
            let mut good = order("imp1.acme.test");
            good.dns.push(name.to_owned());
            let scene =
                Scene::new(&federated("\"chat1.acme.test\"")).present("imp1", "xmpp-server", &good);
            scene.expect(&RULE, "imp1", "xmpp-server", Status::Pass);
        }
    }

    #[test]
    fn a_missing_alias_costs_group_chat_with_partners() {
        let mut domain_only = order("imp1.acme.test");
        domain_only.dns.push("acme.test".to_owned());
        let scene = Scene::new(&federated("\"chat1.acme.test\"")).present(
            "imp1",
            "xmpp-server",
            &domain_only,
        );
        let finding = scene.expect(&RULE, "imp1", "xmpp-server", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("chat1.acme.test"));
        let partners = Effect {
            who: Who::Federation,
            outcome: Outcome::FederationFails,
        };
        assert_eq!(finding.effects, [partners]);
    }

    #[test]
    fn without_aliases_or_with_an_expressway_there_is_nothing_to_say() {
        let scene =
            Scene::new(&federated("")).present("imp1", "xmpp-server", &order("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "xmpp-server", Status::NotApplicable);
        let scene = Scene::new(EDGE).present("expe1", "xmpp-server", &order("expe1.acme.test"));
        scene.expect(&RULE, "expe1", "xmpp-server", Status::NotApplicable);
    }
}

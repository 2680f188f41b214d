//! A federated domain that cup-xmpp-s2s does not name.

use super::{in_words, own_federation};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::{XmppService, all_names, find_xmpp_domain};
use crate::source::{FEDERATION_GUIDE, IM_PRESENCE_GUIDE, RFC_6120};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-federation-domain-missing",
    title: "a federation certificate without a federated domain",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        FEDERATION_GUIDE.at("XMPP federation security certificates"),
        IM_PRESENCE_GUIDE.at("Certificates, cup-xmpp-s2s"),
        RFC_6120.at("13.7.1.2, Server Certificates"),
    ],
    explain: "A partner's server looks for the domain that it federates with in cup-xmpp-s2s: every presence domain and \
              every e-mail domain used for federation must be there. Domains are put into the request when it is made, \
              so one that was added later is missing until the next request. Presence and chat with partners of that \
              domain then fail; users inside notice nothing.",
    fix: "Configure every domain, then request cup-xmpp-s2s anew. Cisco Unified IM and Presence OS Administration > \
          Security > Certificate Management fills the domains into the request.",
    remedy: Remedy::Reissue,
    impact: Impact::FEDERATION,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let federation = match own_federation(subject) {
        Ok(federation) => federation,
        Err(why) => return Verdict::NotApplicable(why),
    };
    let judge = |domain: &String| {
        let found = find_xmpp_domain(subject.certificate, domain, XmppService::Server);
        Verdict::pass_if(found.is_some(), || missing(subject, domain))
    };
    Verdict::each(
        federation.domains.iter().map(judge),
        "no domain is federated",
    )
}

fn missing(subject: &LeafSubject<'_>, domain: &str) -> Seen {
    let found = all_names(subject.certificate);
    let names = in_words(&found);
    Seen::new(format!(
        "partners look for {domain}, and the certificate has {names}"
    ))
    .expected(domain)
    .found(found)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::certificate::issue::Order;

    fn federated() -> String {
        format!(
            "{CLUSTER}[federation]\nthrough = \"im-presence\"\ndomains = [\"acme.test\", \"mail.acme.test\"]\n"
        )
    }

    fn naming(domains: &[&str]) -> Order {
        let mut order = order("imp1.acme.test");
        order
            .dns
            .extend(domains.iter().map(|domain| (*domain).to_owned()));
        order
    }

    #[test]
    fn a_certificate_with_every_domain_passes() {
        let mut mixed = naming(&["acme.test"]);
        mixed.srv_names = vec!["_xmpp-server.mail.acme.test".to_owned()];
        for good in [naming(&["acme.test", "mail.acme.test"]), mixed] {
            let scene = Scene::new(&federated()).present("imp1", "xmpp-server", &good);
            assert!(scene.failures(&RULE).is_empty());
            scene.expect(&RULE, "imp1", "xmpp-server", Status::Pass);
        }
    }

    #[test]
    fn each_missing_domain_is_a_finding_that_partners_feel() {
        let scene =
            Scene::new(&federated()).present("imp1", "xmpp-server", &naming(&["acme.test"]));
        let finding = scene.expect(&RULE, "imp1", "xmpp-server", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("mail.acme.test"));
        let partners = Effect {
            who: Who::Federation,
            outcome: Outcome::FederationFails,
        };
        assert_eq!(finding.effects, [partners]);
        assert_eq!(
            finding.fix.restart,
            ["Cisco XCP XMPP Federation Connection Manager"]
        );
    }

    #[test]
    fn a_name_for_clients_does_not_count() {
        let mut wrong = naming(&["mail.acme.test"]);
        wrong.srv_names = vec!["_xmpp-client.acme.test".to_owned()];
        let scene = Scene::new(&federated()).present("imp1", "xmpp-server", &wrong);
        assert_eq!(scene.failures(&RULE).len(), 1);
    }

    #[test]
    fn cup_xmpp_and_an_expressway_that_federates_are_not_asked() {
        let scene = Scene::new(&federated()).present("imp1", "xmpp-client", &naming(&[]));
        scene.expect(&RULE, "imp1", "xmpp-client", Status::NotApplicable);
        let scene = Scene::new(EDGE).present("expe1", "xmpp-server", &naming(&[]));
        scene.expect(&RULE, "expe1", "xmpp-server", Status::NotApplicable);
    }
}

//! A federation domain that Expressway-E's certificate does not name.

use super::{REISSUE, each_name, federation, federation_field, missing};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::Verdict;
use crate::catalog::Product;
use crate::source::{EXPRESSWAY_REQUIREMENTS, RFC_6120, XMPP_FEDERATION_EXPRESSWAY};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-federation-domain-missing",
    title: "an Expressway-E certificate without an XMPP federation domain",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS
            .at("Expressway-E server certificate requirements, XMPP federation domains"),
        XMPP_FEDERATION_EXPRESSWAY.at("Certificates"),
        RFC_6120.at("13.7.1.2, Server Certificates"),
    ],
    explain: "A partner's XMPP server that opens a stream to your domain on port 5269 gets Expressway-E's certificate and \
              looks for the domain in it, not for the host. A domain that was added to IM and Presence after the \
              certificate was made is the usual cause: presence and chat with partners go on for the old domains and fail \
              for the new one, while everybody inside sees nothing wrong. Partners that ask for TLS or for a valid \
              certificate refuse the stream; others fall back to what their policy allows.",
    fix: "Order a certificate for Expressway-E with the domain under \"XMPP federation domains\" of the Generate CSR page, \
          in DNS format.",
    remedy: REISSUE,
    impact: Impact::FEDERATION,
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if subject.node.node.product != Product::ExpresswayE {
        return Verdict::NotApplicable("federation domains belong into Expressway-E's certificate");
    }
    let Some(federation) = federation(subject.estate.deployment) else {
        return Verdict::NotApplicable("no XMPP federation goes through Expressway");
    };
    each_name(
        subject.node,
        &federation.domains,
        "the deployment has no federation domain",
        |shown, domain| {
            let there = federation_field(shown.certificate, domain).is_some();
            (!there).then(|| missing(shown, domain, domain))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{EDGE, Scene, order};

    #[test]
    fn a_name_in_any_field_of_the_san_passes() {
        let host = || order("expe1.acme.test");
        let mut by_name = host();
        by_name.dns.push("acme.test".to_owned());
        let mut by_address = host();
        by_address.xmpp_addresses = vec!["acme.test".to_owned()];
        let mut by_service = host();
        by_service.srv_names = vec!["_xmpp-server.acme.test".to_owned()];
        for good in [by_name, by_address, by_service] {
            Scene::new(EDGE)
                .present("expe1", "xmpp-server", &good)
                .expect(&RULE, "expe1", "", Status::Pass);
        }
    }

    #[test]
    fn federation_fails_without_it() {
        let mut edge = order("expe1.acme.test");
        edge.srv_names = vec!["_xmpp-client.acme.test".to_owned()];
        edge.common_name = "acme.test".to_owned();
        let finding = Scene::new(EDGE)
            .present("expe1", "xmpp-server", &edge)
            .expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("acme.test"));
        let hit: Vec<_> = finding
            .effects
            .iter()
            .map(|one| one.outcome.name())
            .collect();
        assert_eq!(hit, ["federation-fails"]);
    }

    #[test]
    fn each_missing_domain_is_a_finding() {
        let file = EDGE.replace(
            "[federation]\ndomains = [\"acme.test\"]",
            "[federation]\ndomains = [\"acme.test\", \"acme.example\", \"other.test\"]",
        );
        let mut edge = order("expe1.acme.test");
        edge.dns.push("acme.test".to_owned());
        let scene = Scene::new(&file).present("expe1", "mra", &edge);
        let missing: Vec<_> = scene
            .failures(&RULE)
            .into_iter()
            .filter_map(|(_, _, expected)| expected)
            .collect();
        assert_eq!(missing, ["acme.example", "other.test"]);
    }

    #[test]
    fn through_im_and_presence_it_is_not_expressways_business() {
        let presence = "[[node]]\nproduct = \"im-presence\"\naddress = \"imp1.acme.test\"\n";
        let file = EDGE.replace("through = \"expressway\"", "through = \"im-presence\"") + presence;
        Scene::new(&file)
            .present("expe1", "mra", &order("expe1.acme.test"))
            .expect(&RULE, "expe1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expc1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expe1", "", Status::Unknown);
    }
}

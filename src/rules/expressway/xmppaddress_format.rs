//! A federation name that an Expressway's certificate gives as xmppAddr only.

use super::{REISSUE, Shown, each_name, federation, federation_field};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Product;
use crate::identity::{Field, all_names};
use crate::source::EXPRESSWAY_REQUIREMENTS;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-xmppaddress-format",
    title: "a federation name that stands in an Expressway certificate as xmppAddr only",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[EXPRESSWAY_REQUIREMENTS
        .at("Expressway-E server certificate requirements, XMPP federation domains")],
    explain: "The Generate CSR page offers two formats for XMPP federation domains and chat node aliases: DNS, and \
              XMPPAddress, which is the otherName id-on-xmppAddr of RFC 6120. Federation works with either today, but \
              Cisco advises against XMPPAddress: many CAs, public ones above all, cannot sign it and drop it silently, \
              and later releases of Expressway may no longer offer it. The next renewal is then the day on which \
              federation stops.",
    fix: "At the next renewal choose Format: DNS for XMPP federation domains and chat node aliases on the Generate CSR page.",
    remedy: REISSUE,
    impact: Impact::NONE,
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let product = subject.node.node.product;
    if !product.is_expressway() {
        return Verdict::NotApplicable("the XMPPAddress format is Expressway's");
    }
    let Some(federation) = federation(subject.estate.deployment) else {
        return Verdict::NotApplicable("no XMPP federation goes through Expressway");
    };
    let domains: &[String] = if product == Product::ExpresswayE {
        &federation.domains
    } else {
        &[]
    };
    let aliases = federation
        .chat_node_aliases
        .iter()
        .filter(|alias| !domains.contains(alias));
    each_name(
        subject.node,
        domains.iter().chain(aliases),
        "no federation name belongs into this certificate",
        only_as_address,
    )
}

/// A name that is in no field at all is a fault of its own.
fn only_as_address(shown: &Shown<'_>, name: &str) -> Option<Seen> {
    (federation_field(shown.certificate, name) == Some(Field::XmppAddress)).then(|| {
        let ports = shown.ports.join(", ");
        Seen::new(format!(
            "the certificate on {ports} has xmppAddr {name} and no dNSName {name}"
        ))
        .expected(format!("dNSName {name}"))
        .found(all_names(shown.certificate))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{EDGE, Scene, order};
    use crate::rules::expressway::federation_domain_missing;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn xmpp_address_alone_is_a_warning_and_no_missing_name() {
        let mut edge = order("expe1.acme.test");
        edge.dns.push("chat1.acme.test".to_owned());
        edge.xmpp_addresses = names(&["acme.test"]);
        let scene = Scene::new(EDGE).present("expe1", "mra", &edge);
        let finding = scene.expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.expected.as_deref(), Some("dNSName acme.test"));
        assert!(finding.effects.is_empty());
        assert_eq!(scene.failures(&RULE).len(), 1);
        scene.expect(&federation_domain_missing::RULE, "expe1", "", Status::Pass);
    }

    #[test]
    fn beside_a_dns_name_it_does_no_harm() {
        let mut edge = order("expe1.acme.test");
        edge.dns.extend(names(&["acme.test", "chat1.acme.test"]));
        edge.xmpp_addresses = names(&["acme.test"]);
        Scene::new(EDGE)
            .present("expe1", "mra", &edge)
            .expect(&RULE, "expe1", "", Status::Pass);
    }

    #[test]
    fn on_the_core_only_aliases_count() {
        let mut core = order("expc1.acme.test");
        core.xmpp_addresses = names(&["acme.test"]);
        Scene::new(EDGE)
            .present("expc1", "web", &core)
            .expect(&RULE, "expc1", "", Status::Pass);
        core.xmpp_addresses = names(&["chat1.acme.test"]);
        Scene::new(EDGE)
            .present("expc1", "web", &core)
            .expect(&RULE, "expc1", "", Status::Fail);
    }

    #[test]
    fn without_federation_there_is_nothing_to_say() {
        let presence = "[[node]]\nproduct = \"im-presence\"\naddress = \"imp1.acme.test\"\n";
        let file = EDGE.replace("through = \"expressway\"", "through = \"im-presence\"") + presence;
        Scene::new(&file).expect(&RULE, "expe1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expe1", "", Status::Unknown);
    }
}

//! An XMPP domain that stands only in the CN.

use super::own_federation;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::identity::{Field, XmppService, all_names, find_xmpp_domain};
use crate::source::{JABBER_GUIDE, RFC_6120, RFC_9525};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-xmpp-domain-only-in-cn",
    title: "an XMPP domain that stands only in the CN",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Identifier Fields"),
        RFC_6120.at("13.7.1.2, Server Certificates"),
        RFC_9525.at("2, Naming of Application Services"),
    ],
    explain: "The CN is the last field that Jabber tries, after xmppAddr, SRVName and dNSName: Jabber signs in without a \
              prompt. Other XMPP clients and servers that follow RFC 9525 do not read the CN at all and refuse the \
              stream; on cup-xmpp-s2s these are the federation partners.",
    fix: "Order the certificate again with the domain in subjectAltName. Up to release 9: System > Security > Settings, \
          check \"Use Domain Name for XMPP Certificate Subject Alternative Name\" before the request (release 9.0(1) \
          calls the box \"... Subject Common Name\").",
    remedy: Remedy::Reissue,
    impact: Impact {
        federation: Outcome::FederationFails,
        ..Impact::NONE
    },
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.certificate_name == CertificateName::CupXmpp {
        let domains = &subject.estate.deployment.xmpp_domains;
        return each(subject, domains, XmppService::Client);
    }
    match own_federation(subject) {
        Ok(federation) => each(subject, &federation.domains, XmppService::Server),
        Err(why) => Verdict::NotApplicable(why),
    }
}

fn each(subject: &LeafSubject<'_>, domains: &[String], service: XmppService) -> Verdict {
    let judge = |domain: &String| match find_xmpp_domain(subject.certificate, domain, service) {
        None => Verdict::NotApplicable("the domain is not in the certificate at all"),
        Some(Field::CommonName) => only_in_common_name(subject, domain),
        Some(_) => Verdict::Pass,
    };
    Verdict::each(domains.iter().map(judge), "there is no domain to look for")
}

fn only_in_common_name(subject: &LeafSubject<'_>, domain: &str) -> Verdict {
    let mut found = all_names(subject.certificate);
    found.pop();
    let others = if found.is_empty() {
        "subjectAltName holds no name".to_owned()
    } else {
        format!("subjectAltName holds {}", found.join(", "))
    };
    let name = subject.certificate.common_name().unwrap_or_default();
    Seen::new(format!("{domain} is covered by CN {name}; {others}"))
        .expected(domain)
        .found(found)
        .into()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::issue::Order;

    fn with_domain_as_common_name() -> Order {
        Order {
            common_name: "acme.test".to_owned(),
            ..order("imp1.acme.test")
        }
    }

    #[test]
    fn a_domain_in_the_subject_alternative_name_is_good() {
        let mut good = with_domain_as_common_name();
        good.dns.push("acme.test".to_owned());
        let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &good);
        scene.expect(&RULE, "imp1", "xmpp-client", Status::Pass);
    }

    #[test]
    fn jabber_takes_the_cn_and_nobody_is_hit_yet() {
        let scene =
            Scene::new(CLUSTER).present("imp1", "xmpp-client", &with_domain_as_common_name());
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(
            finding.message,
            "acme.test is covered by CN acme.test; subjectAltName holds imp1.acme.test"
        );
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn federation_partners_do_not_take_it() {
        let federated = format!("{CLUSTER}[federation]\nthrough = \"im-presence\"\n");
        let scene =
            Scene::new(&federated).present("imp1", "xmpp-server", &with_domain_as_common_name());
        let finding = scene.expect(&RULE, "imp1", "xmpp-server", Status::Fail);
        let partners = Effect {
            who: Who::Federation,
            outcome: Outcome::FederationFails,
        };
        assert_eq!(finding.effects, [partners]);
    }

    #[test]
    fn a_domain_that_is_nowhere_and_a_web_certificate_are_other_matters() {
        let scene = Scene::new(CLUSTER)
            .present("imp1", "xmpp-client", &order("imp1.acme.test"))
            .present("imp1", "tomcat", &with_domain_as_common_name());
        scene.expect(&RULE, "imp1", "xmpp-client", Status::NotApplicable);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }
}

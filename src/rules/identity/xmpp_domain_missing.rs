//! An XMPP domain that the certificate does not name.

use super::in_words;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::identity::{XmppService, all_names, find_xmpp_domain};
use crate::source::{IM_PRESENCE_GUIDE, JABBER_GUIDE, JABBER_PLANNING, RFC_6120};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-xmpp-domain-missing",
    title: "an XMPP certificate without the presence domain",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Identifier Fields; Provide XMPP Domain to Clients"),
        JABBER_PLANNING.at("Identifier Fields"),
        IM_PRESENCE_GUIDE.at("Certificates"),
        RFC_6120.at("13.7.1, Certificates"),
    ],
    explain: "Jabber knows the presence server by its XMPP domain, not by its host name: the presence server itself \
              tells the client which domain. The client looks for it in xmppAddr, SRVName, dNSName and CN, in this \
              order. A cup-xmpp certificate with nothing but the host's name makes every client prompt at sign-in \
              (\"Certificate not valid\", LERR_JABBER_CERT <15>). With several presence domains each must be there.",
    fix: "Put every presence domain into the cup-xmpp certificate. Up to release 9: System > Security > Settings, set \
          \"Domain name for XMPP Server-to-Server Certificate Subject Alternative Name\" and check \"Use Domain Name \
          for XMPP Certificate Subject Alternative Name\" first. From release 10 on the request contains the domains.",
    remedy: Remedy::Reissue,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.certificate_name != CertificateName::CupXmpp {
        return Verdict::NotApplicable("clients look for an XMPP domain in cup-xmpp only");
    }
    let domains = &subject.estate.deployment.xmpp_domains;
    let judge = |domain: &String| match find_xmpp_domain(
        subject.certificate,
        domain,
        XmppService::Client,
    ) {
        Some(_) => Verdict::Pass,
        None => missing(subject, domain),
    };
    Verdict::each(
        domains.iter().map(judge),
        "the deployment has no XMPP domain",
    )
}

fn missing(subject: &LeafSubject<'_>, domain: &str) -> Verdict {
    let found = all_names(subject.certificate);
    let names = in_words(&found);
    Seen::new(format!(
        "{domain} is in none of xmppAddr, SRVName, dNSName and CN; the certificate has {names}"
    ))
    .expected(domain)
    .found(found)
    .into()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, Scene, order};

    #[test]
    fn the_domain_may_stand_in_any_of_the_four_fields() {
        let host = || order("imp1.acme.test");
        let domain = || vec!["acme.test".to_owned()];
        let mut by_address = host();
        by_address.xmpp_addresses = domain();
        let mut by_service = host();
        by_service.srv_names = vec!["_xmpp-client.acme.test".to_owned()];
        let mut by_name = host();
        by_name.dns.push("acme.test".to_owned());
        let mut by_common_name = host();
        by_common_name.common_name = "acme.test".to_owned();
        for good in [by_address, by_service, by_name, by_common_name] {
            let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &good);
            scene.expect(&RULE, "imp1", "xmpp-client", Status::Pass);
        }
    }

    #[test]
    fn the_hosts_name_alone_is_not_enough() {
        let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &order("imp1.acme.test"));
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("acme.test"));
        assert_eq!(finding.fix.restart, ["Cisco XCP Router"]);
    }

    #[test]
    fn every_presence_domain_is_looked_for() {
        let two = CLUSTER.replace(
            "domain = \"acme.test\"\n",
            "domain = \"acme.test\"\nxmpp_domains = [\"acme.test\", \"chat.acme.test\"]\n",
        );
        let mut first_only = order("imp1.acme.test");
        first_only.dns.push("acme.test".to_owned());
        let scene = Scene::new(&two).present("imp1", "xmpp-client", &first_only);
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(scene.failures(&RULE).len(), 1);
        assert_eq!(finding.expected.as_deref(), Some("chat.acme.test"));
        assert_eq!(
            finding.message,
            "chat.acme.test is in none of xmppAddr, SRVName, dNSName and CN; the certificate has imp1.acme.test, \
             acme.test, CN imp1.acme.test"
        );
        let mut both = first_only;
        both.xmpp_addresses = vec!["chat.acme.test".to_owned()];
        let scene = Scene::new(&two).present("imp1", "xmpp-client", &both);
        assert!(scene.failures(&RULE).is_empty());
    }

    #[test]
    fn a_name_for_servers_or_a_wildcard_beside_it_does_not_count() {
        let mut for_servers = order("imp1.acme.test");
        for_servers.srv_names = vec!["_xmpp-server.acme.test".to_owned()];
        for wrong in [for_servers, order("*.acme.test")] {
            let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &wrong);
            scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        }
    }

    #[test]
    fn all_platforms_prompt_and_strict_ones_refuse() {
        let outcomes = |deployment: &str| -> Vec<Outcome> {
            let scene =
                Scene::new(deployment).present("imp1", "xmpp-client", &order("imp1.acme.test"));
            let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
            finding
                .effects
                .iter()
                .map(|effect| effect.outcome)
                .collect()
        };
        assert_eq!(outcomes(CLUSTER), [Outcome::Prompt; 4]);
        let strict = format!("fips = true\n{CLUSTER}");
        assert_eq!(outcomes(&strict), [Outcome::Blocked; 4]);
    }

    #[test]
    fn tomcat_is_not_asked_for_the_domain() {
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }
}

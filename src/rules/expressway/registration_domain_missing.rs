//! A registration domain that Expressway-E's certificate does not name.

use super::{REISSUE, each_name, has_dns_name, missing};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::Verdict;
use crate::catalog::Product;
use crate::source::{
    EXPRESSWAY_REQUIREMENTS, EXPRESSWAY_TROUBLESHOOTING, MRA_CERTIFICATES, WEBEX_MRA,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-registration-domain-missing",
    title: "an Expressway-E certificate without a registration domain",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS
            .at("Expressway-E server certificate requirements, Unified CM registrations domains"),
        MRA_CERTIFICATES.at("Expressway-E certificate"),
        EXPRESSWAY_TROUBLESHOOTING.at(""),
        WEBEX_MRA.at(""),
    ],
    explain: "Whoever signs in from outside finds Expressway-E by the SRV record _collab-edge._tls of the registration \
              domain, and then checks that the edge may speak for that domain: its certificate must have the domain, or \
              the domain with the prefix \"collab-edge.\", as a dNSName. That comes on top of the ordinary check of the \
              host's own name. Jabber prompts once when it is missing; desk phones and room devices (TC, CE) have nobody \
              to ask and do not register. It is the service discovery domain that counts: a private domain that is only \
              used on Unified CM need not be there.",
    fix: "Order a certificate for Expressway-E with the domain under \"Unified CM registrations domains\" of the Generate \
          CSR page, in DNS format; or in CollabEdgeDNS format where the bare domain must not be in the SAN.",
    remedy: REISSUE,
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::clients(Outcome::Prompt)
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if subject.node.node.product != Product::ExpresswayE {
        return Verdict::NotApplicable(
            "registration domains belong into Expressway-E's certificate",
        );
    }
    let Some(mra) = &subject.estate.deployment.mra else {
        return Verdict::NotApplicable("the deployment has no Mobile and Remote Access");
    };
    each_name(
        subject.node,
        &mra.registration_domains,
        "the deployment has no registration domain",
        |shown, domain| {
            let edge = format!("collab-edge.{domain}");
            let there = [domain, &edge]
                .iter()
                .any(|name| has_dns_name(shown.certificate, name));
            (!there).then(|| missing(shown, domain, &format!("{domain} or {edge}")))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::evidence::Silence;

    fn edge_with(names: &[&str]) -> Scene {
        let mut edge = order("expe1.acme.test");
        edge.dns.extend(names.iter().map(|name| (*name).to_owned()));
        Scene::new(EDGE).present("expe1", "mra", &edge)
    }

    #[test]
    fn the_domain_or_its_collab_edge_name_is_enough() {
        for name in ["acme.test", "ACME.TEST", "collab-edge.acme.test"] {
            edge_with(&[name]).expect(&RULE, "expe1", "", Status::Pass);
        }
    }

    #[test]
    fn the_hosts_name_alone_is_not() {
        let finding = edge_with(&[]).expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("acme.test"));
        assert!(
            finding
                .message
                .contains("does not have acme.test or collab-edge.acme.test in its SAN"),
            "{}",
            finding.message
        );
        let hit: Vec<_> = finding
            .effects
            .iter()
            .map(|one| one.outcome.name())
            .collect();
        assert_eq!(hit, ["prompt", "prompt", "prompt", "prompt", "degraded"]);
        assert!(!finding.fix.restart.is_empty() && !finding.fix.steps.is_empty());
    }

    #[test]
    fn the_common_name_is_not_looked_at() {
        let mut edge = order("expe1.acme.test");
        edge.common_name = "acme.test".to_owned();
        Scene::new(EDGE)
            .present("expe1", "mra", &edge)
            .expect(&RULE, "expe1", "", Status::Fail);
    }

    #[test]
    fn two_ports_with_one_certificate_are_one_finding() {
        let edge = order("expe1.acme.test");
        let der = Scene::new(EDGE)
            .issuing()
            .issue(&edge)
            .map(|issued| issued.der);
        let chain = [der.unwrap_or_default()];
        let scene = Scene::new(EDGE)
            .present_chain("expe1", "mra", &chain)
            .present_chain("expe1", "web", &chain);
        assert_eq!(scene.failures(&RULE).len(), 1);
        let finding = scene.expect(&RULE, "expe1", "", Status::Fail);
        assert!(finding.message.contains("mra (8443), web (443)"));
    }

    #[test]
    fn any_port_shows_the_certificate_and_without_one_it_is_unknown() {
        let mut edge = order("expe1.acme.test");
        edge.dns.push("acme.test".to_owned());
        Scene::new(EDGE)
            .silent("expe1", "mra", Silence::Refused)
            .present("expe1", "web", &edge)
            .expect(&RULE, "expe1", "", Status::Pass);
        let unknown = Scene::new(EDGE)
            .silent("expe1", "mra", Silence::Refused)
            .expect(&RULE, "expe1", "", Status::Unknown);
        assert!(
            unknown.message.contains("mra (8443): "),
            "{}",
            unknown.message
        );
    }

    #[test]
    fn it_is_about_the_edge_and_about_mra() {
        let core = order("expc1.acme.test");
        Scene::new(EDGE).present("expc1", "web", &core).expect(
            &RULE,
            "expc1",
            "",
            Status::NotApplicable,
        );
        Scene::new(CLUSTER).expect(&RULE, "cucm-pub", "", Status::NotApplicable);
    }
}

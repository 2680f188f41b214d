//! A wildcard in the certificate of a product that does not support it.

use super::host_names;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::source::{
    CA_SIGNED_REGENERATION, CUCM_CERTIFICATES_14, EXPRESSWAY_TROUBLESHOOTING, FEDERATION_GUIDE,
    JABBER_GUIDE, MRA_CERTIFICATES, PREFERRED_ARCHITECTURE,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-wildcard-unsupported",
    title: "a wildcard certificate on a product that does not support it",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Identifier Fields (CSCta14114)"),
        CUCM_CERTIFICATES_14.at("Certificates"),
        CA_SIGNED_REGENERATION.at("Wildcard certificates"),
        MRA_CERTIFICATES.at("Wildcard certificates"),
        EXPRESSWAY_TROUBLESHOOTING.at("Certificates for MRA"),
        PREFERRED_ARCHITECTURE.at("Certificate management"),
        FEDERATION_GUIDE.at("Enable Wildcards in XMPP Federation Security Certificates"),
    ],
    explain: "Unified CM, IM and Presence and Unity Connection do not support wildcard certificates (CSCta14114 asks for \
              it). Their certificates come from the node's own request, so a wildcard on the wire also hints at a \
              proxy in between. Expressway does not support them for Mobile and Remote Access. Jabber itself takes a \
              wildcard that matches, so users see no prompt; what fails are servers that compare names, such as the \
              traversal zone. cup-xmpp-s2s is exempt: with \"Enable Wildcards in XMPP Federation Security \
              Certificates\" its own request has *.domain, for group chat.",
    fix: "Order a certificate that spells out the names: one multi-server SAN certificate for the nodes of a cluster, \
          one certificate for each Expressway peer.",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

/// The traversal zone compares names, and with it Mobile and Remote Access goes.
const ON_EXPRESSWAY: Impact = Impact {
    servers: Outcome::MraFails,
    ..Impact::NONE
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let product = subject.node.node.product;
    if !(product.is_voice_operating_system() || product.is_expressway()) {
        return Verdict::NotApplicable("this product supports wildcard certificates");
    }
    if subject.service.service.certificate_name == CertificateName::CupXmppS2s {
        return Verdict::NotApplicable("cup-xmpp-s2s has a wildcard by option, for group chat");
    }
    let mut wildcards = host_names(subject.certificate);
    wildcards.retain(|name| name.contains('*'));
    Verdict::pass_if(wildcards.is_empty(), || {
        let seen = Seen::new(format!(
            "a certificate of {} has {}",
            product.title(),
            wildcards.join(", ")
        ))
        .found(wildcards);
        if product.is_expressway() && subject.estate.deployment.mra.is_some() {
            seen.impact(ON_EXPRESSWAY)
        } else {
            seen
        }
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};

    #[test]
    fn names_that_are_spelled_out_pass() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_wildcard_is_seen_in_dns_names_and_in_the_cn() {
        let mut in_common_name = order("imp1.acme.test");
        "*.acme.test".clone_into(&mut in_common_name.common_name);
        let mut in_dns_name = order("imp1.acme.test");
        in_dns_name.dns.push("*.acme.test".to_owned());
        for wild in [in_common_name, in_dns_name, order("*.acme.test")] {
            let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &wild);
            let finding = scene.expect(&RULE, "imp1", "tomcat", Status::Fail);
            assert_eq!(finding.found, ["*.acme.test"]);
            assert!(finding.effects.is_empty());
        }
    }

    #[test]
    fn federation_certificates_may_have_one() {
        let federated = format!("{CLUSTER}[federation]\nthrough = \"im-presence\"\n");
        let scene = Scene::new(&federated).present("imp1", "xmpp-server", &order("*.acme.test"));
        scene.expect(&RULE, "imp1", "xmpp-server", Status::NotApplicable);
    }

    #[test]
    fn on_an_expressway_mobile_and_remote_access_is_at_stake() {
        let scene = Scene::new(EDGE).present("expc1", "web", &order("*.acme.test"));
        let finding = scene.expect(&RULE, "expc1", "web", Status::Fail);
        let zone = Effect {
            who: Who::Servers,
            outcome: Outcome::MraFails,
        };
        assert_eq!(finding.effects, [zone]);
    }

    #[test]
    fn meetings_server_supports_wildcards() {
        let text = format!(
            "{CLUSTER}[[node]]\nname = \"meet\"\nproduct = \"webex-meetings-server\"\naddress = \"meet.acme.test\"\n"
        );
        let scene = Scene::new(&text).present("meet", "https", &order("*.acme.test"));
        scene.expect(&RULE, "meet", "https", Status::NotApplicable);
    }

    #[test]
    fn behind_mobile_and_remote_access_unified_cm_is_not_hit_and_without_it_nobody_is() {
        let wild = order("*.acme.test");
        let inside = format!("{CLUSTER}{OUTSIDE}");
        let scene = Scene::new(&inside).present("cucm-pub", "tomcat", &wild);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert!(finding.effects.is_empty(), "{:?}", finding.effects);
        let closed = OUTSIDE.replace("[mra]", "");
        let scene = Scene::new(&format!("{CLUSTER}{closed}")).present("expe1", "web", &wild);
        let finding = scene.expect(&RULE, "expe1", "web", Status::Fail);
        assert!(finding.effects.is_empty(), "{:?}", finding.effects);
    }
}

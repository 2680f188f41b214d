//! A phone security profile that an Expressway-C's certificate does not name.

use super::{REISSUE, each_name, has_dns_name, missing};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::Verdict;
use crate::catalog::Product;
use crate::deployment::is_profile_name;
use crate::source::{EXPRESSWAY_REQUIREMENTS, MRA_CERTIFICATES, PREFERRED_ARCHITECTURE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-security-profile-missing",
    title: "an Expressway-C certificate without a phone security profile",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS.at(
            "Expressway-C server certificate requirements, Unified CM phone security profile names",
        ),
        MRA_CERTIFICATES.at("Expressway-C certificate"),
        PREFERRED_ARCHITECTURE.at("Certificate management"),
    ],
    explain: "When a device with an encrypted (TLS) phone security profile registers from outside, Expressway-C connects to \
              Unified CM on its behalf, and Unified CM looks for the profile's name in the SAN of Expressway-C's \
              certificate. If it is not there Unified CM answers the registration with 403 Forbidden: Jabber signs in and \
              chats, but \"Phone Services\" stay unconnected, without any prompt. Every Expressway-C of the cluster needs \
              every profile, as it depends on chance which of them carries the registration. Profiles that use SIP OAuth \
              need not be there. From X15.5 on the client certificate, which no port shows, needs them too.",
    fix: "Order a certificate for this Expressway-C with the profile under \"Unified CM phone security profile names\" of \
          the Generate CSR page, spelled as in Cisco Unified CM Administration > System > Security > Phone Security \
          Profile.",
    remedy: REISSUE,
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::MRA
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if subject.node.node.product != Product::ExpresswayC {
        return Verdict::NotApplicable("profile names belong into Expressway-C's certificates");
    }
    let Some(mra) = &subject.estate.deployment.mra else {
        return Verdict::NotApplicable("the deployment has no Mobile and Remote Access");
    };
    let usable = mra
        .phone_security_profiles
        .iter()
        .filter(|name| is_profile_name(name));
    each_name(
        subject.node,
        usable,
        "the deployment has no TLS phone security profile that a certificate could name",
        |shown, profile| {
            (!has_dns_name(shown.certificate, profile)).then(|| missing(shown, profile, profile))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{EDGE, Scene, order};

    fn scene(file: &str, names: &[&str]) -> Scene {
        let mut core = order("expc1.acme.test");
        core.dns.extend(names.iter().map(|name| (*name).to_owned()));
        Scene::new(file).present("expc1", "web", &core)
    }

    #[test]
    fn unified_cm_looks_for_the_profile_without_regard_to_case() {
        for name in ["jabber-secure.acme.test", "Jabber-Secure.ACME.test"] {
            scene(EDGE, &[name]).expect(&RULE, "expc1", "", Status::Pass);
        }
    }

    #[test]
    fn without_it_secure_registration_from_outside_fails() {
        let finding = scene(EDGE, &["other.acme.test"]).expect(&RULE, "expc1", "", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("jabber-secure.acme.test"));
        let hit: Vec<_> = finding
            .effects
            .iter()
            .map(|one| one.outcome.name())
            .collect();
        assert_eq!(hit, ["mra-fails", "degraded"]);
    }

    #[test]
    fn a_malformed_profile_is_another_rules_fault() {
        let file = EDGE.replace("jabber-secure.acme.test", "jabber_secure");
        scene(&file, &[]).expect(&RULE, "expc1", "", Status::NotApplicable);
    }

    #[test]
    fn only_the_core_needs_it() {
        Scene::new(EDGE)
            .present("expe1", "mra", &order("expe1.acme.test"))
            .expect(&RULE, "expe1", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expc1", "", Status::Unknown);
    }
}

//! The purpose IPsec end system, which the request asked for, is gone.

use super::{has, purposes, row};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::ExtendedKeyUsage;
use crate::source::{CUCM_CERTIFICATES, IM_PRESENCE_GUIDE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-ipsec-missing",
    title: "a certificate without the IPsec end system purpose that its request asked for",
    severity: Severity::Info,
    owner: Owner::Pki,
    cites: &[
        CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions, table 2"),
        IM_PRESENCE_GUIDE.at("CSR Key Usage Extensions"),
    ],
    explain: "The requests for cup, cup-xmpp and cup-xmpp-s2s ask for IPsec end system (1.3.6.1.5.5.7.3.5) next to \
              serverAuth and clientAuth. Public CAs leave it out. No client and no server is known to miss it, since \
              TLS asks for the other two only; IPsec between nodes uses the ipsec certificate. It is told so that the \
              difference from the request surprises nobody.",
    fix: "Nothing needs to be done. A private CA can keep the purpose by signing the requested extensions as they are.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[],
    },
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if !row(subject).is_some_and(|row| row.ipsec) {
        return Verdict::NotApplicable("the request does not ask for IPsec end system");
    }
    if subject.certificate.self_signed {
        return Verdict::NotApplicable("it is self-signed: no CA left anything out");
    }
    match purposes(subject.certificate) {
        Err(verdict) => verdict,
        Ok(purposes) => {
            Verdict::pass_if(purposes.allows(ExtendedKeyUsage::IPSEC_END_SYSTEM), || {
                gone(purposes)
            })
        }
    }
}

fn gone(purposes: &ExtendedKeyUsage) -> Seen {
    let names = purposes.names();
    Seen::new(has("extKeyUsage", &names))
        .expected("ipsecEndSystem")
        .found(names)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::ExtendedKeyUsage;
    use crate::certificate::issue::Order;

    fn with_ipsec() -> Order {
        let mut ordered = order("imp1.acme.test");
        ordered
            .extended_key_usage
            .push(ExtendedKeyUsage::IPSEC_END_SYSTEM);
        ordered
    }

    #[test]
    fn the_purpose_is_there() {
        let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &with_ipsec());
        scene.expect(&RULE, "imp1", "xmpp-client", Status::Pass);
    }

    #[test]
    fn the_purpose_is_gone_and_nobody_is_hit() {
        let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &order("imp1.acme.test"));
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(finding.severity, Severity::Info);
        assert_eq!(finding.found, ["serverAuth", "clientAuth"]);
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn without_the_extension_every_purpose_is_allowed() {
        let mut ordered = order("imp1.acme.test");
        ordered.extended_key_usage.clear();
        let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &ordered);
        scene.expect(&RULE, "imp1", "xmpp-client", Status::Pass);
    }

    #[test]
    fn tomcat_and_self_signed_certificates_are_left_out() {
        let ordered = order("imp1.acme.test");
        let scene = Scene::new(CLUSTER)
            .present("imp1", "tomcat", &ordered)
            .present_self_signed("imp1", "xmpp-client", &ordered);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
        scene.expect(&RULE, "imp1", "xmpp-client", Status::NotApplicable);
    }
}

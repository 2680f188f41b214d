//! The CA dropped dataEncipherment.

use super::{has, key_usage, row};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::KeyUsage;
use crate::source::{CUCM_CERTIFICATES, CUCM_CERTIFICATES_14, IM_PRESENCE_GUIDE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-data-encipherment-missing",
    title: "a certificate from which the CA dropped dataEncipherment",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions, note"),
        CUCM_CERTIFICATES_14.at("CSR Key Usage Extensions"),
        IM_PRESENCE_GUIDE.at("CSR Key Usage Extensions"),
    ],
    explain: "Every request of CUCM, IM and Presence and Unity Connection asks for the key usage dataEncipherment, and \
              the security guides of 12.5 to 15 ask that the CA neither change nor remove it. Public CAs remove it as a \
              rule. No failure of Jabber or Expressway is known from it: TLS does not use the bit. It is a warning \
              because such a certificate is not what Cisco asks for.",
    fix: "On a private CA allow encryption of user data in the template (Microsoft: Extensions > Key Usage > \"Allow \
          encryption of user data\") and sign the request again. With a public CA accept it in a [[waiver]].",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let asked = row(subject).is_some_and(|row| row.key_usage.contains(KeyUsage::DATA_ENCIPHERMENT));
    if !asked {
        return Verdict::NotApplicable("the request does not ask for dataEncipherment");
    }
    if subject.certificate.self_signed {
        return Verdict::NotApplicable("it is self-signed: no CA dropped anything");
    }
    match key_usage(subject.certificate) {
        Err(verdict) => verdict,
        Ok(usage) => Verdict::pass_if(usage.contains(KeyUsage::DATA_ENCIPHERMENT), || {
            Seen::new(has("keyUsage", &usage.names()))
                .expected("dataEncipherment")
                .found(usage.names())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::certificate::KeyUsage;
    use crate::certificate::issue::Order;

    fn without_it(host: &str) -> Order {
        let mut ordered = order(host);
        ordered.key_usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
        ordered
    }

    #[test]
    fn the_bit_is_there() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn the_bit_is_gone_and_no_client_is_hit() {
        let scene =
            Scene::new(CLUSTER).present("cucm-pub", "tomcat", &without_it("cucm-pub.acme.test"));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(
            finding.message,
            "keyUsage has digitalSignature, keyEncipherment"
        );
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn without_the_extension_every_usage_is_allowed() {
        let mut ordered = order("cucm-pub.acme.test");
        ordered.key_usage = KeyUsage::default();
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &ordered);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn expressway_does_not_ask_for_it_and_self_signed_had_no_ca() {
        let edge = Scene::new(EDGE).present("expe1", "mra", &without_it("expe1.acme.test"));
        edge.expect(&RULE, "expe1", "mra", Status::NotApplicable);
        let own = without_it("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }
}

//! A CA-signed certificate that names neither a CRL nor an OCSP responder.

use super::{NOT_LOOKED_UP, unreadable, urls, weighed};
use crate::audit::Context;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_DEPLOYMENT_10, JABBER_PLANNING, JABBER_PLANNING_14};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-absent",
    title: "a CA-signed certificate without a URL for its revocation",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        JABBER_PLANNING.at("Revocation Servers"),
        JABBER_PLANNING_14.at("Revocation Servers"),
        JABBER_DEPLOYMENT_10.at("Revocation Servers"),
    ],
    explain: "Jabber's planning guides ask that a certificate hold an HTTP URL of a CRL (CRL Distribution Point) or of an \
              OCSP responder (Authority Information Access); either will do. They also say that users are not told when \
              it is missing: the operating system decides, most go on in silence, and one with a strict revocation \
              policy ends the connection without a prompt. Either way a stolen key cannot be locked out. On ports that \
              no Jabber client connects to this is only worth knowing. Self-signed certificates have no CA that could \
              revoke them.",
    fix: "Have the CA put an HTTP CRL distribution point or OCSP responder into what it issues (Microsoft CA: \
          Properties > Extensions > CDP, \"Include in the CDP extension of issued certificates\"), then have the \
          certificate issued again.",
    remedy: Remedy::Reissue,
    impact: NOT_LOOKED_UP,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let certificate = subject.certificate;
    if certificate.self_signed {
        return Verdict::NotApplicable("it is self-signed: no CA could revoke it");
    }
    if !urls(certificate).is_empty() {
        return Verdict::Pass;
    }
    if let Some(unknown) = unreadable(certificate) {
        return unknown;
    }
    let seen = Seen::new(
        "no URL of a CRL (CRL distribution points) and none of an OCSP responder (authority information access)",
    );
    weighed(subject, seen)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::certificate::issue::Order;

    fn without(host: &str) -> Order {
        let mut ordered = order(host);
        ordered.crl_url = None;
        ordered
    }

    #[test]
    fn a_crl_or_an_ocsp_responder_will_do() {
        let mut by_ocsp = without("cucm-pub.acme.test");
        by_ocsp.ocsp_url = Some("http://ocsp.acme.test/".to_owned());
        for good in [order("cucm-pub.acme.test"), by_ocsp] {
            let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &good);
            scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        }
    }

    #[test]
    fn without_either_it_is_an_error_whose_effect_is_not_known() {
        let scene =
            Scene::new(CLUSTER).present("cucm-pub", "tomcat", &without("cucm-pub.acme.test"));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        let outcomes: Vec<_> = finding.effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Unknown; 4]);
    }

    #[test]
    fn where_no_jabber_connects_it_is_worth_knowing() {
        let scene = Scene::new(CLUSTER).present("imp1", "sip", &without("imp1.acme.test"));
        let finding = scene.expect(&RULE, "imp1", "sip", Status::Fail);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.effects.is_empty());
        let edge = Scene::new(EDGE).present("expe1", "mra", &without("expe1.acme.test"));
        let outside = edge.expect(&RULE, "expe1", "mra", Status::Fail);
        assert_eq!(outside.severity, Severity::Error);
    }

    #[test]
    fn self_signed_certificates_are_left_out() {
        let ordered = without("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &ordered);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn a_broken_extension_is_not_taken_for_an_absent_one() {
        let scene = Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &without("cucm-pub.acme.test"))
            .alter(|leaf| {
                leaf.broken_extensions
                    .push(("2.5.29.31".to_owned(), "broken".to_owned()));
            });
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
    }
}

//! Revocation that can be looked up, but not over HTTP.

use super::{NOT_LOOKED_UP, unreadable, urls, weighed};
use crate::audit::Context;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{JABBER_DEPLOYMENT_10, JABBER_PLANNING, JABBER_PLANNING_14};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-not-http",
    title: "a certificate whose revocation cannot be looked up over HTTP",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        JABBER_PLANNING.at("Revocation Servers"),
        JABBER_PLANNING_14.at("Revocation Servers"),
        JABBER_DEPLOYMENT_10.at("Revocation Servers"),
    ],
    explain: "Jabber's planning guides ask for an HTTP URL of a CRL or of an OCSP responder. A Microsoft CA writes only an \
              ldap:// path into Active Directory unless told otherwise: a Windows PC of the domain can follow it, Mac, \
              iPhone, iPad, Android, and every client outside cannot. An https:// URL does not meet the requirement \
              either, since the server that answers would need a certificate that can be checked first. The user is not \
              told; the operating system goes on in silence, or ends the connection when its policy is strict. On ports \
              that no Jabber client connects to this is only worth knowing.",
    fix: "Publish the CRL on a web server that clients reach inside and outside, add its http:// URL at the CA (Microsoft \
          CA: Properties > Extensions > CDP), then have the certificate issued again.",
    remedy: Remedy::Reissue,
    impact: NOT_LOOKED_UP,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let certificate = subject.certificate;
    if certificate.self_signed {
        return Verdict::NotApplicable("it is self-signed: no CA could revoke it");
    }
    let urls = urls(certificate);
    if urls.iter().any(|url| is_http(url)) {
        return Verdict::Pass;
    }
    if let Some(unknown) = unreadable(certificate) {
        return unknown;
    }
    if urls.is_empty() {
        return Verdict::NotApplicable("it names no URL at all, which revocation-absent tells");
    }
    let seen = Seen::new(format!("it names only {}", urls.join(", ")))
        .expected("an http:// URL")
        .found(urls);
    weighed(subject, seen)
}

fn is_http(url: &str) -> bool {
    url.get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

#[cfg(test)]
mod tests {
    use super::{RULE, is_http};
    use crate::audit::Status;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::issue::Order;

    const LDAP: &str = "ldap:///CN=ACME,CN=CDP,DC=acme,DC=test?certificateRevocationList?base";

    fn with(crl: Option<&str>, ocsp: Option<&str>) -> Order {
        let mut ordered = order("imp1.acme.test");
        ordered.crl_url = crl.map(str::to_owned);
        ordered.ocsp_url = ocsp.map(str::to_owned);
        ordered
    }

    fn scene(ordered: &Order) -> Scene {
        Scene::new(CLUSTER).present("imp1", "tomcat", ordered)
    }

    #[test]
    fn one_http_url_of_either_kind_is_enough() {
        let good = [
            with(Some("http://pki.acme.test/a.crl"), None),
            with(Some(LDAP), Some("HTTP://ocsp.acme.test/")),
        ];
        for ordered in good {
            scene(&ordered).expect(&RULE, "imp1", "tomcat", Status::Pass);
        }
    }

    #[test]
    fn ldap_and_https_alone_are_listed() {
        let ordered = with(Some(LDAP), Some("https://ocsp.acme.test/"));
        let finding = scene(&ordered).expect(&RULE, "imp1", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.found, [LDAP, "https://ocsp.acme.test/"]);
        assert_eq!(finding.effects.len(), 4);
    }

    #[test]
    fn where_no_jabber_connects_it_is_worth_knowing() {
        let scene = Scene::new(CLUSTER).present("imp1", "sip", &with(Some(LDAP), None));
        let finding = scene.expect(&RULE, "imp1", "sip", Status::Fail);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn no_url_at_all_and_self_signed_are_others() {
        scene(&with(None, None)).expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
        let own =
            Scene::new(CLUSTER).present_self_signed("imp1", "tomcat", &with(Some(LDAP), None));
        own.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn a_url_may_be_short_or_cut_within_a_character() {
        assert!(is_http("http://a"));
        assert!(!is_http("http:/"));
        assert!(!is_http("httpé://"));
        assert!(!is_http("file://a"));
    }
}

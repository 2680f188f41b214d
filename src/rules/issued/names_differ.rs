//! A certificate with other names than its request.

use super::{SIGN_AGAIN, issued};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, SubjectAlternativeName};
use crate::identity::alternative_names;
use crate::rules::csr::SUBJECT_ALTERNATIVE_NAME;
use crate::rules::facts::is_broken;
use crate::source::{CA_SIGNED_REGENERATION, EXPRESSWAY_REQUIREMENTS};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "issued-names-differ",
    title: "a certificate whose subjectAltName is not what its request asked for",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        CA_SIGNED_REGENERATION.at("Upload errors"),
        EXPRESSWAY_REQUIREMENTS.at("Expressway-E server certificate requirements"),
    ],
    explain: "Unified CM, IM and Presence and Unity Connection compare the two sets of names, in whatever order, and refuse \
              the upload with \"CSR SAN and certificate SAN does not match\". CAs leave out what they do not sign (an \
              xmppAddr, a private name, names beyond those paid for) and add what they think is wanted (the parent domain, \
              www.). On Expressway a certificate that lacks a name is taken, and fails when it is in use; one with an \
              additional name does no harm there, and is a warning.",
    fix: "Have the CA sign the request again with exactly the names that it asks for; where a name cannot be had from this CA, \
          generate a request without it.",
    remedy: SIGN_AGAIN,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let certificates = match issued(subject) {
        Ok(certificates) => certificates,
        Err(verdict) => return verdict,
    };
    if subject.request().is_broken(SUBJECT_ALTERNATIVE_NAME) {
        return Verdict::unknown("the subjectAltName asked for cannot be decoded");
    }
    Verdict::each(
        certificates.iter().map(|one| judge(subject, one)),
        "no certificate was given with --issued",
    )
}

fn judge(subject: &RequestSubject<'_>, certificate: &Certificate) -> Verdict {
    if is_broken(certificate, SUBJECT_ALTERNATIVE_NAME) {
        return Verdict::unknown("the certificate's subjectAltName cannot be decoded");
    }
    let asked = names(subject.request().alternative_name.as_ref());
    let given = names(certificate.alternative_name.as_ref());
    let dropped = without(&asked, &given);
    let added = without(&given, &asked);
    let dropped = dropped.take(MOST_TOLD).map(|name| lost(name, &given));
    let added = added.take(MOST_TOLD);
    let added = added.map(|name| gained(name, &given, subject));
    let faults: Vec<Verdict> = dropped.chain(added).map(Verdict::from).collect();
    if faults.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Each(faults)
    }
}

/// Of each kind; where thousands of names differ, as many will do.
const MOST_TOLD: usize = 200;

/// The names that are not among others, both sorted.
fn without<'n>(names: &'n [String], others: &[String]) -> impl Iterator<Item = &'n String> {
    let missing = |name: &&String| others.binary_search(name).is_err();
    names.iter().filter(missing)
}

fn lost(name: &str, given: &[String]) -> Seen {
    let has = if given.is_empty() {
        "no name at all".to_owned()
    } else {
        given.join(", ")
    };
    Seen::new(format!(
        "the request asks for {name}, and the certificate's subjectAltName has {has}"
    ))
    .expected(name)
    .found(given)
}

/// Products that do not compare take a name too many.
fn gained(name: &str, given: &[String], subject: &RequestSubject<'_>) -> Seen {
    let seen = Seen::new(format!(
        "the certificate has {name}, which the request does not ask for"
    ))
    .expected(format!("no {name}"))
    .found(given);
    let purpose = subject.view.purpose.as_ref();
    if purpose.is_none_or(|purpose| purpose.product.is_voice_operating_system()) {
        seen
    } else {
        seen.severity(Severity::Warning)
    }
}

/// The set of names, without regard to case, a final dot and order, each once and sorted.
fn names(names: Option<&SubjectAlternativeName>) -> Vec<String> {
    let Some(names) = names else {
        return Vec::new();
    };
    let mut all = alternative_names(names);
    all.extend(names.uris.iter().map(|uri| format!("URI {uri}")));
    all.extend(
        names
            .emails
            .iter()
            .map(|address| format!("e-mail {address}")),
    );
    let mut all: Vec<String> = all
        .iter()
        .map(|name| name.strip_suffix('.').unwrap_or(name).to_lowercase())
        .collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{RequestScene, order};
    use crate::audit::{Judgement, Status};
    use crate::catalog::{CertificateName, Product};
    use crate::certificate::issue::Order;

    fn named(dns: &[&str]) -> Order {
        Order {
            dns: dns.iter().map(|name| (*name).to_owned()).collect(),
            ..order("imp1.acme.test")
        }
    }

    fn compared(asked: &Order, given: &Order) -> Vec<Judgement> {
        RequestScene::of(asked).issued(given).failures(&RULE)
    }

    #[test]
    fn order_and_case_do_not_matter() {
        let asked = named(&["imp1.acme.test", "acme.test"]);
        let given = named(&["ACME.test", "imp1.acme.test."]);
        RequestScene::of(&asked)
            .issued(&given)
            .expect(&RULE, Status::Pass);
    }

    #[test]
    fn a_name_that_the_ca_left_out() {
        let found = compared(
            &named(&["imp1.acme.test", "acme.test"]),
            &named(&["imp1.acme.test"]),
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].expected.as_deref(), Some("acme.test"));
        let mut asked = named(&["imp1.acme.test"]);
        asked.xmpp_addresses = vec!["acme.test".to_owned()];
        let found = compared(&asked, &named(&["imp1.acme.test"]));
        assert_eq!(found[0].expected.as_deref(), Some("xmppaddr acme.test"));
        let found = compared(&named(&["imp1.acme.test"]), &named(&[]));
        assert!(found[0].message.ends_with("has no name at all"));
    }

    #[test]
    fn a_name_that_the_ca_added_stops_the_upload_but_not_on_expressway() {
        let (asked, given) = (
            named(&["imp1.acme.test"]),
            named(&["imp1.acme.test", "acme.test"]),
        );
        let found = compared(&asked, &given);
        assert_eq!((found.len(), found[0].severity), (1, Severity::Error));
        let scene = RequestScene::of(&asked).issued(&given);
        let edge = scene.purpose(Product::ExpresswayE, CertificateName::Expressway, "X15.2");
        assert_eq!(edge.failures(&RULE)[0].severity, Severity::Warning);
        let tomcat = edge.purpose(Product::Cucm, CertificateName::Tomcat, "15");
        assert_eq!(tomcat.failures(&RULE)[0].severity, Severity::Error);
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        let broken = ("2.5.29.17".to_owned(), "not a SEQUENCE of names".to_owned());
        let scene = RequestScene::of(&order("a.acme.test")).issued(&order("a.acme.test"));
        let scene = scene.change(move |view| view.request.broken_extensions.push(broken));
        scene.expect(&RULE, Status::Unknown);
    }

    #[test]
    fn where_nothing_came_back_another_rule_says_so() {
        let scene = RequestScene::of(&order("a.acme.test"));
        let scene = scene.change(|view| view.issued = Some(Vec::new()));
        let why = scene.expect(&RULE, Status::NotApplicable).message;
        assert!(why.contains("issued-key-differs"), "{why}");
    }
}

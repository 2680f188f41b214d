//! A usage that was asked for and is not in the certificate.

use super::{SIGN_AGAIN, issued};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, ExtendedKeyUsage, KeyUsage};
use crate::rules::csr::{EXTENDED_KEY_USAGE, KEY_USAGE};
use crate::rules::facts::is_broken;
use crate::source::{
    CUCM_CERTIFICATES, FIELD_NOTICE_74345, FIELD_NOTICE_74362, IM_PRESENCE_GUIDE, RFC_5280,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "issued-usage-dropped",
    title: "a certificate without a usage that its request asked for",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions, note"),
        IM_PRESENCE_GUIDE.at("CSR Key Usage Extensions"),
        FIELD_NOTICE_74345.at("Problem Description"),
        FIELD_NOTICE_74362.at("Problem Description"),
        RFC_5280.at("4.2.1.3 and 4.2.1.12"),
    ],
    explain: "A CA signs what its template allows, whatever the request asks for. The security guides warn of one bit by \
              name: dataEncipherment must not be changed or removed when the CA signs; no failure of Jabber from it is \
              known. What hurts is clientAuth: public CAs stop signing it by March 2027, and without it mutual TLS fails, \
              from the traversal zone to secure trunks. What the loss means for this product and release the usage-* rules \
              say beside this one. A certificate without the extension altogether may be used for everything.",
    fix: "Have the CA sign the request again with a template that copies the usages of the request; on a Microsoft CA allow \
          \"Allow encryption of user data\" and add Client Authentication to the application policies.",
    remedy: SIGN_AGAIN,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let certificates = match issued(subject) {
        Ok(certificates) => certificates,
        Err(verdict) => return verdict,
    };
    let request = subject.request();
    if [KEY_USAGE, EXTENDED_KEY_USAGE]
        .iter()
        .any(|oid| request.is_broken(oid))
    {
        return Verdict::unknown("the usages asked for cannot be decoded");
    }
    let compared = certificates.iter().flat_map(|certificate| {
        [
            key_usage(subject, certificate),
            purposes(subject, certificate),
        ]
        .concat()
    });
    Verdict::each(compared, "the request asks for no usage")
}

fn key_usage(subject: &RequestSubject<'_>, certificate: &Certificate) -> Vec<Verdict> {
    if is_broken(certificate, KEY_USAGE) {
        return vec![Verdict::unknown(
            "the certificate's keyUsage cannot be decoded",
        )];
    }
    let asked = subject.request().key_usage.unwrap_or_default();
    let given = certificate.key_usage.unwrap_or(KeyUsage(u16::MAX));
    let names = given.names();
    let judge = |name| one("keyUsage", name, names.contains(&name), &names);
    asked.names().into_iter().map(judge).collect()
}

fn purposes(subject: &RequestSubject<'_>, certificate: &Certificate) -> Vec<Verdict> {
    if is_broken(certificate, EXTENDED_KEY_USAGE) {
        return vec![Verdict::unknown(
            "the certificate's extKeyUsage cannot be decoded",
        )];
    }
    let asked = subject
        .request()
        .extended_key_usage
        .clone()
        .unwrap_or_default();
    let given = certificate.extended_key_usage.as_ref();
    let names = given.map(ExtendedKeyUsage::names).unwrap_or_default();
    let kept = |oid: &String| given.is_none_or(|given| given.0.contains(oid));
    let judge = |oid: &String| {
        one(
            "extKeyUsage",
            ExtendedKeyUsage::name_of(oid),
            kept(oid),
            &names,
        )
    };
    asked.0.iter().map(judge).collect()
}

fn one(extension: &str, name: &str, kept: bool, given: &[&str]) -> Verdict {
    Verdict::pass_if(kept, || {
        let has = if given.is_empty() {
            "is empty".to_owned()
        } else {
            format!("has {}", given.join(", "))
        };
        Seen::new(format!(
            "the request asks for {name}, and the certificate's {extension} {has}"
        ))
        .expected(name)
        .found(given.iter().copied())
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};
    use crate::certificate::{ExtendedKeyUsage, KeyUsage};

    fn dropped(usage: KeyUsage, purposes: &[&'static str]) -> Vec<String> {
        let mut given = order("a.acme.test");
        given.key_usage = usage;
        given.extended_key_usage = purposes.to_vec();
        let scene = RequestScene::of(&order("a.acme.test")).issued(&given);
        let failures = scene.failures(&RULE).into_iter();
        failures.filter_map(|one| one.expected).collect()
    }

    const BOTH: [&str; 2] = [ExtendedKeyUsage::SERVER_AUTH, ExtendedKeyUsage::CLIENT_AUTH];

    #[test]
    fn a_certificate_with_every_usage_passes() {
        let wanted = order("a.acme.test");
        let scene = RequestScene::of(&wanted).issued(&wanted);
        scene.expect(&RULE, Status::Pass);
        assert!(scene.failures(&RULE).is_empty());
        let more = wanted.key_usage.with(KeyUsage::KEY_AGREEMENT);
        assert!(dropped(more, &BOTH).is_empty());
    }

    #[test]
    fn what_was_dropped_is_named() {
        let usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
        assert_eq!(dropped(usage, &BOTH), ["dataEncipherment"]);
        let all = order("a.acme.test").key_usage;
        assert_eq!(dropped(all, &BOTH[..1]), ["clientAuth"]);
        assert_eq!(dropped(all, &[ExtendedKeyUsage::ANY]).len(), 2);
    }

    #[test]
    fn without_the_extensions_everything_is_allowed() {
        assert!(dropped(KeyUsage::default(), &[]).is_empty());
    }

    #[test]
    fn a_request_that_asks_for_nothing_loses_nothing() {
        let mut bare = order("a.acme.test");
        bare.key_usage = KeyUsage::default();
        bare.extended_key_usage = Vec::new();
        let scene = RequestScene::of(&bare).issued(&order("a.acme.test"));
        scene.expect(&RULE, Status::NotApplicable);
    }
}

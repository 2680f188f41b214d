//! Bytes that are no certificate, or one that cannot be decoded.

use std::collections::BTreeSet;

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ChainSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, Malformed, Skimmed};
use crate::source::{CUCM_CERTIFICATES, RFC_5280};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "certificate-malformed",
    title: "a certificate that cannot be decoded",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        RFC_5280.at("4.1, Basic Certificate Fields; 4.2, Certificate Extensions"),
        CUCM_CERTIFICATES.at("Certificate Overview"),
    ],
    explain: "The server sent bytes that are no certificate, or one whose fields are not what RFC 5280 prescribes. Every \
              TLS client decodes the whole chain before it looks at anything else, so one such certificate anywhere in \
              it ends the handshake for all of them: no prompt, no connection, \"TLS handshake failed!\" in the Jabber \
              log. Usual causes are a file that was cut or converted on its way, a DER file uploaded as PEM, and a CA \
              with home-made tooling. A certificate that can be read but for one extension or one name is a warning: \
              some clients read past it, others refuse, and what it says cannot be judged. The rest of the chain is \
              judged all the same.",
    fix: "Have the CA issue the certificate anew and check the file before the upload: certaudit check FILE. When the \
          damaged one is a CA certificate, replace it in the trust store of the certificate and restart the service.",
    remedy: Remedy::Reissue,
    impact: Impact::BLOCKED,
    check: Check::Chain(check),
};

fn check(subject: &ChainSubject<'_>, _: &Context) -> Verdict {
    let count = subject.chain.certificates.len();
    let mut verdicts = Vec::new();
    for (index, parsed) in subject.chain.certificates.iter().enumerate() {
        let (position, place) = (index + 1, place(index, count));
        match parsed {
            Err(malformed) => verdicts.push(undecodable(position, &place, malformed)),
            Ok(certificate) => verdicts.extend(oddities(position, &place, certificate)),
        }
    }
    if verdicts.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Each(verdicts)
    }
}

fn place(index: usize, count: usize) -> String {
    match index {
        0 => format!("certificate 1 of {count} (the leaf)"),
        _ => format!("certificate {} of {count}", index + 1),
    }
}

fn undecodable(position: usize, place: &str, malformed: &Malformed) -> Verdict {
    let facts = malformed
        .skimmed
        .as_deref()
        .map_or_else(|| vec!["nothing could be read".to_owned()], facts);
    Seen::new(format!(
        "{place}, {} bytes, SHA-256 {}: {}; {}",
        malformed.der.len(),
        malformed.digest,
        malformed.reason,
        facts.join(", ")
    ))
    .expected(format!("certificate {position}"))
    .found(facts)
    .into()
}

/// What a lenient reading still found.
fn facts(skimmed: &Skimmed) -> Vec<String> {
    let fields = [
        ("subject", &skimmed.subject),
        ("issuer", &skimmed.issuer),
        ("serial", &skimmed.serial),
        ("notBefore", &skimmed.not_before),
        ("notAfter", &skimmed.not_after),
    ];
    let read = fields
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} {value}")));
    read.chain(skimmed.notes.iter().cloned()).collect()
}

/// Extensions and names of a decodable certificate that cannot be read. What a client makes of them is not known.
fn oddities(position: usize, place: &str, certificate: &Certificate) -> Vec<Verdict> {
    let extensions = certificate
        .broken_extensions
        .iter()
        .map(|(oid, reason)| format!("extension {}: {reason}", extension(oid)));
    let names = certificate
        .alternative_name
        .iter()
        .flat_map(|names| &names.broken)
        .map(|broken| format!("subjectAltName: {broken}"));
    let different: BTreeSet<String> = extensions.chain(names).collect();
    let odd = |what: String| {
        Seen::new(format!("{place}, {}: {what}", certificate.subject.text))
            .expected(format!("certificate {position}: {what}"))
            .severity(Severity::Warning)
            .impact(RULE.impact.in_doubt())
            .into()
    };
    different.into_iter().map(odd).collect()
}

/// Names of RFC 5280, section 4.2, for the extensions that decide about server certificates.
fn extension(oid: &str) -> String {
    let name = match oid {
        "2.5.29.14" => "subjectKeyIdentifier",
        "2.5.29.15" => "keyUsage",
        "2.5.29.17" => "subjectAltName",
        "2.5.29.19" => "basicConstraints",
        "2.5.29.30" => "nameConstraints",
        "2.5.29.31" => "cRLDistributionPoints",
        "2.5.29.35" => "authorityKeyIdentifier",
        "2.5.29.37" => "extKeyUsage",
        "1.3.6.1.5.5.7.1.1" => "authorityInfoAccess",
        other => return other.to_owned(),
    };
    format!("{name} ({oid})")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::Certificate;

    fn leaf(scene: &Scene) -> Vec<u8> {
        let issued = scene.issuing().issue(&order("cucm-pub.acme.test"));
        issued.expect("a certificate").der
    }

    #[test]
    fn a_chain_that_decodes_passes() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_leaf_cut_short_is_shown_with_what_can_still_be_read() {
        let scene = Scene::new(CLUSTER);
        let mut der = leaf(&scene);
        der.truncate(der.len() - 9);
        let scene = scene.present_chain("cucm-pub", "tomcat", &[der]);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        let message = &finding.message;
        assert!(
            message.starts_with("certificate 1 of 1 (the leaf)"),
            "{message}"
        );
        assert!(message.contains("cut short") && message.contains("CN=ACME Issuing CA"));
        assert!(
            finding
                .effects
                .iter()
                .any(|effect| effect.outcome == Outcome::Blocked)
        );
    }

    #[test]
    fn rubbish_behind_a_good_leaf_is_an_error_too() {
        let scene = Scene::new(CLUSTER);
        let chain = [leaf(&scene), b"<html>".to_vec()];
        let scene = scene.present_chain("cucm-pub", "tomcat", &chain);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.expected.as_deref(), Some("certificate 2"));
        assert!(finding.message.contains("begins with 0x3c"));
    }

    #[test]
    fn a_broken_extension_or_name_is_a_warning_of_unknown_effect() {
        fn odd(certificate: &mut Certificate) {
            let oid = "2.5.29.37".to_owned();
            let reason = "its value cannot be decoded".to_owned();
            certificate.broken_extensions.push((oid, reason));
            let names = certificate.alternative_name.get_or_insert_default();
            names
                .broken
                .push("iPAddress of 3 bytes (0a0001)".to_owned());
        }
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        let scene = scene.alter(odd);
        let failures = scene.judge(&RULE);
        let failed: Vec<_> = failures
            .iter()
            .filter(|one| one.status == Status::Fail)
            .collect();
        assert_eq!(failed.len(), 2);
        assert!(failed.iter().all(|one| one.severity == Severity::Warning));
        assert!(failed[0].message.contains("extKeyUsage (2.5.29.37)"));
        assert!(failed[1].message.ends_with("iPAddress of 3 bytes (0a0001)"));
        let unknown = |one: &crate::audit::effect::Effect| one.outcome == Outcome::Unknown;
        assert!(failed[0].effects.iter().all(unknown));
    }
}

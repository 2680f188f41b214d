//! Contradictions of a chain in words.

use super::super::named;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::verdict::Seen;
use crate::certificate::der::hex;
use crate::certificate::{Certificate, ExtendedKeyUsage, KeyUsage};
use crate::trust::{Anchored, Fault, FaultKind};

/// Devices do not mind; servers built on OpenSSL find no issuer.
const ON_SERVERS: Impact = Impact {
    expressway: Outcome::MraFails,
    federation: Outcome::FederationFails,
    ..Impact::SERVERS
};

/// Forbidden names that are shown; a certificate may have thousands.
const MOST_NAMES: usize = 8;

/// A signature that the issuer of that name did not make.
pub(super) fn bad_signature(certificate: &Certificate, issuer: &Certificate) -> Seen {
    Seen::new(format!(
        "{} says that it was issued by {}, but the key of {} did not make its signature: another CA of that name issued it, \
         or it was altered",
        named(certificate),
        certificate.issuer.text,
        named(issuer)
    ))
    .expected(format!("signature of {}", certificate.subject.text))
}

/// What contradicts what; `None` for faults that other rules name.
pub(super) fn contradiction(path: &Anchored, fault: &Fault) -> Option<Seen> {
    let certificate = fault.certificate.as_ref();
    let who = named(certificate);
    let (wanted, message) = match &fault.kind {
        FaultKind::NotCa => (
            "basicConstraints CA",
            format!(
                "{who} issued a certificate of this chain, and its basicConstraints do not make it a CA"
            ),
        ),
        FaultKind::MayNotSign => ("keyCertSign", may_not_sign(certificate)),
        FaultKind::PathLength => ("path length", path_length(certificate)),
        FaultKind::KeyIdentifier => ("authorityKeyIdentifier", key_identifier(path, certificate)),
        FaultKind::VersionOne => (
            "version 3",
            format!(
                "{who} is a version 1 certificate, which cannot say that it is a CA, and issued another"
            ),
        ),
        FaultKind::CriticalExtension(oid) => (
            oid.as_str(),
            format!(
                "{who} has the critical extension {oid}, which clients do not act upon: whoever does not know it must refuse"
            ),
        ),
        FaultKind::NameConstraints { authority, names } => (
            "name constraints",
            format!(
                "{}, a CA of the chain of {who}, may not issue for its names: {}",
                named(authority),
                few(names)
            ),
        ),
        FaultKind::BrokenConstraints(reason) => (
            "name constraints",
            format!(
                "{who} issued a certificate of this chain, and its name constraints are {reason}"
            ),
        ),
        FaultKind::AuthorityCertificate => (
            "authorityKeyIdentifier",
            authority_certificate(path, certificate),
        ),
        FaultKind::Purpose => ("serverAuth", purpose(certificate)),
        FaultKind::NoName => (
            "subject",
            format!("{who} issued a certificate of this chain, and a CA must have a name"),
        ),
        FaultKind::Expired
        | FaultKind::NotYetValid
        | FaultKind::UncheckableSignature(_)
        | FaultKind::Refused(_) => return None,
    };
    let seen = Seen::new(message).expected(format!("{wanted}: {}", certificate.subject.text));
    Some(if is_for_servers(fault, path) {
        seen.impact(ON_SERVERS)
    } else {
        seen
    })
}

/// Only OpenSSL, on which Expressway is built, looks up issuers by all that an authorityKeyIdentifier says, and reads the
/// root's own; devices take a root as it is.
fn is_for_servers(fault: &Fault, path: &Anchored) -> bool {
    let is_root = path.root().map(|root| root.digest) == Some(fault.certificate.digest);
    match fault.kind {
        FaultKind::AuthorityCertificate => true,
        FaultKind::KeyIdentifier => is_root,
        _ => false,
    }
}

fn may_not_sign(certificate: &Certificate) -> String {
    let usages = certificate.key_usage.map_or_else(Vec::new, KeyUsage::names);
    format!(
        "{} issued a certificate of this chain, and its keyUsage is {}, without keyCertSign",
        named(certificate),
        usages.join(", ")
    )
}

fn purpose(certificate: &Certificate) -> String {
    let usage = certificate.extended_key_usage.as_ref();
    let names = usage.map_or_else(Vec::new, ExtendedKeyUsage::names);
    format!(
        "{} issued a certificate of this chain, and its extKeyUsage is {}, without serverAuth: it is no CA for servers",
        named(certificate),
        names.join(", ")
    )
}

fn path_length(certificate: &Certificate) -> String {
    let length = certificate
        .basic_constraints
        .and_then(|limits| limits.path_length);
    match length {
        Some(length) => format!(
            "{} allows {length} intermediates below it, and there are more",
            named(certificate)
        ),
        None => format!(
            "a CA of the chain of {} allows fewer intermediates than there are",
            named(certificate)
        ),
    }
}

fn key_identifier(path: &Anchored, child: &Certificate) -> String {
    let issuer = issuer(path, child).and_then(|issuer| issuer.subject_key_identifier.as_deref());
    let shown = |key: Option<&[u8]>| key.map_or_else(|| "absent".to_owned(), hex);
    format!(
        "the authorityKeyIdentifier of {} is {}, the subjectKeyIdentifier of {} is {}",
        named(child),
        shown(child.authority_key_identifier.as_deref()),
        child.issuer.text,
        shown(issuer)
    )
}

fn authority_certificate(path: &Anchored, child: &Certificate) -> String {
    let wanted = child.authority_certificate.as_ref();
    let wanted = wanted.and_then(|wanted| wanted.serial.as_deref());
    let issuer = issuer(path, child);
    format!(
        "the authorityKeyIdentifier of {} asks for the certificate with the serial number {}, and {} has {} or another issuer",
        named(child),
        wanted.unwrap_or("of any value"),
        issuer.map_or_else(|| child.issuer.text.clone(), named),
        issuer.map_or("none", |issuer| &issuer.serial)
    )
}

/// The certificate on the path that issued `child`.
fn issuer<'p>(path: &'p Anchored, child: &Certificate) -> Option<&'p Certificate> {
    let mut links = path.links.iter().map(|link| link.certificate.as_ref());
    links.find(|link| link.subject.der == child.issuer.der)
}

/// Names for people, not more than fit.
fn few(names: &[String]) -> String {
    let shown = names
        .iter()
        .take(MOST_NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::super::super::testing::Ca;
    use super::{contradiction, few};
    use crate::audit::effect::{Impact, Outcome};
    use crate::certificate::Certificate;
    use crate::trust::{Anchored, Fault, FaultKind, Link, Origin};

    #[test]
    fn which_faults_only_servers_mind() {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let decoded = |ca: &Ca| Arc::new(Certificate::from_der(&ca.der).unwrap());
        let (root, issuing) = (decoded(&root), decoded(&issuing));
        let link = |certificate: &Arc<Certificate>, origin| Link {
            certificate: Arc::clone(certificate),
            origin,
        };
        let path = Anchored {
            links: vec![link(&issuing, Origin::Sent), link(&root, Origin::Root)],
            faults: Vec::new(),
        };
        let servers = Impact {
            expressway: Outcome::MraFails,
            federation: Outcome::FederationFails,
            servers: Outcome::Degraded,
            ..Impact::NONE
        };
        for (certificate, kind, expected) in [
            (&issuing, FaultKind::AuthorityCertificate, true),
            (&root, FaultKind::AuthorityCertificate, true),
            (&issuing, FaultKind::KeyIdentifier, false),
            (&root, FaultKind::KeyIdentifier, true),
            (&issuing, FaultKind::NotCa, false),
            (&root, FaultKind::NotCa, false),
        ] {
            let (certificate, what) = (Arc::clone(certificate), format!("{kind:?}"));
            let fault = Fault { certificate, kind };
            let place = &fault.certificate.subject.text;
            let impact = contradiction(&path, &fault).unwrap().impact;
            assert_eq!(impact, expected.then_some(servers), "{what} of {place}");
        }
    }

    #[test]
    fn a_few_names_are_shown_and_the_rest_counted() {
        let names = |count: usize| {
            (1..=count)
                .map(|number| number.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(few(&names(2)), "1, 2");
        assert!(few(&names(8)).ends_with(", 8"));
        assert!(few(&names(10)).ends_with(", 8 and 2 more"));
    }
}

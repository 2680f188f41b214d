//! What is wrong with one step of a path: an issuer, and everything below it.

use std::sync::Arc;

use super::{Fault, FaultKind, Link, Origin};
use crate::certificate::{Certificate, ExtendedKeyUsage, GeneralName, KeyUsage, NameConstraints};

/// Names times constraints that are compared; Go's and webpki's limit.
const MOST_COMPARISONS: usize = 250_000;

/// Purposes that serve TLS servers as serverAuth does: Netscape's and Microsoft's "server gated cryptography", which old
/// public intermediates have in its place (OpenSSL takes them too).
const SERVER_GATED: [&str; 2] = ["2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.10.3.3"];

/// Faults of the leaf that end a path wherever it leads.
pub(super) fn leaf_faults(leaf: &Arc<Certificate>) -> Vec<Fault> {
    critical_extensions(leaf).collect()
}

/// Faults that come in with the next issuer, above `leaf` and the CAs in `below` (nearest to the leaf first). A root's own
/// dates and constraints count too: devices refuse an expired root, though a trust anchor is formally only a name and a
/// key.
pub(super) fn link_faults(
    leaf: &Arc<Certificate>,
    below: &[Link],
    link: &Link,
    at: i64,
) -> Vec<Fault> {
    let issuer = &link.certificate;
    let child = below.last().map_or(leaf, |last| &last.certificate);
    let mut faults: Vec<Fault> = own_faults(issuer, link.origin == Origin::Root, at)
        .into_iter()
        .chain(is_too_long(issuer, below).then_some(FaultKind::PathLength))
        .map(|kind| Fault::of(issuer, kind))
        .collect();
    faults.extend(identifier_fault(child, issuer).map(|kind| Fault::of(child, kind)));
    if link.origin == Origin::Root && issuer.self_signed {
        faults.extend(identifier_fault(issuer, issuer).map(|kind| Fault::of(issuer, kind)));
    }
    faults.extend(critical_extensions(issuer));
    match issuer.name_constraints.as_deref() {
        Some(Ok(constraints)) => faults.extend(forbidden(leaf, below, issuer, constraints)),
        Some(Err(reason)) => faults.push(Fault::of(
            issuer,
            FaultKind::BrokenConstraints(reason.clone()),
        )),
        None => {}
    }
    faults
}

impl Fault {
    fn of(certificate: &Arc<Certificate>, kind: FaultKind) -> Self {
        Self {
            certificate: certificate.clone(),
            kind,
        }
    }
}

fn own_faults(issuer: &Certificate, is_root: bool, at: i64) -> Vec<FaultKind> {
    let may_not_sign = issuer
        .key_usage
        .is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN));
    let checks = [
        (at > issuer.not_after.unix, FaultKind::Expired),
        (at < issuer.not_before.unix, FaultKind::NotYetValid),
        (issuer.version < 3 && !is_root, FaultKind::VersionOne),
        (!issuer.is_ca() && issuer.version >= 3, FaultKind::NotCa),
        (may_not_sign, FaultKind::MayNotSign),
        (!may_serve(issuer), FaultKind::Purpose),
        (issuer.subject.text.is_empty(), FaultKind::NoName),
    ];
    let found = checks.into_iter().filter(|(wrong, _)| *wrong);
    found.map(|(_, kind)| kind).collect()
}

/// A CA with purposes may issue for these alone (no RFC says so; Windows, Apple, Mozilla and OpenSSL hold to it).
fn may_serve(issuer: &Certificate) -> bool {
    issuer.extended_key_usage.as_ref().is_none_or(|usage| {
        usage.allows(ExtendedKeyUsage::SERVER_AUTH)
            || SERVER_GATED
                .iter()
                .any(|oid| usage.0.iter().any(|own| own == oid))
    })
}

/// Self-issued intermediates, which bridge the renewal of a CA's key, do not count (RFC 5280, section 4.2.1.9).
fn is_too_long(issuer: &Certificate, below: &[Link]) -> bool {
    let counted = below
        .iter()
        .filter(|link| !is_self_issued(&link.certificate));
    let limits = issuer.basic_constraints;
    limits
        .and_then(|limits| limits.path_length)
        .is_some_and(|most| counted.count() > most as usize)
}

fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.subject.der == certificate.issuer.der
}

fn critical_extensions(certificate: &Arc<Certificate>) -> impl Iterator<Item = Fault> {
    let unknown = certificate.unknown_critical_extensions.iter();
    unknown.map(|oid| Fault::of(certificate, FaultKind::CriticalExtension(oid.clone())))
}

/// How the authorityKeyIdentifier of `child` names another certificate than `issuer`.
fn identifier_fault(child: &Certificate, issuer: &Certificate) -> Option<FaultKind> {
    fn differ<T: PartialEq>(wanted: Option<&T>, present: Option<&T>) -> bool {
        matches!((wanted, present), (Some(wanted), Some(present)) if wanted != present)
    }
    let (key, present) = (
        &child.authority_key_identifier,
        &issuer.subject_key_identifier,
    );
    let named = child.authority_certificate.as_deref();
    let authority = named.and_then(|named| named.issuer.as_ref());
    let serial = named.and_then(|named| named.serial.as_ref());
    if differ(key.as_ref(), present.as_ref()) {
        Some(FaultKind::KeyIdentifier)
    } else if differ(authority, Some(&issuer.issuer.der)) || differ(serial, Some(&issuer.serial)) {
        Some(FaultKind::AuthorityCertificate)
    } else {
        None
    }
}

/// Names below a CA that it may not issue for. Self-issued intermediates are exempt (RFC 5280, section 4.2.1.10).
fn forbidden(
    leaf: &Arc<Certificate>,
    below: &[Link],
    authority: &Arc<Certificate>,
    constraints: &NameConstraints,
) -> Vec<Fault> {
    let intermediates = below
        .iter()
        .map(|link| &link.certificate)
        .filter(|certificate| !is_self_issued(certificate))
        .map(|certificate| (certificate, certificate.constrained_names(false)));
    let all = std::iter::once((leaf, leaf.constrained_names(true))).chain(intermediates);
    let judge = |(certificate, names): (&Arc<Certificate>, Vec<GeneralName>)| {
        if names.len().saturating_mul(constraints.len()) > MOST_COMPARISONS {
            let reason = format!(
                "{} names under {} name constraints are more than can be compared",
                names.len(),
                constraints.len()
            );
            return Some(Fault::of(certificate, FaultKind::Refused(reason)));
        }
        let forbidden = names.iter().filter(|name| constraints.forbids(name));
        let names: Vec<String> = forbidden.map(ToString::to_string).collect();
        let authority = authority.clone();
        let kind = FaultKind::NameConstraints { authority, names };
        match &kind {
            FaultKind::NameConstraints { names, .. } if names.is_empty() => None,
            _ => Some(Fault::of(certificate, kind)),
        }
    };
    all.filter_map(judge).collect()
}

//! Does it build to a root that the devices trust, and are the CA certificates on the way in order.

pub(super) mod ca_expiring;
pub(super) mod incomplete;
pub(super) mod inconsistent;
mod interception;
pub(super) mod misordered;
pub(super) mod pinned_leaf;
pub(super) mod self_signed;
#[cfg(test)]
mod testing;
pub(super) mod untrusted;

use std::collections::BTreeSet;

use crate::audit::effect::{Impact, Outcome};
use crate::audit::subject::LeafSubject;
use crate::catalog::CertificateName;
use crate::certificate::Certificate;
use crate::deployment::NodeService;
use crate::trust::{Anchored, Broken, Descendants, Link, Origin, Path};

/// Other nodes, phones and trunks: what they trust cannot be seen from outside.
pub(super) const PEERS_IN_DOUBT: Impact = Impact {
    expressway: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::NONE
};

/// A certificate for people: its subject and the beginning of its digest.
fn named(certificate: &Certificate) -> String {
    let subject = match certificate.subject.text.as_str() {
        "" => "a certificate without a subject",
        text => text,
    };
    format!("{subject} (SHA-256 {})", certificate.digest.short())
}

/// How many certificates were sent, in words.
fn sent(subject: &LeafSubject<'_>) -> String {
    match subject.chain.certificates.len() {
        1 => "only the leaf was sent".to_owned(),
        count => format!("{count} certificates were sent"),
    }
}

/// Phones trust it through their ITL and CTL files (CUCM security guide, "Certificate Overview"), where a self-signed
/// certificate is the normal case; no Jabber client connects.
pub(super) fn is_trusted_by_phone_lists(service: &NodeService) -> bool {
    matches!(
        service.certificate_name,
        CertificateName::Capf | CertificateName::Tvs
    ) || service.name == "sccp"
}

/// Nobody but other nodes, phones and trunks connects. They have trust stores of their own, which may hold another CA than
/// the devices' (Expressway-C: a private one) or the very certificate (CUCM and IM and Presence for one another).
pub(super) fn is_between_servers(service: &NodeService) -> bool {
    let audience = service.audience;
    !(audience.jabber || audience.jabber_outside || audience.federation)
}

/// CA certificates that services presented and that descend from the devices' roots.
struct Elsewhere(Descendants);

/// The path that appears when intermediates are added which other services sent, or which were fetched from the URLs in
/// the certificates: the server sends too few. Only for
/// chains that end at an unknown issuer, and only when nothing else is wrong with it.
///
/// Of what other services sent only what descends from a root counts, so that none of them decides what is said of this one.
pub(super) fn completed(subject: &LeafSubject<'_>, at: i64) -> Option<Anchored> {
    let Some(Path::Broken(Broken::UnknownIssuer { .. })) = subject.chain.path.as_deref() else {
        return None;
    };
    let leaf = subject.chain.certificates.first()?.as_ref().ok()?;
    let estate = subject.estate;
    let elsewhere = estate.once(|| {
        let presented = estate.certificates.iter();
        let readable = presented.filter_map(|(_, parsed)| parsed.as_ref().ok().cloned());
        Elsewhere(estate.trust.descendants(readable))
    });
    let own = subject.chain.certificates.iter().skip(1);
    let mut all: Vec<_> = own
        .filter_map(|parsed| parsed.as_ref().ok().cloned())
        .collect();
    all.extend(subject.chain.fetched.iter().cloned());
    let below = std::iter::once(leaf).chain(&all).map(AsRef::as_ref);
    let above = elsewhere.0.above(below);
    all.extend(above);
    match estate.trust.path(leaf, &all, at) {
        Path::Anchored(path) if path.faults.is_empty() => Some(path),
        _ => None,
    }
}

/// Intermediates of a path that the server did not send.
pub(super) fn unsent<'p>(subject: &LeafSubject<'_>, path: &'p Anchored) -> Vec<&'p Link> {
    let sent: BTreeSet<_> = subject.chain.others().map(|other| other.digest).collect();
    path.links
        .iter()
        .filter(|link| link.origin != Origin::Root && !sent.contains(&link.certificate.digest))
        .collect()
}

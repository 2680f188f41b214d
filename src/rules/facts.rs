//! Facts that rules of several families ask for.

use crate::audit::subject::LeafSubject;
use crate::certificate::Certificate;
use crate::deployment::Client;

/// Whether Jabber connects to the service itself, from inside or over Mobile and Remote Access, in this deployment.
pub(super) fn jabber_connects(subject: &LeafSubject<'_>) -> bool {
    let audience = subject.service.service.audience;
    audience.jabber || (audience.jabber_outside && subject.estate.deployment.mra.is_some())
}

/// Whether Jabber on Apple's platforms does.
pub(super) fn apple_connects(subject: &LeafSubject<'_>) -> bool {
    let mut clients = subject.estate.deployment.clients.iter().copied();
    jabber_connects(subject) && clients.any(Client::is_apple)
}

/// Whether the extension of that dotted OID is there but could not be decoded, so that its absence means nothing.
pub(super) fn is_broken(certificate: &Certificate, oid: &str) -> bool {
    certificate
        .broken_extensions
        .iter()
        .any(|(broken, _)| broken == oid)
}

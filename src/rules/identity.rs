//! Does the certificate name what the client looks for.

pub(super) mod chat_alias_missing;
pub(super) mod federation_domain_missing;
pub(super) mod federation_srv_mismatch;
pub(super) mod host_missing;
pub(super) mod host_only_in_cn;
pub(super) mod multi_server_node_missing;
mod sharing;
pub(super) mod srv_target_missing;
pub(super) mod wildcard_misplaced;
pub(super) mod wildcard_unsupported;
pub(super) mod xmpp_domain_missing;
pub(super) mod xmpp_domain_only_in_cn;
pub(super) mod xmpp_othername_malformed;

use crate::audit::subject::LeafSubject;
use crate::catalog::{CertificateName, Transport};
use crate::certificate::Certificate;
use crate::deployment::{Federation, FederationThrough};

/// Why nobody who connects compares this certificate with the host's name; `None` where somebody does.
fn not_compared_with_host(subject: &LeafSubject<'_>) -> Option<&'static str> {
    let service = subject.service.service;
    match service.certificate_name {
        CertificateName::CupXmpp | CertificateName::CupXmppS2s => {
            Some("an XMPP certificate is compared with a domain, not with the host's name")
        }
        CertificateName::Capf | CertificateName::Tvs => {
            Some("phones know this certificate from their trust list and do not compare its names")
        }
        CertificateName::Cup => Some(
            "SIP peers compare this certificate's CN with a configured subject: see the trunk rules",
        ),
        _ if service.transport == Transport::XmppServer => Some(
            "federation partners compare this certificate with a domain, not with the host's name",
        ),
        _ => None,
    }
}

/// The federation whose partners see this certificate: cup-xmpp-s2s, where IM and Presence faces them itself.
fn own_federation<'a>(subject: &LeafSubject<'a>) -> Result<&'a Federation, &'static str> {
    if subject.service.service.certificate_name != CertificateName::CupXmppS2s {
        return Err("federation partners of IM and Presence see cup-xmpp-s2s only");
    }
    subject
        .estate
        .deployment
        .federation
        .as_ref()
        .filter(|federation| federation.through == FederationThrough::ImPresence)
        .ok_or("federation does not go through IM and Presence itself")
}

/// Names found in a certificate, in a sentence.
fn in_words(found: &[String]) -> String {
    if found.is_empty() {
        "no name at all".to_owned()
    } else {
        found.join(", ")
    }
}

/// The dNSNames and the CN, each once: the names that are compared with hosts.
fn host_names(certificate: &Certificate) -> Vec<&str> {
    let mut names: Vec<&str> = certificate.dns_names().iter().map(String::as_str).collect();
    names.extend(
        certificate
            .common_name()
            .filter(|name| !certificate.dns_names().iter().any(|known| known == name)),
    );
    names
}

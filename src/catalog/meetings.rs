//! Cisco Webex Meetings Server (domain.md section 1.5).

use super::{Audience, CertificateName, Requirement, Service, Transport};
use crate::source::JABBER_GUIDE;

/// Ports that speak TLS.
pub(super) const SERVICES: &[Service] = &[Service {
    name: "https",
    port: 443,
    transport: Transport::Tls,
    certificate_name: CertificateName::Webex,
    requirement: Requirement::Always,
    audience: Audience::JABBER,
    mutual_tls: false,
    purpose: "HTTPS: WebEx site",
    citation: JABBER_GUIDE.at("Which certificates are required? (table 2)"),
}];

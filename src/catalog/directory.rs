//! Servers that are not Cisco's but that sign-in rests on: directories, identity providers (domain.md section 1.8).

use super::{Audience, CertificateName, Requirement, Service, Transport};
use crate::source::{JABBER_PLANNING, SECURE_LDAP};

/// Ports of an LDAP directory.
pub(super) const LDAP_SERVICES: &[Service] = &[
    ldap("ldaps", 636, "LDAP over TLS"),
    ldap("ldaps-gc", 3269, "Global Catalog over TLS"),
];

/// The port of an identity provider or another HTTPS server.
pub(super) const HTTPS_SERVICES: &[Service] = &[Service {
    name: "https",
    port: 443,
    transport: Transport::Tls,
    certificate_name: CertificateName::Https,
    requirement: Requirement::Always,
    audience: Audience::JABBER,
    mutual_tls: false,
    purpose: "HTTPS",
    citation: JABBER_PLANNING.at("Required Certificates for On-Premises Servers"),
}];

const fn ldap(name: &'static str, port: u16, purpose: &'static str) -> Service {
    Service {
        name,
        port,
        transport: Transport::Tls,
        certificate_name: CertificateName::Ldap,
        requirement: Requirement::OneOf,
        audience: Audience::JABBER.and(Audience::SERVERS),
        mutual_tls: false,
        purpose,
        citation: SECURE_LDAP.at("Verify the LDAP server certificate"),
    }
}

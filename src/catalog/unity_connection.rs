//! Cisco Unity Connection (domain.md section 1.4).

use super::{Audience, CertificateName, Requirement, Service, Transport};
use crate::source::{UNITY_ADMINISTRATION, UNITY_SECURITY};

/// Ports that speak TLS.
pub(super) const SERVICES: &[Service] = &[
    service(
        "tomcat",
        8443,
        Transport::Tls,
        Requirement::Always,
        "HTTPS: voicemail REST (VMREST)",
    ),
    service(
        "jetty",
        7443,
        Transport::Tls,
        Requirement::Optional,
        "Jetty notifications",
    ),
    service(
        "imaps",
        993,
        Transport::Tls,
        Requirement::OptionalWhenListed,
        "IMAP over TLS",
    ),
    service(
        "imap",
        143,
        Transport::Imap,
        Requirement::OptionalWhenListed,
        "IMAP with STARTTLS",
    ),
    service(
        "smtp",
        25,
        Transport::Smtp,
        Requirement::OptionalWhenListed,
        "SMTP with STARTTLS",
    ),
];

const fn service(
    name: &'static str,
    port: u16,
    transport: Transport,
    requirement: Requirement,
    purpose: &'static str,
) -> Service {
    let citation = match transport {
        Transport::Tls => UNITY_SECURITY.at("IP Communications Required by Cisco Unity Connection"),
        _ => UNITY_ADMINISTRATION.at("Security"),
    };
    Service {
        name,
        port,
        transport,
        certificate_name: CertificateName::Tomcat,
        requirement,
        audience: Audience::CLIENTS,
        mutual_tls: false,
        purpose,
        citation,
    }
}

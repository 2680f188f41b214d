//! Cisco Unity Connection (domain.md section 1.4).

use super::{Audience, CertificateName, Requirement, Service, Transport};
use crate::source::{UNITY_ADMINISTRATION, UNITY_SECURITY};

/// Ports that speak TLS. Expressway-C proxies 8443 and 7443, never mail (domain.md section 1.7).
pub(super) const SERVICES: &[Service] = &[
    Service {
        // Unity Connection is a TLS client with it: secure SIP to Unified CM (field notice FN74345).
        mutual_tls: true,
        ..service(
            "tomcat",
            8443,
            Transport::Tls,
            Requirement::Always,
            Audience::CLIENTS,
            "HTTPS: voicemail REST (VMREST)",
        )
    },
    service(
        "jetty",
        7443,
        Transport::Tls,
        Requirement::Optional,
        Audience::CLIENTS,
        "Jetty notifications",
    ),
    service(
        "imaps",
        993,
        Transport::Tls,
        Requirement::OptionalWhenListed,
        Audience::JABBER,
        "IMAP over TLS",
    ),
    service(
        "imap",
        143,
        Transport::Imap,
        Requirement::OptionalWhenListed,
        Audience::JABBER,
        "IMAP with STARTTLS",
    ),
    service(
        "smtp",
        25,
        Transport::Smtp,
        Requirement::OptionalWhenListed,
        Audience::SERVERS,
        "SMTP with STARTTLS",
    ),
];

const fn service(
    name: &'static str,
    port: u16,
    transport: Transport,
    requirement: Requirement,
    audience: Audience,
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
        audience,
        mutual_tls: false,
        purpose,
        citation,
    }
}

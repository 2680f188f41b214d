//! Expressway-E and Expressway-C: one server certificate for every port (domain.md sections 1.6 and 1.7).

use super::{Audience, CertificateName, Requirement, Service, Transport};
use crate::source::EXPRESSWAY_PORTS;

/// Whoever verifies Expressway-C's certificate: Expressway-E in the traversal zone, Unified CM and IM and Presence, all on
/// behalf of clients outside, without a prompt (domain.md sections 2.7, 4.5 and 4.6).
const CORE: Audience = Audience::EXPRESSWAY.and(Audience::SERVERS);

/// Ports of Expressway-E.
pub(super) const EDGE_SERVICES: &[Service] = &[
    service(
        "mra",
        8443,
        Transport::Tls,
        Requirement::WithMra,
        // Expressway-C verifies the same certificate in the traversal zone.
        Audience::OUTSIDE.and(Audience::EXPRESSWAY),
        "HTTPS from Jabber outside",
    ),
    service(
        "xmpp-client",
        5222,
        Transport::XmppClient,
        Requirement::Optional,
        Audience::OUTSIDE,
        "XMPP client stream",
    ),
    service(
        "sip",
        5061,
        Transport::Tls,
        Requirement::Optional,
        Audience::OUTSIDE.and(Audience::SERVERS),
        "SIP over TLS",
    ),
    service(
        "xmpp-server",
        5269,
        Transport::XmppServer,
        Requirement::WithExpresswayFederation,
        Audience::FEDERATION,
        "XMPP federation",
    ),
    service(
        "web",
        443,
        Transport::Tls,
        Requirement::Optional,
        Audience::SERVERS,
        "administration",
    ),
];

/// Ports of Expressway-C.
pub(super) const CORE_SERVICES: &[Service] = &[
    service(
        "web",
        443,
        Transport::Tls,
        Requirement::Always,
        CORE,
        "administration",
    ),
    service(
        "sip",
        5061,
        Transport::Tls,
        Requirement::Optional,
        CORE,
        "SIP over TLS",
    ),
    service(
        "mra",
        8443,
        Transport::Tls,
        Requirement::Optional,
        CORE,
        "HTTPS towards Expressway-E",
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
    Service {
        name,
        port,
        transport,
        certificate_name: CertificateName::Expressway,
        requirement,
        audience,
        mutual_tls: true,
        purpose,
        citation: EXPRESSWAY_PORTS.at("Mobile and Remote Access; XMPP federation"),
    }
}

//! IM and Presence Service 9.x to 15 and Cisco Unified Presence 8.x (domain.md sections 1.2 and 1.3).

use super::{Audience, CertificateName, Requirement, Service, Transport};
use crate::source::{FEDERATION_GUIDE, IM_PRESENCE_PORTS, JABBER_GUIDE};

/// Ports that speak TLS.
pub(super) const SERVICES: &[Service] = &[
    Service {
        name: "tomcat",
        port: 8443,
        transport: Transport::Tls,
        certificate_name: CertificateName::Tomcat,
        requirement: Requirement::Always,
        audience: Audience::CLIENTS,
        mutual_tls: false,
        purpose: "HTTPS: SOAP sign-in",
        citation: JABBER_GUIDE.at("Which certificates are required? (table 2)"),
    },
    Service {
        name: "xmpp-client",
        port: 5222,
        transport: Transport::XmppClient,
        certificate_name: CertificateName::CupXmpp,
        requirement: Requirement::Always,
        audience: Audience::CLIENTS,
        mutual_tls: false,
        purpose: "XMPP client stream",
        citation: IM_PRESENCE_PORTS.at("XMPP client"),
    },
    Service {
        name: "xmpp-server",
        port: 5269,
        transport: Transport::XmppServer,
        certificate_name: CertificateName::CupXmppS2s,
        requirement: Requirement::WithImPresenceFederation,
        audience: Audience::FEDERATION,
        mutual_tls: true,
        purpose: "XMPP federation",
        citation: FEDERATION_GUIDE.at("XMPP federation security certificates"),
    },
    Service {
        name: "sip",
        port: 5061,
        transport: Transport::Tls,
        certificate_name: CertificateName::Cup,
        requirement: Requirement::Optional,
        audience: Audience::SERVERS,
        mutual_tls: true,
        purpose: "SIP, server authentication",
        citation: IM_PRESENCE_PORTS.at("SIP Proxy"),
    },
    Service {
        name: "sip-peer",
        port: 5062,
        transport: Transport::Tls,
        certificate_name: CertificateName::Cup,
        requirement: Requirement::Optional,
        audience: Audience::SERVERS,
        mutual_tls: true,
        purpose: "SIP, peer authentication",
        citation: IM_PRESENCE_PORTS.at("SIP Proxy"),
    },
];

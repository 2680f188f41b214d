//! Could it be looked at, and if not, why.

pub(super) mod handshake_failed;
pub(super) mod optional_closed;
pub(super) mod unreachable;

use crate::audit::effect::{Impact, Outcome};
use crate::audit::subject::ServiceSubject;
use crate::catalog::Product;

/// Nothing was seen, so nothing is known, for anybody.
const NOTHING_KNOWN: Impact = Impact {
    expressway: Outcome::Unknown,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::clients(Outcome::Unknown)
};

/// Where the connection went: host and port.
fn endpoint(subject: &ServiceSubject<'_>) -> String {
    let service = subject.service.service;
    match service.connect {
        Some(socket) => socket.to_string(),
        None => format!("{}:{}", host(subject), service.port),
    }
}

/// The name or address that is connected to.
fn host<'a>(subject: &ServiceSubject<'a>) -> &'a str {
    let node = subject.node.node;
    node.connect.as_deref().unwrap_or(&node.address)
}

/// What the service is for, as the catalogue says.
fn purpose(subject: &ServiceSubject<'_>) -> &'static str {
    let known = subject
        .node
        .node
        .product
        .service(subject.service.service.name);
    known.map_or("", |service| service.purpose)
}

/// Whatever listens on the service's port, by the name that the product's service pages give it (domain.md 1.1 to 1.6).
fn listener(subject: &ServiceSubject<'_>) -> &'static str {
    match (subject.node.node.product, subject.service.service.name) {
        (product, "tomcat") if product.is_voice_operating_system() => "Cisco Tomcat",
        (Product::Cucm, "sip" | "sccp" | "sip-oauth" | "sip-oauth-mra") => "Cisco CallManager",
        (Product::Cucm, "tftp" | "tftp-mra") => "Cisco TFTP",
        (Product::Cucm, "cti") => "Cisco CTIManager",
        (Product::Cucm, "capf") => "Cisco Certificate Authority Proxy Function",
        (Product::Cucm, "tvs") => "Cisco Trust Verification Service",
        (Product::ImPresence | Product::Cup, "xmpp-client") => "Cisco XCP Connection Manager",
        (Product::ImPresence | Product::Cup, "xmpp-server") => {
            "Cisco XCP XMPP Federation Connection Manager"
        }
        (Product::ImPresence | Product::Cup, _) => "Cisco SIP Proxy",
        (Product::UnityConnection, "jetty") => "Connection Jetty",
        (Product::UnityConnection, "imap" | "imaps") => "Connection IMAP Server",
        (Product::UnityConnection, "smtp") => "Connection SMTP Server",
        (Product::ExpresswayC | Product::ExpresswayE, "mra" | "xmpp-client") => {
            "Mobile and Remote Access"
        }
        (Product::ExpresswayE, "xmpp-server") => "XMPP federation",
        (Product::ExpresswayC | Product::ExpresswayE, "sip") => "SIP",
        _ => "the server's software",
    }
}

/// Where an administrator sees whether it runs.
fn control_page(product: Product) -> &'static str {
    match product {
        Product::Cucm => {
            "Cisco Unified Serviceability > Tools > Service Activation and Control Center (Cisco Tomcat: CLI, \
             utils service list)"
        }
        Product::ImPresence | Product::Cup => {
            "Cisco Unified IM and Presence Serviceability > Tools > Service Activation and Control Center (Cisco Tomcat: \
             CLI, utils service list)"
        }
        Product::UnityConnection => {
            "Cisco Unity Connection Serviceability > Tools > Service Management (Cisco Tomcat: CLI, utils service list)"
        }
        Product::ExpresswayC | Product::ExpresswayE => {
            "Expressway > Configuration > Unified Communications > Configuration"
        }
        _ => "the server's own administration",
    }
}

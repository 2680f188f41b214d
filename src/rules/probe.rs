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
    software(subject.node.node.product, subject.service.service.name)
}

fn software(product: Product, service: &str) -> &'static str {
    match (product, service) {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{control_page, software};
    use crate::catalog::Product;

    /// What listens where, in the words of the products' service pages.
    const LISTENERS: [(&str, &[(&str, &str)]); 11] = [
        (
            "Cisco Tomcat",
            &[
                ("cucm", "tomcat"),
                ("im-presence", "tomcat"),
                ("cup", "tomcat"),
                ("unity-connection", "tomcat"),
            ],
        ),
        (
            "Cisco CallManager",
            &[
                ("cucm", "sip"),
                ("cucm", "sccp"),
                ("cucm", "sip-oauth"),
                ("cucm", "sip-oauth-mra"),
            ],
        ),
        ("Cisco TFTP", &[("cucm", "tftp"), ("cucm", "tftp-mra")]),
        ("Cisco CTIManager", &[("cucm", "cti")]),
        (
            "Cisco Certificate Authority Proxy Function",
            &[("cucm", "capf")],
        ),
        ("Cisco Trust Verification Service", &[("cucm", "tvs")]),
        (
            "Cisco XCP Connection Manager",
            &[("im-presence", "xmpp-client"), ("cup", "xmpp-client")],
        ),
        (
            "Cisco XCP XMPP Federation Connection Manager",
            &[("im-presence", "xmpp-server"), ("cup", "xmpp-server")],
        ),
        (
            "Cisco SIP Proxy",
            &[
                ("im-presence", "sip"),
                ("im-presence", "sip-peer"),
                ("cup", "sip"),
                ("cup", "sip-peer"),
            ],
        ),
        (
            "Mobile and Remote Access",
            &[
                ("expressway-c", "mra"),
                ("expressway-e", "mra"),
                ("expressway-e", "xmpp-client"),
            ],
        ),
        ("SIP", &[("expressway-c", "sip"), ("expressway-e", "sip")]),
    ];

    /// Those of which each is one service's alone.
    const ALONE: [(&str, &str, &str); 4] = [
        ("unity-connection", "jetty", "Connection Jetty"),
        ("unity-connection", "imaps", "Connection IMAP Server"),
        ("unity-connection", "smtp", "Connection SMTP Server"),
        ("expressway-e", "xmpp-server", "XMPP federation"),
    ];

    #[test]
    fn every_service_has_its_listener_by_name() {
        let mut wanted: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (software, services) in LISTENERS {
            wanted.extend(services.iter().map(|service| (*service, software)));
        }
        wanted.extend(ALONE.map(|(product, service, software)| ((product, service), software)));
        wanted.insert(("unity-connection", "imap"), "Connection IMAP Server");
        for product in Product::ALL {
            for service in product.services() {
                let name = product.to_string();
                let known = wanted.get(&(name.as_str(), service.name));
                let known = known.copied().unwrap_or("the server's software");
                assert_eq!(
                    software(product, service.name),
                    known,
                    "{name} {}",
                    service.name
                );
            }
        }
    }

    #[test]
    fn every_product_has_its_own_page() {
        let pages = [
            (Product::Cucm, "Cisco Unified Serviceability >"),
            (
                Product::ImPresence,
                "Cisco Unified IM and Presence Serviceability >",
            ),
            (
                Product::Cup,
                "Cisco Unified IM and Presence Serviceability >",
            ),
            (
                Product::UnityConnection,
                "Cisco Unity Connection Serviceability >",
            ),
        ];
        for (product, begins) in pages {
            let page = control_page(product);
            assert!(page.starts_with(begins), "{product}: {page}");
        }
        let expressway = control_page(Product::ExpresswayC);
        assert_eq!(expressway, control_page(Product::ExpresswayE));
        assert_ne!(expressway, control_page(Product::OtherHttps));
    }
}

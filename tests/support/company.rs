//! The company whose cluster it is: its domain, its CA, and what its certificates should look like.

use super::credential::Credential;
use super::openssl::Workshop;
use super::order::Order;

/// Services domain and XMPP domain.
pub const DOMAIN: &str = "acme.test";
/// Common name of the root CA.
pub const ROOT: &str = "Interop Root CA";
/// Distribution point of all certificates below the root.
pub const CRL: &str = "http://pki.acme.test/interop.crl";

/// A root that the devices trust, and the CA below it that signs.
pub struct Company {
    /// Makes whatever else a test wants.
    pub workshop: Workshop,
    /// The root CA.
    pub root: Credential,
    issuer: Credential,
}

impl Company {
    /// Makes both CAs; `None` when openssl is not installed.
    pub fn found() -> Option<Self> {
        let workshop = Workshop::open()?;
        let root = workshop.root(ROOT);
        let issuer = workshop.issue(&root, &Order::authority("Interop Issuing CA").crl_url(CRL));
        Some(Self {
            workshop,
            root,
            issuer,
        })
    }

    /// Signs.
    pub fn issue(&self, order: &Order) -> Credential {
        self.workshop.issue(&self.issuer, order)
    }
}

/// The name that clients are given for a node.
pub fn host(node: &str) -> String {
    format!("{node}.{DOMAIN}")
}

/// A node's `tomcat` or `CallManager` as it should be.
pub fn server(node: &str) -> Order {
    Order::leaf(&host(node)).dns(&host(node)).crl_url(CRL)
}

/// A node's `cup-xmpp` or `cup-xmpp-s2s` as it should be.
pub fn xmpp(node: &str) -> Order {
    server(node).dns(DOMAIN).xmpp_address(DOMAIN)
}

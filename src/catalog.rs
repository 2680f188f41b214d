//! What is known about Cisco's products: services and ports, which certificate each presents, which key usages that
//! certificate should have, where its name is configured, how it is renewed and what must then be restarted.
//!
//! One file a product; every row names its source. A new product or port is one row.

mod audience;
mod client_certificate;
mod cucm;
mod directory;
mod expressway;
mod im_presence;
mod keys;
mod meetings;
mod places;
mod procedure;
pub mod public_authority;
mod release;
#[cfg(test)]
mod tests;
mod unity_connection;
mod usages;

use std::fmt;

use crate::source::Citation;

pub use audience::Audience;
pub use client_certificate::{EDGE_WITHOUT_CLIENT_AUTH, has_client_certificate_of_its_own};
pub use keys::{KeyAdvice, key};
pub use places::{Place, places};
pub use procedure::{EXPRESSWAY_PROCEDURE, Procedure, procedure};
pub use release::Release;
pub use usages::{UsageRow, usages};

/// A product that a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// Cisco Unified Communications Manager.
    Cucm,
    /// Unified CM IM and Presence Service, 9.x and later.
    ImPresence,
    /// Cisco Unified Presence 8.x.
    Cup,
    /// Cisco Unity Connection.
    UnityConnection,
    /// Cisco Webex Meetings Server.
    WebexMeetingsServer,
    /// Expressway-C.
    ExpresswayC,
    /// Expressway-E.
    ExpresswayE,
    /// An LDAP directory.
    Ldap,
    /// A SAML identity provider.
    IdentityProvider,
    /// Any other HTTPS server that the clients talk to.
    OtherHttps,
}

/// How TLS starts on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TLS from the first byte.
    Tls,
    /// XMPP client stream, STARTTLS (RFC 6120).
    XmppClient,
    /// XMPP server stream, STARTTLS (RFC 6120).
    XmppServer,
    /// IMAP, STARTTLS (RFC 9051).
    Imap,
    /// SMTP, STARTTLS (RFC 3207).
    Smtp,
}

/// Cisco's name of a certificate ("certificate purpose").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateName {
    /// `tomcat`.
    Tomcat,
    /// `CallManager`.
    CallManager,
    /// `CAPF`.
    Capf,
    /// `TVS`.
    Tvs,
    /// `cup`.
    Cup,
    /// `cup-xmpp`.
    CupXmpp,
    /// `cup-xmpp-s2s`.
    CupXmppS2s,
    /// The certificate of Webex Meetings Server.
    Webex,
    /// The server certificate of an Expressway.
    Expressway,
    /// The certificate of a directory.
    Ldap,
    /// The certificate of any other HTTPS server.
    Https,
}

/// When a service must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Always.
    Always,
    /// Never; judged when it answers.
    Optional,
    /// Probed only when the deployment file lists it, and then it must answer.
    WhenListed,
    /// Probed only when the deployment file lists it; judged when it answers.
    OptionalWhenListed,
    /// When the deployment has `[mra]`.
    WithMra,
    /// When `federation.through` is "im-presence".
    WithImPresenceFederation,
    /// When `federation.through` is "expressway".
    WithExpresswayFederation,
    /// At least one of the node's services with this requirement must answer.
    OneOf,
}

/// A port of a product that speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// The name used in deployment file and report.
    pub name: &'static str,
    /// The TCP port by default.
    pub port: u16,
    /// How TLS starts.
    pub transport: Transport,
    /// Which certificate is presented.
    pub certificate_name: CertificateName,
    /// When it must answer.
    pub requirement: Requirement,
    /// Who connects to it.
    pub audience: Audience,
    /// Whether this certificate is also presented as a TLS client by that product (so that clientAuth matters here).
    pub mutual_tls: bool,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    /// Who says so.
    pub citation: Citation,
}

impl Product {
    /// All products, in the order of the contract's table.
    pub const ALL: [Self; 10] = [
        Self::Cucm,
        Self::ImPresence,
        Self::Cup,
        Self::UnityConnection,
        Self::WebexMeetingsServer,
        Self::ExpresswayC,
        Self::ExpresswayE,
        Self::Ldap,
        Self::IdentityProvider,
        Self::OtherHttps,
    ];

    /// The word used in the deployment file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cucm => "cucm",
            Self::ImPresence => "im-presence",
            Self::Cup => "cup",
            Self::UnityConnection => "unity-connection",
            Self::WebexMeetingsServer => "webex-meetings-server",
            Self::ExpresswayC => "expressway-c",
            Self::ExpresswayE => "expressway-e",
            Self::Ldap => "ldap",
            Self::IdentityProvider => "identity-provider",
            Self::OtherHttps => "other-https",
        }
    }

    /// The product's name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Cucm => "Unified CM",
            Self::ImPresence => "IM and Presence",
            Self::Cup => "Unified Presence 8.x",
            Self::UnityConnection => "Unity Connection",
            Self::WebexMeetingsServer => "Webex Meetings Server",
            Self::ExpresswayC => "Expressway-C",
            Self::ExpresswayE => "Expressway-E",
            Self::Ldap => "LDAP directory",
            Self::IdentityProvider => "identity provider",
            Self::OtherHttps => "HTTPS server",
        }
    }

    /// The product of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.name() == name)
    }

    /// Its services, in the order of the contract's table.
    pub fn services(self) -> &'static [Service] {
        match self {
            Self::Cucm => cucm::SERVICES,
            Self::ImPresence | Self::Cup => im_presence::SERVICES,
            Self::UnityConnection => unity_connection::SERVICES,
            Self::WebexMeetingsServer => meetings::SERVICES,
            Self::ExpresswayC => expressway::CORE_SERVICES,
            Self::ExpresswayE => expressway::EDGE_SERVICES,
            Self::Ldap => directory::LDAP_SERVICES,
            Self::IdentityProvider | Self::OtherHttps => directory::HTTPS_SERVICES,
        }
    }

    /// The service of that name.
    pub fn service(self, name: &str) -> Option<&'static Service> {
        self.services().iter().find(|service| service.name == name)
    }

    /// Expressway-C or Expressway-E.
    pub fn is_expressway(self) -> bool {
        matches!(self, Self::ExpresswayC | Self::ExpresswayE)
    }

    /// Built on Cisco's Voice Operating System, with its Certificate Management pages and CSR key-usage tables.
    pub fn is_voice_operating_system(self) -> bool {
        matches!(
            self,
            Self::Cucm | Self::ImPresence | Self::Cup | Self::UnityConnection
        )
    }

    /// IM and Presence or its predecessor.
    pub fn is_presence(self) -> bool {
        matches!(self, Self::ImPresence | Self::Cup)
    }
}

impl CertificateName {
    /// All names.
    pub const ALL: [Self; 11] = [
        Self::Tomcat,
        Self::CallManager,
        Self::Capf,
        Self::Tvs,
        Self::Cup,
        Self::CupXmpp,
        Self::CupXmppS2s,
        Self::Webex,
        Self::Expressway,
        Self::Ldap,
        Self::Https,
    ];

    /// Cisco's spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tomcat => "tomcat",
            Self::CallManager => "CallManager",
            Self::Capf => "CAPF",
            Self::Tvs => "TVS",
            Self::Cup => "cup",
            Self::CupXmpp => "cup-xmpp",
            Self::CupXmppS2s => "cup-xmpp-s2s",
            Self::Webex => "webex",
            Self::Expressway => "expressway",
            Self::Ldap => "ldap",
            Self::Https => "https",
        }
    }

    /// The certificate name spelled so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|certificate| certificate.name() == name)
    }

    /// Whether one CA-signed certificate may serve several nodes (domain.md 1.9: 118731, SG15, IMP; CAPF, cup: no).
    pub fn may_be_multi_server(self) -> bool {
        matches!(
            self,
            Self::Tomcat | Self::CallManager | Self::CupXmpp | Self::CupXmppS2s | Self::Tvs
        )
    }

    /// The identity that clients look for in it is an XMPP domain, not a host (document 116917, "Identifier Fields").
    pub fn identifies_domain(self) -> bool {
        matches!(self, Self::CupXmpp | Self::CupXmppS2s)
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for CertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

//! What a test wants a certificate to say, and its words in openssl's configuration language.

use std::fmt::Write as _;

use time::{Duration, OffsetDateTime, macros::format_description};

/// id-on-xmppAddr, RFC 6120, section 13.7.1.4.
const XMPP_ADDRESS: &str = "1.3.6.1.5.5.7.8.5";
/// id-on-dnsSRV, RFC 4985, section 2.
const SERVICE_NAME: &str = "1.3.6.1.5.5.7.8.7";

/// The key pair to make.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// RSA, 2048 bits.
    Rsa,
    /// ECDSA over P-256.
    Ecdsa,
}

/// An order for one certificate.
#[derive(Debug, Clone)]
pub struct Order {
    pub(super) subject: String,
    pub(super) key: Key,
    names: Vec<(&'static str, String)>,
    basic_constraints: &'static str,
    key_usage: String,
    extended_key_usage: String,
    crl_urls: Vec<String>,
    ocsp_url: Option<String>,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

impl Order {
    /// A server's certificate with all usages of Cisco's tables, valid since yesterday and for 300 days more.
    pub fn leaf(common_name: &str) -> Self {
        Self {
            subject: format!("/O=ACME/CN={common_name}"),
            key: Key::Rsa,
            names: Vec::new(),
            basic_constraints: "critical,CA:FALSE",
            key_usage: "digitalSignature,keyEncipherment,dataEncipherment".into(),
            extended_key_usage: "serverAuth,clientAuth,ipsecEndSystem".into(),
            crl_urls: Vec::new(),
            ocsp_url: None,
            not_before: days_from_now(-1),
            not_after: days_from_now(300),
        }
    }

    /// A CA's certificate, valid since a month ago and for ten years more.
    pub fn authority(common_name: &str) -> Self {
        Self {
            subject: format!("/CN={common_name}"),
            basic_constraints: "critical,CA:TRUE",
            key_usage: "critical,keyCertSign,cRLSign".into(),
            extended_key_usage: String::new(),
            not_before: days_from_now(-30),
            not_after: days_from_now(3650),
            ..Self::leaf(common_name)
        }
    }

    /// The whole subject as openssl's `-subj` takes it: `/O=ACME/CN=host`.
    pub fn subject(mut self, subject: &str) -> Self {
        self.subject = subject.into();
        self
    }

    /// The key pair to make; RSA when not said.
    pub fn key(mut self, key: Key) -> Self {
        self.key = key;
        self
    }

    /// Adds a dNSName.
    pub fn dns(self, name: &str) -> Self {
        self.name("DNS", name.into())
    }

    /// Adds an iPAddress.
    pub fn ip(self, address: &str) -> Self {
        self.name("IP", address.into())
    }

    /// Adds an otherName of the xmppAddr kind, a UTF8String.
    pub fn xmpp_address(self, domain: &str) -> Self {
        self.name("otherName", format!("{XMPP_ADDRESS};UTF8:{domain}"))
    }

    /// Adds an otherName of the SRVName kind, an IA5String: `_xmpp-client.acme.test`.
    pub fn service_name(self, name: &str) -> Self {
        self.name("otherName", format!("{SERVICE_NAME};IA5STRING:{name}"))
    }

    /// keyUsage in openssl's words; none leaves the extension out.
    pub fn key_usage(mut self, bits: &str) -> Self {
        self.key_usage = bits.into();
        self
    }

    /// extKeyUsage in openssl's words; none leaves the extension out.
    pub fn extended_key_usage(mut self, purposes: &str) -> Self {
        self.extended_key_usage = purposes.into();
        self
    }

    /// Adds a CRL distribution point.
    pub fn crl_url(mut self, url: &str) -> Self {
        self.crl_urls.push(url.into());
        self
    }

    /// The OCSP responder.
    pub fn ocsp_url(mut self, url: &str) -> Self {
        self.ocsp_url = Some(url.into());
        self
    }

    /// Valid from `from` to `to`, in days from now: `(-400, -35)` has expired.
    pub fn days(mut self, from: i64, to: i64) -> Self {
        (self.not_before, self.not_after) = (days_from_now(from), days_from_now(to));
        self
    }

    /// The validity as `openssl ca` takes it: start, end.
    pub(super) fn validity(&self) -> [String; 2] {
        let format = format_description!("[year][month][day][hour][minute][second]Z");
        [self.not_before, self.not_after].map(|moment| moment.format(format).unwrap())
    }

    /// The sections `extensions` and `names` of an openssl configuration file.
    pub(super) fn extensions(&self) -> String {
        let mut text = String::from("[extensions]\nsubjectKeyIdentifier = hash\n");
        let names = if self.names.is_empty() { "" } else { "@names" };
        let crls: Vec<_> = self
            .crl_urls
            .iter()
            .map(|url| format!("URI:{url}"))
            .collect();
        let ocsp = self
            .ocsp_url
            .as_ref()
            .map_or(String::new(), |url| format!("OCSP;URI:{url}"));
        for (extension, value) in [
            ("basicConstraints", self.basic_constraints),
            ("keyUsage", &self.key_usage),
            ("extendedKeyUsage", &self.extended_key_usage),
            ("crlDistributionPoints", &crls.join(",")),
            ("authorityInfoAccess", &ocsp),
            ("subjectAltName", names),
        ] {
            if !value.is_empty() {
                writeln!(text, "{extension} = {value}").unwrap();
            }
        }
        text + &self.names_section()
    }

    fn names_section(&self) -> String {
        let mut text = String::from("[names]\n");
        for (index, (kind, value)) in self.names.iter().enumerate() {
            writeln!(text, "{kind}.{index} = {value}").unwrap();
        }
        text
    }

    fn name(mut self, kind: &'static str, value: String) -> Self {
        self.names.push((kind, value));
        self
    }
}

fn days_from_now(days: i64) -> OffsetDateTime {
    OffsetDateTime::now_utc() + Duration::days(days)
}

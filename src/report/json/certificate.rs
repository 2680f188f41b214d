//! Certificates by their digest.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::estate::Estate;
use crate::certificate::container::pem;
use crate::certificate::{Certificate, KeyUsage, Malformed, OtherName, Parsed};
use crate::text::escape;

/// A presented certificate. Of one that cannot be decoded only `malformed` and `pem` say something.
#[derive(Serialize, JsonSchema, Default)]
pub(super) struct Certificate1 {
    /// Its subject (RFC 4514).
    subject: String,
    /// The subject of who signed it (RFC 4514).
    issuer: String,
    /// Serial number, hexadecimal.
    serial: String,
    /// RFC 3339 UTC.
    not_before: String,
    /// RFC 3339 UTC.
    not_after: String,
    /// "RSA 2048", "EC P-256"...
    key: String,
    /// The signature algorithm: "sha256WithRSAEncryption"...
    signature: String,
    /// dNSName of its subjectAltName.
    dns_names: Vec<String>,
    /// xmppAddr of its subjectAltName.
    xmpp_addresses: Vec<String>,
    /// SRVName of its subjectAltName.
    srv_names: Vec<String>,
    /// iPAddress of its subjectAltName.
    ip_addresses: Vec<String>,
    /// RFC 5280 names of its keyUsage bits; empty when it has no such extension.
    key_usage: Vec<&'static str>,
    /// RFC 5280 names, or object identifiers, of its purposes; empty when it has no such extension.
    extended_key_usage: Vec<String>,
    /// Where its CRLs are to be had.
    crl_urls: Vec<String>,
    /// Where to ask about it by OCSP.
    ocsp_urls: Vec<String>,
    /// Signed with its own key.
    self_signed: bool,
    /// Why it could not be decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<String>,
    /// The bytes as sent, as PEM.
    pem: String,
}

/// Every certificate of an estate, by its SHA-256.
pub(super) fn all<'a>(
    estate: &'a Estate<'_>,
) -> impl Iterator<Item = (String, Certificate1)> + use<'a> {
    let certificates = estate.certificates.iter();
    certificates.map(|(digest, parsed)| (digest.to_string(), Certificate1::of(parsed)))
}

impl Certificate1 {
    fn of(parsed: &Parsed) -> Self {
        match parsed {
            Ok(certificate) => Self::decoded(certificate),
            Err(malformed) => Self::undecodable(malformed),
        }
    }

    fn decoded(certificate: &Certificate) -> Self {
        let alternative = certificate.alternative_name.as_ref();
        let purposes = certificate.extended_key_usage.as_ref();
        Self {
            subject: escape(&certificate.subject.text).into_owned(),
            issuer: escape(&certificate.issuer.text).into_owned(),
            serial: certificate.serial.clone(),
            not_before: certificate.not_before.to_string(),
            not_after: certificate.not_after.to_string(),
            key: certificate.public_key.to_string(),
            signature: certificate.signature.to_string(),
            dns_names: escaped(certificate.dns_names()),
            xmpp_addresses: values(certificate.xmpp_addresses()),
            srv_names: values(certificate.srv_names()),
            ip_addresses: alternative.map_or_else(Vec::new, |names| {
                names.ip.iter().map(ToString::to_string).collect()
            }),
            key_usage: certificate.key_usage.map_or_else(Vec::new, KeyUsage::names),
            extended_key_usage: purposes.map_or_else(Vec::new, |usage| {
                usage.names().into_iter().map(str::to_owned).collect()
            }),
            crl_urls: escaped(&certificate.crl_urls),
            ocsp_urls: escaped(&certificate.ocsp_urls),
            self_signed: certificate.self_signed,
            malformed: None,
            pem: pem(&certificate.der),
        }
    }

    fn undecodable(malformed: &Malformed) -> Self {
        let skimmed = malformed.skimmed.as_deref();
        let text = |field: Option<&String>| {
            field
                .map(|text| escape(text).into_owned())
                .unwrap_or_default()
        };
        Self {
            subject: text(skimmed.and_then(|facts| facts.subject.as_ref())),
            issuer: text(skimmed.and_then(|facts| facts.issuer.as_ref())),
            malformed: Some(escape(&malformed.reason).into_owned()),
            pem: pem(&malformed.der),
            ..Self::default()
        }
    }
}

fn escaped(names: &[String]) -> Vec<String> {
    names.iter().map(|name| escape(name).into_owned()).collect()
}

fn values(names: &[OtherName]) -> Vec<String> {
    names
        .iter()
        .map(|name| escape(&name.value).into_owned())
        .collect()
}

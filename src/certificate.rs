//! A certificate, decoded once into owned facts. Total: no input panics, and what cannot be decoded is said, not hidden.

mod algorithm;
mod alternative_name;
pub mod container;
mod content;
mod decode;
pub mod der;
mod digest;
mod extensions;
mod general_name;
pub mod issue;
mod key;
mod name_constraints;
mod names;
mod parts;
mod pem;
mod request;
mod self_signed;
pub mod signature;
mod skim;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod text;
mod times;
mod usage;

use std::sync::Arc;

use bytes::Bytes;

pub use algorithm::{SignatureAlgorithm, SignatureHash};
pub use decode::Decoder;
pub use digest::Digest;
pub use general_name::GeneralName;
pub use key::{Curve, PublicKey, is_same_key};
pub use name_constraints::NameConstraints;
pub use names::{
    DistinguishedName, OtherName, RelativeName, SRV_NAME_OID, SubjectAlternativeName, XMPP_ADDR_OID,
};
pub use request::{SigningRequest, TextField};
pub use skim::Skimmed;
pub use times::{LONGEST_WARNING, Time, TimeFormat, warning_window};
pub use usage::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

/// What a certificate says (RFC 5280, section 4.1), decoded from DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of the DER bytes: the certificate's name everywhere in this program.
    pub digest: Digest,
    /// The bytes as they were sent.
    pub der: Bytes,
    /// X.509 version as people count: 1, 2 or 3.
    pub version: u32,
    /// Serial number, lower-case hex, two digits a byte, as encoded.
    pub serial: String,
    /// Whom it is issued to.
    pub subject: DistinguishedName,
    /// Who issued it.
    pub issuer: Arc<DistinguishedName>,
    /// Start of validity.
    pub not_before: Time,
    /// End of validity, inclusive.
    pub not_after: Time,
    /// The subject's public key.
    pub public_key: PublicKey,
    /// The SubjectPublicKeyInfo as DER, for comparing keys.
    pub spki: Bytes,
    /// The algorithm that the issuer signed with.
    pub signature: SignatureAlgorithm,
    /// subjectAltName; `None` when the extension is absent.
    pub alternative_name: Option<SubjectAlternativeName>,
    /// keyUsage; `None` when the extension is absent.
    pub key_usage: Option<KeyUsage>,
    /// extKeyUsage; `None` when the extension is absent.
    pub extended_key_usage: Option<ExtendedKeyUsage>,
    /// basicConstraints; `None` when the extension is absent.
    pub basic_constraints: Option<BasicConstraints>,
    /// subjectKeyIdentifier.
    pub subject_key_identifier: Option<Bytes>,
    /// keyIdentifier of authorityKeyIdentifier.
    pub authority_key_identifier: Option<Bytes>,
    /// authorityCertIssuer and authorityCertSerialNumber of authorityKeyIdentifier; `None` when neither is there.
    pub authority_certificate: Option<Box<AuthorityCertificate>>,
    /// nameConstraints, or what is wrong with them; `None` when the extension is absent.
    pub name_constraints: Option<Box<Result<NameConstraints, String>>>,
    /// URLs of cRLDistributionPoints, any scheme, in order.
    pub crl_urls: Vec<String>,
    /// URLs of id-ad-ocsp in authorityInfoAccess, any scheme, in order.
    pub ocsp_urls: Vec<String>,
    /// URLs of id-ad-caIssuers in authorityInfoAccess, any scheme, in order.
    pub issuer_urls: Vec<String>,
    /// Dotted OIDs of critical extensions that clients do not act upon, and so must refuse (RFC 5280, section 4.2).
    pub unknown_critical_extensions: Vec<String>,
    /// Extensions that are there but could not be decoded: dotted OID and what is wrong.
    pub broken_extensions: Vec<(String, String)>,
    /// Subject equals issuer and the signature verifies with the certificate's own key (or cannot be checked, but the
    /// key identifiers agree).
    pub self_signed: bool,
}

/// The subject's Name (DER) of a certificate whose frame can be cut, without decoding the rest.
pub fn subject_of(der: &[u8]) -> Option<&[u8]> {
    parts::split(der).ok().map(|parts| parts.subject.raw)
}

/// By which certificate an authorityKeyIdentifier names the issuer's key, besides the key's identifier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthorityCertificate {
    /// Who issued the issuer's certificate: a Name as DER.
    pub issuer: Option<Bytes>,
    /// The serial number of the issuer's certificate, as `Certificate::serial`.
    pub serial: Option<String>,
}

/// Bytes that are no certificate, or one that cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Malformed {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// The bytes as they were sent.
    pub der: Bytes,
    /// What is wrong, in words.
    pub reason: String,
    /// What a lenient reading still found, when it found anything.
    pub skimmed: Option<Box<Skimmed>>,
}

/// A certificate, or the bytes that should have been one; shared by all who look at it.
pub type Parsed = Result<Arc<Certificate>, Arc<Malformed>>;

impl Certificate {
    /// Decodes one DER certificate. Trailing bytes are a fault.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        Decoder::default().decode(&Bytes::copy_from_slice(der))
    }

    /// dNSNames of subjectAltName, as written.
    pub fn dns_names(&self) -> &[String] {
        self.alternative_name
            .as_ref()
            .map_or(&[], |names| &names.dns)
    }

    /// xmppAddr otherNames (id-on-xmppAddr, RFC 6120 section 13.7.1.4).
    pub fn xmpp_addresses(&self) -> &[OtherName] {
        self.alternative_name
            .as_ref()
            .map_or(&[], |names| &names.xmpp_addresses)
    }

    /// SRVName otherNames (id-on-dnsSRV, RFC 4985).
    pub fn srv_names(&self) -> &[OtherName] {
        self.alternative_name
            .as_ref()
            .map_or(&[], |names| &names.srv_names)
    }

    /// The CN that programs take which read only one: the last, most specific one (RFC 6125, section 6.4.4).
    pub fn common_name(&self) -> Option<&str> {
        self.subject.common_names.last().map(String::as_str)
    }

    /// Whether basicConstraints says that this is a CA.
    pub fn is_ca(&self) -> bool {
        self.basic_constraints
            .is_some_and(|constraints| constraints.ca)
    }

    /// Length of validity in seconds, counted as RFC 5280 does: both ends included.
    pub fn lifetime(&self) -> i64 {
        self.not_after.unix - self.not_before.unix + 1
    }
}

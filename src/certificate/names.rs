//! Names in a certificate: distinguished names and subjectAltName.

use std::net::IpAddr;

/// id-on-xmppAddr (RFC 6120, section 13.7.1.4): a UTF8String.
pub const XMPP_ADDR_OID: &str = "1.3.6.1.5.5.7.8.5";
/// id-on-dnsSRV (RFC 4985): an IA5String.
pub const SRV_NAME_OID: &str = "1.3.6.1.5.5.7.8.7";

/// An X.501 name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DistinguishedName {
    /// The Name as DER, for comparing.
    pub der: Vec<u8>,
    /// For people, most general part last ("CN=a, O=b, C=c"); raw text of the attributes: escape before showing.
    pub text: String,
    /// Every CN, in order of appearance.
    pub common_names: Vec<String>,
}

/// An otherName whose value is a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherName {
    /// The string.
    pub value: String,
    /// The universal tag that it was encoded with: 12 is UTF8String, 22 IA5String.
    pub tag: u32,
}

/// subjectAltName (RFC 5280, section 4.2.1.6), each kind in order of appearance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubjectAlternativeName {
    /// dNSName.
    pub dns: Vec<String>,
    /// iPAddress.
    pub ip: Vec<IpAddr>,
    /// otherName id-on-xmppAddr.
    pub xmpp_addresses: Vec<OtherName>,
    /// otherName id-on-dnsSRV.
    pub srv_names: Vec<OtherName>,
    /// uniformResourceIdentifier.
    pub uris: Vec<String>,
    /// rfc822Name.
    pub emails: Vec<String>,
    /// What is there but could not be read, in words.
    pub broken: Vec<String>,
}

//! Names in a certificate: distinguished names and subjectAltName.

use std::net::IpAddr;

use bytes::Bytes;

use super::der::{Element, OBJECT_IDENTIFIER, SEQUENCE, SET, dotted};
use super::text;

const COMMON_NAME: &str = "2.5.4.3";
/// emailAddress of PKCS#9, as old CAs put it into the subject.
pub(super) const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

/// id-on-xmppAddr (RFC 6120, section 13.7.1.4): a UTF8String.
pub const XMPP_ADDR_OID: &str = "1.3.6.1.5.5.7.8.5";
/// id-on-dnsSRV (RFC 4985): an IA5String.
pub const SRV_NAME_OID: &str = "1.3.6.1.5.5.7.8.7";

/// An X.501 name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DistinguishedName {
    /// The Name as DER, for comparing.
    pub der: Bytes,
    /// For people, most general part last ("CN=a, O=b, C=c"); raw text of the attributes: escape before showing.
    pub text: String,
    /// Every CN, in order of appearance.
    pub common_names: Vec<String>,
}

impl DistinguishedName {
    /// Reads a Name from DER; `None` when it is not one.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        Self::read(Bytes::copy_from_slice(der))
    }

    /// The same, sharing the bytes.
    pub(super) fn read(der: Bytes) -> Option<Self> {
        let sequence = Element::only(&der)?.tagged(SEQUENCE)?;
        let sets = sequence
            .children()?
            .into_iter()
            .map(attributes)
            .collect::<Option<Vec<_>>>()?;
        let common_names = sets
            .iter()
            .flatten()
            .filter(|attribute| attribute.oid == COMMON_NAME);
        let common_names = common_names.map(|attribute| attribute.value.clone());
        Some(Self {
            common_names: common_names.collect::<Box<[_]>>().into_vec(),
            text: most_specific_first(&sets),
            der,
        })
    }

    /// Every attribute in order of appearance: its short name ("O") or dotted OID, and its text.
    pub fn attributes(&self) -> Vec<(String, String)> {
        let sets = Element::only(&self.der).and_then(|name| name.children());
        let all = sets.into_iter().flatten().filter_map(attributes).flatten();
        all.map(|one| (short_name(&one.oid).to_owned(), one.value))
            .collect()
    }

    /// The text of as many attributes of a damaged Name as can be read.
    pub(super) fn salvaged(contents: &[u8]) -> String {
        let sets: Vec<_> = super::der::elements(contents)
            .filter_map(attributes)
            .collect();
        most_specific_first(&sets)
    }
}

/// A RelativeDistinguishedName for comparing (RFC 5280, section 7.1): attributes by dotted OID, their values without
/// regard to case, spaces and string type, in a fixed order.
pub type RelativeName = Vec<(String, String)>;

/// The parts of a Name (DER) from the most general one, for comparing; `None` when it is not one.
pub(super) fn relative_names(der: &[u8]) -> Option<Vec<RelativeName>> {
    let sets = Element::only(der)?.tagged(SEQUENCE)?.children()?;
    let comparable = |attribute: Attribute| {
        let words: Vec<&str> = attribute.value.split_whitespace().collect();
        (attribute.oid, words.join(" ").to_lowercase())
    };
    let relative_name = |set: Element<'_>| {
        let mut name: RelativeName = attributes(set)?.into_iter().map(comparable).collect();
        name.sort();
        Some(name)
    };
    sets.into_iter().map(relative_name).collect()
}

struct Attribute {
    oid: String,
    value: String,
}

/// The attributes of one RelativeDistinguishedName.
fn attributes(set: Element<'_>) -> Option<Vec<Attribute>> {
    set.tagged(SET)?
        .children()?
        .into_iter()
        .map(attribute)
        .collect()
}

fn attribute(pair: Element<'_>) -> Option<Attribute> {
    match pair.tagged(SEQUENCE)?.children()?.as_slice() {
        [kind, value] if kind.tag == OBJECT_IDENTIFIER => Some(Attribute {
            oid: dotted(kind.value),
            value: text::decode(value),
        }),
        _ => None,
    }
}

fn most_specific_first(sets: &[Vec<Attribute>]) -> String {
    let parts: Vec<String> = sets.iter().rev().map(|set| joined(set)).collect();
    parts.join(", ")
}

fn joined(set: &[Attribute]) -> String {
    let pairs: Vec<String> = set.iter().map(pair).collect();
    pairs.join("+")
}

fn pair(attribute: &Attribute) -> String {
    let mut text = format!("{}=", short_name(&attribute.oid));
    for character in attribute.value.chars() {
        if matches!(character, ',' | '+' | '"' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

fn short_name(oid: &str) -> &str {
    match oid {
        COMMON_NAME => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        EMAIL_ADDRESS => "emailAddress",
        other => other,
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::tests::builder::{attribute, name};
    use super::*;

    #[test]
    fn a_name_reads_most_specific_first() {
        let der = name(&[
            &[attribute(6, 0x13, b"CZ")],
            &[attribute(10, 0x0c, b"a, b+c")],
            &[attribute(3, 0x0c, b"x")],
        ]);
        let name = DistinguishedName::from_der(&der).unwrap();
        assert_eq!(name.text, r"CN=x, O=a\, b\+c, C=CZ");
        assert_eq!(name.common_names, ["x"]);
        assert_eq!(name.der, der);
    }

    #[test]
    fn several_common_names_keep_their_order() {
        let der = name(&[
            &[attribute(3, 0x0c, b"first"), attribute(11, 0x0c, b"u")],
            &[attribute(3, 0x1e, b"\0z")],
        ]);
        let name = DistinguishedName::from_der(&der).unwrap();
        assert_eq!(name.text, "CN=z, CN=first+OU=u");
        assert_eq!(name.common_names, ["first", "z"]);
    }

    #[test]
    fn an_unknown_attribute_shows_its_oid_and_control_characters_stay() {
        let name =
            DistinguishedName::from_der(&name(&[&[attribute(99, 0x0c, b"\x1b\n\"\\")]])).unwrap();
        assert_eq!(name.text, "2.5.4.99=\u{1b}\n\\\"\\\\");
    }

    #[test]
    fn an_empty_name_is_a_name_and_rubbish_is_not() {
        assert_eq!(DistinguishedName::from_der(b"\x30\x00").unwrap().text, "");
        assert_eq!(DistinguishedName::from_der(b"\x30\x02\x05\x00"), None);
        assert_eq!(DistinguishedName::from_der(b""), None);
    }
}

//! Names as name constraints see them: those of subjectAltName, the subject itself, and what clients read as a host in
//! its CN.

use std::fmt;

use super::alternative_name::address;
use super::der::{Element, OBJECT_IDENTIFIER, SEQUENCE, dotted, hex};
use super::extensions::{self, SUBJECT_ALTERNATIVE_NAME};
use super::names::{self, EMAIL_ADDRESS, RelativeName};
use super::{Certificate, parts};

/// A GeneralName (RFC 5280, section 4.2.1.6): a name of a certificate, or what a CA is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GeneralName {
    /// dNSName.
    Dns(String),
    /// rfc822Name.
    Email(String),
    /// uniformResourceIdentifier.
    Uri(String),
    /// iPAddress: an address, or in a constraint an address and its mask.
    Ip(Vec<u8>),
    /// directoryName, from the most general part.
    Directory(Vec<RelativeName>),
    /// otherName: its dotted OID. What the value means is its definer's business.
    Other(String),
    /// Any other kind, and what cannot be decoded: its tag.
    Unknown(u8),
}

impl GeneralName {
    /// Reads one; total.
    pub(super) fn of(element: &Element<'_>) -> Self {
        let text = || String::from_utf8_lossy(element.value).into_owned();
        match element.tag {
            0x81 => Self::Email(text()),
            0x82 => Self::Dns(text()),
            0x86 => Self::Uri(text()),
            0x87 => Self::Ip(element.value.to_vec()),
            0xa4 => names::relative_names(element.value)
                .map_or(Self::Unknown(element.tag), Self::Directory),
            0xa0 => other_name(element.value).map_or(Self::Unknown(element.tag), Self::Other),
            tag => Self::Unknown(tag),
        }
    }

    /// Whether constraints of `self`'s kind speak about `other`.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other(own), Self::Other(others)) => own == others,
            (Self::Unknown(own), Self::Unknown(others)) => own == others,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// For people; names of certificates: escape before showing.
impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => f.write_str(text),
            Self::Ip(bytes) => match address(bytes) {
                Some(address) => write!(f, "IP {address}"),
                None => write!(f, "IP {}", hex(bytes)),
            },
            Self::Directory(parts) => {
                let values = parts.iter().flatten().map(|(_, value)| value.as_str());
                let values: Vec<&str> = values.collect();
                write!(f, "directoryName {}", values.join(", "))
            }
            Self::Other(oid) => write!(f, "otherName {oid}"),
            Self::Unknown(tag) => write!(f, "a name with the tag 0x{tag:02x}"),
        }
    }
}

impl Certificate {
    /// Every name that its issuers' name constraints are about: the subject and its e-mail addresses, subjectAltName,
    /// and where that holds no host, the hosts in the CN of a leaf (no RFC asks for it; OpenSSL does it, as clients read
    /// the CN too).
    pub fn constrained_names(&self, is_leaf: bool) -> Vec<GeneralName> {
        let subject = names::relative_names(&self.subject.der).unwrap_or_default();
        let emails = subject.iter().flatten();
        let mut all: Vec<GeneralName> = emails
            .filter(|(oid, _)| oid == EMAIL_ADDRESS)
            .map(|(_, address)| GeneralName::Email(address.clone()))
            .collect();
        if !subject.is_empty() {
            all.push(GeneralName::Directory(subject));
        }
        all.extend(self.alternative_names());
        if is_leaf && !all.iter().any(|name| matches!(name, GeneralName::Dns(_))) {
            let hosts = self.subject.common_names.iter();
            let hosts = hosts.filter(|name| is_host(name)).cloned();
            all.extend(hosts.map(GeneralName::Dns));
        }
        all
    }

    fn alternative_names(&self) -> Vec<GeneralName> {
        let Ok(parts) = parts::split(&self.der) else {
            return Vec::new();
        };
        let lists = parts
            .extensions
            .iter()
            .filter(|extension| extensions::identifier(extension) == SUBJECT_ALTERNATIVE_NAME)
            .filter_map(extensions::contents)
            .filter_map(|value| Element::only(value)?.tagged(SEQUENCE));
        let names = lists.flat_map(|list| super::der::elements(list.value));
        names.map(|name| GeneralName::of(&name)).collect()
    }
}

fn other_name(contents: &[u8]) -> Option<String> {
    let (kind, _) = Element::split(contents)?;
    Some(dotted(kind.tagged(OBJECT_IDENTIFIER)?.value))
}

/// A fully qualified host, and no person or product.
fn is_host(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*');
    name.contains('.') && name.chars().all(fits) && name.parse::<std::net::IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::super::der::encode;
    use super::super::tests::fixture;
    use super::*;

    #[test]
    fn every_name_of_a_leaf_of_openssl() {
        let names = fixture("leaf").constrained_names(true);
        assert!(matches!(&names[0], GeneralName::Directory(parts) if !parts.is_empty()));
        for wanted in [
            GeneralName::Dns("*.example.com".to_owned()),
            GeneralName::Email("a@example.com".to_owned()),
            GeneralName::Uri("sip:cup.example.com".to_owned()),
            GeneralName::Ip(vec![192, 0, 2, 1]),
            GeneralName::Other("1.3.6.1.5.5.7.8.5".to_owned()),
        ] {
            assert!(names.contains(&wanted), "{wanted:?} in {names:?}");
        }
    }

    #[test]
    fn a_host_in_the_cn_counts_where_there_is_no_other_and_in_leaves_only() {
        let mut certificate = fixture("ca-p384");
        certificate.subject.common_names = vec!["imp1.acme.test".into(), "ACME CA".into()];
        let hosts = |is_leaf| {
            let names = certificate.constrained_names(is_leaf);
            names
                .iter()
                .filter(|name| matches!(name, GeneralName::Dns(_)))
                .count()
        };
        assert_eq!((hosts(true), hosts(false)), (1, 0));
    }

    #[test]
    fn what_cannot_be_decoded_keeps_its_tag() {
        let broken = encode(0xa4, &[b"\x05\x00"]);
        let element = Element::only(&broken).map(|element| GeneralName::of(&element));
        assert_eq!(element, Some(GeneralName::Unknown(0xa4)));
    }
}

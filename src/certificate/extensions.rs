//! The extensions of a certificate, one by one: a broken one does not hide the others.

use std::collections::HashSet;

use bytes::Bytes;

use x509_parser::extensions::{
    AuthorityKeyIdentifier, DistributionPointName, GeneralName, ParsedExtension, X509Extension,
};
use x509_parser::prelude::FromDer;

use super::der::{Element, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, dotted, hex};
use super::{
    AuthorityCertificate, BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints,
    SubjectAlternativeName, alternative_name,
};

pub(super) const SUBJECT_ALTERNATIVE_NAME: &str = "2.5.29.17";
const ACCESS_OCSP: &str = "1.3.6.1.5.5.7.48.1";
const ACCESS_CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

const NAME_CONSTRAINTS: &str = "2.5.29.30";

/// Extensions that clients act upon, and so may be critical: keyUsage, subjectAltName, basicConstraints, nameConstraints,
/// cRLDistributionPoints, certificatePolicies, policyMappings, policyConstraints, extKeyUsage, inhibitAnyPolicy, Netscape's
/// certificate type. RFC 5280 (section 4.2) names others, but they must not be critical, and OpenSSL, BoringSSL (Android)
/// and webpki refuse them then: the key identifiers, authorityInfoAccess, freshestCRL, subjectDirectoryAttributes.
const PROCESSED: [&str; 11] = [
    "2.5.29.15",
    SUBJECT_ALTERNATIVE_NAME,
    "2.5.29.19",
    NAME_CONSTRAINTS,
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.36",
    "2.5.29.37",
    "2.5.29.54",
    "2.16.840.1.113730.1.1",
];

/// What the extensions say; fields as in `Certificate`.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) alternative_name: Option<SubjectAlternativeName>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) extended_key_usage: Option<ExtendedKeyUsage>,
    pub(super) basic_constraints: Option<BasicConstraints>,
    pub(super) subject_key_identifier: Option<Bytes>,
    pub(super) authority_key_identifier: Option<Bytes>,
    pub(super) authority_certificate: Option<Box<AuthorityCertificate>>,
    pub(super) name_constraints: Option<Box<Result<NameConstraints, String>>>,
    pub(super) crl_urls: Vec<String>,
    pub(super) ocsp_urls: Vec<String>,
    pub(super) issuer_urls: Vec<String>,
    pub(super) unknown_critical: Vec<String>,
    pub(super) broken: Vec<(String, String)>,
}

impl Extensions {
    /// Reads them all, which are parts of `der`. Of an extension that is there twice the first counts; names of a second subjectAltName are added.
    pub(super) fn read(der: &Bytes, list: &[Element<'_>]) -> Self {
        let mut extensions = Self::default();
        let mut seen = HashSet::new();
        for element in list {
            let oid = identifier(element);
            let repeated = !seen.insert(oid.clone());
            match X509Extension::from_der(element.raw) {
                Ok((_, extension)) => extensions.take(der, &oid, &extension, repeated),
                Err(_) => extensions.note(&oid, "not an Extension: OID, critical, OCTET STRING"),
            }
        }
        extensions.shrink();
        extensions
    }

    /// Lists grow with room to spare, which is much where there are many certificates.
    fn shrink(&mut self) {
        let urls = [
            &mut self.crl_urls,
            &mut self.ocsp_urls,
            &mut self.issuer_urls,
        ];
        urls.into_iter().for_each(Vec::shrink_to_fit);
        if let Some(names) = &mut self.alternative_name {
            names.dns.shrink_to_fit();
        }
        if let Some(ExtendedKeyUsage(purposes)) = &mut self.extended_key_usage {
            purposes.shrink_to_fit();
        }
    }

    fn take(&mut self, der: &Bytes, oid: &str, extension: &X509Extension<'_>, repeated: bool) {
        if repeated {
            self.note(oid, "there more than once");
        }
        if extension.critical && !PROCESSED.contains(&oid) {
            self.unknown_critical.push(oid.to_owned());
        }
        if oid == SUBJECT_ALTERNATIVE_NAME {
            self.take_alternative_name(extension.value);
        } else if oid == NAME_CONSTRAINTS && !repeated {
            let constraints = NameConstraints::from_der(extension.value);
            self.name_constraints = Some(Box::new(constraints));
        } else if !repeated {
            self.take_parsed(der, oid, extension);
        }
    }

    fn take_alternative_name(&mut self, value: &[u8]) {
        match Element::only(value).and_then(|list| list.tagged(SEQUENCE)) {
            Some(list) => {
                let names = self.alternative_name.get_or_insert_default();
                if !alternative_name::add(names, list.value) {
                    self.note(SUBJECT_ALTERNATIVE_NAME, "ends in the middle of a name");
                }
            }
            None => self.note(SUBJECT_ALTERNATIVE_NAME, "not a SEQUENCE of names"),
        }
    }

    fn take_parsed(&mut self, der: &Bytes, oid: &str, extension: &X509Extension<'_>) {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(KeyUsage(usage.flags & 0x1ff));
            }
            ParsedExtension::BasicConstraints(constraints) => {
                let path_length = constraints.path_len_constraint;
                self.basic_constraints = Some(BasicConstraints {
                    ca: constraints.ca,
                    path_length,
                });
            }
            ParsedExtension::ExtendedKeyUsage(_) => self.take_purposes(oid, extension.value),
            ParsedExtension::SubjectKeyIdentifier(key) => {
                self.subject_key_identifier = Some(der.slice_ref(key.0));
            }
            ParsedExtension::AuthorityKeyIdentifier(authority) => {
                let key = authority.key_identifier.as_ref();
                self.authority_key_identifier = key.map(|key| der.slice_ref(key.0));
                self.authority_certificate = authority_certificate(der, authority);
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                let names = points
                    .iter()
                    .filter_map(|point| point.distribution_point.as_ref());
                self.crl_urls.extend(names.flat_map(full_name_urls));
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                self.ocsp_urls.extend(access_urls(access, ACCESS_OCSP));
                self.issuer_urls
                    .extend(access_urls(access, ACCESS_CA_ISSUERS));
            }
            ParsedExtension::ParseError { .. } => self.note(oid, "its value cannot be decoded"),
            _ => {}
        }
    }

    /// x509-parser sorts the purposes into flags and forgets their order, so they are read once more.
    fn take_purposes(&mut self, oid: &str, value: &[u8]) {
        let purposes = Element::only(value).and_then(|list| list.children());
        match purposes {
            Some(purposes)
                if purposes
                    .iter()
                    .all(|purpose| purpose.tag == OBJECT_IDENTIFIER) =>
            {
                let oids = purposes.iter().map(|purpose| dotted(purpose.value));
                self.extended_key_usage = Some(ExtendedKeyUsage(oids.collect()));
            }
            _ => self.note(oid, "its value cannot be decoded"),
        }
    }

    fn note(&mut self, oid: &str, reason: &str) {
        self.broken.push((oid.to_owned(), reason.to_owned()));
    }
}

/// The dotted OID that an Extension begins with, or "?".
pub(super) fn identifier(extension: &Element<'_>) -> String {
    let first = Element::split(extension.value).map(|(first, _)| first);
    first
        .and_then(|first| first.tagged(OBJECT_IDENTIFIER))
        .map_or_else(|| "?".to_owned(), |oid| dotted(oid.value))
}

/// What the OCTET STRING of an Extension holds.
pub(super) fn contents<'a>(extension: &Element<'a>) -> Option<&'a [u8]> {
    let last = extension.children()?.pop()?;
    Some(last.tagged(OCTET_STRING)?.value)
}

fn authority_certificate(
    der: &Bytes,
    authority: &AuthorityKeyIdentifier<'_>,
) -> Option<Box<AuthorityCertificate>> {
    let mut issuers = authority.authority_cert_issuer.iter().flatten();
    let issuer = issuers.find_map(directory_name);
    let certificate = AuthorityCertificate {
        issuer: issuer.map(|name| der.slice_ref(name)),
        serial: authority.authority_cert_serial.map(hex),
    };
    (certificate != AuthorityCertificate::default()).then(|| Box::new(certificate))
}

fn directory_name<'n>(name: &'n GeneralName<'_>) -> Option<&'n [u8]> {
    match name {
        GeneralName::DirectoryName(name) => Some(name.as_raw()),
        _ => None,
    }
}

fn full_name_urls(name: &DistributionPointName<'_>) -> Vec<String> {
    match name {
        DistributionPointName::FullName(names) => names.iter().filter_map(url).collect(),
        DistributionPointName::NameRelativeToCRLIssuer(_) => Vec::new(),
    }
}

fn access_urls(
    access: &x509_parser::extensions::AuthorityInfoAccess<'_>,
    method: &str,
) -> Vec<String> {
    let chosen = access
        .iter()
        .filter(|one| one.access_method.to_id_string() == method);
    chosen.filter_map(|one| url(&one.access_location)).collect()
}

fn url(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(url) => Some((*url).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Certificate;
    use super::super::der::encode;
    use super::super::tests::builder::{Builder, extension};
    use super::super::tests::fixture;
    use super::*;

    fn decode(builder: &Builder) -> Certificate {
        Certificate::from_der(&builder.build()).unwrap()
    }

    /// Extensions by the last number of their OID, 2.5.29.x, and the value.
    fn with(extensions: &[(u8, Vec<u8>)]) -> Builder {
        let list = extensions
            .iter()
            .map(|(kind, value)| extension(&[0x55, 0x1d, *kind], false, value));
        Builder {
            extensions: list.collect(),
            ..Builder::default()
        }
    }

    #[test]
    fn the_extensions_of_a_leaf() {
        let leaf = fixture("leaf");
        let signing = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
        assert_eq!(leaf.key_usage, Some(signing.with(KeyUsage::KEY_AGREEMENT)));
        let purposes = leaf.extended_key_usage.unwrap();
        assert_eq!(
            purposes.names(),
            ["clientAuth", "serverAuth", "1.2.3.4", "ipsecEndSystem"]
        );
        assert_eq!(
            leaf.crl_urls,
            ["http://ca.example.com/a.crl", "ldap://ca.example.com/b"]
        );
        assert_eq!(leaf.ocsp_urls, ["http://ca.example.com/ocsp"]);
        assert_eq!(leaf.issuer_urls, ["http://ca.example.com/ca.cer"]);
        assert_eq!(
            leaf.authority_key_identifier,
            fixture("ca-p384").subject_key_identifier
        );
        assert_eq!(leaf.unknown_critical_extensions, ["1.2.3.4.5"]);
        assert_eq!(leaf.broken_extensions, []);
    }

    #[test]
    fn a_ca_has_its_path_length() {
        let constraints = fixture("ca-p384").basic_constraints.unwrap();
        assert_eq!((constraints.ca, constraints.path_length), (true, Some(1)));
    }

    #[test]
    fn two_alternative_names_are_merged_and_noted() {
        let one = |dns: &[u8]| (17, encode(SEQUENCE, &[&encode(0x82, &[dns])]));
        let certificate = decode(&with(&[one(b"a.example"), one(b"b.example")]));
        assert_eq!(certificate.dns_names(), ["a.example", "b.example"]);
        assert_eq!(
            certificate.broken_extensions,
            [("2.5.29.17".to_owned(), "there more than once".to_owned())]
        );
    }

    #[test]
    fn a_broken_extension_does_not_hide_the_others() {
        let usage = (15, b"\x05\x00".to_vec());
        let names = (17, encode(SEQUENCE, &[&encode(0x82, &[b"a.example"])]));
        let mut builder = with(&[usage, names]);
        builder
            .extensions
            .insert(0, encode(SEQUENCE, &[b"\x05\x00"]));
        let certificate = decode(&builder);
        assert_eq!(certificate.key_usage, None);
        assert_eq!(certificate.dns_names(), ["a.example"]);
        let broken: Vec<&str> = certificate
            .broken_extensions
            .iter()
            .map(|(oid, _)| oid.as_str())
            .collect();
        assert_eq!(broken, ["?", "2.5.29.15"]);
    }

    #[test]
    fn critical_extensions_are_unknown_unless_clients_act_upon_them() {
        let points = extension(&[0x55, 0x1d, 31], true, &encode(SEQUENCE, &[]));
        let key = extension(&[0x55, 0x1d, 14], true, b"\x04\x01k");
        let private = extension(&[0x2a, 3, 4], true, b"\x05\x00");
        let tolerated = extension(&[0x2a, 3, 5], false, b"\x05\x00");
        let certificate = decode(&Builder {
            extensions: vec![points, key, private, tolerated],
            ..Builder::default()
        });
        assert_eq!(
            certificate.unknown_critical_extensions,
            ["2.5.29.14", "1.2.3.4"]
        );
    }
}

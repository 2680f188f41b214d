//! What goes into a certificate.

use std::net::IpAddr;

use rcgen::{
    CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, KeyUsagePurpose,
};
use time::OffsetDateTime;

use super::{Issued, Key, ec_key};
use crate::certificate::der::{self, encode};
use crate::certificate::{ExtendedKeyUsage, KeyUsage};

/// 1.3.6.1.5.5.7.8.5, the contents octets.
const XMPP_ADDR: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 5];
/// 1.3.6.1.5.5.7.8.7, the contents octets.
const SRV_NAME: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 7];
/// 1.3.6.1.5.5.7.48.1 (id-ad-ocsp), the contents octets.
const OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1];

/// What to put into a certificate.
#[derive(Debug, Clone)]
pub struct Order {
    /// CN; empty for none.
    pub common_name: String,
    /// O; empty for none.
    pub organization: String,
    /// dNSNames.
    pub dns: Vec<String>,
    /// iPAddresses.
    pub ip: Vec<IpAddr>,
    /// xmppAddr otherNames.
    pub xmpp_addresses: Vec<String>,
    /// SRVName otherNames.
    pub srv_names: Vec<String>,
    /// keyUsage; no extension when empty.
    pub key_usage: KeyUsage,
    /// extKeyUsage as dotted OIDs; no extension when empty.
    pub extended_key_usage: Vec<&'static str>,
    /// URL of the CRL.
    pub crl_url: Option<String>,
    /// URL of the OCSP responder.
    pub ocsp_url: Option<String>,
    /// Start of validity, unix seconds.
    pub not_before: i64,
    /// End of validity, unix seconds.
    pub not_after: i64,
    /// The key; a new P-256 key when there is none.
    pub key: Option<Key>,
}

impl Order {
    /// A server certificate for `host`, with the usages that Cisco's requests ask for and a CRL URL, valid from a month
    /// before `at` (unix seconds) for a year.
    pub fn server(host: &str, at: i64) -> Self {
        const DAY: i64 = 86_400;
        let usage = KeyUsage::DIGITAL_SIGNATURE
            .with(KeyUsage::KEY_ENCIPHERMENT)
            .with(KeyUsage::DATA_ENCIPHERMENT);
        Self {
            common_name: host.to_owned(),
            organization: "ACME".to_owned(),
            dns: vec![host.to_owned()],
            ip: Vec::new(),
            xmpp_addresses: Vec::new(),
            srv_names: Vec::new(),
            key_usage: usage,
            extended_key_usage: vec![ExtendedKeyUsage::SERVER_AUTH, ExtendedKeyUsage::CLIENT_AUTH],
            crl_url: Some("http://pki.acme.test/issuing.crl".to_owned()),
            ocsp_url: None,
            not_before: at - 30 * DAY,
            not_after: at + 335 * DAY,
            key: None,
        }
    }

    /// Signs it with its own key.
    pub fn self_signed(&self) -> Result<Issued, rcgen::Error> {
        let key = self.key()?;
        let der = self.params()?.self_signed(key.as_ref())?.der().to_vec();
        Ok(Issued { der, key })
    }

    /// A signing request for it: names and usages, without what only a CA says.
    pub fn request(&self) -> Result<Issued, rcgen::Error> {
        let key = self.key()?;
        let mut params = self.params()?;
        params.crl_distribution_points.clear();
        params.use_authority_key_identifier_extension = false;
        let der = params.serialize_request(key.as_ref())?.der().to_vec();
        Ok(Issued { der, key })
    }

    pub(super) fn key(&self) -> Result<Key, rcgen::Error> {
        self.key.clone().map_or_else(ec_key, Ok)
    }

    pub(super) fn params(&self) -> Result<CertificateParams, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = DistinguishedName::new();
        if !self.organization.is_empty() {
            params
                .distinguished_name
                .push(DnType::OrganizationName, self.organization.as_str());
        }
        if !self.common_name.is_empty() {
            params
                .distinguished_name
                .push(DnType::CommonName, self.common_name.as_str());
        }
        params.not_before = moment(self.not_before)?;
        params.not_after = moment(self.not_after)?;
        params.key_usages = key_usages(self.key_usage);
        params.extended_key_usages = self
            .extended_key_usage
            .iter()
            .map(|oid| purpose(oid))
            .collect();
        params.crl_distribution_points = self
            .crl_url
            .iter()
            .map(|url| CrlDistributionPoint {
                uris: vec![url.clone()],
            })
            .collect();
        params.custom_extensions.extend(self.alternative_name());
        params
            .custom_extensions
            .extend(self.authority_information());
        params.use_authority_key_identifier_extension = true;
        Ok(params)
    }

    /// subjectAltName by hand: rcgen cannot make an IA5String of an otherName.
    fn alternative_name(&self) -> Option<CustomExtension> {
        let mut names: Vec<Vec<u8>> = self
            .dns
            .iter()
            .map(|name| encode(0x82, &[name.as_bytes()]))
            .collect();
        names.extend(self.ip.iter().map(|address| match address {
            IpAddr::V4(address) => encode(0x87, &[&address.octets()]),
            IpAddr::V6(address) => encode(0x87, &[&address.octets()]),
        }));
        names.extend(
            self.xmpp_addresses
                .iter()
                .map(|name| other_name(XMPP_ADDR, der::UTF8_STRING, name)),
        );
        names.extend(
            self.srv_names
                .iter()
                .map(|name| other_name(SRV_NAME, der::IA5_STRING, name)),
        );
        let parts: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        let content = encode(der::SEQUENCE, &parts);
        (!names.is_empty()).then(|| CustomExtension::from_oid_content(&[2, 5, 29, 17], content))
    }

    fn authority_information(&self) -> Option<CustomExtension> {
        let url = self.ocsp_url.as_ref()?;
        let oid = encode(der::OBJECT_IDENTIFIER, &[OCSP]);
        let description = encode(der::SEQUENCE, &[&oid, &encode(0x86, &[url.as_bytes()])]);
        let content = encode(der::SEQUENCE, &[&description]);
        Some(CustomExtension::from_oid_content(
            &[1, 3, 6, 1, 5, 5, 7, 1, 1],
            content,
        ))
    }
}

pub(super) fn moment(unix: i64) -> Result<OffsetDateTime, rcgen::Error> {
    OffsetDateTime::from_unix_timestamp(unix).map_err(|_| rcgen::Error::Time)
}

fn other_name(oid: &[u8], tag: u8, value: &str) -> Vec<u8> {
    let oid = encode(der::OBJECT_IDENTIFIER, &[oid]);
    encode(
        0xa0,
        &[&oid, &encode(0xa0, &[&encode(tag, &[value.as_bytes()])])],
    )
}

fn key_usages(usage: KeyUsage) -> Vec<KeyUsagePurpose> {
    use KeyUsagePurpose as Purpose;
    let all = [
        (KeyUsage::DIGITAL_SIGNATURE, Purpose::DigitalSignature),
        (KeyUsage::NON_REPUDIATION, Purpose::ContentCommitment),
        (KeyUsage::KEY_ENCIPHERMENT, Purpose::KeyEncipherment),
        (KeyUsage::DATA_ENCIPHERMENT, Purpose::DataEncipherment),
        (KeyUsage::KEY_AGREEMENT, Purpose::KeyAgreement),
        (KeyUsage::KEY_CERT_SIGN, Purpose::KeyCertSign),
        (KeyUsage::CRL_SIGN, Purpose::CrlSign),
    ];
    all.into_iter()
        .filter(|(bit, _)| usage.contains(*bit))
        .map(|(_, purpose)| purpose)
        .collect()
}

fn purpose(oid: &str) -> ExtendedKeyUsagePurpose {
    match oid {
        ExtendedKeyUsage::SERVER_AUTH => ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsage::CLIENT_AUTH => ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedKeyUsage::ANY => ExtendedKeyUsagePurpose::Any,
        other => ExtendedKeyUsagePurpose::Other(
            other
                .split('.')
                .filter_map(|part| part.parse().ok())
                .collect(),
        ),
    }
}

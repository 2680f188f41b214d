//! Making certificates: for the demo's cluster and for tests. Nothing here judges.

use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, RsaKeySize,
};
use time::OffsetDateTime;

use super::der::{self, encode};
use super::{ExtendedKeyUsage, KeyUsage};

/// 1.3.6.1.5.5.7.8.5, the contents octets.
const XMPP_ADDR: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 5];
/// 1.3.6.1.5.5.7.8.7, the contents octets.
const SRV_NAME: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 7];
/// 1.3.6.1.5.5.7.48.1 (id-ad-ocsp), the contents octets.
const OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1];

/// A key pair that may be used for several certificates.
pub type Key = Arc<KeyPair>;

/// A certificate and what is needed to serve it.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The certificate.
    pub der: Vec<u8>,
    /// Its key.
    pub key: Key,
}

/// A CA.
pub struct Authority {
    params: CertificateParams,
    issued: Issued,
}

/// What to put into a certificate.
#[derive(Debug, Clone)]
pub struct Order {
    /// CN; empty for none.
    pub common_name: String,
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

/// A new RSA key of 2048 bits.
pub fn rsa_key() -> Result<Key, rcgen::Error> {
    KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).map(Arc::new)
}

/// A new P-256 key.
pub fn ec_key() -> Result<Key, rcgen::Error> {
    KeyPair::generate().map(Arc::new)
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

    fn key(&self) -> Result<Key, rcgen::Error> {
        self.key.clone().map_or_else(ec_key, Ok)
    }

    fn params(&self) -> Result<CertificateParams, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = DistinguishedName::new();
        if !self.common_name.is_empty() {
            params
                .distinguished_name
                .push(DnType::CommonName, self.common_name.as_str());
        }
        params
            .distinguished_name
            .push(DnType::OrganizationName, "ACME");
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

impl Authority {
    /// A root CA, valid for ten years around `at` (unix seconds).
    pub fn root(name: &str, at: i64) -> Result<Self, rcgen::Error> {
        let params = authority_params(name, at)?;
        let key = ec_key()?;
        let der = params.self_signed(key.as_ref())?.der().to_vec();
        Ok(Self {
            params,
            issued: Issued { der, key },
        })
    }

    /// An intermediate CA below this one.
    pub fn intermediate(&self, name: &str, at: i64) -> Result<Self, rcgen::Error> {
        let params = authority_params(name, at)?;
        let key = ec_key()?;
        let der = params
            .signed_by(key.as_ref(), &self.issuer())?
            .der()
            .to_vec();
        Ok(Self {
            params,
            issued: Issued { der, key },
        })
    }

    /// Signs what was ordered.
    pub fn issue(&self, order: &Order) -> Result<Issued, rcgen::Error> {
        let key = order.key()?;
        let der = order
            .params()?
            .signed_by(key.as_ref(), &self.issuer())?
            .der()
            .to_vec();
        Ok(Issued { der, key })
    }

    /// Its own certificate.
    pub fn der(&self) -> &[u8] {
        &self.issued.der
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, self.issued.key.as_ref())
    }
}

fn authority_params(name: &str, at: i64) -> Result<CertificateParams, rcgen::Error> {
    const YEARS_5: i64 = 5 * 365 * 86_400;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = moment(at - YEARS_5)?;
    params.not_after = moment(at + YEARS_5)?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn moment(unix: i64) -> Result<OffsetDateTime, rcgen::Error> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Authority, Order};
    use crate::certificate::Certificate;

    #[test]
    fn what_is_ordered_is_what_decodes() {
        let at = 1_795_000_000;
        let root = Authority::root("ACME Root CA", at).unwrap();
        let issuing = root.intermediate("ACME Issuing CA", at).unwrap();
        let order = Order {
            xmpp_addresses: vec!["acme.test".to_owned()],
            srv_names: vec!["_xmpp-client.acme.test".to_owned()],
            ocsp_url: Some("http://ocsp.acme.test/".to_owned()),
            ..Order::server("imp1.acme.test", at)
        };
        let leaf = Certificate::from_der(&issuing.issue(&order).unwrap().der).unwrap();
        assert_eq!(leaf.dns_names(), ["imp1.acme.test"]);
        assert_eq!(
            (leaf.xmpp_addresses()[0].tag, leaf.srv_names()[0].tag),
            (12, 22)
        );
        assert_eq!(leaf.key_usage, Some(order.key_usage));
        assert_eq!(leaf.ocsp_urls, ["http://ocsp.acme.test/"]);
        assert!(!leaf.self_signed && !leaf.is_ca());
        let parent = Certificate::from_der(issuing.der()).unwrap();
        assert!(parent.is_ca());
        assert_eq!(leaf.is_signed_by(&parent), Ok(()));
    }
}

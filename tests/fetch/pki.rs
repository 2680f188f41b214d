//! Authorities and leafs whose certificates point at a test's server.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CrlDistributionPoint, CustomExtension,
    DnType, IsCa, KeyPair,
};

/// What a certificate points at.
#[derive(Default, Clone, Copy)]
pub struct Pointers<'u> {
    pub crl: &'u [&'u str],
    pub ocsp: &'u [&'u str],
    pub issuer: &'u [&'u str],
}

/// A CA.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn root(name: &str) -> Self {
        let params = authority(name, Pointers::default());
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn intermediate(&self, name: &str, pointers: Pointers<'_>) -> Self {
        let params = authority(name, pointers);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::signed_by(params, key, &self.0).unwrap())
    }

    pub fn leaf(&self, name: &str, pointers: Pointers<'_>) -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let leaf = params(name, pointers).signed_by(&key, &self.0).unwrap();
        leaf.der().to_vec()
    }

    pub fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }
}

fn authority(name: &str, pointers: Pointers<'_>) -> CertificateParams {
    let mut params = params(name, pointers);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn params(name: &str, pointers: Pointers<'_>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    for url in pointers.crl {
        let uris = vec![(*url).to_owned()];
        params
            .crl_distribution_points
            .push(CrlDistributionPoint { uris });
    }
    let descriptions = [(1, pointers.ocsp), (2, pointers.issuer)];
    let access: Vec<u8> = descriptions
        .iter()
        .flat_map(|(method, urls)| urls.iter().flat_map(|url| description(*method, url)))
        .collect();
    if !access.is_empty() {
        let content = tlv(0x30, &access);
        let oid = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
        params
            .custom_extensions
            .push(CustomExtension::from_oid_content(oid, content));
    }
    params
}

/// AccessDescription (RFC 5280, section 4.2.2.1): id-ad-ocsp is 1, id-ad-caIssuers 2.
fn description(method: u8, url: &str) -> Vec<u8> {
    let oid = tlv(6, &[0x2b, 6, 1, 5, 5, 7, 48, method]);
    tlv(0x30, &[oid, tlv(0x86, url.as_bytes())].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]], content].concat()
}

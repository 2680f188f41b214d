//! Making certificates: for the demo's cluster and for tests. Nothing here judges.

mod order;

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, RsaKeySize,
};

pub use order::Order;
use order::moment;

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

/// A new RSA key of 2048 bits.
pub fn rsa_key() -> Result<Key, rcgen::Error> {
    KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).map(Arc::new)
}

/// A new P-256 key.
pub fn ec_key() -> Result<Key, rcgen::Error> {
    KeyPair::generate().map(Arc::new)
}

impl Authority {
    /// A root CA with a P-256 key, valid for ten years around `at` (unix seconds).
    pub fn root(name: &str, at: i64) -> Result<Self, rcgen::Error> {
        Self::root_with(name, at, ec_key()?)
    }

    /// The same with another key.
    pub fn root_with(name: &str, at: i64, key: Key) -> Result<Self, rcgen::Error> {
        let params = authority_params(name, at)?;
        let der = params.self_signed(key.as_ref())?.der().to_vec();
        Ok(Self {
            params,
            issued: Issued { der, key },
        })
    }

    /// An intermediate CA with a P-256 key below this one.
    pub fn intermediate(&self, name: &str, at: i64) -> Result<Self, rcgen::Error> {
        self.intermediate_with(name, at, ec_key()?)
    }

    /// The same with another key.
    pub fn intermediate_with(&self, name: &str, at: i64, key: Key) -> Result<Self, rcgen::Error> {
        let params = authority_params(name, at)?;
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

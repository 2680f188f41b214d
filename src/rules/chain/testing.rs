//! CAs as they should not be, for the tests of this family.
#![allow(clippy::unwrap_used)]

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use time::OffsetDateTime;

use crate::audit::testing::NOW;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A certificate that can sign others.
pub(super) struct Ca {
    params: CertificateParams,
    key: KeyPair,
    pub(super) der: Vec<u8>,
}

impl Ca {
    /// Below `issuer`, or a root; as a sound CA, changed by `change`.
    pub(super) fn new(
        name: &str,
        issuer: Option<&Ca>,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.not_before = moment(NOW - 1000 * DAY);
        params.not_after = moment(NOW + 1000 * DAY);
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        let certificate = match issuer {
            Some(issuer) => params.signed_by(&key, &issuer.issuer()),
            None => params.self_signed(&key),
        };
        let der = certificate.unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// A root named "Root".
    pub(super) fn root() -> Self {
        Self::new("Root", None, |_| {})
    }

    /// A leaf for that host, valid until ten days from now.
    pub(super) fn leaf(&self, host: &str) -> Vec<u8> {
        let leaf = Self::new(host, Some(self), |params| {
            params.is_ca = IsCa::NoCa;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.not_after = moment(NOW + 10 * DAY);
        });
        leaf.der
    }

    /// A leaf that has that host as a dNSName too.
    pub(super) fn named_leaf(&self, host: &str) -> Vec<u8> {
        let leaf = Self::new(host, Some(self), |params| {
            params.is_ca = IsCa::NoCa;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.subject_alt_names = vec![SanType::DnsName(host.try_into().unwrap())];
        });
        leaf.der
    }

    /// The same name and key under another CA.
    pub(super) fn cross_signed(&self, issuer: &Ca) -> Vec<u8> {
        self.renewed(issuer, |_| {})
    }

    /// The same name and key once more, changed by `change`.
    pub(super) fn renewed(
        &self,
        issuer: &Ca,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Vec<u8> {
        let mut params = self.params.clone();
        change(&mut params);
        let certificate = params.signed_by(&self.key, &issuer.issuer());
        certificate.unwrap().der().to_vec()
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }
}

/// Unix seconds as rcgen wants them.
pub(super) fn moment(unix: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(unix).unwrap()
}

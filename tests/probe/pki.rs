//! Keys and certificates for servers that live as long as one test.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, SignatureAlgorithm};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

/// A CA and what it issues.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate, its issuer's and its key.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: KeyPair,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn issue(&self, algorithm: &'static SignatureAlgorithm) -> Identity {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let params = CertificateParams::new(["cucm.acme.test".to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &self.0).unwrap();
        Identity {
            chain: vec![leaf.der().clone(), self.0.der().clone()],
            key,
        }
    }

    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        roots
    }

    pub fn ecdsa(&self) -> Identity {
        self.issue(&PKCS_ECDSA_P256_SHA256)
    }

    pub fn rsa(&self) -> Identity {
        self.issue(&PKCS_RSA_SHA256)
    }
}

impl Identity {
    pub fn certified(&self) -> CertifiedKey {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        CertifiedKey::from_der(self.chain.clone(), key, &default_provider()).unwrap()
    }

    pub fn chain_pem(&self) -> String {
        let pem = |der: &CertificateDer<'_>| {
            use base64::Engine as _;
            let text = base64::engine::general_purpose::STANDARD.encode(der);
            format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
        };
        self.chain.iter().map(pem).collect()
    }

    /// The name of each certificate in the evidence.
    pub fn digests(&self) -> Vec<certaudit::certificate::Digest> {
        let digest = |der: &CertificateDer<'_>| certaudit::certificate::Digest::of(der);
        self.chain.iter().map(digest).collect()
    }
}

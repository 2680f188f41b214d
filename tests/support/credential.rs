//! A key with its certificates, as files that every server program reads.

use std::path::PathBuf;

use super::order::Key;

/// A key, its certificate, and the intermediates between that and the root.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The certificate alone, PEM.
    pub certificate: PathBuf,
    /// The certificate and the intermediates in sending order, PEM; the root is not in it.
    pub chain: PathBuf,
    /// The intermediates alone, PEM; `None` when the issuer is a root, or the certificate its own.
    pub intermediates: Option<PathBuf>,
    /// The private key, PEM (PKCS#8).
    pub key: PathBuf,
    /// What the key is.
    pub algorithm: Key,
    /// SHA-256 of the certificates in `chain`, lower-case hex.
    pub digests: Vec<String>,
    /// Signed with its own key: a root is not sent with the chains below it.
    pub(super) self_signed: bool,
}

impl Credential {
    /// SHA-256 of the certificate, lower-case hex.
    pub fn digest(&self) -> &str {
        &self.digests[0]
    }
}

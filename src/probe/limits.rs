//! How much a run may ask of the network, and the client certificate that it may show.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::provider;
use crate::deployment::Deployment;

/// Deadlines and limits of a run.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For a resolution, a connection, a prelude, a handshake, each.
    pub timeout: Duration,
    /// Connections at once, all nodes together.
    pub concurrency: usize,
    /// Connections at once to one node.
    pub per_node: usize,
    /// Shown to servers that ask for one.
    pub client_certificate: Option<Arc<CertifiedKey>>,
    /// DNS server; `None` for the system's resolver.
    pub dns_server: Option<SocketAddr>,
}

/// Why a client certificate cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientCertificateFault {
    /// The chain's text is not PEM, or holds no certificate.
    #[error("the chain: {0}")]
    Chain(String),
    /// The key's text is not PEM, or holds no private key.
    #[error("the key: {0}")]
    Key(String),
    /// The two do not belong together, or the key is of a kind that cannot sign here.
    #[error("chain and key: {0}")]
    Pair(String),
}

impl Limits {
    /// The limits of a deployment file, with its client certificate as loaded by [`client_certificate`].
    pub fn of(deployment: &Deployment, client_certificate: Option<Arc<CertifiedKey>>) -> Self {
        Self {
            timeout: deployment.probe.timeout,
            concurrency: deployment.probe.concurrency,
            per_node: deployment.probe.per_node,
            client_certificate,
            dns_server: deployment.dns_server,
        }
    }
}

/// Loads a client certificate from PEM: the chain, leaf first, and its key.
pub fn client_certificate(
    chain: &[u8],
    key: &[u8],
) -> Result<Arc<CertifiedKey>, ClientCertificateFault> {
    let certificates = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| ClientCertificateFault::Chain(error.to_string()))?;
    if certificates.is_empty() {
        return Err(ClientCertificateFault::Chain("no certificate in it".into()));
    }
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| ClientCertificateFault::Key(error.to_string()))?;
    CertifiedKey::from_der(certificates, key, &provider::everything())
        .map(Arc::new)
        .map_err(|error| ClientCertificateFault::Pair(error.to_string()))
}

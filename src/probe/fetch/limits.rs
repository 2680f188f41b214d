//! How much fetching may ask of the network.

use std::net::SocketAddr;
use std::time::Duration;

use super::Proxy;
use crate::deployment::Deployment;

/// What an answer is for. Sorted by how much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The status of one certificate (RFC 6960).
    Ocsp,
    /// The certificate of an issuer (caIssuers of RFC 5280, section 4.2.2.1).
    Issuer,
    /// A certificate revocation list.
    Crl,
}

/// Deadlines and limits of fetching.
#[derive(Debug, Clone)]
pub struct FetchLimits {
    /// For a whole fetch: name, connection, answer, redirects.
    pub timeout: Duration,
    /// For all fetches of a round together, waiting for turns included: rounds are up to three for issuers, one for revocation.
    pub round: Duration,
    /// Fetches at once, all hosts together.
    pub concurrency: usize,
    /// Fetches at once from one host and port.
    pub per_host: usize,
    /// Bytes taken of an OCSP answer.
    pub ocsp_size: usize,
    /// Bytes taken of an issuer's certificate.
    pub issuer_size: usize,
    /// Bytes taken of a CRL.
    pub crl_size: usize,
    /// Bytes held of all answers of a run together: they all go into the evidence.
    pub total_size: usize,
    /// DNS server; `None` for the system's resolver.
    pub dns_server: Option<SocketAddr>,
    /// The proxy to go through.
    pub proxy: Proxy,
}

/// An answer of a responder that is far away, over a new connection.
const FOR_A_SERVICE: Duration = Duration::from_millis(100);
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl FetchLimits {
    /// The limits of a deployment file.
    pub fn of(deployment: &Deployment, proxy: Proxy) -> Self {
        let timeout = deployment.revocation.timeout;
        let services = deployment.nodes.iter().map(|node| node.services.len());
        let services = u32::try_from(services.sum::<usize>()).unwrap_or(u32::MAX);
        Self {
            timeout,
            // A dozen servers one after the other that hang, and ten answers a second where all are sound.
            round: timeout * 12 + FOR_A_SERVICE.saturating_mul(services),
            // A deployment's certificates name a handful of servers. As many as the certificates of one hostile service can name,
            // so that those that hang are waited for together.
            concurrency: 128,
            // Many others ask these servers as well.
            per_host: 2,
            // Answers are about 1 to 3 KiB, with a chain of delegated responders less than 10.
            ocsp_size: 64 * KIB,
            // A PKCS#7 bundle of a dozen certificates.
            issuer_size: 256 * KIB,
            // The largest CRLs of public CAs are about 10 MiB.
            crl_size: 20 * MIB,
            // A dozen of the largest CRLs; the evidence is held in memory.
            total_size: 256 * MIB,
            dns_server: deployment.dns_server,
            proxy,
        }
    }

    /// Bytes taken of an answer.
    pub(super) fn size(&self, purpose: Purpose) -> usize {
        match purpose {
            Purpose::Ocsp => self.ocsp_size,
            Purpose::Issuer => self.issuer_size,
            Purpose::Crl => self.crl_size,
        }
    }
}

//! Nodes and their services.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Audit;
use crate::audit::estate::{ChainView, NodeView, ServiceView, Status};
use crate::certificate::{DistinguishedName, Parsed};
use crate::evidence::{CertificateRequest, Presentation};
use crate::text::escape;

/// A node.
#[derive(Serialize, JsonSchema)]
pub(super) struct Node1 {
    /// Its name, unique in the deployment.
    name: String,
    /// What it runs: "cucm", "im-presence"...
    product: &'static str,
    /// The name that clients are given.
    address: String,
    /// "ready", "not-ready" or "unknown".
    #[schemars(extend("enum" = ["ready", "not-ready", "unknown"]))]
    verdict: &'static str,
    /// Its services that were looked at.
    services: Vec<Service1>,
}

/// A port that speaks TLS.
#[derive(Serialize, JsonSchema)]
struct Service1 {
    /// Its name: "tomcat", "xmpp-client"...
    service: &'static str,
    /// The TCP port that clients use.
    port: u16,
    /// The certificate that it presents, by its name in Certificate Management.
    certificate_name: &'static str,
    /// Whether it must answer.
    required: bool,
    /// "examined", "closed", "unreachable", "failed" or "skipped".
    #[schemars(extend("enum" = ["examined", "closed", "unreachable", "failed", "skipped"]))]
    status: &'static str,
    /// In words, when not examined.
    detail: Option<String>,
    /// What the first handshake negotiated.
    tls: Option<Tls1>,
    /// What it wants of its clients.
    client_certificate: ClientCertificate1,
    /// What it presented: one, or an RSA and an ECDSA one; none when not examined.
    chains: Vec<Chain1>,
}

/// A negotiated protocol.
#[derive(Serialize, JsonSchema)]
struct Tls1 {
    /// "TLSv1.3", "TLSv1.2"...
    version: Option<String>,
    /// The IANA name of the cipher suite.
    cipher: Option<String>,
}

/// What the port wants of its clients.
#[derive(Serialize, JsonSchema, Default)]
struct ClientCertificate1 {
    /// It asks for a client certificate.
    asked: bool,
    /// The server broke off because none was given.
    required: bool,
    /// Names of the CAs that it accepts.
    authorities: Vec<String>,
}

/// A presented chain, the leaf first.
#[derive(Serialize, JsonSchema)]
struct Chain1 {
    /// "rsa", "ecdsa" or "other".
    #[schemars(extend("enum" = ["rsa", "ecdsa", "other"]))]
    kind: &'static str,
    /// SHA-256 of each certificate as sent.
    certificates: Vec<String>,
}

impl Node1 {
    pub(super) fn of(view: &NodeView<'_>, audit: &Audit) -> Self {
        Self {
            name: escape(&view.node.name).into_owned(),
            product: view.node.product.name(),
            address: escape(&view.node.address).into_owned(),
            verdict: audit.node_readiness(view).name(),
            services: view.services.iter().map(Service1::of).collect(),
        }
    }
}

impl Service1 {
    fn of(view: &ServiceView<'_>) -> Self {
        let first = view.chains().first().map(|chain| chain.presentation);
        let request = view
            .chains()
            .iter()
            .find_map(|chain| chain.presentation.client_certificate.as_ref());
        Self {
            service: view.service.name,
            port: view.service.port,
            certificate_name: view.service.certificate_name.name(),
            required: view.required,
            status: status(view.status()),
            detail: view.detail(),
            tls: first.and_then(Tls1::of),
            client_certificate: request.map(ClientCertificate1::of).unwrap_or_default(),
            chains: view.chains().iter().map(Chain1::of).collect(),
        }
    }
}

/// The contract's word.
fn status(status: Status) -> &'static str {
    match status {
        Status::Examined => "examined",
        Status::Closed => "closed",
        Status::Unreachable => "unreachable",
        Status::Failed => "failed",
        Status::Skipped => "skipped",
    }
}

impl Tls1 {
    fn of(shown: &Presentation) -> Option<Self> {
        let negotiated = shown.version.is_some() || shown.cipher.is_some();
        negotiated.then(|| Self {
            version: shown.version.as_deref().map(str::to_owned),
            cipher: shown.cipher.as_deref().map(str::to_owned),
        })
    }
}

impl ClientCertificate1 {
    fn of(request: &CertificateRequest) -> Self {
        let authorities = request
            .authorities
            .iter()
            .filter_map(|name| STANDARD.decode(name).ok());
        let text = |der: Vec<u8>| {
            DistinguishedName::from_der(&der).map(|name| escape(&name.text).into_owned())
        };
        Self {
            asked: true,
            required: request.required,
            authorities: authorities.filter_map(text).collect(),
        }
    }
}

impl Chain1 {
    fn of(chain: &ChainView<'_>) -> Self {
        let digest = |parsed: &Parsed| match parsed {
            Ok(certificate) => certificate.digest.to_string(),
            Err(malformed) => malformed.digest.to_string(),
        };
        Self {
            kind: chain.kind(),
            certificates: chain.certificates.iter().map(digest).collect(),
        }
    }
}

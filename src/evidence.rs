//! What was seen: one observation for each target, bytes as sent, no judgement. Reads back exactly as it was written.

mod certificates;
mod compressed;
mod dns;
mod fetch;
mod file;
mod merge;
mod redaction;
mod shard;
mod silence;
#[cfg(test)]
mod tests;
mod uds;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::certificate::Digest;

pub use certificates::Certificates;
pub use compressed::decompressed;
pub use dns::{DnsRecord, Lookup, LookupOutcome, RecordKind, ServiceRecord, reverse_name};
pub use fetch::{Answers, Fetch, FetchOutcome, FetchStep, OCSP_RESPONSE, PKIX_CRL, askable};
pub use file::Unreadable;
pub use redaction::{PublicStandIn, Redaction};
pub use shard::Shard;
pub use uds::{Uds, UdsServers, UdsVersion};

/// The version of the evidence file that this program writes and reads.
pub const SCHEMA: &str = "certaudit.evidence/1";

/// All observations of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "certaudit evidence", extend("$id" = "urn:certaudit:evidence:1"))]
pub struct Evidence {
    /// Always "certaudit.evidence/1".
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// Version of the program that collected it.
    pub version: String,
    /// The deployment's name.
    pub deployment: String,
    /// When the run began, RFC 3339 UTC. Reports are judged as of this moment unless told otherwise.
    #[schemars(extend("format" = "date-time"))]
    pub collected_at: String,
    /// False when the run was interrupted.
    pub complete: bool,
    /// Sorted by node (in the order of the deployment file), then port.
    pub observations: Vec<Observation>,
    /// Every certificate that was presented: SHA-256 (lower-case hex) to base64 DER.
    pub certificates: Certificates,
    /// What the URLs in certificates answered, sorted by URL and request; empty when nothing was fetched.
    #[serde(default)]
    pub fetches: Vec<Fetch>,
    /// What DNS answered, sorted; empty when it was not asked.
    #[serde(default)]
    pub dns: Vec<Lookup>,
    /// What UDS of the CUCM nodes answered, sorted by node and port; empty when it was not asked.
    #[serde(default)]
    pub uds: Vec<Uds>,
    /// Only in redacted evidence: names and signatures are no longer those of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<Redaction>,
    /// Which parts of the deployment's nodes this is about, sorted; empty when all were probed in one run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shards: Vec<Shard>,
}

impl Evidence {
    /// Enters what UDS answered: one for each node and port, of two the one that tells more.
    pub fn add_uds(&mut self, answers: Vec<Uds>) {
        uds::merge(&mut self.uds, answers, true);
    }
}

/// What one target sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Name of the node.
    pub node: String,
    /// Name of the service.
    pub service: String,
    /// The port that clients use.
    pub port: u16,
    /// The socket address that was connected to, or that took no connection; nothing when the name did not resolve.
    pub address: Option<String>,
    /// What presented itself: empty when nothing did.
    pub presentations: Vec<Presentation>,
    /// Why nothing more was seen. Nothing with presentations.
    pub silence: Option<Silence>,
}

/// One handshake's worth of facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// SHA-256 of each certificate, in the order sent. Possibly empty.
    pub chain: Vec<Digest>,
    /// Negotiated protocol ("TLSv1.2"), when it was negotiated.
    pub version: Option<Cow<'static, str>>,
    /// Negotiated cipher suite by its IANA name, when it was negotiated.
    pub cipher: Option<Cow<'static, str>>,
    /// Negotiated key exchange group by its IANA name, when it was negotiated.
    pub group: Option<Cow<'static, str>>,
    /// The request for a client certificate, when there was one.
    pub client_certificate: Option<CertificateRequest>,
    /// Stapled OCSP response, base64 DER.
    pub stapled_ocsp: Option<String>,
    /// How the handshake ended.
    pub ending: Ending,
}

/// A server's CertificateRequest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateRequest {
    /// Accepted CAs: base64 DER Names, in the order sent. Empty means that the server does not say.
    pub authorities: Vec<String>,
    /// The server broke off because none was given.
    pub required: bool,
    /// One was given, and the handshake completed.
    pub given: bool,
}

/// How a handshake ended after the chain had been seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ending {
    /// It completed.
    Completed,
    /// The server broke off: its alert or what happened, in words.
    BrokenOff(String),
    /// Only the hello was exchanged, because version, cipher, key exchange or signature are too old or too rare to be
    /// completed here. Nothing shows that the server has the key.
    HelloOnly,
}

/// Why a target showed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Silence {
    /// The name did not resolve.
    Unresolved {
        /// What the resolver said.
        reason: String,
    },
    /// Nothing listens: the connection was refused.
    Refused,
    /// The connection could not be made for another reason (unreachable network, reset).
    Unreachable {
        /// What the system said.
        reason: String,
    },
    /// A deadline passed.
    TimedOut {
        /// In which step.
        step: Step,
        /// The deadline in milliseconds.
        after_ms: u64,
    },
    /// The peer closed or reset the connection.
    Closed {
        /// In which step.
        step: Step,
    },
    /// The peer speaks something else than TLS.
    NotTls {
        /// The first bytes in words ("HTTP/1.1 400 Bad Request").
        seen: String,
    },
    /// The peer sent a TLS alert before any certificate.
    Alert {
        /// The alert's name of RFC 8446 ("handshake_failure").
        name: String,
    },
    /// The peer offers only TLS 1.1 or older.
    OldVersion {
        /// What it offered, when it said ("TLSv1.0").
        offered: Option<String>,
    },
    /// The handshake went wrong in another way.
    Handshake {
        /// In words.
        reason: String,
    },
    /// The plain-text part before TLS does not offer STARTTLS.
    NoStartTls {
        /// What was offered instead ("mechanisms, register").
        offered: String,
    },
    /// The plain-text part before TLS was refused by the peer (a stream error).
    PreludeRefused {
        /// The condition ("host-unknown") or the text.
        reason: String,
    },
    /// The plain-text part before TLS could not be understood.
    PreludeGarbled {
        /// In words.
        reason: String,
    },
    /// The run was interrupted before or during this target.
    Interrupted,
}

/// The JSON Schema of the evidence file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Evidence).to_value()
}

/// A step of a probe, each with its own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Resolving the name.
    Resolve,
    /// Connecting over TCP.
    Connect,
    /// Plain text before TLS (XMPP stream).
    Prelude,
    /// The TLS handshake.
    Handshake,
}

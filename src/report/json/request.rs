//! Signing requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::request::RequestView;
use crate::certificate::OtherName;
use crate::text::escape;

/// A signing request. The node of the same name has its verdict, and what came back from the CA.
#[derive(Serialize, JsonSchema)]
pub(super) struct Request1 {
    /// The file: the node that stands for it.
    node: String,
    /// SHA-256 of the DER.
    sha256: String,
    /// "pem" or "der".
    #[schemars(extend("enum" = ["pem", "der"]))]
    form: &'static str,
    /// The product that it was made for, when that was said.
    product: Option<&'static str>,
    /// The certificate that it is to become, when that was said.
    certificate_name: Option<&'static str>,
    /// Its subject (RFC 4514).
    subject: String,
    /// "RSA 2048", "EC P-256"...
    key: String,
    /// The signature algorithm: "sha256WithRSAEncryption"...
    signature: String,
    /// dNSName of the subjectAltName that it asks for.
    dns_names: Vec<String>,
    /// xmppAddr of the subjectAltName that it asks for.
    xmpp_addresses: Vec<String>,
    /// SRVName of the subjectAltName that it asks for.
    srv_names: Vec<String>,
    /// iPAddress of the subjectAltName that it asks for.
    ip_addresses: Vec<String>,
    /// RFC 5280 names of the keyUsage bits that it asks for.
    key_usage: Vec<&'static str>,
    /// RFC 5280 names, or object identifiers, of the purposes that it asks for.
    extended_key_usage: Vec<String>,
    /// Names that the deployment needs in it.
    required_names: Vec<String>,
    /// SHA-256 of each certificate that came back for it.
    issued: Vec<String>,
    /// The request itself, DER in Base64.
    der: String,
}

impl Request1 {
    pub(super) fn of(view: &RequestView) -> Self {
        let request = &view.request;
        let purpose = view.purpose.as_ref();
        let ip = request.alternative_name.iter().flat_map(|names| &names.ip);
        let usage = request.key_usage.unwrap_or_default();
        let purposes = request.extended_key_usage.as_ref();
        let issued = view.issued.iter().flatten();
        Self {
            node: shown(&view.node),
            sha256: request.digest.to_string(),
            form: if view.is_pem { "pem" } else { "der" },
            product: purpose.map(|purpose| purpose.product.name()),
            certificate_name: purpose.map(|purpose| purpose.certificate.name()),
            subject: shown(&request.subject.text),
            key: shown(&request.public_key.to_string()),
            signature: shown(&request.signature.to_string()),
            dns_names: request.dns_names().iter().map(|name| shown(name)).collect(),
            xmpp_addresses: values(request.xmpp_addresses()),
            srv_names: values(request.srv_names()),
            ip_addresses: ip.map(ToString::to_string).collect(),
            key_usage: usage.names(),
            extended_key_usage: purposes
                .map(|list| list.names().into_iter().map(shown).collect())
                .unwrap_or_default(),
            required_names: view.required.iter().map(|one| shown(&one.name)).collect(),
            issued: issued
                .map(|certificate| certificate.digest.to_string())
                .collect(),
            der: STANDARD.encode(&request.der),
        }
    }
}

fn values(names: &[OtherName]) -> Vec<String> {
    names.iter().map(|name| shown(&name.value)).collect()
}

fn shown(text: &str) -> String {
    escape(text).into_owned()
}

//! What a TLS 1.2 server says first, recorded once and put together anew with other certificates.

use std::sync::{Arc, OnceLock};

use certaudit::certificate::issue::Issued;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, SupportedProtocolVersion,
};

use crate::support::faulty::stage;
use crate::support::script::{Step, overheard};

/// Bytes of a record's body.
const RECORD: usize = 16_384;
const HANDSHAKE: u8 = 22;
const CERTIFICATE: u8 = 11;
const CERTIFICATE_REQUEST: u8 = 13;
const HELLO_DONE: u8 = 14;

/// A server that shows `chain`, of which `leaf` has the key.
pub fn settings(
    leaf: &Issued,
    others: &[&[u8]],
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let chain = std::iter::once(leaf.der.as_slice()).chain(others.iter().copied());
    let chain = chain
        .map(|der| CertificateDer::from(der.to_vec()))
        .collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf.key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// The messages of a server's first flight: type and body each.
fn recorded() -> &'static [(u8, Vec<u8>)] {
    static RECORDED: OnceLock<Vec<(u8, Vec<u8>)>> = OnceLock::new();
    RECORDED.get_or_init(|| {
        let own = crate::scene::leaf("recorded.acme.test");
        let settings = settings(&own, &[], &[&rustls::version::TLS12]);
        messages(&stage().block_on(overheard(settings, &hello())))
    })
}

fn hello() -> Vec<u8> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let name = ServerName::try_from("recorded.acme.test").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut hello = Vec::new();
    client.write_tls(&mut hello).unwrap();
    hello
}

fn messages(mut records: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut stream = Vec::new();
    while let [HANDSHAKE, _, _, high, low, rest @ ..] = records {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        stream.extend_from_slice(&rest[..length]);
        records = &rest[length..];
    }
    let mut messages = Vec::new();
    let mut rest = stream.as_slice();
    while let [kind, a, b, c, body @ ..] = rest {
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        messages.push((*kind, body[..length].to_vec()));
        rest = &body[length..];
    }
    assert_eq!(messages.last().map(|last| last.0), Some(HELLO_DONE));
    messages
}

/// A number in three bytes; one that does not fit wraps around, as it would in a careless server.
pub fn length(number: usize) -> [u8; 3] {
    let [.., a, b, c] = number.to_be_bytes();
    [a, b, c]
}

/// The list of certificates, each behind its length.
pub fn list(chain: &[Vec<u8>]) -> Vec<u8> {
    let one = |der: &Vec<u8>| [&length(der.len())[..], der].concat();
    chain.iter().flat_map(one).collect()
}

/// Handshake messages in records.
pub fn records(messages: &[u8]) -> Vec<u8> {
    let record = |body: &[u8]| {
        let [.., high, low] = body.len().to_be_bytes();
        [&[HANDSHAKE, 3, 3, high, low], body].concat()
    };
    messages.chunks(RECORD).flat_map(record).collect()
}

pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &length(body.len())[..], body].concat()
}

/// The messages of a flight whose Certificate message has this body.
pub fn with_body(certificate: &[u8], request: Option<&[u8]>) -> Vec<u8> {
    let mut all = Vec::new();
    for (kind, body) in recorded() {
        if let (HELLO_DONE, Some(request)) = (*kind, request) {
            all.extend(message(CERTIFICATE_REQUEST, request));
        }
        let body = if *kind == CERTIFICATE {
            certificate
        } else {
            body
        };
        all.extend(message(*kind, body));
    }
    all
}

/// The body of a Certificate message.
pub fn body(chain: &[Vec<u8>]) -> Vec<u8> {
    let list = list(chain);
    [&length(list.len())[..], &list].concat()
}

/// A server that shows this chain and leaves.
pub fn shows(chain: &[Vec<u8>]) -> Vec<Step> {
    says(&with_body(&body(chain), None))
}

/// A server that asks for a certificate of one of these CAs (DER Names).
pub fn asks(chain: &[Vec<u8>], authorities: &[Vec<u8>]) -> Vec<Step> {
    let names: Vec<u8> = authorities
        .iter()
        .flat_map(|name| {
            let [.., high, low] = name.len().to_be_bytes();
            [&[high, low], name.as_slice()].concat()
        })
        .collect();
    let [.., high, low] = names.len().to_be_bytes();
    // ecdsa_sign, ecdsa_secp256r1_sha256.
    let request = [&[1, 64, 0, 2, 4, 3, high, low], names.as_slice()].concat();
    says(&with_body(&body(chain), Some(&request)))
}

/// A server that answers a hello with these messages and leaves.
pub fn says(messages: &[u8]) -> Vec<Step> {
    vec![Step::Hear, Step::Say(records(messages))]
}

//! Writes down what a handshake shows: the chain as sent, the stapled response, the request for a client certificate.
//! Takes everything: a bad certificate is what we are looking for.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

/// One handshake's witness.
#[derive(Debug)]
pub(super) struct Recorder {
    schemes: Vec<SignatureScheme>,
    certificate: Option<Arc<CertifiedKey>>,
    seen: Mutex<Seen>,
}

/// What a handshake showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// DER of the certificates, in the order sent.
    pub(super) chain: Vec<Vec<u8>>,
    /// DER of the stapled OCSP response.
    pub(super) stapled_ocsp: Option<Vec<u8>>,
    /// The scheme of the server's handshake signature.
    pub(super) scheme: Option<SignatureScheme>,
    /// The request for a client certificate.
    pub(super) request: Option<Request>,
}

/// A request for a client certificate.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// DER Names of the CAs that the server accepts.
    pub(super) authorities: Vec<Vec<u8>>,
    /// Whether a certificate was shown.
    pub(super) answered: bool,
}

impl Recorder {
    pub(super) fn new(
        schemes: Vec<SignatureScheme>,
        certificate: Option<Arc<CertifiedKey>>,
    ) -> Self {
        Self {
            schemes,
            certificate,
            seen: Mutex::default(),
        }
    }

    /// Whether a client certificate was asked for.
    pub(super) fn was_asked(&self) -> bool {
        self.note(|seen| seen.request.is_some())
    }

    /// What was seen, when the handshake is over.
    pub(super) fn take(&self) -> Seen {
        self.note(std::mem::take)
    }

    fn note<T>(&self, write: impl FnOnce(&mut Seen) -> T) -> T {
        write(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The signature is not checked: old servers sign with keys and hashes that no library checks any more, and are
    /// still to be reported on.
    fn sign(&self, signed: &DigitallySignedStruct) -> HandshakeSignatureValid {
        self.note(|seen| seen.scheme = Some(signed.scheme));
        HandshakeSignatureValid::assertion()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        stapled: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.note(|seen| {
            seen.chain = std::iter::once(leaf)
                .chain(others)
                .map(|certificate| certificate.to_vec())
                .collect();
            seen.stapled_ocsp = (!stapled.is_empty()).then(|| stapled.to_vec());
        });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(self.sign(signed))
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(self.sign(signed))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl ResolvesClientCert for Recorder {
    fn resolve(
        &self,
        authorities: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let certificate = self
            .certificate
            .clone()
            .filter(|certificate| certificate.key.choose_scheme(schemes).is_some());
        self.note(|seen| {
            seen.request = Some(Request {
                authorities: authorities.iter().map(|name| name.to_vec()).collect(),
                answered: certificate.is_some(),
            });
        });
        certificate
    }

    fn has_certs(&self) -> bool {
        true
    }
}

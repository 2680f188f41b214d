//! The bare loop: connect, shake hands, drop; then the same for the ECDSA twin. Nothing is kept, nothing is judged.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use super::fleet::{Fleet, address, host};

/// Shakes hands with every speaking service, as many at once as the scan does. Gives how many handshakes succeeded.
pub async fn shake_all(fleet: &Fleet, port: u16) -> usize {
    let turns = Arc::new(Semaphore::new(fleet.concurrency));
    let (any, twin) = (connector(false), connector(true));
    let mut running = JoinSet::new();
    for service in 0..fleet.speaking() {
        let (turns, any, twin) = (Arc::clone(&turns), any.clone(), twin.clone());
        running.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            let shaken = shake(service, port, &any).await;
            shake(service, port, &twin).await;
            shaken
        });
    }
    let mut shaken = 0;
    while let Some(done) = running.join_next().await {
        shaken += usize::from(done.unwrap());
    }
    shaken
}

async fn shake(service: usize, port: u16, connector: &TlsConnector) -> bool {
    let Ok(stream) = TcpStream::connect(SocketAddr::new(address(service).into(), port)).await
    else {
        return false;
    };
    let _ = stream.set_nodelay(true);
    let name = ServerName::try_from(host(service)).unwrap();
    connector.connect(name, stream).await.is_ok()
}

fn connector(twin: bool) -> TlsConnector {
    let provider = Arc::new(default_provider());
    let verifier = Arc::new(TakesAll {
        provider: Arc::clone(&provider),
        twin,
    });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}

/// Takes every chain, and checks the signature of the handshake as every client does.
#[derive(Debug)]
struct TakesAll {
    provider: Arc<CryptoProvider>,
    twin: bool,
}

impl ServerCertVerifier for TakesAll {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self
            .provider
            .signature_verification_algorithms
            .supported_schemes();
        schemes.retain(|scheme| !self.twin || format!("{scheme:?}").starts_with("ECDSA"));
        schemes
    }
}

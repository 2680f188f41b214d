//! What a TLS server shows.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::evidence::{CertificateRequest, Ending};
use certaudit::probe::{Limits, client_certificate};
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};

use super::pki::{Authority, Identity};
use super::servers::{Asks, settings, tls};
use super::{limits, only, probe_all, probe_tls, target};
use certaudit::catalog::Transport;

const BOTH: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

#[tokio::test]
async fn the_chain_is_kept_as_it_was_sent() {
    let identity = Authority::new("ACME CA").ecdsa();
    let address = tls(settings(&[&identity], &TLS12, Asks::Nothing)).await;
    let evidence = probe_all(&[target(address, Transport::Tls)], &limits()).await;
    let seen = &evidence.observations[0];
    assert_eq!(seen.address, Some(address.to_string()));
    assert_eq!(only(seen).chain, identity.digests());
    for (digest, der) in identity.digests().iter().zip(&identity.chain) {
        assert_eq!(evidence.certificates.der(digest).unwrap()[..], der[..]);
    }
    assert!(evidence.complete);
}

#[tokio::test]
async fn what_was_negotiated_is_recorded() {
    let identity = Authority::new("ACME CA").rsa();
    let address = tls(settings(&[&identity], &TLS12, Asks::Nothing)).await;
    let seen = probe_tls(address, &limits()).await;
    let shown = only(&seen);
    assert_eq!(shown.version.as_deref(), Some("TLSv1.2"));
    assert_eq!(
        shown.cipher.as_deref(),
        Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
    );
    assert_eq!(shown.group.as_deref(), Some("x25519"));
    assert_eq!(shown.client_certificate, None);
    assert_eq!(shown.ending, Ending::Completed);

    let address = tls(settings(&[&identity], &TLS13, Asks::Nothing)).await;
    let seen = probe_tls(address, &limits()).await;
    assert_eq!(only(&seen).version.as_deref(), Some("TLSv1.3"));
    assert_eq!(
        only(&seen).cipher.as_deref(),
        Some("TLS_AES_256_GCM_SHA384")
    );
}

#[tokio::test]
async fn both_certificates_of_a_port_are_seen() {
    let authority = Authority::new("ACME CA");
    let (ecdsa, rsa) = (authority.ecdsa(), authority.rsa());
    for version in BOTH {
        let address = tls(settings(&[&ecdsa, &rsa], version, Asks::Nothing)).await;
        let evidence = probe_all(&[target(address, Transport::Tls)], &limits()).await;
        let chains: Vec<_> = evidence.observations[0]
            .presentations
            .iter()
            .map(|shown| shown.chain.clone())
            .collect();
        assert_eq!(chains, [ecdsa.digests(), rsa.digests()], "{version:?}");
        assert_eq!(evidence.certificates.len(), 3);
    }
}

/// The request of a server that breaks off for want of a certificate.
async fn demanded(version: &'static SupportedProtocolVersion, limits: &Limits) -> Identity {
    let authority = Authority::new("ACME CA");
    let identity = authority.ecdsa();
    let asks = Asks::Required(authority.roots());
    let name = STANDARD.encode(authority.roots().subjects()[0].as_ref());
    let address = tls(settings(&[&identity], version, asks)).await;
    let seen = probe_tls(address, limits).await;
    let shown = only(&seen);
    assert_eq!(shown.chain, identity.digests());
    assert_eq!(
        shown.client_certificate,
        Some(CertificateRequest {
            authorities: vec![name],
            required: true,
            given: false,
        })
    );
    let Ending::BrokenOff(words) = &shown.ending else {
        panic!("{version:?} broke off");
    };
    assert!(words.starts_with("alert "), "{words}");
    assert!(shown.cipher.is_some() && shown.group.is_some());
    identity
}

#[tokio::test]
async fn the_chain_is_kept_when_a_client_certificate_is_required() {
    for version in BOTH {
        demanded(version, &limits()).await;
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_not_required_is_noted() {
    let authority = Authority::new("ACME CA");
    let identity = authority.ecdsa();
    for version in BOTH {
        let asks = Asks::Optional(authority.roots());
        let address = tls(settings(&[&identity], version, asks)).await;
        let seen = probe_tls(address, &limits()).await;
        let request = only(&seen).client_certificate.clone().unwrap();
        assert!(!request.required && !request.given, "{version:?}");
        assert_eq!(only(&seen).ending, Ending::Completed);
    }
}

#[tokio::test]
async fn a_configured_client_certificate_is_given() {
    let authority = Authority::new("ACME CA");
    let (identity, own) = (authority.ecdsa(), authority.ecdsa());
    let key = own.key.serialize_pem();
    let loaded = client_certificate(own.chain_pem().as_bytes(), key.as_bytes()).unwrap();
    let limits = Limits {
        client_certificate: Some(Arc::clone(&loaded)),
        ..limits()
    };
    for version in BOTH {
        let asks = Asks::Required(authority.roots());
        let address = tls(settings(&[&identity], version, asks)).await;
        let seen = probe_tls(address, &limits).await;
        let request = only(&seen).client_certificate.clone().unwrap();
        assert!(request.given && !request.required, "{version:?}");
        assert_eq!(only(&seen).ending, Ending::Completed);
    }
}

#[test]
fn a_client_certificate_must_fit_its_key() {
    let authority = Authority::new("ACME CA");
    let (one, other) = (authority.ecdsa(), authority.ecdsa());
    let chain = one.chain_pem();
    let key = other.key.serialize_pem();
    let pair = client_certificate(chain.as_bytes(), key.as_bytes());
    assert!(pair.unwrap_err().to_string().starts_with("chain and key:"));
    let empty = client_certificate(b"nothing", key.as_bytes());
    assert!(empty.unwrap_err().to_string().starts_with("the chain:"));
    let keyless = client_certificate(chain.as_bytes(), b"nothing");
    assert!(keyless.unwrap_err().to_string().starts_with("the key:"));
}

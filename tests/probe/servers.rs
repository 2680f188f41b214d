//! Servers on loopback: sound TLS servers, and whatever a closure makes of a connection.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig, SignatureScheme, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

use super::pki::Identity;

/// Which client certificates a server asks for.
pub enum Asks {
    Nothing,
    Optional(RootCertStore),
    Required(RootCertStore),
}

/// Presents the first identity to a client that can take it, or else the second.
#[derive(Debug)]
struct Twins(Arc<CertifiedKey>, Arc<CertifiedKey>);

impl ResolvesServerCert for Twins {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let schemes = hello.signature_schemes();
        let suites = hello.cipher_suites();
        let takes_ecdsa = schemes.contains(&SignatureScheme::ECDSA_NISTP256_SHA256)
            && suites.iter().any(|suite| {
                let name = format!("{suite:?}");
                name.contains("ECDSA") || name.contains("TLS13")
            });
        Some(Arc::clone(if takes_ecdsa { &self.0 } else { &self.1 }))
    }
}

/// Settings of a server that presents the identity, or two of them: ECDSA, then RSA.
pub fn settings(
    identities: &[&Identity],
    version: &'static SupportedProtocolVersion,
    asks: Asks,
) -> ServerConfig {
    let provider = Arc::new(default_provider());
    let verifier = |roots: RootCertStore| {
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
    };
    let verifier = match asks {
        Asks::Nothing => WebPkiClientVerifier::no_client_auth(),
        Asks::Optional(roots) => verifier(roots).allow_unauthenticated().build().unwrap(),
        Asks::Required(roots) => verifier(roots).build().unwrap(),
    };
    let key = |place: usize| Arc::new(identities[place].certified());
    ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(Twins(key(0), key(identities.len() - 1))))
}

/// Every connection is given to the closure.
pub async fn serve<F>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    serve_at("127.0.0.1:0", answer).await.unwrap()
}

/// As [`serve`], on another address.
pub async fn serve_at<F>(
    address: &str,
    answer: impl Fn(TcpStream) -> F + Send + 'static,
) -> std::io::Result<SocketAddr>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(address)
}

/// A TLS server that reads until its client goes.
pub async fn tls(settings: ServerConfig) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(settings));
    serve(move |stream| shake(acceptor.clone(), stream)).await
}

pub async fn shake(acceptor: TlsAcceptor, stream: TcpStream) {
    if let Ok(mut stream) = acceptor.accept(stream).await {
        let mut rest = Vec::new();
        // Anything that a client sends after the handshake is a fault of the probe.
        let _ = stream.read_to_end(&mut rest).await;
        assert_eq!(rest, b"", "sent after the handshake");
        let _ = stream.shutdown().await;
    }
}

/// A server that has nothing in common with a modern hello, and answers an older one: TLS 1.0, RSA with AES-128.
pub async fn speak_tls_10(mut stream: TcpStream) {
    let mut hello = [0; 2048];
    let _length = stream.read(&mut hello).await.unwrap();
    // Behind the headers of record and message, version, random bytes and session.
    let behind = 44 + usize::from(hello[43]);
    let length = usize::from(u16::from_be_bytes([hello[behind], hello[behind + 1]]));
    let suites = &hello[behind + 2..behind + 2 + length];
    let offers = |suite: [u8; 2]| suites.chunks(2).any(|offered| offered == suite);
    let answer = if offers([0x13, 0x01]) {
        b"\x15\x03\x01\x00\x02\x02\x28".to_vec()
    } else {
        assert!(offers([0x00, 0x2f]));
        let mut flight = b"\x16\x03\x01\x00\x3d\x02\x00\x00\x26\x03\x01".to_vec();
        flight.extend([7; 32]);
        flight.extend(b"\x00\x00\x2f\x00\x0b\x00\x00\x0b\x00\x00\x08\x00\x00\x05hello");
        flight.extend(b"\x0e\x00\x00\x00");
        flight
    };
    stream.write_all(&answer).await.unwrap();
    let mut farewell = Vec::new();
    let _ = stream.read_to_end(&mut farewell).await;
    if answer.len() > 7 {
        assert_eq!(
            farewell,
            b"\x15\x03\x01\0\x02\x01\x5a\x15\x03\x01\0\x02\x01\0"
        );
    }
}

/// An XMPP server that sends its text in packets, one after the other, and then starts TLS.
pub async fn xmpp(settings: ServerConfig, packets: &'static [&'static str]) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(settings));
    serve(move |mut stream| {
        let acceptor = acceptor.clone();
        async move {
            read_until(&mut stream, "version='1.0'>").await;
            for packet in packets {
                stream.write_all(packet.as_bytes()).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            }
            read_until(&mut stream, "xmpp-tls'/>").await;
            let proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n";
            stream.write_all(proceed.as_bytes()).await.unwrap();
            shake(acceptor, stream).await;
        }
    })
    .await
}

/// Reads until the text ends so, or the client is gone.
pub async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        match stream.read_u8().await {
            Ok(byte) => text.push(char::from(byte)),
            Err(_) => break,
        }
    }
    text
}

/// How many clients there are at once.
#[derive(Default)]
pub struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

impl Crowd {
    pub fn enter(&self) {
        self.all.fetch_add(1, Ordering::SeqCst);
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
    }

    pub fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    pub fn all(&self) -> usize {
        self.all.load(Ordering::SeqCst)
    }
}

/// A DNS server: for each question the response code and addresses that the closure gives; `None` for silence.
pub async fn dns(
    answer: impl Fn(&str) -> Option<(u8, Vec<[u8; 4]>)> + Send + 'static,
) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut packet).await {
            let (name, end) = question(&packet[..length]);
            if let Some((code, addresses)) = answer(&name) {
                let is_a = packet[end + 1] == 1;
                let addresses = if is_a { addresses } else { Vec::new() };
                let reply = reply(&packet[..end + 4], code, &addresses);
                socket.send_to(&reply, client).await.unwrap();
            }
        }
    });
    address
}

fn question(packet: &[u8]) -> (String, usize) {
    let mut labels = Vec::new();
    let mut place = 12;
    while packet[place] != 0 {
        let end = place + 1 + usize::from(packet[place]);
        labels.push(String::from_utf8_lossy(&packet[place + 1..end]).into_owned());
        place = end;
    }
    (labels.join("."), place + 1)
}

fn reply(question: &[u8], code: u8, addresses: &[[u8; 4]]) -> Vec<u8> {
    let count = u8::try_from(addresses.len()).unwrap();
    let mut reply = question.to_vec();
    reply[2..12].copy_from_slice(&[0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    for address in addresses {
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        reply.extend(address);
    }
    reply
}

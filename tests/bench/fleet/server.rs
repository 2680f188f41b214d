//! The servers: one port on every loopback address for each manner of answering.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::{default_provider, sign::any_supported_type};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

use super::authority::{Certificates, issue};
use super::fleet::{Fleet, host};

/// Of every port of this machine's addresses only those of the loopback are answered.
const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

/// Serves until standard input ends. Prints the root (base64) and the ports.
pub fn serve(fleet: &Fleet) {
    let certificates = issue(fleet.services);
    let runtime = runtime();
    let _inside = runtime.enter();
    let tls = reusable(0, 4096);
    let port = tls.local_addr().unwrap().port();
    let full = reusable(0, 1);
    let mute = reusable(0, 4096);
    let closed = reusable(0, 1).local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config(&certificates)));
    // The second thread listens on the same port: the system spreads the connections.
    let second = acceptor.clone();
    thread::spawn(move || {
        let runtime = self::runtime();
        runtime.block_on(async move { answer_all(reusable(port, 4096), second).await });
    });
    let (full_port, mute_port) = (of(&full), of(&mute));
    let root = STANDARD.encode(&certificates.root);
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    runtime.block_on(async move {
        let filled = fill(full_port).await;
        println!("{root},{port},{full_port},{mute_port},{closed}");
        io::stdout().flush().unwrap();
        tokio::spawn(swallow(mute));
        answer_all(tls, acceptor).await;
        drop((filled, full));
    });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn of(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

fn reusable(port: u16, backlog: u32) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket
        .bind(SocketAddr::V4(SocketAddrV4::new(ANY, port)))
        .unwrap();
    socket.listen(backlog).unwrap()
}

/// Fills the queue of a port that accepts nothing: Linux then drops whatever else asks for a connection.
async fn fill(port: u16) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for _ in 0..8 {
        let connect = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        match tokio::time::timeout(Duration::from_millis(300), connect).await {
            Ok(Ok(stream)) => streams.push(stream),
            _ => break,
        }
    }
    streams
}

async fn swallow(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
    }
}

async fn answer_all(listener: TcpListener, acceptor: TlsAcceptor) {
    while let Ok((stream, peer)) = listener.accept().await {
        if peer.ip().is_loopback() {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
            });
        }
    }
}

fn config(certificates: &Certificates) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName::of(certificates)))
}

/// The certificate of each service, by the name that the client sends.
#[derive(Debug)]
struct ByName(HashMap<String, Arc<CertifiedKey>>);

impl ByName {
    fn of(certificates: &Certificates) -> Self {
        let key = PrivateKeyDer::try_from(certificates.key.serialize_der()).unwrap();
        let key = any_supported_type(&key).unwrap();
        let issuing = CertificateDer::from(certificates.issuing.clone());
        let leaves = certificates.leaves.iter().enumerate();
        let by_name = leaves.map(|(service, der)| {
            let chain = vec![CertificateDer::from(der.clone()), issuing.clone()];
            (
                host(service),
                Arc::new(CertifiedKey::new(chain, Arc::clone(&key))),
            )
        });
        Self(by_name.collect())
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.get(hello.server_name()?).cloned()
    }
}

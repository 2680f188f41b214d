//! HTTPS servers on loopback that answer as a test tells them, and certificates for them.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{Read as _, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use certaudit::certificate::issue::{Authority, Issued, Order};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A connection after the handshake.
pub type Stream = StreamOwned<ServerConnection, TcpStream>;

/// A server, with the requests that came.
pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// The requests so far; a connection that asked for nothing is an empty one.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

pub fn root() -> Authority {
    Authority::root("ACME Root CA", now()).unwrap()
}

/// A certificate for `host` without a revocation source.
pub fn certificate(root: &Authority, host: &str) -> Issued {
    let order = Order {
        crl_url: None,
        ..Order::server(host, now())
    };
    root.issue(&order).unwrap()
}

/// Starts a server; `answer` is given each request's path and the connection, which is closed after it.
pub fn serve(
    address: &str,
    shown: &Issued,
    answer: impl Fn(&str, &mut Stream) + Send + Sync + 'static,
) -> Server {
    let listener = TcpListener::bind(address).unwrap();
    let server = Server {
        address: listener.local_addr().unwrap(),
        asked: Arc::default(),
    };
    let (asked, answer, config) = (server.asked.clone(), Arc::new(answer), config(shown));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (asked, answer, config) = (asked.clone(), answer.clone(), config.clone());
            thread::spawn(move || {
                let stream = stream.unwrap();
                stream
                    .set_read_timeout(Some(Duration::from_secs(10)))
                    .unwrap();
                let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                let request = request(&mut tls);
                asked.lock().unwrap().push(request.clone());
                if let Some(path) = request.split(' ').nth(1) {
                    answer(path, &mut tls);
                }
                tls.conn.send_close_notify();
                let _ = tls.flush();
            });
        }
    });
    server
}

/// An answer with a Content-Length.
pub fn reply(stream: &mut Stream, status: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

/// A server list.
pub fn list(names: &[&str]) -> String {
    let servers = names.join("</server><server>");
    let servers = format!("<server>{servers}</server>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><servers version=\"14.0.1\" uri=\"x\">{servers}</servers>"
    )
}

/// What a CUCM node answers.
pub fn cucm(names: &'static [&'static str]) -> impl Fn(&str, &mut Stream) + Send + Sync + 'static {
    move |path, stream| match path {
        "/cucm-uds/servers" => reply(stream, "200 OK", &list(names)),
        "/cucm-uds/version" => reply(
            stream,
            "200 OK",
            "<versionInformation uri=\"x\" version=\"14.0.1\"><version>14.0.1</version></versionInformation>",
        ),
        _ => reply(stream, "404 Not Found", ""),
    }
}

fn config(shown: &Issued) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(shown.key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(shown.der.clone())], key)
        .unwrap();
    Arc::new(config)
}

/// A request up to its empty line; whatever came when there is none.
fn request(stream: &mut Stream) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0; 1024];
    while !seen.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => seen.extend_from_slice(&buffer[..length]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&seen).into_owned()
}

//! The test bed itself: openssl's own client sees each server present what it was given.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

#[path = "test_bed/servers.rs"]
mod servers;
mod support;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use support::credential::Credential;
use support::faulty::{Fault, Faulty};
use support::openssl::Workshop;
use support::order::{Key, Order};
use support::servers::{kamailio, prosody, s_server, tomcat};
use support::{loopback, s_client};

const ROOT: &str = "Test Bed Root CA";
const MUTUAL: [(&str, &str); 2] = [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")];

/// A root, an intermediate below it, and a leaf of that.
fn chain(workshop: &Workshop) -> (Credential, Credential) {
    let root = workshop.root(ROOT);
    let issuer = workshop.intermediate(&root, "Test Bed Issuing CA");
    let leaf = workshop.issue(
        &issuer,
        &Order::leaf("host.acme.test").dns("host.acme.test"),
    );
    (root, leaf)
}

#[test]
fn prosody_presents_one_certificate_to_clients_and_one_to_servers() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, clients) = chain(&workshop);
    let servers = workshop.issue(&root, &Order::leaf("acme.test").dns("acme.test"));
    let address = loopback::address();
    let Some(_server) = prosody::start(address, "acme.test", &clients, &servers) else {
        return;
    };
    let domain = ["-xmpphost", "acme.test", "-starttls"];
    let seen = s_client::connect(
        address,
        prosody::CLIENT_PORT,
        &[domain.as_slice(), &["xmpp"]].concat(),
    );
    assert_eq!(seen.digests, clients.digests, "{}", seen.text);
    let seen = s_client::connect(
        address,
        prosody::SERVER_PORT,
        &[domain.as_slice(), &["xmpp-server"]].concat(),
    );
    assert_eq!(seen.digests, servers.digests, "{}", seen.text);
}

#[test]
fn tomcat_presents_an_rsa_certificate_and_its_ecdsa_twin() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, rsa) = chain(&workshop);
    let ecdsa = workshop.issue(&root, &Order::leaf("host.acme.test").key(Key::Ecdsa));
    let address = loopback::address();
    let Some(_server) = tomcat::start(address, &[&rsa, &ecdsa]) else {
        return;
    };
    for (ciphers, certificate) in [("aRSA", &rsa), ("aECDSA", &ecdsa)] {
        let seen = s_client::connect(address, tomcat::PORT, &["-tls1_2", "-cipher", ciphers]);
        assert_eq!(
            seen.digests, certificate.digests,
            "{ciphers}: {}",
            seen.text
        );
    }
}

#[test]
fn kamailio_demands_a_client_certificate() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, leaf) = chain(&workshop);
    let address = loopback::address();
    let Some(_server) = kamailio::start(address, &leaf, &root) else {
        return;
    };
    demands_a_client_certificate(address, kamailio::PORT, &leaf);
}

#[test]
fn s_server_demands_a_client_certificate() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, leaf) = chain(&workshop);
    let address = loopback::address();
    let Some(_server) = s_server::start_mutual(address, 5061, &leaf, &root, &[]) else {
        return;
    };
    demands_a_client_certificate(address, 5061, &leaf);
}

fn demands_a_client_certificate(address: Ipv4Addr, port: u16, leaf: &Credential) {
    for (argument, version) in MUTUAL {
        // It stays until it is turned away: in TLS 1.3 that is after its side of the handshake.
        let seen = s_client::connect(address, port, &[argument, "-ign_eof"]);
        assert_eq!(seen.digests, leaf.digests, "{version}: {}", seen.text);
        assert_eq!(
            seen.authorities(),
            [format!("CN = {ROOT}")],
            "{version}: {}",
            seen.text
        );
        assert!(
            seen.text.contains("alert"),
            "{version} without a certificate is refused: {}",
            seen.text
        );
    }
}

#[test]
fn s_server_keeps_to_one_version() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (_, leaf) = chain(&workshop);
    for (argument, version) in MUTUAL {
        let address = loopback::address();
        let Some(_server) = s_server::start(address, 5061, &leaf, &[argument]) else {
            return;
        };
        assert!(s_client::connect(address, 5061, &[]).negotiated(version));
    }
}

#[test]
fn a_server_and_its_workers_end_with_it() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, leaf) = chain(&workshop);
    let address = loopback::address();
    let Some(server) = kamailio::start(address, &leaf, &root) else {
        return;
    };
    drop(server);
    assert!(TcpStream::connect((address, kamailio::PORT)).is_err());
}

#[test]
fn orders_say_what_was_asked_for() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let order = Order::leaf("imp1.acme.test")
        .dns("imp1.acme.test")
        .xmpp_address("acme.test");
    let order = order
        .service_name("_xmpp-client.acme.test")
        .crl_url("http://127.0.0.1/a.crl")
        .days(-400, -35);
    let certificate = workshop.self_signed(&order);
    let mut command = std::process::Command::new("openssl");
    command
        .args(["x509", "-noout", "-text", "-checkend", "0", "-in"])
        .arg(&certificate.certificate);
    let output = support::process::run(&mut command, Duration::from_secs(20));
    let text = String::from_utf8_lossy(&output.stdout);
    let names = "DNS:imp1.acme.test, othername: XmppAddr::acme.test, othername: SRVName::_xmpp-client.acme.test";
    for words in [
        names,
        "URI:http://127.0.0.1/a.crl",
        "Data Encipherment",
        "IPSec End System",
        "will expire",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// By hand: s_client wants the features in one packet, and in its own spelling.
#[test]
fn the_slow_xmpp_server_passes_on_to_the_one_behind_it() {
    let address = loopback::address();
    let behind = SocketAddr::from((address, 8443));
    let _behind = Faulty::start(address, behind.port(), Fault::PlainHttp);
    let _front = Faulty::start(address, prosody::CLIENT_PORT, Fault::InPieces(behind));
    let mut stream = TcpStream::connect((address, prosody::CLIENT_PORT)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let dialogue = [
        ("<stream:stream>", "</stream:features\n>"),
        ("<starttls/>", "'urn:ietf:params:xml:ns:xmpp-tls'/>"),
        ("hello\r\n", "HTTP/1.1 400 Bad Request"),
    ];
    for (question, end) in dialogue {
        stream.write_all(question.as_bytes()).unwrap();
        read_up_to(&mut stream, end);
    }
}

/// Byte by byte, so that nothing behind `end` is taken.
fn read_up_to(stream: &mut TcpStream, end: &str) {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        let mut byte = [0];
        stream
            .read_exact(&mut byte)
            .unwrap_or_else(|error| panic!("{error} after {}", text.escape_ascii()));
        text.extend(byte);
    }
}

#[test]
fn faulty_servers_say_what_they_should() {
    let cases = [
        (Fault::PlainHttp, "HTTP/1.1 400"),
        (Fault::Closes, ""),
        (Fault::NoStartTls, "<mechanism>PLAIN</mechanism>"),
        (Fault::StreamError, "<host-unknown"),
    ];
    for (fault, words) in cases {
        let address = loopback::address();
        let _server = Faulty::start(address, 8443, fault);
        let answer = answer(address, "hello\r\n\r\n").unwrap_or_default();
        assert!(answer.contains(words), "{fault:?}: {answer:?}");
        assert_eq!(answer.is_empty(), words.is_empty(), "{fault:?}: {answer:?}");
    }
}

#[test]
fn a_hanging_server_says_nothing_and_still_ends_with_the_test() {
    let address = loopback::address();
    let server = Faulty::start(address, 8443, Fault::Hangs);
    assert!(answer(address, "hello").is_err());
    let start = Instant::now();
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(TcpStream::connect((address, 8443)).is_err());
}

/// What a server answers within a second, up to its close.
fn answer(address: Ipv4Addr, question: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((address, 8443))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(question.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

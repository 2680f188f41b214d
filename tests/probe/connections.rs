//! How many connections a service gets: what README promises.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use certaudit::catalog::Transport;
use certaudit::evidence::{Observation, Silence};
use rustls::ServerConfig;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::pki::Authority;
use super::servers::{Asks, Crowd, serve, settings, shake, speak_tls_10};
use super::{hasty, limits, probe, target};

/// Probes a server and gives how often it was connected to, never twice at once, and what was seen.
async fn connections<F>(
    limits: &certaudit::probe::Limits,
    transport: Transport,
    answer: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> (usize, Observation)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (crowd, answer) = (Arc::new(Crowd::default()), Arc::new(answer));
    let address: SocketAddr = serve({
        let crowd = Arc::clone(&crowd);
        move |stream| {
            let (crowd, answer) = (Arc::clone(&crowd), Arc::clone(&answer));
            async move {
                crowd.enter();
                answer(stream).await;
                crowd.leave();
            }
        }
    })
    .await;
    let seen = probe(target(address, transport), limits).await;
    assert_eq!(crowd.most(), 1, "one after the other");
    (crowd.all(), seen)
}

/// As `connections`, of a TLS server.
async fn of_tls(settings: ServerConfig) -> (usize, usize) {
    let acceptor = TlsAcceptor::from(Arc::new(settings));
    let answer = move |stream| shake(acceptor.clone(), stream);
    let (count, seen) = connections(&limits(), Transport::Tls, answer).await;
    (count, seen.presentations.len())
}

#[tokio::test]
async fn a_server_that_answers_gets_one_for_each_kind_of_key() {
    let authority = Authority::new("ACME CA");
    let (ecdsa, rsa) = (authority.ecdsa(), authority.rsa());
    for version in [&TLS12, &TLS13] {
        let asked = of_tls(settings(&[&rsa], version, Asks::Nothing)).await;
        assert_eq!(asked, (2, 1), "RSA alone, {version:?}");
        let asked = of_tls(settings(&[&ecdsa], version, Asks::Nothing)).await;
        assert_eq!(asked, (2, 1), "ECDSA alone, {version:?}");
        let asked = of_tls(settings(&[&ecdsa, &rsa], version, Asks::Nothing)).await;
        assert_eq!(asked, (2, 2), "both, {version:?}");
        let demands = Asks::Required(authority.roots());
        let asked = of_tls(settings(&[&ecdsa, &rsa], version, demands)).await;
        assert_eq!(asked, (2, 2), "both, for a client certificate, {version:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_old_gets_one_more() {
    let (count, seen) = connections(&limits(), Transport::Tls, speak_tls_10).await;
    assert_eq!(seen.presentations.len(), 1);
    assert_eq!(count, 2);
}

/// Answers the hello with these bytes and closes.
async fn count_of_answer(bytes: &'static [u8]) -> usize {
    let answer = move |mut stream: TcpStream| async move {
        let mut hello = [0; 2048];
        let _ = stream.read(&mut hello).await;
        let _ = stream.write_all(bytes).await;
    };
    let (count, seen) = connections(&limits(), Transport::Tls, answer).await;
    assert_eq!(seen.presentations, []);
    count
}

#[tokio::test]
async fn a_server_that_refuses_gets_two_when_an_older_hello_may_help() {
    const HANDSHAKE_FAILURE: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";
    const UNRECOGNIZED_NAME: &[u8] = b"\x15\x03\x03\x00\x02\x02\x70";
    assert_eq!(count_of_answer(HANDSHAKE_FAILURE).await, 2);
    assert_eq!(count_of_answer(b"").await, 2, "it closed without a word");
    assert_eq!(count_of_answer(UNRECOGNIZED_NAME).await, 1);
    assert_eq!(
        count_of_answer(b"HTTP/1.1 400 Bad Request\r\n\r\n").await,
        1
    );
}

#[tokio::test]
async fn a_server_that_hangs_gets_one() {
    for transport in [Transport::Tls, Transport::XmppClient, Transport::Smtp] {
        let hang = |stream| async move {
            sleep(Duration::from_secs(60)).await;
            drop(stream);
        };
        let (count, seen) = connections(&hasty(), transport, hang).await;
        assert!(matches!(seen.silence, Some(Silence::TimedOut { .. })));
        assert_eq!(count, 1, "{transport:?}");
    }
}

/// STARTTLS is asked for anew before each handshake, and refused once.
#[tokio::test]
async fn a_server_without_starttls_gets_one() {
    let answer = |mut stream: TcpStream| async move {
        let _ = stream.write_all(b"220 hello\r\n250 HELP\r\n").await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    };
    let (count, seen) = connections(&limits(), Transport::Smtp, answer).await;
    let offered = String::new();
    assert_eq!(seen.silence, Some(Silence::NoStartTls { offered }));
    assert_eq!(count, 1);
}

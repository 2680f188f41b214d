//! Servers that show nothing, each in its own way and within the deadline.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use certaudit::catalog::Transport;
use certaudit::certificate::Digest;
use certaudit::evidence::{Ending, Silence, Step};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::servers::{serve, speak_tls_10};
use super::{hasty, limits, only, probe, probe_tls, silence, target};

/// A server that answers a ClientHello with these bytes and closes.
async fn answering(bytes: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| async move {
        let mut hello = [0; 1024];
        let _ = stream.read(&mut hello).await;
        let _ = stream.write_all(bytes).await;
    })
    .await
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let seen = probe_tls(address, &limits()).await;
    assert_eq!(seen.address, Some(address.to_string()));
    assert_eq!(silence(seen), Silence::Refused);
}

#[tokio::test]
async fn http_on_a_tls_port_is_quoted() {
    let address = answering(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").await;
    let seen = "HTTP/1.1 400 Bad Request".to_owned();
    assert_eq!(
        silence(probe_tls(address, &limits()).await),
        Silence::NotTls { seen }
    );
}

#[tokio::test]
async fn a_server_that_closes_at_once_is_said_to_close() {
    let address = serve(|stream| async { drop(stream) }).await;
    let step = Step::Handshake;
    assert_eq!(
        silence(probe_tls(address, &limits()).await),
        Silence::Closed { step }
    );
}

#[tokio::test]
async fn an_alert_is_called_by_its_name() {
    let address = answering(b"\x15\x03\x03\x00\x02\x02\x28").await;
    let name = "handshake_failure".to_owned();
    assert_eq!(
        silence(probe_tls(address, &limits()).await),
        Silence::Alert { name }
    );
}

#[tokio::test]
async fn a_server_that_refuses_the_version_is_old() {
    let address = answering(b"\x15\x03\x01\x00\x02\x02\x46").await;
    let offered = None;
    assert_eq!(
        silence(probe_tls(address, &limits()).await),
        Silence::OldVersion { offered }
    );
}

#[tokio::test]
async fn an_old_server_is_read_from_its_hello() {
    let address = serve(speak_tls_10).await;
    let seen = probe_tls(address, &limits()).await;
    let shown = only(&seen);
    assert_eq!(shown.chain, [Digest::of(b"hello")]);
    assert_eq!(shown.version.as_deref(), Some("TLSv1.0"));
    let cipher = Some("TLS_RSA_WITH_AES_128_CBC_SHA");
    assert_eq!(shown.cipher.as_deref(), cipher);
    assert_eq!(shown.ending, Ending::HelloOnly);
}

/// The deadline fires in that step, and not much later.
async fn runs_out(address: SocketAddr, transport: Transport, step: Step) {
    let begun = Instant::now();
    let seen = probe(target(address, transport), &hasty()).await;
    let after_ms = 300;
    assert_eq!(silence(seen), Silence::TimedOut { step, after_ms });
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_server_that_says_nothing_runs_out_of_time() {
    let hang = || {
        serve(|stream| async move {
            sleep(Duration::from_secs(60)).await;
            drop(stream);
        })
    };
    runs_out(hang().await, Transport::Tls, Step::Handshake).await;
    runs_out(hang().await, Transport::XmppClient, Step::Prelude).await;
    runs_out(hang().await, Transport::Smtp, Step::Prelude).await;
    runs_out(hang().await, Transport::Imap, Step::Prelude).await;
}

#[tokio::test]
async fn a_server_that_drips_runs_out_of_time() {
    let drip = |text: &'static [u8]| {
        serve(move |mut stream| async move {
            for byte in text.iter().cycle() {
                if stream.write_u8(*byte).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(50)).await;
            }
        })
    };
    runs_out(
        drip(b"\x16\x03\x03\x40\x00\x02").await,
        Transport::Tls,
        Step::Handshake,
    )
    .await;
    runs_out(drip(b" ").await, Transport::XmppServer, Step::Prelude).await;
}

#[tokio::test]
async fn a_port_that_takes_no_connection_runs_out_of_time() {
    // A full backlog: the kernel drops what does not fit.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut crowd = Vec::new();
    for _ in 0..4 {
        let connect = tokio::net::TcpStream::connect(address);
        crowd.push(tokio::time::timeout(Duration::from_millis(50), connect).await);
    }
    runs_out(address, Transport::Tls, Step::Connect).await;
}

#[tokio::test]
async fn a_flood_is_cut() {
    let address = serve(|mut stream| async move {
        // Records of handshake messages that never end.
        let mut record = vec![0x16, 0x03, 0x03, 0x40, 0x00];
        record.resize(5 + 0x4000, 0x02);
        while stream.write_all(&record).await.is_ok() {}
    })
    .await;
    let seen = probe_tls(address, &limits()).await;
    assert!(matches!(silence(seen), Silence::Handshake { .. }));
}

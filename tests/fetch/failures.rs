//! Servers that give no whole answer, and URLs that nobody is asked for.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use certaudit::evidence::FetchStep;
use certaudit::probe::fetch::FetchLimits;

use super::server::{always, answer, closed, dns, pause, serve};
use super::{crl, failure, fetch, get, hasty, limits, ocsp};

/// Far less than any of the servers would take, and enough for a busy machine.
const SOON: Duration = Duration::from_secs(5);

fn repeat(stream: &mut TcpStream, bytes: &[u8], milliseconds: u64) {
    while stream.write_all(bytes).is_ok() {
        pause(milliseconds);
    }
}

#[tokio::test]
async fn only_http_is_contacted() {
    let server = always(answer("200 OK", "", b""));
    for scheme in ["https", "ldap", "ldaps", "ftp", "file", "gopher", "ws"] {
        let fetch = get(&format!("{scheme}://{}/a.crl", server.address)).await;
        let (step, reason) = failure(&fetch);
        assert_eq!(step, FetchStep::Scheme);
        assert!(reason.starts_with(&format!("{scheme}: ")), "{reason}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn an_endless_answer_is_cut_at_its_limit() {
    let endless = || {
        serve(|_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            repeat(stream, &[0; 8192], 0);
        })
    };
    for (request, size) in [
        (crl(&endless().url("/")), "1048576"),
        (ocsp(&endless().url("/"), b"?"), "65536"),
    ] {
        let fetch = fetch(request, &limits()).await;
        let (step, reason) = failure(&fetch);
        assert_eq!(
            (step, reason.contains(size)),
            (FetchStep::Size, true),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_says_it_is_too_large_is_not_read() {
    let server = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n");
        pause(60_000);
    });
    let begun = Instant::now();
    assert_eq!(failure(&get(&server.url("/")).await).0, FetchStep::Size);
    assert!(begun.elapsed() < SOON);
    let just_fits = always(answer("200 OK", "", &vec![0; 1024 * 1024]));
    assert_eq!(
        get(&just_fits.url("/")).await.content().unwrap().len(),
        1024 * 1024
    );
}

#[tokio::test]
async fn the_deadline_holds_however_slowly_bytes_come() {
    let dripping_body = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        repeat(stream, b"x", 20);
    });
    let dripping_header = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        repeat(stream, b"X: y\r\n", 20);
    });
    let endless_hints = serve(|_, stream| repeat(stream, b"HTTP/1.1 103 Hints\r\n\r\n", 5));
    let silent = serve(|_, _| pause(60_000));
    for server in [dripping_body, dripping_header, endless_hints, silent] {
        let begun = Instant::now();
        let fetch = fetch(crl(&server.url("/")), &hasty()).await;
        let (step, reason) = failure(&fetch);
        assert_eq!(step, FetchStep::Time, "{reason}");
        assert!(reason.contains("400 ms"), "{reason}");
        assert!(begun.elapsed() < SOON && fetch.elapsed_ms >= 400);
    }
}

#[tokio::test]
async fn what_breaks_off_or_is_no_http_says_so() {
    let chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc".to_vec();
    let fields = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(70_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(200));
    for (sent, word) in [
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec(),
            "closed",
        ),
        (chunk, "closed"),
        (b"HTTP/1.1 200 OK\r\nContent".to_vec(), "closed"),
        (Vec::new(), "closed"),
        (fields.into_bytes(), "too large"),
        (many.into_bytes(), "too large"),
        (b"\x15\x03\x01\x00\x02\x02\x16".to_vec(), "not HTTP"),
        (b"220 mail.acme.test ESMTP\r\n".to_vec(), "not HTTP"),
    ] {
        let fetch = get(&always(sent.clone()).url("/")).await;
        let (step, reason) = failure(&fetch);
        assert_eq!(step, FetchStep::Request, "{sent:?}: {reason}");
        assert!(
            reason.contains(word),
            "{:?}: {reason}",
            String::from_utf8_lossy(&sent)
        );
    }
}

#[tokio::test]
async fn no_connection_and_no_name_are_told_apart() {
    let address = closed();
    let refused = get(&format!("http://{address}/")).await;
    let (step, reason) = failure(&refused);
    assert_eq!(step, FetchStep::Connect);
    assert!(
        reason.starts_with(&format!("{address}: connection refused")),
        "{reason}"
    );
    for (silent, expected, word) in [
        (false, FetchStep::Resolve, "NXDOMAIN"),
        (true, FetchStep::Time, "while resolving the name"),
    ] {
        let limits = FetchLimits {
            dns_server: Some(dns(silent)),
            ..hasty()
        };
        let fetch = fetch(crl("http://pki.acme.test/a.crl"), &limits).await;
        let (step, reason) = failure(&fetch);
        assert_eq!((step, reason.contains(word)), (expected, true), "{reason}");
    }
}

#[tokio::test]
async fn link_local_addresses_are_left_alone() {
    for host in [
        "169.254.169.254",
        "0xa9fea9fe",
        "[::ffff:169.254.169.254]",
        "[fe80::1]",
    ] {
        let fetch = get(&format!("http://{host}/latest/meta-data")).await;
        let (step, reason) = failure(&fetch);
        assert_eq!(
            (step, reason.contains("link-local")),
            (FetchStep::Connect, true),
            "{host}"
        );
    }
}

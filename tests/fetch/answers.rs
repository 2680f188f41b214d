//! Whole answers, whatever they say.

use std::io::Write as _;

use certaudit::evidence::FetchOutcome;

use super::server::{always, answer, serve_at};
use super::{crl, fetch, get, limits, ocsp, status};

/// Any bytes will do: nothing here decodes them.
const DER: &[u8] = b"\x30\x82\x00\x01\xff\x00\r\n\r\n";

#[tokio::test]
async fn a_crl_is_fetched_as_it_is() {
    let server = always(answer(
        "200 OK",
        "Content-Type: application/pkix-crl\r\n",
        DER,
    ));
    let fetch = get(&server.url("/a%20b.crl?x=%41#part")).await;
    assert_eq!(fetch.content().unwrap(), DER);
    assert_eq!(fetch.redirects, [""; 0]);
    let FetchOutcome::Answered { content_type, .. } = &fetch.outcome else {
        panic!()
    };
    assert_eq!(content_type.as_deref(), Some("application/pkix-crl"));
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "GET /a%20b.crl?x=%41 HTTP/1.1\r\nhost: {}\r\nuser-agent: certaudit/{version}\r\naccept: */*\r\nconnection: close\r\n\r\n",
        server.address
    );
    assert_eq!(server.asked(), [expected]);
}

#[tokio::test]
async fn an_ocsp_request_is_posted() {
    let server = always(answer("200 OK", "", DER));
    let fetch = fetch(ocsp(&server.url(""), b"0\x03abc"), &limits()).await;
    assert_eq!(fetch.content().unwrap(), DER);
    assert_eq!(fetch.request.as_deref(), Some("MANhYmM="));
    let asked = &server.asked()[0];
    assert!(asked.starts_with("POST / HTTP/1.1\r\n"), "{asked}");
    assert!(
        asked.contains("\r\ncontent-type: application/ocsp-request\r\n"),
        "{asked}"
    );
    assert!(asked.contains("\r\ncontent-length: 5\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\n0\x03abc"), "{asked}");
}

#[tokio::test]
async fn other_statuses_are_answers_too() {
    for line in [
        "404 Not Found",
        "500 Internal Server Error",
        "304 Not Modified",
        "204 No Content",
    ] {
        let server = always(format!("HTTP/1.1 {line}\r\n\r\n").into_bytes());
        let fetch = get(&server.url("/a.crl")).await;
        assert_eq!(status(&fetch).to_string(), line[..3]);
        assert_eq!(fetch.content(), None);
    }
}

#[tokio::test]
async fn a_page_with_status_200_is_kept_for_the_judge() {
    let page = b"<html>Not found</html>";
    let server = always(answer(
        "200 OK",
        "Content-Type: text/html; \x1b[31m\r\n",
        page,
    ));
    let server_with_sound_header = always(answer("200 OK", "Content-Type: text/html\r\n", page));
    let fetch = get(&server_with_sound_header.url("/a.crl")).await;
    assert_eq!(fetch.content().unwrap(), page);
    let hostile = get(&server.url("/a.crl")).await;
    assert!(!format!("{:?}", hostile.outcome).contains('\x1b'));
}

#[tokio::test]
async fn bodies_come_chunked_or_until_the_end() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
    let fetch = get(&always(chunked.to_vec()).url("/")).await;
    assert_eq!(fetch.content().unwrap(), b"abcde");
    let until_the_end = always(b"HTTP/1.0 200 OK\r\n\r\nabcde".to_vec());
    let fetch = get(&until_the_end.url("/")).await;
    assert_eq!(fetch.content().unwrap(), b"abcde");
}

#[tokio::test]
async fn user_names_and_passwords_are_not_sent() {
    let server = always(answer("200 OK", "", DER));
    let url = format!("http://me:secret@{}/", server.address);
    let fetch = get(&url).await;
    assert_eq!((status(&fetch), &fetch.url), (200, &url));
    let asked = &server.asked()[0];
    assert!(
        !asked.contains("secret") && !asked.to_lowercase().contains("authorization"),
        "{asked}"
    );
}

#[tokio::test]
async fn ipv6_literals_are_reached() {
    let Ok(server) = serve_at("[::1]:0", |_, stream| {
        let _ = stream.write_all(&answer("200 OK", "", DER));
    }) else {
        return; // No IPv6 on this machine.
    };
    assert_eq!(status(&get(&server.url("/")).await), 200);
    let host = format!("host: [::1]:{}\r\n", server.address.port());
    assert!(server.asked()[0].contains(&host));
}

#[tokio::test]
async fn names_are_looked_up() {
    let server = always(answer("200 OK", "", DER));
    let url = format!("http://LOCALHOST:{}/", server.address.port());
    assert_eq!(status(&fetch(crl(&url), &limits()).await), 200);
    assert!(server.asked()[0].contains("host: localhost:"));
}

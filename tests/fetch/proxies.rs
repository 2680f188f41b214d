//! Through a proxy, and past it.

use certaudit::evidence::FetchStep;
use certaudit::probe::fetch::{FetchLimits, Proxy};

use super::server::{Server, always, answer, closed, dns, redirect};
use super::{crl, failure, fetch, limits, ocsp, status};

/// Limits with that proxy; no name resolves, so that only the proxy can reach one.
fn through(proxy: &str, exceptions: &str) -> FetchLimits {
    let lookup = |name: &str| match name {
        "http_proxy" => Some(proxy.to_owned()),
        "no_proxy" => Some(exceptions.to_owned()),
        _ => None,
    };
    FetchLimits {
        proxy: Proxy::from_environment(lookup).unwrap(),
        dns_server: Some(dns(false)),
        ..limits()
    }
}

fn proxy() -> Server {
    always(answer("200 OK", "", b"from the proxy"))
}

#[tokio::test]
async fn a_proxy_is_given_the_whole_url() {
    let proxy = proxy();
    let url = format!("http://me:secret@{}", proxy.address);
    let fetch = fetch(
        crl("http://u:p@PKI.acme.test/a%20b.crl?c#d"),
        &through(&url, ""),
    )
    .await;
    assert_eq!(fetch.content().unwrap(), b"from the proxy");
    let asked = &proxy.asked()[0];
    assert!(
        asked.starts_with(
            "GET http://pki.acme.test/a%20b.crl?c HTTP/1.1\r\nhost: pki.acme.test\r\n"
        ),
        "{asked}"
    );
    assert!(
        asked.contains("\r\nproxy-authorization: Basic bWU6c2VjcmV0\r\n"),
        "{asked}"
    );
}

#[tokio::test]
async fn a_post_goes_through_it_too() {
    let proxy = proxy();
    let limits = through(&proxy.address.to_string(), "");
    assert_eq!(
        status(&fetch(ocsp("http://ocsp.acme.test:81", b"abc"), &limits).await),
        200
    );
    let asked = &proxy.asked()[0];
    assert!(
        asked.starts_with("POST http://ocsp.acme.test:81/ HTTP/1.1\r\n"),
        "{asked}"
    );
    assert!(
        !asked.contains("proxy-authorization") && asked.ends_with("abc"),
        "{asked}"
    );
}

#[tokio::test]
async fn exceptions_go_past_it() {
    let (proxy, server) = (proxy(), always(answer("200 OK", "", b"straight")));
    let limits = through(&proxy.address.to_string(), "acme.test,127.0.0.1");
    let straight = fetch(crl(&server.url("/a.crl")), &limits).await;
    assert_eq!(straight.content().unwrap(), b"straight");
    assert!(server.asked()[0].starts_with("GET /a.crl HTTP/1.1\r\n"));
    let unresolved = fetch(crl("http://pki.acme.test/"), &limits).await;
    assert_eq!(failure(&unresolved).0, FetchStep::Resolve);
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn a_redirect_chooses_anew() {
    let server = always(answer("200 OK", "", b"straight"));
    let proxy = always(redirect("302 Found", &server.url("/b.crl")));
    let limits = through(&proxy.address.to_string(), "127.0.0.1");
    let fetch = fetch(crl("http://pki.acme.test/a.crl"), &limits).await;
    assert_eq!(fetch.content().unwrap(), b"straight");
}

#[tokio::test]
async fn a_proxy_that_fails_is_named_without_its_password() {
    let address = closed();
    let limits = through(&format!("http://me:secret@{address}"), "");
    let refused = fetch(crl("http://pki.acme.test/"), &limits).await;
    let (step, reason) = failure(&refused);
    assert_eq!(step, FetchStep::Connect);
    assert!(
        reason.starts_with(&format!("the proxy {address}: ")),
        "{reason}"
    );
    assert!(!format!("{refused:?}").contains("secret"));
    let asking = always(answer("407 Proxy Authentication Required", "", b""));
    let refused = fetch(
        crl("http://pki.acme.test/"),
        &through(&asking.address.to_string(), ""),
    )
    .await;
    let (step, reason) = failure(&refused);
    assert_eq!(
        (step, reason.contains("credentials")),
        (FetchStep::Connect, true),
        "{reason}"
    );
    let unknown = fetch(
        crl("http://pki.acme.test/"),
        &through("proxy.acme.test:3128", ""),
    )
    .await;
    let (step, reason) = failure(&unknown);
    assert_eq!(step, FetchStep::Resolve);
    assert!(
        reason.starts_with("the proxy proxy.acme.test:3128: "),
        "{reason}"
    );
}

//! Redirects: three at most, to http only, and never in circles.

use std::io::Write as _;
use std::time::Duration;

use certaudit::evidence::FetchStep;
use certaudit::probe::fetch::FetchLimits;

use super::server::{Server, always, answer, path, pause, redirect, serve};
use super::{crl, failure, fetch, get, limits, ocsp, status};

/// "/4" redirects to "/3" and so on; "/0" is the answer.
fn countdown() -> Server {
    serve(|request, stream| {
        let left: u32 = path(request)[1..].parse().unwrap();
        let reply = match left.checked_sub(1) {
            Some(next) => redirect("302 Found", &format!("/{next}")),
            None => answer("200 OK", "", b"here"),
        };
        let _ = stream.write_all(&reply);
    })
}

#[tokio::test]
async fn three_are_followed() {
    let server = countdown();
    for redirects in 1..=3 {
        let fetch = get(&server.url(&format!("/{redirects}"))).await;
        assert_eq!(fetch.content().unwrap(), b"here");
        let expected: Vec<_> = (0..redirects)
            .rev()
            .map(|left| server.url(&format!("/{left}")))
            .collect();
        assert_eq!(fetch.redirects, expected);
    }
    for redirects in 4..=5 {
        let server = countdown();
        let fetch = get(&server.url(&format!("/{redirects}"))).await;
        let (step, reason) = failure(&fetch);
        assert_eq!(step, FetchStep::Redirect);
        let last = server.url(&format!("/{}", redirects - 4));
        assert_eq!(
            reason,
            format!("redirected more than 3 times, at last to {last}")
        );
        assert_eq!((fetch.redirects.len(), server.asked().len()), (3, 4));
    }
}

#[tokio::test]
async fn circles_end() {
    let itself = always(redirect("301 Moved Permanently", "/"));
    assert_eq!(failure(&get(&itself.url("/")).await).0, FetchStep::Redirect);
    assert_eq!(itself.asked().len(), 1);
    let pair = serve(|request, stream| {
        let other = if path(request) == "/a" { "/b" } else { "/a" };
        let _ = stream.write_all(&redirect("307 Temporary Redirect", other));
    });
    let fetch = get(&pair.url("/a")).await;
    let (step, reason) = failure(&fetch);
    assert_eq!(
        (step, reason.contains("in a circle")),
        (FetchStep::Redirect, true),
        "{reason}"
    );
    assert_eq!(pair.paths(), ["/a", "/b"]);
}

#[tokio::test]
async fn other_schemes_are_refused_in_words() {
    let untouched = always(answer("200 OK", "", b""));
    for target in [
        format!("https://{}/a.crl", untouched.address),
        "file:///etc/passwd".to_owned(),
        "ldap://dc.acme.test/".to_owned(),
        "javascript:alert(1)".to_owned(),
    ] {
        let server = always(redirect("302 Found", &target));
        let fetch = get(&server.url("/")).await;
        let expected = format!("redirected to {target}, and only http: is fetched");
        assert_eq!(failure(&fetch), (FetchStep::Redirect, expected.as_str()));
        assert!(fetch.redirects.is_empty());
    }
    assert!(untouched.asked().is_empty());
}

#[tokio::test]
async fn an_ocsp_request_stays_a_post_but_for_see_other() {
    for (line, method) in [
        ("302 Found", "POST"),
        ("308 Permanent Redirect", "POST"),
        ("303 See Other", "GET"),
    ] {
        let goal = always(answer("200 OK", "", b"here"));
        let first = always(redirect(line, &goal.url("/ocsp")));
        let fetch = fetch(ocsp(&first.url("/"), b"abc"), &limits()).await;
        assert_eq!(status(&fetch), 200);
        let asked = &goal.asked()[0];
        assert!(asked.starts_with(&format!("{method} /ocsp ")), "{asked}");
        assert_eq!(asked.ends_with("abc"), method == "POST");
        assert!(asked.contains(&format!("host: {}\r\n", goal.address)));
    }
}

#[tokio::test]
async fn a_redirect_without_a_target_is_an_answer() {
    let server = always(answer("302 Found", "", b"where to?"));
    assert_eq!(status(&get(&server.url("/")).await), 302);
}

#[tokio::test]
async fn one_deadline_holds_for_all_of_them() {
    let server = serve(|request, stream| {
        pause(300);
        let next = format!("{}x", path(request));
        let _ = stream.write_all(&redirect("302 Found", &next));
    });
    let limits = FetchLimits {
        timeout: Duration::from_millis(700),
        ..limits()
    };
    let fetch = fetch(crl(&server.url("/")), &limits).await;
    assert_eq!(failure(&fetch).0, FetchStep::Time);
    assert!(server.asked().len() <= 3);
}

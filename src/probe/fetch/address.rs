//! A URL that may be fetched: `http:`, with a host, and nothing of it secret.

use hyper::Uri;
use url::{Host, Position, Url};

use super::failure::Failure;
use crate::evidence::FetchStep;
use crate::probe::words;

/// An `http:` URL without user name, password and fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address(Url);

/// Whether a URL says `http:`, which is all that is fetched.
pub(super) fn is_http(url: &str) -> bool {
    scheme(url).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
}

/// What stands before the first colon, when that can be a scheme (RFC 3986, section 3.1).
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.trim().split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let begins = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    (begins && scheme.bytes().all(fits)).then_some(scheme)
}

impl Address {
    /// Reads the URL of a certificate.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let Some(scheme) = scheme(text) else {
            let reason = "no URL with a scheme; only http: is fetched";
            return Err(Failure::new(FetchStep::Scheme, reason));
        };
        if !is_http(text) {
            let scheme = words::printable(scheme.to_ascii_lowercase().as_bytes());
            let reason = format!("{scheme}: is never fetched, only http:");
            return Err(Failure::new(FetchStep::Scheme, reason));
        }
        Url::parse(text).map_or_else(|error| Err(unreadable(&error)), Self::take)
    }

    /// Where a redirect from here leads to.
    pub(super) fn redirected(&self, location: &[u8]) -> Result<Self, Failure> {
        let refused = |reason: String| Failure::new(FetchStep::Redirect, reason);
        let shown = words::printable(location);
        let text = std::str::from_utf8(location)
            .map_err(|_| refused(format!("redirected to what is no URL: {shown}")))?;
        let url = self
            .0
            .join(text)
            .map_err(|error| refused(format!("redirected to what is no URL: {shown}: {error}")))?;
        if url.scheme() != "http" {
            let reason = format!("redirected to {shown}, and only http: is fetched");
            return Err(refused(reason));
        }
        Self::take(url)
    }

    fn take(mut url: Url) -> Result<Self, Failure> {
        // Neither can fail where there is a host, and an `http:` URL has one.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        let address = Self(url);
        address.target(true)?;
        address.host()?;
        Ok(address)
    }

    /// A name or an address.
    pub(super) fn host(&self) -> Result<Host<&str>, Failure> {
        self.0
            .host()
            .ok_or_else(|| unreadable(&url::ParseError::EmptyHost))
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(80)
    }

    /// The host in lower case, IPv6 in brackets, and the port.
    pub(super) fn server(&self) -> String {
        format!("{}:{}", self.0.host_str().unwrap_or_default(), self.port())
    }

    /// For the Host header: the port only where it is not 80.
    pub(super) fn authority(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    /// The request target (RFC 9112, section 3.2): a proxy is given all of it, a server the path and query.
    pub(super) fn target(&self, whole: bool) -> Result<Uri, Failure> {
        let start = if whole {
            Position::BeforeScheme
        } else {
            Position::BeforePath
        };
        Uri::try_from(&self.0[start..]).map_err(|error| {
            Failure::new(FetchStep::Url, format!("it cannot be asked for: {error}"))
        })
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

fn unreadable(error: &url::ParseError) -> Failure {
    Failure::new(FetchStep::Url, format!("it cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn refusal(url: &str) -> (FetchStep, String) {
        let failure = Address::parse(url).unwrap_err();
        (failure.step, failure.reason)
    }

    #[test]
    fn only_http_is_read() {
        for (url, named) in [
            ("ldap:///CN=ACME%20CA?certificateRevocationList", "ldap: "),
            ("LDAPS://dc.acme.test/x", "ldaps: "),
            ("file:///etc/passwd", "file: "),
            ("https://pki.acme.test/a.crl", "https: "),
            ("ftp://pki.acme.test/a.crl", "ftp: "),
            ("C:\\pki\\a.crl", "c: "),
            ("javascript:alert(1)", "javascript: "),
        ] {
            let (step, reason) = refusal(url);
            assert_eq!(step, FetchStep::Scheme, "{url}");
            assert!(reason.starts_with(named), "{url}: {reason}");
        }
        for url in [
            "",
            "pki/a.crl",
            "\\\\pki\\a.crl",
            "//pki/a.crl",
            "\u{1b}[31m:x",
        ] {
            assert_eq!(refusal(url).0, FetchStep::Scheme, "{url}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_asked() {
        for url in [
            "http://",
            "http://a b/",
            "http://[::1/",
            "http://a:99999/",
            "http:?",
        ] {
            assert_eq!(refusal(url).0, FetchStep::Url, "{url}");
        }
        let endless = format!("http://pki.acme.test/{}", "a".repeat(70_000));
        assert_eq!(refusal(&endless).0, FetchStep::Url);
    }

    #[test]
    fn the_request_is_what_the_url_says_without_secrets() {
        let address =
            Address::parse(" HTTP://me:secret@PKI.acme.test:8080/a%20b%2Fc.crl?d=%41&e#f").unwrap();
        assert_eq!(address.authority(), "pki.acme.test:8080");
        assert_eq!(address.target(false).unwrap(), "/a%20b%2Fc.crl?d=%41&e");
        let whole = "http://pki.acme.test:8080/a%20b%2Fc.crl?d=%41&e";
        assert_eq!(address.target(true).unwrap(), whole);
        assert_eq!(address.as_str(), whole);
    }

    #[test]
    fn ports_and_addresses_are_read() {
        let address = Address::parse("http://[2001:db8::1]:80").unwrap();
        assert_eq!(address.authority(), "[2001:db8::1]");
        assert_eq!(address.port(), 80);
        assert_eq!(address.target(false).unwrap(), "/");
        assert!(matches!(address.host(), Ok(Host::Ipv6(_))));
    }

    #[test]
    fn redirects_are_resolved_against_the_url() {
        let from = Address::parse("http://pki.acme.test/crl/a.crl").unwrap();
        let to = |location: &str| from.redirected(location.as_bytes());
        assert_eq!(
            to("b.crl").unwrap().as_str(),
            "http://pki.acme.test/crl/b.crl"
        );
        assert_eq!(to("//x.test/b").unwrap().as_str(), "http://x.test/b");
        assert_eq!(
            to("http://u:p@x.test/#f").unwrap().as_str(),
            "http://x.test/"
        );
        for refused in ["https://x.test/", "file:///etc/passwd", "http://", "ftp:x"] {
            assert_eq!(
                to(refused).unwrap_err().step,
                FetchStep::Redirect,
                "{refused}"
            );
        }
        let hostile = from.redirected(b"\xff\x1b[2J").unwrap_err();
        assert_eq!(
            hostile.reason,
            "redirected to what is no URL: \\xff\\x1b[2J"
        );
    }
}

//! The HTTP proxy that the environment names, and the hosts that are reached without it.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderValue;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// How to go: through a proxy, or straight where there is none.
#[derive(Debug, Clone, Default)]
pub struct Proxy {
    server: Option<ProxyServer>,
    exceptions: Vec<Exception>,
}

/// A proxy.
#[derive(Debug, Clone)]
pub(super) struct ProxyServer {
    pub(super) host: Host<String>,
    pub(super) port: u16,
    /// Proxy-Authorization; never shown.
    pub(super) authorization: Option<HeaderValue>,
}

/// A proxy setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {variable} names no HTTP proxy that can be used: {reason}")]
pub struct ProxyFault {
    /// The variable.
    pub variable: &'static str,
    /// Why, in words, without the value: there may be a password in it.
    pub reason: String,
}

/// Hosts that are reached without a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    /// Every host.
    All,
    /// That IP address.
    Ip(IpAddr, Option<u16>),
    /// That name and all names below it.
    Domain(String, Option<u16>),
}

impl Proxy {
    /// Reads `http_proxy` (or `HTTP_PROXY`) and `no_proxy` (or `NO_PROXY`); the first that is set counts, and an empty
    /// one means none. `lookup` gives the value of an environment variable.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ProxyFault> {
        let first = |names: [&'static str; 2]| {
            let values = names.map(|name| (name, lookup(name)));
            values
                .into_iter()
                .find_map(|(name, value)| Some((name, value?)))
        };
        let server = match first(["http_proxy", "HTTP_PROXY"]) {
            Some((variable, value)) if !value.trim().is_empty() => Some(
                ProxyServer::parse(value.trim())
                    .map_err(|reason| ProxyFault { variable, reason })?,
            ),
            _ => None,
        };
        let exceptions =
            first(["no_proxy", "NO_PROXY"]).map_or_else(Vec::new, |(_, value)| exceptions(&value));
        Ok(Self { server, exceptions })
    }

    /// The proxy for a host; `None` when it is reached straight.
    pub(super) fn server_for(&self, host: &Host<&str>, port: u16) -> Option<&ProxyServer> {
        let excepted = self.exceptions.iter().any(|one| one.covers(host, port));
        self.server.as_ref().filter(|_| !excepted)
    }
}

impl ProxyServer {
    fn parse(value: &str) -> Result<Self, String> {
        let with_scheme = if value.contains("://") {
            value.to_owned()
        } else {
            format!("http://{value}")
        };
        let url = Url::parse(&with_scheme).map_err(|error| error.to_string())?;
        if url.scheme() != "http" {
            return Err("only http:// proxies are supported".to_owned());
        }
        let host = url.host().ok_or("it names no host")?.to_owned();
        let port = url.port_or_known_default().unwrap_or(80);
        let authorization = authorization(&url);
        Ok(Self {
            host,
            port,
            authorization,
        })
    }

    /// "proxy.acme.test:3128".
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Basic credentials (RFC 7617) of user name and password in the proxy's URL.
fn authorization(url: &Url) -> Option<HeaderValue> {
    let password = url.password().unwrap_or_default();
    if url.username().is_empty() && password.is_empty() {
        return None;
    }
    let mut pair: Vec<u8> = percent_decode_str(url.username()).collect();
    pair.push(b':');
    pair.extend(percent_decode_str(password));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn exceptions(list: &str) -> Vec<Exception> {
    list.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .map(Exception::parse)
        .collect()
}

impl Exception {
    /// "*", "acme.test", ".acme.test", "*.acme.test", "10.0.0.1", "[::1]", each perhaps with ":port".
    fn parse(entry: &str) -> Self {
        if entry == "*" {
            return Self::All;
        }
        if let Some(ip) = literal(entry) {
            return Self::Ip(ip, None);
        }
        let with_port = entry
            .rsplit_once(':')
            .and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = with_port.map_or((entry, None), |(host, port)| (host, Some(port)));
        if let Some(ip) = literal(host) {
            return Self::Ip(ip, port);
        }
        let name = host.trim_start_matches('*').trim_matches('.');
        Self::Domain(name.to_ascii_lowercase(), port)
    }

    fn covers(&self, host: &Host<&str>, port: u16) -> bool {
        let on_port = |wanted: &Option<u16>| wanted.is_none_or(|wanted| wanted == port);
        match (self, host) {
            (Self::All, _) => true,
            (Self::Ip(wanted, at), Host::Ipv4(ip)) => *wanted == IpAddr::V4(*ip) && on_port(at),
            (Self::Ip(wanted, at), Host::Ipv6(ip)) => *wanted == IpAddr::V6(*ip) && on_port(at),
            (Self::Domain(wanted, at), Host::Domain(name)) => {
                let above = name.trim_end_matches('.').strip_suffix(wanted.as_str());
                let below = above.is_some_and(|above| above.is_empty() || above.ends_with('.'));
                below && !wanted.is_empty() && on_port(at)
            }
            _ => false,
        }
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn proxy(variables: &[(&str, &str)]) -> Result<Proxy, ProxyFault> {
        Proxy::from_environment(|name| {
            let set = variables.iter().find(|(variable, _)| *variable == name);
            set.map(|(_, value)| (*value).to_owned())
        })
    }

    fn goes_through(proxy: &Proxy, url: &str) -> bool {
        let url = Url::parse(url).unwrap();
        let port = url.port_or_known_default().unwrap();
        proxy.server_for(&url.host().unwrap(), port).is_some()
    }

    #[test]
    fn without_a_setting_there_is_none() {
        for variables in [&[][..], &[("http_proxy", "")], &[("no_proxy", "*")]] {
            assert!(!goes_through(&proxy(variables).unwrap(), "http://a.test/"));
        }
        let emptied = [("http_proxy", " "), ("HTTP_PROXY", "proxy.test:1")];
        assert!(!goes_through(&proxy(&emptied).unwrap(), "http://a.test/"));
    }

    #[test]
    fn host_port_and_credentials_are_read() {
        let read = |value| proxy(&[("HTTP_PROXY", value)]).unwrap().server.unwrap();
        assert_eq!(read("proxy.test:3128").authority(), "proxy.test:3128");
        assert_eq!(read("http://proxy.test/").authority(), "proxy.test:80");
        assert_eq!(read("http://[::1]:8080").authority(), "[::1]:8080");
        let server = read("http://ACME%5Cme:p%40ss@proxy.test:3128");
        let expected = format!("Basic {}", STANDARD.encode("ACME\\me:p@ss"));
        assert_eq!(server.authorization.as_ref().unwrap(), expected.as_str());
        assert!(!format!("{server:?}").contains("Basic"), "{server:?}");
    }

    #[test]
    fn what_is_no_http_proxy_is_said_without_the_value() {
        for value in [
            "https://u:secret@p.test",
            "socks5://u:secret@p.test",
            "http://u:secret@:80",
        ] {
            let fault = proxy(&[("http_proxy", value)]).unwrap_err();
            assert_eq!(fault.variable, "http_proxy");
            assert!(!fault.to_string().contains("secret"), "{fault}");
        }
    }

    #[test]
    fn exceptions_are_names_suffixes_addresses_and_ports() {
        let list = "localhost, .acme.test *.corp.test,10.0.0.1,[2001:db8::1]:8080,x.test:81,,";
        let proxy = proxy(&[("http_proxy", "p.test:1"), ("NO_PROXY", list)]).unwrap();
        for straight in [
            "http://localhost/",
            "http://acme.test/",
            "http://PKI.acme.test./",
            "http://a.b.corp.test/",
            "http://10.0.0.1:99/",
            "http://[2001:db8::1]:8080/",
            "http://x.test:81/",
        ] {
            assert!(!goes_through(&proxy, straight), "{straight}");
        }
        for proxied in [
            "http://notacme.test/",
            "http://acme.test.example/",
            "http://10.0.0.10/",
            "http://[2001:db8::1]/",
            "http://x.test/",
        ] {
            assert!(goes_through(&proxy, proxied), "{proxied}");
        }
    }

    #[test]
    fn a_star_excepts_everything() {
        let proxy = proxy(&[("http_proxy", "p.test:1"), ("no_proxy", "*")]).unwrap();
        assert!(!goes_through(&proxy, "http://anything.test/"));
    }
}

//! Host names, IP addresses, domains.

use std::net::{IpAddr, SocketAddr};

use super::fault;
use crate::deployment::Problem;
use crate::deployment::schema::Text;
use crate::deployment::words::quote;

/// A label of a host name has at most 63 octets, a name 253 (RFC 1035 section 2.3.4, without the root's dot).
const LONGEST_LABEL: usize = 63;
const LONGEST_NAME: usize = 253;

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A host name: lower case, no trailing dot.
    Name(String),
    /// An IP address.
    Address(IpAddr),
}

impl Host {
    /// As text: an IPv6 address has no brackets.
    pub(super) fn text(self) -> String {
        match self {
            Self::Name(name) => name,
            Self::Address(address) => address.to_string(),
        }
    }
}

/// A host name or an IP literal. Short names are judged by rules, not here.
pub(super) fn host(word: &Text) -> Result<Host, Problem> {
    let text = word.get_ref().as_str();
    if let Some(address) = ip_address(text) {
        return Ok(Host::Address(address));
    }
    if let Some((name, port)) = with_port(text) {
        return Err(fault(word, "has a port").help(format!(
            "write {}; ports stand in `services`: {{ service = \"…\", port = {port} }}",
            quote(name)
        )));
    }
    match url(word).or_else(|| wildcard(word)) {
        Some(problem) => Err(problem),
        None => host_name(word).map(Host::Name),
    }
}

/// Where to connect: a host, without a port.
pub(super) fn connect(word: &Text) -> Result<Host, Problem> {
    if with_port(word.get_ref()).is_some() && ip_address(word.get_ref()).is_none() {
        return Err(fault(word, "has a port")
            .help("the port stands with the service: { service = \"…\", connect = \"IP:PORT\" }"));
    }
    host(word)
}

/// A DNS domain.
pub(super) fn domain(word: &Text) -> Result<String, Problem> {
    match host(word)? {
        Host::Name(name) => Ok(name),
        Host::Address(_) => Err(fault(word, "is an IP address, not a domain")
            .help("write a DNS domain, such as \"acme.test\"")),
    }
}

/// An IP literal, an IPv6 one with or without brackets.
fn ip_address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match bare {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

/// Name and port of "cucm.acme.test:8443".
fn with_port(text: &str) -> Option<(&str, &str)> {
    let (name, port) = text.rsplit_once(':')?;
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_host = !name.contains('/') && (!name.contains(':') || name.ends_with(']'));
    (is_port && is_host).then_some((name, port))
}

fn url(word: &Text) -> Option<Problem> {
    let (_, rest) = word.get_ref().split_once("://")?;
    let name = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let problem = fault(word, "is a URL, not a host name");
    Some(if name.is_empty() {
        problem
    } else {
        problem.help(format!("write {}", quote(name)))
    })
}

fn wildcard(word: &Text) -> Option<Problem> {
    word.get_ref()
        .contains('*')
        .then(|| fault(word, "has a wildcard").help("write the name of one host or domain"))
}

fn host_name(word: &Text) -> Result<String, Problem> {
    let text = word.get_ref().as_str();
    if !text.is_ascii() {
        return Err(fault(word, "is not in ASCII").help(
            "write each label that has other letters in its A-label form (`xn--…`), as it stands in DNS and in certificates",
        ));
    }
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if name.len() > LONGEST_NAME {
        return Err(not_a_host_name(
            word,
            &format!("longer than {LONGEST_NAME} characters"),
        ));
    }
    if let Some(why) = name.split('.').find_map(label_fault) {
        return Err(not_a_host_name(word, &why));
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault(word, "is neither a host name nor an IP address"));
    }
    Ok(name)
}

fn not_a_host_name(word: &Text, why: &str) -> Problem {
    fault(word, &format!("is not a host name: {why}"))
}

/// The letter-digit-hyphen rule (RFC 1123 section 2.1), and the underscore, which Windows lets into host names.
fn label_fault(label: &str) -> Option<String> {
    let is_allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if label.is_empty() {
        return Some("a label is empty".to_owned());
    }
    if let Some(other) = label.chars().find(|c| !is_allowed(c)) {
        return Some(format!("{} may not stand in it", quote(&other.to_string())));
    }
    if label.len() > LONGEST_LABEL {
        return Some(format!("a label is longer than {LONGEST_LABEL} characters"));
    }
    let hyphen = label.starts_with('-') || label.ends_with('-');
    hyphen.then(|| "a label begins or ends with a hyphen".to_owned())
}

/// An IP address with a port; `default_port` when it may be left out.
pub(super) fn socket_address(
    word: &Text,
    default_port: Option<u16>,
) -> Result<SocketAddr, Problem> {
    let text = word.get_ref().as_str();
    if let (Some(address), Some(port)) = (ip_address(text), default_port) {
        return Ok(SocketAddr::new(address, port));
    }
    let wanted = match default_port {
        Some(_) => {
            "write an IP address, with a port if need be: \"10.0.0.53\", \"10.0.0.53:53\", \"[2001:db8::53]:53\""
        }
        None => "write an IP address and a port: \"127.0.0.1:10443\", \"[::1]:10443\"",
    };
    match text.parse::<SocketAddr>() {
        Ok(address) if address.port() != 0 => Ok(address),
        Ok(_) => Err(fault(word, "has port 0").help(wanted)),
        Err(_) if default_port.is_some() => Err(fault(word, "is not an IP address").help(wanted)),
        Err(_) => Err(fault(word, "is not an IP address with a port").help(wanted)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use toml::Spanned;

    use super::{domain, host, socket_address};
    use crate::deployment::schema::Text;

    fn word(text: &str) -> Text {
        Spanned::new(0..text.len(), text.to_owned())
    }

    fn host_of(text: &str) -> String {
        host(&word(text)).unwrap().text()
    }

    fn fault_of(text: &str) -> (String, String) {
        let problem = host(&word(text)).unwrap_err();
        (problem.message, problem.help.unwrap_or_default())
    }

    #[test]
    fn host_names_are_folded_and_addresses_are_canonical() {
        assert_eq!(host_of("CUCM-Pub.ACME.test."), "cucm-pub.acme.test");
        assert_eq!(host_of("imp1"), "imp1");
        assert_eq!(host_of("win_dc.acme.test"), "win_dc.acme.test");
        assert_eq!(host_of("10.0.0.1"), "10.0.0.1");
        assert_eq!(host_of("2001:DB8:0::1"), "2001:db8::1");
        assert_eq!(host_of("[2001:db8::1]"), "2001:db8::1");
    }

    #[test]
    fn what_is_no_host_says_why() {
        assert_eq!(
            fault_of("a..b").0,
            "`a..b` is not a host name: a label is empty"
        );
        assert_eq!(
            fault_of("a b.test").0,
            "`a b.test` is not a host name: ` ` may not stand in it"
        );
        assert_eq!(
            fault_of("-a.test").0,
            "`-a.test` is not a host name: a label begins or ends with a hyphen"
        );
        assert_eq!(
            fault_of("10.0.0.300").0,
            "`10.0.0.300` is neither a host name nor an IP address"
        );
        assert!(
            fault_of(&format!("{}.test", "a".repeat(64)))
                .0
                .contains("longer than 63")
        );
        assert!(fault_of(&"a.".repeat(200)).0.contains("longer than 253"));
        assert!(fault_of(".").0.contains("a label is empty"));
    }

    #[test]
    fn what_was_meant_is_offered() {
        assert_eq!(
            fault_of("https://cucm.acme.test:8443/ccmadmin"),
            (
                "`https://cucm.acme.test:8443/ccmadmin` is a URL, not a host name".to_owned(),
                "write `cucm.acme.test`".to_owned()
            )
        );
        let (message, help) = fault_of("cucm.acme.test:443");
        assert_eq!(message, "`cucm.acme.test:443` has a port");
        assert!(help.contains("`cucm.acme.test`") && help.contains("port = 443"));
        assert!(fault_of("*.acme.test").0.contains("has a wildcard"));
        assert!(fault_of("müller.test").1.contains("A-label"));
    }

    #[test]
    fn a_domain_is_no_address() {
        assert_eq!(domain(&word("ACME.test")).unwrap(), "acme.test");
        let problem = domain(&word("10.0.0.1")).unwrap_err();
        assert_eq!(problem.message, "`10.0.0.1` is an IP address, not a domain");
    }

    #[test]
    fn socket_addresses_may_have_a_default_port() {
        let dns = |text: &str| socket_address(&word(text), Some(53)).map(|a| a.to_string());
        assert_eq!(dns("10.0.0.53").unwrap(), "10.0.0.53:53");
        assert_eq!(dns("10.0.0.53:5353").unwrap(), "10.0.0.53:5353");
        assert_eq!(dns("::1").unwrap(), "[::1]:53");
        assert_eq!(dns("[::1]:54").unwrap(), "[::1]:54");
        assert_eq!(
            dns("dns.acme.test").unwrap_err().message,
            "`dns.acme.test` is not an IP address"
        );
        assert_eq!(
            dns("10.0.0.53:0").unwrap_err().message,
            "`10.0.0.53:0` has port 0"
        );
        let forward = |text: &str| socket_address(&word(text), None);
        assert!(forward("127.0.0.1:10443").is_ok());
        assert_eq!(
            forward("127.0.0.1").unwrap_err().message,
            "`127.0.0.1` is not an IP address with a port"
        );
    }
}

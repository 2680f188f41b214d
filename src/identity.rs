//! Matching names as the clients do it: hosts against dNSName and CN, XMPP domains against xmppAddr, SRVName, dNSName
//! and CN (document 116917 "Identifier Fields"; RFC 6125, RFC 9525, RFC 6120).

use std::collections::HashSet;
use std::net::IpAddr;

use crate::certificate::{Certificate, OtherName, SubjectAlternativeName};

/// The field of a certificate in which a name was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// subjectAltName, otherName id-on-xmppAddr.
    XmppAddress,
    /// subjectAltName, otherName id-on-dnsSRV.
    SrvName,
    /// subjectAltName, dNSName.
    DnsName,
    /// subjectAltName, iPAddress.
    IpAddress,
    /// The subject's most specific CN.
    CommonName,
}

/// Which end of XMPP a certificate serves: the service label that an SRVName must carry (RFC 6120, section 13.7.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmppService {
    /// Client to server: `_xmpp-client`.
    Client,
    /// Server to server: `_xmpp-server`.
    Server,
}

impl XmppService {
    fn label(self) -> &'static str {
        match self {
            Self::Client => "_xmpp-client",
            Self::Server => "_xmpp-server",
        }
    }
}

/// Where a certificate names a host (a domain name or an IP literal), tried in the order that Jabber tries them:
/// dNSName, then CN. An IP literal is looked for in iPAddress, then in the CN: a dNSName never names an address (RFC 9525,
/// section 6.5), and OpenSSL, Apple and Android do not take it for one.
pub fn find_host(certificate: &Certificate, host: &str) -> Option<Field> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return find_address(certificate, address);
    }
    if certificate
        .dns_names()
        .iter()
        .any(|name| covers(name, host))
    {
        return Some(Field::DnsName);
    }
    certificate
        .common_name()
        .filter(|name| covers(name, host))
        .map(|_| Field::CommonName)
}

fn find_address(certificate: &Certificate, address: IpAddr) -> Option<Field> {
    let names = certificate.alternative_name.as_ref();
    if names.is_some_and(|names| names.ip.contains(&address)) {
        return Some(Field::IpAddress);
    }
    let spelled = |name: &str| name.trim().parse::<IpAddr>() == Ok(address);
    certificate
        .common_name()
        .filter(|name| spelled(name))
        .map(|_| Field::CommonName)
}

/// Where a certificate names an XMPP domain, tried in the order that Jabber tries them: xmppAddr, SRVName, dNSName, CN.
pub fn find_xmpp_domain(
    certificate: &Certificate,
    domain: &str,
    service: XmppService,
) -> Option<Field> {
    if certificate
        .xmpp_addresses()
        .iter()
        .any(|name| is_domain_jid(&name.value, domain))
    {
        return Some(Field::XmppAddress);
    }
    if certificate
        .srv_names()
        .iter()
        .any(|name| is_srv_name(&name.value, domain, service))
    {
        return Some(Field::SrvName);
    }
    find_host(certificate, domain)
}

/// Whether a name of a certificate covers a host: equal without regard to case and a trailing dot, or a wildcard that is
/// the whole left-most label and stands for exactly one label (RFC 6125 section 6.4.3, RFC 9525 section 6.3).
///
/// ```
/// use certaudit::identity::covers;
///
/// assert!(covers("*.acme.test", "IMP1.acme.test."));
/// assert!(!covers("*.acme.test", "acme.test"));
/// ```
pub fn covers(presented: &str, host: &str) -> bool {
    let (presented, host) = (without_dot(presented), without_dot(host));
    if presented.eq_ignore_ascii_case(host) {
        return !presented.is_empty();
    }
    let Some(parent) = presented.strip_prefix("*.") else {
        return false;
    };
    match host.split_once('.') {
        Some((label, rest)) => {
            let is_parent = rest.eq_ignore_ascii_case(parent);
            !label.is_empty() && !parent.contains('*') && parent.contains('.') && is_parent
        }
        None => false,
    }
}

/// The names of a certificate, for asking of many hosts whether one of the names [`covers`] them.
#[derive(Debug)]
pub struct DnsNames {
    exact: HashSet<String>,
    /// What stands after `*.`.
    parents: HashSet<String>,
}

impl DnsNames {
    /// Of the names as a certificate gives them.
    pub fn of(names: &[String]) -> Self {
        let exact: HashSet<String> = names.iter().map(|name| normalise(name)).collect();
        let parents = exact.iter().filter_map(|name| name.strip_prefix("*."));
        let parents = parents.filter(|parent| !parent.contains('*') && parent.contains('.'));
        Self {
            parents: parents.map(str::to_owned).collect(),
            exact,
        }
    }

    /// Whether one of them covers the host.
    pub fn cover(&self, host: &str) -> bool {
        let host = normalise(host);
        let by_wildcard = || match host.split_once('.') {
            Some((label, rest)) => !label.is_empty() && self.parents.contains(rest),
            None => false,
        };
        !host.is_empty() && (self.exact.contains(&host) || by_wildcard())
    }
}

/// Lower case, without a trailing dot.
pub fn normalise(name: &str) -> String {
    without_dot(name).to_ascii_lowercase()
}

fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Every name that a certificate gives for its subject, for saying what was found: dNSNames, xmppAddrs, SRVNames, IP
/// addresses and the CN, each with its field.
pub fn all_names(certificate: &Certificate) -> Vec<String> {
    let mut names = certificate
        .alternative_name
        .as_ref()
        .map(alternative_names)
        .unwrap_or_default();
    names.extend(certificate.common_name().map(|name| format!("CN {name}")));
    names
}

/// The names of a subjectAltName, each with its kind unless it is a dNSName.
pub fn alternative_names(names: &SubjectAlternativeName) -> Vec<String> {
    let mut all: Vec<String> = names.dns.clone();
    let others = |kind: &'static str, list: &[OtherName]| -> Vec<String> {
        list.iter()
            .map(|name| format!("{kind} {}", name.value))
            .collect()
    };
    all.extend(others("xmppAddr", &names.xmpp_addresses));
    all.extend(others("SRVName", &names.srv_names));
    all.extend(names.ip.iter().map(|address| format!("IP {address}")));
    all
}

/// Whether an xmppAddr or an SRVName of a subjectAltName gives an XMPP domain.
pub fn gives_xmpp_domain(
    names: &SubjectAlternativeName,
    domain: &str,
    service: XmppService,
) -> bool {
    names
        .xmpp_addresses
        .iter()
        .any(|name| is_domain_jid(&name.value, domain))
        || names
            .srv_names
            .iter()
            .any(|name| is_srv_name(&name.value, domain, service))
}

/// Whether a host name has no domain ("imp1").
pub fn is_short(host: &str) -> bool {
    !normalise(host).contains('.') && host.parse::<IpAddr>().is_err()
}

/// A JID that is only a domain, as xmppAddr of a server is (RFC 6120 section 13.7.1.4); a resource does not matter. What has a
/// local part ("user@") equals no domain.
fn is_domain_jid(jid: &str, domain: &str) -> bool {
    let bare = jid.split('/').next().unwrap_or(jid);
    normalise(bare) == normalise(domain)
}

fn is_srv_name(name: &str, domain: &str, service: XmppService) -> bool {
    match normalise(name).split_once('.') {
        Some((label, rest)) => label == service.label() && rest == normalise(domain),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{
        DnsNames, Field, XmppService, covers, find_host, is_domain_jid, is_short, is_srv_name,
    };
    use crate::certificate::Certificate;
    use crate::certificate::issue::Order;

    #[test]
    fn an_address_is_named_by_ip_address_or_cn_and_never_by_a_dns_name() {
        let mut order = Order::server("192.0.2.1", 1_795_287_600);
        order.dns = vec!["192.0.2.2".to_owned()];
        let issued = order.self_signed().unwrap();
        let certificate = Certificate::from_der(&issued.der).unwrap();
        assert_eq!(find_host(&certificate, "192.0.2.2"), None);
        assert_eq!(
            find_host(&certificate, "192.0.2.1"),
            Some(Field::CommonName)
        );
    }

    #[test]
    fn case_and_a_trailing_dot_do_not_matter() {
        assert!(covers("CUCM-Pub.ACME.test.", "cucm-pub.acme.test"));
        assert!(!covers("", ""));
        assert!(!covers("cucm-pub", "cucm-pub.acme.test"));
    }

    #[test]
    fn a_wildcard_covers_exactly_one_label() {
        assert!(covers("*.acme.test", "imp1.acme.test"));
        assert!(!covers("*.acme.test", "acme.test"));
        assert!(!covers("*.acme.test", "a.b.acme.test"));
        assert!(!covers("*.acme.test", ".acme.test"));
        assert!(!covers("imp*.acme.test", "imp1.acme.test"));
        assert!(!covers("a.*.test", "a.acme.test"));
        assert!(!covers("*.*.test", "a.acme.test"));
        assert!(
            !covers("*.test", "acme.test"),
            "a wildcard over a top-level domain covers nothing"
        );
        assert!(!covers("*", "acme"));
    }

    #[test]
    fn many_names_cover_what_one_of_them_does() {
        let words = [
            "",
            ".",
            "*",
            "*.",
            "a.test",
            "A.Test.",
            "*.a.test",
            "*.*.test",
            "*.test",
            "b.a.test.",
            ".a.test",
            "c.b.a.test",
            "*.b.a.test.",
            "*..test",
            "a..test",
        ];
        for one in words {
            for other in words {
                let names = [one.to_owned(), other.to_owned()];
                let known = DnsNames::of(&names);
                for host in words {
                    let covered = names.iter().any(|name| covers(name, host));
                    assert_eq!(known.cover(host), covered, "{names:?} {host:?}");
                }
            }
        }
    }

    #[test]
    fn an_xmpp_address_is_a_domain_without_a_local_part() {
        assert!(is_domain_jid("acme.test", "ACME.test"));
        assert!(is_domain_jid("acme.test/any", "acme.test"));
        assert!(!is_domain_jid("user@acme.test", "acme.test"));
        assert!(!is_domain_jid("im.acme.test", "acme.test"));
    }

    #[test]
    fn an_srv_name_counts_for_its_own_service_only() {
        assert!(is_srv_name(
            "_xmpp-client.acme.test",
            "acme.test",
            XmppService::Client
        ));
        assert!(!is_srv_name(
            "_xmpp-server.acme.test",
            "acme.test",
            XmppService::Client
        ));
        assert!(is_srv_name(
            "_XMPP-Server.acme.test",
            "acme.test",
            XmppService::Server
        ));
        assert!(!is_srv_name("acme.test", "acme.test", XmppService::Client));
    }

    #[test]
    fn names_without_a_domain_are_short_and_addresses_are_not() {
        assert!(is_short("imp1"));
        assert!(is_short("imp1."));
        assert!(!is_short("imp1.acme.test"));
        assert!(!is_short("::1"));
    }
}

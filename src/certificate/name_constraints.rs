//! nameConstraints (RFC 5280, section 4.2.1.10): for which names a CA may issue, and whether a name is one of them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::der::{Element, SEQUENCE};
use super::general_name::GeneralName;

/// What a CA is held to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameConstraints {
    permitted: Vec<GeneralName>,
    excluded: Vec<GeneralName>,
}

impl NameConstraints {
    /// Reads the value of the extension, or says what is wrong with it.
    pub(super) fn from_der(value: &[u8]) -> Result<Self, String> {
        let lists = Element::only(value)
            .and_then(|whole| whole.tagged(SEQUENCE)?.children())
            .ok_or("not a SEQUENCE of two lists")?;
        let mut constraints = Self::default();
        for list in &lists {
            match list.tag {
                0xa0 => constraints.permitted = subtrees(list)?,
                0xa1 => constraints.excluded = subtrees(list)?,
                tag => return Err(format!("an element with the unknown tag 0x{tag:02x}")),
            }
        }
        match lists.as_slice() {
            [] => Err("empty".to_owned()),
            _ => Ok(constraints),
        }
    }

    /// How many names it lists: what a comparison costs.
    pub fn len(&self) -> usize {
        self.permitted.len() + self.excluded.len()
    }

    /// Whether it lists no names.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a certificate below may not have that name: it is excluded, or its kind is restricted and it is not among
    /// the permitted. A name of a restricted kind that cannot be understood is forbidden.
    pub fn forbids(&self, name: &GeneralName) -> bool {
        let (permitted, excluded) = (like(name, &self.permitted), like(name, &self.excluded));
        if permitted.is_empty() && excluded.is_empty() {
            return false;
        }
        !is_well_formed(name)
            || excluded
                .iter()
                .any(|base| holds(base, name) || may_reach(base, name))
            || !permitted.is_empty() && !permitted.iter().any(|base| holds(base, name))
    }
}

/// The constraints that speak about names of that kind.
fn like<'a>(name: &GeneralName, list: &'a [GeneralName]) -> Vec<&'a GeneralName> {
    list.iter().filter(|base| base.is_like(name)).collect()
}

fn subtrees(list: &Element<'_>) -> Result<Vec<GeneralName>, String> {
    let trees = list
        .children()
        .filter(|trees| !trees.is_empty())
        .ok_or("a list without names in it")?;
    trees.iter().map(subtree).collect()
}

/// GeneralSubtree; minimum and maximum are not used (RFC 5280 forbids them).
fn subtree(tree: &Element<'_>) -> Result<GeneralName, String> {
    let fields = tree.tagged(SEQUENCE).and_then(|tree| tree.children());
    let Some([base]) = fields.as_deref() else {
        return Err("a list with something that is no name in it".to_owned());
    };
    let base = GeneralName::of(base);
    match fault(&base) {
        Some(fault) => Err(fault),
        None => Ok(base),
    }
}

/// What is wrong with a constraint.
fn fault(base: &GeneralName) -> Option<String> {
    match base {
        GeneralName::Dns(domain) => {
            let host = domain.strip_prefix('.').unwrap_or(domain);
            let wrong = domain == "." || domain.contains('*') || !host.is_empty() && !labels(host);
            wrong.then(|| format!("the dNSName {domain:?}, which is no domain"))
        }
        GeneralName::Email(text) => {
            let wrong = text.is_empty() || text.contains('@') && mailbox(text).is_none();
            wrong.then(|| format!("the rfc822Name {text:?}, which is neither mailbox nor domain"))
        }
        GeneralName::Ip(bytes) => network(bytes)
            .is_none()
            .then(|| "an iPAddress that is no address with a network mask".to_owned()),
        _ => None,
    }
}

fn is_well_formed(name: &GeneralName) -> bool {
    match name {
        GeneralName::Dns(host) => labels(host),
        GeneralName::Email(text) => mailbox(text).is_some(),
        GeneralName::Uri(text) => uri_host(text).is_some(),
        GeneralName::Ip(bytes) => matches!(bytes.len(), 4 | 16),
        GeneralName::Directory(_) => true,
        GeneralName::Other(_) | GeneralName::Unknown(_) => false,
    }
}

/// Whether the whole of `name` lies within `base`; both of one kind.
fn holds(base: &GeneralName, name: &GeneralName) -> bool {
    match (base, name) {
        (GeneralName::Dns(base), GeneralName::Dns(host)) => {
            base.is_empty() || is_same(base, host) || is_below(base, host)
        }
        (GeneralName::Email(base), GeneralName::Email(text)) => holds_mailbox(base, text),
        (GeneralName::Uri(base), GeneralName::Uri(text)) => {
            uri_host(text).is_some_and(|host| holds_host(base, host))
        }
        (GeneralName::Ip(base), GeneralName::Ip(bytes)) => {
            network(base).is_some_and(|(address, mask)| {
                address.len() == bytes.len()
                    && address
                        .iter()
                        .zip(mask)
                        .zip(bytes)
                        .all(|((wanted, mask), byte)| wanted & mask == byte & mask)
            })
        }
        (GeneralName::Directory(base), GeneralName::Directory(name)) => name.starts_with(base),
        _ => false,
    }
}

/// Whether a wildcard may stand for a host within `base` (CVE-2025-61727: excluded hosts behind a wildcard).
fn may_reach(base: &GeneralName, name: &GeneralName) -> bool {
    let (GeneralName::Dns(base), GeneralName::Dns(host)) = (base, name) else {
        return false;
    };
    match (base.split_once('.'), host.strip_prefix("*.")) {
        (Some((label, parent)), Some(covered)) => !label.is_empty() && is_same(parent, covered),
        _ => false,
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether `host` has labels before `domain`, which may begin with a dot (no RFC has it so for hosts; everybody takes it).
fn is_below(domain: &str, host: &str) -> bool {
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let cut = host.len().checked_sub(domain.len());
    let (before, end) = cut
        .and_then(|cut| host.split_at_checked(cut))
        .unwrap_or_default();
    before.ends_with('.') && is_same(end, domain)
}

/// A host exactly, or with a leading dot every host below.
fn holds_host(base: &str, host: &str) -> bool {
    if base.starts_with('.') {
        is_below(base, host)
    } else {
        is_same(base, host)
    }
}

/// A mailbox, a host, or with a leading dot every host below.
fn holds_mailbox(base: &str, text: &str) -> bool {
    match (mailbox(base), mailbox(text)) {
        (Some((user, host)), Some((other, at))) => user == other && is_same(host, at),
        (None, Some((_, host))) => holds_host(base, host),
        _ => false,
    }
}

fn mailbox(text: &str) -> Option<(&str, &str)> {
    let (user, host) = text.split_once('@')?;
    let whole = !user.is_empty() && !host.is_empty() && !host.contains('@') && text.is_ascii();
    whole.then_some((user, host))
}

/// The host of a URI; `None` where it has none, or an address instead.
fn uri_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    let is_name = labels(host) && host.parse::<Ipv4Addr>().is_err();
    is_name.then_some(host)
}

/// Whether it is a row of labels: none empty, all ASCII.
fn labels(host: &str) -> bool {
    host.is_ascii() && host.split('.').all(|label| !label.is_empty())
}

/// Address and mask; `None` where the mask has holes or the length is neither IPv4's nor IPv6's.
fn network(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (address, mask) = bytes.split_at_checked(bytes.len() / 2)?;
    let bits = match mask.len() {
        4 => u128::from(Ipv4Addr::from(<[u8; 4]>::try_from(mask).ok()?).to_bits()) << 96,
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(mask).ok()?).to_bits(),
        _ => return None,
    };
    let whole = bits.leading_ones() == bits.count_ones() && address.len() == mask.len();
    whole.then_some((address, mask))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::der::encode;
    use super::*;

    fn dns(name: &str) -> GeneralName {
        GeneralName::Dns(name.to_owned())
    }

    fn email(name: &str) -> GeneralName {
        GeneralName::Email(name.to_owned())
    }

    fn uri(name: &str) -> GeneralName {
        GeneralName::Uri(name.to_owned())
    }

    fn directory(parts: &[(&str, &str)]) -> GeneralName {
        let part = |(oid, value): &(&str, &str)| vec![((*oid).to_owned(), (*value).to_owned())];
        GeneralName::Directory(parts.iter().map(part).collect())
    }

    fn permits(base: GeneralName, name: &GeneralName) -> bool {
        let constraints = NameConstraints {
            permitted: vec![base],
            ..NameConstraints::default()
        };
        !constraints.forbids(name)
    }

    fn excludes(base: GeneralName, name: &GeneralName) -> bool {
        let constraints = NameConstraints {
            excluded: vec![base],
            ..NameConstraints::default()
        };
        constraints.forbids(name)
    }

    #[test]
    fn a_domain_holds_itself_and_every_host_below() {
        assert!(permits(dns("acme.test"), &dns("IMP1.acme.test")));
        assert!(permits(dns("acme.test"), &dns("acme.test")));
        assert!(permits(dns(""), &dns("acme.test")));
        assert!(permits(dns(".acme.test"), &dns("a.b.acme.test")));
        assert!(!permits(dns(".acme.test"), &dns("acme.test")));
        assert!(!permits(dns("acme.test"), &dns("notacme.test")));
        assert!(excludes(dns("acme.test"), &dns("imp1.acme.test")));
        assert!(!excludes(dns("acme.test"), &dns("other.test")));
    }

    #[test]
    fn a_wildcard_must_lie_within_what_is_permitted_and_not_reach_what_is_excluded() {
        assert!(permits(dns("acme.test"), &dns("*.acme.test")));
        assert!(!permits(dns("imp1.acme.test"), &dns("*.acme.test")));
        assert!(excludes(dns("imp1.acme.test"), &dns("*.acme.test")));
        assert!(!excludes(dns("imp1.acme.test"), &dns("*.other.test")));
    }

    #[test]
    fn mailboxes_are_compared_as_such_or_by_their_host() {
        assert!(permits(email("a@acme.test"), &email("a@ACME.test")));
        assert!(!permits(email("a@acme.test"), &email("A@acme.test")));
        assert!(permits(email("acme.test"), &email("a@acme.test")));
        assert!(!permits(email("acme.test"), &email("a@im.acme.test")));
        assert!(permits(email(".acme.test"), &email("a@im.acme.test")));
        assert!(!permits(email("*@acme.test"), &email("a@acme.test")));
    }

    #[test]
    fn uris_are_compared_by_their_host() {
        assert!(permits(
            uri(".acme.test"),
            &uri("https://a.acme.test:8443/x")
        ));
        assert!(!permits(uri(".acme.test"), &uri("https://acme.test/x")));
        assert!(permits(uri("acme.test"), &uri("https://u@acme.test")));
        assert!(
            !permits(uri("acme.test"), &uri("sip:acme.test")),
            "no authority"
        );
        assert!(
            excludes(uri("acme.test"), &uri("https://192.0.2.1/")),
            "no host"
        );
    }

    #[test]
    fn addresses_are_compared_under_the_mask() {
        let net = GeneralName::Ip(vec![192, 0, 2, 0, 255, 255, 255, 0]);
        assert!(permits(net.clone(), &GeneralName::Ip(vec![192, 0, 2, 9])));
        assert!(!permits(net.clone(), &GeneralName::Ip(vec![192, 0, 3, 9])));
        assert!(!permits(net.clone(), &GeneralName::Ip(vec![0; 16])));
        assert!(!permits(net, &GeneralName::Ip(vec![192, 0, 2])));
    }

    #[test]
    fn a_directory_name_holds_what_begins_with_it() {
        let acme = || directory(&[("2.5.4.6", "ch"), ("2.5.4.10", "acme")]);
        let leaf = directory(&[("2.5.4.6", "ch"), ("2.5.4.10", "acme"), ("2.5.4.3", "a")]);
        assert!(permits(acme(), &leaf));
        assert!(excludes(acme(), &leaf));
        assert!(!permits(acme(), &directory(&[("2.5.4.10", "acme")])));
    }

    #[test]
    fn what_nobody_can_compare_is_forbidden_and_other_kinds_are_not_meant() {
        let other = |oid: &str| GeneralName::Other(oid.to_owned());
        assert!(excludes(other("1.2.3"), &other("1.2.3")));
        assert!(!permits(other("1.2.3"), &other("1.2.3")));
        assert!(permits(other("1.2.3"), &other("1.2.4")));
        assert!(permits(email("acme.test"), &dns("imp1.other.test")));
        assert!(!permits(dns("acme.test"), &dns(".acme.test")), "malformed");
    }

    #[test]
    fn the_extension_is_read_or_its_fault_is_named() {
        let list = |tag, base: &[u8]| encode(tag, &[&encode(SEQUENCE, &[base])]);
        let read = |lists: &[&[u8]]| NameConstraints::from_der(&encode(SEQUENCE, lists));
        let both = [
            list(0xa0, &encode(0x82, &[b"acme.test"])),
            list(0xa1, &encode(0x87, &[&[0; 8]])),
        ];
        let constraints = read(&[&both[0], &both[1]]).unwrap();
        assert_eq!((constraints.len(), constraints.is_empty()), (2, false));
        for (wrong, words) in [
            (list(0xa0, &encode(0x82, &[b"*.acme.test"])), "no domain"),
            (list(0xa0, &encode(0x82, &[b"."])), "no domain"),
            (list(0xa0, &encode(0x87, &[&[1, 2, 3, 4]])), "network mask"),
            (
                list(0xa0, &encode(0x87, &[&[10, 0, 0, 0, 255, 0, 255, 0]])),
                "network mask",
            ),
            (list(0xa0, &encode(0x81, &[b"a@b@c"])), "mailbox"),
            (encode(0xa0, &[]), "without names"),
            (encode(0xa0, &[b"\x05\x00"]), "no name"),
            (encode(0xa2, &[]), "unknown tag"),
        ] {
            let reason = read(&[&wrong]).unwrap_err();
            assert!(reason.contains(words), "{reason}");
        }
        assert_eq!(read(&[]).unwrap_err(), "empty");
    }
}

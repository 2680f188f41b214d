//! Replacing names and addresses: the same name by the same replacement everywhere, in the order of appearance.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::endings::split_endings;

/// Domains that are nobody's, and that say something about a name (RFC 6761, RFC 6762, ICANN's `internal`, and what is
/// used in their place): they stay.
const NOBODYS: [&str; 11] = [
    "local",
    "localhost",
    "localdomain",
    "internal",
    "test",
    "example",
    "invalid",
    "lan",
    "corp",
    "home",
    "arpa",
];

/// Labels of SRV records: words of standards and of Cisco's documents, not of the deployment.
const SERVICE_LABELS: [&str; 16] = [
    "_xmpp-client",
    "_xmpp-server",
    "_cisco-uds",
    "_cuplogin",
    "_collab-edge",
    "_cisco-phone-http",
    "_cisco-phone-tftp",
    "_sip",
    "_sips",
    "_sipfederationtls",
    "_ldap",
    "_gc",
    "_tcp",
    "_udp",
    "_tls",
    "_msdcs",
];

/// RFC 1035, section 2.3.4.
const LONGEST_LABEL: usize = 63;
/// Odd characters of a label that are kept, to show that it is odd.
const MOST_ODD: usize = 8;

/// The replacements so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Replacements by kind and original.
    known: BTreeMap<(&'static str, String), String>,
    counts: BTreeMap<&'static str, usize>,
    addresses: BTreeMap<IpAddr, IpAddr>,
    /// Labels are replaced by ones of their length, where that can be.
    keep_lengths: bool,
}

impl Names {
    /// Nothing replaced yet; with or without keeping lengths.
    pub(super) fn with_lengths(keep_lengths: bool) -> Self {
        Self {
            keep_lengths,
            ..Self::default()
        }
    }

    /// "node 3": the replacement for `original` among those of its kind.
    pub(super) fn numbered(&mut self, kind: &'static str, original: &str) -> usize {
        let key = (kind, original.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.parse().unwrap_or(0);
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        self.known.insert(key, count.to_string());
        *count
    }

    /// A host, a domain, an IP literal, or what stands in the place of one.
    pub(super) fn host(&mut self, raw: &str) -> String {
        if let Some(address) = self.literal(raw) {
            return address;
        }
        if let Some(reverse) = self.reverse(raw) {
            return reverse;
        }
        // As in name constraints.
        if let Some(below) = raw.strip_prefix('.').filter(|rest| !rest.starts_with('.')) {
            return format!(".{}", self.host(below));
        }
        let (bare, dot) = match raw.strip_suffix('.') {
            Some(bare) => (bare, "."),
            None => (raw, ""),
        };
        let labels: Vec<&str> = bare.split('.').collect();
        let start = labels
            .iter()
            .position(|label| !is_kept(label))
            .unwrap_or(labels.len());
        let (kept, own) = labels.split_at(start);
        let mut out: Vec<String> = kept.iter().map(|label| (*label).to_owned()).collect();
        out.extend(self.domain(own));
        out.join(".") + dot
    }

    /// Labels below and of a registered domain. A whole public suffix is nobody's name and stays.
    fn domain(&mut self, labels: &[&str]) -> Vec<String> {
        let whole = labels.join(".").to_ascii_lowercase();
        let suffix = psl::suffix(whole.as_bytes());
        let is_suffix = suffix.is_some_and(|suffix| {
            suffix.is_known() && suffix.as_bytes() == whole.as_bytes() && labels.len() > 1
        });
        if is_suffix || NOBODYS.contains(&whole.as_str()) {
            return labels.iter().map(|label| (*label).to_owned()).collect();
        }
        let registered = psl::domain(whole.as_bytes())
            .and_then(|domain| std::str::from_utf8(domain.as_bytes()).ok())
            .filter(|_| labels.iter().all(|label| !label.is_empty()));
        let Some(registered) = registered.filter(|_| labels.len() > 1) else {
            return labels.iter().map(|label| self.label(label)).collect();
        };
        let levels = registered.split('.').count();
        let below = labels.len().saturating_sub(levels);
        let (below, own) = labels.split_at(below);
        let mut out: Vec<String> = below.iter().map(|label| self.label(label)).collect();
        let replaced = self.registered(registered, levels);
        let shouted = own.iter().any(|label| is_shouted(label));
        out.push(if shouted {
            replaced.to_ascii_uppercase()
        } else {
            replaced
        });
        out
    }

    /// "example-1.test" for a domain that somebody registered, or "example-1.local".
    fn registered(&mut self, domain: &str, levels: usize) -> String {
        let number = self.numbered("example", domain);
        let (first, rest) = domain.split_once('.').unwrap_or((domain, ""));
        let name = self.sized(
            &format!("example-{number}"),
            &format!("e{number}"),
            first.len(),
        );
        let top = NOBODYS.iter().find(|top| **top == rest);
        let inner = "co.".repeat(levels.saturating_sub(2));
        format!("{name}.{inner}{}", top.unwrap_or(&"test"))
    }

    /// One label. What makes it odd stays: characters that no host has, a length that no label may have.
    pub(super) fn label(&mut self, raw: &str) -> String {
        if raw.is_empty() || is_kept(raw) {
            return raw.to_owned();
        }
        let (stem, endings) = split_endings(raw);
        self.stem(stem) + endings
    }

    /// A label without what Cisco's products add to it.
    fn stem(&mut self, raw: &str) -> String {
        if raw.is_empty() || is_kept(raw) {
            return raw.to_owned();
        }
        let lower = raw.to_lowercase();
        let number = self.numbered("node", &lower);
        let length = raw.chars().count();
        let mut token = self.sized(&format!("node-{number}"), &format!("n{number}"), length);
        if length > LONGEST_LABEL {
            token = format!("{token:x<length$}");
        }
        if is_shouted(raw) {
            token = token.to_ascii_uppercase();
        }
        let odd = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        let edge = |c: char| odd(c) || c == '-';
        let before: String = raw.chars().take_while(|c| edge(*c)).collect();
        let after: String = raw
            .chars()
            .skip(before.chars().count())
            .filter(|c| odd(*c))
            .collect();
        let hyphen = if raw.ends_with('-') { "-" } else { "" };
        format!("{}{token}{}{hyphen}", stripped(&before), stripped(&after))
    }

    /// `word`, or `short` padded to `length` where lengths matter.
    fn sized(&self, word: &str, short: &str, length: usize) -> String {
        if self.keep_lengths {
            format!("{short:x<length$}")
        } else {
            word.to_owned()
        }
    }

    /// Addresses of the ranges for documentation (RFC 5737, RFC 3849), then of those for benchmarks (RFC 2544). Loopback
    /// and unspecified addresses are nobody's and stay.
    pub(super) fn address(&mut self, original: IpAddr) -> IpAddr {
        if original.is_loopback() || original.is_unspecified() {
            return original;
        }
        if let Some(known) = self.addresses.get(&original) {
            return *known;
        }
        let kind = if original.is_ipv4() {
            "IPv4 address"
        } else {
            "IPv6 address"
        };
        let taken = self.counts.entry(kind).or_default();
        *taken += 1;
        let number = u32::try_from(*taken).unwrap_or(u32::MAX);
        let replaced = if original.is_ipv4() {
            IpAddr::V4(documentation_v4(number))
        } else {
            let base = u128::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0));
            IpAddr::V6(Ipv6Addr::from(base + u128::from(number)))
        };
        self.addresses.insert(original, replaced);
        replaced
    }

    /// A JID or an e-mail address: perhaps somebody at a domain, perhaps a resource.
    pub(super) fn mailbox(&mut self, raw: &str) -> String {
        let (bare, resource) = match raw.split_once('/') {
            Some((bare, _)) => (bare, "/resource"),
            None => (raw, ""),
        };
        match bare.rsplit_once('@') {
            Some(("", domain)) => format!("@{}{resource}", self.host(domain)),
            Some((user, domain)) => {
                let number = self.numbered("user", &user.to_lowercase());
                format!("user-{number}@{}{resource}", self.host(domain))
            }
            None => self.host(bare) + resource,
        }
    }

    /// What a CN or a node's name may be: a host, an address, somebody at a domain, or words for people.
    pub(super) fn name(&mut self, raw: &str) -> String {
        if raw.trim().is_empty() {
            return raw.to_owned();
        }
        let has_space = raw.trim().contains(char::is_whitespace);
        match (has_space, raw.contains('@')) {
            (true, _) => self.words("Name", raw),
            (false, true) => self.mailbox(raw),
            (false, false) => self.host(raw),
        }
    }

    /// Words for people: "Organization 1". Words that compare as equal get replacements that do.
    pub(super) fn words(&mut self, kind: &'static str, raw: &str) -> String {
        if raw.trim().is_empty() {
            return raw.to_owned();
        }
        let folded: Vec<&str> = raw.split_whitespace().collect();
        let number = self.numbered(kind, &folded.join(" ").to_lowercase());
        let text = format!("{kind} {number}");
        if is_shouted(raw) {
            text.to_uppercase()
        } else {
            text
        }
    }
}

fn documentation_v4(number: u32) -> Ipv4Addr {
    const PER_NETWORK: u32 = 254;
    let networks: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
    let (network, host) = ((number - 1) / PER_NETWORK, (number - 1) % PER_NETWORK + 1);
    let index = usize::try_from(network).unwrap_or(usize::MAX);
    match networks.get(index) {
        Some([a, b, c]) => Ipv4Addr::new(*a, *b, *c, u8::try_from(host).unwrap_or(1)),
        None => Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + number % (1 << 17)),
    }
}

fn is_kept(label: &str) -> bool {
    label == "*" || SERVICE_LABELS.contains(&label.to_ascii_lowercase().as_str())
}

/// Written in capitals only.
fn is_shouted(text: &str) -> bool {
    text.contains(char::is_uppercase) && !text.contains(char::is_lowercase)
}

/// The odd characters without what they say.
fn stripped(odd: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { 'ü' } else { c };
    odd.chars().map(letter).take(MOST_ODD).collect()
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn relations_between_names_stay() {
        let mut names = Names::default();
        let mut host = |name: &str| names.host(name);
        assert_eq!(host("cucm-pub.acme.com"), "node-1.example-1.test");
        assert_eq!(host("cucm-pub"), "node-1");
        assert_eq!(host("acme.com"), "example-1.test");
        assert_eq!(host("*.acme.com"), "*.example-1.test");
        assert_eq!(host("CUCM-PUB.ACME.COM."), "NODE-1.EXAMPLE-1.TEST.");
        assert_eq!(host("cucm-pub-ms.acme.com"), "node-1-ms.example-1.test");
        assert_eq!(
            host("_xmpp-client._tcp.acme.net"),
            "_xmpp-client._tcp.example-2.test"
        );
        assert_eq!(
            host("imp1.eu.acme.co.uk"),
            "node-2.node-3.example-3.co.test"
        );
        assert_eq!(host("imp1.acme.local"), "node-2.example-4.local");
        assert_eq!(host("*.co.uk"), "*.co.uk");
        assert_eq!(host("imp*.acme.com"), "node-4*.example-1.test");
        assert_eq!(host(".acme.com"), ".example-1.test");
    }

    #[test]
    fn addresses_are_of_the_ranges_for_documentation() {
        let mut names = Names::default();
        assert_eq!(names.host("10.1.2.3"), "192.0.2.1");
        assert_eq!(
            names.host("3.2.1.10.in-addr.arpa"),
            "1.2.0.192.in-addr.arpa"
        );
        assert_eq!(names.host("[fd00::7]"), "[2001:db8::1]");
        assert_eq!(names.socket("10.9.9.9:8443"), "192.0.2.2:8443");
        assert_eq!(names.socket("127.0.0.1:8443"), "127.0.0.1:8443");
        for last in 0..=255 {
            names.host(&format!("10.0.7.{last}"));
        }
        assert_eq!(names.host("10.0.7.255"), "198.51.100.4");
    }

    #[test]
    fn endings_without_end_are_no_recursion() {
        let mut names = Names::default();
        let endless = "a".to_owned() + &"-ms-EC".repeat(200_000);
        assert_eq!(names.host(&endless), endless.replacen('a', "node-1", 1));
        assert_eq!(names.host("-ms"), "-node-2");
    }

    #[test]
    fn many_addresses_are_replaced_soon() {
        let mut names = Names::default();
        for number in 0..200_000_u32 {
            names.address((0x0b00_0000 + number).to_be_bytes().into());
        }
        assert_eq!(names.host("10.1.2.3"), "198.19.13.65");
    }

    #[test]
    fn what_is_odd_stays_odd_and_says_nothing() {
        let mut names = Names::default();
        assert_eq!(names.host("jabber secure"), "node-1 ");
        assert_eq!(names.host("-müller.acme.com"), "-node-2ü.example-1.test");
        assert_eq!(names.host("a..acme.com"), "node-3..node-4.node-5");
        assert_eq!(names.host(&"a".repeat(70)).len(), 70);
        assert_eq!(
            names.mailbox("jane@acme.com/desk"),
            "user-1@example-1.test/resource"
        );
        assert_eq!(names.name("ACME Root CA"), names.name("acme  root ca"));
        names.keep_lengths = true;
        assert_eq!(names.host("imp1.globex.com"), "n7xx.e2xxxx.test");
    }
}

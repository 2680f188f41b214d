//! A name that no public CA signs.

use std::collections::HashSet;
use std::net::IpAddr;

use super::{NEW_REQUEST, SUBJECT_ALTERNATIVE_NAME};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::SigningRequest;
use crate::identity::normalise;
use crate::source::{BASELINE_REQUIREMENTS, JABBER_GUIDE, JABBER_PLANNING, RFC_6761, RFC_6762};

/// Endings that are nobody's in the public DNS, each with who says so.
const PRIVATE: [(&str, &str); 16] = [
    ("local", ".local is for names on the local link (RFC 6762)"),
    ("test", ".test is reserved for tests (RFC 6761)"),
    (
        "example",
        ".example is reserved for documentation (RFC 6761)",
    ),
    ("invalid", ".invalid is reserved (RFC 6761)"),
    ("localhost", ".localhost is the machine itself (RFC 6761)"),
    (
        "internal",
        ".internal is reserved for private use (ICANN, 2024)",
    ),
    ("corp", ".corp will not be delegated (ICANN, 2018)"),
    ("home", ".home will not be delegated (ICANN, 2018)"),
    ("mail", ".mail will not be delegated (ICANN, 2018)"),
    ("home.arpa", ".home.arpa is for home networks (RFC 8375)"),
    ("alt", ".alt is outside of the DNS (RFC 9476)"),
    ("localdomain", ".localdomain is no public domain"),
    ("lan", ".lan is no public domain"),
    (
        "intranet",
        ".intranet is no public domain (RFC 6762, appendix G)",
    ),
    (
        "private",
        ".private is no public domain (RFC 6762, appendix G)",
    ),
    ("intra", ".intra is no public domain"),
];

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-private-name",
    title: "a signing request for a public CA with a name that no public CA signs",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("Server Identity in Certificates"),
        JABBER_GUIDE.at("Method 3, public or private CA"),
        BASELINE_REQUIREMENTS.at("4.2.2 and 7.1.4.2.1, internal names"),
        RFC_6761.at("6, special-use domain names"),
        RFC_6762.at("3 and appendix G"),
    ],
    explain: "Public CAs sign fully qualified domain names whose owner they can ask. IP addresses of a private range, host \
              names without a domain, and domains that exist only inside (.local, .corp, .internal) have had no owner to \
              ask since 2015, and one such name in the subjectAltName makes the CA refuse the whole request. It applies \
              with --public-ca only: a private CA signs what it likes.",
    fix: "Take the name out of the request, and give the clients a public domain name instead; or have this certificate \
          signed by a private CA whose root the devices trust.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    if !subject.view.public_ca {
        return Verdict::NotApplicable("--public-ca does not say that it goes to a public CA");
    }
    let request = subject.request();
    if request.is_broken(SUBJECT_ALTERNATIVE_NAME) {
        return Verdict::unknown("the subjectAltName asked for cannot be decoded");
    }
    Verdict::each(
        names(request).iter().map(|name| judge(name)),
        "the request names nobody, which csr-name-missing tells",
    )
}

fn judge(name: &str) -> Verdict {
    match reason(name) {
        None => Verdict::Pass,
        Some(reason) => Seen::new(format!("{name}: {reason}"))
            .expected(format!("a public name for {name}"))
            .found([name])
            .into(),
    }
}

/// Every name that the CA would have to vouch for, each once.
fn names(request: &SigningRequest) -> Vec<String> {
    let mut all: Vec<String> = request.dns_names().to_vec();
    let ip = request.alternative_name.iter().flat_map(|names| &names.ip);
    all.extend(ip.map(ToString::to_string));
    let domains = request.xmpp_addresses().iter().chain(request.srv_names());
    all.extend(domains.map(|name| name.value.clone()));
    all.extend(request.common_name().map(str::to_owned));
    let mut known = HashSet::new();
    all.retain(|name| known.insert(normalise(name)));
    all
}

/// Why no public CA signs it.
fn reason(name: &str) -> Option<&'static str> {
    let host = normalise(name);
    let host = host.strip_prefix("*.").unwrap_or(&host);
    if host.parse::<IpAddr>().is_ok() {
        return Some("an IP address");
    }
    if let Some((_, reason)) = PRIVATE.iter().find(|(ending, _)| ends_in(host, ending)) {
        return Some(reason);
    }
    (!host.contains('.')).then_some("a name without a domain")
}

fn ends_in(host: &str, ending: &str) -> bool {
    host.strip_suffix(ending)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{RULE, reason};
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};

    fn public(names: &[&str]) -> RequestScene {
        let mut wanted = order(names[0]);
        wanted.dns = names.iter().map(|name| (*name).to_owned()).collect();
        RequestScene::of(&wanted).change(|view| view.public_ca = true)
    }

    #[test]
    fn public_names_are_good() {
        public(&["expe1.example.com", "*.example.co.uk", "xn--bcher-kva.de"])
            .expect(&RULE, Status::Pass);
        for good in [
            "locals.com",
            "test.com",
            "corp.example.com",
            "a.mylan",
            "imp1.acme.ad",
        ] {
            assert_eq!(reason(good), None, "{good}");
        }
    }

    #[test]
    fn each_private_name_has_its_reason() {
        let scene = public(&[
            "imp1.example.com",
            "imp1",
            "imp1.acme.local",
            "a.Corp.",
            "10.1.2.3",
        ]);
        let failures = scene.failures(&RULE);
        let messages: Vec<&str> = failures.iter().map(|one| &*one.message).collect();
        let expected = [
            "10.1.2.3: an IP address",
            "a.Corp.: .corp will not be delegated (ICANN, 2018)",
            "imp1: a name without a domain",
            "imp1.acme.local: .local is for names on the local link (RFC 6762)",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn addresses_and_other_names_count_and_a_name_counts_once() {
        let mut wanted = order("a.example.com");
        wanted.ip = vec![[192, 0, 2, 1].into(), [0xfd00, 0, 0, 0, 0, 0, 0, 1].into()];
        wanted.xmpp_addresses = vec!["acme.internal".to_owned()];
        wanted.srv_names = vec!["_xmpp-client.acme.internal".to_owned()];
        let scene = RequestScene::of(&wanted).change(|view| view.public_ca = true);
        assert_eq!(scene.failures(&RULE).len(), 4);
        assert_eq!(public(&["imp1"]).failures(&RULE).len(), 1);
    }

    #[test]
    fn a_private_ca_signs_what_it_likes() {
        RequestScene::of(&order("imp1")).expect(&RULE, Status::NotApplicable);
    }
}

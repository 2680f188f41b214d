//! A SAN that is longer than Expressway reads.

use super::{REISSUE, Shown, each_certificate};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;
use crate::source::{EXPRESSWAY_CERTIFICATES, MRA_CERTIFICATES};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-san-too-long",
    title: "an Expressway certificate with more than 999 characters of alternative names",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        MRA_CERTIFICATES.at("Subject Alternative Name (SAN)"),
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
    ],
    explain: "Expressway keeps the alternative names of a certificate as one line, \"DNS:a, DNS:b\", and reads no more than \
              999 characters of it: what stands beyond is ignored, though the certificate and every other program show \
              it. A registration domain, cluster name, chat node alias or security profile at the end of a long list is \
              then missing for the Expressways: the traversal zone or secure registrations fail with a certificate that \
              looks right. Clients read the whole list and are not hit directly.",
    fix: "Order a certificate with fewer or shorter names: leave out aliases that nobody uses, and profiles that use SIP \
          OAuth; split domains between Expressway clusters where that does not suffice.",
    remedy: REISSUE,
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::MRA
    },
    check: Check::Node(check),
};

/// Characters of the list that Expressway reads (document 213872).
const LIMIT: usize = 999;
const SEPARATOR: &str = ", ";

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    if !subject.node.node.product.is_expressway() {
        return Verdict::NotApplicable("the limit is Expressway's");
    }
    each_certificate(subject.node, too_long)
}

fn too_long(shown: &Shown<'_>) -> Option<Seen> {
    let entries = entries(shown.certificate);
    let length = entries.join(SEPARATOR).chars().count();
    if length <= LIMIT {
        return None;
    }
    let lost = beyond(&entries);
    let ports = shown.ports.join(", ");
    let message = format!(
        "{length} characters in {} names on {ports}; beyond the first {LIMIT}: {}",
        entries.len(),
        lost.join(SEPARATOR)
    );
    Some(
        Seen::new(message)
            .expected(format!("at most {LIMIT} characters"))
            .found(lost),
    )
}

/// The names as OpenSSL prints them.
fn entries(certificate: &Certificate) -> Vec<String> {
    let Some(names) = &certificate.alternative_name else {
        return Vec::new();
    };
    let dns = names.dns.iter().map(|name| format!("DNS:{name}"));
    let ip = names
        .ip
        .iter()
        .map(|address| format!("IP Address:{address}"));
    let uris = names.uris.iter().map(|uri| format!("URI:{uri}"));
    let emails = names.emails.iter().map(|email| format!("email:{email}"));
    let others = names.xmpp_addresses.iter().chain(&names.srv_names);
    let others = others.map(|_| "othername:<unsupported>".to_owned());
    dns.chain(ip)
        .chain(uris)
        .chain(emails)
        .chain(others)
        .collect()
}

/// The names that do not end within the limit.
fn beyond(entries: &[String]) -> Vec<String> {
    let mut end = 0;
    let mut lost = Vec::new();
    for entry in entries {
        end += entry.chars().count();
        if end > LIMIT {
            lost.push(entry.clone());
        }
        end += SEPARATOR.len();
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, RULE, beyond};
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};

    /// The host's name and ten others, so that the list has `length` characters.
    fn scene(length: usize) -> Scene {
        let mut edge = order("expe1.acme.test");
        for number in 0..9 {
            edge.dns
                .push(format!("{number}{}.acme.test", "a".repeat(80)));
        }
        let so_far: usize = edge.dns.iter().map(|name| name.len() + 6).sum();
        let last = length - so_far - "DNS:".len() - ".test".len();
        edge.dns.push(format!("{}.test", "z".repeat(last)));
        Scene::new(EDGE).present("expe1", "mra", &edge)
    }

    #[test]
    fn the_limit_itself_is_good() {
        scene(LIMIT).expect(&RULE, "expe1", "", Status::Pass);
    }

    #[test]
    fn one_more_is_too_long() {
        let finding = scene(LIMIT + 1).expect(&RULE, "expe1", "", Status::Fail);
        assert!(
            finding
                .message
                .starts_with("1000 characters in 11 names on mra (8443)"),
            "{}",
            finding.message
        );
        assert_eq!(finding.found.len(), 1);
        assert!(finding.found[0].starts_with("DNS:zzz"));
    }

    #[test]
    fn only_expressway_has_the_limit() {
        Scene::new(CLUSTER).expect(&RULE, "cucm-pub", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expc1", "", Status::Unknown);
    }

    #[test]
    fn a_name_that_ends_at_the_limit_is_read() {
        let entries = ["a".repeat(LIMIT), "b".to_owned()];
        assert_eq!(beyond(&entries), ["b"]);
        let entries = ["a".repeat(LIMIT + 1), "b".to_owned()];
        assert_eq!(beyond(&entries), entries);
    }
}

//! The CN of an Expressway's certificate.

use std::net::IpAddr;

use super::{REISSUE, Shown, each_certificate};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Release;
use crate::identity::is_short;
use crate::source::EXPRESSWAY_CERTIFICATES;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-subject-name",
    title: "an Expressway certificate whose common name is missing, short or an IP address",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[EXPRESSWAY_CERTIFICATES.at("Uploading the server certificate")],
    explain: "Expressway wants a fully qualified domain name as the CN of its certificate. Some CAs leave the CN out of what \
              they issue: Expressway then raises an alarm, and Mobile and Remote Access, Jabber Guest and Web Proxy break \
              although the SAN is right. From X15.5 on the upload of a certificate with a short host name or an IP address \
              as CN is refused; older releases take it, and their next renewal after the upgrade fails.",
    fix: "Set the host name and domain under System > DNS, and order a certificate with Common name: \"FQDN of Expressway\" \
          (or \"FQDN of Expressway cluster\") on the Generate CSR page; ask the CA to keep the CN.",
    remedy: REISSUE,
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::MRA
    },
    check: Check::Node(check),
};

/// The first release that refuses to take a short name or an address.
const REFUSED_AT_UPLOAD: Release = Release::expressway(15, 5, 0);

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let node = subject.node.node;
    if !node.product.is_expressway() {
        return Verdict::NotApplicable("the requirement is Expressway's");
    }
    let lenient = node
        .release
        .as_ref()
        .is_some_and(|release| *release < REFUSED_AT_UPLOAD);
    each_certificate(subject.node, |shown| fault(shown, lenient))
}

fn fault(shown: &Shown<'_>, lenient: bool) -> Option<Seen> {
    let ports = shown.ports.join(", ");
    let certificate = shown.certificate;
    let name = certificate.common_name().unwrap_or_default().trim();
    if name.is_empty() {
        let subject = match certificate.subject.text.as_str() {
            "" => "empty",
            text => text,
        };
        return Some(Seen::new(format!(
            "the certificate on {ports} has no CN; its subject is {subject}"
        )));
    }
    let kind = if name.parse::<IpAddr>().is_ok() {
        "an IP address"
    } else if is_short(name) {
        "a name without a domain"
    } else {
        return None;
    };
    let seen = Seen::new(format!("the certificate on {ports} has CN {name}, {kind}")).found([name]);
    Some(if lenient { tolerated(seen) } else { seen })
}

/// Works until a release that refuses it.
fn tolerated(seen: Seen) -> Seen {
    seen.severity(Severity::Warning).impact(Impact::NONE)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::audit::{Judgement, Status};

    fn judge(common_name: &str, release: &str, status: Status) -> Judgement {
        let mut edge = order("expe1.acme.test");
        edge.common_name = common_name.to_owned();
        let file = EDGE.replace("X15.2", release);
        Scene::new(&file)
            .present("expe1", "mra", &edge)
            .expect(&RULE, "expe1", "", status)
    }

    #[test]
    fn a_full_name_passes_whether_or_not_it_is_the_hosts() {
        judge("expe1.acme.test", "X15.5", Status::Pass);
        judge("expe.acme.test", "X15.5", Status::Pass);
    }

    #[test]
    fn without_a_common_name_mra_breaks_in_every_release() {
        for release in ["X14.2", "X15.5"] {
            let finding = judge("", release, Status::Fail);
            assert_eq!(finding.severity, Severity::Error);
            assert!(
                finding.message.ends_with("its subject is O=ACME"),
                "{}",
                finding.message
            );
            assert!(!finding.effects.is_empty());
        }
    }

    #[test]
    fn short_names_and_addresses_are_refused_from_x15_5_on() {
        for name in ["expe1", "192.0.2.7"] {
            assert_eq!(
                judge(name, "X15.4.9", Status::Fail).severity,
                Severity::Warning
            );
            assert_eq!(judge(name, "X15.5", Status::Fail).severity, Severity::Error);
        }
    }

    #[test]
    fn other_products_and_silence() {
        Scene::new(CLUSTER).expect(&RULE, "cucm-pub", "", Status::NotApplicable);
        Scene::new(EDGE).expect(&RULE, "expe1", "", Status::Unknown);
    }
}

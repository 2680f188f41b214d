//! A wildcard that Webex Meetings Server does not find, because it looks in the CN.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{CertificateName, Release};
use crate::certificate::Certificate;
use crate::identity::{covers, normalise};
use crate::source::{MEETINGS_ADMINISTRATION, MEETINGS_INSTALLATION};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "meetings-wildcard-not-in-cn",
    title: "a meetings certificate whose wildcard is not in the CN",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        MEETINGS_INSTALLATION.at("page 265, SSL certificates, wildcards"),
        MEETINGS_ADMINISTRATION.at("Managing Certificates"),
    ],
    explain: "From 2.5MR5 on Webex Meetings Server reads only the CN of a wildcard certificate. With CN=acme.test and \
              *.acme.test as a subject alternative name the import stops with \"server domain does not match the WebEx \
              site URL\", so the renewal cannot be installed, or the server goes on with the certificate it had. \
              Meetings started from Jabber are lost with it.",
    fix: "Order the certificate with the wildcard itself as CN (CN=*.acme.test), or without a wildcard: site URL as CN, \
          every host and URL as a subject alternative name.",
    remedy: Remedy::Reissue,
    impact: Impact::clients(Outcome::Degraded),
    check: Check::Leaf(check),
};

/// 2.5MR5 brought the change; the release of a deployment file does not say the maintenance release.
const CHANGED: Release = Release::unified(2, 5, 0);

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.certificate_name != CertificateName::Webex {
        return Verdict::NotApplicable("only Webex Meetings Server reads wildcards so");
    }
    let certificate = subject.certificate;
    let host = &subject.node.node.address;
    let Some(wildcard) = relied_upon(certificate, host) else {
        return Verdict::NotApplicable("no subjectAltName wildcard stands for the site");
    };
    let common_name = certificate.common_name();
    if common_name.is_some_and(|name| name.contains('*')) {
        return Verdict::Pass;
    }
    match &subject.node.node.release {
        Some(release) if *release < CHANGED => {
            Verdict::NotApplicable("releases before 2.5MR5 read subjectAltName too")
        }
        Some(release) if *release == CHANGED => Verdict::unknown(
            "2.5 reads only the CN from MR5 on, and the release does not say which MR it is",
        ),
        _ => mismatch(wildcard, common_name),
    }
}

/// The wildcard that stands for the host, where no field spells the host out: what covers it then has a wildcard.
fn relied_upon<'a>(certificate: &'a Certificate, host: &str) -> Option<&'a str> {
    let spelled = |name: &str| normalise(name) == normalise(host);
    let names = certificate.dns_names();
    if names.iter().any(|name| spelled(name)) || certificate.common_name().is_some_and(spelled) {
        return None;
    }
    names
        .iter()
        .map(String::as_str)
        .find(|name| covers(name, host))
}

fn mismatch(wildcard: &str, common_name: Option<&str>) -> Verdict {
    let stands = common_name.map_or_else(
        || "there is no CN".to_owned(),
        |name| format!("the CN is {name}"),
    );
    Seen::new(format!("{wildcard} is a dNSName, and {stands}"))
        .expected(wildcard)
        .found(common_name)
        .into()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::issue::Order;

    fn with_meetings(release: &str) -> String {
        let node = "[[node]]\nname = \"meet\"\nproduct = \"webex-meetings-server\"\naddress = \"meet.acme.test\"";
        format!("{CLUSTER}{node}\n{release}\n")
    }

    fn named(common_name: &str, dns: &str) -> Order {
        Order {
            dns: vec![dns.to_owned()],
            ..order(common_name)
        }
    }

    fn expect(release: &str, shown: &Order, status: Status) {
        let scene = Scene::new(&with_meetings(release)).present("meet", "https", shown);
        scene.expect(&RULE, "meet", "https", status);
    }

    #[test]
    fn a_wildcard_in_both_places_passes() {
        expect(
            "release = \"2.8\"",
            &named("*.acme.test", "*.acme.test"),
            Status::Pass,
        );
    }

    #[test]
    fn a_wildcard_only_in_the_alternative_name_costs_meetings() {
        let scene = Scene::new(&with_meetings("release = \"2.8\"")).present(
            "meet",
            "https",
            &named("acme.test", "*.acme.test"),
        );
        let finding = scene.expect(&RULE, "meet", "https", Status::Fail);
        assert_eq!(
            finding.message,
            "*.acme.test is a dNSName, and the CN is acme.test"
        );
        assert!(
            finding
                .effects
                .iter()
                .all(|effect| effect.outcome == Outcome::Degraded)
        );
        assert_eq!(finding.effects.len(), 4);
    }

    #[test]
    fn the_release_decides() {
        let wrong = named("acme.test", "*.acme.test");
        expect("release = \"2.0\"", &wrong, Status::NotApplicable);
        expect("release = \"2.5\"", &wrong, Status::Unknown);
        expect("release = \"2.6\"", &wrong, Status::Fail);
    }

    #[test]
    fn a_site_that_is_spelled_out_needs_no_wildcard() {
        let mut both = named("meet.acme.test", "*.acme.test");
        expect("release = \"2.8\"", &both, Status::NotApplicable);
        both.dns.push("meet.acme.test".to_owned());
        "acme.test".clone_into(&mut both.common_name);
        expect("release = \"2.8\"", &both, Status::NotApplicable);
    }

    #[test]
    fn other_products_are_not_asked() {
        let scene =
            Scene::new(CLUSTER).present("cucm-pub", "tomcat", &named("acme.test", "*.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn a_wildcard_for_another_domain_does_not_stand_for_the_site() {
        for other in ["*.other.test", "www.acme.test"] {
            let shown = named("acme.test", other);
            expect("release = \"2.8\"", &shown, Status::NotApplicable);
        }
    }
}

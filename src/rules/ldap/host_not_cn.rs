//! A directory whose certificate has another CN than its host name.

use std::net::IpAddr;

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::Estate;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{CertificateName, Product, Release};
use crate::identity::{all_names, covers, normalise};
use crate::source::SECURE_LDAP;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "ldap-host-not-cn",
    title: "a directory certificate whose CN is not the host",
    severity: Severity::Error,
    owner: Owner::Identity,
    cites: &[SECURE_LDAP.at("Verify the LDAP server certificate")],
    explain: "From 10.5(2)SU2 and 9.1(2)SU3 on Unified CM compares the host under System > LDAP with the CN of the \
              directory's certificate, not with its dNSNames. With another CN, directory synchronisation and LDAP \
              authentication fail: no user whose password is checked against the directory can sign in, in Jabber or \
              elsewhere. It usually starts on the day a domain controller renews with a certificate that has only \
              subject alternative names.",
    fix: "Issue the directory's certificate with the configured host as CN (and as dNSName for Jabber), or enter the host \
          that is the CN under System > LDAP > LDAP Directory and LDAP Authentication.",
    remedy: Remedy::RenameOrReissue,
    impact: Impact::BLOCKED,
    check: Check::Leaf(check),
};

/// Documents name these two trains; 9.1(2)SU3 counts for 9.x, 10.5(2)SU2 from 10.0 on.
const FIRST: [&str; 2] = ["9.1(2)SU3", "10.5(2)SU2"];

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.certificate_name != CertificateName::Ldap {
        return Verdict::NotApplicable("Unified CM compares the CN of directories only");
    }
    let host = &subject.node.node.address;
    if host.parse::<IpAddr>().is_ok() {
        return Verdict::NotApplicable(
            "a directory configured by IP address is not compared (utils ldap config ipaddr)",
        );
    }
    if !is_compared(subject.estate) {
        return Verdict::NotApplicable("Unified CM compares from 9.1(2)SU3 and 10.5(2)SU2 on");
    }
    match subject.certificate.common_name() {
        Some(name) if normalise(name) == normalise(host) => Verdict::Pass,
        Some(name) if covers(name, host) => Verdict::unknown(format!(
            "the CN is {name}, and no document says whether Unified CM takes a wildcard for {host}"
        )),
        Some(name) => mismatch(subject, host, &format!("the CN is {name}")),
        None => mismatch(subject, host, "there is no CN"),
    }
}

/// Whether any Unified CM node compares. Without a node or its release: yes, as all supported ones do.
fn is_compared(estate: &Estate<'_>) -> bool {
    struct Compared(bool);
    let compared = estate.once(|| {
        let mut managers = estate.deployment.nodes_of(Product::Cucm).peekable();
        let none = managers.peek().is_none();
        Compared(none || managers.any(|node| node.release.as_ref().is_none_or(compares)))
    });
    compared.0
}

fn compares(release: &Release) -> bool {
    let first = FIRST[usize::from(release.major() > 9)];
    first
        .parse::<Release>()
        .map_or(true, |first| *release >= first)
}

fn mismatch(subject: &LeafSubject<'_>, host: &str, common_name: &str) -> Verdict {
    Seen::new(format!("Unified CM looks for {host}, and {common_name}"))
        .expected(host)
        .found(all_names(subject.certificate))
        .into()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::issue::Order;

    fn with_directory(address: &str) -> String {
        format!("{CLUSTER}[[node]]\nname = \"dc1\"\nproduct = \"ldap\"\naddress = \"{address}\"\n")
    }

    fn with_common_name(name: &str) -> Order {
        Order {
            common_name: name.to_owned(),
            ..order("dc1.acme.test")
        }
    }

    #[test]
    fn the_host_as_cn_passes_without_regard_to_case() {
        let scene = Scene::new(&with_directory("dc1.acme.test")).present(
            "dc1",
            "ldaps",
            &with_common_name("DC1.acme.test"),
        );
        scene.expect(&RULE, "dc1", "ldaps", Status::Pass);
    }

    #[test]
    fn a_subject_alternative_name_alone_locks_users_out() {
        for name in ["", "acme-dc1"] {
            let scene = Scene::new(&with_directory("dc1.acme.test")).present(
                "dc1",
                "ldaps-gc",
                &with_common_name(name),
            );
            let finding = scene.expect(&RULE, "dc1", "ldaps-gc", Status::Fail);
            assert_eq!(finding.expected.as_deref(), Some("dc1.acme.test"));
            assert_eq!(finding.effects[0].outcome, Outcome::Blocked);
            assert!(finding.fix.steps[0].contains("LDAP Directory"));
        }
    }

    #[test]
    fn releases_before_the_change_do_not_compare() {
        let judge = |release: &str, status| {
            let text = with_directory("dc1.acme.test").replace("14SU2", release);
            let scene = Scene::new(&text).present("dc1", "ldaps", &with_common_name("acme-dc1"));
            scene.expect(&RULE, "dc1", "ldaps", status);
        };
        judge("9.1(2)SU2", Status::NotApplicable);
        judge("9.1(2)SU3", Status::Fail);
        judge("10.5(2)SU1", Status::NotApplicable);
        judge("10.5(2)SU2", Status::Fail);
        judge("11.5", Status::Fail);
    }

    #[test]
    fn a_wildcard_is_unknown_and_an_address_by_number_is_not_compared() {
        let scene = Scene::new(&with_directory("dc1.acme.test")).present(
            "dc1",
            "ldaps",
            &with_common_name("*.acme.test"),
        );
        scene.expect(&RULE, "dc1", "ldaps", Status::Unknown);
        let scene = Scene::new(&with_directory("192.0.2.20")).present(
            "dc1",
            "ldaps",
            &with_common_name("acme-dc1"),
        );
        scene.expect(&RULE, "dc1", "ldaps", Status::NotApplicable);
    }

    #[test]
    fn other_certificates_are_not_asked() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("x.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }
}

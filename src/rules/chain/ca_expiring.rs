//! A CA of the chain that ends before the leaf, or soon.

use super::named;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Certificate, LONGEST_WARNING};
use crate::source::{EXPRESSWAY_INTERMEDIATE_EXPIRY, PREFERRED_ARCHITECTURE, RFC_5280};
use crate::trust::Path;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-ca-expiring",
    title: "a CA certificate that ends before the certificate that it signed, or soon",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        EXPRESSWAY_INTERMEDIATE_EXPIRY.at("Background Information"),
        RFC_5280.at("6.1.3, Basic Certificate Processing (a) (2)"),
        PREFERRED_ARCHITECTURE.at("Certificate management"),
    ],
    explain: "A certificate is good only as long as every CA above it. When an intermediate or a root ends, everything below \
              it stops on that day although nobody changed anything: no client connects, and traversal zones and SSH tunnels \
              of Expressway go down (as with DST Root X3 in September 2021 and DigiCert SHA2 Secure Server CA in March \
              2023). Calendars and the Certificate Expiry Monitor look at the server certificates and miss it. A CA \
              normally publishes its successor long before; what takes time is loading it into every trust store. A CA \
              certificate whose time has not come yet fails in the same way and is reported here as an error.",
    fix: "Get the CA's renewed certificate, load it into every trust store before the old one ends (client devices, the \
          trust stores of CUCM, IM and Presence and Unity Connection, each Expressway peer), and have the server \
          certificates signed anew when the CA changed its key.",
    remedy: Remedy::Reissue,
    impact: Impact::BLOCKED,
    check: Check::Leaf(check),
};

const DAY: i64 = 86_400;

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    let judge = |authority: &Certificate| judge(authority, subject.certificate, context.at);
    let none = "no CA certificate was sent";
    match subject.chain.path.as_deref() {
        Some(Path::Anchored(path)) => {
            Verdict::each(path.links.iter().map(|link| judge(&link.certificate)), none)
        }
        Some(Path::Broken(_)) => {
            let sent = subject.chain.others().filter(|other| other.is_ca());
            Verdict::each(sent.map(judge), none)
        }
        Some(Path::SelfSigned) => Verdict::NotApplicable("a self-signed leaf has no CA"),
        Some(Path::Pinned) => Verdict::NotApplicable("the leaf itself is installed on the devices"),
        None => Verdict::NotApplicable("there is no path to judge"),
    }
}

fn judge(authority: &Certificate, leaf: &Certificate, at: i64) -> Verdict {
    let (from, until) = (&authority.not_before, &authority.not_after);
    let who = named(authority);
    let seen = if at > until.unix {
        let days = (at - until.unix) / DAY;
        Seen::new(format!("{who} expired {until}, {days} days ago")).severity(Severity::Error)
    } else if at < from.unix {
        Seen::new(format!("{who} is not valid before {from}")).severity(Severity::Error)
    } else if until.unix - at <= LONGEST_WARNING {
        let days = (until.unix - at) / DAY;
        later(format!("{who} ends {until}, in {days} days"))
    } else if until.unix < leaf.not_after.unix {
        later(format!(
            "{who} ends {until}, the leaf only {}",
            leaf.not_after
        ))
    } else {
        return Verdict::Pass;
    };
    seen.expected(authority.subject.text.clone()).into()
}

/// Nobody notices before that day.
fn later(message: String) -> Seen {
    Seen::new(message).impact(Impact::NONE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::testing::{Ca, DAY, moment};
    use super::RULE;
    use crate::audit::effect::Outcome;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::audit::{Judgement, Status};

    /// The worst verdict on a leaf that ends in ten days and an issuer that is valid from and until these moments.
    fn judged(from: i64, until: i64, status: Status) -> Judgement {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |params| {
            params.not_before = moment(from);
            params.not_after = moment(until);
        });
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&root.der).unwrap();
        let chain = [issuing.leaf("cucm-pub.acme.test"), issuing.der];
        let scene = scene.present_chain("cucm-pub", "tomcat", &chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    const LONG_AGO: i64 = NOW - 500 * DAY;

    #[test]
    fn thirty_days_are_soon_and_a_second_more_is_not() {
        let finding = judged(LONG_AGO, NOW + 30 * DAY, Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.effects.is_empty());
        assert!(
            finding.message.ends_with("in 30 days"),
            "{}",
            finding.message
        );
        judged(LONG_AGO, NOW + 30 * DAY + 1, Status::Pass);
    }

    #[test]
    fn a_ca_is_good_up_to_its_last_second() {
        let last = judged(LONG_AGO, NOW, Status::Fail);
        assert_eq!(last.severity, Severity::Warning);
        let over = judged(LONG_AGO, NOW - 1, Status::Fail);
        assert_eq!(over.severity, Severity::Error);
        assert!(
            over.effects
                .iter()
                .any(|effect| effect.outcome == Outcome::Blocked)
        );
    }

    #[test]
    fn a_ca_whose_time_has_not_come_is_an_error() {
        judged(NOW, NOW + 400 * DAY, Status::Pass);
        let early = judged(NOW + 1, NOW + 400 * DAY, Status::Fail);
        assert_eq!(early.severity, Severity::Error);
    }

    #[test]
    fn a_ca_may_end_with_the_leaf_and_not_before() {
        let judge = |beyond: i64| {
            let mut order = order("cucm-pub.acme.test");
            order.not_after = NOW + 5 * 365 * DAY + beyond;
            let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order);
            scene.failures(&RULE)
        };
        assert_eq!(judge(0), []);
        // Both the root and the intermediate end a second too early.
        assert_eq!(judge(1).len(), 2);
    }

    #[test]
    fn roots_count_too_and_each_ca_is_a_finding_of_its_own() {
        let root = Ca::new("Root", None, |params| params.not_after = moment(NOW - 1));
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_root(&root.der).unwrap();
        let scene = scene.present_chain("cucm-pub", "tomcat", &[root.leaf("cucm-pub.acme.test")]);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("CN=Root"));
    }

    #[test]
    fn sent_cas_are_judged_where_no_root_is_known() {
        let root = Ca::new("Root", None, |params| {
            params.not_after = moment(NOW + 5 * DAY);
        });
        let chain = [root.leaf("cucm-pub.acme.test"), root.der.clone()];
        let scene = Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", &chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
    }

    #[test]
    fn a_self_signed_leaf_has_no_ca() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }
}

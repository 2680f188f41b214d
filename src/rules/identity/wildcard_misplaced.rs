//! A wildcard that no client takes for a name.

use super::host_names;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::normalise;
use crate::source::{JABBER_GUIDE, RFC_6125, RFC_9525};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-wildcard-misplaced",
    title: "a wildcard where it covers no name",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        RFC_6125.at("6.4.3, Checking of Wildcard Certificates; 7.2"),
        RFC_9525.at("6.3, Matching the DNS Domain Name Portion"),
        JABBER_GUIDE.at("Identifier Fields (note on wildcards)"),
    ],
    explain: "A wildcard counts only as the whole left-most label, and it stands for exactly one label: *.acme.test \
              covers imp1.acme.test, but neither acme.test nor imp1.im.acme.test. Names like imp*.acme.test, \
              imp1.*.test or *.test are read differently by each platform, mostly as no name at all, so a server that \
              relies on one prompts on some clients and not on others. Public CAs do not sign them.",
    fix: "Replace the name by the full host names, or where the product supports wildcards by one of the form \
          *.domain.tld.",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let names = host_names(subject.certificate);
    if !names.iter().any(|name| name.contains('*')) {
        return Verdict::NotApplicable("the certificate has no wildcard");
    }
    let misplaced: Vec<(&str, &str)> = names
        .into_iter()
        .filter_map(|name| Some((name, misplacement(name)?)))
        .collect();
    Verdict::pass_if(misplaced.is_empty(), || {
        let reasons: Vec<String> = misplaced
            .iter()
            .map(|(name, reason)| format!("{name}: {reason}"))
            .collect();
        Seen::new(reasons.join("; ")).found(misplaced.iter().map(|(name, _)| *name))
    })
}

/// What is wrong with the place of the wildcard.
fn misplacement(name: &str) -> Option<&'static str> {
    let name = normalise(name);
    if !name.contains('*') {
        return None;
    }
    let (first, rest) = name.split_once('.').unwrap_or((&name, ""));
    if first != "*" && first.contains('*') {
        Some("the wildcard is only a part of its label")
    } else if first != "*" {
        Some("the wildcard is not the left-most label")
    } else if rest.contains('*') {
        Some("there is more than one wildcard")
    } else if !rest.contains('.') {
        Some("the wildcard stands over a top-level domain")
    } else if is_public_suffix(rest) {
        Some("the wildcard stands over a whole public suffix, below which anybody can register")
    } else {
        None
    }
}

/// Whether the domain is a public suffix of the list at publicsuffix.org, as embedded here ("co.uk").
fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == domain.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{RULE, misplacement};
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, Scene, order};

    #[test]
    fn only_the_whole_left_most_label_over_two_labels_is_well_placed() {
        assert_eq!(misplacement("*.acme.test"), None);
        assert_eq!(misplacement("*.ACME.test."), None);
        assert_eq!(misplacement("imp1.acme.test"), None);
        assert_eq!(misplacement("*.acme.co.uk"), None);
        assert!(misplacement("*.co.uk").is_some_and(|why| why.contains("public suffix")));
        for wrong in [
            "imp*.acme.test",
            "*imp.acme.test",
            "imp1.*.test",
            "*.*.test",
            "*.test",
            "*.test.",
            "*",
            "**.acme.test",
        ] {
            assert!(misplacement(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn dns_names_and_the_cn_are_looked_at() {
        let mut odd = order("imp*.acme.test");
        "*.test".clone_into(&mut odd.common_name);
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &odd);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(
            finding.message,
            "imp*.acme.test: the wildcard is only a part of its label; *.test: the wildcard stands over a top-level domain"
        );
    }

    #[test]
    fn a_well_placed_wildcard_passes_and_without_one_there_is_nothing_to_say() {
        let scene = Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &order("*.acme.test"))
            .present("imp1", "tomcat", &order("imp1.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }
}

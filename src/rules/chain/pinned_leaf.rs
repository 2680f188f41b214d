//! A leaf that is trusted only because it is installed on the devices itself.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::Client;
use crate::source::{JABBER_GUIDE, JABBER_PLANNING_14};
use crate::trust::Path;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-pinned-leaf",
    title: "a certificate that is trusted only because it is installed on the devices itself",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("What methods are available for certificate validation? (methods 1 and 2)"),
        JABBER_PLANNING_14.at("Security and Certificates"),
    ],
    explain: "This very certificate was pushed to the devices (Enterprise Trust, or accepted in a prompt and exported from \
              there), so nobody is asked today. The trust ends with the certificate: after the next renewal or \
              regeneration, also one that a change of host name or domain brings about, every user is prompted again, all \
              on the same morning. Enterprise Trust is a store of Windows; Android 7 and later accepts only CA-signed \
              certificates, so a self-signed one keeps Android out, pushed or not.",
    fix: "Before the next renewal have a CA sign the certificate and deploy that CA's root; or push the new certificate to \
          all devices before you upload it.",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

const ANDROID_BLOCKED: Impact = Impact {
    android: Outcome::Blocked,
    ..Impact::NONE
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let pinned = matches!(subject.chain.path.as_deref(), Some(Path::Pinned));
    Verdict::pass_if(!pinned, || seen(subject))
}

fn seen(subject: &LeafSubject<'_>) -> Seen {
    let leaf = subject.certificate;
    let message = format!(
        "SHA-256 {} itself is in the devices' store, no root of theirs vouches for it, and it ends {}",
        leaf.digest, leaf.not_after
    );
    if leaf.self_signed && reaches_android(subject) {
        Seen::new(format!(
            "{message}; it is self-signed, and Android signs in too"
        ))
        .severity(Severity::Error)
        .impact(ANDROID_BLOCKED)
    } else {
        Seen::new(message)
    }
}

fn reaches_android(subject: &LeafSubject<'_>) -> bool {
    let audience = subject.service.service.audience;
    let deployment = subject.estate.deployment;
    let connects = audience.jabber || audience.jabber_outside && deployment.mra.is_some();
    connects && deployment.clients.contains(&Client::Android)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::testing::Ca;
    use super::RULE;
    use crate::audit::effect::Outcome;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};

    fn pinned(file: &str, leaf: Vec<u8>) -> Judgement {
        pinned_on(file, ("cucm-pub", "tomcat"), leaf)
    }

    fn pinned_on(file: &str, (node, service): (&str, &str), leaf: Vec<u8>) -> Judgement {
        let mut scene = Scene::new(file);
        scene.trust().add_pinned(&leaf);
        let scene = scene.present_chain(node, service, &[leaf]);
        scene.expect(&RULE, node, service, Status::Fail)
    }

    #[test]
    fn a_pinned_leaf_of_an_unknown_ca_harms_nobody_today() {
        let finding = pinned(CLUSTER, Ca::root().leaf("cucm-pub.acme.test"));
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.effects.is_empty());
        assert!(
            finding.message.ends_with("ends 2026-12-01T19:00:00Z"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_self_signed_one_keeps_android_out() {
        let leaf = order("cucm-pub.acme.test").self_signed().unwrap().der;
        let finding = pinned(CLUSTER, leaf.clone());
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.effects.len(), 1);
        assert_eq!(finding.effects[0].outcome, Outcome::Blocked);
        let file = format!("clients = [\"windows\", \"mac\"]\n{CLUSTER}");
        let finding = pinned(&file, leaf);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn a_leaf_that_its_ca_vouches_for_is_not_called_pinned() {
        let mut scene = Scene::new(CLUSTER);
        let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
        scene.trust().add_pinned(&leaf.der);
        let chain = [leaf.der, scene.issuing().der().to_vec()];
        let scene = scene.present_chain("cucm-pub", "tomcat", &chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn android_is_out_only_where_it_connects() {
        let outside = format!("{CLUSTER}{OUTSIDE}");
        let severity = |file: &str, node: &str, service: &str| {
            let leaf = order(&format!("{node}.acme.test"))
                .self_signed()
                .unwrap()
                .der;
            pinned_on(file, (node, service), leaf).severity
        };
        assert_eq!(severity(&outside, "expe1", "mra"), Severity::Error);
        assert_eq!(severity(&outside, "imp1", "sip"), Severity::Warning);
    }
}

//! A leaf that does not build to a root that the devices trust.

use super::interception::with_interception;
use super::{
    PEERS_IN_DOUBT, completed, is_between_servers, is_trusted_by_phone_lists, named, sent,
};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;
use crate::rules::public_ca::absent_combined;
use crate::source::{
    EXPRESSWAY_TRAFFIC_SERVER, JABBER_GUIDE, JABBER_LOGIN, JABBER_PLANNING, RFC_5280,
};
use crate::trust::{Anchored, Broken, FaultKind, Path};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "chain-untrusted",
    title: "a certificate that does not build to a root that the devices trust",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        JABBER_GUIDE.at("How do I import certificates into user device certificate stores?"),
        JABBER_PLANNING.at("The Certificate Validation Process; Signed Certificates"),
        JABBER_LOGIN.at("Untrusted server. No services discovered; Certificate not valid"),
        EXPRESSWAY_TRAFFIC_SERVER.at("1. CA that Signed the Remote Certificate is not Trusted"),
        RFC_5280.at("6.1, Basic Path Validation"),
    ],
    explain: "Jabber has the operating system check the chain, against the device's own store. When it ends at a CA that \
              the device does not know, every user is asked to accept the certificate, once for each server that the \
              client meets, failover nodes included; a Windows client that cannot trust the UDS node shows \"Untrusted \
              server. No services discovered\" and does not sign in at all until it is accepted. Clients in FIPS mode or \
              with RejectAndNotify refuse. Expressway-C from X14.2 on refuses too, without any prompt (\"Core server \
              certificate verification failed\"), unless the CA is in its own trust list. A weak but trusted chain (SHA-1, \
              small keys) is not meant here: other rules name it.",
    fix: "Deploy the CA's root to the trust store of every client device (Windows: Trusted Root Certification \
          Authorities), and where MRA is used to Maintenance > Security > Trusted CA certificate of each Expressway-C \
          peer; or have the certificate signed by a CA that they all trust already.",
    remedy: Remedy::DeployTrust,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    if subject.certificate.self_signed {
        return Verdict::NotApplicable("the leaf is self-signed, which chain-self-signed judges");
    }
    if is_trusted_by_phone_lists(subject.service.service) {
        return Verdict::NotApplicable("phones trust it through their ITL and CTL files");
    }
    match subject.chain.path.as_deref() {
        Some(Path::Anchored(path)) => anchored(path),
        Some(Path::Pinned) => Verdict::Pass,
        Some(Path::Broken(broken)) => judge(subject, broken, context.at),
        Some(Path::SelfSigned) | None => Verdict::NotApplicable("there is no path to judge"),
    }
}

/// A path to a trusted root is trusted; only what could not be checked is in doubt.
fn anchored(path: &Anchored) -> Verdict {
    let doubt = path.faults.iter().find_map(|fault| match &fault.kind {
        FaultKind::UncheckableSignature(algorithm) => Some(format!(
            "the signature of {} uses {algorithm}, which cannot be checked here",
            named(&fault.certificate)
        )),
        FaultKind::Refused(reason) => Some(format!(
            "the path to {} was found, and the path validator refuses it: {reason}",
            path.root().map_or_else(String::new, named)
        )),
        _ => None,
    });
    doubt.map_or(Verdict::Pass, Verdict::unknown)
}

fn judge(subject: &LeafSubject<'_>, broken: &Broken, at: i64) -> Verdict {
    let (seen, at_fault) = match broken {
        Broken::BadSignature { .. } => {
            return Verdict::NotApplicable("a signature is bad, which chain-inconsistent says");
        }
        _ if subject.estate.trust.is_empty() => {
            return Verdict::unknown(
                "no roots are known: [trust] has `system = false` and no `roots`, so what the devices trust cannot be \
                 judged",
            );
        }
        Broken::UnknownIssuer { .. } if completed(subject, at).is_some() => {
            return Verdict::NotApplicable(
                "an intermediate is not sent, which chain-incomplete says",
            );
        }
        _ if absent_combined(subject, at).is_some() => {
            return Verdict::NotApplicable(
                "the devices lack an alternative public root, which usage-alternate-root-absent says",
            );
        }
        Broken::GivenUp { signatures } => return given_up(*signatures),
        Broken::UnknownIssuer { last } => (unknown_issuer(subject, last), last),
        Broken::UntrustedRoot { root } => (untrusted_root(subject, root), root),
    };
    let seen = with_interception(subject, seen.found([at_fault.issuer.text.clone()]));
    adjusted(subject, seen).into()
}

/// Whether a client finds the way depends on how long it looks.
fn given_up(signatures: usize) -> Verdict {
    Verdict::unknown(format!(
        "the CA certificates that were sent lead more ways, or a longer way, than is followed here: {signatures} signatures \
         were checked, and no path to a root was found"
    ))
}

fn unknown_issuer(subject: &LeafSubject<'_>, last: &Certificate) -> Seen {
    let issuer = &last.issuer.text;
    let reached = if last.digest == subject.certificate.digest {
        "the leaf".to_owned()
    } else {
        format!(
            "{}, the last certificate that could be reached,",
            named(last)
        )
    };
    let seen = Seen::new(format!(
        "{reached} was issued by {issuer}, which was neither sent nor is it known to the devices ({})",
        sent(subject)
    ))
    .step(format!(
        "Find out what {issuer} is: when it is an intermediate CA, upload it to the trust store of the certificate so that \
         the server sends it; when it is a root, deploy it."
    ));
    match last.issuer_urls.first() {
        Some(url) => seen.step(format!(
            "It says that its issuer's certificate is to be had at {url}."
        )),
        None => seen,
    }
}

fn untrusted_root(subject: &LeafSubject<'_>, root: &Certificate) -> Seen {
    let name = &root.subject.text;
    Seen::new(format!(
        "it ends in the root {name} (SHA-256 {}), which is not among those that the devices trust ({})",
        root.digest,
        sent(subject)
    ))
    .step(format!(
        "Check with the CA's owner that {name} with SHA-256 {} is theirs, and deploy it; in the deployment file put it into \
         [trust] roots.",
        root.digest
    ))
}

/// On a port between servers the devices' store is not what counts.
fn adjusted(subject: &LeafSubject<'_>, seen: Seen) -> Seen {
    if is_between_servers(subject.service.service) {
        seen.severity(Severity::Warning).impact(PEERS_IN_DOUBT)
    } else {
        seen
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::super::testing::Ca;
    use super::{RULE, anchored};
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::audit::verdict::Verdict;
    use crate::audit::{Judgement, Status};
    use crate::certificate::Certificate;
    use crate::trust::{Anchored, Fault, FaultKind, Link, Origin};

    fn judged(chain: &[Vec<u8>], status: Status) -> Judgement {
        let scene = Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", chain);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn a_chain_to_a_trusted_root_passes() {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_root_that_nobody_trusts_is_named_with_its_digest() {
        let root = Ca::root();
        let finding = judged(
            &[root.leaf("cucm-pub.acme.test"), root.der.clone()],
            Status::Fail,
        );
        let digest = crate::certificate::Digest::of(&root.der).to_string();
        assert!(
            finding.message.contains("the root CN=Root") && finding.message.contains(&digest),
            "{}",
            finding.message
        );
        assert!(finding.fix.steps[0].contains(&digest));
    }

    #[test]
    fn an_unknown_issuer_is_named_with_how_far_the_path_came() {
        let root = Ca::root();
        let issuing = Ca::new("Issuing", Some(&root), |_| {});
        let leaf = issuing.leaf("cucm-pub.acme.test");
        let alone = judged(std::slice::from_ref(&leaf), Status::Fail);
        assert!(
            alone
                .message
                .starts_with("the leaf was issued by CN=Issuing"),
            "{}",
            alone.message
        );
        assert!(alone.message.ends_with("(only the leaf was sent)"));
        let further = judged(&[leaf, issuing.der.clone()], Status::Fail);
        assert!(
            further.message.contains("issued by CN=Root"),
            "{}",
            further.message
        );
    }

    #[test]
    fn more_ways_than_are_followed_leave_it_open() {
        let all: Vec<Ca> = (0..12).map(|_| Ca::new("Clique", None, |_| {})).collect();
        let below = |own: &'_ Ca| {
            all.iter()
                .map(|other| own.cross_signed(other))
                .collect::<Vec<_>>()
        };
        let mut chain = vec![all[0].leaf("cucm-pub.acme.test")];
        chain.extend(all.iter().flat_map(below));
        let doubt = judged(&chain, Status::Unknown);
        assert!(
            doubt.message.contains("100 signatures"),
            "{}",
            doubt.message
        );
    }

    #[test]
    fn clients_prompt_and_strict_ones_are_blocked() {
        let root = Ca::root();
        let outcome = |file: &str| {
            let chain = [root.leaf("cucm-pub.acme.test")];
            let scene = Scene::new(file).present_chain("cucm-pub", "tomcat", &chain);
            let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
            let clients =
                |effect: &&crate::audit::effect::Effect| matches!(effect.who, Who::Client(_));
            finding.effects.iter().find(clients).unwrap().outcome
        };
        assert_eq!(outcome(CLUSTER), Outcome::Prompt);
        assert_eq!(
            outcome(&format!("fips = true\n{CLUSTER}")),
            Outcome::Blocked
        );
    }

    #[test]
    fn without_any_roots_nothing_is_known() {
        let mut scene = Scene::new(CLUSTER);
        *scene.trust() = crate::trust::DeviceTrust::default();
        let scene = scene.present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        let doubt = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
        assert!(doubt.message.contains("no roots"), "{}", doubt.message);
    }

    #[test]
    fn a_self_signed_leaf_has_another_name_and_a_pinned_one_is_trusted() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
        let leaf = Ca::root().leaf("cucm-pub.acme.test");
        let mut scene = Scene::new(CLUSTER);
        scene.trust().add_pinned(&leaf);
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn an_intermediate_that_another_service_sends_is_only_not_sent() {
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        let leaf = scene.issuing().issue(&order("cucm-pub.acme.test")).unwrap();
        let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf.der]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn an_alternative_public_root_has_a_rule_of_its_own() {
        let root = Ca::root();
        let chain = [root.leaf("cucm-pub.acme.test"), root.der.clone()];
        let scene = Scene::new(CLUSTER).present_chain("cucm-pub", "tomcat", &chain);
        let other = scene.public("DigiCert Global Root G2");
        other.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let alternative = other.public("DigiCert Assured ID Root G2");
        alternative.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn between_servers_the_devices_do_not_decide() {
        let root = Ca::root();
        let chain = [root.leaf("imp1.acme.test"), root.der.clone()];
        let scene = Scene::new(CLUSTER).present_chain("imp1", "sip", &chain);
        let finding = scene.expect(&RULE, "imp1", "sip", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.effects.len(), 1);
        assert_eq!(finding.effects[0].outcome, Outcome::Unknown);
    }

    #[test]
    fn an_expressway_core_may_have_a_private_ca() {
        let chain = [Ca::root().leaf("expc1.acme.test")];
        let scene = Scene::new(EDGE).present_chain("expc1", "web", &chain);
        let finding = scene.expect(&RULE, "expc1", "web", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        let unknown = |effect: &crate::audit::effect::Effect| effect.outcome == Outcome::Unknown;
        assert!(finding.effects.iter().all(unknown));
        let who: Vec<Who> = finding.effects.iter().map(|effect| effect.who).collect();
        assert_eq!(who, [Who::Expressway, Who::Servers]);
    }

    #[test]
    fn what_phones_trust_by_list_needs_no_root() {
        let file = CLUSTER.replace(
            "product = \"cucm\"",
            "product = \"cucm\"\nservices = [\"tomcat\", \"capf\"]",
        );
        let chain = [Ca::root().leaf("cucm-pub.acme.test")];
        let scene = Scene::new(&file).present_chain("cucm-pub", "capf", &chain);
        scene.expect(&RULE, "cucm-pub", "capf", Status::NotApplicable);
    }

    #[test]
    fn only_what_could_not_be_checked_puts_an_anchored_path_in_doubt() {
        let root = Arc::new(Certificate::from_der(&Ca::root().der).unwrap());
        let judge = |kind| {
            let (certificate, origin) = (Arc::clone(&root), Origin::Root);
            let fault = Fault {
                certificate: Arc::clone(&root),
                kind,
            };
            anchored(&Anchored {
                links: vec![Link {
                    certificate,
                    origin,
                }],
                faults: vec![fault],
            })
        };
        assert_eq!(judge(FaultKind::Expired), Verdict::Pass);
        let doubts = |kind, words: &str| match judge(kind) {
            Verdict::Unknown(why) => why.contains("CN=Root") && why.contains(words),
            _ => false,
        };
        let unknown = FaultKind::UncheckableSignature("gost".to_owned());
        assert!(doubts(unknown, "gost"));
        let refused = FaultKind::Refused("too odd".to_owned());
        assert!(doubts(refused, "too odd"));
    }
}

//! What clients in FIPS or Common Criteria mode refuse.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{ChainView, ServiceView};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::PublicKey;
use crate::rules::facts::jabber_connects;
use crate::rules::key::LEAST_RSA;
use crate::rules::signature::{judge, signed};
use crate::source::{CUCM_CERTIFICATES_14, CUCM_TLS, JABBER_DEPLOYMENT_14, JABBER_PLANNING_14};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "fips-incompatible",
    title: "a service that clients in FIPS or Common Criteria mode refuse",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_DEPLOYMENT_14.at("FIPS_MODE; CC_MODE"),
        JABBER_PLANNING_14.at("Federal Information Processing Standard; Common Criteria"),
        CUCM_CERTIFICATES_14.at("Certificates, FIPS"),
        CUCM_TLS.at("Minimum TLS version"),
    ],
    explain: "The deployment file says that clients run in FIPS or Common Criteria mode. Such clients never accept an \
              invalid certificate, whatever INVALID_CERTIFICATE_BEHAVIOR says, and on mobiles the button to accept is \
              gone: they do not connect. They speak TLS 1.2 or later only, take signatures with SHA-2 only, and Common \
              Criteria mode needs RSA keys of at least 2048 bits. Up to release 15 CUCM's default minimum is TLS 1.0, \
              which does no harm as long as 1.2 is offered too.",
    fix: "Order a certificate with an RSA key of 2048 bits or more and SHA-256, from a CA that signs with SHA-256; for \
          the protocol run `set tls min-version 1.2` on the node.",
    remedy: Remedy::Reissue,
    impact: Impact::clients(Outcome::Blocked),
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if !subject.estate.deployment.fips {
        return Verdict::NotApplicable("no clients in FIPS or Common Criteria mode are configured");
    }
    if !jabber_connects(subject) {
        return Verdict::NotApplicable("no Jabber client connects to this service");
    }
    let mut verdicts = vec![
        judge_key(&subject.certificate.public_key),
        judge_version(subject.service, subject.chain),
    ];
    let all = signed(subject.chain);
    verdicts.extend(
        all.into_iter()
            .map(|certificate| judge(certificate, subject.chain)),
    );
    Verdict::Each(verdicts)
}

fn judge_key(key: &PublicKey) -> Verdict {
    match key {
        PublicKey::Rsa { bits } if *bits < LEAST_RSA => Seen::new(format!("the key is {key}"))
            .expected("RSA of 2048 bits or more")
            .found([key.to_string()])
            .into(),
        _ => Verdict::Pass,
    }
}

/// What one handshake negotiated may be the older of what the service offers, so all of its handshakes count.
fn judge_version(service: &ServiceView<'_>, chain: &ChainView<'_>) -> Verdict {
    let is_modern = |version: &str| matches!(version, "TLSv1.2" | "TLSv1.3");
    let mut versions = service
        .chains()
        .iter()
        .filter_map(|shown| shown.presentation.version.as_deref());
    if versions.any(is_modern) {
        return Verdict::Pass;
    }
    match chain.presentation.version.as_deref() {
        None => Verdict::unknown("the handshake ended before a TLS version was negotiated"),
        Some(version) => Seen::new(format!("the service negotiates {version} at best"))
            .expected("TLS 1.2 or later")
            .found([version])
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::{PublicKey, SignatureHash};

    fn scene(service: &str) -> Scene {
        let strict = CLUSTER.replace("[trust]", "fips = true\n[trust]");
        Scene::new(&strict).present("imp1", service, &order("imp1.acme.test"))
    }

    fn failures(scene: &Scene) -> Vec<String> {
        let failures = scene.failures(&RULE).into_iter();
        failures.filter_map(|(_, _, expected)| expected).collect()
    }

    #[test]
    fn a_good_service_passes_and_without_fips_nothing_is_asked() {
        scene("tomcat").expect(&RULE, "imp1", "tomcat", Status::Pass);
        let usual = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        usual.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
        scene("sip").expect(&RULE, "imp1", "sip", Status::NotApplicable);
    }

    #[test]
    fn an_rsa_key_under_2048_bits_blocks_every_client() {
        let good = scene("tomcat").alter(|leaf| leaf.public_key = PublicKey::Rsa { bits: 2048 });
        assert!(failures(&good).is_empty());
        let small = scene("tomcat").alter(|leaf| leaf.public_key = PublicKey::Rsa { bits: 2047 });
        assert_eq!(failures(&small), ["RSA of 2048 bits or more"]);
        let finding = small.expect(&RULE, "imp1", "tomcat", Status::Fail);
        let outcomes: Vec<_> = finding.effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Blocked; 4]);
    }

    #[test]
    fn sha_1_is_refused_on_leaf_and_intermediate() {
        let leaf = scene("tomcat").alter(|leaf| leaf.signature.hash = Some(SignatureHash::Sha1));
        assert_eq!(failures(&leaf), ["SHA-2 on the leaf"]);
        let above =
            scene("tomcat").alter_sent(|sent| sent.signature.hash = Some(SignatureHash::Sha1));
        assert_eq!(failures(&above), ["SHA-2 on CN=ACME Issuing CA"]);
    }

    #[test]
    fn tls_1_2_is_the_least() {
        let negotiates = |version: Option<&str>| {
            let version = version.map(|name| name.to_owned().into());
            scene("tomcat").handshake(|shown| shown.version = version)
        };
        assert!(failures(&negotiates(Some("TLSv1.2"))).is_empty());
        assert_eq!(failures(&negotiates(Some("TLSv1.1"))), ["TLS 1.2 or later"]);
        negotiates(None).expect(&RULE, "imp1", "tomcat", Status::Unknown);
    }
}

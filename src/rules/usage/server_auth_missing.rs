//! A server certificate whose extended key usage does not list serverAuth.

use super::{has, lists, purposes};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::certificate::ExtendedKeyUsage;
use crate::source::{
    APPLE_REQUIREMENTS, CUCM_CERTIFICATES, JABBER_RELEASE_NOTES, OPENSSL_VERIFICATION, RFC_5280,
};

/// An acceptance can be stored on Windows and Android; Apple's platforms ask every session.
const REFUSED: Impact = Impact {
    mac: Outcome::PromptEverySession,
    ios: Outcome::PromptEverySession,
    ..Impact::PROMPT
};
/// Windows and Android take anyExtendedKeyUsage; Apple's words and OpenSSL, on which the servers are built, do not.
const ANY: Impact = Impact {
    windows: Outcome::Trusted,
    mac: Outcome::Unknown,
    ios: Outcome::Unknown,
    android: Outcome::Trusted,
    expressway: Outcome::Unknown,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-server-auth-missing",
    title: "a server certificate whose extended key usage lacks serverAuth",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        RFC_5280.at("4.2.1.12, Extended Key Usage"),
        APPLE_REQUIREMENTS.at("All TLS server certificates issued after July 1, 2019"),
        JABBER_RELEASE_NOTES.at("Requirements for trusted certificates"),
        CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions"),
        OPENSSL_VERIFICATION.at("Certificate Extensions, SSL Server"),
    ],
    explain: "An extended key usage says what a certificate is for; a server certificate must be for TLS Web Server \
              Authentication (serverAuth, 1.3.6.1.5.5.7.3.1). This happens when a CA signs a Cisco request with a \
              template for users, computers or IPsec. Jabber then prompts as for an unknown CA, on Mac, iPhone and iPad \
              in every session, because the acceptance cannot be stored; Expressway, trunks and federation partners end \
              the handshake (\"unsupported certificate purpose\"). A certificate without the extension is for every \
              purpose. With anyExtendedKeyUsage alone Windows and Android are content, servers built on OpenSSL are \
              not, and Apple's requirements ask for serverAuth itself. CAPF's enrolment port is left out: phones know \
              that certificate from their trust list.",
    fix: "Have the CA sign the request again with a template that keeps the requested extended key usages (on a \
          Microsoft CA a copy of \"Web Server\" with Client Authentication added).",
    remedy: Remedy::Reissue,
    impact: REFUSED,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if subject.service.service.certificate_name == CertificateName::Capf {
        return Verdict::NotApplicable("phones know CAPF's certificate from their trust list");
    }
    match purposes(subject.certificate) {
        Err(verdict) => verdict,
        Ok(purposes) if lists(purposes, ExtendedKeyUsage::SERVER_AUTH) => Verdict::Pass,
        Ok(purposes) => missing(purposes),
    }
}

fn missing(purposes: &ExtendedKeyUsage) -> Verdict {
    let names = purposes.names();
    let seen = Seen::new(has("extKeyUsage", &names))
        .expected("serverAuth")
        .found(names);
    if lists(purposes, ExtendedKeyUsage::ANY) {
        seen.severity(Severity::Warning).impact(ANY).into()
    } else {
        seen.into()
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::ExtendedKeyUsage;
    use crate::deployment::Client;

    fn tomcat(purposes: &[&'static str]) -> Scene {
        let mut ordered = order("cucm-pub.acme.test");
        ordered.extended_key_usage = purposes.to_vec();
        Scene::new(CLUSTER).present("cucm-pub", "tomcat", &ordered)
    }

    #[test]
    fn server_auth_among_others_is_good() {
        let scene = tomcat(&[ExtendedKeyUsage::CLIENT_AUTH, ExtendedKeyUsage::SERVER_AUTH]);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn no_extension_is_for_every_purpose() {
        tomcat(&[]).expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn client_auth_alone_prompts_apple_every_session() {
        let scene = tomcat(&[ExtendedKeyUsage::CLIENT_AUTH]);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.found, ["clientAuth"]);
        let outcome = |client| {
            let mut effects = finding.effects.iter();
            effects
                .find(|effect| effect.who == Who::Client(client))
                .map(|effect| effect.outcome)
        };
        assert_eq!(outcome(Client::Windows), Some(Outcome::Prompt));
        assert_eq!(outcome(Client::Mac), Some(Outcome::PromptEverySession));
        assert_eq!(outcome(Client::Ios), Some(Outcome::PromptEverySession));
        assert_eq!(outcome(Client::Android), Some(Outcome::Prompt));
    }

    #[test]
    fn any_purpose_is_a_warning_that_spares_windows() {
        let finding =
            tomcat(&[ExtendedKeyUsage::ANY]).expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(
            finding
                .effects
                .iter()
                .all(|effect| effect.who != Who::Client(Client::Windows))
        );
    }

    #[test]
    fn a_broken_extension_is_not_taken_for_an_absent_one() {
        let scene = tomcat(&[]).alter(|leaf| {
            leaf.broken_extensions
                .push(("2.5.29.37".to_owned(), "broken".to_owned()));
        });
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
    }

    #[test]
    fn capf_is_left_out() {
        let listed = CLUSTER.replace(
            "product = \"cucm\"",
            "product = \"cucm\"\nservices = [\"capf\"]",
        );
        let mut ordered = order("CAPF-1234");
        ordered.extended_key_usage = vec![ExtendedKeyUsage::CLIENT_AUTH];
        let scene = Scene::new(&listed).present("cucm-pub", "capf", &ordered);
        scene.expect(&RULE, "cucm-pub", "capf", Status::NotApplicable);
    }
}

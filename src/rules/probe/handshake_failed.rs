//! A service that answers without showing a certificate.

use super::{NOTHING_KNOWN, endpoint, listener};
use crate::audit::Context;
use crate::audit::estate::State;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::Transport;
use crate::evidence::{Silence, Step};
use crate::source::{CUCM_TLS, RFC_6120, RFC_8446};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "probe-handshake-failed",
    title: "a service that answers without showing a certificate",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        RFC_8446.at("6.2, Error Alerts"),
        RFC_6120.at("4.9.3, Defined Stream Error Conditions"),
        CUCM_TLS.at("Set Minimum TLS Version; Set TLS Ciphers"),
    ],
    explain: "The port is open, but the TLS handshake ended before the server had shown a certificate, so nothing about \
              it could be judged. Clients that ask in the same way end at the same place: Jabber logs \"TLS handshake \
              failed!\" for XMPP and cannot connect. It may also be something that only the scan meets: a server that \
              wants a client certificate first, a cipher list that the scan does not share, a middlebox that answers in \
              the node's place. Usual causes on the node are a service that is still starting, a certificate that was \
              replaced without a restart, and an XMPP domain that the node does not serve.",
    fix: "Find out what answers on this port, put that right, and scan again; nothing is known of its certificate until \
          then.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &["Until then the readiness of this node is unknown, not good."],
    },
    impact: NOTHING_KNOWN,
    check: Check::Service(check),
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    match &subject.service.state {
        State::Examined(_) => Verdict::Pass,
        State::NotObserved => Verdict::NotApplicable("not probed"),
        State::NoCertificate => seen(subject, "the handshake brought no certificate", ANONYMOUS),
        State::Silent(silence) => match silence {
            Silence::NoStartTls { .. } => Verdict::NotApplicable("tls-starttls-missing says why"),
            Silence::OldVersion { .. } => Verdict::NotApplicable("tls-version-old says why"),
            _ if silence.is_no_answer() => Verdict::NotApplicable("nothing answered"),
            _ => seen(subject, &silence.to_string(), &meaning(subject, silence)),
        },
    }
}

const ANONYMOUS: &str = "it chose a cipher without authentication";

fn seen(subject: &ServiceSubject<'_>, silence: &str, meaning: &str) -> Verdict {
    let message = format!(
        "{}: {silence}; tried {}; {meaning}",
        endpoint(subject),
        tried(subject)
    );
    let severity = if subject.service.required {
        Severity::Error
    } else {
        Severity::Warning
    };
    Seen::new(message).severity(severity).into()
}

fn tried(subject: &ServiceSubject<'_>) -> String {
    let start = match subject.service.service.transport {
        Transport::Tls => "TLS from the first byte".to_owned(),
        Transport::XmppClient => "an XMPP client stream with STARTTLS".to_owned(),
        Transport::XmppServer => "an XMPP server stream with STARTTLS".to_owned(),
        Transport::Imap => "IMAP with STARTTLS".to_owned(),
        Transport::Smtp => "SMTP with STARTTLS".to_owned(),
    };
    format!("{start}, server name {}", subject.node.node.address)
}

fn meaning(subject: &ServiceSubject<'_>, silence: &Silence) -> String {
    match silence {
        Silence::Alert { name } => alert(name).to_owned(),
        Silence::NotTls { seen } if seen.starts_with("HTTP/") => {
            "it speaks plain HTTP on a port that should speak TLS".to_owned()
        }
        Silence::NotTls { .. } => "something else than the expected service listens there".to_owned(),
        Silence::PreludeRefused { reason } if names_unknown_host(reason) => format!(
            "the node does not serve the domain that the stream was opened to: check `xmpp_domains` ({}) against the \
             presence domains of the node",
            subject.estate.deployment.xmpp_domains.join(", ")
        ),
        Silence::PreludeRefused { .. } => "it ended the plain text before TLS with an error of its own".to_owned(),
        Silence::PreludeGarbled { .. } => {
            "something else than the expected service listens there, or another service's port is configured".to_owned()
        }
        Silence::Closed {
            step: Step::Handshake,
        } => "it hung up on the first TLS message: a service without a usable certificate or key, one that takes \
              connections from known peers only, or a firewall that inspects TLS"
            .to_owned(),
        Silence::Closed { .. } => format!(
            "{} took the connection and then did not go on: it is still starting, overloaded or hung",
            listener(subject)
        ),
        _ => "it broke the rules of TLS".to_owned(),
    }
}

fn names_unknown_host(reason: &str) -> bool {
    ["host-unknown", "host-gone"]
        .iter()
        .any(|condition| reason.starts_with(condition))
}

/// What a server means by an alert before its certificate (RFC 8446, section 6.2).
fn alert(name: &str) -> &'static str {
    match name {
        "handshake_failure" | "insufficient_security" => {
            "it shares no cipher, curve or signature algorithm with the scan (on HTTPS ports the \
             enterprise parameter HTTPS Ciphers decides), or it has no certificate loaded"
        }
        "protocol_version" => {
            "it speaks neither TLS 1.3 nor TLS 1.2, or only one of them is let through"
        }
        "unrecognized_name" => "it serves no host of that server name",
        "certificate_required"
        | "no_certificate"
        | "bad_certificate"
        | "unknown_ca"
        | "certificate_unknown"
        | "unsupported_certificate"
        | "access_denied" => {
            "it wants a client certificate that it trusts before it shows its own; give one in [probe] client_certificate"
        }
        "internal_error" => {
            "its software failed: often a certificate and key that do not belong together, or a service that was not \
             restarted after a change"
        }
        "no_application_protocol" => {
            "it wants an application protocol (ALPN) that the scan does not offer"
        }
        "unexpected_message"
        | "decode_error"
        | "illegal_parameter"
        | "missing_extension"
        | "unsupported_extension"
        | "record_overflow" => {
            "it does not understand a modern ClientHello: very old software, or a middlebox in between"
        }
        _ => "it broke off before its certificate",
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, names_unknown_host};
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::evidence::{Silence, Step};

    fn judged(service: &str, silence: Silence, status: Status) -> Judgement {
        let scene = Scene::new(CLUSTER).silent("imp1", service, silence);
        scene.expect(&RULE, "imp1", service, status)
    }

    fn alert(name: &str) -> Silence {
        let name = name.to_owned();
        Silence::Alert { name }
    }

    #[test]
    fn an_alert_is_explained() {
        for (name, words) in [
            ("handshake_failure", "shares no cipher"),
            ("protocol_version", "neither TLS 1.3"),
            ("unrecognized_name", "serves no host"),
            ("certificate_required", "client certificate"),
            ("internal_error", "restarted"),
            ("no_application_protocol", "ALPN"),
            ("decode_error", "middlebox"),
            ("alert 200", "broke off"),
        ] {
            let message = judged("tomcat", alert(name), Status::Fail).message;
            assert!(
                message.contains(words) && message.contains(name),
                "{message}"
            );
        }
    }

    #[test]
    fn an_unknown_host_points_at_the_presence_domains() {
        let reason = "host-unknown".to_owned();
        let finding = judged(
            "xmpp-client",
            Silence::PreludeRefused { reason },
            Status::Fail,
        );
        assert!(
            finding.message.contains("`xmpp_domains` (acme.test)"),
            "{}",
            finding.message
        );
        assert!(finding.message.contains("XMPP client stream with STARTTLS"));
    }

    #[test]
    fn what_is_not_tls_is_said() {
        let seen = "HTTP/1.1 400 Bad Request".to_owned();
        let finding = judged("tomcat", Silence::NotTls { seen }, Status::Fail);
        assert!(
            finding.message.contains("plain HTTP"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_server_that_hangs_up_answered_and_one_that_hangs_did_not() {
        let step = Step::Handshake;
        let closed = judged("tomcat", Silence::Closed { step }, Status::Fail);
        assert!(closed.message.contains("hung up"), "{}", closed.message);
        let after_ms = 5000;
        judged(
            "tomcat",
            Silence::TimedOut { step, after_ms },
            Status::NotApplicable,
        );
    }

    #[test]
    fn a_required_service_is_an_error_and_an_optional_one_a_warning() {
        let required = judged("tomcat", alert("internal_error"), Status::Fail);
        assert_eq!(required.severity, Severity::Error);
        let optional = judged("sip", alert("internal_error"), Status::Fail);
        assert_eq!(optional.severity, Severity::Warning);
    }

    #[test]
    fn a_handshake_without_a_certificate_failed() {
        let scene = Scene::new(CLUSTER).present_chain("imp1", "tomcat", &[]);
        scene.expect(&RULE, "imp1", "tomcat", Status::Fail);
    }

    #[test]
    fn other_rules_say_what_they_know_better() {
        let offered = "mechanisms".to_owned();
        for silence in [
            Silence::Refused,
            Silence::NoStartTls { offered },
            Silence::OldVersion { offered: None },
            Silence::Interrupted,
        ] {
            judged("xmpp-client", silence, Status::NotApplicable);
        }
    }

    #[test]
    fn a_certificate_is_all_that_is_wanted() {
        let scene = Scene::new(CLUSTER).present("imp1", "tomcat", &order("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "tomcat", Status::Pass);
    }

    #[test]
    fn whatever_else_ends_it_is_explained() {
        let text = str::to_owned;
        let reason = || text("not-authorized");
        let cases = [
            (
                Silence::NotTls {
                    seen: text("220 mail"),
                },
                "something else",
            ),
            (
                Silence::PreludeRefused { reason: reason() },
                "an error of its own",
            ),
            (
                Silence::PreludeGarbled { reason: reason() },
                "another service's port",
            ),
            (
                Silence::Closed {
                    step: Step::Prelude,
                },
                "Connection Manager took the connection",
            ),
            (
                Silence::Handshake { reason: reason() },
                "broke the rules of TLS",
            ),
        ];
        for (silence, words) in cases {
            let message = judged("xmpp-client", silence, Status::Fail).message;
            assert!(message.contains(words), "{message}");
            assert!(!message.contains("plain HTTP"), "{message}");
        }
    }

    #[test]
    fn two_conditions_tell_of_a_domain_that_is_not_served() {
        assert!(names_unknown_host("host-unknown: no such domain"));
        assert!(names_unknown_host("host-gone"));
        assert!(!names_unknown_host("not-authorized"));
    }

    #[test]
    fn nothing_is_known_for_other_servers() {
        let effects = judged("sip", alert("internal_error"), Status::Fail).effects;
        let (who, outcome) = (Who::Servers, Outcome::Unknown);
        assert_eq!(effects, [Effect { who, outcome }]);
    }
}

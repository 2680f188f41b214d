//! A required service that does not answer.

use super::{NOTHING_KNOWN, control_page, endpoint, host, listener, purpose};
use crate::audit::Context;
use crate::audit::estate::State;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::evidence::{Silence, Step};
use crate::source::{CUCM_PORTS, EXPRESSWAY_PORTS, IM_PRESENCE_PORTS, UNITY_SECURITY};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "probe-unreachable",
    title: "a required service that does not answer",
    severity: Severity::Error,
    owner: Owner::Network,
    cites: &[
        CUCM_PORTS.at("Port Descriptions"),
        IM_PRESENCE_PORTS.at("IM and Presence Service Port List"),
        UNITY_SECURITY.at("IP Communications Required by Cisco Unity Connection"),
        EXPRESSWAY_PORTS.at("Mobile and Remote Access, MRA Port Reference"),
    ],
    explain: "A node that could not be reached is not a node in order: nothing is known of the certificate that it will \
              present, and every client that fails over to it meets that certificate for the first time. Refused means \
              that the host is there and nothing listens: the service is stopped or was never activated on this node. \
              A timeout is nearly always a firewall between the scan and the node, or a node that is down. A name that \
              does not resolve here may resolve for the clients (split DNS). Scan from where the clients are, or merge \
              the evidence of several places: certaudit audit takes --evidence more than once.",
    fix: "Make the service answer where the clients are and scan again; take the service out of the node's `services` \
          in the deployment file when the node is not meant to run it.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &["Until then the readiness of this node is unknown, not good."],
    },
    impact: NOTHING_KNOWN,
    check: Check::Service(check),
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    if !subject.service.required {
        return Verdict::NotApplicable("the service is optional here");
    }
    match &subject.service.state {
        State::Silent(silence) if silence.is_no_answer() => silent(subject, silence).into(),
        State::NotObserved => Verdict::unknown(not_probed(subject.estate.complete)),
        State::Examined(_) | State::Silent(_) | State::NoCertificate => Verdict::Pass,
    }
}

/// Why there is no observation; `complete`: the run came to its end.
fn not_probed(complete: bool) -> &'static str {
    if complete {
        "not probed: the evidence has no observation of this service; it comes from an older deployment file or from a \
         scan of other nodes"
    } else {
        "not probed: the run was interrupted"
    }
}

fn silent(subject: &ServiceSubject<'_>, silence: &Silence) -> Seen {
    let (place, meaning, step) = match silence {
        Silence::Unresolved { .. } => (host(subject).to_owned(), no_name(), dns_step(subject)),
        Silence::TimedOut {
            step: Step::Resolve,
            ..
        } => (host(subject).to_owned(), no_resolver(), dns_step(subject)),
        Silence::Refused => (endpoint(subject), stopped(subject), start_step(subject)),
        Silence::TimedOut {
            step: Step::Prelude | Step::Handshake,
            ..
        } => (endpoint(subject), hung(subject), restart_step(subject)),
        Silence::TimedOut { .. } => (endpoint(subject), filtered(), firewall_step(subject)),
        _ => (endpoint(subject), no_route(), firewall_step(subject)),
    };
    let one_of = if subject.service.service.one_of {
        "; one of the node's ports must answer, and none does"
    } else {
        ""
    };
    Seen::new(format!("{place}: {silence}; {meaning}{one_of}")).step(step)
}

fn no_name() -> String {
    "clients that ask the same DNS cannot find the node either".to_owned()
}

fn no_resolver() -> String {
    "the DNS server itself does not answer".to_owned()
}

fn stopped(subject: &ServiceSubject<'_>) -> String {
    format!(
        "{} is stopped or not activated on this node",
        listener(subject)
    )
}

fn filtered() -> String {
    "a firewall drops the packets, or the node is down".to_owned()
}

fn hung(subject: &ServiceSubject<'_>) -> String {
    format!(
        "{} took the connection and then did not go on: it is still starting, overloaded or hung, or a firewall or proxy \
         answers in its place",
        listener(subject)
    )
}

fn no_route() -> String {
    "no route leads there, or a firewall ends the connection".to_owned()
}

fn dns_step(subject: &ServiceSubject<'_>) -> String {
    format!(
        "DNS: add the A or AAAA record of {}; or set `connect` of the node in the deployment file when only this machine \
         cannot resolve it.",
        host(subject)
    )
}

fn start_step(subject: &ServiceSubject<'_>) -> String {
    format!(
        "{}: check that {} is activated and started.",
        control_page(subject.node.node.product),
        listener(subject)
    )
}

fn restart_step(subject: &ServiceSubject<'_>) -> String {
    format!(
        "{}: see whether {} is still starting; restart it in a change window when it hangs.",
        control_page(subject.node.node.product),
        listener(subject)
    )
}

fn firewall_step(subject: &ServiceSubject<'_>) -> String {
    let service = subject.service.service;
    let known = subject.node.node.product.service(service.name);
    let guide = known.map_or_else(String::new, |known| {
        format!(
            "; ports: {}, {}",
            known.citation.source.title, known.citation.section
        )
    });
    format!(
        "Firewall: open TCP {} from here and from the clients to {} ({}){guide}.",
        service.port,
        host(subject),
        purpose(subject)
    )
}

#[cfg(test)]
mod tests {
    use super::{RULE, not_probed};
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::evidence::{Silence, Step};

    fn judged(silence: Silence, status: Status) -> Judgement {
        let scene = Scene::new(CLUSTER).silent("cucm-pub", "tomcat", silence);
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    fn timeout(step: Step) -> Silence {
        Silence::TimedOut {
            step,
            after_ms: 5000,
        }
    }

    #[test]
    fn a_refused_connection_names_the_service_that_is_stopped() {
        let finding = judged(Silence::Refused, Status::Fail);
        assert_eq!(
            finding.message,
            "cucm-pub.acme.test:8443: connection refused: nothing listens on this port; Cisco Tomcat is stopped or not \
             activated on this node"
        );
        assert!(finding.fix.steps[0].contains("utils service list"));
    }

    #[test]
    fn a_server_that_takes_the_connection_and_says_nothing_did_not_answer() {
        for step in [Step::Prelude, Step::Handshake] {
            let finding = judged(timeout(step), Status::Fail);
            assert!(finding.message.contains("Cisco Tomcat took the connection"));
            assert!(finding.fix.steps[0].contains("restart it"));
        }
    }

    #[test]
    fn a_timeout_names_the_port_and_the_port_guide() {
        let finding = judged(timeout(Step::Connect), Status::Fail);
        assert!(
            finding.message.contains("drops the packets"),
            "{}",
            finding.message
        );
        let step = &finding.fix.steps[0];
        assert!(
            step.contains("TCP 8443") && step.contains("Port Usage"),
            "{step}"
        );
    }

    #[test]
    fn a_name_without_an_address_is_a_matter_of_dns() {
        let reason = "no such name".to_owned();
        let finding = judged(Silence::Unresolved { reason }, Status::Fail);
        assert!(finding.message.starts_with("cucm-pub.acme.test: the name"));
        assert!(finding.message.contains("clients that ask the same DNS"));
        assert!(finding.fix.steps[0].starts_with("DNS:"));
        assert!(
            judged(timeout(Step::Resolve), Status::Fail)
                .message
                .contains("DNS server")
        );
    }

    #[test]
    fn from_silence_nothing_is_known_for_anybody() {
        let reason = "network is unreachable".to_owned();
        let finding = judged(Silence::Unreachable { reason }, Status::Fail);
        assert!(finding.message.contains("no route leads there"));
        assert!(!finding.effects.is_empty());
        assert!(
            finding
                .effects
                .iter()
                .all(|effect| effect.outcome == Outcome::Unknown)
        );
    }

    #[test]
    fn what_answers_is_reachable_with_or_without_a_certificate() {
        let step = Step::Handshake;
        judged(Silence::Closed { step }, Status::Pass);
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn what_nobody_looked_at_is_unknown() {
        let scene = Scene::new(CLUSTER);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Unknown);
        judged(Silence::Interrupted, Status::Unknown);
        assert!(not_probed(false).contains("interrupted"));
        assert!(not_probed(true).contains("older deployment file"));
    }

    #[test]
    fn an_optional_service_may_be_silent() {
        let scene = Scene::new(CLUSTER).silent("cucm-pub", "tftp", Silence::Refused);
        scene.expect(&RULE, "cucm-pub", "tftp", Status::NotApplicable);
    }

    #[test]
    fn one_port_of_a_directory_is_enough() {
        let file = format!(
            "{CLUSTER}[[node]]\nname = \"dc1\"\nproduct = \"ldap\"\naddress = \"dc1.acme.test\"\n"
        );
        let silent = |scene: Scene, service| scene.silent("dc1", service, Silence::Refused);
        let one =
            silent(Scene::new(&file), "ldaps").present("dc1", "ldaps-gc", &order("dc1.acme.test"));
        one.expect(&RULE, "dc1", "ldaps", Status::NotApplicable);
        let none = silent(silent(Scene::new(&file), "ldaps"), "ldaps-gc");
        let finding = none.expect(&RULE, "dc1", "ldaps", Status::Fail);
        assert!(finding.message.ends_with("and none does"));
    }

    #[test]
    fn nor_for_expressway_partners_and_other_servers() {
        let inside = format!("{CLUSTER}{OUTSIDE}");
        let places = [
            (inside.as_str(), "cucm-pub", "tomcat", Who::Expressway),
            (EDGE, "expe1", "xmpp-server", Who::Federation),
        ];
        for (file, node, service, who) in places {
            let scene = Scene::new(file).silent(node, service, Silence::Refused);
            let effects = scene.expect(&RULE, node, service, Status::Fail).effects;
            let outcome = Outcome::Unknown;
            assert!(effects.contains(&Effect { who, outcome }), "{effects:?}");
        }
    }
}

//! An optional service that does not answer.

use super::{endpoint, listener, purpose};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::State;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::source::{CUCM_PORTS, EXPRESSWAY_PORTS, IM_PRESENCE_PORTS};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "probe-optional-closed",
    title: "an optional service that does not answer",
    severity: Severity::Info,
    owner: Owner::Uc,
    cites: &[
        CUCM_PORTS.at("Port Descriptions"),
        IM_PRESENCE_PORTS.at("IM and Presence Service Port List"),
        EXPRESSWAY_PORTS.at("Mobile and Remote Access, MRA Port Reference"),
    ],
    explain: "Not every node runs every service: SIP OAuth ports are closed without SIP OAuth mode, TFTP runs on a few \
              nodes, SIP Proxy only where it is used. A closed port presents no certificate and harms nobody. It is \
              listed so that you can see what was not judged: if your users do need it, its certificate still has to be \
              examined.",
    fix: "Nothing, when the node is not meant to run it. Otherwise start the service, or scan from where its port is \
          open.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[],
    },
    impact: Impact::NONE,
    check: Check::Service(check),
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    if subject.service.required {
        return Verdict::NotApplicable("the service is required here");
    }
    match &subject.service.state {
        State::Silent(silence) if silence.is_no_answer() => Seen::new(format!(
            "{}: {silence} ({}: {})",
            endpoint(subject),
            listener(subject),
            purpose(subject)
        ))
        .into(),
        State::NotObserved => Verdict::NotApplicable("not probed"),
        State::Examined(_) | State::Silent(_) | State::NoCertificate => Verdict::Pass,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::evidence::{Silence, Step};

    #[test]
    fn a_closed_port_is_listed_with_what_it_is_for() {
        let scene = Scene::new(CLUSTER).silent("cucm-pub", "sip-oauth", Silence::Refused);
        let finding = scene.expect(&RULE, "cucm-pub", "sip-oauth", Status::Fail);
        assert!(
            finding
                .message
                .ends_with("(Cisco CallManager: SIP OAuth, on premises)")
        );
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn an_open_port_is_not_listed_whatever_it_shows() {
        let open = Scene::new(CLUSTER).present("cucm-pub", "tftp", &order("cucm-pub.acme.test"));
        open.expect(&RULE, "cucm-pub", "tftp", Status::Pass);
        let closed = Silence::Closed {
            step: Step::Handshake,
        };
        let mute = Scene::new(CLUSTER).silent("cucm-pub", "tftp", closed);
        mute.expect(&RULE, "cucm-pub", "tftp", Status::Pass);
    }

    #[test]
    fn required_services_and_those_not_probed_are_not_its_business() {
        let scene = Scene::new(CLUSTER).silent("cucm-pub", "tomcat", Silence::Refused);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
        scene.expect(&RULE, "cucm-pub", "tftp", Status::NotApplicable);
    }
}

//! A port that asks for a client certificate.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::State;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::DistinguishedName;
use crate::evidence::{CertificateRequest, Ending, Presentation};
use crate::source::{EXPRESSWAY_PORTS, RFC_8446, SIP_OAUTH};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "tls-client-certificate-asked",
    title: "a port that asks for a client certificate",
    severity: Severity::Info,
    owner: Owner::Uc,
    cites: &[
        SIP_OAUTH.at("SIP OAuth ports"),
        EXPRESSWAY_PORTS.at("Mobile and Remote Access, MRA Port Reference"),
        RFC_8446.at("4.3.2, Certificate Request"),
    ],
    explain: "Mutual TLS: whoever connects has to show a certificate of one of the listed CAs, with clientAuth among its \
              usages. That is meant on CUCM's SIP, HTTPS TFTP and SIP OAuth ports for MRA (5061, 6971, 6972, 5091) and on \
              the peer listener of IM and Presence (5062). It is the list to look at when a public CA stops issuing \
              clientAuth or when Expressway-C changes its CA: a CA that is not in it ends in \"tlsv1 alert unknown ca\". On \
              port 5061 of Expressway-E it appears when activation code onboarding is enabled; Mac users may then be \
              shown a certificate picker, which they can cancel.",
    fix: "Nothing, when mutual TLS is meant. To let a peer in, upload its CA's chain to the trust store of this port's \
          certificate and restart the service.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[],
    },
    impact: Impact::NONE,
    check: Check::Service(check),
};

/// CA names in the message; all are in what was found.
const SHOWN: usize = 5;

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    let State::Examined(chains) = &subject.service.state else {
        return Verdict::NotApplicable("no handshake was seen");
    };
    let shown: Vec<&Presentation> = chains.iter().map(|chain| chain.presentation).collect();
    let requests: Vec<&CertificateRequest> = shown
        .iter()
        .filter_map(|shown| shown.client_certificate.as_ref())
        .collect();
    if !requests.is_empty() {
        let only_hello = !shown.iter().any(|shown| shown.ending != Ending::HelloOnly);
        return seen(subject, &requests, only_hello).into();
    }
    match shown.iter().find(|shown| shown.ending == Ending::Completed) {
        Some(_) => Verdict::Pass,
        None => Verdict::NotApplicable("the handshake broke off before it could be asked"),
    }
}

/// `only_hello`: the handshake never came to where the certificate would have been missed.
fn seen(subject: &ServiceSubject<'_>, requests: &[&CertificateRequest], only_hello: bool) -> Seen {
    let mut known = HashSet::new();
    let authorities = requests.iter().flat_map(|request| &request.authorities);
    let names: Vec<String> = authorities
        .map(|authority| readable(authority))
        .filter(|name| known.insert(name.clone()))
        .collect();
    let need = if requests.iter().any(|request| request.required) {
        "breaks off without one"
    } else if requests.iter().any(|request| request.given) {
        "took the one that was given"
    } else if only_hello {
        "asks for one (whether it goes on without was not seen: only its hello was read)"
    } else {
        "goes on without one"
    };
    let port = subject.service.service.port;
    Seen::new(format!("port {port} {need}; {}", accepted(&names))).found(names)
}

fn accepted(names: &[String]) -> String {
    if names.is_empty() {
        return "it does not say which CAs it accepts".to_owned();
    }
    let first = names[..names.len().min(SHOWN)].join("; ");
    match names.len() {
        1 => format!("it accepts 1 CA: {first}"),
        count @ 0..=SHOWN => format!("it accepts {count} CAs: {first}"),
        count => format!("it accepts {count} CAs: {first} and {} more", count - SHOWN),
    }
}

fn readable(authority: &str) -> String {
    let der = STANDARD.decode(authority).ok();
    let name = der.and_then(|der| DistinguishedName::from_der(&der));
    name.map_or_else(|| "a name that cannot be read".to_owned(), |name| name.text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::Certificate;
    use crate::evidence::{Ending, Silence};

    fn scene() -> Scene {
        Scene::new(CLUSTER).present("cucm-pub", "sip", &order("cucm-pub.acme.test"))
    }

    #[test]
    fn a_port_that_does_not_ask_passes() {
        scene().expect(&RULE, "cucm-pub", "sip", Status::Pass);
    }

    #[test]
    fn the_accepted_cas_are_listed() {
        let scene = scene();
        let root = Certificate::from_der(scene.root().der()).unwrap();
        let names = [root.subject.der.to_vec(), b"rubbish".to_vec()];
        let scene = scene.asks_client_certificate(&names);
        let finding = scene.expect(&RULE, "cucm-pub", "sip", Status::Fail);
        assert_eq!(
            finding.message,
            "port 5061 breaks off without one; it accepts 2 CAs: CN=ACME Root CA; a name that cannot be read"
        );
        assert_eq!(
            finding.found,
            ["CN=ACME Root CA", "a name that cannot be read"]
        );
        assert!(finding.effects.is_empty());
    }

    #[test]
    fn a_long_list_is_cut_in_the_message_only() {
        let names: Vec<Vec<u8>> = (0..7)
            .map(|number| {
                let ca = crate::certificate::issue::Authority::root(&format!("CA {number}"), 0);
                Certificate::from_der(ca.unwrap().der())
                    .unwrap()
                    .subject
                    .der
                    .to_vec()
            })
            .collect();
        let judge = |count: usize| {
            let scene = scene().asks_client_certificate(&names[..count]);
            scene.expect(&RULE, "cucm-pub", "sip", Status::Fail)
        };
        assert!(judge(5).message.ends_with("CN=CA 4"));
        let finding = judge(7);
        assert!(finding.message.ends_with("CN=CA 4 and 2 more"));
        assert_eq!(finding.found.len(), 7);
    }

    #[test]
    fn an_empty_list_is_said() {
        let scene = scene().asks_client_certificate(&[]);
        let finding = scene.expect(&RULE, "cucm-pub", "sip", Status::Fail);
        assert!(
            finding
                .message
                .ends_with("does not say which CAs it accepts")
        );
    }

    #[test]
    fn a_hello_does_not_show_whether_it_goes_on_without() {
        let name = Certificate::from_der(scene().root().der())
            .unwrap()
            .subject
            .der
            .to_vec();
        let scene = scene().asks_client_certificate(&[name]).handshake(|shown| {
            shown.ending = Ending::HelloOnly;
            if let Some(request) = &mut shown.client_certificate {
                request.required = false;
            }
        });
        let finding = scene.expect(&RULE, "cucm-pub", "sip", Status::Fail);
        assert_eq!(
            finding.message,
            "port 5061 asks for one (whether it goes on without was not seen: only its hello was read); \
             it accepts 1 CA: CN=ACME Root CA"
        );
    }

    #[test]
    fn a_handshake_that_broke_off_shows_nothing_of_it() {
        let scene = scene()
            .handshake(|shown| shown.ending = Ending::BrokenOff("internal_error".to_owned()));
        scene.expect(&RULE, "cucm-pub", "sip", Status::NotApplicable);
        let scene = Scene::new(CLUSTER).silent("cucm-pub", "sip", Silence::Refused);
        scene.expect(&RULE, "cucm-pub", "sip", Status::NotApplicable);
    }
}

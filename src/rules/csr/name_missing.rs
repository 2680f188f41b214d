//! A name that must be in the request and is not.

use std::net::IpAddr;

use super::{NEW_REQUEST, SUBJECT_ALTERNATIVE_NAME, names_asked};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::certificate::{SigningRequest, SubjectAlternativeName};
use crate::deployment::{RequiredName, Why};
use crate::identity::{XmppService, alternative_names, covers, gives_xmpp_domain, normalise};
use crate::source::{
    EXPRESSWAY_REQUIREMENTS, FEDERATION_GUIDE, IM_PRESENCE_GUIDE, JABBER_PLANNING, MULTI_SERVER,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-name-missing",
    title: "a signing request without a name that its certificate will need",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS
            .at("Cisco Unified Communications Manager Certificates (CSCus47235)"),
        EXPRESSWAY_REQUIREMENTS.at("Expressway Certificates (table)"),
        JABBER_PLANNING.at("Identifier Fields"),
        IM_PRESENCE_GUIDE.at("Certificates, cup-xmpp-s2s"),
        FEDERATION_GUIDE.at("XMPP federation security certificates"),
        MULTI_SERVER.at("Multi-server SAN"),
    ],
    explain: "A CA signs the names that the request asks for and no others. Requests for tomcat made by products of \
              release 10.5.2 leave the CN out of the subjectAltName (CSCus47235): clients on Apple's platforms and \
              Expressway from X14.2 on look nowhere else, so the certificate names no host to them. A domain, a chat node \
              alias or a node that was added after the request was made is missing too, and shows only once the \
              certificate is in use: a prompt at sign-in, group chat with partners that fails, a fail-over to a node that \
              nobody trusts. With --config, --node and --as the request is compared with everything that the deployment \
              needs of this certificate. The CN of a multi-server certificate (-ms) names no host, and need not be there; nor need that of \
              CAPF and TVS, which phones know from their trust list without comparing a name.",
    fix: "Generate the request anew with the name in its subjectAltName: configure domains and aliases first, list nodes and \
          further names on the Generate CSR page (on releases with CSCus47235 with `set web-security`, or the Subject \
          Alternate Names box).",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    let request = subject.request();
    if request.is_broken(SUBJECT_ALTERNATIVE_NAME) {
        return Verdict::unknown("the subjectAltName asked for cannot be decoded");
    }
    let required = &subject.view.required;
    let mut verdicts: Vec<Verdict> = required.iter().map(|name| needed(request, name)).collect();
    verdicts.extend(common_name(subject));
    Verdict::each(
        verdicts,
        "its CN names no host, and nobody said which names it needs (--config, --name)",
    )
}

/// The CN, unless it is judged as a required name or names no host.
fn common_name(subject: &RequestSubject<'_>) -> Option<Verdict> {
    let request = subject.request();
    let Some(name) = request.common_name() else {
        return no_common_name(request);
    };
    let same = |required: &RequiredName| normalise(&required.name) == normalise(name);
    if subject.view.required.iter().any(same) || names_no_host(subject, name) {
        return None;
    }
    let there = is_given(request, name);
    Some(Verdict::pass_if(there, || {
        missing(request, name, &format!("the CN is {name}"))
    }))
}

/// A request needs no CN, but then it needs other names.
fn no_common_name(request: &SigningRequest) -> Option<Verdict> {
    let names = request.alternative_name.as_ref().map(alternative_names);
    names
        .is_none_or(|names| names.is_empty())
        .then(|| Verdict::fail("the request has neither a CN nor a subjectAltName"))
}

/// Cisco's names for certificates of several nodes, titles for people ("ACME web server"), and what phones know from their
/// trust list: they compare no name of CAPF and TVS.
fn names_no_host(subject: &RequestSubject<'_>, common_name: &str) -> bool {
    let label = common_name.split('.').next().unwrap_or_default();
    let multi_server = label.to_ascii_lowercase().ends_with("-ms");
    let twin = label.ends_with("-EC");
    let names_others = !subject.request().dns_names().is_empty();
    let known_from_trust_list = subject.view.purpose.as_ref().is_some_and(|purpose| {
        matches!(
            purpose.certificate,
            CertificateName::Capf | CertificateName::Tvs
        )
    });
    ((multi_server || twin) && names_others)
        || known_from_trust_list
        || common_name.contains(char::is_whitespace)
}

fn needed(request: &SigningRequest, required: &RequiredName) -> Verdict {
    let alternative = required.alternative();
    let there = is_given(request, &required.name)
        || alternative
            .as_deref()
            .is_some_and(|name| is_given(request, name))
        || request
            .alternative_name
            .as_ref()
            .is_some_and(|names| by_xmpp(names, required));
    Verdict::pass_if(there, || {
        let or = alternative
            .map(|name| format!(" (or {name})"))
            .unwrap_or_default();
        let RequiredName { name, why } = required;
        missing(request, name, &format!("{name}{or} is {}", why.words()))
    })
}

/// An xmppAddr or SRVName gives a domain to those who speak XMPP, in the certificates that show it to them.
fn by_xmpp(names: &SubjectAlternativeName, required: &RequiredName) -> bool {
    let service = match required.why {
        Why::PresenceDomain => XmppService::Client,
        _ => XmppService::Server,
    };
    required.is_xmpp_domain() && gives_xmpp_domain(names, &required.name, service)
}

fn is_given(request: &SigningRequest, name: &str) -> bool {
    let names = request.alternative_name.as_ref();
    match name.parse::<IpAddr>() {
        Ok(address) => names.is_some_and(|names| names.ip.contains(&address)),
        Err(_) => request.dns_names().iter().any(|given| covers(given, name)),
    }
}

fn missing(request: &SigningRequest, name: &str, why: &str) -> Seen {
    let found = request.alternative_name.as_ref().map(alternative_names);
    Seen::new(format!("{why}, and {}", names_asked(request)))
        .expected(name)
        .found(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};
    use crate::catalog::{CertificateName, Product};
    use crate::certificate::issue::Order;
    use crate::deployment::Why;

    fn named(common_name: &str, dns: &[&str]) -> Order {
        Order {
            common_name: common_name.to_owned(),
            dns: dns.iter().map(|name| (*name).to_owned()).collect(),
            ..order("a.acme.test")
        }
    }

    fn missing(scene: &RequestScene) -> Vec<String> {
        let failures = scene.failures(&RULE).into_iter();
        failures.filter_map(|one| one.expected).collect()
    }

    #[test]
    fn the_common_name_is_in_the_alternative_name() {
        for good in [
            named("a.acme.test", &["b.acme.test", "A.acme.test"]),
            named("", &["a.acme.test"]),
            named("*.acme.test", &["*.acme.test"]),
        ] {
            assert!(missing(&RequestScene::of(&good)).is_empty());
        }
        RequestScene::of(&order("a.acme.test")).expect(&RULE, Status::Pass);
    }

    #[test]
    fn cscus47235_leaves_the_common_name_out() {
        let scene = RequestScene::of(&named("a.acme.test", &["acme.test"]));
        let finding = scene.expect(&RULE, Status::Fail);
        let message = "the CN is a.acme.test, and its subjectAltName has acme.test";
        assert_eq!(finding.message, message);
        let bare = include_str!("../../../fixtures/requests/bare.pem");
        let finding = RequestScene::read(bare).expect(&RULE, Status::Fail);
        let message = "the CN is cucm.example.com, and it asks for no subjectAltName";
        assert_eq!(finding.message, message);
        let nameless = RequestScene::of(&named("", &[]));
        assert_eq!(nameless.failures(&RULE).len(), 1);
    }

    #[test]
    fn a_common_name_that_names_no_host_need_not_be_there() {
        let nodes = &["cucm1.acme.test", "cucm2.acme.test"];
        for name in [
            "cucm1-ms.acme.test",
            "cucm1-EC-ms.acme.test",
            "cucm1-EC.acme.test",
        ] {
            assert!(
                missing(&RequestScene::of(&named(name, nodes))).is_empty(),
                "{name}"
            );
        }
        assert_eq!(
            missing(&RequestScene::of(&named("cucm1-ms.acme.test", &[]))).len(),
            1
        );
        let capf = RequestScene::of(&named("CAPF-0ddba11", nodes));
        assert_eq!(missing(&capf), ["CAPF-0ddba11"]);
        let capf = capf.purpose(Product::Cucm, CertificateName::Capf, "15");
        capf.expect(&RULE, Status::NotApplicable);
        let bare = include_str!("../../../fixtures/requests/bare.pem");
        let tvs = RequestScene::read(bare).purpose(Product::Cucm, CertificateName::Tvs, "15");
        tvs.expect(&RULE, Status::NotApplicable);
    }

    #[test]
    fn every_required_name_is_looked_for() {
        let scene = RequestScene::of(&order("expe1.acme.test")).required(&[
            ("expe1.acme.test", Why::Address),
            ("edge.acme.test", Why::RegistrationDomain),
            ("chat1.acme.test", Why::ChatNodeAlias),
        ]);
        assert_eq!(missing(&scene), ["chat1.acme.test", "edge.acme.test"]);
        let message =
            "chat1.acme.test is a chat node alias, and its subjectAltName has expe1.acme.test";
        assert_eq!(scene.failures(&RULE)[0].message, message);
    }

    #[test]
    fn another_form_of_the_name_does_as_well() {
        let mut other = order("expe1.acme.test");
        other.dns.push("collab-edge.acme.test".to_owned());
        other.srv_names = vec!["_xmpp-server.mail.acme.test".to_owned()];
        other.xmpp_addresses = vec!["im.acme.test".to_owned()];
        let scene = RequestScene::of(&other);
        let scene = scene.required(&[
            ("acme.test", Why::RegistrationDomain),
            ("mail.acme.test", Why::FederationDomain),
            ("im.acme.test", Why::PresenceDomain),
        ]);
        scene.expect(&RULE, Status::Pass);
        assert!(missing(&scene).is_empty());
        let scene = scene.required(&[("mail.acme.test", Why::PresenceDomain)]);
        assert_eq!(
            missing(&scene).len(),
            1,
            "a name for servers serves no client"
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_unknown() {
        let broken = ("2.5.29.17".to_owned(), "not a SEQUENCE of names".to_owned());
        let scene = RequestScene::of(&order("a.acme.test"))
            .change(move |view| view.request.broken_extensions.push(broken));
        scene.expect(&RULE, Status::Unknown);
    }

    #[test]
    fn a_common_name_that_is_required_is_missed_once() {
        let scene = RequestScene::of(&named("a.acme.test", &["acme.test"]));
        let scene = scene.required(&[("A.acme.test", Why::Address)]);
        assert_eq!(missing(&scene), ["A.acme.test"]);
        let scene = scene.required(&[("b.acme.test", Why::Address)]);
        assert_eq!(missing(&scene), ["a.acme.test", "b.acme.test"]);
    }
}

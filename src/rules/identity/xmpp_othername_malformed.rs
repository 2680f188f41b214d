//! An xmppAddr or SRVName that is encoded or labelled wrongly.

use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::CertificateName;
use crate::certificate::{Certificate, OtherName};
use crate::identity::{XmppService, find_xmpp_domain, normalise};
use crate::source::{JABBER_GUIDE, RFC_4985, RFC_6120};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-xmpp-othername-malformed",
    title: "a malformed xmppAddr or SRVName",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        RFC_6120.at("13.7.1.4, XmppAddr Identifier Type"),
        RFC_4985.at("2, Name Definitions"),
        JABBER_GUIDE.at("Identifier Fields"),
    ],
    explain: "xmppAddr (1.3.6.1.5.5.7.8.5) is a UTF8String; SRVName (1.3.6.1.5.5.7.8.7) is an IA5String of the form \
              _xmpp-client.domain or _xmpp-server.domain, without a protocol label such as _tcp. A client that cannot \
              read such a name goes on to the next field, dNSName and then CN. When the domain stands nowhere else, \
              sign-in prompts although the certificate seems to hold the domain (LERR_JABBER_CERT <15>), and \
              federation partners refuse the stream.",
    fix: "Order the certificate again from the product's own request, which encodes these names correctly, or have the \
          CA put the domain in as a plain dNSName.",
    remedy: Remedy::Reissue,
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

/// UTF8String.
const UTF8: u32 = 12;
/// IA5String.
const IA5: u32 = 22;

/// A name with what is wrong with it.
struct Malformed {
    name: String,
    fault: String,
}

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let own = subject.service.service.certificate_name;
    if !matches!(
        own,
        CertificateName::CupXmpp | CertificateName::CupXmppS2s | CertificateName::Expressway
    ) {
        return Verdict::NotApplicable("nobody looks for an XMPP domain in this certificate");
    }
    let certificate = subject.certificate;
    let malformed = malformed(certificate, own);
    let none = certificate.xmpp_addresses().is_empty() && certificate.srv_names().is_empty();
    if malformed.is_empty() && none {
        return Verdict::NotApplicable("the certificate has neither xmppAddr nor SRVName");
    }
    if malformed.is_empty() {
        return Verdict::Pass;
    }
    let lost = lost_domains(subject, own);
    let judged = malformed.iter().map(|one| seen(one, &lost).into());
    Verdict::Each(judged.collect())
}

fn seen(malformed: &Malformed, lost: &[String]) -> Seen {
    let Malformed { name, fault } = malformed;
    let seen = Seen::new(format!("{name} {fault}")).expected(name);
    if lost.is_empty() {
        return seen;
    }
    let message = format!(
        "{}; no other field names {}",
        seen.message,
        lost.join(" or ")
    );
    Seen { message, ..seen }.impact(Impact::PROMPT)
}

fn malformed(certificate: &Certificate, own: CertificateName) -> Vec<Malformed> {
    let addresses = certificate.xmpp_addresses().iter().filter_map(|name| {
        Some(Malformed {
            name: format!("xmppAddr {}", name.value),
            fault: address_fault(name)?,
        })
    });
    let services = certificate.srv_names().iter().filter_map(|name| {
        Some(Malformed {
            name: format!("SRVName {}", name.value),
            fault: service_fault(name, own)?,
        })
    });
    let alternative = certificate.alternative_name.as_ref();
    let broken = alternative.map_or(&[][..], |names| &names.broken);
    let unreadable = broken
        .iter()
        .filter(|words| words.starts_with("xmppAddr ") || words.starts_with("SRVName "))
        .map(|words| Malformed {
            name: words.clone(),
            fault: "cannot be read".to_owned(),
        });
    addresses.chain(services).chain(unreadable).collect()
}

fn address_fault(name: &OtherName) -> Option<String> {
    (name.tag != UTF8).then(|| format!("is {}, not a UTF8String", string_type(name.tag)))
}

fn service_fault(name: &OtherName, own: CertificateName) -> Option<String> {
    if is_of_another_protocol(&name.value, own) {
        return None;
    }
    if name.tag != IA5 {
        return Some(format!("is {}, not an IA5String", string_type(name.tag)));
    }
    let value = normalise(&name.value);
    let domain = value
        .strip_prefix("_xmpp-client.")
        .or_else(|| value.strip_prefix("_xmpp-server."));
    match domain {
        None => Some("begins with neither _xmpp-client. nor _xmpp-server.".to_owned()),
        Some(rest) if rest.is_empty() || rest.starts_with('_') => {
            Some("has no domain right after its service label".to_owned())
        }
        Some(_) => None,
    }
}

/// An Expressway serves SIP too, and may be named for it ("_sips.acme.test").
fn is_of_another_protocol(value: &str, own: CertificateName) -> bool {
    let is_xmpp = normalise(value).starts_with("_xmpp");
    own == CertificateName::Expressway && value.starts_with('_') && !is_xmpp
}

fn string_type(tag: u32) -> String {
    match tag {
        UTF8 => "a UTF8String".to_owned(),
        19 => "a PrintableString".to_owned(),
        IA5 => "an IA5String".to_owned(),
        other => format!("a string of tag {other}"),
    }
}

/// Domains that only malformed names hold: a strict reader does not find them.
fn lost_domains(subject: &LeafSubject<'_>, own: CertificateName) -> Vec<String> {
    let mut sound = subject.certificate.clone();
    if let Some(names) = &mut sound.alternative_name {
        names
            .xmpp_addresses
            .retain(|name| address_fault(name).is_none());
        names
            .srv_names
            .retain(|name| service_fault(name, own).is_none());
    }
    let deployment = subject.estate.deployment;
    let federation = deployment.federation.as_ref();
    let (domains, service) = match own {
        CertificateName::CupXmpp => (&deployment.xmpp_domains[..], XmppService::Client),
        _ => (
            federation.map_or(&[][..], |federation| &federation.domains),
            XmppService::Server,
        ),
    };
    let holds =
        |certificate, domain: &String| find_xmpp_domain(certificate, domain, service).is_some();
    domains
        .iter()
        .filter(|domain| holds(subject.certificate, domain) && !holds(&sound, domain))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{IA5, RULE, UTF8};
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::certificate::Certificate;
    use crate::certificate::issue::Order;

    fn named(addresses: &[&str], services: &[&str]) -> Order {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Order {
            xmpp_addresses: owned(addresses),
            srv_names: owned(services),
            ..order("imp1.acme.test")
        }
    }

    fn on_presence(order: &Order) -> Scene {
        Scene::new(CLUSTER).present("imp1", "xmpp-client", order)
    }

    fn retag_address(certificate: &mut Certificate) {
        if let Some(names) = &mut certificate.alternative_name {
            names
                .xmpp_addresses
                .iter_mut()
                .for_each(|name| name.tag = IA5);
        }
    }

    fn retag_service(certificate: &mut Certificate) {
        if let Some(names) = &mut certificate.alternative_name {
            names.srv_names.iter_mut().for_each(|name| name.tag = UTF8);
        }
    }

    fn break_name(certificate: &mut Certificate) {
        if let Some(names) = &mut certificate.alternative_name {
            names
                .broken
                .push("xmppAddr without a string in it (00)".to_owned());
        }
    }

    #[test]
    fn both_kinds_as_the_standards_want_them_pass() {
        let good = named(
            &["acme.test"],
            &["_xmpp-client.acme.test", "_XMPP-Server.acme.test"],
        );
        on_presence(&good).expect(&RULE, "imp1", "xmpp-client", Status::Pass);
    }

    #[test]
    fn the_string_types_are_not_exchangeable() {
        let scene = on_presence(&named(&["acme.test"], &[])).alter(retag_address);
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(
            finding.message,
            "xmppAddr acme.test is an IA5String, not a UTF8String; no other field names acme.test"
        );
        assert!(
            finding
                .effects
                .iter()
                .all(|effect| effect.outcome == Outcome::Prompt)
        );
        let scene = on_presence(&named(&[], &["_xmpp-client.acme.test"])).alter(retag_service);
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert!(
            finding.message.contains("a UTF8String, not an IA5String"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn nobody_is_hit_while_another_field_names_the_domain() {
        let mut covered = named(&["acme.test"], &[]);
        covered.dns.push("acme.test".to_owned());
        let scene = on_presence(&covered).alter(retag_address);
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert!(finding.effects.is_empty());
        assert!(!finding.message.contains("no other field"));
    }

    #[test]
    fn labels_other_than_the_two_are_faults_each() {
        let wrong = [
            "acme.test",
            "_xmpp.acme.test",
            "_xmpp-client._tcp.acme.test",
            "_sip.acme.test",
        ];
        let failures = on_presence(&named(&[], &wrong)).failures(&RULE);
        assert_eq!(failures.len(), wrong.len());
    }

    #[test]
    fn an_expressway_may_be_named_for_sip() {
        let scene =
            |name: &str| Scene::new(EDGE).present("expe1", "xmpp-server", &named(&[], &[name]));
        scene("_sips.acme.test").expect(&RULE, "expe1", "xmpp-server", Status::Pass);
        scene("_xmpp.acme.test").expect(&RULE, "expe1", "xmpp-server", Status::Fail);
    }

    #[test]
    fn a_name_without_a_string_in_it_is_a_fault() {
        let scene = on_presence(&order("imp1.acme.test")).alter(break_name);
        scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
    }

    #[test]
    fn without_such_names_and_on_tomcat_there_is_nothing_to_say() {
        let scene = on_presence(&order("imp1.acme.test")).present(
            "imp1",
            "tomcat",
            &named(&[], &["acme.test"]),
        );
        scene.expect(&RULE, "imp1", "xmpp-client", Status::NotApplicable);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }
}

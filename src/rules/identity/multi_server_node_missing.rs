//! A node that the shared certificate of its cluster does not name.

use super::not_compared_with_host;
use super::sharing::Sharing;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::identity::all_names;
use crate::source::{CUCM_CERTIFICATES_14, MULTI_SERVER};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-multi-server-node-missing",
    title: "a multi-server certificate without one of its nodes",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        MULTI_SERVER.at("Multi-server SAN"),
        CUCM_CERTIFICATES_14.at("Certificates, multi-server SAN"),
    ],
    explain: "A multi-server certificate speaks for the nodes in its subjectAltName and for no other; its CN (ending in \
              -ms) names no host at all. A node that joined the cluster after the request, or was renamed, is not in \
              it. Everything looks well until a client fails over to that node: then it prompts (\"Certificate not \
              valid\"), and from Expressway X14.2 on users outside are dropped without a prompt.",
    fix: "Order a new multi-server certificate: on the publisher generate the request with Distribution \"Multi-server \
          (SAN)\", see that every node is in its list of names, and upload the result once.",
    remedy: Remedy::Reissue,
    impact: Impact::PROMPT,
    check: Check::Leaf(check),
};

/// Nodes that are told one by one; where thousands are missing, as many will do.
const MOST_TOLD: usize = 100;

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let sharing = subject.estate.once(|| Sharing::of(subject.estate));
    let name = subject.service.service.certificate_name;
    let Some(sharers) = sharing.with(name, subject.node.node) else {
        return Verdict::NotApplicable(
            "the deployment file says of no multi-server certificate here",
        );
    };
    if subject.certificate.self_signed {
        return Verdict::NotApplicable("self-signed: not the multi-server certificate");
    }
    // Whether the presenting node's own address is there is asked by `identity-host-missing`, where hosts are compared.
    let compared = not_compared_with_host(subject).is_none();
    let own = sharers.place(subject.node.node).filter(|_| compared);
    let named = sharers.named(subject.certificate);
    let others = sharers.len() - usize::from(own.is_some());
    let found = named.iter().filter(|place| Some(**place) != own).count();
    let missing = sharers.those(|place| Some(place) != own && !named.contains(&place));
    let missing: Vec<(&str, &str)> = missing.take(MOST_TOLD).collect();
    let more = others - found - missing.len();
    let faults = match (missing.is_empty(), found) {
        (true, _) => return Verdict::Pass,
        (false, 0) => vec![single_server(subject, &missing, more)],
        (false, _) => {
            let each = missing
                .iter()
                .map(|(name, address)| without(subject, name, address));
            let rest = (more > 0).then(|| without_more(subject, more));
            each.chain(rest).collect()
        }
    };
    Verdict::Each(faults.into_iter().map(Verdict::from).collect())
}

fn without(subject: &LeafSubject<'_>, name: &str, address: &str) -> Seen {
    Seen::new(format!(
        "{name} shares this certificate, and {address} is not in its subjectAltName"
    ))
    .expected(address)
    .found(all_names(subject.certificate))
}

fn without_more(subject: &LeafSubject<'_>, more: usize) -> Seen {
    Seen::new(format!(
        "{more} more nodes share this certificate and are not in its subjectAltName"
    ))
    .expected("the other nodes that share it")
    .found(all_names(subject.certificate))
}

/// It names none of them: once, instead of once for each node of the cluster.
fn single_server(subject: &LeafSubject<'_>, missing: &[(&str, &str)], more: usize) -> Seen {
    let addresses: Vec<&str> = missing.iter().map(|(_, address)| *address).collect();
    let mut addresses = addresses.join(", ");
    if more > 0 {
        addresses += &format!(" and {more} more");
    }
    Seen::new(format!(
        "the certificate is for {}, and none of the nodes that should share it is in its subjectAltName: {addresses}",
        subject.certificate.common_name().unwrap_or("no CN")
    ))
    .expected(addresses)
    .found(all_names(subject.certificate))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::certificate::issue::Order;

    const SUBSCRIBER: &str =
        "[[node]]\nname = \"cucm-sub\"\nproduct = \"cucm\"\naddress = \"cucm-sub.acme.test\"\n";

    fn sharing(certificate: &str) -> String {
        format!("{CLUSTER}{SUBSCRIBER}[multi_server]\n{certificate}\n")
    }

    fn multi_server(hosts: &[&str]) -> Order {
        Order {
            common_name: "cucm-pub-ms.acme.test".to_owned(),
            dns: hosts
                .iter()
                .map(|host| format!("{host}.acme.test"))
                .collect(),
            ..order("cucm-pub-ms.acme.test")
        }
    }

    #[test]
    fn a_certificate_with_every_node_passes() {
        let all = multi_server(&["cucm-pub", "imp1", "cucm-sub"]);
        let scene = Scene::new(&sharing("tomcat = true")).present("cucm-pub", "tomcat", &all);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_node_that_came_later_is_missing() {
        let old = multi_server(&["cucm-pub", "imp1"]);
        let scene = Scene::new(&sharing("tomcat = true")).present("cucm-pub", "tomcat", &old);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("cucm-sub.acme.test"));
        assert!(finding.message.starts_with("cucm-sub shares"));
        assert_eq!(scene.failures(&RULE).len(), 1);
    }

    #[test]
    fn the_node_itself_is_left_to_the_rule_about_hosts() {
        let old = multi_server(&["cucm-pub", "imp1"]);
        let scene = Scene::new(&sharing("tomcat = true")).present("cucm-sub", "tomcat", &old);
        scene.expect(&RULE, "cucm-sub", "tomcat", Status::Pass);
    }

    #[test]
    fn an_xmpp_certificate_is_judged_for_its_own_node_too() {
        let second =
            "[[node]]\nname = \"imp2\"\nproduct = \"im-presence\"\naddress = \"imp2.acme.test\"\n";
        let text = format!("{CLUSTER}{second}[multi_server]\ncup-xmpp = true\n");
        let scene = Scene::new(&text).present("imp1", "xmpp-client", &multi_server(&["imp2"]));
        let finding = scene.expect(&RULE, "imp1", "xmpp-client", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("imp1.acme.test"));
    }

    #[test]
    fn a_certificate_of_one_server_is_one_finding() {
        let scene = Scene::new(&sharing("tomcat = true")).present(
            "cucm-pub",
            "tomcat",
            &order("cucm-pub.acme.test"),
        );
        let failures = scene.failures(&RULE);
        assert_eq!(failures.len(), 1);
        assert_eq!(
            failures[0].2.as_deref(),
            Some("imp1.acme.test, cucm-sub.acme.test")
        );
    }

    #[test]
    fn wildcards_and_addresses_count_and_of_hundreds_some_are_told() {
        let node = |number: usize| {
            format!("[[node]]\nproduct = \"cucm\"\naddress = \"n{number}.branch.acme.test\"\n")
        };
        let more = (0..300).map(node).collect::<Vec<_>>().concat();
        let text = format!("{CLUSTER}{more}[multi_server]\ntomcat = true\n");
        let scene = |names: &[&str]| {
            let certificate = Order {
                dns: names.iter().map(|name| (*name).to_owned()).collect(),
                ..order("cucm-pub-ms.acme.test")
            };
            Scene::new(&text).present("cucm-pub", "tomcat", &certificate)
        };
        let judged = |names: &[&str]| scene(names).failures(&RULE);
        assert_eq!(judged(&["*.acme.test", "*.branch.ACME.test"]).len(), 0);
        let told = judged(&["cucm-pub.acme.test", "N7.branch.acme.test."]);
        assert_eq!(told.len(), 101);
        let last = scene(&["cucm-pub.acme.test", "n7.branch.acme.test"]).judge(&RULE);
        let last = last.iter().find(|one| one.message.contains("more nodes"));
        assert!(last.is_some_and(|one| one.message.starts_with("200 more nodes")));
        let alone = judged(&["cucm-pub.acme.test"]);
        assert_eq!(alone.len(), 1);
        let expected = alone[0].2.as_deref();
        assert!(
            expected.is_some_and(|text| text.ends_with("and 201 more")),
            "{expected:?}"
        );
    }

    #[test]
    fn self_signed_and_unlisted_certificates_are_not_meant() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(&sharing("tomcat = [\"cucm-pub\", \"cucm-sub\"]"))
            .present_self_signed("cucm-pub", "tomcat", &own)
            .present("cucm-pub", "sip", &own)
            .present("imp1", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
        scene.expect(&RULE, "cucm-pub", "sip", Status::NotApplicable);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }
}

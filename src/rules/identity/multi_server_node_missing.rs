//! A node that the shared certificate of its cluster does not name.

use super::not_compared_with_host;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::Node;
use crate::identity::{Field, all_names, find_host};
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

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let name = subject.service.service.certificate_name;
    let deployment = subject.estate.deployment;
    let sharing = match deployment.multi_server.get(&name) {
        Some(sharing) if sharing.contains(&subject.node.node.name) => sharing,
        _ => {
            return Verdict::NotApplicable(
                "the deployment file says of no multi-server certificate here",
            );
        }
    };
    if subject.certificate.self_signed {
        return Verdict::NotApplicable("self-signed: not the multi-server certificate");
    }
    let others = sharing
        .iter()
        .filter_map(|name| Some(subject.estate.node(name)?.node))
        .filter(|node| is_judged_here(subject, node));
    let (named, missing): (Vec<&Node>, Vec<&Node>) =
        others.partition(|node| is_named(subject, &node.address));
    if missing.is_empty() {
        return Verdict::Pass;
    }
    let faults = if named.is_empty() {
        vec![single_server(subject, &missing)]
    } else {
        missing.iter().map(|node| without(subject, node)).collect()
    };
    Verdict::Each(faults.into_iter().map(Verdict::from).collect())
}

/// Whether the presenting node's own address is there is asked by `identity-host-missing`, where hosts are compared.
fn is_judged_here(subject: &LeafSubject<'_>, node: &Node) -> bool {
    node.name != subject.node.node.name || not_compared_with_host(subject).is_some()
}

fn is_named(subject: &LeafSubject<'_>, address: &str) -> bool {
    find_host(subject.certificate, address).is_some_and(|field| field != Field::CommonName)
}

fn without(subject: &LeafSubject<'_>, node: &Node) -> Seen {
    Seen::new(format!(
        "{} shares this certificate, and {} is not in its subjectAltName",
        node.name, node.address
    ))
    .expected(&node.address)
    .found(all_names(subject.certificate))
}

/// It names none of them: once, instead of once for each node of the cluster.
fn single_server(subject: &LeafSubject<'_>, missing: &[&Node]) -> Seen {
    let addresses: Vec<&str> = missing.iter().map(|node| &*node.address).collect();
    let addresses = addresses.join(", ");
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

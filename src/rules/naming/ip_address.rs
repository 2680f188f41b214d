//! A server that is configured by its IP address.

use super::{is_ip, judge, wrongly_named};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::Verdict;
use crate::source::{
    EXPRESSWAY_TRAFFIC_SERVER, JABBER_GUIDE, JABBER_PLANNING, JABBER_RELEASE_NOTES_WINDOWS,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-ip-address",
    title: "a server configured by its IP address",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)"),
        JABBER_PLANNING.at("Prevent Identity Mismatch"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Name verification"),
        JABBER_RELEASE_NOTES_WINDOWS.at("Limitations (SSO server by IP address)"),
    ],
    explain: "Certificates identify servers by fully qualified domain names. A client that was sent to an IP address \
              cannot find it there and prompts, with the address in the prompt. From Expressway X14.2 on users outside \
              get nothing: \"SNI (10.x.x.x) not in certificate. Action=Terminate\". Even an address in subjectAltName \
              does not help everywhere: the SSO window of Jabber for Windows does not read it, and public CAs do not \
              sign private ones.",
    fix: "Enter the server's fully qualified domain name, once it resolves forward and backward in DNS, in every place \
          that holds the address.",
    remedy: Remedy::Rename,
    impact: Impact {
        federation: Outcome::Trusted,
        servers: Outcome::Trusted,
        ..Impact::PROMPT
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    let product = subject.node.node.product;
    judge(subject, "a host name", is_ip, |_| wrongly_named(product))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene};

    fn set(value: &str) -> String {
        format!(
            "{CLUSTER}[[setting]]\nlocation = \"UC Service > IM and Presence\"\nvalue = \"{value}\"\nnode = \"imp1\"\n"
        )
    }

    #[test]
    fn names_pass() {
        let scene = Scene::new(&set("imp1.acme.test"));
        assert!(scene.failures(&RULE).is_empty());
        scene.expect(&RULE, "imp1", "", Status::Pass);
    }

    #[test]
    fn an_address_by_number_fails_in_both_families() {
        for address in ["192.0.2.11", "2001:db8::11"] {
            let scene = Scene::new(&CLUSTER.replace("imp1.acme.test", address));
            let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
            assert_eq!(
                finding.message,
                format!("the address given to clients is {address}")
            );
            assert!(finding.fix.steps[0].contains("System > Cluster Topology"));
            assert!(finding.fix.cautions[0].contains("starting state"));
            assert!(
                finding
                    .effects
                    .iter()
                    .all(|effect| effect.outcome == Outcome::Prompt)
            );
        }
    }

    #[test]
    fn a_setting_by_number_is_a_finding_of_its_own() {
        for value in ["192.0.2.11", "[2001:db8::11]"] {
            let scene = Scene::new(&set(value));
            let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
            assert_eq!(
                finding.expected.as_deref(),
                Some("a host name at UC Service > IM and Presence")
            );
            assert_eq!(scene.failures(&RULE).len(), 1);
        }
    }

    #[test]
    fn other_servers_are_hit_where_they_go_by_this_name() {
        let directory = "[[node]]\nname = \"dc1\"\nproduct = \"ldap\"\naddress = \"192.0.2.20\"\n";
        let scene = Scene::new(&format!("{CLUSTER}{directory}"));
        let finding = scene.expect(&RULE, "dc1", "", Status::Fail);
        assert!(finding.effects.contains(&Effect {
            who: Who::Servers,
            outcome: Outcome::Degraded
        }));
    }
}

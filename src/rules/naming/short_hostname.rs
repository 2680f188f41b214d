//! A server that is configured by a name without a domain.

use super::{judge, web_chains, wrongly_named};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::Verdict;
use crate::identity::{find_host, is_short};
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, JABBER_GUIDE, JABBER_LOGIN_NAMES, JABBER_PLANNING};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-short-hostname",
    title: "a server configured by a name without a domain",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_LOGIN_NAMES.at("Android and host names"),
        JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)"),
        JABBER_PLANNING.at("Prevent Identity Mismatch"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Name verification"),
    ],
    explain: "Jabber for Android cannot resolve a name without a domain: its users do not sign in at all. Elsewhere the \
              name resolves only on machines with the right search domain, and unless the certificate happens to hold \
              the short name, the user is prompted; no public CA signs one. From Expressway X14.2 on the traffic \
              server refuses such servers for users outside.",
    fix: "Enter the fully qualified domain name that the certificate holds, once it resolves in DNS, in every place that \
          has the short name.",
    remedy: Remedy::Rename,
    impact: Impact {
        federation: Outcome::Trusted,
        servers: Outcome::Trusted,
        ..Impact::SHORT_NAME
    },
    check: Check::Node(check),
};

/// The certificate holds the short name: nobody prompts, but Android still cannot resolve it.
const NAMED: Impact = Impact {
    android: Outcome::Blocked,
    ..Impact::MRA
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    judge(subject, "a fully qualified name", is_short, |value| {
        impact(subject, value)
    })
}

fn impact(subject: &NodeSubject<'_>, value: &str) -> Impact {
    let mut leaves = web_chains(subject)
        .filter_map(|(_, chain)| chain.leaf())
        .peekable();
    if leaves.peek().is_some() && leaves.all(|leaf| find_host(leaf, value).is_some()) {
        return NAMED;
    }
    Impact {
        android: Outcome::Blocked,
        ..wrongly_named(subject.node.node.product)
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, Scene, order};
    use crate::deployment::Client;

    fn short() -> String {
        CLUSTER.replace("address = \"imp1.acme.test\"", "address = \"imp1\"")
    }

    fn on(client: Client, outcome: Outcome) -> Effect {
        Effect {
            who: Who::Client(client),
            outcome,
        }
    }

    #[test]
    fn full_names_pass() {
        Scene::new(CLUSTER).expect(&RULE, "imp1", "", Status::Pass);
    }

    #[test]
    fn android_is_blocked_and_the_others_prompt() {
        let finding = Scene::new(&short()).expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(
            finding.effects,
            [
                on(Client::Windows, Outcome::Prompt),
                on(Client::Mac, Outcome::Prompt),
                on(Client::Ios, Outcome::Prompt),
                on(Client::Android, Outcome::Blocked),
            ]
        );
        assert!(finding.fix.steps[0].contains("Cluster Topology"));
    }

    #[test]
    fn a_certificate_with_the_short_name_spares_all_but_android() {
        let scene = Scene::new(&short()).present("imp1", "tomcat", &order("imp1"));
        let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(finding.effects, [on(Client::Android, Outcome::Blocked)]);
    }

    #[test]
    fn a_short_setting_fails_and_an_address_by_number_is_another_fault() {
        let set = |value: &str| {
            let setting =
                format!("location = \"UC Service\"\nvalue = \"{value}\"\nnode = \"imp1\"");
            Scene::new(&format!("{CLUSTER}[[setting]]\n{setting}\n"))
        };
        let finding = set("imp1").expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(finding.message, "UC Service is imp1");
        assert!(set("192.0.2.11").failures(&RULE).is_empty());
    }
}

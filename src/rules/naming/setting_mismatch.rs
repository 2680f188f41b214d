//! A configured name that the node's certificate does not hold.

use super::{Held, held, settings};
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::NodeSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::Setting;
use crate::source::{EXPRESSWAY_TRAFFIC_SERVER, JABBER_GUIDE, JABBER_PLANNING, MRA_GUIDE};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "naming-setting-mismatch",
    title: "a configured server name that the certificate does not hold",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)"),
        JABBER_PLANNING.at("Identifier Fields"),
        MRA_GUIDE.at("Requirements, Certificates"),
        EXPRESSWAY_TRAFFIC_SERVER.at("Name verification"),
    ],
    explain: "Jabber learns server names from many places: System > Server, the cluster topology, the UC services for \
              IM and Presence, voicemail and conferencing. Each name is compared, letter by letter, with the \
              certificate of the server behind it. A certificate may be faultless for the node's own address and still \
              make every user prompt because one UC service holds another name; from Expressway X14.2 on voicemail and \
              other services fail for users outside.",
    fix: "Enter at that place a name that the certificate holds, spelled in full.",
    remedy: Remedy::Rename,
    impact: Impact {
        federation: Outcome::Trusted,
        servers: Outcome::Trusted,
        ..Impact::PROMPT
    },
    check: Check::Node(check),
};

fn check(subject: &NodeSubject<'_>, _: &Context) -> Verdict {
    Verdict::each(
        settings(subject).map(|setting| judge(subject, setting)),
        "no [[setting]] of the deployment file is about this node",
    )
}

fn judge(subject: &NodeSubject<'_>, setting: &Setting) -> Verdict {
    let Setting {
        location,
        value,
        line,
        ..
    } = setting;
    match held(subject, value) {
        Held::Yes => Verdict::Pass,
        Held::Unseen => Verdict::unknown(format!(
            "{location} is {value}, and no HTTP certificate of the node was seen"
        )),
        Held::No { labels, names } => Seen::new(format!(
            "{location} is {value}, and the certificate on {labels} has {}",
            names.join(", ")
        ))
        .expected(format!("{value} for {location}"))
        .found(names)
        .line(*line)
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{CLUSTER, Scene, order};

    fn set(location: &str, value: &str) -> Scene {
        let setting = format!("location = \"{location}\"\nvalue = \"{value}\"\nnode = \"imp1\"");
        Scene::new(&format!("{CLUSTER}[[setting]]\n{setting}\n"))
    }

    #[test]
    fn a_name_of_the_certificate_passes_without_regard_to_case() {
        let scene = set("UC Service > IM and Presence", "IMP1.acme.test").present(
            "imp1",
            "tomcat",
            &order("imp1.acme.test"),
        );
        scene.expect(&RULE, "imp1", "", Status::Pass);
    }

    #[test]
    fn another_name_is_seen_with_where_it_stands() {
        let scene = set("UC Service > IM and Presence", "presence.acme.test").present(
            "imp1",
            "tomcat",
            &order("imp1.acme.test"),
        );
        let finding = scene.expect(&RULE, "imp1", "", Status::Fail);
        assert_eq!(
            finding.message,
            "UC Service > IM and Presence is presence.acme.test, and the certificate on tomcat (8443) has CN \
             imp1.acme.test, imp1.acme.test"
        );
        assert!(finding.fix.steps[0].contains("Cluster Topology"));
    }

    #[test]
    fn a_twin_without_the_name_is_enough_to_fail() {
        let scene = set("UC Service", "imp1.acme.test")
            .present("imp1", "tomcat", &order("imp1.acme.test"))
            .present("imp1", "tomcat", &order("imp1-EC.acme.test"));
        scene.expect(&RULE, "imp1", "", Status::Fail);
    }

    #[test]
    fn only_the_http_certificate_counts() {
        let scene = set("UC Service", "imp1.acme.test").present(
            "imp1",
            "xmpp-client",
            &order("imp1.acme.test"),
        );
        scene.expect(&RULE, "imp1", "", Status::Unknown);
    }

    #[test]
    fn an_xmpp_domain_is_no_server_name_and_without_settings_there_is_nothing_to_say() {
        let scene =
            set("XMPP Domain", "acme.test").present("imp1", "tomcat", &order("imp1.acme.test"));
        scene.expect(&RULE, "imp1", "", Status::NotApplicable);
        scene.expect(&RULE, "cucm-pub", "", Status::NotApplicable);
    }

    #[test]
    fn a_domain_elsewhere_and_another_name_with_xmpp_are_server_names() {
        for (location, value) in [
            ("UC Service > IM and Presence", "acme.test"),
            ("XMPP Server", "presence.acme.test"),
        ] {
            let scene = set(location, value).present("imp1", "tomcat", &order("imp1.acme.test"));
            scene.expect(&RULE, "imp1", "", Status::Fail);
        }
    }
}

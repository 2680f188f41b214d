//! A server that speaks nothing newer than TLS 1.1.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{ChainView, State};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::ServiceSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::evidence::Silence;
use crate::source::{
    CUCM_TLS, EXPRESSWAY_ADMINISTRATION_14, JABBER_DEPLOYMENT_14, JABBER_PLANNING, RFC_8996,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "tls-version-old",
    title: "a server that speaks nothing newer than TLS 1.1",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        JABBER_PLANNING.at("On-Premises Encryption (XMPP over TLS v1.2)"),
        JABBER_DEPLOYMENT_14.at("FIPS mode"),
        CUCM_TLS.at("Set Minimum TLS Version"),
        EXPRESSWAY_ADMINISTRATION_14.at("Configuring Minimum TLS Version and Cipher Suites"),
        RFC_8996.at("4 and 5, Do Not Use TLS 1.0, TLS 1.1"),
    ],
    explain: "TLS 1.0 and 1.1 were withdrawn in 2021. Jabber expects TLS 1.2 for XMPP, its FIPS mode accepts nothing older, \
              and builds for Intune and BlackBerry fall under Apple's App Transport Security, which asks for TLS 1.2 as \
              well; what an ordinary client does depends on its release and its operating system. Expressway asks for \
              TLS 1.2 by default and refuses, unless it was upgraded with an older setting. CUCM's minimum may stand at 1.0 (show tls min-version) without harm, as long as 1.2 \
              is offered too: here it is not. Apart from old releases the cause may be a firewall with a phone proxy or TLS \
              inspection that answers in the node's place.",
    fix: "Upgrade the server to a release that speaks TLS 1.2, then raise the minimum: CLI, set tls min-version 1.2 on each \
          node; take UC hosts out of TLS inspection.",
    remedy: Remedy::Own {
        steps: &[],
        restart: &[],
        cautions: &[
            "set tls min-version restarts the node; phones and trunks that know only TLS 1.0 lose their connection.",
        ],
    },
    impact: OLD,
    check: Check::Service(check),
};

/// Whether an ordinary client still speaks it is not known from here.
const OLD: Impact = Impact {
    expressway: Outcome::MraFails,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::clients(Outcome::Unknown)
};
/// FIPS clients do not.
const OLD_FOR_FIPS: Impact = Impact {
    expressway: Outcome::MraFails,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::clients(Outcome::Blocked)
};

fn check(subject: &ServiceSubject<'_>, _: &Context) -> Verdict {
    match &subject.service.state {
        State::Silent(Silence::OldVersion { offered }) => {
            let offered = offered.as_deref().unwrap_or("an older version");
            seen(subject, offered).into()
        }
        State::Examined(chains) => judge(subject, chains),
        State::Silent(_) | State::NoCertificate | State::NotObserved => {
            Verdict::NotApplicable("no version was negotiated")
        }
    }
}

/// The best of the versions that its presentations were made with.
fn judge(subject: &ServiceSubject<'_>, chains: &[ChainView<'_>]) -> Verdict {
    let versions: Vec<&str> = chains
        .iter()
        .filter_map(|chain| chain.presentation.version.as_deref())
        .collect();
    if versions
        .iter()
        .any(|version| is_old(version) == Some(false))
    {
        return Verdict::Pass;
    }
    match versions.iter().find(|version| is_old(version).is_none()) {
        Some(strange) => Verdict::unknown(format!("{strange} is no version that is known here")),
        None if versions.is_empty() => {
            Verdict::unknown("the evidence does not say which version was negotiated")
        }
        None => seen(subject, versions.iter().max().copied().unwrap_or_default()).into(),
    }
}

/// Under TLS 1.2; `None` for a version nobody knows.
fn is_old(version: &str) -> Option<bool> {
    match version {
        "TLSv1.2" | "TLSv1.3" => Some(false),
        "TLSv1.1" | "TLSv1.0" | "SSLv3" | "SSLv2" => Some(true),
        _ => None,
    }
}

fn seen(subject: &ServiceSubject<'_>, offered: &str) -> Seen {
    let impact = if subject.estate.deployment.fips {
        OLD_FOR_FIPS
    } else {
        OLD
    };
    let port = subject.service.service.port;
    Seen::new(format!(
        "asked for TLS 1.3 or 1.2, port {port} answers with {offered}"
    ))
    .found([offered])
    .impact(impact)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::evidence::Silence;

    fn negotiated(version: Option<&str>, status: Status) -> Judgement {
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
        let scene =
            scene.handshake(|shown| shown.version = version.map(|name| name.to_owned().into()));
        scene.expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn tls_1_2_is_new_enough_and_1_1_is_not() {
        negotiated(Some("TLSv1.3"), Status::Pass);
        negotiated(Some("TLSv1.2"), Status::Pass);
        let finding = negotiated(Some("TLSv1.1"), Status::Fail);
        assert_eq!(finding.found, ["TLSv1.1"]);
    }

    #[test]
    fn a_version_that_is_not_known_is_not_called_old() {
        negotiated(None, Status::Unknown);
        negotiated(Some("TLSv1.4"), Status::Unknown);
    }

    #[test]
    fn the_best_of_both_handshakes_counts() {
        let own = order("cucm-pub.acme.test");
        let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &own);
        let scene = scene.handshake(|shown| shown.version = Some("TLSv1.0".into()));
        let scene = scene.present("cucm-pub", "tomcat", &own);
        scene.expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn a_server_that_ended_the_handshake_for_it_is_old_too() {
        let old = |file: &str, offered: Option<&str>| {
            let offered = offered.map(str::to_owned);
            let silence = Silence::OldVersion { offered };
            let scene = Scene::new(file).silent("imp1", "tomcat", silence);
            scene.expect(&RULE, "imp1", "tomcat", Status::Fail)
        };
        let finding = old(CLUSTER, Some("TLSv1.0"));
        assert!(
            finding.message.ends_with("answers with TLSv1.0"),
            "{}",
            finding.message
        );
        assert_eq!(finding.effects[0].outcome, Outcome::Unknown);
        let finding = old(&format!("fips = true\n{CLUSTER}"), None);
        assert_eq!(finding.effects[0].outcome, Outcome::Blocked);
    }

    #[test]
    fn silence_for_another_reason_says_nothing_of_versions() {
        let scene = Scene::new(CLUSTER).silent("imp1", "tomcat", Silence::Refused);
        scene.expect(&RULE, "imp1", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn expressway_fails_and_of_other_servers_it_is_not_known() {
        for fips in ["", "fips = true\n[trust]"] {
            let fips = if fips.is_empty() { "[trust]" } else { fips };
            let hit = |file: &str, (node, service): (&str, &str), who: Who| {
                let offered = Some("TLSv1.0".to_owned());
                let scene = Scene::new(&file.replace("[trust]", fips));
                let scene = scene.silent(node, service, Silence::OldVersion { offered });
                let effects = scene.expect(&RULE, node, service, Status::Fail).effects;
                let mut own = effects.into_iter().filter(|one| one.who == who);
                own.next().map(|one| one.outcome)
            };
            let outside = format!("{CLUSTER}{OUTSIDE}");
            let tomcat = hit(&outside, ("cucm-pub", "tomcat"), Who::Expressway);
            assert_eq!(tomcat, Some(Outcome::MraFails));
            let partners = hit(EDGE, ("expe1", "xmpp-server"), Who::Federation);
            assert_eq!(partners, Some(Outcome::Unknown));
            let trunk = hit(CLUSTER, ("imp1", "sip"), Who::Servers);
            assert_eq!(trunk, Some(Outcome::Unknown));
        }
    }
}

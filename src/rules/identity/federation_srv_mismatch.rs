//! A host that federation partners find by an SRV record, whose certificate does not fit.

use super::in_words;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::estate::{Estate, NodeView};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;
use crate::deployment::dns::{SIP_FEDERATION, ServiceName};
use crate::identity::{XmppService, all_names, find_host, find_xmpp_domain, normalise};
use crate::rules::dns::{Target, foreign, node_of, nothing_asked, presented, targets, told_once};
use crate::source::{FEDERATION_GUIDE, MICROSOFT_FEDERATION, XMPP_FEDERATION_EXPRESSWAY};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "identity-federation-srv-mismatch",
    title: "a federation SRV record that does not fit the certificate of its host",
    severity: Severity::Error,
    owner: Owner::Dns,
    cites: &[
        MICROSOFT_FEDERATION.at("DNS SRV records and certificates"),
        XMPP_FEDERATION_EXPRESSWAY.at("DNS SRV records for federation"),
        FEDERATION_GUIDE.at("XMPP federation, DNS SRV records"),
    ],
    explain: "Partners find this deployment by _xmpp-server and, for SIP (Microsoft), _sipfederationtls of its domains. For SIP \
              the record's host must lie in the very domain that it is asked for and stand in the certificate of \
              Expressway-E: otherwise Microsoft's servers break off and the log shows \"504 Server time-out\" with \
              CERT_MISMATCH. For XMPP a certificate does that names the federated domain (or alias), or at least the \
              record's host; with neither, partners that verify refuse the stream. Presence and chat with partners fail, \
              users inside notice nothing else.",
    fix: "Let the SRV record name a host in the same domain whose certificate names it, or order the certificate with the \
          names that partners look for.",
    remedy: Remedy::Own {
        steps: &[
            "DNS outside: correct the target of the SRV record; one host name in each federated domain, with an A record \
             that leads to Expressway-E.",
            "Or request the certificate of the host anew (Expressway: Maintenance > Security > Server certificate > Generate \
             CSR, additional alternative names) with that host and every federated domain in the SAN.",
        ],
        restart: &[],
        cautions: &["Partners keep the old record for its time to live."],
    },
    impact: Impact::FEDERATION,
    check: Check::Deployment(check),
};

fn check(estate: &Estate<'_>, _: &Context) -> Verdict {
    if estate.deployment.federation.is_none() {
        return Verdict::NotApplicable("there is no federation");
    }
    if let Some(verdict) = nothing_asked(estate) {
        return verdict;
    }
    let records = estate.deployment.federation_records();
    let (hosts, doubts) = targets(estate, &records);
    let pairs = hosts
        .iter()
        .flat_map(|host| host.records.iter().map(move |(record, _)| (host, *record)));
    let mut verdicts: Vec<Verdict> = pairs
        .map(|(host, record)| judge(estate, host, record))
        .collect();
    verdicts.extend(doubts.into_iter().map(Verdict::Unknown));
    told_once(
        verdicts,
        "DNS has none of the records by which partners find the deployment",
    )
}

fn judge(estate: &Estate<'_>, target: &Target<'_>, record: &ServiceName) -> Verdict {
    let node = node_of(estate, target.host);
    let verdict = if record.service == SIP_FEDERATION && !is_within(target.host, &record.domain) {
        outside(target, record)
    } else {
        match node {
            Some(view) => certificate(view, target, record),
            None => foreign(estate, &record.question(), target.host),
        }
    };
    match node {
        Some(view) => verdict.of_node(&view.node.name),
        None => verdict,
    }
}

/// In the domain itself or below it.
fn is_within(host: &str, domain: &str) -> bool {
    let (host, domain) = (normalise(host), normalise(domain));
    host == domain
        || host
            .strip_suffix(&domain)
            .is_some_and(|rest| rest.ends_with('.'))
}

fn outside(target: &Target<'_>, record: &ServiceName) -> Verdict {
    let (question, host, domain) = (record.question(), target.host, &record.domain);
    Seen::new(format!(
        "{question} leads to {host}, which is not in {domain}"
    ))
    .expected(format!("{question} to a host in {domain}"))
    .found([host])
    .into()
}

fn certificate(view: &NodeView<'_>, target: &Target<'_>, record: &ServiceName) -> Verdict {
    let (question, host) = (record.question(), target.host);
    let shown = presented(view, &target.ports);
    let leaves: Vec<_> = shown
        .iter()
        .filter_map(|(service, chain)| Some((service, chain.leaf()?)))
        .collect();
    if leaves.is_empty() {
        return Verdict::unknown(format!(
            "{question} leads to {host}, of which no certificate was seen"
        ));
    }
    let mut unfit = leaves.iter().filter(|(_, leaf)| !fits(leaf, host, record));
    unfit.next().map_or(Verdict::Pass, |(service, leaf)| {
        let found = all_names(leaf);
        let names = in_words(&found);
        Seen::new(format!(
            "{question} leads partners to {host}, and the certificate on {} has {names}",
            service.label()
        ))
        .expected(wanted(host, record))
        .found(found)
        .into()
    })
}

fn fits(leaf: &Certificate, host: &str, record: &ServiceName) -> bool {
    let names_domain = || find_xmpp_domain(leaf, &record.domain, XmppService::Server).is_some();
    find_host(leaf, host).is_some() || (record.service != SIP_FEDERATION && names_domain())
}

fn wanted(host: &str, record: &ServiceName) -> String {
    if record.service == SIP_FEDERATION {
        host.to_owned()
    } else {
        format!("{} or {host}", record.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::evidence::{LookupOutcome, RecordKind};

    const XMPP: &str = "_xmpp-server._tcp.acme.test";
    const SIP: &str = "_sipfederationtls._tcp.acme.test";

    /// The records that are not mentioned do not exist; expe1 presents `names` to partners.
    fn scene(names: &[&str], records: &[(&str, &str)]) -> Scene {
        let mut order = order("expe1.acme.test");
        order.common_name = names[0].to_owned();
        order.dns = names.iter().map(|name| (*name).to_owned()).collect();
        let mut scene = Scene::new(EDGE)
            .present("expe1", "xmpp-server", &order)
            .present("expe1", "sip", &order);
        for question in [XMPP, SIP, "_xmpp-server._tcp.chat1.acme.test"] {
            let known = records.iter().find(|(known, _)| *known == question);
            scene = match known {
                Some((_, record)) => scene.dns(question, RecordKind::Srv, &[record]),
                None => scene.dns_outcome(question, RecordKind::Srv, LookupOutcome::NoSuchName),
            };
        }
        scene
    }

    #[test]
    fn a_host_in_the_domain_whose_certificate_fits_passes() {
        let records = [
            (XMPP, "0 0 5269 expe1.acme.test"),
            (SIP, "0 0 5061 expe1.acme.test"),
        ];
        let scene = scene(&["expe1.acme.test"], &records);
        assert!(scene.failures(&RULE).is_empty());
        scene.expect(&RULE, "expe1", "", Status::Pass);
    }

    #[test]
    fn for_xmpp_the_domain_does_and_for_sip_it_does_not() {
        let records = [
            (XMPP, "0 0 5269 expe1.acme.test"),
            (SIP, "0 0 5061 expe1.acme.test"),
        ];
        let scene = scene(&["acme.test"], &records);
        let finding = scene.expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(scene.failures(&RULE).len(), 1);
        assert!(finding.message.starts_with(SIP), "{}", finding.message);
        assert_eq!(finding.expected.as_deref(), Some("expe1.acme.test"));
        let partners = Effect {
            who: Who::Federation,
            outcome: Outcome::FederationFails,
        };
        assert_eq!(finding.effects, [partners]);
    }

    #[test]
    fn neither_domain_nor_host_fails_for_xmpp() {
        let scene = scene(&["other.acme.test"], &[(XMPP, "0 0 5269 expe1.acme.test")]);
        let finding = scene.expect(&RULE, "expe1", "", Status::Fail);
        assert_eq!(
            finding.expected.as_deref(),
            Some("acme.test or expe1.acme.test")
        );
    }

    #[test]
    fn a_sip_host_in_another_domain_fails_whoever_it_is() {
        for host in ["edge.example.test", "edge.notacme.test"] {
            let scene = scene(&["expe1.acme.test"], &[(SIP, &format!("0 0 5061 {host}"))]);
            let failures = scene.failures(&RULE);
            assert_eq!(failures.len(), 1);
            assert_eq!(failures[0].0, "", "it is no node");
        }
    }

    #[test]
    fn a_host_that_is_no_node_is_unknown() {
        let scene = scene(&["expe1.acme.test"], &[(XMPP, "0 0 5269 edge.acme.test")]);
        assert_eq!(scene.judge(&RULE)[0].status, Status::Unknown);
    }

    #[test]
    fn without_federation_or_records_there_is_nothing_to_say() {
        for scene in [Scene::new(CLUSTER), scene(&["expe1.acme.test"], &[])] {
            assert_eq!(scene.judge(&RULE)[0].status, Status::NotApplicable);
        }
    }
}

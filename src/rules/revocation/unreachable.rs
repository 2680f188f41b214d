//! A revocation source that does not answer.

use super::asked::{Asked, Word, each, is_unasked};
use super::said::{label, step};
use super::{NO_ANSWER, OTHER_ANSWER, weighed};
use crate::audit::Context;
use crate::audit::estate::{Source, SourceState};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::RevocationCheck;
use crate::source::{
    EXPRESSWAY_CERTIFICATES, JABBER_DEPLOYMENT_10, JABBER_PLANNING, JABBER_PLANNING_14,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-unreachable",
    title: "a revocation server that does not answer",
    severity: Severity::Error,
    owner: Owner::Network,
    cites: &[
        JABBER_PLANNING.at("Revocation Servers"),
        JABBER_PLANNING_14.at("Revocation Servers"),
        JABBER_DEPLOYMENT_10.at("Revocation Servers"),
        EXPRESSWAY_CERTIFICATES.at("Configuring Revocation Checking for SIP TLS Connections"),
    ],
    explain: "Jabber cannot connect to Unified CM when the revocation server is not reachable, say Jabber's planning guides, \
              and a line further that users are not told when it cannot be reached. The documents do not say which system \
              does what; a URL that is there and dead is taken here for a refused connection without a word, which is \
              worse than no URL at all. Where another source of the same certificate answers this is a warning: clients \
              lose time, and some look at one source only. Usual causes: an internal CA's web server that nobody sees from \
              outside, IIS that refuses the + in the name of a delta CRL, a proxy that wants credentials, a responder that \
              was switched off (Let's Encrypt's, August 2025). It holds for the place where certaudit ran: run it inside \
              and outside. Where no Jabber client connects it is only worth knowing: Expressway's default is to treat a \
              certificate whose status cannot be had as not revoked.",
    fix: "Make the URL answer wherever clients are, inside and outside: name, web server, file, firewall. If it is wrong or \
          its server is gone for good, put the right one into what the CA issues and have the certificate issued again.",
    remedy: Remedy::Own {
        steps: &[
            "Open the URL (a CRL's is a plain download) from a client inside and from one outside.",
            "DNS: the host must resolve in both places. Firewall: plain HTTP must be let through to it, also to \
             Expressway-E and to mobile devices.",
            "Microsoft CA: publish the CRL (certutil -crl) to the folder of the web site, and allow double escaping in \
             IIS when delta CRLs are used (their names hold a +).",
        ],
        restart: &[],
        cautions: &[
            "Certificates keep the URL that they were issued with: moving the server means a redirect or an alias for as \
             long as they live.",
        ],
    },
    impact: NO_ANSWER,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    each(subject, RevocationCheck::Reach, |asked| {
        asked.verdict(
            weigh,
            |seen, _| judge(subject, asked, seen),
            "nobody to ask",
        )
    })
}

fn weigh(source: &Source) -> Word {
    match &source.state {
        _ if is_unasked(source) => Word::Open,
        SourceState::Failed(failed, _) => Word::Fault(step(*failed).to_owned()),
        SourceState::Status(status) => Word::Fault(format!("status {status}")),
        _ => Word::Sound,
    }
}

fn judge(subject: &LeafSubject<'_>, asked: &Asked<'_>, mut seen: Seen) -> Verdict {
    let unasked = asked.unasked();
    if let Some(other) = asked.usable() {
        seen.message += &format!("; {} answers", label(other));
        return weighed(subject, lighter(seen));
    }
    if unasked.is_empty() {
        return weighed(subject, seen);
    }
    // The one is known; whether the others would have answered is not.
    let doubt = Verdict::Unknown(asked.words(&unasked));
    Verdict::Each(vec![weighed(subject, lighter(seen)), doubt])
}

fn lighter(seen: Seen) -> Seen {
    seen.severity(Severity::Warning).impact(OTHER_ANSWER)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::estate::SourceState;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene, order};
    use crate::evidence::{FetchOutcome, FetchStep};
    use crate::trust::revocation::Doubt;

    #[test]
    fn a_server_that_answers_is_reached_whatever_it_says() {
        for state in [
            good,
            html,
            stale,
            || doubt(Doubt::ResponderUnknown),
            || SourceState::WithoutIssuer,
        ] {
            judged(&RULE, move || vec![crl(state())], Status::Pass);
        }
    }

    #[test]
    fn each_step_is_named_with_the_url_and_the_time() {
        let cases = [
            (FetchStep::Url, "cannot be asked", "url"),
            (FetchStep::Resolve, "failed at DNS", "dns"),
            (FetchStep::Connect, "failed to connect", "connect"),
            (FetchStep::Request, "failed at HTTP", "http"),
            (FetchStep::Size, "cut off for its size", "size"),
            (FetchStep::Time, "ran out of time", "time"),
            (FetchStep::Redirect, "failed at a redirect", "redirect"),
        ];
        for (step, words, brief) in cases {
            let finding = judged(&RULE, move || vec![crl(failed(step))], Status::Fail);
            assert_eq!(
                finding.message,
                format!("CRL {CRL}: {words} after 12 ms: the reason")
            );
            assert_eq!(finding.found, [format!("{CRL}: {brief}")]);
            assert_eq!(finding.severity, Severity::Error);
        }
        let missing = judged(&RULE, || vec![ocsp(SourceState::Status(404))], Status::Fail);
        let words = format!("OCSP responder {OCSP}: HTTP status 404 after 12 ms");
        assert_eq!(missing.message, words);
        assert_eq!(missing.found, [format!("{OCSP}: status 404")]);
    }

    #[test]
    fn without_any_answer_clients_are_blocked() {
        let dead = || vec![crl(failed(FetchStep::Time)), ocsp(SourceState::Status(500))];
        let finding = judged(&RULE, dead, Status::Fail);
        let outcomes: Vec<_> = finding.effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Blocked; 4]);
        assert_eq!(finding.found.len(), 2);
    }

    #[test]
    fn another_source_that_answers_makes_it_a_warning() {
        let dead = || crl(failed(FetchStep::Connect));
        let finding = judged(&RULE, move || vec![dead(), ocsp(good())], Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.effects[0].outcome, Outcome::Unknown);
        let end = format!("; OCSP responder {OCSP} answers");
        assert!(finding.message.ends_with(&end), "{}", finding.message);
        // An answer that nobody can use does not help; where answers are not judged it counts.
        let useless = move || vec![dead(), ocsp(html())];
        let finding = judged(&RULE, useless, Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        let (reach, place) = (format!("{CLUSTER}{REACH}"), ("cucm-pub", "tomcat"));
        let finding = judged_on(&RULE, &reach, place, useless, Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
    }

    #[test]
    fn intermediates_are_findings_of_their_own() {
        let dead = |_| vec![crl(failed(FetchStep::Resolve))];
        let judged = scene(CLUSTER, ("cucm-pub", "tomcat"), dead).judge(&RULE);
        let failed: Vec<_> = judged
            .iter()
            .filter(|one| one.status == Status::Fail)
            .map(|one| (one.expected.as_deref(), &one.message[..16]))
            .collect();
        let (leaf, intermediate) = ((None, "CRL http://pki.a"), "CN=ACME Issuing CA");
        assert_eq!(failed, [leaf, (Some(intermediate), "the intermediate")]);
    }

    #[test]
    fn what_was_not_asked_is_not_known() {
        let unasked = [
            || vec![crl(SourceState::NotAsked)],
            || vec![crl(failed(FetchStep::Interrupted))],
        ];
        for sources in unasked {
            judged(&RULE, sources, Status::Unknown);
        }
        let interrupted = || vec![crl(failed(FetchStep::Interrupted))];
        let doubt = judged(&RULE, interrupted, Status::Unknown);
        assert!(doubt.message.ends_with(": the reason"), "{}", doubt.message);
        let half = || vec![crl(SourceState::Status(404)), ocsp(SourceState::NotAsked)];
        let judged = scene(CLUSTER, ("cucm-pub", "tomcat"), move |_| half()).judge(&RULE);
        let statuses: Vec<_> = judged
            .iter()
            .filter(|one| one.place.service.as_deref() == Some("tomcat"))
            .filter(|one| one.place.node.as_deref() == Some("cucm-pub"))
            .map(|one| (one.status, one.severity))
            .collect();
        let (known, open) = (
            (Status::Fail, Severity::Warning),
            (Status::Unknown, Severity::Error),
        );
        assert_eq!(statuses, [known, known, open, open]);
    }

    #[test]
    fn presence_asks_nobody_and_self_signed_certificates_have_nobody_to_ask() {
        let (presence, place) = (format!("{CLUSTER}{PRESENCE}"), ("cucm-pub", "tomcat"));
        let unasked = || vec![crl(SourceState::NotAsked)];
        judged_on(&RULE, &presence, place, unasked, Status::NotApplicable);
        judged(&RULE, Vec::new, Status::NotApplicable);
        let own = order("cucm-pub.acme.test");
        let own = Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &own);
        own.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
    }

    #[test]
    fn where_no_jabber_connects_it_is_worth_knowing() {
        let dead = || vec![crl(failed(FetchStep::Connect))];
        let finding = judged_on(&RULE, CLUSTER, ("imp1", "sip"), dead, Status::Fail);
        assert_eq!(finding.severity, Severity::Info);
        assert!(finding.effects.is_empty());
        let outside = judged_on(&RULE, EDGE, ("expe1", "mra"), dead, Status::Fail);
        assert_eq!(outside.severity, Severity::Error);
    }

    #[test]
    fn thousands_of_dead_urls_do_not_flood_the_report() {
        let dead = || (0..5000).map(|_| crl(SourceState::Status(404))).collect();
        let finding = judged(&RULE, dead, Status::Fail);
        assert!(finding.message.ends_with("; and 4992 more"));
        assert_eq!(finding.found.len(), 8);
    }

    #[test]
    fn the_evidence_is_what_is_judged() {
        recorded("good", served("full.crl")).expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        let failed = FetchOutcome::Failed {
            step: FetchStep::Connect,
            reason: "refused".to_owned(),
        };
        let scene = recorded("good", failed);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let words = "CRL http://pki.acme.test/1.crl: failed to connect after 12 ms: refused";
        assert_eq!(finding.message, words);
    }

    #[test]
    fn one_source_that_nobody_asked_leaves_it_open() {
        for unasked in [|| SourceState::NotAsked, || failed(FetchStep::Interrupted)] {
            let sources = move || vec![crl(good()), ocsp(unasked())];
            judged(&RULE, sources, Status::Unknown);
        }
    }
}

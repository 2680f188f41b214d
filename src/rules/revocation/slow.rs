//! A revocation source that takes its time.

use super::asked::{Word, each, is_unasked};
use super::said::duration;
use super::weighed;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Source, SourceState};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::RevocationCheck;
use crate::source::{JABBER_DEPLOYMENT_10, JABBER_RELEASE_NOTES};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-slow",
    title: "a revocation server that takes five seconds or more",
    severity: Severity::Warning,
    owner: Owner::Network,
    cites: &[
        JABBER_DEPLOYMENT_10.at("Revocation Servers"),
        JABBER_RELEASE_NOTES.at(""),
    ],
    explain: "Over Mobile and Remote Access the CRL or the OCSP answer has to be there in less than five seconds, or the \
              connection fails; a later attempt may work, since answers are cached, which makes it look like a fault of the \
              network. The 10.5 deployment guide says so of the client in general, the 12.x release notes of Mac over \
              Mobile and Remote Access, so that what happens inside is not settled. A CRL of many megabytes is as slow as a slow server. The \
              time is that of the whole exchange, name resolution and redirects included, from where certaudit ran; an \
              answer that never came is revocation-unreachable. To see how long a slow one takes, give [revocation] a \
              timeout of more than five seconds.",
    fix: "Answer faster: serve the CRL from a web server near the clients or from a content delivery network, split or clean \
          up a large CRL, or add an OCSP responder to what the CA issues.",
    remedy: Remedy::Own {
        steps: &[
            "Time the URL from outside, several times: the first answer of the day may be slow, later ones come from a cache.",
            "Microsoft CA: large CRLs shrink when expired certificates are taken off, and with a new CA key a new CRL begins.",
        ],
        restart: &[],
        cautions: &[],
    },
    impact: INSIDE,
    check: Check::Leaf(check),
};

/// An answer must come in less (domain.md section 2.5).
const LIMIT_MS: u64 = 5000;

/// Of clients inside only the 10.5 guide says that they fail.
const INSIDE: Impact = Impact::clients(Outcome::Unknown);
/// Clients that come through Expressway.
const OUTSIDE: Impact = Impact::clients(Outcome::MraFails);

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    each(subject, RevocationCheck::Reach, |asked| {
        asked.verdict(
            weigh,
            |seen, _| judge(subject, seen),
            "no source answered, which revocation-unreachable tells",
        )
    })
}

fn weigh(source: &Source) -> Word {
    match (&source.state, source.elapsed_ms) {
        _ if is_unasked(source) => Word::Open,
        (SourceState::Failed(..) | SourceState::Status(_), _) => Word::Elsewhere,
        (_, Some(elapsed)) if elapsed >= LIMIT_MS => Word::Fault(duration(elapsed)),
        _ => Word::Sound,
    }
}

fn judge(subject: &LeafSubject<'_>, seen: Seen) -> Verdict {
    if subject.estate.deployment.mra.is_none() {
        return weighed(subject, seen);
    }
    let seen = seen.severity(Severity::Error);
    let audience = subject.service.service.audience;
    weighed(
        subject,
        if audience.jabber_outside {
            seen.impact(OUTSIDE)
        } else {
            seen
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::audit::effect::Outcome;
    use crate::audit::estate::{Source, SourceState};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, OUTSIDE};
    use crate::audit::{Judgement, Status};
    use crate::evidence::FetchStep;

    fn after(elapsed: u64, state: SourceState) -> Source {
        Source {
            elapsed_ms: Some(elapsed),
            ..crl(state)
        }
    }

    fn slow(deployment: &str, place: (&str, &str)) -> Judgement {
        let sources = || vec![after(6200, good())];
        judged_on(&RULE, deployment, place, sources, Status::Fail)
    }

    #[test]
    fn five_seconds_are_too_long_and_a_millisecond_less_is_not() {
        judged(&RULE, || vec![after(4999, good())], Status::Pass);
        let finding = judged(&RULE, || vec![after(5000, good())], Status::Fail);
        assert_eq!(finding.severity, Severity::Warning);
        let words = "not revoked as of 2026-11-20T19:00:00Z, answered after 5.0 s";
        assert_eq!(finding.message, format!("CRL {CRL}: {words}"));
        assert_eq!(finding.found, [format!("{CRL}: 5.0 s")]);
        assert_eq!(finding.effects[0].outcome, Outcome::Unknown);
    }

    #[test]
    fn one_slow_source_of_two_is_told() {
        let finding = judged(
            &RULE,
            || vec![after(7000, html()), ocsp(good())],
            Status::Fail,
        );
        assert_eq!(finding.found, [format!("{CRL}: 7.0 s")]);
    }

    #[test]
    fn what_never_came_is_unreachable_and_not_slow() {
        for state in [
            || failed(FetchStep::Time),
            || failed(FetchStep::Request),
            || SourceState::Status(503),
        ] {
            judged(
                &RULE,
                move || vec![after(5000, state())],
                Status::NotApplicable,
            );
        }
        judged(&RULE, || vec![crl(SourceState::NotAsked)], Status::Unknown);
    }

    #[test]
    fn users_outside_fail() {
        let edge = slow(EDGE, ("expe1", "mra"));
        assert_eq!(edge.severity, Severity::Error);
        let outcomes: Vec<_> = edge.effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::MraFails; 4]);
        let inside = slow(&format!("{CLUSTER}{OUTSIDE}"), ("cucm-pub", "tomcat"));
        assert_eq!(inside.severity, Severity::Error);
        assert_eq!(inside.effects[0].outcome, Outcome::Unknown);
        let trunk = slow(&format!("{CLUSTER}{OUTSIDE}"), ("imp1", "sip"));
        assert_eq!(trunk.severity, Severity::Info);
        assert!(trunk.effects.is_empty());
    }

    #[test]
    fn reach_is_enough_to_be_timed_and_presence_is_not() {
        let place = ("cucm-pub", "tomcat");
        slow(&format!("{CLUSTER}{REACH}"), place);
        let presence = format!("{CLUSTER}{PRESENCE}");
        let sources = || vec![after(6200, good())];
        judged_on(&RULE, &presence, place, sources, Status::NotApplicable);
    }

    #[test]
    fn one_source_that_nobody_asked_leaves_it_open() {
        for unasked in [|| SourceState::NotAsked, || failed(FetchStep::Interrupted)] {
            let sources = move || vec![crl(good()), ocsp(unasked())];
            judged(&RULE, sources, Status::Unknown);
        }
    }
}

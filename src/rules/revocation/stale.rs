//! Revocation data past its time.

use super::super::facts::jabber_connects;
use super::asked::{Asked, Word, each};
use super::said::moment;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Source, SourceKind, SourceState};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::RevocationCheck;
use crate::source::{EXPRESSWAY_CERTIFICATES, JABBER_PLANNING, RFC_5280, RFC_6960};
use crate::trust::revocation::{Answer, CLOCK_SKEW, Doubt};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-stale",
    title: "a CRL or an OCSP answer past its nextUpdate",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        EXPRESSWAY_CERTIFICATES.at("Managing Certificate Revocation Lists (CRLs)"),
        RFC_5280.at("5.1.2.5, Next Update"),
        RFC_6960.at("4.2.2.1, Time"),
        JABBER_PLANNING.at("Revocation Servers"),
    ],
    explain: "A CRL says until when it holds; the CA has to publish the next one before. An Expressway that checks CRLs \
              treats every certificate of a CA whose CRL has expired as revoked: zones go down and Mobile and Remote Access \
              ends, without a prompt, for all servers of that CA at once. What Jabber makes of it is the operating system's \
              matter: an old list may count as none, and the documents do not say whether the user gets through. It happens \
              when an offline root CA is forgotten (its CRL lives for months), when publishing to the web server fails in \
              silence, or when a responder was retired and its last answers are still served. A clock difference of five \
              minutes is allowed.",
    fix: "Have the CA issue a new CRL now, put it at the URL, and find out why the last one was not replaced; have \
          certificates whose responder is gone issued again.",
    remedy: Remedy::Own {
        steps: &[
            "Microsoft CA: Certification Authority > Revoked Certificates > All Tasks > Publish (or certutil -crl), then \
             look at the file at the URL: certutil -dump shows its Next Update. An offline root has to be started for that.",
            "Expressway: Maintenance > Security > CRL management: update, or upload the new CRL where it was loaded by hand.",
        ],
        restart: &[],
        cautions: &[
            "Caches of clients and proxies keep the old one until its nextUpdate; a dead one they fetch again.",
        ],
    },
    impact: IN_DOUBT,
    check: Check::Leaf(check),
};

/// Expressway refuses where it checks CRLs, which it does not by default; the operating systems of clients decide for
/// themselves.
const IN_DOUBT: Impact = Impact {
    expressway: Outcome::Unknown,
    ..Impact::clients(Outcome::Unknown)
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    each(subject, RevocationCheck::Status, |asked| {
        asked.verdict(
            |source| weigh(source, context.at),
            |seen, stale| judge(subject, asked, seen, stale),
            "no source gave an answer with a time to judge, which revocation-unreachable or revocation-invalid tells",
        )
    })
}

fn weigh(source: &Source, at: i64) -> Word {
    let SourceState::Answered(answer) = &source.state else {
        return super::unanswered(source);
    };
    match answer {
        Answer::Unknown(Doubt::Stale { next_update }) => stale(*next_update),
        // Revoked stays revoked, but what says so is too old all the same.
        Answer::Revoked {
            next_update: Some(next_update),
            ..
        } if at > next_update.saturating_add(CLOCK_SKEW) => stale(*next_update),
        Answer::Good { .. } | Answer::Revoked { .. } => Word::Sound,
        Answer::Unknown(Doubt::Unsupported(_) | Doubt::ResponderUnknown) => Word::Open,
        Answer::Unknown(_) => Word::Elsewhere,
    }
}

fn stale(next_update: i64) -> Word {
    Word::Fault(moment(next_update))
}

fn judge(
    subject: &LeafSubject<'_>,
    asked: &Asked<'_>,
    mut seen: Seen,
    stale: &[&Source],
) -> Verdict {
    // Expressway's sentence is about CRLs; who has a fresh CRL does without the responder.
    if stale.iter().all(|source| source.kind == SourceKind::Ocsp) && asked.good().is_some() {
        seen = seen.severity(Severity::Warning);
    }
    let audience = subject.service.service.audience;
    let expressway = audience.expressway && subject.estate.deployment.mra.is_some();
    if !expressway && !jabber_connects(subject) {
        seen = seen.severity(Severity::Info).impact(Impact::NONE);
    }
    seen.into()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::estate::SourceState;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, NOW, OUTSIDE};
    use crate::evidence::FetchStep;
    use crate::trust::revocation::{CLOCK_SKEW, Doubt};

    #[test]
    fn a_recorded_crl_grows_old_with_the_moment_of_judging() {
        let judged = |at: i64, status| {
            let scene = recorded("good", served("full.crl")).at(at);
            scene.expect(&RULE, "cucm-pub", "tomcat", status)
        };
        judged(LISTED, Status::Pass);
        judged(RELISTED + CLOCK_SKEW, Status::Pass);
        let finding = judged(RELISTED + CLOCK_SKEW + 1, Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        let words = "CRL http://pki.acme.test/1.crl: out of date since 2026-01-21T00:00:00Z";
        assert_eq!(finding.message, words);
    }

    #[test]
    fn an_old_list_that_says_revoked_is_old_too() {
        let old = || vec![crl(revoked(NOW - CLOCK_SKEW - 1))];
        judged(&RULE, old, Status::Fail);
        let current = || vec![crl(revoked(NOW - CLOCK_SKEW))];
        judged(&RULE, current, Status::Pass);
    }

    #[test]
    fn an_old_responder_beside_a_fresh_crl_is_a_warning_and_not_the_other_way_round() {
        let responder = judged(&RULE, || vec![crl(good()), ocsp(stale())], Status::Fail);
        assert_eq!(responder.severity, Severity::Warning);
        let list = judged(&RULE, || vec![crl(stale()), ocsp(good())], Status::Fail);
        assert_eq!(list.severity, Severity::Error);
        let alone = judged(&RULE, || vec![ocsp(stale())], Status::Fail);
        assert_eq!(alone.severity, Severity::Error);
    }

    #[test]
    fn expressway_may_refuse_and_where_nobody_asks_it_is_worth_knowing() {
        let with_edge = format!("{CLUSTER}{OUTSIDE}");
        let old = || vec![crl(stale())];
        let tomcat = judged_on(&RULE, &with_edge, ("cucm-pub", "tomcat"), old, Status::Fail);
        let expressway = tomcat.effects.iter().find(|one| one.who == Who::Expressway);
        assert_eq!(expressway.map(|one| one.outcome), Some(Outcome::Unknown));
        let trunk = judged_on(&RULE, &with_edge, ("imp1", "sip"), old, Status::Fail);
        assert_eq!(trunk.severity, Severity::Info);
    }

    #[test]
    fn what_has_no_time_is_told_by_others_or_not_known() {
        judged(&RULE, || vec![crl(html())], Status::NotApplicable);
        let dead = || vec![crl(SourceState::Status(404))];
        judged(&RULE, dead, Status::NotApplicable);
        for state in [
            || doubt(Doubt::ResponderUnknown),
            || doubt(Doubt::Unsupported("indirect CRL".to_owned())),
            || SourceState::WithoutIssuer,
            || SourceState::NotAsked,
        ] {
            judged(&RULE, move || vec![crl(state())], Status::Unknown);
        }
    }

    #[test]
    fn reach_judges_no_answers() {
        let (reach, place) = (format!("{CLUSTER}{REACH}"), ("cucm-pub", "tomcat"));
        let old = || vec![crl(stale())];
        judged_on(&RULE, &reach, place, old, Status::NotApplicable);
    }

    #[test]
    fn one_source_that_nobody_asked_leaves_it_open() {
        for unasked in [|| SourceState::NotAsked, || failed(FetchStep::Interrupted)] {
            let sources = move || vec![crl(good()), ocsp(unasked())];
            judged(&RULE, sources, Status::Unknown);
        }
    }
}

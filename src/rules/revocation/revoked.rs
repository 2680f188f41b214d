//! A certificate that its CA has revoked.

use super::asked::{Asked, Word, each};
use super::said::moment;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Source, SourceState};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::Verdict;
use crate::deployment::RevocationCheck;
use crate::source::{EXPRESSWAY_CERTIFICATES, JABBER_PLANNING, JABBER_PLANNING_14, RFC_5280};
use crate::trust::revocation::Answer;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-revoked",
    title: "a revoked certificate",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        JABBER_PLANNING.at("Revocation Servers"),
        JABBER_PLANNING_14.at("Revocation Servers"),
        RFC_5280.at("5.3.1, Reason Code"),
        EXPRESSWAY_CERTIFICATES.at("Managing Certificate Revocation Lists (CRLs)"),
    ],
    explain: "The CA has taken back the server's certificate, or one of the CA certificates above it. Jabber does not allow \
              users to connect to that server, on any platform and without a prompt to accept it. A client that holds an \
              older answer in its cache goes on until that ends, so that users drop out one after the other over hours or \
              days. Expressway and other servers refuse where they check revocation, which is optional there. Common \
              reasons: superseded (the CA or somebody else asked for a new one and the old is still installed), \
              keyCompromise, a CA that revokes all of its certificates of a period (Let's Encrypt, January 2022). One \
              source that says revoked counts, whatever others say; a certificate is called good only when at least one \
              source says so.",
    fix: "Have a certificate with a new key issued today and install it; where it is an intermediate that was revoked, get \
          the CA's new one and a certificate from it.",
    remedy: Remedy::Reissue,
    impact: REVOKED,
    check: Check::Leaf(check),
};

/// No client gets through (domain.md section 2.7). Servers look at revocation only where they are told to.
const REVOKED: Impact = Impact {
    expressway: Outcome::Unknown,
    federation: Outcome::Unknown,
    servers: Outcome::Unknown,
    ..Impact::clients(Outcome::Blocked)
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    each(subject, RevocationCheck::Status, judge)
}

fn judge(asked: &Asked<'_>) -> Verdict {
    let good = asked.good().is_some();
    let weigh = |source: &Source| match &source.state {
        SourceState::Answered(Answer::Revoked { at, .. }) => Word::Fault(moment(*at)),
        _ if good => Word::Sound,
        // Whatever went wrong, it is never "not revoked".
        _ => Word::Open,
    };
    asked.verdict(weigh, |seen, _| seen.into(), "nobody to ask")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::estate::SourceState;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, NOW, OUTSIDE};
    use crate::evidence::FetchStep;
    use crate::trust::revocation::Doubt;

    #[test]
    fn the_date_and_the_reason_are_told() {
        recorded("good", served("full.crl")).expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
        let scene = recorded("revoked", served("full.crl"));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        let words = "CRL http://pki.acme.test/1.crl: revoked since 2026-01-10T00:00:00Z, reason keyCompromise, as \
                     published 2026-01-14T00:00:00Z (next update 2026-01-21T00:00:00Z)";
        assert_eq!(finding.message, words);
        let outcomes: Vec<_> = finding.effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Blocked; 4]);
    }

    #[test]
    fn one_source_that_says_revoked_counts_against_all_others() {
        let both = || vec![crl(good()), ocsp(revoked(NOW + DAY))];
        let finding = judged(&RULE, both, Status::Fail);
        assert_eq!(finding.found, [format!("{OCSP}: 2026-11-18T19:00:00Z")]);
    }

    #[test]
    fn one_good_answer_is_enough_and_none_is_not() {
        judged(
            &RULE,
            || vec![crl(failed(FetchStep::Time)), ocsp(good())],
            Status::Pass,
        );
        for state in [
            html,
            stale,
            || doubt(Doubt::ResponderUnknown),
            || doubt(Doubt::Unsupported("indirect CRL".to_owned())),
            || doubt(Doubt::WrongSigner("another key".to_owned())),
            || doubt(Doubt::OtherCertificate),
            || failed(FetchStep::Connect),
            || failed(FetchStep::Interrupted),
            || SourceState::Status(404),
            || SourceState::WithoutIssuer,
            || SourceState::NotAsked,
        ] {
            let open = judged(&RULE, move || vec![crl(state())], Status::Unknown);
            assert_eq!(open.effects[0].outcome, Outcome::Unknown);
        }
        let words = judged(&RULE, || vec![crl(html())], Status::Unknown).message;
        assert!(words.contains(CRL) && words.contains("HTML"), "{words}");
    }

    #[test]
    fn a_revoked_intermediate_takes_everything_below_with_it() {
        let sources = |link| match link {
            0 => vec![crl(good())],
            _ => vec![crl(revoked(NOW + DAY))],
        };
        let scene = scene(CLUSTER, ("cucm-pub", "tomcat"), sources);
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.expected.as_deref(), Some("CN=ACME Issuing CA"));
        let begin = "the intermediate CN=ACME Issuing CA: CRL ";
        assert!(finding.message.starts_with(begin), "{}", finding.message);
    }

    #[test]
    fn it_is_an_error_on_every_port_and_servers_may_not_look() {
        let gone = || vec![crl(revoked(NOW + DAY))];
        let trunk = judged_on(&RULE, CLUSTER, ("imp1", "sip"), gone, Status::Fail);
        assert_eq!(trunk.severity, Severity::Error);
        let with_edge = format!("{CLUSTER}{OUTSIDE}");
        let place = ("cucm-pub", "tomcat");
        let tomcat = judged_on(&RULE, &with_edge, place, gone, Status::Fail);
        let expressway = tomcat.effects.iter().find(|one| one.who == Who::Expressway);
        assert_eq!(expressway.map(|one| one.outcome), Some(Outcome::Unknown));
    }

    #[test]
    fn less_than_status_does_not_say() {
        for check in [REACH, PRESENCE] {
            let (deployment, place) = (format!("{CLUSTER}{check}"), ("cucm-pub", "tomcat"));
            let gone = || vec![crl(revoked(NOW + DAY))];
            judged_on(&RULE, &deployment, place, gone, Status::NotApplicable);
        }
    }

    #[test]
    fn servers_refuse_where_they_look_at_revocation() {
        let inside = format!("{CLUSTER}{OUTSIDE}");
        let places = [
            (inside.as_str(), "cucm-pub", "tomcat", Who::Expressway),
            (EDGE, "expe1", "xmpp-server", Who::Federation),
            (CLUSTER, "imp1", "sip", Who::Servers),
        ];
        for (file, node, service, who) in places {
            let sources = || vec![crl(revoked(NOW + DAY))];
            let finding = judged_on(&RULE, file, (node, service), sources, Status::Fail);
            let effects = finding.effects;
            let outcome = Outcome::Unknown;
            assert!(effects.contains(&Effect { who, outcome }), "{effects:?}");
        }
    }
}

//! A revocation source whose answer is worth nothing.

use super::asked::{Asked, Word, each};
use super::said::label;
use super::{NO_ANSWER, OTHER_ANSWER, weighed};
use crate::audit::Context;
use crate::audit::estate::{Source, SourceState};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::RevocationCheck;
use crate::source::{JABBER_PLANNING, JABBER_PLANNING_14, RFC_5280, RFC_6960};
use crate::trust::revocation::{Answer, Doubt};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "revocation-invalid",
    title: "a revocation server whose answer cannot be used",
    severity: Severity::Error,
    owner: Owner::Pki,
    cites: &[
        JABBER_PLANNING.at("Revocation Servers"),
        JABBER_PLANNING_14.at("Revocation Servers"),
        RFC_5280.at("6.3.3, CRL Processing"),
        RFC_6960.at("3.2, Signed Response Acceptance Requirements"),
    ],
    explain: "The server answers, but not with a CRL or an OCSP answer on this certificate that its CA vouches for: an HTML \
              page with status 200 (a captive portal, a login page, a web server's own error page), a file cut short, the \
              CRL of another CA or of the CA's former key, an OCSP responder whose certificate has expired or lacks \
              OCSPSigning, an answer about other certificates or one of the future. To a client this is the same as a \
              server that cannot be reached: the planning guides ask for one that can provide revocation information, say \
              that Jabber cannot connect without, and that users are not told. Where another source of the certificate \
              gives a good answer it is a warning.",
    fix: "Put the CA's own current CRL at the URL (DER, as the CA writes it), or give the OCSP responder a valid signing \
          certificate of that CA; make the web server answer with an error status when it has none.",
    remedy: Remedy::Own {
        steps: &[
            "Download the file from where clients are and look at it: openssl crl -inform DER -noout -text, or certutil -dump.",
            "After a CA renewed its key there is a CRL for each key: publish both under their own names.",
            "Microsoft Online Responder: Revocation Configuration > Edit Properties > Signing; renew its OCSP Response \
             Signing certificate.",
        ],
        restart: &[],
        cautions: &[],
    },
    impact: NO_ANSWER,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    each(subject, RevocationCheck::Status, |asked| {
        asked.verdict(
            weigh,
            |seen, _| judge(subject, asked, seen),
            "no source answered, which revocation-unreachable tells",
        )
    })
}

fn weigh(source: &Source) -> Word {
    let SourceState::Answered(answer) = &source.state else {
        return super::unanswered(source);
    };
    let Answer::Unknown(doubt) = answer else {
        return Word::Sound;
    };
    let brief = match doubt {
        Doubt::NotAnAnswer(_) => "no answer",
        Doubt::WrongSigner(_) => "wrong signer",
        Doubt::OtherCertificate => "other certificates",
        Doubt::NotYetValid { .. } => "not yet valid",
        Doubt::Stale { .. } | Doubt::ResponderUnknown => return Word::Sound,
        Doubt::Unsupported(_) => return Word::Open,
    };
    Word::Fault(brief.to_owned())
}

fn judge(subject: &LeafSubject<'_>, asked: &Asked<'_>, mut seen: Seen) -> Verdict {
    if let Some(other) = asked.usable() {
        seen.message += &format!("; {} answers", label(other));
        seen = seen.severity(Severity::Warning).impact(OTHER_ANSWER);
    }
    weighed(subject, seen)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::Outcome;
    use crate::audit::estate::SourceState;
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, NOW};
    use crate::evidence::FetchStep;
    use crate::trust::revocation::Doubt;

    #[test]
    fn an_answer_that_the_ca_vouches_for_is_valid_whatever_it_says() {
        for state in [
            good,
            stale,
            || revoked(NOW + DAY),
            || doubt(Doubt::ResponderUnknown),
        ] {
            judged(&RULE, move || vec![ocsp(state())], Status::Pass);
        }
        recorded("good", served("full.crl")).expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn the_crl_of_a_namesake_is_not_the_cas() {
        let scene = recorded("good", served("namesake.crl"));
        let finding = scene.expect(&RULE, "cucm-pub", "tomcat", Status::Fail);
        assert_eq!(finding.severity, Severity::Error);
        let found = ["http://pki.acme.test/1.crl: wrong signer"];
        assert_eq!(finding.found, found);
        let outcomes: Vec<_> = finding.effects.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Blocked; 4]);
    }

    #[test]
    fn each_kind_is_told_in_words() {
        let page = judged(&RULE, || vec![crl(html())], Status::Fail);
        let words = format!("CRL {CRL}: answered with what is no CRL: an HTML page");
        assert_eq!(page.message, words);
        let other = judged(
            &RULE,
            || vec![ocsp(doubt(Doubt::OtherCertificate))],
            Status::Fail,
        );
        assert_eq!(other.found, [format!("{OCSP}: other certificates")]);
        let this_update = NOW + DAY;
        let early = judged(
            &RULE,
            move || vec![crl(doubt(Doubt::NotYetValid { this_update }))],
            Status::Fail,
        );
        let words = "valid only from 2026-11-22T19:00:00Z";
        assert!(early.message.ends_with(words), "{}", early.message);
    }

    #[test]
    fn beside_a_good_answer_it_is_a_warning() {
        let one = judged(&RULE, || vec![crl(good()), ocsp(html())], Status::Fail);
        assert_eq!(one.severity, Severity::Warning);
        assert!(one.message.ends_with(&format!("; CRL {CRL} answers")));
        let both = judged(&RULE, || vec![crl(html()), ocsp(html())], Status::Fail);
        assert_eq!(both.severity, Severity::Error);
        let place = ("imp1", "sip");
        let trunk = judged_on(&RULE, CLUSTER, place, || vec![crl(html())], Status::Fail);
        assert_eq!(trunk.severity, Severity::Info);
    }

    #[test]
    fn what_was_not_answered_or_cannot_be_judged_is_not_valid_either() {
        let dead = || vec![crl(SourceState::Status(404))];
        judged(&RULE, dead, Status::NotApplicable);
        for state in [
            || doubt(Doubt::Unsupported("indirect CRL".to_owned())),
            || SourceState::WithoutIssuer,
            || SourceState::NotAsked,
        ] {
            judged(&RULE, move || vec![crl(state())], Status::Unknown);
        }
        let (reach, place) = (format!("{CLUSTER}{REACH}"), ("cucm-pub", "tomcat"));
        let page = || vec![crl(html())];
        judged_on(&RULE, &reach, place, page, Status::NotApplicable);
    }

    #[test]
    fn one_source_that_nobody_asked_leaves_it_open() {
        for unasked in [|| SourceState::NotAsked, || failed(FetchStep::Interrupted)] {
            let sources = move || vec![crl(good()), ocsp(unasked())];
            judged(&RULE, sources, Status::Unknown);
        }
    }
}

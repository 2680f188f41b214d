//! A certificate of a public CA that is valid for longer than public CAs may make it.

use time::{Date, OffsetDateTime};

use super::DAY;
use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::public_authority::{LIFE_LIMITS, LifeLimit, life_limit};
use crate::rules::public_ca::root_untold;
use crate::source::{FIELD_NOTICE_74345, VALIDITY_BALLOT};
use crate::trust::Lineage;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-public-limit",
    title: "a certificate of a public CA that is valid for longer than public CAs may issue",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        VALIDITY_BALLOT.at("6.3.2, Certificate operational periods and key pair usage periods"),
        FIELD_NOTICE_74345.at("Workaround/Solution, 200-day validity"),
    ],
    explain: "Public TLS certificates may be valid for 398 days, for 200 when they are issued from 2026-03-15 on, for 100 \
              from 2027-03-15 and for 47 from 2029-03-15. One that is valid for longer is a mistake of its CA: browsers \
              refuse it, the CA must revoke it within days of noticing, and Jabber on Apple's platforms, which ask the \
              operating system, may stop accepting it. The limits do not bind private CAs, for which Apple's 825 days \
              remain. A limit of 47 days means a request, an upload and a restart for each node about every six weeks: \
              plan ACME for Expressway-E and a private CA for everything inside before then.",
    fix: "Have the CA issue the certificate again within the limit, before it revokes this one; or move servers inside to \
          a private CA.",
    remedy: Remedy::Reissue,
    impact: Impact {
        mac: Outcome::Unknown,
        ios: Outcome::Unknown,
        ..Impact::NONE
    },
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    let certificate = subject.certificate;
    let Some((since, days)) = limit(certificate.not_before.unix) else {
        return Verdict::NotApplicable("it was issued before 2020-09-01");
    };
    // Both ends included, and a day begun is a day (Baseline Requirements 6.3.2).
    let length = certificate.lifetime();
    if length <= days * DAY {
        return Verdict::Pass;
    }
    match &subject.chain.lineage {
        Lineage::Public(root) => {
            let (from, until) = (&certificate.not_before, &certificate.not_after);
            Seen::new(format!(
                "valid from {from} to {until}: {}, where CAs below {root} may give {days} from {since} on; {}",
                in_words(length),
                outlook(context.at.max(from.unix))
            ))
            .expected(format!("at most {days} days"))
            .into()
        }
        Lineage::Private(_) => Verdict::NotApplicable("the limits do not bind private CAs"),
        Lineage::SelfSigned => Verdict::NotApplicable("the limits do not bind self-signed leaves"),
        Lineage::Unknown => root_untold(subject.chain, || {
            format!(
                "valid for {}, and the chain does not tell whether {} belongs to a public CA, which may give {days} days",
                in_words(length),
                certificate.issuer.text
            )
        }),
    }
}

/// Since when, and how many days.
fn limit(issued: i64) -> Option<(Date, i64)> {
    let begun = |limit: &&LifeLimit| issued >= limit.from;
    let limit = LIFE_LIMITS.iter().rev().find(begun)?;
    let since = OffsetDateTime::from_unix_timestamp(limit.from).ok()?;
    Some((since.date(), i64::from(limit.days)))
}

/// "a certificate issued now may have 200 days, which means 2 renewals a year".
fn outlook(now: i64) -> String {
    let days = life_limit(now).days;
    let renewals = match renewals(days) {
        1 => "a renewal a year".to_owned(),
        several => format!("{several} renewals a year"),
    };
    format!("a certificate issued now may have {days}, which means {renewals}")
}

/// How often a year a certificate is renewed that is valid for so many days.
fn renewals(days: u32) -> u32 {
    365_u32.div_ceil(days)
}

/// A day begun counts.
fn in_words(length: i64) -> String {
    let (days, rest) = (length / DAY, length % DAY);
    match rest {
        0 | 1 => format!(
            "{days} days{}",
            if rest == 0 { "" } else { " and a second" }
        ),
        _ => format!("more than {days} days"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{DAY, LIFE_LIMITS, LifeLimit, RULE, outlook, renewals};
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::deployment::Client;

    /// A certificate issued then, whose notAfter is that much later, judged at its issue.
    fn scene(issued: i64, length: i64) -> Scene {
        let mut ordered = order("cucm-pub.acme.test");
        ordered.not_before = issued;
        ordered.not_after = issued + length;
        Scene::new(CLUSTER)
            .present("cucm-pub", "tomcat", &ordered)
            .at(issued)
    }

    fn judged(issued: i64, length: i64, status: Status) -> Judgement {
        scene(issued, length)
            .public("DigiCert Global Root G2")
            .expect(&RULE, "cucm-pub", "tomcat", status)
    }

    #[test]
    fn each_limit_holds_to_the_second() {
        for LifeLimit { from, days } in LIFE_LIMITS {
            let length = i64::from(days) * DAY;
            // Both ends count: notAfter stands a second before a whole number of days.
            judged(from, length - 1, Status::Pass);
            let finding = judged(from, length, Status::Fail);
            let said = format!("{days} days and a second, where");
            assert!(finding.message.contains(&said), "{}", finding.message);
        }
    }

    #[test]
    fn each_limit_begins_on_its_day() {
        judged(LIFE_LIMITS[0].from - 1, 825 * DAY, Status::NotApplicable);
        for pair in LIFE_LIMITS.windows(2) {
            let (day, length) = (pair[1].from, i64::from(pair[0].days) * DAY - 1);
            judged(day - 1, length, Status::Pass);
            judged(day, length, Status::Fail);
        }
    }

    #[test]
    fn the_message_tells_how_often_a_year_it_will_be_renewed() {
        let counts: Vec<u32> = LIFE_LIMITS
            .iter()
            .map(|limit| renewals(limit.days))
            .collect();
        assert_eq!(counts, [1, 2, 4, 8]);
        assert_eq!([366, 365, 364, 73, 72].map(renewals), [1, 1, 2, 5, 6]);
        let finding = judged(NOW, 397 * DAY, Status::Fail);
        assert_eq!(
            finding.message,
            "valid from 2026-11-21T19:00:00Z to 2027-12-23T19:00:00Z: 397 days and a second, where CAs below DigiCert \
             Global Root G2 may give 200 from 2026-03-15 on; a certificate issued now may have 200, which means 2 renewals \
             a year"
        );
        assert!(outlook(NOW - 365 * DAY).ends_with("a renewal a year"));
    }

    #[test]
    fn apples_platforms_are_in_doubt() {
        let finding = judged(NOW, 397 * DAY, Status::Fail);
        let hit: Vec<_> = finding
            .effects
            .iter()
            .map(|one| (one.who, one.outcome))
            .collect();
        let doubt = |client| (Who::Client(client), Outcome::Unknown);
        assert_eq!(hit, [doubt(Client::Mac), doubt(Client::Ios)]);
    }

    #[test]
    fn private_cas_are_free_and_where_no_root_is_known_only_long_lives_are_in_doubt() {
        let private = scene(NOW, 800 * DAY);
        private.expect(&RULE, "cucm-pub", "tomcat", Status::NotApplicable);
        let alone = |length: i64, pinned: bool, status: Status| {
            let mut scene = Scene::new(CLUSTER);
            let mut ordered = order("cucm-pub.acme.test");
            ordered.not_before = NOW;
            ordered.not_after = NOW + length;
            let leaf = scene.issuing().issue(&ordered).unwrap().der;
            if pinned {
                scene.trust().add_pinned(&leaf);
            }
            let scene = scene.present_chain("cucm-pub", "tomcat", &[leaf]);
            scene.expect(&RULE, "cucm-pub", "tomcat", status);
        };
        alone(100 * DAY, false, Status::Pass);
        alone(300 * DAY, false, Status::NotApplicable);
        alone(300 * DAY, true, Status::Unknown);
    }
}

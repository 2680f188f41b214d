//! A leaf that Apple's platforms find too long-lived.

use super::DAY;
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::rules::facts::apple_connects;
use crate::source::{APPLE_REQUIREMENTS, CUCM_CERTIFICATES_14, JABBER_RELEASE_NOTES};

/// 2019-07-01T00:00:00Z: certificates issued from this day on are held to the limit.
const FROM: i64 = 1_561_939_200;
/// From notBefore to notAfter. Apple takes the difference of the two, not RFC 5280's count with both ends in it, so that
/// `openssl x509 -days 825` keeps the limit.
const LIMIT: i64 = 825 * DAY;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-apple-limit",
    title: "a certificate that is valid for longer than Apple's 825 days",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        APPLE_REQUIREMENTS.at("All TLS server certificates issued after July 1, 2019"),
        JABBER_RELEASE_NOTES.at("Requirements for trusted certificates"),
        CUCM_CERTIFICATES_14.at("Certificate validity"),
    ],
    explain: "From iOS 13, iPadOS 13 and macOS 10.15 on, Apple accepts TLS server certificates with a notBefore of \
              2019-07-01 or later only when they are valid for at most 825 days, also those of a private CA. Jabber for \
              Mac, iPhone and iPad prompts in every session, because the acceptance cannot be stored; Windows and \
              Android are content. CUCM's self-signed certificates are valid for five years and always break the limit, \
              also when MDM installed them.",
    fix: "Have a CA sign the certificate for at most 825 days, and plan its renewal.",
    remedy: Remedy::Reissue,
    impact: Impact::APPLE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    if !apple_connects(subject) {
        return Verdict::NotApplicable("no Jabber on Apple's platforms connects to this service");
    }
    let (start, end) = (
        &subject.certificate.not_before,
        &subject.certificate.not_after,
    );
    if start.unix < FROM {
        return Verdict::NotApplicable("it was issued before 2019-07-01");
    }
    let length = end.unix - start.unix;
    Verdict::pass_if(length <= LIMIT, || {
        Seen::new(format!("valid from {start} to {end}: {}", in_words(length)))
            .expected("at most 825 days")
    })
}

/// "1825 days", or "825 days and 1 second" where days alone would not show the excess.
fn in_words(length: i64) -> String {
    let (days, seconds) = (length / DAY, length % DAY);
    match seconds {
        _ if days > 825 => format!("{days} days"),
        1 => format!("{days} days and 1 second"),
        _ => format!("{days} days and {seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, FROM, LIMIT, RULE};
    use crate::audit::effect::{Outcome, Who};
    use crate::audit::testing::{CLUSTER, NOW, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::deployment::Client;

    fn judged(deployment: &str, service: &str, start: i64, length: i64) -> Judgement {
        let mut ordered = order("imp1.acme.test");
        ordered.not_before = start;
        ordered.not_after = start + length;
        let scene = Scene::new(deployment).present("imp1", service, &ordered);
        let mut judged = scene.judge(&RULE);
        judged.retain(|one| one.place.service.as_deref() == Some(service) && !one.follows_silence);
        judged.remove(0)
    }

    #[test]
    fn days_are_counted_to_the_second() {
        let good = judged(CLUSTER, "tomcat", NOW - DAY, LIMIT);
        assert_eq!(good.status, Status::Pass);
        let long = judged(CLUSTER, "tomcat", NOW - DAY, LIMIT + 1);
        assert_eq!(long.status, Status::Fail);
        assert!(
            long.message.ends_with("825 days and 1 second"),
            "{}",
            long.message
        );
    }

    #[test]
    fn certificates_of_before_july_2019_are_exempt() {
        let old = judged(CLUSTER, "tomcat", FROM - 1, 5 * 365 * DAY);
        assert_eq!(old.status, Status::NotApplicable);
        let new = judged(CLUSTER, "tomcat", FROM, 5 * 365 * DAY);
        assert_eq!(new.status, Status::Fail);
        assert!(new.message.ends_with(": 1825 days"), "{}", new.message);
    }

    #[test]
    fn only_apple_prompts_and_in_every_session() {
        let long = judged(CLUSTER, "xmpp-client", NOW - DAY, LIMIT + DAY);
        let hit: Vec<_> = long.effects.iter().map(|effect| effect.who).collect();
        assert_eq!(hit, [Who::Client(Client::Mac), Who::Client(Client::Ios)]);
        let mut effects = long.effects.iter();
        assert!(effects.all(|effect| effect.outcome == Outcome::PromptEverySession));
    }

    #[test]
    fn strict_clients_refuse() {
        let strict = CLUSTER.replace(
            "[trust]",
            "invalid_certificate_behavior = \"reject\"\n[trust]",
        );
        let long = judged(&strict, "tomcat", NOW - DAY, LIMIT + DAY);
        let mut effects = long.effects.iter();
        assert!(effects.all(|effect| effect.outcome == Outcome::Blocked));
    }

    #[test]
    fn without_apple_or_without_clients_there_is_nothing_to_say() {
        let windows = CLUSTER.replace("[trust]", "clients = [\"windows\", \"android\"]\n[trust]");
        let long = judged(&windows, "tomcat", NOW - DAY, 5 * 365 * DAY);
        assert_eq!(long.status, Status::NotApplicable);
        let servers = judged(CLUSTER, "sip", NOW - DAY, 5 * 365 * DAY);
        assert_eq!(servers.status, Status::NotApplicable);
    }
}

//! A time of validity that is not written as RFC 5280 wants it.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::{Time, TimeFormat};
use crate::source::{CUCM_CERTIFICATES, RFC_5280};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "validity-time-format",
    title: "a certificate whose times lack seconds, have fractions or are not in GMT",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        CUCM_CERTIFICATES.at("Certificate Overview, note on Generalized Time"),
        RFC_5280.at("4.1.2.5.1, UTCTime; 4.1.2.5.2, GeneralizedTime"),
    ],
    explain: "Validity times must be in Greenwich Mean Time and have seconds (YYMMDDHHMMSSZ, from 2050 on \
              YYYYMMDDHHMMSSZ); fractions of a second are not allowed. CUCM may refuse a certificate that breaks this, \
              whether a peer presents it or it lies in a trust store, and so may Expressway: secure trunks, LDAP over \
              TLS and Mobile and Remote Access then fail without a prompt. Such times come from home-made CAs and from \
              scripts.",
    fix: "Correct the CA software or its configuration, and have the certificate issued again.",
    remedy: Remedy::Reissue,
    impact: Impact {
        expressway: Outcome::MraFails,
        servers: Outcome::Degraded,
        ..Impact::NONE
    },
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, _: &Context) -> Verdict {
    let certificate = subject.certificate;
    let times = [
        ("notBefore", &certificate.not_before),
        ("notAfter", &certificate.not_after),
    ];
    Verdict::each(
        times.map(|(field, time)| judge(field, time)),
        "it has no times",
    )
}

fn judge(field: &str, time: &Time) -> Verdict {
    let fault = match time.format {
        TimeFormat::Standard => return Verdict::Pass,
        TimeFormat::WithoutSeconds => "has no seconds",
        TimeFormat::Fractional => "has fractions of a second",
        TimeFormat::NotGmt => "is not in GMT (\"Z\")",
    };
    let written = time.raw.as_deref().unwrap_or_default();
    Seen::new(format!("{field} {written} {fault}"))
        .expected(format!("{field} in GMT with seconds"))
        .found([written])
        .into()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::effect::{Effect, Outcome, Who};
    use crate::audit::testing::{CLUSTER, OUTSIDE, Scene, order};
    use crate::certificate::{Certificate, TimeFormat};

    fn tomcat() -> Scene {
        Scene::new(CLUSTER).present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
    }

    #[test]
    fn gmt_with_seconds_is_good() {
        tomcat().expect(&RULE, "cucm-pub", "tomcat", Status::Pass);
    }

    #[test]
    fn every_other_form_is_told() {
        fn ends(leaf: &mut Certificate, written: &str, format: TimeFormat) {
            leaf.not_after.raw = Some(written.into());
            leaf.not_after.format = format;
        }
        let told = |change: fn(&mut Certificate)| {
            let scene = tomcat().alter(change);
            scene
                .expect(&RULE, "cucm-pub", "tomcat", Status::Fail)
                .message
        };
        assert_eq!(
            told(|leaf| ends(leaf, "2710221900Z", TimeFormat::WithoutSeconds)),
            "notAfter 2710221900Z has no seconds"
        );
        assert_eq!(
            told(|leaf| ends(leaf, "20271022190000.5Z", TimeFormat::Fractional)),
            "notAfter 20271022190000.5Z has fractions of a second"
        );
        assert_eq!(
            told(|leaf| ends(leaf, "271022190000+0100", TimeFormat::NotGmt)),
            "notAfter 271022190000+0100 is not in GMT (\"Z\")"
        );
    }

    #[test]
    fn both_times_are_judged_and_clients_are_spared() {
        let scene = tomcat().alter(|leaf| {
            leaf.not_before.format = TimeFormat::NotGmt;
            leaf.not_after.format = TimeFormat::Fractional;
        });
        let judged = scene.judge(&RULE);
        let failed = judged.iter().filter(|one| one.status == Status::Fail);
        assert_eq!(failed.clone().count(), 2);
        let mut effects = failed.flat_map(|one| &one.effects);
        assert!(effects.all(|effect| !matches!(effect.who, Who::Client(_))));
    }

    #[test]
    fn expressway_and_trunks_may_refuse_it() {
        let hit = |file: &str, node: &str, service: &str| {
            let scene = Scene::new(file).present(node, service, &order("a.acme.test"));
            let scene = scene.alter(|leaf| leaf.not_after.format = TimeFormat::NotGmt);
            let mut judged = scene.judge(&RULE);
            judged.retain(|one| one.status == Status::Fail);
            judged.remove(0).effects
        };
        let outside = hit(&format!("{CLUSTER}{OUTSIDE}"), "cucm-pub", "tomcat");
        assert!(outside.contains(&Effect {
            who: Who::Expressway,
            outcome: Outcome::MraFails
        }));
        let trunk = Effect {
            who: Who::Servers,
            outcome: Outcome::Degraded,
        };
        assert_eq!(hit(CLUSTER, "imp1", "sip"), [trunk]);
    }
}

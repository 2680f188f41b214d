//! A phone security profile whose name no certificate can hold.

use crate::audit::Context;
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::Estate;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{Product, Release};
use crate::deployment::{Deployment, is_profile_name};
use crate::source::{EXPRESSWAY_REQUIREMENTS, MRA_CERTIFICATES};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "expressway-security-profile-malformed",
    title: "a phone security profile whose name is not a fully qualified domain name",
    severity: Severity::Error,
    owner: Owner::Uc,
    cites: &[
        EXPRESSWAY_REQUIREMENTS.at(
            "Expressway-C server certificate requirements, Unified CM phone security profile names",
        ),
        MRA_CERTIFICATES.at("Expressway-C certificate"),
    ],
    explain: "The name of a TLS phone security profile must stand in the SAN of Expressway-C's certificate, so from X12.6 on \
              it must be a fully qualified domain name: levels of letters, digits and hyphens with dots between them, no \
              level starting or ending with a hyphen, the last one starting with a letter. The Generate CSR page of a new \
              Expressway-C refuses any other name, so the node cannot join the cluster with a proper certificate, and \
              encrypted registrations from outside fail with 403 Forbidden. Before X12.6 the name was not checked; the \
              upgrade brings the fault out.",
    fix: "Rename the profile in Cisco Unified CM Administration > System > Security > Phone Security Profile to a name like \
          jabbersecureprofile.domain.com, then order new certificates for every Expressway-C with that name.",
    remedy: Remedy::Own {
        steps: &[
            "Cisco Unified CM Administration > System > Security > Phone Security Profile: change the profile's name, \
             save, and apply the configuration to its devices.",
            "Put the new name into mra.phone_security_profiles of the deployment file.",
            "Expressway-C > Maintenance > Security > Server certificate > Generate CSR: enter the name under \"Unified CM \
             phone security profile names\"; have it signed and upload it, on every peer.",
        ],
        restart: &["Expressway (Maintenance > Restart options > Restart)"],
        cautions: &["Devices with the renamed profile are reset and register again."],
    },
    impact: Impact {
        servers: Outcome::Degraded,
        ..Impact::MRA
    },
    check: Check::Deployment(check),
};

/// The first release that insists on an FQDN.
const FQDN_MANDATORY: Release = Release::expressway(12, 6, 0);

fn check(estate: &Estate<'_>, _: &Context) -> Verdict {
    let deployment = estate.deployment;
    let Some(mra) = &deployment.mra else {
        return Verdict::NotApplicable("the deployment has no Mobile and Remote Access");
    };
    let severity = if is_mandatory(deployment) {
        Severity::Error
    } else {
        Severity::Warning
    };
    let judge = |profile: &String| {
        Verdict::pass_if(is_profile_name(profile), || {
            Seen::new(format!("the profile is named {profile}: {}", why(profile)))
                .expected(format!(
                    "a fully qualified domain name instead of {profile}"
                ))
                .found([profile])
                .severity(severity)
        })
    };
    Verdict::each(
        mra.phone_security_profiles.iter().map(judge),
        "the deployment names no TLS phone security profile",
    )
}

/// Unless every Expressway-C is known to be older.
fn is_mandatory(deployment: &Deployment) -> bool {
    let mut cores = deployment.nodes_of(Product::ExpresswayC).peekable();
    let old = |release: &Release| *release < FQDN_MANDATORY;
    cores.peek().is_none() || !cores.all(|node| node.release.as_ref().is_some_and(old))
}

fn why(profile: &str) -> &'static str {
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '.';
    if !profile.contains('.') {
        "it has no domain"
    } else if !profile.chars().all(allowed) {
        "only letters, digits, hyphens and dots are allowed"
    } else if profile.split('.').any(str::is_empty) {
        "a level between the dots is empty"
    } else if profile
        .split('.')
        .any(|level| level.starts_with('-') || level.ends_with('-'))
    {
        "a level starts or ends with a hyphen"
    } else {
        "its last level does not start with a letter"
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, why};
    use crate::audit::rule::Severity;
    use crate::audit::testing::{CLUSTER, EDGE, Scene};
    use crate::audit::{Judgement, Status};

    fn judge(file: &str) -> Judgement {
        Scene::new(file).judge(&RULE).remove(0)
    }

    #[test]
    fn a_name_with_a_domain_passes() {
        assert_eq!(judge(EDGE).status, Status::Pass);
    }

    #[test]
    fn each_malformed_name_is_a_finding() {
        let file = EDGE.replace(
            "\"jabber-secure.acme.test\"",
            "\"jabber_secure\", \"good.acme.test\", \"two words.acme.test\"",
        );
        let scene = Scene::new(&file);
        assert_eq!(scene.failures(&RULE).len(), 2);
        let ids: Vec<_> = scene.judge(&RULE).into_iter().map(|one| one.id).collect();
        assert_ne!(ids[0], ids[1]);
        assert_eq!(judge(&file).severity, Severity::Error);
    }

    #[test]
    fn before_x12_6_it_is_a_warning() {
        let with = |release: &str| {
            EDGE.replace("jabber-secure.acme.test", "jabber-secure")
                .replace("X15.2", release)
        };
        assert_eq!(judge(&with("X12.5.9")).severity, Severity::Warning);
        assert_eq!(judge(&with("X12.6")).severity, Severity::Error);
        assert_eq!(judge(&with("X12.6")).status, Status::Fail);
    }

    #[test]
    fn what_breaks_the_rule_is_said() {
        assert_eq!(why("profile"), "it has no domain");
        assert!(why("a_b.test").starts_with("only letters"));
        assert!(why("a..test").contains("empty"));
        assert!(why("-a.test").contains("hyphen"));
        assert!(why("a.3com").contains("last level"));
    }

    #[test]
    fn without_mra_there_are_no_profiles_to_judge() {
        assert_eq!(judge(CLUSTER).status, Status::NotApplicable);
    }
}

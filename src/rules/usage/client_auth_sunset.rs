//! A certificate of a public CA whose renewal will lack a usage that mutual TLS needs.

use time::Date;

use super::{has, lists, purposes, row};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::fix::Remedy;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::{EDGE_WITHOUT_CLIENT_AUTH, Product};
use crate::certificate::{ExtendedKeyUsage, Time};
use crate::rules::client_role::{OWN_CERTIFICATE, connections, has_own_client_certificate};
use crate::rules::public_ca::{Sunset, is_combined, root_untold, sunset};
use crate::source::{
    CHROME_ROOT_PROGRAM, DIGICERT_EKU, EXPRESSWAY_EKU_SUNSET, EXPRESSWAY_EKU_X15_5,
    FIELD_NOTICE_74345, FIELD_NOTICE_74362, LETS_ENCRYPT_EKU, SECTIGO_EKU,
};
use crate::trust::Lineage;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "usage-client-auth-sunset",
    title: "a certificate for mutual TLS from a public CA that stops issuing clientAuth",
    severity: Severity::Warning,
    owner: Owner::Pki,
    cites: &[
        FIELD_NOTICE_74345.at("Problem Description; Workaround/Solution"),
        FIELD_NOTICE_74362.at("Problem Description; Workaround/Solution"),
        EXPRESSWAY_EKU_SUNSET.at("Affected deployments"),
        EXPRESSWAY_EKU_X15_5.at("Separate client and server certificates"),
        CHROME_ROOT_PROGRAM.at("Dedicated TLS Server Authentication PKI Hierarchies"),
        DIGICERT_EKU.at("What is DigiCert doing to sunset the Client Authentication EKU"),
        SECTIGO_EKU.at("The Precise Timeline: CA by CA"),
        LETS_ENCRYPT_EKU.at(""),
    ],
    explain: "Google Chrome's root program lets public CAs issue server certificates only: from 2027-03-15 none may sign \
              clientAuth any more. DigiCert (with GeoTrust, Thawte, RapidSSL) stops on 2027-03-01, Sectigo on 2027-02-10, \
              and Let's Encrypt stopped on 2026-07-08; many pages still name earlier dates in May and June 2026. \
              Certificates that were issued before are good until they end, so nothing breaks on those days: it breaks on \
              the day of the first renewal afterwards. Then the traversal zone and its SSH tunnels stay down, SIP over \
              Mobile and Remote Access does not register, trunks and federation with mutual TLS fail, and no client \
              prompts. Private CAs are not affected.",
    fix: "Before the renewal move this certificate to a private CA that signs serverAuth and clientAuth (not on \
          Expressway-E), or to a public root that goes on signing both (IdenTrust Public Sector Root CA 1, DigiCert \
          Assured ID Root G2), or upgrade to a release with a client certificate of its own: Expressway X15.5, 15SU5.",
    remedy: Remedy::Reissue,
    // Nobody notices before the renewal.
    impact: Impact::NONE,
    check: Check::Leaf(check),
};

fn check(subject: &LeafSubject<'_>, context: &Context) -> Verdict {
    if !row(subject).is_some_and(|row| row.client_auth) {
        return Verdict::NotApplicable("its request does not ask for clientAuth");
    }
    let needed = match needed(subject) {
        Ok(needed) => needed,
        Err(why) => return Verdict::NotApplicable(why),
    };
    let usages = match purposes(subject.certificate) {
        Ok(usages) if !lists(usages, ExtendedKeyUsage::CLIENT_AUTH) => {
            return Verdict::NotApplicable(
                "it lacks clientAuth, which usage-client-auth-missing judges",
            );
        }
        Ok(usages) => has("extKeyUsage", &usages.names()),
        Err(Verdict::Pass) => "there is no extKeyUsage".to_owned(),
        Err(verdict) => return verdict,
    };
    match &subject.chain.lineage {
        // The alternative roots and private CAs go on signing both usages.
        Lineage::Public(root) if is_combined(root) => Verdict::Pass,
        Lineage::Public(root) => {
            let outlook = outlook(root, &subject.certificate.not_after, context.at);
            Seen::new(format!("{outlook}. Now {usages}, and {needed}"))
                .expected("clientAuth after the renewal")
                .found([root.as_str()])
                .step(advice(subject.node.node.product))
                .into()
        }
        Lineage::Private(_) => Verdict::Pass,
        Lineage::SelfSigned => Verdict::NotApplicable("a self-signed leaf has no CA"),
        Lineage::Unknown => root_untold(subject.chain, || {
            format!(
                "{needed}, and the chain does not tell whether {} belongs to a public CA, which would stop issuing clientAuth",
                subject.certificate.issuer.text
            )
        }),
    }
}

/// Which connection of the deployment needs clientAuth in this certificate, in words.
fn needed(subject: &LeafSubject<'_>) -> Result<String, &'static str> {
    if has_own_client_certificate(subject) {
        return Err(OWN_CERTIFICATE);
    }
    let node = subject.node.node;
    let exempt = || {
        node.release
            .as_ref()
            .is_some_and(|one| *one >= EDGE_WITHOUT_CLIENT_AUTH)
    };
    match node.product {
        Product::ExpresswayC => {
            Ok("the traversal zone and its SSH tunnels need clientAuth".to_owned())
        }
        Product::ExpresswayE if exempt() => Err(
            "from X15.4 on registration through Mobile and Remote Access does not ask Expressway-E for clientAuth",
        ),
        Product::ExpresswayE if subject.estate.deployment.mra.is_some() => Ok(
            "before X15.4 SIP registration through Mobile and Remote Access needs clientAuth"
                .to_owned(),
        ),
        _ => {
            let connections = connections(subject);
            let words: Vec<&str> = connections.iter().map(|one| one.words).collect();
            match words.as_slice() {
                [] => Err("nothing in this deployment is known to present it as a TLS client"),
                [one] => Ok(format!("{one} needs clientAuth")),
                several => Ok(format!("{} need clientAuth", several.join(" and "))),
            }
        }
    }
}

/// Until when the CA issues clientAuth, and which renewal will be without it.
fn outlook(root: &str, end: &Time, at: i64) -> String {
    let Sunset {
        who,
        stop,
        on_request,
    } = sunset(root);
    let last = stop.previous_day().unwrap_or(*stop);
    let ca = format!("the root is {root}; {who}");
    if at >= midnight(*stop) {
        return format!(
            "{ca} issued clientAuth for the last time on {last}. This certificate ends {end}: its renewal will lack it"
        );
    }
    let request = on_request
        .filter(|since| at >= midnight(*since))
        .map_or_else(String::new, |since| {
            format!(" (since {since} only when it is asked for)")
        });
    let until = format!("{ca} issues clientAuth until {last}{request}");
    if end.unix >= midnight(*stop) {
        format!("{until}. This certificate ends {end}: its renewal then will lack it")
    } else {
        format!(
            "{until}. This certificate ends {end}: its next renewal can still have it, the one after that will lack it"
        )
    }
}

const fn midnight(day: Date) -> i64 {
    day.midnight().assume_utc().unix_timestamp()
}

/// Cisco's advice by product.
fn advice(product: Product) -> &'static str {
    match product {
        Product::ExpresswayE => {
            "Upgrade Expressway-E and Expressway-C to X15.4 or later together (from X15.4: xConfiguration XCP TLS \
             Certificate CVS EnableServerEkuUpload: On), then renew with serverAuth alone. With ACME disable the automatic \
             scheduler until then."
        }
        Product::ExpresswayC => {
            "Have a private CA sign the Expressway-C certificate with both usages, and add that CA to the trusted CA list \
             of every Expressway-E peer and to tomcat-trust and CallManager-trust of CUCM."
        }
        _ => {
            "Have a private CA sign it with both usages, once the devices and both peers of each connection trust that CA; \
             or renew shortly before the last day and upgrade to 15SU5 before that certificate ends."
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{RULE, advice, midnight, outlook};
    use crate::audit::testing::{CLUSTER, EDGE, NOW, OUTSIDE, Scene, order};
    use crate::audit::{Judgement, Status};
    use crate::catalog::Product;
    use crate::certificate::{ExtendedKeyUsage, Time, TimeFormat};
    use crate::rules::public_ca::sunset;

    const DIGICERT: &str = "DigiCert Global Root G2";
    const TRUNK: &str = "[[sip_trunk]]\nto = \"imp1\"\nx509_subject = \"imp1.acme.test\"\n";
    const DAY: i64 = 86_400;

    fn scene(file: &str, node: &str, service: &str) -> Scene {
        Scene::new(file).present(node, service, &order(&format!("{node}.acme.test")))
    }

    fn judged(file: &str, node: &str, service: &str, status: Status) -> Judgement {
        scene(file, node, service)
            .public(DIGICERT)
            .expect(&RULE, node, service, status)
    }

    fn end(unix: i64) -> Time {
        Time {
            unix,
            raw: None,
            format: TimeFormat::Standard,
        }
    }

    #[test]
    fn the_message_tells_the_last_day_and_the_renewal_that_hurts() {
        let finding = judged(EDGE, "expc1", "web", Status::Fail);
        assert_eq!(
            finding.message,
            "the root is DigiCert Global Root G2; DigiCert issues clientAuth until 2027-02-28 (since 2025-10-01 only when \
             it is asked for). This certificate ends 2027-10-22T19:00:00Z: its renewal then will lack it. Now extKeyUsage \
             has serverAuth, clientAuth, and the traversal zone and its SSH tunnels need clientAuth"
        );
        assert!(finding.effects.is_empty());
        assert!(finding.fix.steps[0].contains("private CA"));
    }

    #[test]
    fn both_sides_of_the_day_on_which_a_ca_stops() {
        for root in [
            DIGICERT,
            "USERTrust RSA Certification Authority",
            "GlobalSign Root R46",
        ] {
            let stop = midnight(sunset(root).stop);
            let said = |ends: i64, at: i64| outlook(root, &end(ends), at);
            let before = said(stop - 1, stop - DAY);
            assert!(before.contains("can still have it"), "{before}");
            let later = said(stop, stop - 1);
            assert!(later.contains("its renewal then will lack it"), "{later}");
            let over = said(stop + DAY, stop);
            assert!(over.contains("for the last time on 2027-"), "{over}");
        }
        let over = outlook("ISRG Root X1", &end(NOW), NOW);
        assert!(
            over.contains("Let's Encrypt issued clientAuth for the last time on 2026-07-07"),
            "{over}"
        );
    }

    #[test]
    fn private_cas_and_the_alternative_roots_go_on() {
        let private = scene(EDGE, "expc1", "web");
        private.expect(&RULE, "expc1", "web", Status::Pass);
        let combined = private.public("DigiCert Assured ID Root G2");
        combined.expect(&RULE, "expc1", "web", Status::Pass);
    }

    #[test]
    fn a_chain_that_ends_early_is_another_fault_and_a_pinned_leaf_leaves_it_open() {
        let mut scene = Scene::new(EDGE);
        let leaf = scene
            .issuing()
            .issue(&order("expc1.acme.test"))
            .unwrap()
            .der;
        let alone = Scene::new(EDGE).present_chain("expc1", "web", std::slice::from_ref(&leaf));
        alone.expect(&RULE, "expc1", "web", Status::NotApplicable);
        scene.trust().add_pinned(&leaf);
        let pinned = scene.present_chain("expc1", "web", &[leaf]);
        pinned.expect(&RULE, "expc1", "web", Status::Unknown);
    }

    #[test]
    fn separate_client_certificates_end_the_matter() {
        let edge = |release: &str| EDGE.replace("X15.2", release);
        judged(&edge("X15.4"), "expc1", "web", Status::Fail);
        judged(&edge("X15.5"), "expc1", "web", Status::NotApplicable);
        judged(&edge("X15.3"), "expe1", "mra", Status::Fail);
        judged(&edge("X15.4"), "expe1", "mra", Status::NotApplicable);
        let trunk = |release: &str| format!("{CLUSTER}{TRUNK}").replace("14SU2", release);
        judged(&trunk("15SU4"), "cucm-pub", "sip", Status::Fail);
        judged(&trunk("15SU5"), "cucm-pub", "sip", Status::NotApplicable);
    }

    #[test]
    fn only_what_is_presented_as_a_client_matters() {
        judged(CLUSTER, "cucm-pub", "tomcat", Status::NotApplicable);
        judged(CLUSTER, "cucm-pub", "sip", Status::NotApplicable);
        let federation = format!("{CLUSTER}[federation]\nthrough = \"im-presence\"\n");
        let finding = judged(&federation, "imp1", "xmpp-server", Status::Fail);
        assert!(
            finding
                .message
                .ends_with("XMPP federation needs clientAuth")
        );
    }

    #[test]
    fn what_lacks_it_already_has_another_rule() {
        let mut server = order("expc1.acme.test");
        server.extended_key_usage = vec![ExtendedKeyUsage::SERVER_AUTH];
        let scene = Scene::new(EDGE)
            .present("expc1", "web", &server)
            .public(DIGICERT);
        scene.expect(&RULE, "expc1", "web", Status::NotApplicable);
    }

    #[test]
    fn without_mobile_and_remote_access_nothing_asks_expressway_e_for_it() {
        let closed = OUTSIDE.replace("[mra]", "");
        let file = format!("{CLUSTER}{closed}release = \"X15.2\"\n");
        judged(&file, "expe1", "web", Status::NotApplicable);
    }

    #[test]
    fn the_advice_is_the_products() {
        assert!(advice(Product::ExpresswayE).starts_with("Upgrade Expressway-E"));
        assert!(advice(Product::ExpresswayC).contains("sign the Expressway-C certificate"));
        assert!(advice(Product::Cucm).contains("15SU5"));
    }
}

//! Usages asked for that are not those of Cisco's table.

use super::{EXTENDED_KEY_USAGE, KEY_USAGE, NEW_REQUEST};
use crate::audit::Context;
use crate::audit::effect::Impact;
use crate::audit::rule::{Check, Owner, Rule, Severity};
use crate::audit::subject::RequestSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::catalog::UsageRow;
use crate::certificate::{ExtendedKeyUsage, KeyUsage, PublicKey, SigningRequest};
use crate::source::{
    CUCM_CERTIFICATES, CUCM_CERTIFICATES_14, EXPRESSWAY_CERTIFICATES, IM_PRESENCE_GUIDE,
};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "csr-usage-differs",
    title: "a signing request whose usages are not those of Cisco's table",
    severity: Severity::Warning,
    owner: Owner::Uc,
    cites: &[
        CUCM_CERTIFICATES.at("Certificate Signing Request Key Usage Extensions"),
        CUCM_CERTIFICATES_14.at("CSR Key Usage Extensions"),
        IM_PRESENCE_GUIDE.at("CSR Key Usage Extensions"),
        EXPRESSWAY_CERTIFICATES.at("Generating a CSR"),
    ],
    explain: "The security guides print, certificate by certificate and release by release, which key usages and extended \
              key usages the node's own request asks for. A request that asks for others was not made by the node, or \
              was made for another certificate or release: a key pair from openssl has no place to be uploaded to on \
              Unified CM, and a certificate without clientAuth fails in mutual TLS. Needs --as, or --config with --node.",
    fix: "Generate the request on the node itself, for this very certificate; when it was made elsewhere on purpose, ask for \
          the usages of the table.",
    remedy: NEW_REQUEST,
    impact: Impact::NONE,
    check: Check::Request(check),
};

fn check(subject: &RequestSubject<'_>, _: &Context) -> Verdict {
    if subject.view.purpose.is_none() {
        return Verdict::NotApplicable("--as does not say which certificate it is to become");
    }
    let Some(row) = subject.view.usages() else {
        return Verdict::NotApplicable("no table says which usages this certificate asks for");
    };
    let request = subject.request();
    if [KEY_USAGE, EXTENDED_KEY_USAGE]
        .iter()
        .any(|oid| request.is_broken(oid))
    {
        return Verdict::unknown("the usages asked for cannot be decoded");
    }
    let mut verdicts = key_usage(request, &row);
    verdicts.extend(purposes(request, &row));
    Verdict::each(verdicts, "the table asks for nothing")
}

/// A verdict for each bit that the table has, and for each that it has not.
fn key_usage(request: &SigningRequest, row: &UsageRow) -> Vec<Verdict> {
    let Some(asked) = request.key_usage else {
        return vec![absent("keyUsage", &row.key_usage.names())];
    };
    let mut tolerated = row.tolerated;
    if !matches!(request.public_key, PublicKey::Rsa { .. }) {
        // EC keys encipher nothing; requests of older releases ask for keyAgreement instead.
        tolerated = tolerated
            .with(KeyUsage::KEY_ENCIPHERMENT)
            .with(KeyUsage::KEY_AGREEMENT);
    }
    let wanted = row.key_usage.without(tolerated);
    let excess = asked.without(row.key_usage).without(tolerated);
    let names = asked.names();
    let judge = |name: &'static str, lacks: bool| {
        one(
            "keyUsage",
            name,
            lacks,
            asked.names().contains(&name),
            &names,
        )
    };
    let missing = wanted.names().into_iter().map(|name| judge(name, true));
    missing
        .chain(excess.names().into_iter().map(|name| judge(name, false)))
        .collect()
}

fn purposes(request: &SigningRequest, row: &UsageRow) -> Vec<Verdict> {
    let table = [
        (ExtendedKeyUsage::SERVER_AUTH, row.server_auth),
        (ExtendedKeyUsage::CLIENT_AUTH, row.client_auth),
        (ExtendedKeyUsage::IPSEC_END_SYSTEM, row.ipsec),
    ];
    let wanted = table.iter().filter(|(_, in_row)| *in_row);
    let wanted: Vec<&str> = wanted
        .map(|(oid, _)| ExtendedKeyUsage::name_of(oid))
        .collect();
    let Some(asked) = &request.extended_key_usage else {
        return vec![absent("extKeyUsage", &wanted)];
    };
    let names = asked.names();
    let missing = wanted
        .iter()
        .map(|name| one("extKeyUsage", name, true, names.contains(name), &names));
    let excess = names.iter().filter(|name| !wanted.contains(name));
    let excess = excess.map(|name| one("extKeyUsage", name, false, true, &names));
    missing.chain(excess).collect()
}

/// The request does not ask for the extension at all.
fn absent(extension: &str, wanted: &[&str]) -> Verdict {
    let table = wanted.join(", ");
    Verdict::pass_if(wanted.is_empty(), || {
        Seen::new(format!(
            "the table has {table}, and it asks for no {extension}"
        ))
        .expected(format!("{extension} {table}"))
    })
}

/// Whether a usage is as the table has it.
fn one(extension: &str, name: &str, in_table: bool, asked: bool, all: &[&str]) -> Verdict {
    Verdict::pass_if(in_table == asked, || {
        let has = format!("it asks for {extension} {}", all.join(", "));
        let table = if in_table { "has" } else { "does not have" };
        let expected = if in_table { "" } else { "no " };
        Seen::new(format!("the table {table} {name}, and {has}"))
            .expected(format!("{expected}{name}"))
            .found(all.iter().copied())
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::Status;
    use crate::audit::testing::{RequestScene, order};
    use crate::catalog::{CertificateName, Product};
    use crate::certificate::{ExtendedKeyUsage, KeyUsage, PublicKey};

    const DATA: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::DATA_ENCIPHERMENT);

    /// A request with an RSA key (its size apart), for tomcat of that release.
    fn tomcat(release: &str, usage: KeyUsage) -> RequestScene {
        let mut wanted = order("cucm1.acme.test");
        wanted.key_usage = usage;
        RequestScene::of(&wanted)
            .purpose(Product::Cucm, CertificateName::Tomcat, release)
            .change(|view| view.request.public_key = PublicKey::Rsa { bits: 2048 })
    }

    fn differs(scene: &RequestScene) -> Vec<String> {
        let failures = scene.failures(&RULE).into_iter();
        failures.filter_map(|one| one.expected).collect()
    }

    #[test]
    fn key_encipherment_leaves_the_table_with_14su2() {
        let all = DATA.with(KeyUsage::KEY_ENCIPHERMENT);
        tomcat("12.5(1)SU6", all).expect(&RULE, Status::Pass);
        assert_eq!(differs(&tomcat("14SU1", DATA)), ["keyEncipherment"]);
        assert!(differs(&tomcat("14SU2", DATA)).is_empty());
        assert!(
            differs(&tomcat("14SU2", all)).is_empty(),
            "the guides disagree"
        );
        let ec = |view: &mut crate::audit::request::RequestView| {
            view.request.public_key = PublicKey::Ed25519;
        };
        assert!(differs(&tomcat("14SU1", DATA).change(ec)).is_empty());
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_said() {
        let usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
        let found = differs(&tomcat("15", usage));
        assert_eq!(found, ["dataEncipherment", "no nonRepudiation"]);
        let scene = tomcat("15", DATA).change(|view| {
            let purposes = [ExtendedKeyUsage::SERVER_AUTH, "1.3.6.1.5.5.7.3.4"];
            view.request.extended_key_usage =
                Some(ExtendedKeyUsage(purposes.map(str::to_owned).to_vec()));
        });
        assert_eq!(differs(&scene), ["clientAuth", "no emailProtection"]);
        let finding = &scene.failures(&RULE)[0];
        let message =
            "the table has clientAuth, and it asks for extKeyUsage serverAuth, emailProtection";
        assert_eq!(finding.message, message);
    }

    #[test]
    fn a_request_that_asks_for_nothing_differs_in_everything() {
        let bare = include_str!("../../../fixtures/requests/bare.pem");
        let scene =
            RequestScene::read(bare).purpose(Product::ImPresence, CertificateName::CupXmpp, "15");
        let expected = [
            "extKeyUsage serverAuth, clientAuth, ipsecEndSystem",
            "keyUsage digitalSignature, dataEncipherment",
        ];
        assert_eq!(differs(&scene), expected);
    }

    #[test]
    fn without_a_row_there_is_nothing_to_compare() {
        RequestScene::of(&order("a.acme.test")).expect(&RULE, Status::NotApplicable);
        let https = RequestScene::of(&order("a.acme.test"));
        let https = https.purpose(Product::OtherHttps, CertificateName::Https, "15");
        https.expect(&RULE, Status::NotApplicable);
        let broken = (
            "2.5.29.15".to_owned(),
            "its value cannot be decoded".to_owned(),
        );
        let broken =
            tomcat("15", DATA).change(move |view| view.request.broken_extensions.push(broken));
        broken.expect(&RULE, Status::Unknown);
    }
}

//! The catalogue against the tables it was made from: services of the contract (section 4), key usages of the security
//! guides.
#![allow(clippy::unwrap_used)]

use super::CertificateName as Name;
use super::Requirement::{
    Always, OneOf, Optional, OptionalWhenListed, WhenListed, WithExpresswayFederation,
    WithImPresenceFederation, WithMra,
};
use super::Transport::{Imap, Smtp, Tls, XmppClient, XmppServer};
use super::{Product, Release, Requirement, Transport, usages};
use crate::certificate::KeyUsage;

type Row = (&'static str, u16, Transport, Name, Requirement);

const CUCM: &[Row] = &[
    ("tomcat", 8443, Tls, Name::Tomcat, Always),
    ("sip", 5061, Tls, Name::CallManager, Optional),
    ("tftp", 6971, Tls, Name::CallManager, Optional),
    ("tftp-mra", 6972, Tls, Name::Tomcat, Optional),
    ("sip-oauth", 5090, Tls, Name::Tomcat, Optional),
    ("sip-oauth-mra", 5091, Tls, Name::Tomcat, Optional),
    ("cti", 2749, Tls, Name::CallManager, WhenListed),
    ("sccp", 2443, Tls, Name::CallManager, WhenListed),
    ("capf", 3804, Tls, Name::Capf, WhenListed),
    ("tvs", 2445, Tls, Name::Tvs, WhenListed),
];
const PRESENCE: &[Row] = &[
    ("tomcat", 8443, Tls, Name::Tomcat, Always),
    ("xmpp-client", 5222, XmppClient, Name::CupXmpp, Always),
    (
        "xmpp-server",
        5269,
        XmppServer,
        Name::CupXmppS2s,
        WithImPresenceFederation,
    ),
    ("sip", 5061, Tls, Name::Cup, Optional),
    ("sip-peer", 5062, Tls, Name::Cup, Optional),
];
const UNITY: &[Row] = &[
    ("tomcat", 8443, Tls, Name::Tomcat, Always),
    ("jetty", 7443, Tls, Name::Tomcat, Optional),
    ("imaps", 993, Tls, Name::Tomcat, OptionalWhenListed),
    ("imap", 143, Imap, Name::Tomcat, OptionalWhenListed),
    ("smtp", 25, Smtp, Name::Tomcat, OptionalWhenListed),
];
const EDGE: &[Row] = &[
    ("mra", 8443, Tls, Name::Expressway, WithMra),
    ("xmpp-client", 5222, XmppClient, Name::Expressway, Optional),
    ("sip", 5061, Tls, Name::Expressway, Optional),
    (
        "xmpp-server",
        5269,
        XmppServer,
        Name::Expressway,
        WithExpresswayFederation,
    ),
    ("web", 443, Tls, Name::Expressway, Optional),
];
const CORE: &[Row] = &[
    ("web", 443, Tls, Name::Expressway, Always),
    ("sip", 5061, Tls, Name::Expressway, Optional),
    ("mra", 8443, Tls, Name::Expressway, Optional),
];
const MEETINGS: &[Row] = &[("https", 443, Tls, Name::Webex, Always)];
const HTTPS: &[Row] = &[("https", 443, Tls, Name::Https, Always)];
const LDAP: &[Row] = &[
    ("ldaps", 636, Tls, Name::Ldap, OneOf),
    ("ldaps-gc", 3269, Tls, Name::Ldap, OneOf),
];

fn contract(product: Product) -> &'static [Row] {
    match product {
        Product::Cucm => CUCM,
        Product::ImPresence | Product::Cup => PRESENCE,
        Product::UnityConnection => UNITY,
        Product::WebexMeetingsServer => MEETINGS,
        Product::ExpresswayC => CORE,
        Product::ExpresswayE => EDGE,
        Product::Ldap => LDAP,
        Product::IdentityProvider | Product::OtherHttps => HTTPS,
    }
}

#[test]
fn services_are_those_of_the_contract() {
    for product in Product::ALL {
        let mut known: Vec<Row> = product
            .services()
            .iter()
            .map(|one| {
                (
                    one.name,
                    one.port,
                    one.transport,
                    one.certificate_name,
                    one.requirement,
                )
            })
            .collect();
        let mut wanted = contract(product).to_vec();
        known.sort_by_key(|row| (row.1, row.0));
        wanted.sort_by_key(|row| (row.1, row.0));
        assert_eq!(known, wanted, "{product}");
    }
}

#[test]
fn products_and_certificates_are_spelled_as_in_the_contract() {
    let products = Product::ALL.map(Product::name);
    assert_eq!(
        products,
        [
            "cucm",
            "im-presence",
            "cup",
            "unity-connection",
            "webex-meetings-server",
            "expressway-c",
            "expressway-e",
            "ldap",
            "identity-provider",
            "other-https",
        ]
    );
    let names = Name::ALL.map(Name::name);
    assert_eq!(
        names,
        [
            "tomcat",
            "CallManager",
            "CAPF",
            "TVS",
            "cup",
            "cup-xmpp",
            "cup-xmpp-s2s",
            "webex",
            "expressway",
            "ldap",
            "https",
        ]
    );
}

#[test]
fn services_that_present_a_certificate_as_clients_too() {
    let both = |product: Product, name: &str| product.service(name).unwrap().mutual_tls;
    assert!(both(Product::Cucm, "sip") && both(Product::Cucm, "sip-oauth-mra"));
    assert!(both(Product::Cucm, "tvs") && both(Product::UnityConnection, "tomcat"));
    assert!(both(Product::ImPresence, "sip-peer") && both(Product::ImPresence, "xmpp-server"));
    assert!(both(Product::ExpresswayC, "web") && both(Product::ExpresswayE, "mra"));
    assert!(!both(Product::Cucm, "sip-oauth") && !both(Product::ImPresence, "xmpp-client"));
}

#[test]
fn whoever_verifies_an_expressway_fails_without_a_prompt() {
    for service in Product::ExpresswayC.services() {
        assert!(service.audience.expressway && !service.audience.jabber_outside);
    }
    let edge = Product::ExpresswayE.service("mra").unwrap().audience;
    assert!(edge.expressway && edge.jabber_outside && !edge.jabber);
    assert!(
        !Product::UnityConnection
            .service("imap")
            .unwrap()
            .audience
            .expressway
    );
}

/// Extended key usages and key usages as the tables print them.
fn printed(product: Product, name: Name, release: &str) -> String {
    let release: Release = release.parse().unwrap();
    let row = usages(product, name, Some(&release)).unwrap();
    let mut words = Vec::new();
    for (there, word) in [
        (row.server_auth, "SA"),
        (row.client_auth, "CA"),
        (row.ipsec, "IP"),
    ] {
        words.extend(there.then_some(word.to_owned()));
    }
    let bits = [
        (KeyUsage::DIGITAL_SIGNATURE, "DS"),
        (KeyUsage::KEY_ENCIPHERMENT, "KE"),
        (KeyUsage::DATA_ENCIPHERMENT, "DE"),
        (KeyUsage::KEY_CERT_SIGN, "CS"),
        (KeyUsage::KEY_AGREEMENT, "KA"),
    ];
    for (bit, word) in bits {
        if row.key_usage.contains(bit) {
            words.push(word.to_owned());
        } else if row.tolerated.contains(bit) {
            words.push(format!("({word})"));
        }
    }
    words.join(" ")
}

/// Product, certificate, release 12.5(1) (seed 004, tables 1 and 2), release 14SU2 (security guide 14SU2; in brackets
/// what the IM and Presence guide of that release has and the security guide has not).
const KEY_USAGES: [(Product, Name, &str, &str); 8] = [
    (
        Product::Cucm,
        Name::CallManager,
        "SA CA DS KE DE",
        "SA CA DS (KE) DE",
    ),
    (Product::Cucm, Name::Capf, "SA DS CS", "SA CA DS CS"),
    (
        Product::Cucm,
        Name::Tomcat,
        "SA CA DS KE DE",
        "SA CA DS (KE) DE",
    ),
    (Product::Cucm, Name::Tvs, "SA CA DS KE DE", "SA CA DS KE DE"),
    (
        Product::ImPresence,
        Name::Cup,
        "SA CA IP DS KE DE",
        "SA CA IP DS (KE) DE",
    ),
    (
        Product::ImPresence,
        Name::CupXmpp,
        "SA CA IP DS KE DE",
        "SA CA IP DS (KE) DE",
    ),
    (
        Product::ImPresence,
        Name::CupXmppS2s,
        "SA CA IP DS KE DE",
        "SA CA IP DS (KE) DE",
    ),
    (
        Product::ImPresence,
        Name::Tomcat,
        "SA CA DS KE DE",
        "SA CA DS (KE) DE",
    ),
];

#[test]
fn key_usages_are_those_of_the_tables() {
    for (product, name, old, new) in KEY_USAGES {
        assert_eq!(
            printed(product, name, "12.5(1)"),
            old,
            "{product} {name} 12.5(1)"
        );
        assert_eq!(
            printed(product, name, "12.5(1)SU6"),
            old,
            "{product} {name} 12.5(1)SU6"
        );
        assert_eq!(
            printed(product, name, "14SU2"),
            new,
            "{product} {name} 14SU2"
        );
        assert_eq!(
            printed(product, name, "15SU4"),
            new,
            "{product} {name} 15SU4"
        );
    }
}

#[test]
fn unity_and_expressway_have_rows_of_their_own_guides() {
    for release in ["12.5(1)", "15"] {
        let row = printed(Product::UnityConnection, Name::Tomcat, release);
        assert_eq!(row, "SA CA DS KE DE");
    }
    let row = printed(Product::ExpresswayE, Name::Expressway, "X15.2");
    assert_eq!(row, "SA CA DS (KE)");
}

#[test]
fn multi_server_certificates_are_those_of_the_tables() {
    let may: Vec<&str> = Name::ALL
        .into_iter()
        .filter(|name| name.may_be_multi_server())
        .map(Name::name)
        .collect();
    // TVS from release 14 on; table 1 of 12.5 says no.
    assert_eq!(
        may,
        ["tomcat", "CallManager", "TVS", "cup-xmpp", "cup-xmpp-s2s"]
    );
}

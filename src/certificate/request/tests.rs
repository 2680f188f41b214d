//! Requests of OpenSSL and rcgen, and damaged ones.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::super::container::{RequestFile, requests};
use super::super::issue::Order;
use std::cell::Cell;

use super::super::testing::damage;
use super::super::{KeyUsage, PublicKey, SignatureHash};
use super::*;

const CASES: u32 = 5_000;
const FIXTURES: [(&str, &str); 6] = [
    (
        "attributes",
        include_str!("../../../fixtures/requests/attributes.pem"),
    ),
    ("bare", include_str!("../../../fixtures/requests/bare.pem")),
    (
        "rsa1024-sha256",
        include_str!("../../../fixtures/requests/rsa1024-sha256.pem"),
    ),
    (
        "rsa2048-md5",
        include_str!("../../../fixtures/requests/rsa2048-md5.pem"),
    ),
    (
        "rsa2048-sha1",
        include_str!("../../../fixtures/requests/rsa2048-sha1.pem"),
    ),
    (
        "rsa2048-sha256",
        include_str!("../../../fixtures/requests/rsa2048-sha256.pem"),
    ),
];

fn der(name: &str) -> Vec<u8> {
    let (_, text) = FIXTURES.iter().find(|(known, _)| *known == name).unwrap();
    let RequestFile { mut requests, .. } = requests(text.as_bytes()).unwrap();
    requests.remove(0)
}

fn fixture(name: &str) -> SigningRequest {
    SigningRequest::from_der(&der(name)).unwrap()
}

fn pairs(request: &SigningRequest) -> Vec<(&str, &str, bool)> {
    let fields = request.fields.iter();
    fields
        .map(|field| (&*field.name, &*field.value, field.secret))
        .collect()
}

#[test]
fn what_openssl_asks_for_is_read() {
    let request = fixture("rsa2048-sha256");
    assert_eq!(request.dns_names(), ["cucm.example.com", "example.com"]);
    assert_eq!(request.common_name(), Some("cucm.example.com"));
    assert_eq!(request.public_key, PublicKey::Rsa { bits: 2048 });
    let usage = KeyUsage::DIGITAL_SIGNATURE
        .with(KeyUsage::KEY_ENCIPHERMENT)
        .with(KeyUsage::DATA_ENCIPHERMENT);
    assert_eq!(request.key_usage, Some(usage));
    let purposes = request.extended_key_usage.as_ref().unwrap();
    assert_eq!(purposes.names(), ["serverAuth", "clientAuth"]);
    let expected = [
        ("C", "CZ", false),
        ("ST", "Praha", false),
        ("O", "Example & Sons", false),
        ("OU", "Voice @ HQ!", false),
        ("CN", "cucm.example.com", false),
    ];
    assert_eq!(pairs(&request), expected);
    assert_eq!(request.verified, Ok(()));
}

#[test]
fn attributes_are_fields_and_the_password_is_a_secret() {
    let expected = [
        ("O", "Example", false),
        ("CN", "cucm.example.com", false),
        ("challengePassword", "se!cret", true),
        ("unstructuredName", "front @ desk", false),
    ];
    let request = fixture("attributes");
    assert_eq!(pairs(&request), expected);
    assert_eq!(request.dns_names(), ["cucm.example.com"]);
}

#[test]
fn a_request_may_ask_for_nothing() {
    let request = fixture("bare");
    assert_eq!(request.alternative_name, None);
    assert_eq!(
        (request.key_usage, request.extended_key_usage),
        (None, None)
    );
}

#[test]
fn old_signatures_are_checked_where_they_can_be() {
    let sha1 = fixture("rsa2048-sha1");
    assert_eq!(sha1.signature.hash, Some(SignatureHash::Sha1));
    assert_eq!(sha1.verified, Ok(()));
    assert_eq!(fixture("rsa1024-sha256").verified, Ok(()));
    let md5 = fixture("rsa2048-md5");
    assert_eq!(md5.signature.hash, Some(SignatureHash::Md5));
    assert_eq!(md5.verified, Err(SignatureFault::Unsupported));
}

#[test]
fn a_changed_request_does_not_verify() {
    let mut bytes = der("rsa2048-sha256");
    let place = bytes
        .windows(7)
        .position(|word| word == b"Example")
        .unwrap();
    bytes[place] = b'X';
    let request = SigningRequest::from_der(&bytes).unwrap();
    assert_eq!(request.verified, Err(SignatureFault::Bad));
}

#[test]
fn otherwise_made_names_are_read() {
    let mut order = Order::server("imp1.acme.test", 1_795_000_000);
    order.xmpp_addresses = vec!["acme.test".to_owned()];
    order.srv_names = vec!["_xmpp-client.acme.test".to_owned()];
    let request = SigningRequest::from_der(&order.request().unwrap().der).unwrap();
    assert_eq!(request.xmpp_addresses()[0].value, "acme.test");
    assert_eq!(request.srv_names()[0].value, "_xmpp-client.acme.test");
    assert_eq!(request.verified, Ok(()));
}

#[test]
fn the_reason_names_the_field() {
    let fault = |bytes: &[u8]| SigningRequest::from_der(bytes).unwrap_err().reason;
    let good = der("bare");
    assert_eq!(fault(b""), "no bytes at all");
    assert_eq!(fault(b"\x30\x00"), "certificationRequestInfo is missing");
    assert!(fault(&good[..99]).starts_with("cut short after 99 bytes"));
    let long = [&good[..], &[0; 3]].concat();
    assert_eq!(fault(&long), "3 bytes too many after the request");
    let leaf = super::super::tests::fixture("leaf").der;
    assert!(fault(&leaf).contains("tag 0x"), "{}", fault(&leaf));
}

#[test]
fn a_mutant_is_malformed_or_a_request() {
    let mut seeds: Vec<Vec<u8>> = FIXTURES.iter().map(|(name, _)| der(name)).collect();
    let order = Order::server("imp1.acme.test", 1_795_000_000);
    seeds.push(order.request().unwrap().der);
    let decoded = Cell::new(0);
    damage(CASES, &seeds, |_, bytes| {
        let _ = requests(bytes);
        match SigningRequest::from_der(bytes) {
            Ok(request) => {
                decoded.set(decoded.get() + 1);
                assert_eq!(request.der, bytes);
                assert_eq!(SigningRequest::from_der(bytes).as_ref(), Ok(&request));
            }
            Err(malformed) => assert!(!malformed.reason.is_empty()),
        }
    });
    let decoded = decoded.get();
    assert!(decoded > CASES / 10, "{decoded}: the damage is too great");
}

#[test]
fn no_damaged_text_panics() {
    let seeds: Vec<Vec<u8>> = FIXTURES
        .iter()
        .map(|(_, text)| text.as_bytes().to_vec())
        .collect();
    damage(CASES / 2, &seeds, |_, bytes| {
        let found = requests(bytes).map(|file| file.requests);
        for der in found.unwrap_or_default() {
            let _ = SigningRequest::from_der(&der);
        }
    });
}

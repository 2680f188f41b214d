//! Certificates made for the unit tests of this folder.

#![allow(clippy::unwrap_used, clippy::panic)]

pub(super) mod builder;
mod decoding;
pub(super) mod mutation;

use super::{Certificate, container};

/// Every PEM file of one certificate in fixtures/certificates, by name.
pub(super) const FIXTURES: [(&str, &str); 13] = [
    (
        "ca-p384",
        include_str!("../../fixtures/certificates/ca-p384.pem"),
    ),
    (
        "ed25519",
        include_str!("../../fixtures/certificates/ed25519.pem"),
    ),
    ("leaf", include_str!("../../fixtures/certificates/leaf.pem")),
    (
        "p256-sha1",
        include_str!("../../fixtures/certificates/p256-sha1.pem"),
    ),
    (
        "p521-sha512",
        include_str!("../../fixtures/certificates/p521-sha512.pem"),
    ),
    (
        "rsa1024-sha1",
        include_str!("../../fixtures/certificates/rsa1024-sha1.pem"),
    ),
    (
        "rsa1024-sha256",
        include_str!("../../fixtures/certificates/rsa1024-sha256.pem"),
    ),
    (
        "rsa2048-md5",
        include_str!("../../fixtures/certificates/rsa2048-md5.pem"),
    ),
    (
        "rsa2048-pss",
        include_str!("../../fixtures/certificates/rsa2048-pss.pem"),
    ),
    (
        "rsa2048-pss-long-salt",
        include_str!("../../fixtures/certificates/rsa2048-pss-long-salt.pem"),
    ),
    (
        "rsa2048-v1",
        include_str!("../../fixtures/certificates/rsa2048-v1.pem"),
    ),
    (
        "rsa512-sha256",
        include_str!("../../fixtures/certificates/rsa512-sha256.pem"),
    ),
    (
        "secp256k1",
        include_str!("../../fixtures/certificates/secp256k1.pem"),
    ),
];

/// The PEM text of a fixture.
pub(super) fn pem(name: &str) -> &'static str {
    FIXTURES.iter().find(|(known, _)| *known == name).unwrap().1
}

/// A fixture, decoded.
pub(super) fn fixture(name: &str) -> Certificate {
    let list = container::certificates(pem(name).as_bytes()).unwrap();
    Certificate::from_der(&list[0]).unwrap()
}

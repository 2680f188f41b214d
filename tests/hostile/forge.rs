//! Certificates byte by byte: any name, any issuer, any length. Keys and signatures are real.

use std::sync::Arc;

use certaudit::certificate::der::{
    BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, UTC_TIME,
    UTF8_STRING, encode,
};
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};

/// id-ce-subjectAltName, id-ce-basicConstraints, id-ce-keyUsage, id-ce-cRLDistributionPoints: the last octet.
const ALTERNATIVE_NAME: u8 = 17;
const BASIC_CONSTRAINTS: u8 = 19;
const KEY_USAGE: u8 = 15;
const DISTRIBUTION_POINTS: u8 = 31;
const EXTENDED_KEY_USAGE: u8 = 37;
/// id-at-commonName, id-at-organizationName: the last octet.
pub const COMMON_NAME: u8 = 3;
pub const ORGANIZATION: u8 = 10;
/// id-ad-ocsp, id-ad-caIssuers: the last octet.
pub const OCSP: u8 = 1;
pub const ISSUERS: u8 = 2;

/// A key on P-256.
pub struct Key(pub Arc<KeyPair>);

impl Key {
    pub fn new() -> Self {
        Self(Arc::new(KeyPair::generate().unwrap()))
    }

    fn info(&self) -> Vec<u8> {
        let curve = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        let kind = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
        let algorithm = encode(SEQUENCE, &[&oid(&kind), &oid(&curve)]);
        let point = encode(BIT_STRING, &[&[0], self.0.der_bytes()]);
        encode(SEQUENCE, &[&algorithm, &point])
    }

    /// What is signed, the algorithm, and the signature.
    pub fn sign(&self, body: &[u8]) -> Vec<u8> {
        let signature = self.0.sign(body).unwrap();
        let bits = encode(BIT_STRING, &[&[0], &signature]);
        encode(SEQUENCE, &[body, &algorithm(), &bits])
    }
}

/// ecdsa-with-SHA256.
pub fn algorithm() -> Vec<u8> {
    encode(SEQUENCE, &[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])])
}

/// A name, its key, and nothing yet of who signs it.
pub struct Entity {
    pub name: Vec<u8>,
    pub key: Key,
}

impl Entity {
    pub fn new(common_name: &str) -> Self {
        Self {
            name: name(&[(COMMON_NAME, common_name.as_bytes())]),
            key: Key::new(),
        }
    }

    /// A certificate of this entity, signed by `issuer`.
    pub fn signed_by(&self, issuer: &Self, serial: u32, extensions: &[Vec<u8>]) -> Vec<u8> {
        let all: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
        let body = encode(
            SEQUENCE,
            &[
                &encode(0xa0, &[&encode(INTEGER, &[&[2]])]),
                &encode(INTEGER, &[&[1], &serial.to_be_bytes()]),
                &algorithm(),
                &issuer.name,
                &validity(),
                &self.name,
                &self.key.info(),
                &encode(0xa3, &[&encode(SEQUENCE, &all)]),
            ],
        );
        issuer.key.sign(&body)
    }

    /// As a CA.
    pub fn authority_by(&self, issuer: &Self, serial: u32) -> Vec<u8> {
        self.signed_by(issuer, serial, &authority())
    }

    /// As a server of these names.
    pub fn server_by(&self, issuer: &Self, dns: &[&str]) -> Vec<u8> {
        let names: Vec<&[u8]> = dns.iter().map(|name| name.as_bytes()).collect();
        self.signed_by(issuer, 1, &[names_extension(&names)])
    }
}

/// Years around those in which this is tested.
fn validity() -> Vec<u8> {
    let [from, to] =
        [b"240101000000Z", b"490101000000Z"].map(|moment| encode(UTC_TIME, &[moment.as_slice()]));
    encode(SEQUENCE, &[&from, &to])
}

/// A Name of UTF8Strings: the last octet of each attribute's OID, and its bytes, which need not be UTF-8.
pub fn name(attributes: &[(u8, &[u8])]) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = attributes
        .iter()
        .map(|(kind, text)| {
            let value = encode(UTF8_STRING, &[text]);
            encode(
                SET,
                &[&encode(SEQUENCE, &[&oid(&[0x55, 4, *kind]), &value])],
            )
        })
        .collect();
    let sets: Vec<&[u8]> = sets.iter().map(Vec::as_slice).collect();
    encode(SEQUENCE, &sets)
}

/// What makes a CA.
pub fn authority() -> Vec<Vec<u8>> {
    let is_ca = encode(SEQUENCE, &[&encode(BOOLEAN, &[&[0xff]])]);
    let usage = encode(BIT_STRING, &[&[1, 6]]);
    vec![
        extension(BASIC_CONSTRAINTS, &is_ca),
        extension(KEY_USAGE, &usage),
    ]
}

/// What a good server has besides its names: digitalSignature and its like, serverAuth and clientAuth.
pub fn usages() -> Vec<Vec<u8>> {
    let usage = encode(BIT_STRING, &[&[4, 0xb0]]);
    let purposes = [1, 2].map(|purpose| oid(&[0x2b, 6, 1, 5, 5, 7, 3, purpose]));
    let purposes = encode(SEQUENCE, &[&purposes[0], &purposes[1]]);
    vec![
        extension(KEY_USAGE, &usage),
        extension(EXTENDED_KEY_USAGE, &purposes),
    ]
}

/// A subjectAltName of dNSNames, whatever their bytes.
pub fn names_extension(dns: &[&[u8]]) -> Vec<u8> {
    let names: Vec<Vec<u8>> = dns.iter().map(|name| encode(0x82, &[name])).collect();
    let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    extension(ALTERNATIVE_NAME, &encode(SEQUENCE, &names))
}

/// cRLDistributionPoints, one for each URL.
pub fn lists_extension(urls: &[&[u8]]) -> Vec<u8> {
    let points: Vec<Vec<u8>> = urls
        .iter()
        .map(|url| {
            let full = encode(0xa0, &[&encode(0xa0, &[&encode(0x86, &[url])])]);
            encode(SEQUENCE, &[&full])
        })
        .collect();
    let points: Vec<&[u8]> = points.iter().map(Vec::as_slice).collect();
    extension(DISTRIBUTION_POINTS, &encode(SEQUENCE, &points))
}

/// authorityInfoAccess: a method and its URL.
pub fn access_extension(places: &[(u8, &[u8])]) -> Vec<u8> {
    let places: Vec<Vec<u8>> = places
        .iter()
        .map(|(method, url)| {
            let method = oid(&[0x2b, 6, 1, 5, 5, 7, 48, *method]);
            encode(SEQUENCE, &[&method, &encode(0x86, &[url])])
        })
        .collect();
    let places: Vec<&[u8]> = places.iter().map(Vec::as_slice).collect();
    let kind = oid(&[0x2b, 6, 1, 5, 5, 7, 1, 1]);
    let value = encode(OCTET_STRING, &[&encode(SEQUENCE, &places)]);
    encode(SEQUENCE, &[&kind, &value])
}

fn extension(kind: u8, value: &[u8]) -> Vec<u8> {
    let kind = oid(&[0x55, 0x1d, kind]);
    encode(SEQUENCE, &[&kind, &encode(OCTET_STRING, &[value])])
}

fn oid(contents: &[u8]) -> Vec<u8> {
    encode(OBJECT_IDENTIFIER, &[contents])
}

/// A CRL of `issuer` over those entries, which are DER.
pub fn list(issuer: &Entity, entries: &[u8]) -> Vec<u8> {
    let times = [b"240101000000Z", b"490101000000Z"].map(|time| encode(UTC_TIME, &[time]));
    let version = encode(INTEGER, &[&[1]]);
    let entries = encode(SEQUENCE, &[entries]);
    let body: [&[u8]; 6] = [
        &version,
        &algorithm(),
        &issuer.name,
        &times[0],
        &times[1],
        &entries,
    ];
    issuer.key.sign(&encode(SEQUENCE, &body))
}

/// An entry of a CRL, twenty bytes.
pub fn entry(serial: u8) -> Vec<u8> {
    let serial = encode(INTEGER, &[&[serial & 0x7f]]);
    encode(SEQUENCE, &[&serial, &encode(UTC_TIME, &[b"240101000000Z"])])
}

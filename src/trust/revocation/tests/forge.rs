//! A CA that signs whatever it is given.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SerialNumber, SigningKey,
};

use crate::certificate::Certificate;
use crate::certificate::der::{
    BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, UTC_TIME, encode,
};

/// ecdsa-with-SHA256.
const ALGORITHM: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";

/// A CA with a P-256 key.
pub(super) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub(super) certificate: Certificate,
}

/// What to put into a CRL, encoded.
pub(super) struct List<'a> {
    /// Contents of revokedCertificates; no such field when there are none.
    pub(super) entries: &'a [u8],
    pub(super) extensions: &'a [Vec<u8>],
    pub(super) this_update: &'a [u8],
    /// Contents of nextUpdate; no such field when there are none.
    pub(super) next_update: &'a [u8],
}

impl Default for List<'_> {
    fn default() -> Self {
        Self {
            entries: &[],
            extensions: &[],
            this_update: b"260114000000Z",
            next_update: b"260121000000Z",
        }
    }
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            certificate: Certificate::from_der(certificate.der()).unwrap(),
            params,
            key,
        }
    }

    pub(super) fn leaf(&self, serial: u64) -> Certificate {
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from(serial));
        let issuer = Issuer::from_params(&self.params, &self.key);
        let leaf = params.signed_by(&self.key, &issuer).unwrap();
        Certificate::from_der(leaf.der()).unwrap()
    }

    /// Another certificate of its key.
    pub(super) fn renamed(&self, name: &str) -> Certificate {
        let mut params = self.params.clone();
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.self_signed(&self.key).unwrap();
        Certificate::from_der(certificate.der()).unwrap()
    }

    /// The body with a signature behind it, and what else belongs there.
    pub(super) fn sign(&self, body: &[u8], rest: &[u8]) -> Vec<u8> {
        let signature = self.key.sign(body).unwrap();
        let signature = encode(BIT_STRING, &[&[0], &signature]);
        encode(SEQUENCE, &[body, ALGORITHM, &signature, rest])
    }

    pub(super) fn list(&self, list: &List<'_>) -> Vec<u8> {
        self.sign(&self.body(list), &[])
    }

    /// A tbsCertList.
    pub(super) fn body(&self, list: &List<'_>) -> Vec<u8> {
        let optional = |tag, contents: &[u8]| match contents {
            [] => Vec::new(),
            _ => encode(tag, &[contents]),
        };
        let extensions = match list.extensions.concat() {
            none if none.is_empty() => none,
            some => explicit(0, &encode(SEQUENCE, &[&some])),
        };
        encode(
            SEQUENCE,
            &[
                &encode(INTEGER, &[&[1]]),
                ALGORITHM,
                &self.certificate.subject.der,
                &encode(UTC_TIME, &[list.this_update]),
                &optional(UTC_TIME, list.next_update),
                &optional(SEQUENCE, list.entries),
                &extensions,
            ],
        )
    }
}

/// An entry of a CRL, revoked on 2026-01-10.
pub(super) fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let list = match extensions.concat() {
        none if none.is_empty() => none,
        some => encode(SEQUENCE, &[&some]),
    };
    let date = encode(UTC_TIME, &[b"260110000000Z"]);
    encode(SEQUENCE, &[&encode(INTEGER, &[serial]), &date, &list])
}

/// The extension reasonCode.
pub(super) fn because(code: u8) -> Vec<u8> {
    extension(&[0x55, 0x1d, 21], false, &[0x0a, 1, code])
}

pub(super) fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &[BOOLEAN, 1, 0xff] } else { &[] };
    let oid = encode(OBJECT_IDENTIFIER, &[oid]);
    encode(SEQUENCE, &[&oid, flag, &encode(OCTET_STRING, &[value])])
}

/// An EXPLICIT tag around an element.
pub(super) fn explicit(number: u8, inner: &[u8]) -> Vec<u8> {
    encode(0xa0 | number, &[inner])
}

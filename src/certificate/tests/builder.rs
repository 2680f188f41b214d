//! A certificate put together field by field, for what rcgen rightly refuses to make.

use crate::certificate::der::{
    BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, UTC_TIME, encode,
};

/// The fields of a certificate; the signature is nonsense.
pub(crate) struct Builder {
    /// Encoded `[0] EXPLICIT Version`, or nothing for v1.
    pub(crate) version: Vec<u8>,
    /// Contents of the INTEGER.
    pub(crate) serial: Vec<u8>,
    /// Encoded AlgorithmIdentifier.
    pub(crate) algorithm: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) not_before: Vec<u8>,
    pub(crate) not_after: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    /// Encoded Extensions, one by one.
    pub(crate) extensions: Vec<Vec<u8>>,
    /// Bytes that do not belong there.
    pub(crate) after_extensions: Vec<u8>,
}

impl Default for Builder {
    fn default() -> Self {
        let someone = name(&[&[attribute(3, 0x0c, b"builder.example")]]);
        Self {
            version: b"\xa0\x03\x02\x01\x02".to_vec(),
            serial: vec![1],
            algorithm: algorithm(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]),
            issuer: someone.clone(),
            subject: someone,
            not_before: encode(UTC_TIME, &[b"250101000000Z"]),
            not_after: encode(UTC_TIME, &[b"351231235959Z"]),
            spki: spki(&algorithm(&[0x2b, 0x65, 0x70]), &[9; 32]),
            extensions: Vec::new(),
            after_extensions: Vec::new(),
        }
    }
}

impl Builder {
    pub(crate) fn build(&self) -> Vec<u8> {
        let serial = encode(INTEGER, &[&self.serial]);
        let validity = encode(SEQUENCE, &[&self.not_before, &self.not_after]);
        let list: Vec<&[u8]> = self.extensions.iter().map(Vec::as_slice).collect();
        let extensions = if list.is_empty() {
            Vec::new()
        } else {
            encode(0xa3, &[&encode(SEQUENCE, &list)])
        };
        let body = encode(
            SEQUENCE,
            &[
                &self.version,
                &serial,
                &self.algorithm,
                &self.issuer,
                &validity,
                &self.subject,
                &self.spki,
                &extensions,
                &self.after_extensions,
            ],
        );
        encode(
            SEQUENCE,
            &[
                &body,
                &self.algorithm,
                &encode(BIT_STRING, &[b"\0nonsense"]),
            ],
        )
    }
}

/// An AlgorithmIdentifier without parameters.
pub(crate) fn algorithm(oid: &[u8]) -> Vec<u8> {
    encode(SEQUENCE, &[&encode(OBJECT_IDENTIFIER, &[oid])])
}

/// A SubjectPublicKeyInfo.
pub(crate) fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    encode(SEQUENCE, &[algorithm, &encode(BIT_STRING, &[&[0], key])])
}

/// A Name of sets of attributes.
pub(crate) fn name(sets: &[&[Vec<u8>]]) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = sets
        .iter()
        .map(|set| encode(SET, &set.iter().map(Vec::as_slice).collect::<Vec<_>>()))
        .collect();
    encode(
        SEQUENCE,
        &sets.iter().map(Vec::as_slice).collect::<Vec<_>>(),
    )
}

/// An attribute of X.520, 2.5.4.`kind`.
pub(crate) fn attribute(kind: u8, tag: u8, value: &[u8]) -> Vec<u8> {
    encode(
        SEQUENCE,
        &[
            &encode(OBJECT_IDENTIFIER, &[&[0x55, 4, kind]]),
            &encode(tag, &[value]),
        ],
    )
}

/// An Extension by the contents of its OID.
pub(crate) fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical {
        encode(BOOLEAN, &[&[0xff]])
    } else {
        Vec::new()
    };
    encode(
        SEQUENCE,
        &[
            &encode(OBJECT_IDENTIFIER, &[oid]),
            &flag,
            &encode(OCTET_STRING, &[value]),
        ],
    )
}

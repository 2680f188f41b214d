//! Asking an OCSP responder, and telling whom an answer is about (RFC 6960, section 4.1.1).

use aws_lc_rs::digest::{
    Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest as hash,
};

use super::serial;
use crate::certificate::Certificate;
use crate::certificate::der::{
    BIT_STRING, Element, INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, encode,
};

/// 1.3.14.3.2.26 (SHA-1), the contents octets.
const SHA1_OID: &[u8] = &[0x2b, 14, 3, 2, 26];
/// 2.16.840.1.101.3.4.2: the SHA-2 hashes follow by their last number.
const SHA2_ARC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];

/// The OCSPRequest (DER) that asks about `certificate`, which `issuer` issued.
///
/// The certID is made with SHA-1, the only hash that every responder knows. There is no nonce: most public responders
/// answer from a cache and send none back, and a recorded answer has to be judged again later without its question.
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let name = hash(&SHA1_FOR_LEGACY_USE_ONLY, &certificate.issuer.der);
    let key = key_hash(&SHA1_FOR_LEGACY_USE_ONLY, issuer);
    let algorithm = encode(
        SEQUENCE,
        &[&encode(OBJECT_IDENTIFIER, &[SHA1_OID]), &encode(NULL, &[])],
    );
    let certificate_id = encode(
        SEQUENCE,
        &[
            &algorithm,
            &encode(OCTET_STRING, &[name.as_ref()]),
            &encode(OCTET_STRING, &[&key]),
            &encode(INTEGER, &[&serial(certificate)]),
        ],
    );
    // OCSPRequest, TBSRequest, requestList, Request.
    (0..4).fold(certificate_id, |inner, _| encode(SEQUENCE, &[&inner]))
}

/// The hash of a certificate's public key, without the algorithm and the count of unused bits.
pub(super) fn key_hash(algorithm: &'static Algorithm, certificate: &Certificate) -> Vec<u8> {
    let key = Element::only(&certificate.spki)
        .and_then(|info| info.children())
        .and_then(|fields| fields.last()?.tagged(BIT_STRING));
    let bits = key.and_then(|key| key.value.get(1..)).unwrap_or_default();
    hash(algorithm, bits).as_ref().to_vec()
}

/// The hash of that OID, when it is one that certIDs are made with.
pub(super) fn hash_algorithm(oid: &[u8]) -> Option<&'static Algorithm> {
    match (oid, oid.strip_prefix(SHA2_ARC)) {
        (SHA1_OID, _) => Some(&SHA1_FOR_LEGACY_USE_ONLY),
        (_, Some([1])) => Some(&SHA256),
        (_, Some([2])) => Some(&SHA384),
        (_, Some([3])) => Some(&SHA512),
        _ => None,
    }
}

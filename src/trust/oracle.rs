//! A second opinion on a path: rustls-webpki, which also judges what we do not look at.

use std::time::Duration;

use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm,
    TrustAnchor, UnixTime,
};
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::{Anchored, Fault, FaultKind, Link};
use crate::certificate::Certificate;
use crate::certificate::signature::LEGACY_ALGORITHMS;

use std::sync::Arc;

/// Adds what webpki finds wrong with a path that we found sound. Faulty paths are returned as they are. The signatures along
/// the path were checked when it was built, and are not checked again: they are most of the work.
pub(super) fn confirm(leaf: &Arc<Certificate>, mut path: Anchored, at: i64) -> Anchored {
    if path.faults.is_empty()
        && let Some(kind) = refusal(leaf, &path.links, at)
    {
        path.faults.push(Fault {
            certificate: leaf.clone(),
            kind,
        });
    }
    path
}

fn refusal(leaf: &Certificate, links: &[Link], at: i64) -> Option<FaultKind> {
    let (root, intermediates) = links.split_last()?;
    let moment = common_moment(leaf, links, at)?;
    let checked = checked(leaf, links);
    let root = CertificateDer::from(root.certificate.der.as_ref());
    let intermediates: Vec<_> = intermediates
        .iter()
        .map(|link| CertificateDer::from(link.certificate.der.as_ref()))
        .collect();
    let leaf = CertificateDer::from(leaf.der.as_ref());
    let anchor = webpki::anchor_from_trusted_cert(&root);
    let verified =
        anchor.and_then(|anchor| verify(&leaf, &intermediates, &[anchor], moment, &checked));
    verified.err().and_then(classify)
}

fn verify(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    anchors: &[TrustAnchor<'_>],
    moment: UnixTime,
    checked: &[Checked<'_>],
) -> Result<(), Error> {
    // webpki asks the first algorithm that fits both identifiers and no other; the legacy ones hold small RSA keys too.
    let algorithms = LEGACY_ALGORITHMS
        .iter()
        .chain(webpki::ALL_VERIFICATION_ALGS);
    let algorithms: Vec<_> = algorithms
        .map(|algorithm| Remembering {
            algorithm: *algorithm,
            checked,
        })
        .collect();
    let algorithms: Vec<_> = algorithms
        .iter()
        .map(|one| one as &dyn SignatureVerificationAlgorithm)
        .collect();
    let leaf = EndEntityCert::try_from(leaf)?;
    leaf.verify_for_usage(
        &algorithms,
        anchors,
        intermediates,
        moment,
        AnyPurpose,
        None,
        None,
    )
    .map(drop)
}

/// A signature that was found good.
#[derive(Debug)]
struct Checked<'a> {
    spki: &'a [u8],
    message: &'a [u8],
    signature: &'a [u8],
}

/// The signatures along a path without faults.
fn checked<'a>(leaf: &'a Certificate, links: &'a [Link]) -> Vec<Checked<'a>> {
    let issuers = links.iter().map(|link| link.certificate.as_ref());
    let children = std::iter::once(leaf).chain(issuers.clone());
    let signed = children.zip(issuers).filter_map(|(child, issuer)| {
        let (message, signature) = child.signed_content()?;
        Some(Checked {
            spki: &issuer.spki,
            message,
            signature,
        })
    });
    signed.collect()
}

/// An algorithm that knows some good signatures already.
#[derive(Debug)]
struct Remembering<'a> {
    algorithm: &'static dyn SignatureVerificationAlgorithm,
    checked: &'a [Checked<'a>],
}

impl SignatureVerificationAlgorithm for Remembering<'_> {
    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }

    fn verify_signature(
        &self,
        key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        // The key stands at the end of a SubjectPublicKeyInfo.
        let same = |known: &Checked<'_>| {
            (known.message, known.signature) == (message, signature) && known.spki.ends_with(key)
        };
        if self.checked.iter().any(same) {
            return Ok(());
        }
        self.algorithm.verify_signature(key, message, signature)
    }
}

/// A moment at which every certificate of the path is valid, as near to `at` as can be: dates are judged by the rules, and
/// an expired leaf must not hide what else is wrong.
fn common_moment(leaf: &Certificate, links: &[Link], at: i64) -> Option<UnixTime> {
    let all = || std::iter::once(leaf).chain(links.iter().map(|link| link.certificate.as_ref()));
    let from = all().map(|certificate| certificate.not_before.unix).max()?;
    let until = all().map(|certificate| certificate.not_after.unix).min()?;
    let moment = at.max(from).min(until);
    let seconds = u64::try_from(moment).ok()?;
    (from <= moment).then(|| UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
}

/// What remains of a refusal where the search has judged by itself and in full: webpki counts self-issued certificates,
/// knows no constraints of directory names, URIs and e-mail addresses, takes a namesake's bad signature for the path's, and
/// will not have a CA certificate as a leaf, which RFC 5280 allows and no platform of Jabber's minds.
fn classify(error: Error) -> Option<FaultKind> {
    let reason = match error {
        Error::NameConstraintViolation
        | Error::PathLenConstraintViolated
        | Error::InvalidSignatureForPublicKey
        | Error::CaUsedAsEndEntity => return None,
        Error::UnsupportedCertVersion => "the leaf is no version 3 certificate".to_owned(),
        other => other.to_string(),
    };
    Some(FaultKind::Refused(reason))
}

/// Extended key usages are judged by the `usage` rules.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

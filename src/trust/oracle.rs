//! A second opinion on a path: rustls-webpki, which also judges what we do not look at.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::{Anchored, Fault, FaultKind, Link};
use crate::certificate::Certificate;
use crate::certificate::signature::LEGACY_ALGORITHMS;

use std::sync::Arc;

/// Adds what webpki finds wrong with a path that we found sound. Faulty paths are returned as they are.
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
    let root = CertificateDer::from(root.certificate.der.as_slice());
    let intermediates: Vec<_> = intermediates
        .iter()
        .map(|link| CertificateDer::from(link.certificate.der.as_slice()))
        .collect();
    let leaf = CertificateDer::from(leaf.der.as_slice());
    let anchor = webpki::anchor_from_trusted_cert(&root);
    let verified = anchor.and_then(|anchor| verify(&leaf, &intermediates, &[anchor], moment));
    verified.err().and_then(classify)
}

fn verify(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    anchors: &[TrustAnchor<'_>],
    moment: UnixTime,
) -> Result<(), Error> {
    // webpki asks the first algorithm that fits both identifiers and no other; the legacy ones hold small RSA keys too.
    let mut algorithms: Vec<&dyn SignatureVerificationAlgorithm> = LEGACY_ALGORITHMS.to_vec();
    algorithms.extend(webpki::ALL_VERIFICATION_ALGS);
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

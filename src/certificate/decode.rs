//! DER to `Certificate`. The frame is cut by `parts`, which knows the odd times and tells where it went wrong;
//! x509-parser reads the key, the algorithms and the extensions inside.

use x509_parser::prelude::{AlgorithmIdentifier, FromDer};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::der::{Element, hex};
use super::extensions::Extensions;
use super::parts::{self, Parts};
use super::{
    Certificate, Digest, DistinguishedName, Malformed, PublicKey, SignatureAlgorithm, Time,
    self_signed, skim,
};

/// Decodes one certificate.
pub(super) fn certificate(der: &[u8]) -> Result<Certificate, Malformed> {
    parts::split(der)
        .and_then(|parts| assemble(der, &parts))
        .map_err(|reason| Malformed {
            digest: Digest::of(der),
            der: der.to_vec(),
            reason,
            skimmed: skim::skim(der).map(Box::new),
        })
}

fn assemble(der: &[u8], parts: &Parts<'_>) -> Result<Certificate, String> {
    let extensions = Extensions::read(&parts.extensions);
    let mut certificate = Certificate {
        digest: Digest::of(der),
        der: der.to_vec(),
        version: parts.version,
        serial: hex(parts.serial),
        subject: name(&parts.subject, "subject")?,
        issuer: name(&parts.issuer, "issuer")?,
        not_before: time(&parts.not_before, "notBefore")?,
        not_after: time(&parts.not_after, "notAfter")?,
        public_key: public_key(&parts.public_key)?,
        spki: parts.public_key.raw.to_vec(),
        signature: signature_algorithm(&parts.algorithm)?,
        alternative_name: extensions.alternative_name,
        key_usage: extensions.key_usage,
        extended_key_usage: extensions.extended_key_usage,
        basic_constraints: extensions.basic_constraints,
        subject_key_identifier: extensions.subject_key_identifier,
        authority_key_identifier: extensions.authority_key_identifier,
        authority_certificate: extensions.authority_certificate,
        name_constraints: extensions.name_constraints,
        crl_urls: extensions.crl_urls,
        ocsp_urls: extensions.ocsp_urls,
        issuer_urls: extensions.issuer_urls,
        unknown_critical_extensions: extensions.unknown_critical,
        broken_extensions: extensions.broken,
        self_signed: false,
    };
    certificate.self_signed = self_signed::is_self_signed(&certificate, parts);
    Ok(certificate)
}

pub(super) fn name(element: &Element<'_>, field: &str) -> Result<DistinguishedName, String> {
    DistinguishedName::from_der(element.raw).ok_or_else(|| format!("{field} is no X.501 name"))
}

fn time(element: &Element<'_>, field: &str) -> Result<Time, String> {
    Time::from_element(element).map_err(|reason| format!("{field}: {reason}"))
}

pub(super) fn public_key(element: &Element<'_>) -> Result<PublicKey, String> {
    let (_, info) = SubjectPublicKeyInfo::from_der(element.raw)
        .map_err(|fault| format!("subjectPublicKeyInfo cannot be read: {fault}"))?;
    Ok(PublicKey::of(&info))
}

pub(super) fn signature_algorithm(element: &Element<'_>) -> Result<SignatureAlgorithm, String> {
    let (_, identifier) = AlgorithmIdentifier::from_der(element.raw)
        .map_err(|fault| format!("signatureAlgorithm cannot be read: {fault}"))?;
    Ok(SignatureAlgorithm::of(&identifier))
}

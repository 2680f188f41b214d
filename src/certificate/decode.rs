//! DER to `Certificate`. The frame is cut by `parts`, which knows the odd times and tells where it went wrong;
//! x509-parser reads the key, the algorithms and the extensions inside.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use x509_parser::prelude::{AlgorithmIdentifier, FromDer};
use x509_parser::x509::SubjectPublicKeyInfo;

use super::der::{Element, hex};
use super::extensions::Extensions;
use super::parts::{self, Parts};
use super::{
    Certificate, Digest, DistinguishedName, Malformed, Parsed, PublicKey, SignatureAlgorithm, Time,
    self_signed, skim,
};

/// Decodes certificates. Of a CA that issued many of them the name is kept once.
#[derive(Debug, Default)]
pub struct Decoder {
    issuers: Mutex<HashMap<Bytes, Arc<DistinguishedName>>>,
}

impl Decoder {
    /// Decodes one DER certificate, whose facts then share its bytes. Trailing bytes are a fault.
    pub fn decode(&self, der: &Bytes) -> Result<Certificate, Malformed> {
        parts::split(der)
            .and_then(|parts| self.assemble(der, &parts))
            .map_err(|reason| Malformed {
                digest: Digest::of(der),
                der: der.clone(),
                reason,
                skimmed: skim::skim(der).map(Box::new),
            })
    }

    fn assemble(&self, der: &Bytes, parts: &Parts<'_>) -> Result<Certificate, String> {
        let issuer = self.issuer(der, &parts.issuer)?;
        assemble(der, parts, issuer)
    }

    /// Decodes a certificate to be shared, or keeps the bytes that should have been one.
    pub fn parse(&self, der: &Bytes) -> Parsed {
        self.decode(der).map(Arc::new).map_err(Arc::new)
    }

    fn issuer(&self, der: &Bytes, element: &Element<'_>) -> Result<Arc<DistinguishedName>, String> {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = issuers.get(element.raw) {
            return Ok(Arc::clone(known));
        }
        let issuer = Arc::new(name(der.slice_ref(element.raw), "issuer")?);
        issuers.insert(issuer.der.clone(), Arc::clone(&issuer));
        Ok(issuer)
    }
}

fn assemble(
    der: &Bytes,
    parts: &Parts<'_>,
    issuer: Arc<DistinguishedName>,
) -> Result<Certificate, String> {
    let extensions = Extensions::read(der, &parts.extensions);
    let mut certificate = Certificate {
        digest: Digest::of(der),
        der: der.clone(),
        version: parts.version,
        serial: hex(parts.serial),
        subject: name(der.slice_ref(parts.subject.raw), "subject")?,
        issuer,
        not_before: time(&parts.not_before, "notBefore")?,
        not_after: time(&parts.not_after, "notAfter")?,
        public_key: public_key(&parts.public_key)?,
        spki: der.slice_ref(parts.public_key.raw),
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

pub(super) fn name(der: Bytes, field: &str) -> Result<DistinguishedName, String> {
    DistinguishedName::read(der).ok_or_else(|| format!("{field} is no X.501 name"))
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

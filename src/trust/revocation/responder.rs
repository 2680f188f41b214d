//! Who signed an OCSP answer: the issuer itself, or a delegate of it (RFC 6960, section 4.2.2.2).

use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;

use super::fields::{broken, short};
use super::request::key_hash;
use super::signed::Signed;
use super::{Doubt, later, same_name};
use crate::certificate::der::{Element, OCTET_STRING};
use crate::certificate::signature::SignatureFault;
use crate::certificate::{Certificate, DistinguishedName};

/// id-kp-OCSPSigning.
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// id-pkix-ocsp-nocheck: not to be critical, but harmless when it is.
const NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
/// Certificates of an answer that are tried; more than two are never needed.
const MAX_CERTIFICATES: usize = 8;

/// The ResponderID of an answer.
pub(super) enum Responder<'a> {
    Name(DistinguishedName),
    /// SHA-1 of the key.
    Key(&'a [u8]),
}

impl<'a> Responder<'a> {
    /// Reads `[1] Name` or `[2] KeyHash`.
    pub(super) fn read(element: Element<'a>) -> Result<Self, Doubt> {
        let inner = Element::only(element.value).ok_or_else(|| broken("responderID"))?;
        if element.tag == 0xa1 {
            let name = DistinguishedName::from_der(inner.raw);
            return name.map(Self::Name).ok_or_else(|| broken("responderID"));
        }
        match inner.tagged(OCTET_STRING) {
            Some(hash) => Ok(Self::Key(hash.value)),
            None => Err(broken("responderID")),
        }
    }

    fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => same_name(name, &certificate.subject),
            Self::Key(hash) => *hash == key_hash(&SHA1_FOR_LEGACY_USE_ONLY, certificate),
        }
    }
}

/// Who signed, when that was somebody who may.
pub(super) enum Signer {
    Issuer,
    Delegate(Box<Certificate>),
}

impl Signer {
    /// Finds who signed an answer that was made at `produced_at` and brings `certificates` along. The issuer's key comes
    /// first, also in another certificate of it: it needs no permission.
    pub(super) fn find(
        signed: &Signed<'_>,
        responder: &Responder<'_>,
        certificates: &[Element<'_>],
        issuer: &Certificate,
        produced_at: i64,
    ) -> Result<Self, Doubt> {
        let mut doubt = None;
        if responder.is(issuer) {
            match signed.check(issuer) {
                Ok(()) => return Ok(Self::Issuer),
                Err(fault) => doubt = Some(fault),
            }
        }
        let sent = certificates.iter().take(MAX_CERTIFICATES);
        let named = sent
            .filter_map(|element| Certificate::from_der(element.raw).ok())
            .filter(|certificate| responder.is(certificate));
        for certificate in named {
            match Self::accept(certificate, signed, issuer, produced_at) {
                Ok(found) => return Ok(found),
                Err(fault) => doubt = Some(fault),
            }
        }
        Err(doubt.unwrap_or_else(|| {
            wrong("it names a responder that is not the issuer, and brings no certificate of it")
        }))
    }

    fn accept(
        certificate: Certificate,
        signed: &Signed<'_>,
        issuer: &Certificate,
        produced_at: i64,
    ) -> Result<Self, Doubt> {
        signed.check(&certificate)?;
        if certificate.spki == issuer.spki {
            return Ok(Self::Issuer);
        }
        check_delegate(&certificate, issuer)?;
        check_dates(&certificate, produced_at)?;
        Ok(Self::Delegate(Box::new(certificate)))
    }

    /// Whether the signer may still be believed at the moment `at`; the issuer's own dates are the path's matter.
    pub(super) fn is_current(&self, at: i64) -> Result<(), Doubt> {
        match self {
            Self::Issuer => Ok(()),
            Self::Delegate(delegate) => check_dates(delegate, at),
        }
    }
}

fn check_delegate(delegate: &Certificate, issuer: &Certificate) -> Result<(), Doubt> {
    let name = short(&delegate.subject.text);
    check_issued(delegate, issuer)?;
    // anyExtendedKeyUsage does not do: RFC 6960 wants the purpose itself.
    let purposes = delegate.extended_key_usage.as_ref();
    if !purposes.is_some_and(|usage| usage.0.iter().any(|oid| oid == OCSP_SIGNING)) {
        return Err(wrong(&format!(
            "its signer {name} lacks the extended key usage OCSPSigning"
        )));
    }
    let mut unknown = delegate.unknown_critical_extensions.iter();
    match unknown.find(|oid| *oid != NO_CHECK) {
        Some(oid) => Err(wrong(&format!(
            "its signer {name} has the unknown critical extension {}",
            short(oid)
        ))),
        None => Ok(()),
    }
}

/// The name first: a signature of a key of another kind could not be checked.
fn check_issued(delegate: &Certificate, issuer: &Certificate) -> Result<(), Doubt> {
    let (name, issuer_name) = (short(&delegate.subject.text), short(&issuer.subject.text));
    let foreign = wrong(&format!(
        "its signer {name} was not issued by {issuer_name}"
    ));
    if !same_name(&delegate.issuer, &issuer.subject) {
        return Err(foreign);
    }
    match delegate.is_signed_by(issuer) {
        Ok(()) => Ok(()),
        Err(SignatureFault::Bad) => Err(foreign),
        Err(SignatureFault::Unsupported) => Err(Doubt::Unsupported(format!(
            "signature algorithm {} of its signer {name}",
            short(&delegate.signature.name)
        ))),
    }
}

fn check_dates(delegate: &Certificate, at: i64) -> Result<(), Doubt> {
    let (name, start, end) = (
        short(&delegate.subject.text),
        &delegate.not_before,
        &delegate.not_after,
    );
    if at > later(end.unix) {
        return Err(wrong(&format!("its signer {name} expired at {end}")));
    }
    if start.unix > later(at) {
        return Err(wrong(&format!(
            "its signer {name} is valid only from {start}"
        )));
    }
    Ok(())
}

fn wrong(words: &str) -> Doubt {
    Doubt::WrongSigner(words.to_owned())
}

//! Whether a certificate is revoked, judged from the bytes that its CA published: no network, no clock.
//!
//! There are three values everywhere: good, revoked, unknown. Nothing that goes wrong is ever "not revoked": an answer
//! counts only when it is signed by who should, is about this very certificate, covers it, and is of the right time.
//!
//! Time is judged with [`CLOCK_SKEW`] on both sides:
//!
//! - Good holds from thisUpdate to nextUpdate; an answer without nextUpdate stays good.
//! - Revoked stays revoked: an answer past its nextUpdate still says so, and one that was made after the moment in
//!   question too, when the revocation itself is not later than that moment. The reason certificateHold is the exception,
//!   since it may be lifted: it holds from thisUpdate to nextUpdate only.
//!
//! Signatures with SHA-1 are accepted: old CAs still make them, and a forger would need one of them to sign what he
//! prepared. Where a CA has several certificates with several keys, each may be tried as `issuer`; that it issued the
//! certificate, and is trusted itself, is the path's matter.

mod crl;
mod entries;
mod fields;
mod ocsp;
mod request;
mod responder;
mod scope;
mod signed;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::certificate::{Certificate, DistinguishedName};

pub use crl::RevocationList;
pub use entries::Serials;
pub use request::ocsp_request;

/// Seconds that clocks may differ: five minutes, as in OpenSSL's `ocsp -validity_period`.
pub const CLOCK_SKEW: i64 = 300;

/// What is known of a certificate's revocation. Moments are unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Not revoked.
    Good {
        /// When that was known to be so.
        this_update: i64,
        /// When newer information will be there, where that is said.
        next_update: Option<i64>,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        at: i64,
        /// The CRLReason as RFC 5280 spells it ("keyCompromise"), where a known one is given.
        reason: Option<&'static str>,
        /// When that was known to be so.
        this_update: i64,
        /// When newer information will be there, where that is said.
        next_update: Option<i64>,
    },
    /// Neither can be said.
    Unknown(Doubt),
}

/// Why an answer says nothing. Words may hold names from the answer, raw: escape before showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It is no CRL or OCSP answer, or only one that reports an error: what it is, in words ("an HTML page").
    NotAnAnswer(String),
    /// Not signed by who should have signed: what is wrong, in words.
    WrongSigner(String),
    /// Its time is over.
    Stale {
        /// When it ended.
        next_update: i64,
    },
    /// Its time is still to come.
    NotYetValid {
        /// When it begins.
        this_update: i64,
    },
    /// It is about other certificates.
    OtherCertificate,
    /// The OCSP responder does not know the certificate.
    ResponderUnknown,
    /// It needs what is not done here, or covers only certificates of another kind: what, in words.
    Unsupported(String),
}

/// Judges an OCSP answer (DER) about `certificate`, which `issuer` issued, as of the moment `at` (unix seconds).
///
/// The nonce is not looked at, since recorded answers are judged again later. What the issuer itself did not sign must be
/// signed by a delegate: issued by the issuer, with id-kp-OCSPSigning. A delegate has to be valid when it signed, and for
/// `Good` also at the moment `at`. Whether the delegate itself is revoked is not asked, with or without
/// id-pkix-ocsp-nocheck. Of several answers about the certificate one that says revoked counts, else the newest.
pub fn judge_ocsp(
    bytes: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    at: i64,
) -> Answer {
    ocsp::judge(bytes, certificate, issuer, at).unwrap_or_else(Answer::Unknown)
}

/// Judges a CRL (DER, or PEM with text around it) on `certificate`, which `issuer` issued, as of the moment `at` (unix
/// seconds).
///
/// A CRL that covers only a part (a delta, some reasons, another distribution point) says `Revoked` of what it lists
/// and nothing of what it does not. Indirect CRLs are not supported. The whole list is walked: where it is asked about
/// many certificates, [`RevocationList`] walks it once for all.
pub fn judge_crl(bytes: &[u8], certificate: &Certificate, issuer: &Certificate, at: i64) -> Answer {
    let wanted = Arc::new(Serials::of([certificate]));
    match RevocationList::read(bytes, issuer, &wanted) {
        Ok(list) => list.weigh(certificate, at).unwrap_or_else(Answer::Unknown),
        Err(doubt) => Answer::Unknown(doubt),
    }
}

/// What a file is, in words, that should be a CRL and is none. Who signed it, and when, does not matter.
pub fn not_a_crl(bytes: &[u8]) -> Option<String> {
    words_of(crl::open(bytes).err())
}

/// What a file is, in words, that should be an OCSP answer and is none, or only one that reports an error.
pub fn not_an_ocsp_answer(bytes: &[u8]) -> Option<String> {
    words_of(ocsp::open(bytes).err())
}

fn words_of(doubt: Option<Doubt>) -> Option<String> {
    match doubt {
        Some(Doubt::NotAnAnswer(words)) => Some(words),
        _ => None,
    }
}

/// The reason that may be taken back.
const CERTIFICATE_HOLD: &str = "certificateHold";

/// Since when and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Revocation {
    since: i64,
    reason: Option<&'static str>,
}

/// The time for which an answer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    this_update: i64,
    next_update: Option<i64>,
}

impl Window {
    fn good(self, at: i64) -> Result<Answer, Doubt> {
        self.covers(at).map(|()| Answer::Good {
            this_update: self.this_update,
            next_update: self.next_update,
        })
    }

    fn revoked(self, revocation: Revocation, at: i64) -> Result<Answer, Doubt> {
        let Revocation { since, reason } = revocation;
        match self.covers(at) {
            Err(doubt) if reason == Some(CERTIFICATE_HOLD) => return Err(doubt),
            Err(doubt @ Doubt::NotYetValid { .. }) if since > later(at) => return Err(doubt),
            _ => {}
        }
        Ok(Answer::Revoked {
            at: since,
            reason,
            this_update: self.this_update,
            next_update: self.next_update,
        })
    }

    fn covers(self, at: i64) -> Result<(), Doubt> {
        let this_update = self.this_update;
        if this_update > later(at) {
            return Err(Doubt::NotYetValid { this_update });
        }
        match self.next_update {
            Some(next_update) if at > later(next_update) => Err(Doubt::Stale { next_update }),
            _ => Ok(()),
        }
    }
}

fn later(moment: i64) -> i64 {
    moment.saturating_add(CLOCK_SKEW)
}

/// The name of a CRLReason (RFC 5280, section 5.3.1).
fn reason(code: &[u8]) -> Option<&'static str> {
    match code {
        [0] => Some("unspecified"),
        [1] => Some("keyCompromise"),
        [2] => Some("cACompromise"),
        [3] => Some("affiliationChanged"),
        [4] => Some("superseded"),
        [5] => Some("cessationOfOperation"),
        [6] => Some(CERTIFICATE_HOLD),
        [8] => Some("removeFromCRL"),
        [9] => Some("privilegeWithdrawn"),
        [10] => Some("aACompromise"),
        _ => None,
    }
}

/// Serial numbers are compared without the zeros in front: some CAs write them in their lists in another length.
fn significant(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|byte| **byte == 0).count();
    serial.get(zeros..).unwrap_or_default()
}

/// The serial number of a certificate as encoded.
fn serial(certificate: &Certificate) -> Vec<u8> {
    let digits = certificate.serial.as_bytes().chunks(2);
    digits
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// The same name, perhaps in other string types or letter cases (RFC 5280, section 7.1).
fn same_name(one: &DistinguishedName, other: &DistinguishedName) -> bool {
    one.der == other.der || one.text.eq_ignore_ascii_case(&other.text)
}

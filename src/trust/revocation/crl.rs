//! Reading a CRL (RFC 5280, section 5).

use std::borrow::Cow;
use std::sync::Arc;

use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject;

use super::entries::{Listed, Serials};
use super::fields::{Extension, Fields, broken, moment, sequence, short};
use super::scope::Scope;
use super::signed::Signed;
use super::{Answer, Doubt, Window, same_name};
use crate::certificate::der::{Element, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME};
use crate::certificate::{Certificate, DistinguishedName, KeyUsage};

/// A CRL that was read once: whether one issuer signed it, and what it lists of the serial numbers that were wanted. Nothing of
/// its bytes is kept.
#[derive(Debug)]
pub struct RevocationList {
    issuer: DistinguishedName,
    window: Window,
    scope: Scope,
    wanted: Arc<Serials>,
    /// What it lists, when the issuer signed it.
    listed: Result<Listed, Doubt>,
}

impl RevocationList {
    /// Reads a CRL (DER, or PEM with text around it) that `issuer` should have signed. The whole list is walked once; who
    /// fetches it bounds its size.
    ///
    /// # Errors
    ///
    /// Why it says nothing of any certificate.
    pub fn read(bytes: &[u8], issuer: &Certificate, wanted: &Arc<Serials>) -> Result<Self, Doubt> {
        let der = der(bytes)?;
        let list = List::open(&der)?;
        let scope = Scope::read(&list.extensions)?;
        scope.refuse_indirect()?;
        let signed = list.check_signature(issuer, &scope);
        Ok(Self {
            listed: signed.and_then(|()| Listed::read(list.entries, wanted)),
            issuer: list.issuer,
            window: list.window,
            scope,
            wanted: Arc::clone(wanted),
        })
    }

    /// What it says of a certificate, as of the moment `at` (unix seconds); `None` when its serial number was not wanted.
    pub fn judge(&self, certificate: &Certificate, at: i64) -> Option<Answer> {
        let is_wanted = self.wanted.holds(certificate);
        is_wanted.then(|| self.weigh(certificate, at).unwrap_or_else(Answer::Unknown))
    }

    pub(super) fn weigh(&self, certificate: &Certificate, at: i64) -> Result<Answer, Doubt> {
        self.check_name(certificate)?;
        let listed = self.listed.as_ref().map_err(Doubt::clone)?;
        self.scope.covers_kind_of(certificate)?;
        let Some(revocation) = listed.entry(certificate)? else {
            self.scope.covers_whole(certificate)?;
            return self.window.good(at);
        };
        if revocation.reason == Some(REMOVE_FROM_CRL) {
            let words = if self.scope.is_delta() {
                "a delta CRL that takes the certificate off its base: the base is needed"
            } else {
                "removeFromCRL in a CRL that is no delta"
            };
            return Err(Doubt::Unsupported(words.to_owned()));
        }
        self.window.revoked(revocation, at)
    }

    fn check_name(&self, certificate: &Certificate) -> Result<(), Doubt> {
        if same_name(&self.issuer, &certificate.issuer) {
            return Ok(());
        }
        let (one, other) = (short(&self.issuer.text), short(&certificate.issuer.text));
        let words = format!("it is a CRL of {one}, the certificate is of {other}");
        Err(Doubt::WrongSigner(words))
    }
}

/// Whether it can be taken apart.
pub(super) fn open(bytes: &[u8]) -> Result<(), Doubt> {
    List::open(&der(bytes)?).map(drop)
}

/// The reason of entries of a delta CRL that are no revocations.
pub(super) const REMOVE_FROM_CRL: &str = "removeFromCRL";

/// DER, out of PEM where there is such a block.
fn der(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Doubt> {
    // Text may begin with a "0" as well, but not go on like this; and no CRL fits into 127 bytes.
    if matches!(bytes, [SEQUENCE, 0x80..=0xff, ..]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match CertificateRevocationListDer::from_pem_slice(text) {
        Ok(list) => Ok(Cow::Owned(list.to_vec())),
        Err(rustls_pki_types::pem::Error::NoItemsFound) => Ok(Cow::Borrowed(bytes)),
        Err(fault) => Err(Doubt::NotAnAnswer(format!("broken PEM: {fault}"))),
    }
}

/// A CertificateList.
struct List<'a> {
    signed: Signed<'a>,
    /// The AlgorithmIdentifier inside of the signed part.
    algorithm: Element<'a>,
    issuer: DistinguishedName,
    window: Window,
    /// The entries one after the other.
    entries: &'a [u8],
    extensions: Vec<Extension<'a>>,
}

impl<'a> List<'a> {
    fn open(der: &'a [u8]) -> Result<Self, Doubt> {
        let mut fields = Fields::of(sequence(der)?);
        let signed = Signed::take(&mut fields)?;
        fields.end("CertificateList")?;
        Self::read(signed)
    }

    fn read(signed: Signed<'a>) -> Result<Self, Doubt> {
        let mut fields = Fields::of(signed.body);
        let version = fields.optional(&[INTEGER]);
        if version.is_some_and(|version| !matches!(version.value, [0 | 1])) {
            return Err(Doubt::Unsupported("CRL version".to_owned()));
        }
        let algorithm = fields.take(&[SEQUENCE], "signature")?;
        let issuer = DistinguishedName::from_der(fields.take(&[SEQUENCE], "issuer")?.raw);
        let this_update = fields.take(&TIMES, "thisUpdate")?;
        let next_update = fields.optional(&TIMES);
        let entries = fields.optional(&[SEQUENCE]);
        let extensions = fields.explicit(0xa0, &[SEQUENCE], "crlExtensions")?;
        fields.end("tbsCertList")?;
        let next_update = next_update.map(|time| moment(time, "nextUpdate"));
        let window = Window {
            this_update: moment(this_update, "thisUpdate")?,
            next_update: next_update.transpose()?,
        };
        Ok(Self {
            signed,
            algorithm,
            issuer: issuer.ok_or_else(|| broken("issuer"))?,
            window,
            entries: entries.map_or(&[], |list| list.value),
            extensions: extensions.map_or_else(|| Ok(Vec::new()), Extension::read)?,
        })
    }

    /// The issuer's key, and its permission to sign CRLs.
    fn check_signature(&self, issuer: &Certificate, scope: &Scope) -> Result<(), Doubt> {
        let name = short(&issuer.subject.text);
        if self.algorithm.raw != self.signed.algorithm.raw {
            let words = "it names two different signature algorithms";
            return Err(Doubt::WrongSigner(words.to_owned()));
        }
        match self.signed.check(issuer) {
            Err(Doubt::WrongSigner(_)) if scope.names_another_key(issuer) => {
                let words = format!("it was signed with another key of {name}");
                return Err(Doubt::WrongSigner(words));
            }
            checked => checked?,
        }
        match issuer.key_usage {
            Some(usage) if !usage.contains(KeyUsage::CRL_SIGN) => {
                let words = format!("the key usage of {name} lacks cRLSign");
                Err(Doubt::WrongSigner(words))
            }
            _ => Ok(()),
        }
    }
}

const TIMES: [u8; 2] = [UTC_TIME, GENERALIZED_TIME];

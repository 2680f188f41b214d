//! Looking serial numbers up among the revokedCertificates of a CRL (RFC 5280, section 5.3). A list may have a million of
//! them, so it is walked once for all serial numbers that are wanted, and nothing is kept of the others.

use std::collections::{HashMap, HashSet};

use super::crl::REMOVE_FROM_CRL;
use super::fields::{Extension, Fields, broken, moment};
use super::{Doubt, Revocation, reason, serial, significant};
use crate::certificate::Certificate;
use crate::certificate::der::{ENUMERATED, Element, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME};

/// 2.5.29.21 (reasonCode), the contents octets.
const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];
/// 2.5.29.29 (certificateIssuer), the contents octets.
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
/// reasonCode, holdInstructionCode and invalidityDate.
const KNOWN_EXTENSIONS: [&[u8]; 3] = [REASON_CODE, &[0x55, 0x1d, 23], &[0x55, 0x1d, 24]];

/// Serial numbers that may be looked up, whoever gave them out.
#[derive(Debug, Default)]
pub struct Serials(HashSet<Box<[u8]>>);

impl Serials {
    /// Those of some certificates.
    pub fn of<'c>(certificates: impl IntoIterator<Item = &'c Certificate>) -> Self {
        Self(certificates.into_iter().map(key).collect())
    }

    pub(super) fn holds(&self, certificate: &Certificate) -> bool {
        self.0.contains(&key(certificate))
    }
}

/// What a list says of the serial numbers that were wanted; an entry that cannot be followed speaks of its own alone.
#[derive(Debug, Default)]
pub(super) struct Listed(HashMap<Box<[u8]>, Result<Revocation, Doubt>>);

impl Listed {
    /// Walks a list. An entry that revokes comes before one that does not. All entries are read to the last one: a single
    /// critical extension that is not known, wherever it stands, forbids to use the list.
    pub(super) fn read(entries: &[u8], wanted: &Serials) -> Result<Self, Doubt> {
        let mut listed = Self::default();
        let mut rest = entries;
        while !rest.is_empty() {
            let (element, after) = Element::split(rest).ok_or_else(unreadable)?;
            rest = after;
            let entry = Entry::read(element)?;
            let serial = significant(entry.serial);
            if wanted.0.contains(serial) {
                listed.enter(serial, &entry);
            }
        }
        Ok(listed)
    }

    fn enter(&mut self, serial: &[u8], entry: &Entry<'_>) {
        let known = self.0.get(serial);
        let is_settled =
            known.is_some_and(|known| known.as_ref().map_or(true, |one| one.revokes()));
        if !is_settled {
            let revocation = moment(entry.date, "revocationDate").map(|since| Revocation {
                since,
                reason: entry.reason,
            });
            self.0.insert(serial.into(), revocation);
        }
    }

    /// What is said of a certificate whose serial number was wanted; `None` when it is not listed.
    pub(super) fn entry(&self, certificate: &Certificate) -> Result<Option<Revocation>, Doubt> {
        self.0.get(&key(certificate)).cloned().transpose()
    }
}

fn key(certificate: &Certificate) -> Box<[u8]> {
    significant(&serial(certificate)).into()
}

impl Revocation {
    fn revokes(self) -> bool {
        self.reason != Some(REMOVE_FROM_CRL)
    }
}

struct Entry<'a> {
    serial: &'a [u8],
    date: Element<'a>,
    reason: Option<&'static str>,
}

impl<'a> Entry<'a> {
    fn read(element: Element<'a>) -> Result<Self, Doubt> {
        let mut fields = Fields::of(element.tagged(SEQUENCE).ok_or_else(unreadable)?);
        let serial = fields.take(&[INTEGER], ENTRIES)?.value;
        let date = fields.take(&[UTC_TIME, GENERALIZED_TIME], ENTRIES)?;
        let extensions = fields.optional(&[SEQUENCE]);
        fields.end(ENTRIES)?;
        Ok(Self {
            serial,
            date,
            reason: extensions.map_or(Ok(None), reason_code)?,
        })
    }
}

/// The reason, when there is one; refuses what cannot be followed.
fn reason_code(extensions: Element<'_>) -> Result<Option<&'static str>, Doubt> {
    let mut found = None;
    for extension in Extension::read(extensions)? {
        if extension.oid == CERTIFICATE_ISSUER {
            let words = "indirect CRL: its entries name other issuers";
            return Err(Doubt::Unsupported(words.to_owned()));
        }
        extension.refuse_unknown(&KNOWN_EXTENSIONS)?;
        if extension.oid == REASON_CODE {
            let code = Element::only(extension.value).and_then(|code| code.tagged(ENUMERATED));
            found = reason(code.ok_or_else(|| broken("reasonCode"))?.value);
        }
    }
    Ok(found)
}

const ENTRIES: &str = "revokedCertificates";

fn unreadable() -> Doubt {
    broken(ENTRIES)
}

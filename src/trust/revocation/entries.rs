//! Looking a serial number up among the revokedCertificates of a CRL (RFC 5280, section 5.3). A list may have a million
//! of them, so nothing is kept.

use super::crl::REMOVE_FROM_CRL;
use super::fields::{Extension, Fields, broken, moment};
use super::{Doubt, Revocation, reason, significant};
use crate::certificate::der::{ENUMERATED, Element, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME};

/// 2.5.29.21 (reasonCode), the contents octets.
const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];
/// 2.5.29.29 (certificateIssuer), the contents octets.
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
/// reasonCode, holdInstructionCode and invalidityDate.
const KNOWN_EXTENSIONS: [&[u8]; 3] = [REASON_CODE, &[0x55, 0x1d, 23], &[0x55, 0x1d, 24]];

/// What the list says of a serial number; `None` when it is not listed. An entry that revokes comes before one that
/// does not. All entries are read to the last one: a single critical extension that is not known, wherever it stands,
/// forbids to use the list.
pub(super) fn find(entries: &[u8], serial: &[u8]) -> Result<Option<Revocation>, Doubt> {
    let wanted = significant(serial);
    let mut found: Option<Revocation> = None;
    let mut rest = entries;
    while !rest.is_empty() {
        let (element, after) = Element::split(rest).ok_or_else(unreadable)?;
        rest = after;
        let entry = Entry::read(element)?;
        if significant(entry.serial) == wanted && found.is_none_or(|found| !found.revokes()) {
            found = Some(Revocation {
                since: moment(entry.date, "revocationDate")?,
                reason: entry.reason,
            });
        }
    }
    Ok(found)
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

//! Extensions of certificates, CRLs and OCSP answers: names, identifiers and policies of an organization are replaced,
//! what says how a certificate may be used stays.

use super::Redactor;
use super::der::{joined, zeros};
use crate::certificate::der::{
    Element, IA5_STRING, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, dotted, elements,
    encode, hex,
};

/// Extensions without names: keyUsage, basicConstraints, policyConstraints, inhibitAnyPolicy, TLS feature, Netscape's
/// certificate type, pre-certificate poison, ocsp-nocheck, and of CRLs number, delta indicator, reason, invalidity date.
const WITHOUT_NAMES: [&str; 12] = [
    "2.5.29.15",
    "2.5.29.19",
    "2.5.29.36",
    "2.5.29.54",
    "1.3.6.1.5.5.7.1.24",
    "2.16.840.1.113730.1.1",
    "1.3.6.1.4.1.11129.2.4.3",
    "1.3.6.1.5.5.7.48.1.5",
    "2.5.29.20",
    "2.5.29.27",
    "2.5.29.21",
    "2.5.29.24",
];
/// Their values are a few numbers and flags; anything longer hides something.
const LONGEST_WITHOUT_NAMES: usize = 40;
/// In the place of a value that could not be read: it cannot be read either.
const UNREADABLE: &[u8] = &[0x30, 0x7f];

impl Redactor {
    /// The contents of an Extensions list.
    pub(super) fn extensions(&mut self, list: &Element<'_>) -> Vec<u8> {
        let all: Vec<Vec<u8>> = elements(list.value)
            .map(|extension| self.extension(&extension))
            .collect();
        joined(list.tag, &all)
    }

    fn extension(&mut self, extension: &Element<'_>) -> Vec<u8> {
        let fields: Vec<Element<'_>> = elements(extension.value).collect();
        let (Some(kind), Some(value)) = (fields.first(), fields.last()) else {
            return zeros(extension);
        };
        if kind.tag != OBJECT_IDENTIFIER || value.tag != OCTET_STRING || fields.len() > 3 {
            return zeros(extension);
        }
        let oid = dotted(kind.value);
        let replaced = self
            .value(&oid, value.value)
            .unwrap_or_else(|| UNREADABLE.to_vec());
        let flag = fields.get(1).filter(|_| fields.len() == 3);
        let flag = flag.map_or_else(Vec::new, |flag| {
            encode(flag.tag, &[flag.value.get(..1).unwrap_or_default()])
        });
        let value = encode(OCTET_STRING, &[&replaced]);
        joined(extension.tag, &[self.oid(kind), flag, value])
    }

    fn value(&mut self, oid: &str, value: &[u8]) -> Option<Vec<u8>> {
        if WITHOUT_NAMES.contains(&oid) {
            return (value.len() <= LONGEST_WITHOUT_NAMES).then(|| value.to_vec());
        }
        let sequence = || Element::only(value).and_then(|list| list.tagged(SEQUENCE));
        match oid {
            "2.5.29.17" | "2.5.29.18" | "2.5.29.29" => {
                let names = self.general_names(sequence()?.value)?;
                Some(encode(SEQUENCE, &[&names]))
            }
            "2.5.29.14" => {
                let id = Element::only(value)?.tagged(OCTET_STRING)?;
                Some(encode(OCTET_STRING, &[&self.identifier(id.value)]))
            }
            "2.5.29.35" => self.authority_key(&sequence()?),
            "2.5.29.37" | "2.5.29.33" => self.oids(&sequence()?, 0),
            "2.5.29.32" => self.each(&sequence()?, Self::policy),
            "2.5.29.30" => self.each(&sequence()?, Self::subtrees),
            "2.5.29.31" | "2.5.29.46" => self.each(&sequence()?, Self::distribution_point),
            "2.5.29.28" => self.distribution_point(&sequence()?),
            "1.3.6.1.5.5.7.1.1" | "1.3.6.1.5.5.7.1.11" => {
                self.each(&sequence()?, Self::access_description)
            }
            _ => Some(encode(
                OCTET_STRING,
                &[&vec![0; value.len().saturating_sub(2)]],
            )),
        }
    }

    fn each(
        &mut self,
        list: &Element<'_>,
        one: impl Fn(&mut Self, &Element<'_>) -> Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        let children = list.children()?;
        let parts: Option<Vec<Vec<u8>>> = children.iter().map(|child| one(self, child)).collect();
        Some(joined(list.tag, &parts?))
    }

    fn authority_key(&mut self, list: &Element<'_>) -> Option<Vec<u8>> {
        self.each(list, |this, field| match field.tag {
            0x80 => Some(encode(0x80, &[&this.identifier(field.value)])),
            0xa1 => Some(encode(0xa1, &[&this.general_names(field.value)?])),
            0x82 => Some(encode(0x82, &[&this.serial(field.value)])),
            _ => None,
        })
    }

    /// Lists of OIDs, perhaps in pairs.
    fn oids(&mut self, list: &Element<'_>, depth: usize) -> Option<Vec<u8>> {
        self.each(list, |this, field| match field.tag {
            OBJECT_IDENTIFIER => Some(this.oid(field)),
            SEQUENCE if depth == 0 => this.oids(field, 1),
            _ => None,
        })
    }

    fn policy(&mut self, policy: &Element<'_>) -> Option<Vec<u8>> {
        self.each(policy, |this, field| match field.tag {
            OBJECT_IDENTIFIER => Some(this.oid(field)),
            SEQUENCE => this.each(field, Self::qualifier),
            _ => None,
        })
    }

    /// The URL of a practice statement, or a notice, which is left empty.
    fn qualifier(&mut self, qualifier: &Element<'_>) -> Option<Vec<u8>> {
        self.each(qualifier, |this, field| match field.tag {
            OBJECT_IDENTIFIER => Some(this.oid(field)),
            IA5_STRING => {
                let url = this.url(&String::from_utf8_lossy(field.value));
                Some(encode(IA5_STRING, &[url.as_bytes()]))
            }
            SEQUENCE => Some(encode(SEQUENCE, &[])),
            _ => None,
        })
    }

    /// permittedSubtrees or excludedSubtrees.
    fn subtrees(&mut self, subtrees: &Element<'_>) -> Option<Vec<u8>> {
        self.each(subtrees, |this, subtree| {
            this.each(subtree, |this, field| match field.tag {
                // A minimum and a maximum: numbers.
                0x80 | 0x81 if field.value.len() == 1 => Some(field.raw.to_vec()),
                // A host here, no URL (RFC 5280, section 4.2.1.10).
                0x86 => {
                    let host = String::from_utf8_lossy(field.value).into_owned();
                    Some(encode(0x86, &[this.names.host(&host).as_bytes()]))
                }
                _ => Some(this.general_name(field)),
            })
        })
    }

    /// DistributionPoint and IssuingDistributionPoint.
    fn distribution_point(&mut self, point: &Element<'_>) -> Option<Vec<u8>> {
        self.each(point, |this, field| match field.tag {
            0xa0 => this.each(field, |this, name| match name.tag {
                0xa0 => Some(encode(0xa0, &[&this.general_names(name.value)?])),
                0xa1 => Some(zeros(name)),
                _ => None,
            }),
            0xa2 => Some(encode(0xa2, &[&this.general_names(field.value)?])),
            0x81..=0x85 if field.value.len() <= 4 => Some(field.raw.to_vec()),
            _ => None,
        })
    }

    fn access_description(&mut self, description: &Element<'_>) -> Option<Vec<u8>> {
        self.each(description, |this, field| match field.tag {
            OBJECT_IDENTIFIER => Some(this.oid(field)),
            _ => Some(this.general_name(field)),
        })
    }

    /// A key identifier: the same for the same original, of the same length.
    pub(super) fn identifier(&mut self, original: &[u8]) -> Vec<u8> {
        let number = self.names.numbered("key", &hex(original));
        filled(0xee, number, original.len().max(4))
    }

    /// A serial number's contents: positive or negative as before, none of under four bytes.
    pub(super) fn serial(&mut self, original: &[u8]) -> Vec<u8> {
        let number = self.names.numbered("serial", &hex(significant(original)));
        let negative = original.first().is_some_and(|first| *first >= 0x80);
        if original.iter().all(|byte| *byte == 0) {
            return original.to_vec();
        }
        filled(
            if negative { 0xee } else { 0x4e },
            number,
            original.len().max(4),
        )
    }

    /// A serial number with its tag.
    pub(super) fn serial_element(&mut self, element: &Element<'_>) -> Vec<u8> {
        encode(INTEGER, &[&self.serial(element.value)])
    }
}

fn significant(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|byte| **byte == 0).count();
    serial
        .get(zeros.min(serial.len().saturating_sub(1))..)
        .unwrap_or_default()
}

/// `filler` again and again, and a number in the last three bytes.
fn filled(filler: u8, number: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![filler; length];
    for (byte, shift) in bytes.iter_mut().rev().take(3).zip([0, 8, 16]) {
        *byte = u8::try_from((number >> shift) & 0xff).unwrap_or(0);
    }
    bytes
}

//! What can still be read from a certificate that cannot be decoded: a walk over its elements that judges nothing.

use super::der::{Element, INTEGER, SEQUENCE, hex};
use super::{DistinguishedName, extensions, parts};

/// Facts from a broken certificate; any may be missing. Text is raw: escape before showing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skimmed {
    /// As people count: 1, 2 or 3.
    pub version: Option<u32>,
    /// Lower-case hex, as encoded.
    pub serial: Option<String>,
    /// Attributes of the subject that could be read, most specific first.
    pub subject: Option<String>,
    /// Attributes of the issuer that could be read, most specific first.
    pub issuer: Option<String>,
    /// The characters of notBefore.
    pub not_before: Option<String>,
    /// The characters of notAfter.
    pub not_after: Option<String>,
    /// Dotted OIDs of the extensions, in order.
    pub extensions: Vec<String>,
    /// What stood out, in words.
    pub notes: Vec<String>,
}

/// Reads what there is; `None` when nothing looks like a certificate.
pub(super) fn skim(der: &[u8]) -> Option<Skimmed> {
    let (outer, trailing) = Element::split_clamped(der)?;
    let (body, after) = Element::split_clamped(outer.tagged(SEQUENCE)?.value)?;
    let mut skimmed = Skimmed::default();
    skimmed.walk(body.tagged(SEQUENCE)?.value);
    if skimmed.serial.is_none() && skimmed.issuer.is_none() {
        return None;
    }
    if !trailing.is_empty() {
        skimmed
            .notes
            .push(format!("{} bytes after the certificate", trailing.len()));
    }
    skimmed.compare_algorithms(body.value, after);
    Some(skimmed)
}

impl Skimmed {
    /// Fields of tbsCertificate in their order; what does not fit is noted.
    fn walk(&mut self, contents: &[u8]) {
        let mut sequences = 0;
        for field in clamped(contents) {
            match field.tag {
                0xa0 => self.version = parts::version(Some(field)).ok(),
                INTEGER if self.serial.is_none() => self.take_serial(field.value),
                SEQUENCE => {
                    sequences += 1;
                    self.take_sequence(sequences, field.value);
                }
                0x81 | 0xa1 | 0x82 | 0xa2 => {}
                0xa3 => self.take_extensions(field.value),
                tag => self.notes.push(format!("unexpected field 0x{tag:02x}")),
            }
        }
        if self.version.is_none() && !contents.starts_with(&[0xa0]) {
            self.version = Some(1);
        }
    }

    fn take_serial(&mut self, contents: &[u8]) {
        if contents.first().is_some_and(|first| *first >= 0x80) {
            self.notes.push("negative serial number".to_owned());
        }
        self.serial = Some(hex(contents));
    }

    /// The SEQUENCEs of tbsCertificate are, in order: signature, issuer, validity, subject, subjectPublicKeyInfo.
    fn take_sequence(&mut self, number: u32, contents: &[u8]) {
        match number {
            2 => self.issuer = Some(DistinguishedName::salvaged(contents)),
            3 => self.take_validity(contents),
            4 => self.subject = Some(DistinguishedName::salvaged(contents)),
            1 | 5 => {}
            _ => self.notes.push("unexpected field 0x30".to_owned()),
        }
    }

    fn take_validity(&mut self, contents: &[u8]) {
        let mut times =
            clamped(contents).map(|time| String::from_utf8_lossy(time.value).into_owned());
        self.not_before = times.next();
        self.not_after = times.next();
    }

    fn take_extensions(&mut self, contents: &[u8]) {
        let list = Element::split_clamped(contents).map_or(&[][..], |(list, _)| list.value);
        self.extensions = clamped(list)
            .map(|extension| extensions::identifier(&extension))
            .collect();
    }

    fn compare_algorithms(&mut self, body: &[u8], after: &[u8]) {
        let inner = clamped(body).find(|field| field.tag == SEQUENCE);
        let outer = Element::split(after).map(|(outer, _)| outer);
        match (inner, outer) {
            (Some(inner), Some(outer)) if inner.raw != outer.raw => {
                self.notes
                    .push("outer signature algorithm differs".to_owned());
            }
            (_, None) => self.notes.push("cut short".to_owned()),
            _ => {}
        }
    }
}

/// The elements of `bytes`, the last one as far as it goes.
fn clamped(bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (element, after) = Element::split_clamped(rest)?;
        rest = after;
        Some(element)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::tests::builder::{Builder, extension};
    use super::super::tests::fixture;
    use super::*;

    #[test]
    fn a_whole_certificate_gives_every_fact_and_no_note() {
        let leaf = fixture("leaf");
        let skimmed = skim(&leaf.der).unwrap();
        assert_eq!(skimmed.version, Some(3));
        assert_eq!(skimmed.serial, Some(leaf.serial));
        assert_eq!(
            (skimmed.subject, skimmed.issuer),
            (Some(leaf.subject.text), Some(leaf.issuer.text.clone()))
        );
        assert_eq!(
            (skimmed.not_before.as_deref(), skimmed.not_after.as_deref()),
            (Some("261121223409Z"), Some("21261028223409Z"))
        );
        assert_eq!(
            skimmed.extensions.first().map(String::as_str),
            Some("2.5.29.17")
        );
        assert_eq!(skimmed.notes, [""; 0]);
    }

    #[test]
    fn a_certificate_cut_short_gives_what_came_before() {
        let leaf = fixture("leaf");
        let skimmed = skim(&leaf.der[..150]).unwrap();
        assert_eq!(skimmed.issuer.as_deref(), Some("CN=Example-CA"));
        assert_eq!(skimmed.notes, ["cut short"]);
    }

    #[test]
    fn oddities_are_noted() {
        let builder = Builder {
            serial: vec![0x80],
            extensions: vec![extension(&[0x2a, 3], false, b"")],
            after_extensions: b"\x05\x00".to_vec(),
            ..Builder::default()
        };
        let skimmed = skim(&[builder.build(), vec![0; 9]].concat()).unwrap();
        let notes = [
            "negative serial number",
            "unexpected field 0x05",
            "9 bytes after the certificate",
        ];
        assert_eq!(skimmed.notes, notes);
        assert_eq!(skimmed.extensions, ["1.2.3"]);
    }

    #[test]
    fn what_is_no_certificate_is_nothing() {
        for bytes in [
            &b""[..],
            b"<html>",
            b"\x30\x00",
            b"\x30\x02\x30\x00",
            &[0x30, 0x03, 0x02, 0x01, 0x01],
        ] {
            assert_eq!(skim(bytes), None);
        }
    }
}

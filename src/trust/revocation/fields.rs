//! Fields of an answer one by one, and words for bytes that are no answer.

use super::Doubt;
use crate::certificate::der::{
    BOOLEAN, Element, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, dotted,
};

/// Characters of a text that are shown in place of an answer.
const EXCERPT: usize = 40;
/// Characters of a name that are shown.
const LONGEST_TEXT: usize = 200;
/// Bytes of an OID that are read; the longest in use have under 20.
const LONGEST_OID: usize = 64;
/// Bytes that are looked at to tell text from other data.
const SAMPLE: usize = 512;

/// A cursor over the fields of a SEQUENCE.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) const fn of(sequence: Element<'a>) -> Self {
        Self {
            rest: sequence.value,
        }
    }

    /// The next field, which must have one of `tags`.
    pub(super) fn take(&mut self, tags: &[u8], name: &str) -> Result<Element<'a>, Doubt> {
        self.optional(tags).ok_or_else(|| broken(name))
    }

    /// The next field, when it has one of `tags`.
    pub(super) fn optional(&mut self, tags: &[u8]) -> Option<Element<'a>> {
        let (element, rest) = Element::split(self.rest)?;
        tags.contains(&element.tag).then(|| self.rest = rest)?;
        Some(element)
    }

    /// What an EXPLICIT tag holds, when the next field has it: one element of one of `tags`.
    pub(super) fn explicit(
        &mut self,
        tag: u8,
        tags: &[u8],
        name: &str,
    ) -> Result<Option<Element<'a>>, Doubt> {
        let Some(wrapper) = self.optional(&[tag]) else {
            return Ok(None);
        };
        match Element::only(wrapper.value) {
            Some(inner) if tags.contains(&inner.tag) => Ok(Some(inner)),
            _ => Err(broken(name)),
        }
    }

    /// Nothing may follow the last field.
    pub(super) fn end(&self, name: &str) -> Result<(), Doubt> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Doubt::NotAnAnswer(format!(
                "unexpected fields at the end of its {name}"
            )))
        }
    }
}

/// An Extension (RFC 5280, section 4.1).
pub(super) struct Extension<'a> {
    /// Contents of extnID.
    pub(super) oid: &'a [u8],
    pub(super) critical: bool,
    pub(super) value: &'a [u8],
}

impl<'a> Extension<'a> {
    /// The extensions of a SEQUENCE of them.
    pub(super) fn read(list: Element<'a>) -> Result<Vec<Self>, Doubt> {
        let extensions = list.children().ok_or_else(|| broken("extensions"))?;
        extensions.into_iter().map(Self::one).collect()
    }

    fn one(element: Element<'a>) -> Result<Self, Doubt> {
        let name = "extensions";
        let mut fields = Fields::of(element.tagged(SEQUENCE).ok_or_else(|| broken(name))?);
        let oid = fields.take(&[OBJECT_IDENTIFIER], name)?.value;
        let flag = fields.optional(&[BOOLEAN]);
        let value = fields.take(&[OCTET_STRING], name)?.value;
        fields.end(name)?;
        let critical = flag.is_some_and(|flag| flag.value != [0]);
        Ok(Self {
            oid,
            critical,
            value,
        })
    }

    /// A critical extension that is not `known` forbids to use the answer.
    pub(super) fn refuse_unknown(&self, known: &[&[u8]]) -> Result<(), Doubt> {
        if self.critical && !known.contains(&self.oid) {
            let oid = identifier(self.oid);
            return Err(Doubt::Unsupported(format!("critical extension {oid}")));
        }
        Ok(())
    }
}

/// The moment of a time.
pub(super) fn moment(element: Element<'_>, name: &str) -> Result<i64, Doubt> {
    element.moment().ok_or_else(|| broken(name))
}

/// The dotted OID, unless it is one that only a flood would hold.
pub(super) fn identifier(contents: &[u8]) -> String {
    if contents.len() > LONGEST_OID {
        return format!("of {} bytes", contents.len());
    }
    dotted(contents)
}

/// Text from an answer, cut where it is so long that it would flood a report.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A field that is not there, or not what it should be.
pub(super) fn broken(name: &str) -> Doubt {
    Doubt::NotAnAnswer(format!("its {name} cannot be read"))
}

/// The SEQUENCE that `bytes` are, or what they are instead.
pub(super) fn sequence(bytes: &[u8]) -> Result<Element<'_>, Doubt> {
    match Element::split(bytes) {
        Some((element, [])) if element.tag == SEQUENCE => Ok(element),
        split => Err(Doubt::NotAnAnswer(described(bytes, split))),
    }
}

fn described(bytes: &[u8], split: Option<(Element<'_>, &[u8])>) -> String {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let text = String::from_utf8_lossy(sample);
    let readable = !text.contains(|character: char| {
        character == '\u{fffd}' || character.is_control() && !character.is_ascii_whitespace()
    });
    match (split, bytes) {
        _ if text.trim().is_empty() => "nothing at all".to_owned(),
        _ if readable => described_text(text.trim()),
        (Some((element, rest)), _) if element.tag == SEQUENCE => {
            format!("trailing bytes: {}", rest.len())
        }
        (_, [SEQUENCE, 0x80, ..]) => "of indefinite length: BER, not DER".to_owned(),
        (_, [SEQUENCE, ..]) => format!("cut short after {} bytes", bytes.len()),
        _ => "bytes of no known kind".to_owned(),
    }
}

fn described_text(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.contains("<html") {
        return "an HTML page".to_owned();
    }
    if let Some((_, block)) = text.split_once("-----BEGIN ") {
        let label = block.split_once("-----").map_or("", |(label, _)| label);
        return format!("a PEM block {label:?}");
    }
    let excerpt: String = text.chars().take(EXCERPT).collect();
    format!("text that begins {excerpt:?}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn words(bytes: &[u8]) -> String {
        match sequence(bytes) {
            Err(Doubt::NotAnAnswer(words)) => words,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_answer_is_named() {
        assert_eq!(words(b""), "nothing at all");
        assert_eq!(words(b"\r\n"), "nothing at all");
        assert_eq!(words(b"\n<!DOCTYPE html><title>"), "an HTML page");
        assert_eq!(words(b"<?xml?><HTML>"), "an HTML page");
        assert_eq!(
            words(b"\r\n-----BEGIN PKCS7-----\r\n"),
            "a PEM block \"PKCS7\""
        );
        assert_eq!(
            words(b"0 results\x1b"),
            "cut short after 10 bytes",
            "an escape is no text"
        );
        assert_eq!(words(b"0 results"), "text that begins \"0 results\"");
        assert_eq!(words(b"\x30\x80\0\0"), "of indefinite length: BER, not DER");
        assert_eq!(words(b"\x30\x82\x10\0\0"), "cut short after 5 bytes");
        assert_eq!(words(b"\x30\0\0"), "trailing bytes: 1");
        assert_eq!(words(b"\x04\0"), "bytes of no known kind");
    }

    #[test]
    fn a_flood_is_cut() {
        assert_eq!(short("CN=a"), "CN=a");
        let flood = "é".repeat(1000);
        assert_eq!(short(&flood).chars().count(), 201);
        assert_eq!(identifier(&[0x2a; 1000]), "of 1000 bytes");
    }

    #[test]
    fn fields_come_in_their_order() {
        let element = Element::only(b"\x30\x08\xa0\x03\x02\x01\x07\x02\x01\x08").unwrap();
        let mut fields = Fields::of(element);
        let inner = fields.explicit(0xa0, &[2], "version").unwrap();
        assert_eq!(inner.unwrap().value, [7]);
        assert!(fields.end("list").is_err());
        assert_eq!(fields.take(&[4], "hash"), Err(broken("hash")));
        assert_eq!(fields.take(&[4, 2], "hash").unwrap().value, [8]);
        assert_eq!(fields.explicit(0xa0, &[2], "version"), Ok(None));
        assert_eq!(fields.end("list"), Ok(()));
    }
}

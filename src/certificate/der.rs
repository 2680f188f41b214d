//! Tag, length, value: the encoding under everything in a certificate, cut apart without judging the values.

use x509_parser::asn1_rs::Oid;

use super::Time;

/// BOOLEAN.
pub const BOOLEAN: u8 = 0x01;
/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// BIT STRING.
pub const BIT_STRING: u8 = 0x03;
/// OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;
/// NULL.
pub const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// ENUMERATED.
pub const ENUMERATED: u8 = 0x0a;
/// UTF8String.
pub const UTF8_STRING: u8 = 0x0c;
/// IA5String.
pub const IA5_STRING: u8 = 0x16;
/// UTCTime.
pub const UTC_TIME: u8 = 0x17;
/// GeneralizedTime.
pub const GENERALIZED_TIME: u8 = 0x18;
/// SEQUENCE and SEQUENCE OF.
pub const SEQUENCE: u8 = 0x30;
/// SET and SET OF.
pub const SET: u8 = 0x31;

/// One element: tag, length and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// The identifier octet: class, constructed bit and number.
    pub tag: u8,
    /// The contents.
    pub value: &'a [u8],
    /// Identifier, length and contents as they stand.
    pub raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of `bytes` and what follows it; `None` when it is not whole. BER's long lengths are accepted,
    /// as x509-parser does; indefinite lengths and tag numbers above 30 are not.
    pub fn split(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (tag, start, length) = header(bytes)?;
        let end = start.checked_add(length)?;
        let (raw, rest) = bytes.split_at_checked(end)?;
        Some((
            Self {
                tag,
                value: raw.get(start..)?,
                raw,
            },
            rest,
        ))
    }

    /// Like `split`, but an element that claims more bytes than there are is taken as far as it goes.
    pub fn split_clamped(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (tag, start, length) = header(bytes)?;
        let end = start.saturating_add(length).min(bytes.len());
        let (raw, rest) = bytes.split_at_checked(end)?;
        Some((
            Self {
                tag,
                value: raw.get(start..)?,
                raw,
            },
            rest,
        ))
    }

    /// The element that fills `bytes` to the last one.
    pub fn only(bytes: &'a [u8]) -> Option<Self> {
        Self::split(bytes)
            .filter(|(_, rest)| rest.is_empty())
            .map(|(element, _)| element)
    }

    /// The elements inside; `None` when the contents are not a row of whole elements.
    pub fn children(&self) -> Option<Vec<Self>> {
        let mut children = Vec::new();
        let mut rest = self.value;
        while !rest.is_empty() {
            let (child, after) = Self::split(rest)?;
            children.push(child);
            rest = after;
        }
        Some(children)
    }

    /// The moment of a UTCTime or GeneralizedTime in unix seconds, read as leniently as those of certificates; `None`
    /// when it is no time.
    pub fn moment(&self) -> Option<i64> {
        Time::from_element(self).ok().map(|time| time.unix)
    }

    /// `Some(self)` when the tag is `tag`.
    #[must_use]
    pub fn tagged(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

/// The elements of `bytes`, up to the first that is not whole.
pub fn elements(bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (element, after) = Element::split(rest)?;
        rest = after;
        Some(element)
    })
}

/// An element of `tag` around `parts`.
pub fn encode(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    if let Some(short) = u8::try_from(length).ok().filter(|short| *short < 0x80) {
        out.push(short);
    } else {
        let digits: Vec<u8> = length
            .to_be_bytes()
            .into_iter()
            .skip_while(|digit| *digit == 0)
            .collect();
        out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
        out.extend(digits);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// The contents of an OBJECT IDENTIFIER in dotted form.
pub fn dotted(contents: &[u8]) -> String {
    // asn1-rs counts with big integers, which takes many times as long.
    short_dotted(contents).unwrap_or_else(|| Oid::new(contents.into()).to_id_string())
}

/// The same, where every number has at most 63 bits and none is cut off.
fn short_dotted(contents: &[u8]) -> Option<String> {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(24);
    let mut number = 0_u64;
    let mut is_whole = false;
    for octet in contents {
        if number >> 56 != 0 {
            return None;
        }
        number = number << 7 | u64::from(octet & 0x7f);
        is_whole = octet & 0x80 == 0;
        if is_whole {
            // Writing to a String cannot fail. The first number is two in one (X.690, section 8.19.4).
            let _ = match text.len() {
                0 => write!(
                    text,
                    "{}.{}",
                    (number / 40).min(2),
                    number - 40 * (number / 40).min(2)
                ),
                _ => write!(text, ".{number}"),
            };
            number = 0;
        }
    }
    is_whole.then_some(text)
}

/// Bytes as lower-case hex, two digits each.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Tag, length of identifier and length octets together, length of the contents.
fn header(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
    if tag & 0x1f == 0x1f {
        return None;
    }
    if first < 0x80 {
        return Some((tag, 2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    let digits = bytes
        .get(2..2 + count)
        .filter(|digits| !digits.is_empty())?;
    let significant = digits.iter().skip_while(|digit| **digit == 0);
    if significant.clone().count() > 4 {
        return None;
    }
    let length = significant.fold(0_u32, |sum, digit| (sum << 8) | u32::from(*digit));
    Some((tag, 2 + count, usize::try_from(length).ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_of_an_object_identifier_are_those_of_asn1_rs() {
        let library = |contents: &[u8]| Oid::new(contents.into()).to_id_string();
        let (mut seed, mut short) = (1_u64, 0);
        for round in 0..50_000 {
            let contents: Vec<u8> = (0..round % 12)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    seed.to_be_bytes()[0]
                })
                .collect();
            // It reads the first two numbers from one octet only.
            if contents
                .first()
                .is_none_or(|first| !(1..80).contains(first))
            {
                continue;
            }
            short += usize::from(short_dotted(&contents).is_some());
            assert_eq!(dotted(&contents), library(&contents), "{contents:02x?}");
        }
        assert!(short > 5_000);
        assert_eq!(dotted(&[0x88, 0x37, 3]), "2.999.3");
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]),
            "1.2.840.113549"
        );
    }

    #[test]
    fn what_is_encoded_splits_again() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let contents = vec![7; length];
            let encoded = encode(SEQUENCE, &[&contents, b"!"]);
            let (element, rest) = Element::split(&encoded).unwrap();
            assert_eq!(
                (element.tag, element.value.len(), rest.len()),
                (SEQUENCE, length + 1, 0)
            );
        }
    }

    #[test]
    fn an_element_that_is_not_whole_is_none() {
        for bytes in [
            &b""[..],
            b"\x30",
            b"\x30\x05ab",
            b"\x30\x80ab",
            b"\x30\x85\xff\xff\xff\xff\xff",
            b"\x3f\x01a",
        ] {
            assert_eq!(Element::split(bytes), None, "{bytes:?}");
        }
        assert_eq!(
            Element::split_clamped(b"\x30\x05ab").unwrap().0.value,
            b"ab"
        );
        assert_eq!(Element::only(b"\x05\x00\x00"), None);
    }

    #[test]
    fn long_lengths_of_ber_are_read() {
        assert_eq!(
            Element::split(b"\x04\x83\x00\x00\x01ab").unwrap().0.value,
            b"a"
        );
    }

    #[test]
    fn object_identifiers_are_dotted() {
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]),
            "1.2.840.113549.1.1.11"
        );
        assert_eq!(dotted(&[0x55, 0x1d, 0x11]), "2.5.29.17");
    }

    #[test]
    fn no_object_identifier_panics() {
        for contents in [
            &b""[..],
            b"\xff",
            b"\x80\x80",
            &[0xff; 40],
            b"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        ] {
            let _ = dotted(contents);
        }
    }
}

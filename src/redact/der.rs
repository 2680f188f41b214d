//! Writing DER anew with other names inside: distinguished names, general names, times and OIDs that may stay.

use super::Redactor;
use crate::certificate::der::{
    Element, GENERALIZED_TIME, IA5_STRING, OBJECT_IDENTIFIER, SEQUENCE, SET, UTC_TIME, UTF8_STRING,
    dotted, elements, encode,
};
use std::net::IpAddr;

const PRINTABLE_STRING: u8 = 0x13;
const T61_STRING: u8 = 0x14;
const UNIVERSAL_STRING: u8 = 0x1c;
const BMP_STRING: u8 = 0x1e;
/// id-on-dnsSRV, id-on-xmppAddr, Microsoft's user principal name.
const NAMING_OIDS: [&str; 3] = [
    "1.3.6.1.5.5.7.8.7",
    "1.3.6.1.5.5.7.8.5",
    "1.3.6.1.4.1.311.20.2.3",
];
/// Arcs of standards, and of Microsoft's usages: an OID below them names no organization.
const PUBLIC_ARCS: [&str; 11] = [
    "2.5.",
    "1.3.6.1.5.5.7.",
    "1.2.840.113549.1.",
    "1.2.840.10045.",
    "0.9.2342.19200300.100.1.",
    "1.3.6.1.4.1.311.10.3.",
    "1.3.6.1.4.1.311.20.2",
    "1.3.6.1.4.1.311.60.2.1.",
    "2.16.840.1.113730.",
    "2.23.140.",
    "1.3.6.1.4.1.11129.2.4.",
];
/// 1.3.6.1.4.1.32473, the enterprise of examples (RFC 5612), the contents octets.
const EXAMPLE_ARC: &[u8] = &[0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59];

impl Redactor {
    /// A Name (DER); what cannot be read becomes an empty one.
    pub(super) fn name(&mut self, der: &[u8]) -> Vec<u8> {
        let sets = Element::only(der)
            .and_then(|name| name.tagged(SEQUENCE))
            .and_then(|name| name.children());
        let Some(sets) = sets else {
            self.note("a distinguished name could not be read: it was left empty");
            return encode(SEQUENCE, &[]);
        };
        let sets: Vec<Vec<u8>> = sets.iter().map(|set| self.relative_name(set)).collect();
        joined(SEQUENCE, &sets)
    }

    fn relative_name(&mut self, set: &Element<'_>) -> Vec<u8> {
        let mut pairs: Vec<Vec<u8>> = Vec::new();
        for pair in elements(set.value) {
            let fields: Vec<Element<'_>> = elements(pair.value).take(2).collect();
            if let [kind, value] = fields.as_slice() {
                let value = self.attribute(&dotted(kind.value), value);
                pairs.push(joined(SEQUENCE, &[self.oid(kind), value]));
            }
        }
        joined(SET, &pairs)
    }

    fn attribute(&mut self, oid: &str, value: &Element<'_>) -> Vec<u8> {
        let text = text_of(value);
        let replaced = match oid {
            "2.5.4.3" => self.names.name(&text),
            "2.5.4.6" => self.country(&text),
            "2.5.4.7" => self.names.words("Locality", &text),
            "2.5.4.8" => self.names.words("State", &text),
            "2.5.4.10" => self.names.words("Organization", &text),
            "2.5.4.11" => self.names.words("Unit", &text),
            "0.9.2342.19200300.100.1.25" => self.component(&text),
            "1.2.840.113549.1.9.1" => self.names.mailbox(&text),
            _ => self.names.words("Value", &text),
        };
        string(value.tag, &replaced)
    }

    /// Two letters that ISO 3166 gives to nobody.
    fn country(&mut self, text: &str) -> String {
        if text.len() != 2 {
            return self.names.words("Country", text);
        }
        let number = self.names.numbered("country", &text.to_lowercase());
        let letter = u8::try_from((number - 1) % 26).map_or('A', |n| char::from(b'A' + n));
        let code = format!("X{letter}");
        if text.contains(char::is_lowercase) {
            code.to_lowercase()
        } else {
            code
        }
    }

    /// A domainComponent: a label, or a top-level domain.
    fn component(&mut self, text: &str) -> String {
        let suffix = psl::suffix(text.as_bytes());
        let is_top = suffix.is_some_and(|suffix| suffix.is_known() && suffix == text.as_bytes());
        if is_top {
            "test".to_owned()
        } else {
            self.names.label(text)
        }
    }

    /// GeneralNames: the elements of a SEQUENCE's contents.
    pub(super) fn general_names(&mut self, contents: &[u8]) -> Option<Vec<u8>> {
        let whole: usize = elements(contents).map(|name| name.raw.len()).sum();
        if whole != contents.len() {
            return None;
        }
        let names: Vec<Vec<u8>> = elements(contents)
            .map(|name| self.general_name(&name))
            .collect();
        Some(names.concat())
    }

    /// One GeneralName; what means nothing here becomes zeros of its length.
    pub(super) fn general_name(&mut self, name: &Element<'_>) -> Vec<u8> {
        let text = || String::from_utf8_lossy(name.value).into_owned();
        match name.tag {
            0xa0 => self.other_name(name).unwrap_or_else(|| zeros(name)),
            0x81 => encode(0x81, &[self.names.mailbox(&text()).as_bytes()]),
            0x82 => encode(0x82, &[self.names.host(&text()).as_bytes()]),
            0x86 => encode(0x86, &[self.url(&text()).as_bytes()]),
            0x87 => encode(0x87, &[&self.octets(name.value)]),
            0xa4 => encode(0xa4, &[&self.name(name.value)]),
            0x88 => {
                let kept = self.oid(name);
                encode(
                    0x88,
                    &[Element::only(&kept).map_or(&[][..], |oid| oid.value)],
                )
            }
            _ => zeros(name),
        }
    }

    fn other_name(&mut self, name: &Element<'_>) -> Option<Vec<u8>> {
        let (kind, rest) = Element::split(name.value)?;
        let (wrapper, rest) = Element::split(rest)?;
        let oid = dotted(kind.tagged(OBJECT_IDENTIFIER)?.value);
        let kind = self.oid(&kind);
        let known = NAMING_OIDS.contains(&oid.as_str()) && rest.is_empty();
        let value = match Element::only(wrapper.value).filter(|_| known) {
            Some(value) if is_string(value.tag) => {
                string(value.tag, &self.names.mailbox(&text_of(&value)))
            }
            Some(value) => zeros(&value),
            None => vec![0; wrapper.value.len()],
        };
        Some(encode(0xa0, &[&kind, &encode(wrapper.tag, &[&value])]))
    }

    /// The octets of an iPAddress, or of an address and a mask, which stays.
    fn octets(&mut self, octets: &[u8]) -> Vec<u8> {
        match octets.len() {
            4 | 16 => self.address_octets(octets),
            8 | 32 => {
                let (address, mask) = octets.split_at(octets.len() / 2);
                let everything = mask.iter().all(|byte| *byte == 0);
                if !everything {
                    self.note("name constraints about IP addresses hold replaced networks: what lies inside of them may differ");
                }
                let address = if everything {
                    address.to_vec()
                } else {
                    self.address_octets(address)
                };
                let masked = address.iter().zip(mask).map(|(one, other)| one & other);
                masked.chain(mask.iter().copied()).collect()
            }
            length => vec![0; length],
        }
    }

    fn address_octets(&mut self, octets: &[u8]) -> Vec<u8> {
        let address = <[u8; 4]>::try_from(octets)
            .map(IpAddr::from)
            .or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from));
        match address.map(|address| self.names.address(address)) {
            Ok(IpAddr::V4(address)) => address.octets().to_vec(),
            Ok(IpAddr::V6(address)) => address.octets().to_vec(),
            Err(_) => vec![0; octets.len()],
        }
    }

    /// An OBJECT IDENTIFIER: of a standard it stays, an organization's own becomes one of the examples' enterprise.
    pub(super) fn oid(&mut self, oid: &Element<'_>) -> Vec<u8> {
        let text = dotted(oid.value);
        let is_public = PUBLIC_ARCS.iter().any(|arc| text.starts_with(arc));
        if is_public {
            return encode(OBJECT_IDENTIFIER, &[oid.value]);
        }
        let number = self.names.numbered("oid", &text);
        let [high, low] =
            [(number >> 7) & 0x7f, number & 0x7f].map(|digit| u8::try_from(digit).unwrap_or(0));
        encode(
            OBJECT_IDENTIFIER,
            &[EXAMPLE_ARC, &[0x81 + (high & 0x3f), low]],
        )
    }
}

/// A time as it stands, when it holds nothing but what times are written with.
pub(super) fn time(element: &Element<'_>) -> Option<Vec<u8>> {
    const LONGEST: usize = 32;
    let fits = |byte: &u8| byte.is_ascii_digit() || b"Zz+-.:, T".contains(byte);
    let is_time = matches!(element.tag, UTC_TIME | GENERALIZED_TIME)
        && element.value.len() <= LONGEST
        && element.value.iter().all(fits);
    is_time.then(|| element.raw.to_vec())
}

/// An element around parts.
pub(super) fn joined(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    encode(tag, &parts)
}

/// An element of the same tag and length that says nothing.
pub(super) fn zeros(element: &Element<'_>) -> Vec<u8> {
    encode(element.tag, &[&vec![0; element.value.len()]])
}

fn is_string(tag: u8) -> bool {
    matches!(
        tag,
        UTF8_STRING | IA5_STRING | PRINTABLE_STRING | T61_STRING | UNIVERSAL_STRING | BMP_STRING
    )
}

fn text_of(value: &Element<'_>) -> String {
    let wide = |width: usize| -> String {
        let units = value.value.chunks(width);
        let number = |unit: &[u8]| {
            unit.iter()
                .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte))
        };
        units
            .map(|unit| char::from_u32(number(unit)).unwrap_or('\u{fffd}'))
            .collect()
    };
    match value.tag {
        BMP_STRING => wide(2),
        UNIVERSAL_STRING => wide(4),
        _ => String::from_utf8_lossy(value.value).into_owned(),
    }
}

/// Text in the encoding of the string type.
fn string(tag: u8, text: &str) -> Vec<u8> {
    let bytes: Vec<u8> = match tag {
        BMP_STRING => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        UNIVERSAL_STRING => text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect(),
        _ => text.as_bytes().to_vec(),
    };
    encode(tag, &[&bytes])
}

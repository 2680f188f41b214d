//! Strings of every type that X.500 allows.

use super::der::Element;

/// The text of a string element, as well as it can be read; what cannot becomes U+FFFD. Never fails: a name that
/// breaks the rules is still a name to show.
pub(super) fn decode(element: &Element<'_>) -> String {
    match element.tag {
        // TeletexString: T.61 in theory, Latin-1 in every certificate that has it.
        0x14 => latin_1(element.value),
        // UniversalString: UTF-32, big-endian.
        0x1c => wide(element.value),
        // BMPString: UTF-16, big-endian.
        0x1e => basic_plane(element.value),
        0x0c => String::from_utf8_lossy(element.value).into_owned(),
        _ => std::str::from_utf8(element.value)
            .map_or_else(|_| latin_1(element.value), str::to_owned),
    }
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn wide(bytes: &[u8]) -> String {
    let units = bytes.chunks(4).map(|unit| {
        unit.iter()
            .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte))
    });
    units
        .map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn basic_plane(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|unit| {
        unit.iter()
            .fold(0_u16, |sum, byte| (sum << 8) | u16::from(*byte))
    });
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(tag: u8, value: &[u8]) -> String {
        decode(&Element {
            tag,
            value,
            raw: value,
        })
    }

    #[test]
    fn every_string_type_is_read() {
        assert_eq!(text(0x0c, "Žižkov".as_bytes()), "Žižkov");
        assert_eq!(text(0x13, b"plain*"), "plain*");
        assert_eq!(text(0x14, b"M\xfcller"), "Müller");
        assert_eq!(text(0x1c, &[0, 0, 0, b'A', 0, 1, 0xf6, 0]), "A😀");
        assert_eq!(text(0x1e, &[0, b'A', 0xd8, 0x3d, 0xde, 0]), "A😀");
    }

    #[test]
    fn what_breaks_the_rules_is_still_text() {
        assert_eq!(text(0x0c, b"a\xff"), "a\u{fffd}");
        assert_eq!(text(0x13, b"M\xfcller"), "Müller");
        assert_eq!(text(0x1c, &[0xff; 4]), "\u{fffd}");
        assert_eq!(text(0x1e, &[0xd8, 0, b'A']), "\u{fffd}A");
    }
}

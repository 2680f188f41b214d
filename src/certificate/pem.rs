//! PEM as it is found in the wild: Windows' encodings, indented lines, text around the blocks.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding left out and bits behind the end are forgiven: OpenSSL reads such files, and no certificate changes by it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One block, still encoded.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// What stands behind BEGIN.
    pub(super) label: &'a str,
    lines: Vec<&'a str>,
    /// The label behind END; `None` when the block is not closed.
    end: Option<&'a str>,
}

/// The bytes as text: UTF-16 with its mark (Notepad writes it), UTF-8 with or without, and anything else as far as it
/// is ASCII.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8_lossy(rest),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(unit);
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// All blocks in order, whatever their label. A second BEGIN ends an open block.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for line in text.split(['\n', '\r']).map(str::trim) {
        if let Some(label) = boundary(line, "-----BEGIN ") {
            blocks.push(Block {
                label,
                lines: Vec::new(),
                end: None,
            });
            open = true;
        } else if let Some(block) = blocks.last_mut().filter(|_| open) {
            match boundary(line, "-----END ") {
                Some(label) => {
                    block.end = Some(label);
                    open = false;
                }
                None => block.lines.push(line),
            }
        }
    }
    blocks
}

fn boundary<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    Some(line.strip_prefix(start)?.strip_suffix("-----")?.trim())
}

impl Block<'_> {
    /// The bytes inside, or what is wrong in words.
    pub(super) fn decode(&self) -> Result<Vec<u8>, String> {
        match self.end {
            None => return Err("its END line is missing".to_owned()),
            Some(end) if end != self.label => return Err(format!("ends as {end:?}")),
            Some(_) => {}
        }
        let encoded: String = self
            .body()
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        match LENIENT.decode(&encoded) {
            Ok(bytes) if bytes.is_empty() => Err("it is empty".to_owned()),
            Ok(bytes) => Ok(bytes),
            Err(fault) => Err(format!("not base64: {fault}")),
        }
    }

    /// The lines without the headers of RFC 1421, which end at the first empty line.
    fn body(&self) -> &[&str] {
        let has_headers = self.lines.first().is_some_and(|line| line.contains(':'));
        let start = self
            .lines
            .iter()
            .position(|line| line.is_empty())
            .filter(|_| has_headers);
        self.lines.get(start.unwrap_or(0)..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn headers_of_rfc_1421_are_skipped() {
        let text = "-----BEGIN X-----\nProc-Type: 4\nBag: a\n\nQUJD\n-----END X-----";
        assert_eq!(blocks(text)[0].decode().unwrap(), b"ABC");
    }

    #[test]
    fn spaces_and_missing_padding_are_forgiven() {
        let text = "-----BEGIN X-----\n\nQU JD\t\nQQ\n-----END X-----";
        assert_eq!(blocks(text)[0].decode().unwrap(), b"ABCA");
    }

    #[test]
    fn an_end_must_fit_its_beginning() {
        let text = "-----BEGIN X-----\nQUJD\n-----END Y-----\nQUJD\n-----BEGIN Z-----\n";
        let blocks = blocks(text);
        assert_eq!(blocks[0].decode(), Err("ends as \"Y\"".to_owned()));
        assert_eq!(
            blocks[1].decode(),
            Err("its END line is missing".to_owned())
        );
    }
}

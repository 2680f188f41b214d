//! Bytes and system errors in words, fit to be stored and shown.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

/// Bytes of what a stranger sent that are shown.
pub(super) const SHOWN: usize = 64;

/// What a peer sent, for people: its first line when it is text, its first bytes in hexadecimal when not. Control
/// characters never come through.
pub(super) fn shown(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(SHOWN)];
    let line = bytes
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let readable = |byte: &u8| *byte == b' ' || byte.is_ascii_graphic();
    if line.len() > 3 && line.iter().all(readable) {
        return printable(line);
    }
    let mut hexadecimal = String::from("the bytes");
    for byte in &bytes[..bytes.len().min(16)] {
        // Writing to a string cannot fail.
        let _ = write!(hexadecimal, " {byte:02x}");
    }
    hexadecimal
}

/// Text of a peer with everything but printable ASCII escaped, and cut where it goes on too long.
pub(super) fn printable(bytes: &[u8]) -> String {
    // Enough for a sentence of a mail server.
    const LONGEST: usize = 200;
    let text: String = bytes
        .iter()
        .take(LONGEST)
        .flat_map(|byte| byte.escape_ascii())
        .map(char::from)
        .collect();
    let text = text.replace("\\'", "'").replace("\\\"", "\"");
    if bytes.len() > LONGEST {
        text + "…"
    } else {
        text
    }
}

/// Words of a peer, each fit to show, one after the other: the first twenty, and how many more there are.
pub(super) fn listed(words: &[String]) -> String {
    const MOST: usize = 20;
    let shown = words[..words.len().min(MOST)].join(", ");
    match words.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// A system error without the number that differs from system to system.
pub(super) fn system(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => error.kind().to_string(),
    }
}

/// A deadline in milliseconds, as the evidence keeps it.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_by_its_first_line() {
        let seen = shown(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n");
        assert_eq!(seen, "HTTP/1.1 400 Bad Request");
    }

    #[test]
    fn anything_else_is_shown_in_hexadecimal() {
        assert_eq!(shown(b"\x05\x00"), "the bytes 05 00");
        assert_eq!(shown(b"\x1b[31mred"), "the bytes 1b 5b 33 31 6d 72 65 64");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable(b"it's \x1b\n\xff"), "it's \\x1b\\n\\xff");
        assert!(printable(&[b'a'; 300]).ends_with('…'));
    }

    #[test]
    fn of_many_words_some_are_listed() {
        let words = |count: usize| vec!["a".to_owned(); count];
        assert_eq!(listed(&words(2)), "a, a");
        assert!(listed(&words(16_000)).ends_with("a, and 15980 more"));
    }

    #[test]
    fn system_errors_lose_their_number() {
        let error = io::Error::from_raw_os_error(101);
        assert!(!system(&error).contains("os error"));
    }
}

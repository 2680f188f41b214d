//! Makes text from strangers fit to show: no terminal sequences, no reordered or hidden words.

use std::borrow::Cow;
use std::fmt::Write as _;

use time::OffsetDateTime;

/// Replaces what a reader could not see, or what a terminal would act on, with `\u{..}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unfit) {
        Cow::Owned(escape_except(text, |_| false))
    } else {
        Cow::Borrowed(text)
    }
}

/// As [`escape`], but keeps the characters that `kept` names (tabs, when a line of a file is drawn).
pub(crate) fn escape_except(text: &str, kept: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unfit(character) && !kept(character) {
            // Writing into a `String` cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Text that goes on longer than anybody reads, cut, with how long it was: a name in a certificate may have a million letters.
pub fn cut(text: String) -> String {
    cut_after(2_000, text)
}

/// As [`cut`], for the name of somebody: no host name is longer (RFC 1035, section 2.3.4).
pub fn cut_name(name: &str) -> String {
    cut_after(253, name.to_owned())
}

fn cut_after(most: usize, text: String) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => {
            let letters = text.chars().count();
            format!("{}… ({letters} letters in all)", &text[..end])
        }
    }
}

/// Control, bidirectional and invisible characters (Unicode's `Cc`, `Bidi_Control` and `Default_Ignorable_Code_Point`,
/// line separators, interlinear annotations), and U+FFFE and U+FFFF, which are no characters and that XML forbids.
pub fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The day (UTC) of a moment in unix seconds: "2027-03-15"; the seconds themselves outside of the years that have four
/// digits.
pub fn date(unix: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(unix) {
        Ok(moment) => moment.date().to_string(),
        Err(_) => format!("{unix} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{cut, date, escape};

    #[test]
    fn a_moment_has_a_day() {
        assert_eq!(date(1_795_287_600), "2026-11-21");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(i64::MAX), "9223372036854775807 s");
    }

    #[test]
    fn endless_text_is_cut_between_letters() {
        assert_eq!(cut("ü".repeat(2_000)), "ü".repeat(2_000));
        let shown = "ü".repeat(2_000) + "… (60000 letters in all)";
        assert_eq!(cut("ü".repeat(60_000)), shown);
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(escape("imp1.acme.test"), Cow::Borrowed(_)));
        assert_eq!(escape("Müller 東京 \\"), "Müller 東京 \\");
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        assert_eq!(escape("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("a\nb\tc\0"), "a\\u{a}b\\u{9}c\\u{0}");
        for hidden in [
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{61c}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{ad}',
            '\u{e0041}',
        ] {
            let shown = escape(&format!("a{hidden}b")).into_owned();
            assert_eq!(shown, format!("a\\u{{{:x}}}b", u32::from(hidden)));
        }
    }
}

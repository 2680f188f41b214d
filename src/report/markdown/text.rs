//! Text that means only itself in Markdown as GitHub and GitLab read it: it starts no table cell, list, link, HTML, mention
//! or reference to an issue.

use std::borrow::Cow;

use crate::text::escape;

/// A word with one of these is set as code: backslashes stop neither mentions (`@`) nor references (`#1`, `!1`, `~label`,
/// `%1`, `&1`, `^`, `$`), and bare URLs become links.
const FORGE: [char; 11] = ['@', '#', '!', '~', '%', '&', '$', '^', '<', '>', '`'];

/// What has a meaning inside of a line of CommonMark, or in a table.
const SPECIAL: [char; 11] = ['\\', '*', '_', '[', ']', '|', '<', '>', '#', '~', '&'];

/// Text from anywhere, fit for a line, a heading or a table cell.
pub(in crate::report) fn inline(text: &str) -> String {
    let text = escape(text);
    let is_gap = |character: char| character.is_whitespace() || character == '|';
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(is_gap) {
        let word = part.trim_end_matches(is_gap);
        out += &if is_taken_up(word) {
            code(word)
        } else {
            backslashed(word)
        };
        out += &backslashed(&part[word.len()..]);
    }
    out
}

/// Text of ours in which back-ticks enclose commands; values from anywhere may stand in it.
pub(in crate::report) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_command = |piece: &&&str| !piece.is_empty() && !piece.contains('|');
    let commands = pieces.iter().skip(1).step_by(2);
    if pieces.len().is_multiple_of(2) || !commands.clone().all(|piece| is_command(&piece)) {
        return inline(text);
    }
    let set = |(position, piece): (usize, &&str)| match position % 2 {
        0 => inline(piece),
        _ => code(piece),
    };
    pieces.iter().enumerate().map(set).collect()
}

/// A word or a command as code. Must not hold `|`, which a table cell could not.
pub(in crate::report) fn code(text: &str) -> String {
    let text = escape(text);
    let longest = text.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0) + 1);
    let touches = |edge: Option<char>| matches!(edge, None | Some('`' | ' '));
    if touches(text.chars().next()) || touches(text.chars().next_back()) {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// At most so many characters, the last of them "…" when some are missing.
pub(in crate::report) fn clip(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((end, last)) if end + last.len_utf8() < text.len() => {
            Cow::Owned(format!("{}…", &text[..end]))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether GitHub or GitLab would make something of the word.
fn is_taken_up(word: &str) -> bool {
    // One alone ("System > Security") is nothing yet.
    let is_sign = word.chars().nth(1).is_none() && word != "`";
    // An exclamation mark refers to something only in front of it: "failed!" is plain.
    let body = word.trim_end_matches(['!', '.', ',', ';', ':', ')', '"', '\'']);
    (!is_sign && body.contains(FORGE))
        || word.contains("://")
        || word.to_ascii_lowercase().contains("www.")
}

fn backslashed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if SPECIAL.contains(&character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{clip, code, inline, prose};

    #[test]
    fn text_means_only_itself() {
        assert_eq!(inline("a|b [x](y) *z*"), "a\\|b \\[x\\](y) \\*z\\*");
        assert_eq!(inline("a\nb"), "a\\\\u{a}b");
        assert_eq!(inline("_cisco-uds._tcp"), "\\_cisco-uds.\\_tcp");
        assert_eq!(inline(" two  gaps "), " two  gaps ");
    }

    #[test]
    fn words_that_a_forge_takes_up_are_code() {
        assert_eq!(inline("ask @everyone, #1"), "ask `@everyone,` `#1`");
        assert_eq!(inline("<script>|<b>"), "`<script>`\\|`<b>`");
        assert_eq!(
            inline("http://evil.test WWW.evil.test"),
            "`http://evil.test` `WWW.evil.test`"
        );
        assert_eq!(inline("a`b ``"), "``a`b`` ``` `` ```");
    }

    #[test]
    fn commands_in_our_own_text_are_code() {
        assert_eq!(prose("run `set web_x` (twice)"), "run `set web_x` (twice)");
        assert_eq!(prose("one ` tick"), "one `` ` `` tick");
        assert_eq!(prose("none `` at all"), "none ``` `` ``` at all");
        assert_eq!(prose("a `b|c` d"), "a `` `b ``\\|`` c` `` d");
    }

    #[test]
    fn code_holds_ticks_and_blanks() {
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(code("a``b"), "```a``b```");
    }

    #[test]
    fn long_text_is_clipped_between_characters() {
        assert_eq!(clip("Müller", 6), "Müller");
        assert_eq!(clip("Müller", 3), "Mü…");
        assert_eq!(clip("", 3), "");
    }
}

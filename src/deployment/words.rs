//! Words of the file in messages: quoting them, listing what is allowed, the nearest right name.

use crate::text::escape;

/// Longer words are cut in messages: 64 characters hold every name that is allowed anywhere, and a line of a terminal.
const LONGEST: usize = 64;

/// A word of the file, escaped, in back quotes.
pub(super) fn quote(word: &str) -> String {
    if word.chars().count() <= LONGEST {
        return format!("`{}`", escape(word));
    }
    let start: String = word.chars().take(LONGEST).collect();
    format!("`{}…`", escape(&start))
}

/// "`a`, `b` or `c`".
pub(super) fn any_of(words: &[&str]) -> String {
    listed(words, "or")
}

/// "`a`, `b` and `c`".
pub(super) fn all_of(words: &[&str]) -> String {
    listed(words, "and")
}

fn listed(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// "did you mean `tomcat`?", when one of the words is near.
pub(super) fn did_you_mean(word: &str, allowed: &[&str]) -> Option<String> {
    let near = nearest(word, allowed);
    (!near.is_empty()).then(|| format!("did you mean {}?", any_of(&near)))
}

/// "did you mean `tomcat`? Allowed: `tomcat`, `sip`".
pub(super) fn choice(word: &str, allowed: &[&str]) -> String {
    let all = format!("allowed: {}", listed(allowed, "and"));
    match did_you_mean(word, allowed) {
        Some(near) => format!("{near} ({all})"),
        None => all,
    }
}

/// The right names that a wrong one may stand for: by few slips of the keys, or by a part of the name ("unity").
fn nearest<'a>(word: &str, allowed: &[&'a str]) -> Vec<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let word = plain(word);
    if word.len() > 4 * LONGEST {
        return Vec::new();
    }
    let by_slips: Vec<(usize, &str)> = allowed
        .iter()
        .map(|name| (strsim::osa_distance(&word, &plain(name)), *name))
        .filter(|(slips, name)| *slips <= name.chars().count().max(3) / 3)
        .collect();
    if let Some(least) = by_slips.iter().map(|(slips, _)| *slips).min() {
        let nearest = by_slips.iter().filter(|(slips, _)| *slips == least);
        return once_each(nearest.map(|(_, name)| *name));
    }
    let by_part = once_each(allowed.iter().copied().filter(|name| {
        word.len() >= 3 && (plain(name).contains(&word) || word.contains(&plain(name)))
    }));
    if by_part.len() <= 3 {
        by_part
    } else {
        Vec::new()
    }
}

fn once_each<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for word in words {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::{any_of, choice, nearest, quote};

    #[test]
    fn slips_case_and_parts_find_the_right_name() {
        let products = [
            "cucm",
            "im-presence",
            "unity-connection",
            "expressway-c",
            "expressway-e",
        ];
        assert_eq!(nearest("cucn", &products), ["cucm"]);
        assert_eq!(nearest("IM_Presence", &products), ["im-presence"]);
        assert_eq!(nearest("unity", &products), ["unity-connection"]);
        assert_eq!(
            nearest("expressway", &products),
            ["expressway-c", "expressway-e"]
        );
        assert_eq!(
            nearest("express", &products),
            ["expressway-c", "expressway-e"]
        );
        assert!(nearest("router", &products).is_empty());
        assert!(nearest("", &products).is_empty());
    }

    #[test]
    fn what_is_allowed_is_listed() {
        assert_eq!(
            choice("x", &["a-long", "b-long"]),
            "allowed: `a-long` and `b-long`"
        );
        assert_eq!(any_of(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(any_of(&[]), "");
    }

    #[test]
    fn long_and_hidden_words_are_made_fit() {
        assert_eq!(quote("a\u{202e}"), "`a\\u{202e}`");
        assert!(quote(&"x".repeat(1000)).chars().count() < 70);
    }
}

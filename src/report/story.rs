//! A judgement told whole in plain text, for formats that show one finding at a time.

use super::moment_text;
use super::phrase::{effects, place};
use crate::audit::{Judgement, Status};
use crate::source::Citation;
use crate::text::escape;

/// What is told of one text at most, in characters: a certificate with thousands of names need not fill a screen with each of its findings.
pub(super) const LONGEST: usize = 2_000;
/// So many of the names found are listed.
pub(super) const MOST_FOUND: usize = 20;

/// What is wrong, where and what was seen, in one line: "A self-signed certificate on cucm-sub tomcat (8443): CN=… signed itself".
pub(super) fn headline(one: &Judgement) -> String {
    let (title, place) = (one.rule.title, place(one));
    match (one.status, one.message.as_str()) {
        (Status::Fail, message) => format!("{} on {place}: {}", capital(title), seen(message)),
        (Status::Unknown, message) => {
            format!("Unknown on {place} ({title}): {}", seen(message))
        }
        (Status::NotApplicable, message) => {
            format!("Not applicable on {place} ({title}): {}", seen(message))
        }
        (Status::Pass, _) => format!("Passed on {place}: no sign of {title}"),
    }
}

/// The whole story, a line each: what, where, seen, who is hit, the way out, who mends it, who says so.
pub(super) fn story(one: &Judgement) -> String {
    let mut lines = vec![capital(one.rule.title), format!("where: {}", place(one))];
    let mut line = |label: &str, text: &str| {
        if !text.is_empty() {
            lines.push(format!("{label}: {text}"));
        }
    };
    line("seen", &seen(&one.message));
    line("hits", &effects(&one.effects));
    line("fix", &escape(&one.fix.summary));
    for (step, number) in one.fix.steps.iter().zip(1..) {
        line(&format!("  {number}"), &escape(step));
    }
    line("restart", &escape(&one.fix.restart.join("; ")));
    for caution in &one.fix.cautions {
        line("caution", &escape(caution));
    }
    line("owner", one.owner.name());
    line("waived", &waived(one).unwrap_or_default());
    for citation in &one.citations {
        line("source", &source(citation));
    }
    line("id", &one.id);
    lines.join("\n")
}

/// Why it is accepted, and for how long.
pub(super) fn waived(one: &Judgement) -> Option<String> {
    let waived = one.waived.as_ref()?;
    let until = waived
        .expires
        .map(|end| format!(" (until {})", moment_text(end)))
        .unwrap_or_default();
    Some(format!("{}{until}", seen(&waived.reason)))
}

/// "Title, section (URL)".
pub(super) fn source(citation: &Citation) -> String {
    let section = match citation.section {
        "" => String::new(),
        section => format!(", {section}"),
    };
    let url = citation.source.url.map(|url| format!(" ({url})"));
    format!(
        "{}{section}{}",
        citation.source.title,
        url.unwrap_or_default()
    )
}

/// Fit to show, and no longer than [`LONGEST`].
pub(super) fn seen(text: &str) -> String {
    at_most(LONGEST, &escape(text))
}

/// The text, or its beginning and "[...]": at most that many characters.
pub(super) fn at_most(most: usize, text: &str) -> String {
    const CUT: &str = " [...]";
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept = most.saturating_sub(CUT.len());
    text.chars().take(kept).chain(CUT.chars()).collect()
}

/// As at the beginning of a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::{at_most, capital};

    #[test]
    fn long_texts_are_cut_to_the_character() {
        assert_eq!(at_most(10, "0123456789"), "0123456789");
        assert_eq!(at_most(10, "0123456789a"), "0123 [...]");
        assert_eq!(at_most(8, "ééééééééé"), "éé [...]");
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capital("a waiver"), "A waiver");
        assert_eq!(capital(""), "");
    }
}

//! The renewals as an iCalendar file (RFC 5545): one event for each change window, one for each coming limit of public CAs.

use std::io::{self, Write};

use time::OffsetDateTime;
use time::macros::format_description;

use super::super::Page;
use super::{PlanFormat, renewal, title};
use crate::catalog::public_authority::DAY;
use crate::certificate::Digest;
use crate::plan::{AuthorityKind, Burden, Line, Plan, Window};
use crate::text::escape;

/// Octets of a line without its line break (RFC 5545, section 3.1).
const LINE: usize = 75;

/// The format.
pub(super) struct CalendarFile;

impl PlanFormat for CalendarFile {
    fn name(&self) -> &'static str {
        "ics"
    }

    fn purpose(&self) -> &'static str {
        "the renewals as a calendar file"
    }

    fn write(&self, plan: &Plan<'_>, _: Page, sink: &mut dyn Write) -> io::Result<()> {
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            format!(
                "PRODID:-//certaudit//certaudit {}//EN",
                env!("CARGO_PKG_VERSION")
            ),
            "CALSCALE:GREGORIAN".to_owned(),
            "METHOD:PUBLISH".to_owned(),
        ];
        for window in &plan.calendar.windows {
            lines.extend(renewals(plan, window).lines(plan)?);
        }
        for burden in coming(plan) {
            lines.extend(limit(burden).lines(plan)?);
        }
        lines.push("END:VCALENDAR".to_owned());
        let text: String = lines.iter().map(|line| fold(line)).collect();
        sink.write_all(text.as_bytes())
    }
}

/// An event that takes a whole day.
struct Event {
    /// What makes it the same event in the next plan.
    identity: String,
    /// Any moment of its day (unix seconds).
    day: i64,
    summary: String,
    description: String,
}

/// The same certificates are the same event, also when the day moves.
fn renewals(plan: &Plan<'_>, window: &Window) -> Event {
    let lines = plan.lines_of(window);
    let mut description: Vec<String> = Vec::new();
    for line in &lines {
        description.push(format!("{}: {}", title(line), renewal(line)));
        for restart in &line.installation.restarts {
            let services = restart.services.join(", then ");
            description.push(format!(
                "  restart on {}: {services}",
                escape(&restart.node)
            ));
        }
    }
    let count = lines.len();
    let what = if count == 1 {
        "certificate"
    } else {
        "certificates"
    };
    Event {
        identity: format!("renew {}", window.lines.join(" ")),
        day: window.day,
        summary: format!("Renew {count} {what} of {}", escape(&plan.deployment.name)),
        description: description.join("\n"),
    }
}

/// Limits still to come, where something comes from a public CA.
fn coming<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = &'p Burden> {
    let is_public = |line: &Line<'_>| line.authority.recommended == AuthorityKind::Public;
    let any = plan.lines.iter().any(is_public);
    let burdens = plan.calendar.burdens.iter();
    burdens.filter(move |burden| any && burden.from > plan.at)
}

fn limit(burden: &Burden) -> Event {
    Event {
        identity: format!("limit {}", burden.days),
        day: burden.from,
        summary: format!(
            "Public CAs sign for {} days at most from today",
            burden.days
        ),
        description: format!(
            "CA/Browser Forum ballot SC-081v3. Renewals a year as planned: {}.",
            burden.planned
        ),
    }
}

impl Event {
    fn lines(&self, plan: &Plan<'_>) -> io::Result<Vec<String>> {
        let identity = format!("{}\n{}", plan.deployment.name, self.identity);
        Ok(vec![
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@certaudit", Digest::of(identity.as_bytes())),
            format!("DTSTAMP:{}", stamp(plan.at)?),
            format!("DTSTART;VALUE=DATE:{}", day(self.day)?),
            format!("DTEND;VALUE=DATE:{}", day(self.day + DAY)?),
            format!("SUMMARY:{}", text(&self.summary)),
            format!("DESCRIPTION:{}", text(&self.description)),
            "CATEGORIES:CERTIFICATES".to_owned(),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ])
    }
}

fn stamp(unix: i64) -> io::Result<String> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    moment(unix)?.format(format).map_err(io::Error::other)
}

fn day(unix: i64) -> io::Result<String> {
    let format = format_description!("[year][month][day]");
    moment(unix)?.format(format).map_err(io::Error::other)
}

fn moment(unix: i64) -> io::Result<OffsetDateTime> {
    let moment = OffsetDateTime::from_unix_timestamp(unix).map_err(io::Error::other)?;
    if (0..=9999).contains(&moment.year()) {
        Ok(moment)
    } else {
        Err(io::Error::other("a calendar has years of four digits only"))
    }
}

/// TEXT (RFC 5545, section 3.3.11): backslash, semicolon, comma and line breaks escaped.
fn text(value: &str) -> String {
    let mut out = String::new();
    for character in value.chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out += "\\n",
            other => out.push(other),
        }
    }
    out
}

/// A content line in pieces of 75 octets at most, never within a character (RFC 5545, section 3.1).
fn fold(line: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for character in line.chars() {
        if used + character.len_utf8() > LINE {
            out += "\r\n ";
            used = 1;
        }
        out.push(character);
        used += character.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{LINE, day, fold, stamp, text};

    #[test]
    fn text_is_escaped() {
        assert_eq!(text("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_characters() {
        let exact = "x".repeat(LINE);
        assert_eq!(fold(&exact), format!("{exact}\r\n"));
        assert_eq!(fold(&format!("{exact}y")), format!("{exact}\r\n y\r\n"));
        let wide = "é".repeat(200);
        let folded = fold(&wide);
        assert!(folded.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(folded.replace("\r\n ", ""), format!("{wide}\r\n"));
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(stamp(1_795_287_600).unwrap(), "20261121T190000Z");
        assert_eq!(day(1_795_287_600).unwrap(), "20261121");
        assert!(day(i64::MAX).is_err());
    }
}

//! Validity times, with the way they were written.

use std::fmt;

use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

use super::der::{Element, GENERALIZED_TIME, UTC_TIME};

/// A moment as a certificate gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix: i64,
    /// The characters as encoded ("250101000000+0100"), where they are not as they should be.
    pub raw: Option<Box<str>>,
    /// How it was written.
    pub format: TimeFormat,
}

/// CUCM's Certificate Expiry Monitor begins to tell as many seconds before the end, unless it is set otherwise: 30 days.
pub const LONGEST_WARNING: i64 = 30 * 86_400;

/// How long before its end a certificate should be told of, in seconds: 30 days, or the last third of a life of less than 90
/// days, so that what ACME renews at two thirds stays silent. `lifetime` is in seconds.
pub fn warning_window(lifetime: i64) -> i64 {
    LONGEST_WARNING.min(lifetime / 3)
}

/// How a time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// As RFC 5280 section 4.1.2.5 wants it: seconds, no fractions, "Z".
    Standard,
    /// No seconds.
    WithoutSeconds,
    /// Fractions of a second.
    Fractional,
    /// An offset, or no zone at all.
    NotGmt,
}

impl Time {
    /// Reads a UTCTime or GeneralizedTime, more leniently than RFC 5280 allows; says why where it cannot.
    pub(super) fn from_element(element: &Element<'_>) -> Result<Self, String> {
        let text = String::from_utf8_lossy(element.value);
        let year_digits = match element.tag {
            UTC_TIME => 2,
            GENERALIZED_TIME => 4,
            tag => return Err(format!("tag 0x{tag:02x} is no time")),
        };
        let (unix, format) =
            read(text.as_bytes(), year_digits).ok_or_else(|| format!("{text:?} is no time"))?;
        let raw = (format != TimeFormat::Standard).then(|| Box::from(&*text));
        Ok(Self { unix, raw, format })
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC, or the characters as encoded outside of the years 0 to 9999.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = OffsetDateTime::from_unix_timestamp(self.unix).ok();
        match moment.and_then(|moment| moment.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => f.write_str(self.raw.as_deref().unwrap_or("a year that nobody writes")),
        }
    }
}

/// YYMMDDhhmm or YYYYMMDDhhmm, then [ss], [.fraction], and Z, +hhmm, -hhmm or nothing.
fn read(text: &[u8], year_digits: usize) -> Option<(i64, TimeFormat)> {
    let mut digits = Digits { rest: text };
    let year = year(digits.number(year_digits)?, year_digits);
    let (month, day) = (digits.number(2)?, digits.number(2)?);
    let (hour, minute) = (digits.number(2)?, digits.number(2)?);
    let second = digits.number(2);
    let fractional = digits.fraction();
    let offset = digits.offset()?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()?;
    let small = |number: i32| u8::try_from(number).ok();
    let time = date
        .with_hms(small(hour)?, small(minute)?, small(second.unwrap_or(0))?)
        .ok()?;
    let format = match (offset, fractional, second) {
        (None | Some(Offset::Minutes(_)), ..) => TimeFormat::NotGmt,
        (_, true, _) => TimeFormat::Fractional,
        (_, _, None) => TimeFormat::WithoutSeconds,
        _ => TimeFormat::Standard,
    };
    let ahead = if let Some(Offset::Minutes(minutes)) = offset {
        i64::from(minutes) * 60
    } else {
        0
    };
    Some((time.assume_utc().unix_timestamp() - ahead, format))
}

/// Two digits from 50 on are of the last century (RFC 5280, section 4.1.2.5.1).
fn year(number: i32, digits: usize) -> i32 {
    match (digits, number) {
        (2, 0..50) => 2000 + number,
        (2, _) => 1900 + number,
        _ => number,
    }
}

/// A zone as written.
#[derive(Clone, Copy)]
enum Offset {
    Gmt,
    Minutes(i32),
}

struct Digits<'a> {
    rest: &'a [u8],
}

impl Digits<'_> {
    fn number(&mut self, count: usize) -> Option<i32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.rest = rest;
        Some(
            digits
                .iter()
                .fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')),
        )
    }

    /// Whether a fraction stood here; it is skipped, since nothing is judged by less than a second.
    fn fraction(&mut self) -> bool {
        let Some((b'.' | b',', after)) = self.rest.split_first() else {
            return false;
        };
        let count = after
            .iter()
            .take_while(|digit| digit.is_ascii_digit())
            .count();
        self.rest = &after[count..];
        count > 0
    }

    /// The zone, which must be the last thing; the inner `None` is a time without one.
    #[expect(
        clippy::option_option,
        reason = "unreadable and absent are different answers"
    )]
    fn offset(&mut self) -> Option<Option<Offset>> {
        let Some((sign, after)) = self.rest.split_first() else {
            return Some(None);
        };
        self.rest = after;
        let offset = match sign {
            b'Z' => Offset::Gmt,
            b'+' => Offset::Minutes(self.minutes()?),
            b'-' => Offset::Minutes(-self.minutes()?),
            _ => return None,
        };
        self.rest.is_empty().then_some(Some(offset))
    }

    fn minutes(&mut self) -> Option<i32> {
        Some(self.number(2)? * 60 + self.number(2)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn time(tag: u8, text: &str) -> Result<Time, String> {
        Time::from_element(&Element {
            tag,
            value: text.as_bytes(),
            raw: text.as_bytes(),
        })
    }

    fn shown(tag: u8, text: &str) -> (String, TimeFormat) {
        let time = time(tag, text).unwrap();
        let is_standard = time.format == TimeFormat::Standard;
        assert_eq!(time.raw.as_deref(), (!is_standard).then_some(text));
        (time.to_string(), time.format)
    }

    #[test]
    fn standard_times() {
        let standard = |text: &str| (text.to_owned(), TimeFormat::Standard);
        assert_eq!(
            shown(UTC_TIME, "250102030405Z"),
            standard("2025-01-02T03:04:05Z")
        );
        assert_eq!(
            shown(UTC_TIME, "491231235959Z"),
            standard("2049-12-31T23:59:59Z")
        );
        assert_eq!(
            shown(UTC_TIME, "500101000000Z"),
            standard("1950-01-01T00:00:00Z")
        );
        assert_eq!(
            shown(UTC_TIME, "991231235959Z"),
            standard("1999-12-31T23:59:59Z")
        );
        assert_eq!(
            shown(GENERALIZED_TIME, "99991231235959Z"),
            standard("9999-12-31T23:59:59Z")
        );
        assert_eq!(
            shown(GENERALIZED_TIME, "00000101000000Z"),
            standard("0000-01-01T00:00:00Z")
        );
        assert_eq!(time(UTC_TIME, "700101000001Z").unwrap().unix, 1);
    }

    #[test]
    fn times_that_rfc_5280_forbids_are_read_and_told_apart() {
        let is = |text: &str, format| (text.to_owned(), format);
        let minute = is("2025-01-02T03:04:00Z", TimeFormat::WithoutSeconds);
        assert_eq!(shown(UTC_TIME, "2501020304Z"), minute);
        assert_eq!(shown(GENERALIZED_TIME, "202501020304Z"), minute);
        let fractional = is("2025-01-02T03:04:05Z", TimeFormat::Fractional);
        assert_eq!(shown(GENERALIZED_TIME, "20250102030405.678Z"), fractional);
        let local = is("2025-01-02T03:04:05Z", TimeFormat::NotGmt);
        assert_eq!(shown(GENERALIZED_TIME, "20250102030405"), local);
        assert_eq!(shown(GENERALIZED_TIME, "20250102040405+0100"), local);
        assert_eq!(shown(UTC_TIME, "250101220405-0500"), local);
        assert_eq!(shown(UTC_TIME, "250102030405+0000"), local);
    }

    #[test]
    fn what_is_no_time_is_said() {
        let nonsense = [
            "",
            "Z",
            "250230000000Z",
            "251301000000Z",
            "250101000060Z",
            "250101000000Y",
            "250101000000Z ",
        ];
        for text in nonsense {
            assert_eq!(time(UTC_TIME, text), Err(format!("{text:?} is no time")));
        }
        assert_eq!(
            time(0x16, "250101000000Z"),
            Err("tag 0x16 is no time".to_owned())
        );
    }

    #[test]
    fn a_moment_out_of_range_shows_as_written() {
        let time = Time {
            unix: i64::MAX,
            raw: Some("raw".into()),
            format: TimeFormat::NotGmt,
        };
        assert_eq!(time.to_string(), "raw");
    }
}

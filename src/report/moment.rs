//! Moments as text: RFC 3339, UTC, to the second.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// "2026-11-21T19:00:00Z"; unix seconds outside of the years 0 to 9999 are written as such.
pub fn text(unix: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(unix).ok();
    moment
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("{unix} s"))
}

/// Unix seconds of an RFC 3339 text.
pub fn parse(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text.trim(), &Rfc3339)
        .ok()
        .map(OffsetDateTime::unix_timestamp)
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn moments_read_back() {
        assert_eq!(text(1_795_287_600), "2026-11-21T19:00:00Z");
        assert_eq!(parse("2026-11-21T20:00:00+01:00"), Some(1_795_287_600));
        assert_eq!(parse("tomorrow"), None);
    }
}

//! Is it valid now, and for how long.

pub(super) mod apple_limit;
pub(super) mod expired;
pub(super) mod expiring;
pub(super) mod not_yet;
pub(super) mod public_limit;
pub(super) mod time_format;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// "a day", "12 days".
fn days(count: i64) -> String {
    match count {
        1 => "a day".to_owned(),
        count => format!("{count} days"),
    }
}

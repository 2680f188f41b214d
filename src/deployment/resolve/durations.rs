//! Durations.

use std::time::Duration;

use super::fault;
use crate::deployment::Problem;
use crate::deployment::schema::Text;

/// Longer waits than this are slips of the keys.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// "500ms", "5s", "1m": more than nothing, at most ten minutes.
pub(super) fn read(word: &Text) -> Result<Duration, Problem> {
    let wanted = "write a whole number and `ms`, `s` or `m`: \"500ms\", \"5s\", \"1m\"";
    let text = word.get_ref().trim();
    let end_of_number = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end_of_number);
    let milliseconds = match unit.trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return Err(fault(word, "is not a duration").help(wanted)),
    };
    if number.is_empty() {
        return Err(fault(word, "is not a duration").help(wanted));
    }
    // Only digits: what does not fit is too long.
    let number: u64 = number.parse().unwrap_or(u64::MAX);
    let duration = Duration::from_millis(number.saturating_mul(milliseconds));
    if duration.is_zero() {
        return Err(fault(word, "is no time at all").help(wanted));
    }
    if duration > LONGEST_WAIT {
        return Err(fault(word, "is longer than ten minutes"));
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use toml::Spanned;

    #[test]
    fn durations_have_a_unit_and_a_limit() {
        let read = |text: &str| super::read(&Spanned::new(0..text.len(), text.to_owned()));
        assert_eq!(read("5s").unwrap(), Duration::from_secs(5));
        assert_eq!(read("500ms").unwrap(), Duration::from_millis(500));
        assert_eq!(read("10m").unwrap(), Duration::from_secs(600));
        for wrong in ["5", "", "s", "5 seconds", "-5s", "1.5s", "5h", "ms"] {
            let problem = read(wrong).unwrap_err();
            assert_eq!(problem.message, format!("`{wrong}` is not a duration"));
            assert!(problem.help.unwrap().contains("500ms"));
        }
        assert_eq!(read("0s").unwrap_err().message, "`0s` is no time at all");
        for long in ["11m", "600001ms", "99999999999999999999999s"] {
            let problem = read(long).unwrap_err();
            assert_eq!(
                problem.message,
                format!("`{long}` is longer than ten minutes")
            );
        }
    }
}

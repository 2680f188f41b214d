//! Releases as Cisco writes them, so that a rule can say "from 14SU2 on".

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A release of a product: "14SU2", "12.5(1)SU6", "10.5(2)", "X14.0.8".
#[derive(Debug, Clone)]
pub struct Release {
    /// As written.
    text: String,
    /// Written with the X of Expressway.
    expressway: bool,
    /// Numbers in front: 12.5(1) is [12, 5, 1].
    numbers: [u32; 4],
    /// Service update; 0 for none.
    service_update: u32,
}

impl Release {
    /// A release of a Unified Communications product, for comparing: major, minor, service update.
    pub const fn unified(major: u32, minor: u32, service_update: u32) -> Self {
        Self {
            text: String::new(),
            expressway: false,
            numbers: [major, minor, 0, 0],
            service_update,
        }
    }

    /// A release of Expressway, for comparing: X`major`.`minor`.`patch`.
    pub const fn expressway(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            text: String::new(),
            expressway: true,
            numbers: [major, minor, patch, 0],
            service_update: 0,
        }
    }

    /// Whether it is written as an Expressway release (with an X).
    pub fn is_expressway(&self) -> bool {
        self.expressway
    }

    /// The same numbers read as an Expressway release: "14.2" given for an Expressway means X14.2.
    #[must_use]
    pub fn for_expressway(mut self) -> Self {
        if !self.expressway {
            self.text.insert(0, 'X');
            self.expressway = true;
        }
        self
    }

    /// The first number.
    pub fn major(&self) -> u32 {
        self.numbers[0]
    }

    fn order(&self) -> ([u32; 4], u32) {
        (self.numbers, self.service_update)
    }
}

impl PartialEq for Release {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Release {}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Release {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a release is written like 14, 14SU2, 12.5(1)SU6, 10.5(2) or X14.2";
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_uppercase();
        let (expressway, rest) = match compact.strip_prefix('X') {
            Some(rest) => (true, rest),
            None => (false, compact.as_str()),
        };
        let (front, update) = match rest.split_once("SU") {
            Some((front, update)) => (front, leading_number(update).ok_or(WANTED)?),
            None => (rest, 0),
        };
        let mut numbers = [0; 4];
        let parts: Vec<&str> = front
            .split(['.', '(', ')', '-'])
            .filter(|part| !part.is_empty())
            .collect();
        if parts.is_empty() || (parts.len() > 4 && expressway) {
            return Err(WANTED);
        }
        for (slot, part) in numbers.iter_mut().zip(&parts) {
            *slot = part.parse().map_err(|_| WANTED)?;
        }
        Ok(Self {
            text: text.trim().to_owned(),
            expressway,
            numbers,
            service_update: update,
        })
    }
}

/// "6", "6a" and "6ES2" are service update 6.
fn leading_number(text: &str) -> Option<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Release;

    fn release(text: &str) -> Release {
        text.parse().unwrap()
    }

    #[test]
    fn releases_compare_as_cisco_counts_them() {
        assert!(release("14SU2") > release("14"));
        assert!(release("14SU2") > release("12.5(1)SU6"));
        assert!(release("12.5(1)SU6") > release("12.5(1)SU2"));
        assert!(release("10.5(2)") > release("10.5"));
        assert!(release("15") > release("14SU4a"));
        assert!(release("X14.2") > release("X14.0.8"));
        assert!(release("14su2") >= Release::unified(14, 0, 2));
        assert!(release("14SU1") < Release::unified(14, 0, 2));
        assert!(release("X15.4.1") > Release::expressway(15, 4, 0));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!("".parse::<Release>().is_err());
        assert!("latest".parse::<Release>().is_err());
        assert!("SU2".parse::<Release>().is_err());
        assert!("14SU".parse::<Release>().is_err());
    }

    #[test]
    fn text_is_kept_as_written() {
        assert_eq!(release("12.5(1)SU6").to_string(), "12.5(1)SU6");
    }
}

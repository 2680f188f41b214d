//! What public CAs sign, and from when on they do not: lives, clientAuth, names (domain.md section 5).

use time::macros::datetime;

use crate::source::{
    APPLE_REQUIREMENTS, CHROME_ROOT_PROGRAM, Citation, FIELD_NOTICE_74345, FIELD_NOTICE_74362,
    VALIDITY_BALLOT,
};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// How long a certificate may live that a public CA issues from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LifeLimit {
    /// The first moment of issue (unix seconds).
    pub from: i64,
    /// Days of validity.
    pub days: u32,
}

/// An issuer, or all of them, and the moment from which on it puts no clientAuth into certificates any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAuthEnd {
    /// Whose.
    pub issuer: &'static str,
    /// The first moment without (unix seconds).
    pub from: i64,
}

/// Lives of public certificates (ballot SC-081v3; 398 days since 2020-09-01), oldest first.
pub const LIFE_LIMITS: [LifeLimit; 4] = [
    life(datetime!(2020-09-01 00:00 UTC).unix_timestamp(), 398),
    life(datetime!(2026-03-15 00:00 UTC).unix_timestamp(), 200),
    life(datetime!(2027-03-15 00:00 UTC).unix_timestamp(), 100),
    life(datetime!(2029-03-15 00:00 UTC).unix_timestamp(), 47),
];

/// When public CAs end clientAuth, earliest first; the last is Chrome's date for every CA of its root program.
pub const CLIENT_AUTH_ENDS: [ClientAuthEnd; 4] = [
    end(
        "Let's Encrypt",
        datetime!(2026-07-08 00:00 UTC).unix_timestamp(),
    ),
    end("Sectigo", datetime!(2027-02-10 00:00 UTC).unix_timestamp()),
    end("DigiCert", datetime!(2027-03-01 00:00 UTC).unix_timestamp()),
    end(
        "every CA in Chrome's root program",
        datetime!(2027-03-15 00:00 UTC).unix_timestamp(),
    ),
];

/// Days of validity that Apple's platforms allow a certificate of a private CA.
pub const PRIVATE_LIFE: u32 = 825;

/// Who says so.
pub const CITATIONS: [Citation; 5] = [
    VALIDITY_BALLOT.at("Schedule"),
    CHROME_ROOT_PROGRAM.at("Dedicated TLS server authentication hierarchies"),
    FIELD_NOTICE_74345.at("Problem Description"),
    FIELD_NOTICE_74362.at("Problem Description"),
    APPLE_REQUIREMENTS.at("Validity period"),
];

/// Domains that stand in no public registry: RFC 6761, RFC 6762 and ICANN's `internal`, and what is used in their place.
const PRIVATE_DOMAINS: [&str; 9] = [
    "local",
    "localhost",
    "internal",
    "test",
    "example",
    "invalid",
    "lan",
    "corp",
    "home",
];

/// The limit for certificates that are issued at `at` (unix seconds).
pub fn life_limit(at: i64) -> LifeLimit {
    let mut known = LIFE_LIMITS.into_iter().rev();
    known
        .find(|limit| limit.from <= at)
        .unwrap_or(LIFE_LIMITS[0])
}

/// Whether no public CA puts clientAuth into certificates at `at` (unix seconds).
pub fn client_auth_is_over(at: i64) -> bool {
    CLIENT_AUTH_ENDS.iter().all(|end| end.from <= at)
}

/// Whether a public CA may sign for a name at all: a domain name with a public suffix, not an address, not a short name.
pub fn may_be_public(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    match name.rsplit_once('.') {
        Some((_, last)) => {
            !PRIVATE_DOMAINS.contains(&last) && name.parse::<std::net::IpAddr>().is_err()
        }
        None => false,
    }
}

const fn life(from: i64, days: u32) -> LifeLimit {
    LifeLimit { from, days }
}

const fn end(issuer: &'static str, from: i64) -> ClientAuthEnd {
    ClientAuthEnd { issuer, from }
}

#[cfg(test)]
mod tests {
    use super::{CLIENT_AUTH_ENDS, LIFE_LIMITS, client_auth_is_over, life_limit, may_be_public};

    #[test]
    fn both_sides_of_each_life() {
        for pair in LIFE_LIMITS.windows(2) {
            assert_eq!(life_limit(pair[1].from - 1), pair[0]);
            assert_eq!(life_limit(pair[1].from), pair[1]);
        }
        assert_eq!(LIFE_LIMITS.map(|limit| limit.days), [398, 200, 100, 47]);
        assert_eq!(life_limit(0).days, 398, "before there was a limit");
    }

    #[test]
    fn client_auth_is_over_on_chromes_day() {
        let last = CLIENT_AUTH_ENDS[3].from;
        assert!(!client_auth_is_over(last - 1));
        assert!(client_auth_is_over(last));
        assert!(CLIENT_AUTH_ENDS.is_sorted_by_key(|end| end.from));
    }

    #[test]
    fn public_cas_sign_public_names_only() {
        for name in ["imp1.acme.com", "ACME.DE.", "a.test.net"] {
            assert!(may_be_public(name), "{name}");
        }
        for name in [
            "imp1",
            "imp1.acme.local",
            "acme.TEST",
            "10.0.0.1",
            "2001:db8::1",
            "",
        ] {
            assert!(!may_be_public(name), "{name}");
        }
    }
}

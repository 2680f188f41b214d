//! Validity times, with the way they were written.

/// A moment as a certificate gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix: i64,
    /// The characters as encoded ("250101000000Z").
    pub raw: String,
    /// How it was written.
    pub format: TimeFormat,
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

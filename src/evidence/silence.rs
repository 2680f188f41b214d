//! Silence in words.

use std::fmt;

use super::{Silence, Step};
use crate::text::escape;

impl Silence {
    /// Nothing answered, as against something that answered without showing a certificate. A server that accepts the
    /// connection and then says nothing until the deadline has not answered either.
    pub fn is_no_answer(&self) -> bool {
        matches!(
            self,
            Self::Unresolved { .. }
                | Self::Refused
                | Self::Unreachable { .. }
                | Self::TimedOut { .. }
        )
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved { reason } => {
                write!(f, "the name does not resolve: {}", escape(reason))
            }
            Self::Refused => f.write_str("connection refused: nothing listens on this port"),
            Self::Unreachable { reason } => write!(f, "could not connect: {}", escape(reason)),
            Self::TimedOut { step, after_ms } => {
                write!(f, "no answer within {} {step}", Milliseconds(*after_ms))
            }
            Self::Closed { step } => write!(f, "the server closed the connection {step}"),
            Self::NotTls { seen } => write!(f, "not TLS: the server said {:?}", escape(seen)),
            Self::Alert { name } => write!(
                f,
                "the server refused the TLS handshake: alert {}",
                escape(name)
            ),
            Self::OldVersion {
                offered: Some(version),
            } => write!(f, "the server offers only {}", escape(version)),
            Self::OldVersion { offered: None } => {
                f.write_str("the server offers no TLS version from 1.2 on")
            }
            Self::Handshake { reason } => write!(f, "the TLS handshake failed: {}", escape(reason)),
            Self::NoStartTls { offered } => {
                write!(f, "no STARTTLS offered (only: {})", escape(offered))
            }
            Self::PreludeRefused { reason } => {
                write!(f, "the server refused the stream: {}", escape(reason))
            }
            Self::PreludeGarbled { reason } => write!(f, "before TLS: {}", escape(reason)),
            Self::Interrupted => f.write_str("not probed: interrupted"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "while resolving the name",
            Self::Connect => "while connecting",
            Self::Prelude => "before TLS",
            Self::Handshake => "during the TLS handshake",
        })
    }
}

/// Milliseconds in words.
pub(super) struct Milliseconds(pub(super) u64);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) {
            write!(f, "{} s", self.0 / 1000)
        } else {
            write!(f, "{} ms", self.0)
        }
    }
}

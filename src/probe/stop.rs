//! Why a handshake stopped, as evidence.

use std::time::Duration;

use rustls::{
    AlertDescription, Error, InvalidMessage, PeerIncompatible, PeerMisbehaved, ProtocolVersion,
};

use super::{alert, provider, words};
use crate::evidence::{Silence, Step};

/// Why a handshake stopped before it was complete.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stop {
    /// The deadline passed.
    TimedOut,
    /// The server closed the connection.
    Closed,
    /// The server reset the connection.
    Reset,
    /// The server sent more than is ever needed.
    TooMuch,
    /// Nothing more was wanted than the server's hello.
    HelloOnly,
    /// An alert, or something that rustls cannot take.
    Tls(Error),
}

impl Stop {
    /// Why rustls gave up. In TLS 1.2 it takes no signature by an RSA-PSS or Ed448 key, though such keys are offered for
    /// the sake of TLS 1.3, where it takes any: the certificate was seen, and that is all that is wanted.
    pub(super) fn of(error: Error) -> Self {
        match error {
            Error::PeerMisbehaved(PeerMisbehaved::SignedKxWithWrongAlgorithm) => Self::HelloOnly,
            error => Self::Tls(error),
        }
    }

    /// Nothing of the server's is under way any more, or worth waiting for: after its alert it has closed (RFC 8446, section 6.2).
    pub(super) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::TimedOut | Self::TooMuch | Self::Tls(Error::AlertReceived(_))
        )
    }

    /// What it means when no certificate was seen before. `first` are the first bytes that were received.
    pub(super) fn silence(&self, first: &[u8], deadline: Duration) -> Silence {
        match self {
            Self::TimedOut => Silence::TimedOut {
                step: Step::Handshake,
                after_ms: words::milliseconds(deadline),
            },
            Self::Closed | Self::Reset => Silence::Closed {
                step: Step::Handshake,
            },
            Self::TooMuch | Self::HelloOnly => Silence::Handshake {
                reason: self.words(deadline),
            },
            Self::Tls(error) => in_tls(error, first),
        }
    }

    /// What happened, in words, when the certificates had been seen.
    pub(super) fn words(&self, deadline: Duration) -> String {
        match self {
            Self::TimedOut => format!(
                "nothing more came within {} ms",
                words::milliseconds(deadline)
            ),
            Self::Closed => "the connection was closed".into(),
            Self::Reset => "the connection was reset".into(),
            Self::TooMuch => "the server sent more than a handshake can need".into(),
            Self::HelloOnly => "the handshake was left off after the hello".into(),
            Self::Tls(Error::AlertReceived(description)) => {
                format!("alert {}", alert::name(*description))
            }
            Self::Tls(error) => error.to_string(),
        }
    }

    /// Whether it was the server who broke off.
    pub(super) fn is_by_server(&self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Reset | Self::Tls(Error::AlertReceived(_))
        )
    }
}

fn in_tls(error: &Error, first: &[u8]) -> Silence {
    match error {
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            Silence::OldVersion { offered: None }
        }
        Error::AlertReceived(description) => Silence::Alert {
            name: alert::name(*description),
        },
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            Silence::OldVersion {
                offered: server_version(first),
            }
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => Silence::NotTls {
            seen: words::shown(first),
        },
        Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge) => Silence::Handshake {
            reason: "its certificate message is larger than 64 KiB".into(),
        },
        other => Silence::Handshake {
            reason: other.to_string(),
        },
    }
}

/// The version that an old server chose: the first two bytes of a ServerHello behind the headers of record and message.
fn server_version(first: &[u8]) -> Option<String> {
    match first {
        [22, _, _, _, _, 2, _, _, _, major, minor, ..] => {
            let version = ProtocolVersion::from(u16::from_be_bytes([*major, *minor]));
            Some(provider::version_name(version).into_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Duration = Duration::from_secs(5);

    #[test]
    fn an_alert_is_called_by_its_name() {
        let stop = Stop::Tls(Error::AlertReceived(AlertDescription::HandshakeFailure));
        let name = "handshake_failure".to_owned();
        assert_eq!(stop.silence(&[], DEADLINE), Silence::Alert { name });
        assert_eq!(stop.words(DEADLINE), "alert handshake_failure");
    }

    #[test]
    fn a_signature_that_rustls_does_not_take_leaves_the_hello() {
        let wrong = Error::PeerMisbehaved(PeerMisbehaved::SignedKxWithWrongAlgorithm);
        assert_eq!(Stop::of(wrong), Stop::HelloOnly);
        let other = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);
        assert_eq!(Stop::of(other.clone()), Stop::Tls(other));
    }

    #[test]
    fn an_old_server_hello_tells_its_version() {
        let error = Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13);
        let first = [22, 3, 1, 0, 81, 2, 0, 0, 77, 3, 1, 9, 9];
        let offered = Some("TLSv1.0".to_owned());
        assert_eq!(
            Stop::Tls(error).silence(&first, DEADLINE),
            Silence::OldVersion { offered }
        );
    }
}

//! Why a fetch brought no answer: the step and the words.

use std::net::SocketAddr;
use std::time::Duration;

use crate::evidence::{FetchOutcome, FetchStep, Silence};
use crate::text::escape;

/// Why a fetch brought no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) step: FetchStep,
    pub(super) reason: String,
}

impl Failure {
    pub(super) fn new(step: FetchStep, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { step, reason }
    }

    /// Nobody was asked, or not to the end: why.
    pub(super) fn unasked(why: &str) -> Self {
        Self::new(FetchStep::Interrupted, format!("not fetched: {why}"))
    }

    /// The time for all fetches was over.
    pub(super) fn too_many(round: Duration) -> Self {
        let round = in_words(round);
        Self::unasked(&format!(
            "all that the certificates name could not be fetched within {round}"
        ))
    }

    /// The run ended first.
    pub(super) fn interrupted() -> Self {
        Self::unasked("interrupted")
    }

    /// This program's own fault.
    pub(super) fn own() -> Self {
        let reason = "certaudit failed while it fetched this; please report it";
        Self::new(FetchStep::Request, reason)
    }

    /// The deadline passed.
    pub(super) fn late(deadline: Duration, doing: &str) -> Self {
        let reason = format!("not done within {}, {doing}", in_words(deadline));
        Self::new(FetchStep::Time, reason)
    }

    /// The name or the connection of a server failed. `deadline` is that of the whole fetch.
    pub(super) fn of(silence: &Silence, peer: Option<SocketAddr>, deadline: Duration) -> Self {
        let to = peer.map_or_else(String::new, |peer| format!("{peer}: "));
        match silence {
            Silence::Unresolved { .. } => Self::new(FetchStep::Resolve, silence.to_string()),
            Silence::TimedOut { step, .. } => Self::late(deadline, &format!("{to}{step}")),
            other => Self::new(FetchStep::Connect, format!("{to}{other}")),
        }
    }

    /// The failure as one of the proxy, not of the server that the URL names.
    pub(super) fn at_proxy(self, authority: &str) -> Self {
        Self::new(
            self.step,
            format!("the proxy {}: {}", escape(authority), self.reason),
        )
    }
}

impl From<Failure> for FetchOutcome {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            step: failure.step,
            reason: failure.reason,
        }
    }
}

fn in_words(duration: Duration) -> String {
    let whole = duration.as_millis();
    if whole.is_multiple_of(1000) {
        format!("{} s", whole / 1000)
    } else {
        format!("{whole} ms")
    }
}

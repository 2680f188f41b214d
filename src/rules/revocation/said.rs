//! What a source said, in words.

use std::borrow::Cow;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::audit::estate::{Source, SourceKind, SourceState};
use crate::evidence::FetchStep;
use crate::trust::revocation::{Answer, Doubt};

/// Characters of a URL in a message; those of Microsoft CAs have up to about 200.
const LONGEST_URL: usize = 300;
/// From here on a time is given in seconds.
const SECOND: u64 = 1000;

/// Which source it is.
pub(super) fn label(source: &Source) -> String {
    let kind = match source.kind {
        SourceKind::Crl => "CRL",
        SourceKind::Ocsp => "OCSP responder",
    };
    format!("{kind} {}", cut(&source.url))
}

/// What came of asking it.
pub(super) fn said(source: &Source) -> String {
    let took = took(source);
    match &source.state {
        SourceState::NotAsked => "not asked".to_owned(),
        SourceState::Failed(FetchStep::Interrupted, reason) => reason.clone(),
        SourceState::Failed(step, reason) => format!("{}{took}: {reason}", failed(*step)),
        SourceState::Status(status) => format!("HTTP status {status}{took}"),
        SourceState::WithoutIssuer => format!(
            "answered{took}, but the certificate of the issuer is not known, and without it the answer cannot be verified"
        ),
        SourceState::Answered(answer) => {
            let slow = source.elapsed_ms.is_some_and(|elapsed| elapsed >= SECOND);
            let took = if slow { took.as_str() } else { "" };
            format!(
                "{}{}",
                answered(source.kind, answer),
                took.replacen(" after", ", answered after", 1)
            )
        }
    }
}

/// The step that failed, for people.
fn failed(step: FetchStep) -> &'static str {
    match step {
        FetchStep::Scheme | FetchStep::Url => "cannot be asked",
        FetchStep::Resolve => "failed at DNS",
        FetchStep::Connect => "failed to connect",
        FetchStep::Request => "failed at HTTP",
        FetchStep::Size => "cut off for its size",
        FetchStep::Time => "ran out of time",
        FetchStep::Redirect => "failed at a redirect",
        FetchStep::Interrupted => "interrupted",
    }
}

/// The step that failed, for machines.
pub(super) fn step(step: FetchStep) -> &'static str {
    match step {
        FetchStep::Scheme | FetchStep::Url => "url",
        FetchStep::Resolve => "dns",
        FetchStep::Connect => "connect",
        FetchStep::Request => "http",
        FetchStep::Size => "size",
        FetchStep::Time => "time",
        FetchStep::Redirect => "redirect",
        FetchStep::Interrupted => "interrupted",
    }
}

fn answered(kind: SourceKind, answer: &Answer) -> String {
    match answer {
        Answer::Good { this_update, .. } => format!("not revoked as of {}", moment(*this_update)),
        Answer::Revoked {
            at,
            reason,
            this_update,
            next_update,
        } => {
            let reason = reason.map_or_else(
                || "no reason given".to_owned(),
                |reason| format!("reason {reason}"),
            );
            format!(
                "revoked since {}, {reason}, as published {}{}",
                moment(*at),
                moment(*this_update),
                next_update.map_or_else(String::new, |next| format!(
                    " (next update {})",
                    moment(next)
                ))
            )
        }
        Answer::Unknown(doubt) => doubted(kind, doubt),
    }
}

fn doubted(kind: SourceKind, doubt: &Doubt) -> String {
    match doubt {
        Doubt::NotAnAnswer(what) => match kind {
            SourceKind::Crl => format!("answered with what is no CRL: {what}"),
            SourceKind::Ocsp => format!("answered with what is no certificate status: {what}"),
        },
        Doubt::WrongSigner(what) => format!("not signed by who should sign: {what}"),
        Doubt::Stale { next_update } => format!("out of date since {}", moment(*next_update)),
        Doubt::NotYetValid { this_update } => format!("valid only from {}", moment(*this_update)),
        Doubt::OtherCertificate => "answered about other certificates than this one".to_owned(),
        Doubt::ResponderUnknown => "says that it does not know the certificate".to_owned(),
        Doubt::Unsupported(what) => format!("not supported by certaudit: {what}"),
    }
}

/// " after 12 ms"; nothing where nobody was asked.
fn took(source: &Source) -> String {
    source.elapsed_ms.map_or_else(String::new, |elapsed| {
        format!(" after {}", duration(elapsed))
    })
}

/// "12 ms", "5.2 s"; not rounded up, so that what is under a limit stays under it.
pub(super) fn duration(milliseconds: u64) -> String {
    if milliseconds < SECOND {
        return format!("{milliseconds} ms");
    }
    format!(
        "{}.{} s",
        milliseconds / SECOND,
        milliseconds % SECOND / 100
    )
}

/// RFC 3339, UTC, to the second.
pub(super) fn moment(unix: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(unix).ok();
    moment
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("{unix} s"))
}

fn cut(url: &str) -> Cow<'_, str> {
    match url.char_indices().nth(LONGEST_URL) {
        Some((end, _)) => format!("{}…", &url[..end]).into(),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{cut, duration, moment};

    #[test]
    fn times_are_not_rounded_up() {
        let shown = [0, 999, 1000, 4999, 5000, 61_250].map(duration);
        assert_eq!(
            shown,
            ["0 ms", "999 ms", "1.0 s", "4.9 s", "5.0 s", "61.2 s"]
        );
        assert_eq!(moment(1_795_287_600), "2026-11-21T19:00:00Z");
    }

    #[test]
    fn an_endless_url_is_cut_between_characters() {
        assert_eq!(cut("http://a/"), "http://a/");
        let long = cut(&"é".repeat(301)).into_owned();
        assert_eq!(long.chars().count(), 301);
        assert!(long.ends_with("é…"));
    }
}

//! Can clients learn whether it was revoked.

pub(super) mod absent;
mod asked;
pub(super) mod invalid;
pub(super) mod not_http;
pub(super) mod revoked;
mod said;
pub(super) mod slow;
pub(super) mod stale;
#[cfg(test)]
mod testing;
pub(super) mod unreachable;

use super::facts::{is_broken, jabber_connects};
use crate::audit::effect::{Impact, Outcome};
use crate::audit::estate::{Source, SourceState};
use crate::audit::rule::Severity;
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;
use asked::{Word, is_unasked};

const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
const AUTHORITY_INFORMATION_ACCESS: &str = "1.3.6.1.5.5.7.1.1";

/// What users see where revocation cannot be looked up is not settled: Cisco asks for an HTTP URL and says in the same
/// place that users are not told when it is missing (document 001, "Revocation Servers"); the operating system decides.
const NOT_LOOKED_UP: Impact = Impact::clients(Outcome::Unknown);

/// No source of the certificate gives an answer. Cisco's guides say that Jabber cannot connect then, and next to it that
/// users are not told (document 001, "Revocation Servers"); a URL that is dead is taken as worse than none (domain.md
/// section 2.5). Expressway lets pass by default.
const NO_ANSWER: Impact = Impact::clients(Outcome::Blocked);

/// Another source of the certificate answers: who asks it, and how long the others are waited for, is not settled.
const OTHER_ANSWER: Impact = Impact::clients(Outcome::Unknown);

/// Where it says that its revocation can be looked up, CRLs first.
fn urls(certificate: &Certificate) -> Vec<&str> {
    let all = certificate.crl_urls.iter().chain(&certificate.ocsp_urls);
    all.map(String::as_str).collect()
}

/// The verdict where one of the two extensions is there but could not be decoded.
fn unreadable(certificate: &Certificate) -> Option<Verdict> {
    let broken = is_broken(certificate, CRL_DISTRIBUTION_POINTS)
        || is_broken(certificate, AUTHORITY_INFORMATION_ACCESS);
    broken.then(|| {
        Verdict::unknown(
            "the certificate has CRL distribution points or an authority information access that cannot be decoded",
        )
    })
}

/// The requirement is Jabber's: on ports that no Jabber connects to a fault of it hits nobody.
fn weighed(subject: &LeafSubject<'_>, seen: Seen) -> Verdict {
    if jabber_connects(subject) {
        seen.into()
    } else {
        seen.severity(Severity::Info).impact(Impact::NONE).into()
    }
}

/// What rules about answers make of a source that gave none to judge.
fn unanswered(source: &Source) -> Word {
    match source.state {
        _ if is_unasked(source) => Word::Open,
        SourceState::WithoutIssuer => Word::Open,
        _ => Word::Elsewhere,
    }
}

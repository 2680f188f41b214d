//! Can clients learn whether it was revoked.

pub(super) mod absent;
pub(super) mod not_http;

use super::facts::{is_broken, jabber_connects};
use crate::audit::effect::{Impact, Outcome};
use crate::audit::rule::Severity;
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::certificate::Certificate;

const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
const AUTHORITY_INFORMATION_ACCESS: &str = "1.3.6.1.5.5.7.1.1";

/// What users see where revocation cannot be looked up is not settled: Cisco asks for an HTTP URL and says in the same
/// place that users are not told when it is missing (document 001, "Revocation Servers"); the operating system decides.
const NOT_LOOKED_UP: Impact = Impact::clients(Outcome::Unknown);

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

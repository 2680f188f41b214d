//! What one handshake showed, with the certificates themselves.

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ProtocolVersion, SignatureScheme};

use super::provider::{self, Offer};
use super::recorder::{Request, Seen};
use super::stop::Stop;
use crate::certificate::Digest;
use crate::evidence::{CertificateRequest, Ending, Presentation};

/// Certificates that are kept of a chain. Nobody's has more than five; in the megabyte that a bare hello takes there is room for
/// three hundred thousand empty ones.
const MOST_CERTIFICATES: usize = 100;

/// A presentation and the certificates that it names.
#[derive(Debug)]
pub(super) struct Shown {
    /// DER, in the order sent.
    pub(super) certificates: Vec<Vec<u8>>,
    /// What goes into the evidence.
    pub(super) presentation: Presentation,
    /// The offer that asks for the twin of this certificate; `None` when it cannot be told.
    pub(super) twin: Option<Offer>,
}

/// What was negotiated, as far as it came.
#[derive(Debug, Clone)]
pub(super) struct Negotiated {
    pub(super) version: Option<ProtocolVersion>,
    /// By its IANA name.
    pub(super) cipher: Option<Cow<'static, str>>,
    /// By its IANA name.
    pub(super) group: Option<Cow<'static, str>>,
}

impl Shown {
    pub(super) fn new(
        mut seen: Seen,
        negotiated: Negotiated,
        ending: &Result<(), Stop>,
        deadline: Duration,
    ) -> Self {
        let sent = seen.chain.len();
        seen.chain.truncate(MOST_CERTIFICATES);
        let presentation = Presentation {
            chain: digests(&seen.chain),
            version: negotiated.version.map(provider::version_name),
            cipher: negotiated.cipher,
            group: negotiated.group,
            client_certificate: seen.request.as_ref().map(|request| asked(request, ending)),
            stapled_ocsp: seen.stapled_ocsp.map(|der| STANDARD.encode(der)),
            ending: match ending {
                _ if sent > MOST_CERTIFICATES => Ending::BrokenOff(format!(
                    "the server sent {sent} certificates, of which the first {MOST_CERTIFICATES} were kept"
                )),
                Ok(()) => Ending::Completed,
                Err(Stop::HelloOnly) => Ending::HelloOnly,
                Err(stop) => Ending::BrokenOff(stop.words(deadline)),
            },
        };
        Self {
            certificates: seen.chain,
            presentation,
            twin: twin(seen.scheme, negotiated.version),
        }
    }
}

fn digests(chain: &[Vec<u8>]) -> Vec<Digest> {
    chain.iter().map(|der| Digest::of(der)).collect()
}

fn twin(scheme: Option<SignatureScheme>, version: Option<ProtocolVersion>) -> Option<Offer> {
    Offer::for_twin(scheme?, version?)
}

fn asked(request: &Request, ending: &Result<(), Stop>) -> CertificateRequest {
    let broken_off = ending.as_ref().is_err_and(Stop::is_by_server);
    CertificateRequest {
        authorities: request
            .authorities
            .iter()
            .map(|name| STANDARD.encode(name))
            .collect(),
        required: broken_off && !request.answered,
        given: request.answered && ending.is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(count: usize) -> Shown {
        let seen = Seen {
            chain: vec![vec![0x30]; count],
            ..Seen::default()
        };
        let negotiated = Negotiated {
            version: None,
            cipher: None,
            group: None,
        };
        Shown::new(seen, negotiated, &Ok(()), Duration::from_secs(5))
    }

    #[test]
    fn of_endless_chains_the_beginning_is_kept_and_that_is_said() {
        let whole = shown(MOST_CERTIFICATES);
        assert_eq!(whole.presentation.ending, Ending::Completed);
        let cut = shown(MOST_CERTIFICATES + 1);
        assert_eq!(cut.certificates, whole.certificates);
        assert_eq!(cut.presentation.chain, whole.presentation.chain);
        let words = "the server sent 101 certificates, of which the first 100 were kept";
        assert_eq!(cut.presentation.ending, Ending::BrokenOff(words.to_owned()));
    }
}

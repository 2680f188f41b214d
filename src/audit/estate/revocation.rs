//! What the revocation sources of a certificate said.

use std::sync::Arc;

use crate::certificate::Certificate;
use crate::evidence::{Answers, Fetch, FetchOutcome, FetchStep, OCSP_RESPONSE, askable};
use crate::trust::revocation::{Answer, Doubt, judge_crl, judge_ocsp, ocsp_request};

/// A certificate of a chain, and its sources over plain HTTP.
#[derive(Debug)]
pub struct Revocation {
    /// The leaf or an intermediate.
    pub certificate: Arc<Certificate>,
    /// Each URL that it names and that can be asked; empty when it names none.
    pub sources: Vec<Source>,
}

/// A URL to be asked about a certificate.
#[derive(Debug)]
pub struct Source {
    /// The URL.
    pub url: String,
    /// What it should give.
    pub kind: SourceKind,
    /// What came of it.
    pub state: SourceState,
    /// Milliseconds that it took, when it was asked.
    pub elapsed_ms: Option<u64>,
}

/// What a URL should give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A certificate revocation list.
    Crl,
    /// The status of this one certificate.
    Ocsp,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceState {
    /// Nobody asked.
    NotAsked,
    /// No answer: the step, and what happened.
    Failed(FetchStep, String),
    /// An HTTP answer that is none: its status.
    Status(u16),
    /// An answer, judged.
    Answered(Answer),
    /// An answer that cannot be judged, because the issuer is not known.
    WithoutIssuer,
}

impl Revocation {
    /// What the evidence knows, judged as of the moment `at` (unix seconds).
    pub(super) fn of(
        certificate: &Arc<Certificate>,
        issuer: Option<&Certificate>,
        answers: &Answers<'_>,
        at: i64,
    ) -> Self {
        let judged = |kind, url: &String| Source::of(kind, url, certificate, issuer, answers, at);
        let crls = askable(&certificate.crl_urls).map(|url| judged(SourceKind::Crl, url));
        let responders = askable(&certificate.ocsp_urls).map(|url| judged(SourceKind::Ocsp, url));
        let mut sources: Vec<Source> = crls.chain(responders).collect();
        let given: Vec<Source> = answers
            .given()
            .filter_map(|fetch| Source::given(fetch, certificate, issuer, at))
            .collect();
        if !given.is_empty() {
            sources.retain(|source| source.state != SourceState::NotAsked);
        }
        sources.extend(given);
        sources.shrink_to_fit();
        Self {
            certificate: Arc::clone(certificate),
            sources,
        }
    }
}

impl Source {
    /// A file that the user gave; `None` when it says nothing about this certificate.
    fn given(
        fetch: &Fetch,
        certificate: &Certificate,
        issuer: Option<&Certificate>,
        at: i64,
    ) -> Option<Self> {
        let (content, issuer) = (fetch.content()?, issuer?);
        let (kind, answer) = match fetch.content_type() {
            Some(OCSP_RESPONSE) => (
                SourceKind::Ocsp,
                judge_ocsp(&content, certificate, issuer, at),
            ),
            _ => (
                SourceKind::Crl,
                judge_crl(&content, certificate, issuer, at),
            ),
        };
        (answer != Answer::Unknown(Doubt::OtherCertificate)).then(|| Self {
            url: fetch.url.clone(),
            kind,
            state: SourceState::Answered(answer),
            elapsed_ms: None,
        })
    }

    fn of(
        kind: SourceKind,
        url: &str,
        certificate: &Certificate,
        issuer: Option<&Certificate>,
        answers: &Answers<'_>,
        at: i64,
    ) -> Self {
        let request = match kind {
            SourceKind::Crl => None,
            SourceKind::Ocsp => issuer.map(|issuer| ocsp_request(certificate, issuer)),
        };
        let fetch = answers.fetch(url, request.as_deref());
        let judge = |bytes: &[u8], issuer: &Certificate| match kind {
            SourceKind::Crl => judge_crl(bytes, certificate, issuer, at),
            SourceKind::Ocsp => judge_ocsp(bytes, certificate, issuer, at),
        };
        let state = fetch.map_or(SourceState::NotAsked, |fetch| state(fetch, issuer, judge));
        Self {
            url: url.to_owned(),
            kind,
            state,
            elapsed_ms: fetch.map(|fetch| fetch.elapsed_ms),
        }
    }
}

fn state(
    fetch: &Fetch,
    issuer: Option<&Certificate>,
    judge: impl Fn(&[u8], &Certificate) -> Answer,
) -> SourceState {
    match (&fetch.outcome, fetch.content(), issuer) {
        (FetchOutcome::Failed { step, reason }, ..) => SourceState::Failed(*step, reason.clone()),
        (FetchOutcome::Answered { .. }, Some(content), Some(issuer)) => {
            SourceState::Answered(judge(&content, issuer))
        }
        (FetchOutcome::Answered { .. }, Some(_), None) => SourceState::WithoutIssuer,
        (FetchOutcome::Answered { status, .. }, None, _) => SourceState::Status(*status),
    }
}

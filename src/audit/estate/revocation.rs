//! What the revocation sources of a certificate said.

use std::sync::Arc;

use super::lists::Lists;
use crate::certificate::Certificate;
use crate::evidence::{Answers, Fetch, FetchOutcome, FetchStep, OCSP_RESPONSE, askable};
use crate::trust::revocation::{Answer, Doubt, judge_ocsp, ocsp_request};

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
    pub(super) fn of<'e>(
        certificate: &Arc<Certificate>,
        issuer: Option<&Certificate>,
        answers: &Answers<'e>,
        lists: &Lists<'e>,
        at: i64,
    ) -> Self {
        let judge = |kind, fetch: &'e Fetch, issuer: &Certificate| match kind {
            SourceKind::Crl => lists.judge(fetch, certificate, issuer, at),
            SourceKind::Ocsp => {
                let content = fetch.content()?;
                Some(judge_ocsp(&content, certificate, issuer, at))
            }
        };
        let judged = |kind, url: &String| {
            let request = match kind {
                SourceKind::Crl => None,
                SourceKind::Ocsp => issuer.map(|issuer| ocsp_request(certificate, issuer)),
            };
            let fetch = answers.fetch(url, request.as_deref());
            Source::of(kind, url, fetch, issuer, judge)
        };
        let crls = askable(&certificate.crl_urls).map(|url| judged(SourceKind::Crl, url));
        let responders = askable(&certificate.ocsp_urls).map(|url| judged(SourceKind::Ocsp, url));
        let mut sources: Vec<Source> = crls.chain(responders).collect();
        let given: Vec<Source> = answers
            .given()
            .filter_map(|fetch| Source::given(fetch, issuer?, judge))
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
    fn given<'e>(
        fetch: &'e Fetch,
        issuer: &Certificate,
        judge: impl Fn(SourceKind, &'e Fetch, &Certificate) -> Option<Answer>,
    ) -> Option<Self> {
        let kind = match fetch.content_type() {
            Some(OCSP_RESPONSE) => SourceKind::Ocsp,
            _ => SourceKind::Crl,
        };
        let answer = judge(kind, fetch, issuer)?;
        (answer != Answer::Unknown(Doubt::OtherCertificate)).then(|| Self {
            url: fetch.url.clone(),
            kind,
            state: SourceState::Answered(answer),
            elapsed_ms: None,
        })
    }

    fn of<'e>(
        kind: SourceKind,
        url: &str,
        fetch: Option<&'e Fetch>,
        issuer: Option<&Certificate>,
        judge: impl Fn(SourceKind, &'e Fetch, &Certificate) -> Option<Answer>,
    ) -> Self {
        let judge = |fetch, issuer: &Certificate| judge(kind, fetch, issuer);
        Self {
            url: url.to_owned(),
            kind,
            state: fetch.map_or(SourceState::NotAsked, |fetch| state(fetch, issuer, judge)),
            elapsed_ms: fetch.map(|fetch| fetch.elapsed_ms),
        }
    }
}

fn state<'e>(
    fetch: &'e Fetch,
    issuer: Option<&Certificate>,
    judge: impl Fn(&'e Fetch, &Certificate) -> Option<Answer>,
) -> SourceState {
    match (&fetch.outcome, issuer) {
        (FetchOutcome::Failed { step, reason }, _) => SourceState::Failed(*step, reason.clone()),
        (FetchOutcome::Answered { status: 200, .. }, None) => SourceState::WithoutIssuer,
        (FetchOutcome::Answered { status: 200, .. }, Some(issuer)) => {
            judge(fetch, issuer).map_or(SourceState::Status(200), SourceState::Answered)
        }
        (FetchOutcome::Answered { status, .. }, _) => SourceState::Status(*status),
    }
}

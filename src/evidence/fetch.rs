//! What the URLs in certificates answered, and how a judge finds it again.

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Evidence, Unreadable};
use crate::certificate::{Certificate, container};

/// How far up a chain fetched issuers are taken that were themselves found by fetching; real chains miss one or two.
const GENERATIONS: usize = 3;

/// Media type of a CRL (RFC 2585).
pub const PKIX_CRL: &str = "application/pkix-crl";
/// Media type of an OCSP response (RFC 6960).
pub const OCSP_RESPONSE: &str = "application/ocsp-response";
/// What stands before the path where a "URL" is a file that the user gave.
const GIVEN: &str = "file:";

/// URLs of one kind that are asked for one certificate; real ones have one or two.
const MOST_URLS: usize = 8;

/// The URLs of a certificate that are asked: plain HTTP, each once, the first eight.
pub fn askable(urls: &[String]) -> impl Iterator<Item = &String> {
    let is_http = |url: &str| {
        let scheme = url.trim().split_once(':').map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
    };
    let mut seen = BTreeSet::new();
    urls.iter()
        .filter(move |url| is_http(url) && seen.insert(url.as_str()))
        .take(MOST_URLS)
}

/// A URL that was asked, and how that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The URL as the certificate has it.
    pub url: String,
    /// The body of the POST, base64; nothing when it was a GET.
    pub request: Option<String>,
    /// What came of it.
    pub outcome: FetchOutcome,
    /// Milliseconds from the first step to the last byte or the failure, redirects included, waiting for a turn not.
    pub elapsed_ms: u64,
    /// The URLs that it was redirected to and that were followed, in order.
    pub redirects: Vec<String>,
}

/// What came of a fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FetchOutcome {
    /// A whole HTTP answer, whatever its status.
    Answered {
        /// Its status code.
        status: u16,
        /// Its Content-Type as sent, when there was one.
        content_type: Option<String>,
        /// Its body, base64; no transfer coding left, content codings untouched.
        body: String,
    },
    /// No whole answer.
    Failed {
        /// Where it went wrong.
        step: FetchStep,
        /// How, in words.
        reason: String,
    },
}

/// Where a fetch went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FetchStep {
    /// It is not an `http:` URL; nobody was contacted.
    Scheme,
    /// It is an `http:` URL that cannot be read; nobody was contacted.
    Url,
    /// The name of the server (or of the proxy) does not resolve.
    Resolve,
    /// No connection to the server (or to the proxy).
    Connect,
    /// Connected, but what came back is not HTTP, or broke off.
    Request,
    /// The answer is larger than what is taken.
    Size,
    /// The whole was not done in time; the reason says how far it came.
    Time,
    /// Too many redirects, a loop of them, or one to something that is not fetched.
    Redirect,
    /// The run was interrupted, or there was no time left for it, before this was finished; the reason says which.
    Interrupted,
}

impl Fetch {
    /// A file that the user gave: its path, media type and bytes. It is not about one URL: it answers for every
    /// certificate that it covers.
    pub fn given(path: &str, content_type: &str, content: &[u8]) -> Self {
        Self {
            url: format!("{GIVEN}{path}"),
            request: None,
            outcome: FetchOutcome::Answered {
                status: 200,
                content_type: Some(content_type.to_owned()),
                body: STANDARD.encode(content),
            },
            elapsed_ms: 0,
            redirects: Vec::new(),
        }
    }

    /// The media type of the answer, as sent.
    pub fn content_type(&self) -> Option<&str> {
        match &self.outcome {
            FetchOutcome::Answered { content_type, .. } => content_type.as_deref(),
            FetchOutcome::Failed { .. } => None,
        }
    }

    /// The bytes that a server answered with status 200.
    pub fn content(&self) -> Option<Vec<u8>> {
        match &self.outcome {
            FetchOutcome::Answered {
                status: 200, body, ..
            } => STANDARD.decode(body).ok(),
            _ => None,
        }
    }

    fn key(&self) -> (&str, Option<&str>) {
        (&self.url, self.request.as_deref())
    }

    /// How much it tells: an answer more than a failure.
    fn weight(&self) -> u8 {
        match self.outcome {
            FetchOutcome::Answered { status: 200, .. } => 3,
            FetchOutcome::Answered { .. } => 2,
            FetchOutcome::Failed {
                step: FetchStep::Interrupted,
                ..
            } => 0,
            FetchOutcome::Failed { .. } => 1,
        }
    }

    fn is_sound(&self) -> bool {
        let body = match &self.outcome {
            FetchOutcome::Answered { body, .. } => Some(body),
            FetchOutcome::Failed { .. } => None,
        };
        body.into_iter()
            .chain(&self.request)
            .all(|text| STANDARD.decode(text).is_ok())
    }
}

impl Evidence {
    /// The files that the user gave.
    pub fn given(&self) -> impl Iterator<Item = &Fetch> {
        self.fetches
            .iter()
            .filter(|fetch| fetch.url.starts_with(GIVEN))
    }

    /// The fetches, to be found by what was asked.
    pub fn answers(&self) -> Answers<'_> {
        let fetches = self.fetches.iter().rev();
        Answers {
            given: self.given().collect(),
            by_key: fetches.map(|fetch| (fetch.key(), fetch)).collect(),
            issuers: RefCell::default(),
        }
    }

    /// Enters fetches, one for each URL and request: of two the one that tells more, the new one when they tell as much.
    pub fn add_fetches(&mut self, fetches: Vec<Fetch>) {
        merge(&mut self.fetches, fetches, true);
    }

    pub(super) fn check_fetches(&self) -> Result<(), Unreadable> {
        match self.fetches.iter().find(|fetch| !fetch.is_sound()) {
            Some(fetch) => Err(Unreadable::Inconsistent(format!(
                "what was fetched from {:?} is not base64",
                fetch.url
            ))),
            None => Ok(()),
        }
    }
}

/// The fetches of an evidence, to be found by what was asked; what they hold is decoded once.
#[derive(Debug)]
pub struct Answers<'e> {
    given: Vec<&'e Fetch>,
    by_key: HashMap<(&'e str, Option<&'e str>), &'e Fetch>,
    /// The certificates that a URL gave.
    issuers: RefCell<HashMap<String, Vec<Arc<Certificate>>>>,
}

impl<'e> Answers<'e> {
    /// What came of asking `url`: with a POST of `request`, or with a GET.
    pub fn fetch(&self, url: &str, request: Option<&[u8]>) -> Option<&'e Fetch> {
        let request = request.map(|bytes| STANDARD.encode(bytes));
        self.by_key.get(&(url, request.as_deref())).copied()
    }

    /// The files that the user gave.
    pub fn given(&self) -> impl Iterator<Item = &'e Fetch> {
        self.given.iter().copied()
    }

    /// Nothing was fetched.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The certificates that were fetched from the caIssuers URLs of `sent`, and from those of what was fetched so:
    /// candidates, of which nothing says that they belong to the chain. None of `sent` is among them.
    pub fn fetched_issuers(&self, sent: &[Arc<Certificate>]) -> Vec<Arc<Certificate>> {
        let mut known: BTreeSet<_> = sent.iter().map(|certificate| certificate.digest).collect();
        let mut found: Vec<Arc<Certificate>> = Vec::new();
        let mut children = sent.to_vec();
        for _ in 0..GENERATIONS {
            let urls: BTreeSet<&String> = children
                .iter()
                .flat_map(|child| &child.issuer_urls)
                .collect();
            let issuers = urls.into_iter().flat_map(|url| self.certificates_at(url));
            let new: Vec<_> = issuers
                .filter(|issuer| known.insert(issuer.digest))
                .collect();
            found.extend(new.iter().cloned());
            children = new;
        }
        found
    }

    /// The certificates that a URL gave; what cannot be decoded is left out.
    fn certificates_at(&self, url: &str) -> Vec<Arc<Certificate>> {
        let mut issuers = self.issuers.borrow_mut();
        if let Some(known) = issuers.get(url) {
            return known.clone();
        }
        let content = self.fetch(url, None).and_then(Fetch::content);
        let certificates = content.and_then(|content| container::certificates(&content).ok());
        let decoded = certificates.unwrap_or_default().into_iter();
        let decoded: Vec<_> = decoded
            .filter_map(|der| Certificate::from_der(&der).map(Arc::new).ok())
            .collect();
        issuers.insert(url.to_owned(), decoded.clone());
        decoded
    }
}

/// Adds `other` to `known`, one for each URL and request: of two the one that tells more, or else the newer one.
pub(super) fn merge(known: &mut Vec<Fetch>, other: Vec<Fetch>, other_is_newer: bool) {
    let owned = |fetch: &Fetch| (fetch.url.clone(), fetch.request.clone());
    let places = known.iter().map(owned).enumerate().rev();
    let mut places: HashMap<_, usize> = places.map(|(place, key)| (key, place)).collect();
    for fetch in other {
        match places.entry(owned(&fetch)) {
            Entry::Occupied(same) => {
                let same = &mut known[*same.get()];
                let (old, new) = (same.weight(), fetch.weight());
                if new > old || (new == old && other_is_newer) {
                    *same = fetch;
                }
            }
            Entry::Vacant(new) => {
                new.insert(known.len());
                known.push(fetch);
            }
        }
    }
    known.sort_by(|a, b| a.key().cmp(&b.key()));
}

//! The CRLs of an evidence, each decoded, verified and walked once for each issuer: one list may cover every certificate of a
//! fleet, and have half a million entries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::certificate::{Certificate, Digest};
use crate::evidence::Fetch;
use crate::trust::revocation::{Answer, Doubt, RevocationList, Serials, judge_crl};

/// CRLs that were read. Of each only what it lists of the estate's certificates is kept.
#[derive(Debug, Default)]
pub(super) struct Lists<'e> {
    wanted: Arc<Serials>,
    /// By the place of the fetch in the evidence and the issuer.
    read: Mutex<HashMap<(usize, Digest), Arc<Entry<'e>>>>,
}

/// A CRL under one issuer, since somebody asked.
#[derive(Debug)]
struct Entry<'e> {
    fetch: &'e Fetch,
    /// `None` when no bytes were answered.
    list: OnceLock<Option<Result<RevocationList, Doubt>>>,
}

impl<'e> Lists<'e> {
    /// To be asked about these certificates; about others too, at the price of another walk each.
    pub(super) fn about<'c>(certificates: impl IntoIterator<Item = &'c Certificate>) -> Self {
        Self {
            wanted: Arc::new(Serials::of(certificates)),
            read: Mutex::default(),
        }
    }

    /// What the CRL in an answer says of `certificate`, which `issuer` issued, as of the moment `at` (unix seconds); `None`
    /// when the answer has no content.
    pub(super) fn judge(
        &self,
        fetch: &'e Fetch,
        certificate: &Certificate,
        issuer: &Certificate,
        at: i64,
    ) -> Option<Answer> {
        let entry = self.entry(fetch, issuer);
        // Not under the lock: others may be read at the same time.
        let list = entry.list.get_or_init(|| self.read(entry.fetch, issuer));
        match list.as_ref()? {
            Err(doubt) => Some(Answer::Unknown(doubt.clone())),
            Ok(list) => list.judge(certificate, at).or_else(|| {
                let content = fetch.content()?;
                Some(judge_crl(&content, certificate, issuer, at))
            }),
        }
    }

    fn entry(&self, fetch: &'e Fetch, issuer: &Certificate) -> Arc<Entry<'e>> {
        let place = std::ptr::from_ref(fetch).addr();
        let new = || {
            let list = OnceLock::new();
            Arc::new(Entry { fetch, list })
        };
        let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = all.entry((place, issuer.digest)).or_insert_with(new);
        Arc::clone(entry)
    }

    fn read(&self, fetch: &Fetch, issuer: &Certificate) -> Option<Result<RevocationList, Doubt>> {
        let content = fetch.content()?;
        Some(RevocationList::read(&content, issuer, &self.wanted))
    }
}

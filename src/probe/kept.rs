//! The certificates of a run, each kept once however many services presented it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::shown::Shown;

/// SHA-256 (lower-case hex) to base64 DER, as in the evidence.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<BTreeMap<String, String>>);

impl Kept {
    /// Moves the certificates over: what was shown only names them from then on.
    pub(super) fn keep(&self, shown: &mut Shown) {
        let certificates = std::mem::take(&mut shown.certificates);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (digest, der) in shown.presentation.chain.iter().zip(certificates) {
            if !kept.contains_key(digest) {
                kept.insert(digest.clone(), STANDARD.encode(der));
            }
        }
    }

    /// All of them.
    pub(super) fn take(&self) -> BTreeMap<String, String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

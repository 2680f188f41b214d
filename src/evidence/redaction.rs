//! The mark of redacted evidence: its names are replaced, its certificates made anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;

/// What `certaudit redact` has done to evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// What could not be kept as it was, in sentences, sorted. Escape before showing.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Certificates in the place of ones of public CAs, which nobody can sign for: by SHA-256 (lower-case hex).
    #[serde(default)]
    pub public: BTreeMap<String, PublicStandIn>,
}

/// What a certificate was that another one stands for. Names of public CAs are not secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicStandIn {
    /// It was a public root: its name.
    pub root: Option<String>,
    /// A public root had issued it: that root's name.
    pub issued_by: Option<String>,
}

impl Redaction {
    /// What a certificate stands for, when that is one of public CAs.
    pub fn stand_in(&self, certificate: &Certificate) -> Option<&PublicStandIn> {
        self.public.get(&certificate.digest.to_string())
    }

    /// Adds the mark of another vantage point.
    pub(super) fn merge(&mut self, other: Self) {
        self.notes.extend(other.notes);
        self.notes.sort();
        self.notes.dedup();
        self.public.extend(other.public);
    }
}

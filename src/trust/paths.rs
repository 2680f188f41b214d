//! Building the paths of many leaves: what one CA signed of another is checked once.

use std::collections::HashMap;
use std::sync::Arc;

use super::{DeviceTrust, Path, oracle, search};
use crate::certificate::signature::SignatureFault;
use crate::certificate::{Certificate, Digest};

/// Builds paths to what the devices trust.
#[derive(Debug)]
pub struct Paths<'t> {
    trust: &'t DeviceTrust,
    at: i64,
    signatures: Signatures,
}

impl<'t> Paths<'t> {
    pub(super) fn new(trust: &'t DeviceTrust, at: i64) -> Self {
        Self {
            trust,
            at,
            signatures: Signatures::default(),
        }
    }

    /// The path of `leaf`, which came with `sent`.
    pub fn build(&mut self, leaf: &Arc<Certificate>, sent: &[Arc<Certificate>]) -> Path {
        let (trust, at) = (self.trust, self.at);
        let found = search::search(trust, leaf, sent, at, &mut self.signatures);
        let sound = matches!(&found, Ok(path) if path.faults.is_empty());
        if !sound && trust.is_installed(leaf) {
            return Path::Pinned;
        }
        match found {
            Ok(anchored) => Path::Anchored(oracle::confirm(leaf, anchored, at)),
            Err(_) if leaf.self_signed => Path::SelfSigned,
            Err(broken) => Path::Broken(broken),
        }
    }
}

/// Signatures of CA certificates, each checked once: by the certificate and its issuer.
#[derive(Debug, Default)]
pub(super) struct Signatures(HashMap<(Digest, Digest), Result<(), SignatureFault>>);

impl Signatures {
    /// Whether `issuer` signed `child`. What a leaf says is asked once anyway, and not remembered.
    pub(super) fn check(
        &mut self,
        child: &Certificate,
        issuer: &Certificate,
        child_is_leaf: bool,
    ) -> Result<(), SignatureFault> {
        if child_is_leaf {
            return child.is_signed_by(issuer);
        }
        let check = || child.is_signed_by(issuer);
        *self
            .0
            .entry((child.digest, issuer.digest))
            .or_insert_with(check)
    }
}

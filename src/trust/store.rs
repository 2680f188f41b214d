//! The certificates that a device has.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Origin;
use crate::certificate::{Certificate, Digest, Malformed};

/// What a client device trusts.
#[derive(Debug, Default)]
pub struct DeviceTrust {
    authorities: HashMap<Vec<u8>, Vec<(Arc<Certificate>, Origin)>>,
    installed: BTreeSet<Digest>,
    roots: usize,
}

/// Certificates and what kept others from being read.
#[derive(Debug, Default)]
pub struct Collected {
    /// DER of each certificate.
    pub certificates: Vec<Vec<u8>>,
    /// What could not be read, in words.
    pub problems: Vec<String>,
}

/// The roots of this machine's own store, standing for those of the devices.
pub fn system_roots() -> Collected {
    let found = rustls_native_certs::load_native_certs();
    Collected {
        certificates: found.certs.iter().map(|der| der.to_vec()).collect(),
        problems: found.errors.iter().map(ToString::to_string).collect(),
    }
}

impl DeviceTrust {
    /// Adds a certificate of Trusted Root.
    pub fn add_root(&mut self, der: &[u8]) -> Result<(), Malformed> {
        let certificate = Arc::new(Certificate::from_der(der)?);
        self.roots += 1;
        self.installed.insert(certificate.digest);
        self.add(certificate, Origin::Root);
        Ok(())
    }

    /// Adds a certificate of Intermediate.
    pub fn add_intermediate(&mut self, der: &[u8]) -> Result<(), Malformed> {
        self.add(Arc::new(Certificate::from_der(der)?), Origin::Known);
        Ok(())
    }

    /// Adds a certificate of Enterprise Trust: it alone is trusted, not what it issued.
    pub fn add_pinned(&mut self, der: &[u8]) {
        self.installed.insert(Digest::of(der));
    }

    /// Whether that very certificate is installed, as a root or as a pinned one.
    pub fn is_installed(&self, certificate: &Certificate) -> bool {
        self.installed.contains(&certificate.digest)
    }

    /// Whether that very certificate is among the roots, not only pinned.
    pub fn is_root(&self, certificate: &Certificate) -> bool {
        let named = self.named(&certificate.subject.der).iter();
        let mut roots = named.filter(|(_, origin)| *origin == Origin::Root);
        roots.any(|(root, _)| root.digest == certificate.digest)
    }

    /// Whether it holds nothing that anything could build to.
    pub fn is_empty(&self) -> bool {
        self.roots == 0 && self.installed.is_empty()
    }

    /// Certificates of that subject (DER Name), roots first.
    pub(super) fn named(&self, subject: &[u8]) -> &[(Arc<Certificate>, Origin)] {
        self.authorities.get(subject).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, certificate: Arc<Certificate>, origin: Origin) {
        let same_name = self
            .authorities
            .entry(certificate.subject.der.clone())
            .or_default();
        if same_name.iter().any(|(known, known_origin)| {
            known.digest == certificate.digest && *known_origin == origin
        }) {
            return;
        }
        let position = if origin == Origin::Root {
            0
        } else {
            same_name.len()
        };
        same_name.insert(position, (certificate, origin));
    }
}

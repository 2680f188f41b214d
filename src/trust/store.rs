//! The certificates that a device has.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::Origin;
use crate::certificate::{Certificate, Digest, Malformed, subject_of};

/// What a client device trusts.
#[derive(Debug, Default)]
pub struct DeviceTrust {
    /// By subject (DER Name).
    authorities: HashMap<Bytes, Namesakes>,
    installed: BTreeSet<Digest>,
    roots: usize,
}

/// CA certificates of one name.
#[derive(Debug, Default)]
struct Namesakes {
    decoded: Vec<(Arc<Certificate>, Origin)>,
    /// DER of roots that nobody asked for yet: decoding a whole store takes longer than judging a certificate.
    undecoded: Vec<Vec<u8>>,
    /// All of them, roots first, since somebody asked.
    all: OnceLock<Vec<(Arc<Certificate>, Origin)>>,
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

    /// The same for a root of which many are added and few are asked for: it is decoded when a certificate that it may have
    /// issued is looked at.
    pub fn add_root_of_store(&mut self, der: &[u8]) -> Result<(), Malformed> {
        let Some(subject) = subject_of(der) else {
            return self.add_root(der);
        };
        self.roots += 1;
        if self.installed.insert(Digest::of(der)) {
            let namesakes = self
                .authorities
                .entry(Bytes::copy_from_slice(subject))
                .or_default();
            namesakes.undecoded.push(der.to_vec());
            namesakes.all = OnceLock::new();
        }
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
        self.authorities.get(subject).map_or(&[], Namesakes::all)
    }

    fn add(&mut self, certificate: Arc<Certificate>, origin: Origin) {
        let namesakes = self
            .authorities
            .entry(certificate.subject.der.clone())
            .or_default();
        namesakes.all = OnceLock::new();
        let same_name = &mut namesakes.decoded;
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

impl Namesakes {
    fn all(&self) -> &[(Arc<Certificate>, Origin)] {
        if self.undecoded.is_empty() {
            return &self.decoded;
        }
        self.all.get_or_init(|| {
            let decode = |der: &Vec<u8>| Certificate::from_der(der).ok();
            let decoded = self.undecoded.iter().filter_map(decode);
            let mut all: Vec<_> = decoded
                .map(|certificate| (Arc::new(certificate), Origin::Root))
                .filter(|(root, _)| !self.has_root(root))
                .collect();
            all.extend(self.decoded.iter().cloned());
            all
        })
    }

    fn has_root(&self, certificate: &Certificate) -> bool {
        let mut roots = self.decoded.iter();
        roots.any(|(known, origin)| *origin == Origin::Root && known.digest == certificate.digest)
    }
}

//! Files that deployments name: certificates that devices trust, and client certificates. All are read before anything else is
//! done, each once, so that a fault in one of them does not end a run of which half is done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::sign::CertifiedKey;

use super::Failure;
use super::failure::together;
use super::inputs::{self, MOST_CERTIFICATES, unreadable};
use super::terminal::remark;
use crate::certificate::Certificate;
use crate::cli::Manner;
use crate::deployment::{ClientCertificate, Deployment, TrustFiles};
use crate::probe::client_certificate;
use crate::trust::{DeviceTrust, system_roots};

/// PEM chains and keys are a few KiB.
const CLIENT_CERTIFICATE_LIMIT: u64 = 1 << 20;

/// What stands in the files that the deployments of a run name.
#[derive(Default)]
pub(super) struct NamedFiles {
    /// DER of the certificates of each file; none of a file that has a fault.
    certificates: BTreeMap<PathBuf, Vec<Vec<u8>>>,
    /// Files of CAs, which have to be decoded to be of use.
    decoded: BTreeSet<PathBuf>,
    /// By the files of chain and key.
    pairs: BTreeMap<(PathBuf, PathBuf), Option<Arc<CertifiedKey>>>,
    /// DER of this machine's own roots, once a deployment takes them for those of the devices.
    system: Option<Vec<Vec<u8>>>,
    remarks: Vec<String>,
    faults: Vec<Failure>,
    /// What is told already of a file that several deployments name.
    told: BTreeSet<String>,
}

impl NamedFiles {
    /// Reads what the deployments trust, and the client certificates that they show.
    pub(super) fn read<'d>(deployments: impl Iterator<Item = &'d Deployment>) -> Self {
        let mut files = Self::default();
        for deployment in deployments {
            files.add_trust(&deployment.trust);
            if let Some(pair) = &deployment.probe.client_certificate {
                files.add_pair(pair);
            }
        }
        files
    }

    /// The same where nobody is shown a client certificate.
    pub(super) fn read_trust<'d>(trusts: impl Iterator<Item = &'d TrustFiles>) -> Self {
        let mut files = Self::default();
        trusts.for_each(|trust| files.add_trust(trust));
        files
    }

    /// What is wrong with the files, all at once after `faults` of others; else tells what could not be read of this machine's
    /// own store.
    pub(super) fn checked(
        mut self,
        faults: Vec<Failure>,
        manner: &Manner,
    ) -> Result<Self, Failure> {
        together(faults.into_iter().chain(self.faults.drain(..)).collect())?;
        for text in self.remarks.drain(..) {
            remark(manner, &text);
        }
        Ok(self)
    }

    /// What the devices of a deployment trust. Of files that were not read it has nothing.
    pub(super) fn trust(&self, files: &TrustFiles) -> Result<DeviceTrust, Failure> {
        let mut trust = DeviceTrust::default();
        if files.system {
            for der in self.system_roots() {
                // Those that cannot be decoded are told in the remarks.
                drop(trust.add_root_of_store(der));
            }
        }
        for (path, der) in self.each(&files.roots) {
            let added = trust.add_root(der);
            added.map_err(|fault| unreadable(path, fault.to_string()))?;
        }
        for (path, der) in self.each(&files.intermediates) {
            let added = trust.add_intermediate(der);
            added.map_err(|fault| unreadable(path, fault.to_string()))?;
        }
        for (_, der) in self.each(&files.pinned) {
            trust.add_pinned(der);
        }
        Ok(trust)
    }

    /// DER of this machine's own roots, where they were asked for.
    pub(super) fn system_roots(&self) -> &[Vec<u8>] {
        self.system.as_deref().unwrap_or_default()
    }

    /// The certificates (DER) of files, each with its file.
    pub(super) fn each<'f>(
        &'f self,
        paths: &'f [PathBuf],
    ) -> impl Iterator<Item = (&'f Path, &'f Vec<u8>)> {
        let of = |path: &'f PathBuf| {
            let ders = self.certificates.get(path).map_or(&[][..], Vec::as_slice);
            ders.iter().map(move |der| (path.as_path(), der))
        };
        paths.iter().flat_map(of)
    }

    /// The client certificate of a deployment, when it has one.
    pub(super) fn client_certificate(&self, deployment: &Deployment) -> Option<Arc<CertifiedKey>> {
        let pair = deployment.probe.client_certificate.as_ref()?;
        self.pairs.get(&key(pair))?.clone()
    }

    fn add_trust(&mut self, files: &TrustFiles) {
        if files.system && self.system.is_none() {
            self.add_system();
        }
        for paths in [&files.roots, &files.intermediates, &files.pinned] {
            self.add_certificates(paths);
        }
        for path in files.roots.iter().chain(&files.intermediates) {
            self.decode(path);
        }
    }

    fn add_system(&mut self) {
        let store = system_roots();
        let of_store = |problem: String| format!("this machine's trust store: {problem}");
        let problems = store.problems.into_iter().map(of_store);
        self.remarks.extend(problems);
        let mut trial = DeviceTrust::default();
        for der in &store.certificates {
            if let Err(fault) = trial.add_root_of_store(der) {
                let problem = format!("a root cannot be decoded: {fault}");
                self.remarks.push(of_store(problem));
            }
        }
        self.system = Some(store.certificates);
    }

    /// The files of one list.
    fn add_certificates(&mut self, paths: &[PathBuf]) {
        let mut count = 0;
        for path in paths {
            if !self.certificates.contains_key(path) {
                let read = inputs::certificates(path).unwrap_or_else(|fault| {
                    self.tell(fault);
                    Vec::new()
                });
                self.certificates.insert(path.clone(), read);
            }
            count += self.certificates.get(path).map_or(0, Vec::len);
            if let Err(fault) = inputs::refuse_too_many(path, count, "certificates") {
                self.tell(fault);
                return;
            }
        }
    }

    fn tell(&mut self, fault: Failure) {
        if self.told.insert(fault.to_string()) {
            self.faults.push(fault);
        }
    }

    fn decode(&mut self, path: &Path) {
        let ders = self.certificates.get(path).map_or(&[][..], Vec::as_slice);
        if !self.decoded.insert(path.to_owned()) || ders.len() > MOST_CERTIFICATES {
            return;
        }
        if let Some(fault) = ders.iter().find_map(|der| Certificate::from_der(der).err()) {
            self.tell(unreadable(path, fault.to_string()));
        }
    }

    fn add_pair(&mut self, files: &ClientCertificate) {
        if self.pairs.contains_key(&key(files)) {
            return;
        }
        let pair = match pair(files) {
            Ok(pair) => Some(pair),
            Err(fault) => {
                self.tell(fault);
                None
            }
        };
        self.pairs.insert(key(files), pair);
    }
}

/// What the devices trust according to the files, which are read now, and what could not be read of this machine's own store.
pub(super) fn trust(files: &TrustFiles, manner: &Manner) -> Result<DeviceTrust, Failure> {
    let read = NamedFiles::read_trust(std::iter::once(files));
    read.checked(Vec::new(), manner)?.trust(files)
}

fn key(files: &ClientCertificate) -> (PathBuf, PathBuf) {
    (files.chain.clone(), files.key.clone())
}

fn pair(files: &ClientCertificate) -> Result<Arc<CertifiedKey>, Failure> {
    let chain = inputs::bytes(&files.chain, CLIENT_CERTIFICATE_LIMIT)?;
    let key = inputs::bytes(&files.key, CLIENT_CERTIFICATE_LIMIT)?;
    let loaded = client_certificate(&chain, &key);
    loaded.map_err(|fault| unreadable(&files.chain, fault.to_string()))
}

//! Evidence that may be sent to somebody: names, addresses and subjects replaced, each by the same one everywhere;
//! certificates, CRLs and OCSP answers made anew with throw-away keys; structure and dates as they were, so that the same
//! rules say the same. No list of the replacements is kept.

mod addresses;
mod answers;
mod certificates;
mod deployment;
mod der;
mod directory;
mod endings;
mod extensions;
mod keys;
mod names;
mod observations;
mod signing;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::certificate::{Certificate, Digest, container};
use crate::evidence::{Evidence, Fetch, PublicStandIn, Redaction};
use crate::trust::public_standing;

pub use deployment::{TrustPaths, TrustText};

use certificates::Pool;
use keys::Keys;
use names::Names;

/// From how many characters of alternative names on in one certificate lengths are kept: Expressway reads 999.
const LENGTHS_MATTER: usize = 700;

/// What the client devices trust (DER), as the deployment file and this machine say.
#[derive(Debug, Default)]
pub struct Trusted {
    /// Of the files under `trust.roots`.
    pub roots: Vec<Vec<u8>>,
    /// Of the files under `trust.intermediates`.
    pub intermediates: Vec<Vec<u8>>,
    /// Of the files under `trust.pinned`.
    pub pinned: Vec<Vec<u8>>,
    /// This machine's own roots, where they stand for those of the devices. Of them only those are redacted that a
    /// certificate of the evidence leads to.
    pub system: Vec<Vec<u8>>,
}

/// Evidence and deployment, redacted.
#[derive(Debug)]
pub struct Redacted {
    /// With its mark.
    pub evidence: Evidence,
    /// What the devices trust, as PEM.
    pub trust: TrustText,
    redactor: Redactor,
}

/// Replaces, and remembers what by what.
#[derive(Debug)]
struct Redactor {
    names: Names,
    keys: Keys,
    pool: Pool,
    /// Serial numbers of the certificates at hand.
    serials: BTreeSet<String>,
    made: BTreeMap<Digest, Vec<u8>>,
    /// OCSP requests (DER): the certificate and its issuer.
    requests: BTreeMap<Vec<u8>, (Arc<Certificate>, Arc<Certificate>)>,
    notes: BTreeSet<String>,
}

/// Redacts evidence, and what the devices trust.
pub fn redact(evidence: &Evidence, trusted: &Trusted) -> Redacted {
    let pool = pool(evidence, trusted);
    let mut redactor = Redactor::new(evidence, pool);
    let redacted = redactor.evidence(evidence);
    let trust = redactor.trust(trusted);
    let evidence = Evidence {
        redacted: Some(redactor.mark(evidence)),
        ..redacted
    };
    Redacted {
        evidence,
        trust,
        redactor,
    }
}

impl Redacted {
    /// The deployment file with the same replacements; `paths` are those of the files with [`Redacted::trust`]. `Err` when
    /// `text` is no deployment file.
    pub fn deployment(&mut self, text: &str, paths: &TrustPaths<'_>) -> Result<String, String> {
        self.redactor.deployment(text, paths)
    }
}

/// Certificates of the evidence, of what was fetched, and of trust; of this machine's roots those that they lead to.
fn pool(evidence: &Evidence, trusted: &Trusted) -> Pool {
    let mut ders: Vec<Vec<u8>> = evidence
        .certificates
        .ders()
        .map(|(_, der)| der.to_vec())
        .collect();
    for content in contents(evidence) {
        ders.extend(answers::embedded(&content));
        ders.extend(container::certificates(&content).unwrap_or_default());
    }
    let files = [&trusted.roots, &trusted.intermediates, &trusted.pinned];
    ders.extend(files.into_iter().flatten().cloned());
    let decoded = |ders: &[Vec<u8>]| -> Vec<Arc<Certificate>> {
        let certificates = ders
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok());
        certificates.map(Arc::new).collect()
    };
    let mut all = decoded(&ders);
    let mut system: BTreeMap<Bytes, Vec<Arc<Certificate>>> = BTreeMap::new();
    for root in decoded(&trusted.system) {
        let subject = root.subject.der.clone();
        system.entry(subject).or_default().push(root);
    }
    // A root may be signed by an older one.
    let mut looked_at = 0;
    while let Some(one) = all.get(looked_at) {
        let found = system.remove(&one.issuer.der);
        all.extend(found.into_iter().flatten());
        looked_at += 1;
    }
    Pool::of(all)
}

/// Bytes that may be CRLs, OCSP answers or certificates: what was fetched, and what was stapled.
fn contents(evidence: &Evidence) -> Vec<Vec<u8>> {
    let fetched = evidence.fetches.iter().filter_map(Fetch::content);
    let shown = evidence
        .observations
        .iter()
        .flat_map(|seen| &seen.presentations);
    let stapled = shown
        .filter_map(|shown| shown.stapled_ocsp.as_ref())
        .filter_map(|text| STANDARD.decode(text).ok());
    fetched.chain(stapled).collect()
}

impl Redactor {
    fn new(evidence: &Evidence, pool: Pool) -> Self {
        let mut signers: BTreeSet<Vec<u8>> =
            pool.all.iter().filter_map(|one| pool.signer(one)).collect();
        for content in contents(evidence) {
            signers.extend(answers::signers(&content, &pool));
        }
        let long = |one: &Arc<Certificate>| {
            let characters: usize = one.dns_names().iter().map(String::len).sum();
            characters > LENGTHS_MATTER
        };
        Self {
            names: Names::with_lengths(pool.all.iter().any(long)),
            keys: Keys::for_signers(&signers),
            serials: pool
                .all
                .iter()
                .map(|one| bare(&one.serial).to_owned())
                .collect(),
            requests: observations::requests(&pool),
            pool,
            made: BTreeMap::new(),
            notes: BTreeSet::new(),
        }
    }

    fn note(&mut self, text: &str) {
        self.notes.insert(text.to_owned());
    }

    fn has_serial(&self, serial: &[u8]) -> bool {
        self.serials
            .contains(bare(&crate::certificate::der::hex(serial)))
    }

    fn trust(&mut self, trusted: &Trusted) -> TrustText {
        let known: BTreeSet<Digest> = self.pool.all.iter().map(|one| one.digest).collect();
        let mut system = trusted
            .system
            .iter()
            .filter(|der| known.contains(&Digest::of(der)));
        let mut pem = |ders: &mut dyn Iterator<Item = &Vec<u8>>| -> String {
            ders.map(|der| container::pem(&self.certificate(der)))
                .collect()
        };
        TrustText {
            roots: pem(&mut trusted.roots.iter().chain(&mut system)),
            intermediates: pem(&mut trusted.intermediates.iter()),
            pinned: pem(&mut trusted.pinned.iter()),
        }
    }

    /// What the evidence says about its redaction.
    fn mark(&mut self, original: &Evidence) -> Redaction {
        let mut public: BTreeMap<String, PublicStandIn> = BTreeMap::new();
        for certificate in self.pool.all.clone() {
            let earlier = original
                .redacted
                .as_ref()
                .and_then(|mark| mark.stand_in(&certificate));
            let (root, issued_by) = match earlier {
                Some(earlier) => (earlier.root.clone(), earlier.issued_by.clone()),
                None => public_standing(&certificate),
            };
            if root.is_some() || issued_by.is_some() {
                let digest = Digest::of(&self.certificate(&certificate.der)).to_string();
                public.insert(digest, PublicStandIn { root, issued_by });
            }
        }
        let earlier = original.redacted.iter().flat_map(|mark| mark.notes.clone());
        let notes: BTreeSet<String> = self.notes.iter().cloned().chain(earlier).collect();
        Redaction {
            notes: notes.into_iter().collect(),
            public,
        }
    }
}

/// A serial number in hex without leading zeros.
fn bare(serial: &str) -> &str {
    serial.trim_start_matches('0')
}

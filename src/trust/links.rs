//! Who issued whom along a chain, as far as that is known: what revocation is asked about.

use std::sync::Arc;

use super::Path;
use crate::certificate::Certificate;

/// As in the search for a path.
const MOST_LINKS: usize = 8;
/// Certificates of one name that are tried as the issuer.
const MOST_CANDIDATES: usize = 16;

/// A certificate and its issuer, where the issuer is known.
pub type Issued = (Arc<Certificate>, Option<Arc<Certificate>>);

/// The certificates of a chain, leaf first, each with its issuer; roots and self-signed leaves are not issued by anybody.
/// Where the path is broken, issuers are looked for among `others`: what was sent, and what was fetched.
pub fn links(leaf: &Arc<Certificate>, others: &[Arc<Certificate>], path: &Path) -> Vec<Issued> {
    match path {
        Path::Anchored(anchored) => {
            let issuers = anchored
                .links
                .iter()
                .map(|link| Arc::clone(&link.certificate));
            let children = std::iter::once(Arc::clone(leaf)).chain(issuers.clone());
            children.zip(issuers.map(Some)).collect()
        }
        Path::SelfSigned => Vec::new(),
        Path::Pinned | Path::Broken(_) => climb(leaf, others),
    }
}

fn climb(leaf: &Arc<Certificate>, others: &[Arc<Certificate>]) -> Vec<Issued> {
    let mut links: Vec<Issued> = Vec::new();
    let mut next = Some(Arc::clone(leaf));
    while let Some(child) = next.filter(|child| !child.self_signed && links.len() < MOST_LINKS) {
        next = issuer(&child, others);
        links.push((child, next.clone()));
    }
    links
}

fn issuer(child: &Certificate, others: &[Arc<Certificate>]) -> Option<Arc<Certificate>> {
    let namesakes = others
        .iter()
        .filter(|other| other.subject.der == child.issuer.der);
    namesakes
        .take(MOST_CANDIDATES)
        .find(|other| child.is_signed_by(other).is_ok())
        .cloned()
}

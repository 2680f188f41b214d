//! Looking for a path: depth first over what was sent and what the devices know, roots first.

use std::sync::Arc;

use super::faults::{leaf_faults, link_faults};
use super::paths::Signatures;
use super::{Anchored, Broken, DeviceTrust, Fault, FaultKind, Link, Origin};
use crate::certificate::Certificate;
use crate::certificate::signature::SignatureFault;

/// Certificates between leaf and root; OpenSSL's and Windows' defaults allow more, no Cisco chain needs them.
const MAX_DEPTH: usize = 8;
/// Signatures checked for one leaf, so that cross-signed loops end (webpki's limit is 100 too).
const MAX_SIGNATURES: usize = 100;

/// The path with the fewest faults, or why there is none. A path with faults does not count where not all ways were followed:
/// a sound one may be among the others.
pub(super) fn search(
    trust: &DeviceTrust,
    leaf: &Arc<Certificate>,
    sent: &[Arc<Certificate>],
    at: i64,
    checked: &mut Signatures,
) -> Result<Anchored, Broken> {
    let mut search = Search {
        checked,
        trust,
        leaf,
        sent,
        at,
        signatures: 0,
        has_given_up: false,
        best: None,
        obstacle: None,
    };
    search.climb(leaf, &mut Vec::new(), &mut leaf_faults(leaf));
    let is_open = search.has_given_up;
    match search.best {
        Some(anchored) if !is_open || anchored.faults.is_empty() => Ok(anchored),
        _ if is_open => Err(Broken::GivenUp {
            signatures: search.signatures,
        }),
        _ => Err(search
            .obstacle
            .unwrap_or_else(|| Broken::UnknownIssuer { last: leaf.clone() })),
    }
}

struct Search<'a> {
    checked: &'a mut Signatures,
    trust: &'a DeviceTrust,
    leaf: &'a Arc<Certificate>,
    sent: &'a [Arc<Certificate>],
    at: i64,
    signatures: usize,
    /// Some way was not followed to its end.
    has_given_up: bool,
    best: Option<Anchored>,
    obstacle: Option<Broken>,
}

impl Search<'_> {
    fn climb(&mut self, child: &Arc<Certificate>, links: &mut Vec<Link>, faults: &mut Vec<Fault>) {
        let before = faults.len();
        let candidates = self.candidates(child, links);
        if candidates.is_empty() {
            self.note_dead_end(child);
        }
        for link in candidates {
            if self
                .best
                .as_ref()
                .is_some_and(|best| best.faults.is_empty())
            {
                return;
            }
            if self.signatures >= MAX_SIGNATURES {
                self.has_given_up = true;
                return;
            }
            self.signatures += 1;
            let is_leaf = links.is_empty();
            match self.checked.check(child, &link.certificate, is_leaf) {
                Err(SignatureFault::Bad) => self.note_bad_signature(child, &link.certificate),
                checked => self.take(child, link, checked.is_err(), links, faults),
            }
            faults.truncate(before);
        }
    }

    fn take(
        &mut self,
        child: &Arc<Certificate>,
        link: Link,
        uncheckable: bool,
        links: &mut Vec<Link>,
        faults: &mut Vec<Fault>,
    ) {
        if uncheckable {
            let kind = FaultKind::UncheckableSignature(child.signature.to_string());
            faults.push(Fault {
                certificate: child.clone(),
                kind,
            });
        }
        faults.extend(link_faults(self.leaf, links, &link, self.at));
        let (certificate, origin) = (link.certificate.clone(), link.origin);
        links.push(link);
        if origin == Origin::Root {
            self.offer(links, faults);
        } else if links.len() < MAX_DEPTH {
            self.climb(&certificate, links, faults);
        } else {
            self.has_given_up |= !certificate.self_signed;
        }
        links.pop();
    }

    /// Certificates that bear the name of `child`'s issuer and are not on the path yet: roots, then sent ones, then
    /// known intermediates.
    fn candidates(&self, child: &Arc<Certificate>, links: &[Link]) -> Vec<Link> {
        let known = self.trust.named(&child.issuer.der);
        let of_origin = |wanted: Origin| {
            let matching = known.iter().filter(move |(_, origin)| *origin == wanted);
            matching.map(|(certificate, origin)| Link {
                certificate: certificate.clone(),
                origin: *origin,
            })
        };
        let sent = self
            .sent
            .iter()
            .filter(|sent| sent.subject.der == child.issuer.der);
        let sent = sent.map(|certificate| Link {
            certificate: certificate.clone(),
            origin: Origin::Sent,
        });
        let all = of_origin(Origin::Root)
            .chain(sent)
            .chain(of_origin(Origin::Known));
        let mut chosen: Vec<Link> = Vec::new();
        for link in all {
            let digest = link.certificate.digest;
            let taken = digest == child.digest
                || links
                    .iter()
                    .chain(&chosen)
                    .any(|other| other.certificate.digest == digest);
            if !taken {
                chosen.push(link);
            }
        }
        chosen
    }

    fn offer(&mut self, links: &[Link], faults: &[Fault]) {
        if self
            .best
            .as_ref()
            .is_none_or(|best| faults.len() < best.faults.len())
        {
            self.best = Some(Anchored {
                links: links.to_vec(),
                faults: faults.to_vec(),
            });
        }
    }

    fn note_dead_end(&mut self, child: &Arc<Certificate>) {
        let dead_end = if child.self_signed {
            Broken::UntrustedRoot {
                root: child.clone(),
            }
        } else {
            Broken::UnknownIssuer {
                last: child.clone(),
            }
        };
        // A namesake with another key says less than where the chain really ends.
        if matches!(self.obstacle, None | Some(Broken::BadSignature { .. })) {
            self.obstacle = Some(dead_end);
        }
    }

    fn note_bad_signature(&mut self, certificate: &Arc<Certificate>, issuer: &Arc<Certificate>) {
        if self.obstacle.is_none() {
            self.obstacle = Some(Broken::BadSignature {
                certificate: certificate.clone(),
                issuer: issuer.clone(),
            });
        }
    }
}

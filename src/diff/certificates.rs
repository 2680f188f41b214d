//! Certificates that were renewed, re-keyed, replaced, moved, or that end soon.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::{CertificateEntry, Snapshot, moment};
use crate::certificate::{Certificate, Digest, container, is_same_key, warning_window};

/// What became of a leaf certificate, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateFate {
    /// Another issuer signed the one that is there now.
    Replaced,
    /// The same issuer signed a new one, with another key.
    Rekeyed,
    /// The same issuer signed a new one for the same key.
    Renewed,
    /// The same issuer signed a new one; the keys cannot be compared.
    Reissued,
    /// The same certificate was presented elsewhere before.
    Moved,
    /// It is presented where no such certificate was before.
    New,
    /// It is presented nowhere any more.
    Gone,
    /// Where it was presented, nothing was examined: it may still be there.
    NotSeen,
}

/// Where a leaf certificate is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    /// The node.
    pub node: &'a str,
    /// The service's port.
    pub port: u16,
    /// The service.
    pub service: &'a str,
}

/// A certificate as a report has it.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// SHA-256.
    pub digest: &'a str,
    /// What the report says of it; `None` where it names a certificate that it does not hold.
    pub entry: Option<&'a CertificateEntry>,
}

/// What became of the certificate of one or several services.
#[derive(Debug)]
pub struct CertificateChange<'a> {
    /// What became of it.
    pub fate: CertificateFate,
    /// Its name in Certificate Management ("tomcat").
    pub certificate_name: &'a str,
    /// "rsa", "ecdsa" or "other".
    pub kind: &'a str,
    /// Where; sorted.
    pub places: Vec<Place<'a>>,
    /// Where the same certificate was before, when it moved.
    pub from: Vec<Place<'a>>,
    /// What was there.
    pub old: Option<Presented<'a>>,
    /// What is there.
    pub new: Option<Presented<'a>>,
}

/// A leaf certificate that ends soon, or has ended.
#[derive(Debug)]
pub struct Expiring<'a> {
    /// Which.
    pub certificate: Presented<'a>,
    /// When it ends, unix seconds.
    pub not_after: i64,
    /// Seconds from the newer report's moment until then; negative when it has ended.
    pub left: i64,
    /// Where it is presented; sorted.
    pub places: Vec<Place<'a>>,
}

impl CertificateFate {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Rekeyed => "re-keyed",
            Self::Renewed => "renewed",
            Self::Reissued => "reissued",
            Self::Moved => "moved",
            Self::New => "new",
            Self::Gone => "gone",
            Self::NotSeen => "not-seen",
        }
    }
}

/// A place, the certificate name there, and the kind of key.
type Slot<'a> = (Place<'a>, &'a str, &'a str);
/// What is told as one: the fate, the certificate's name, the kind, and both digests.
type Group<'a> = (
    CertificateFate,
    &'a str,
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
);

/// The leaves of a report.
struct Leaves<'a> {
    report: &'a Snapshot,
    by_slot: BTreeMap<Slot<'a>, BTreeSet<&'a str>>,
    places: BTreeMap<&'a str, BTreeSet<Place<'a>>>,
    unexamined: BTreeSet<Place<'a>>,
    left_out: BTreeSet<&'a str>,
}

impl<'a> Leaves<'a> {
    fn of(report: &'a Snapshot) -> Self {
        let mut all = Self {
            report,
            by_slot: BTreeMap::new(),
            places: BTreeMap::new(),
            unexamined: BTreeSet::new(),
            left_out: report.left_out.iter().map(String::as_str).collect(),
        };
        for ((node, service, port), entry) in super::scope::services(report) {
            let place = Place {
                node,
                port,
                service,
            };
            if !entry.is_examined() {
                all.unexamined.insert(place);
            }
            for chain in &entry.chains {
                if let Some(leaf) = chain.certificates.first() {
                    let slot = (place, &*entry.certificate_name, &*chain.kind);
                    all.by_slot.entry(slot).or_default().insert(leaf);
                    all.places.entry(leaf).or_default().insert(place);
                }
            }
        }
        all
    }

    fn shown(&self, digest: &'a str) -> Presented<'a> {
        Presented {
            digest,
            entry: self.report.certificates.get(digest),
        }
    }

    /// Which of the certificates at a slot another report does not have there; the first to end first.
    fn without(&self, slot: &Slot<'a>, other: &Self) -> Vec<&'a str> {
        let none = BTreeSet::new();
        let own = self.by_slot.get(slot).unwrap_or(&none);
        let there = other.by_slot.get(slot).unwrap_or(&none);
        own.difference(there).copied().collect()
    }
}

/// What became of the leaf certificates from an older to a newer report.
pub(super) fn changes<'a>(old: &'a Snapshot, new: &'a Snapshot) -> Vec<CertificateChange<'a>> {
    let (before, after) = (Leaves::of(old), Leaves::of(new));
    let slots: BTreeSet<&Slot<'a>> = before.by_slot.keys().chain(after.by_slot.keys()).collect();
    let mut groups: BTreeMap<Group<'a>, Vec<Place<'a>>> = BTreeMap::new();
    for slot in slots {
        let (gone, come) = (before.without(slot, &after), after.without(slot, &before));
        for index in 0..gone.len().max(come.len()) {
            let pair = (gone.get(index).copied(), come.get(index).copied());
            if let Some(fate) = fate(pair, slot.0, &before, &after) {
                let group = (fate, slot.1, slot.2, pair.0, pair.1);
                groups.entry(group).or_default().push(slot.0);
            }
        }
    }
    let change = |(group, places)| told(group, places, &before, &after);
    groups.into_iter().map(change).collect()
}

fn told<'a>(
    (fate, certificate_name, kind, gone, come): Group<'a>,
    places: Vec<Place<'a>>,
    before: &Leaves<'a>,
    after: &Leaves<'a>,
) -> CertificateChange<'a> {
    let earlier = come.and_then(|digest| before.places.get(digest));
    let from = earlier.filter(|_| fate == CertificateFate::Moved);
    CertificateChange {
        fate,
        certificate_name,
        kind,
        places,
        from: from.into_iter().flatten().copied().collect(),
        old: gone.map(|digest| before.shown(digest)),
        new: come.map(|digest| after.shown(digest)),
    }
}

/// What became of a place where that was presented before, and this now. Nothing is told of a certificate that went from here
/// to where it is told as moved.
fn fate<'a>(
    pair: (Option<&'a str>, Option<&'a str>),
    place: Place<'a>,
    before: &Leaves<'a>,
    after: &Leaves<'a>,
) -> Option<CertificateFate> {
    match pair {
        (_, Some(come)) if before.places.contains_key(come) => Some(CertificateFate::Moved),
        (Some(gone), Some(come)) => Some(succession(before.shown(gone), after.shown(come))),
        (None, Some(_)) => Some(CertificateFate::New),
        (Some(_), None) if after.unexamined.contains(&place) => Some(CertificateFate::NotSeen),
        (Some(gone), None) if after.places.contains_key(gone) => None,
        (Some(_), None) if after.left_out.contains(place.node) => Some(CertificateFate::NotSeen),
        (Some(_), None) => Some(CertificateFate::Gone),
        (None, None) => None,
    }
}

/// How one certificate succeeds another.
fn succession(old: Presented<'_>, new: Presented<'_>) -> CertificateFate {
    let (Some(before), Some(after)) = (old.decoded(), new.decoded()) else {
        let issuers = old.entry.map(|one| &one.issuer) == new.entry.map(|one| &one.issuer);
        return if issuers {
            CertificateFate::Reissued
        } else {
            CertificateFate::Replaced
        };
    };
    let same_issuer =
        before.issuer.der == after.issuer.der && before.self_signed == after.self_signed;
    match (same_issuer, is_same_key(&before.spki, &after.spki)) {
        (false, _) => CertificateFate::Replaced,
        (true, true) => CertificateFate::Renewed,
        (true, false) => CertificateFate::Rekeyed,
    }
}

impl Presented<'_> {
    /// The certificate itself, if the report holds it: what has another digest than it should is another certificate.
    pub fn decoded(&self) -> Option<Certificate> {
        let certificates = container::certificates(self.entry?.pem.as_bytes()).ok()?;
        let der = certificates.first()?;
        let is_it = Digest::of(der).to_string() == self.digest;
        Certificate::from_der(der).ok().filter(|_| is_it)
    }
}

impl CertificateChange<'_> {
    /// Whether the new certificate is for the old one's key; `None` where there are not two to compare.
    pub fn same_key(&self) -> Option<bool> {
        let (old, new) = (self.old?.decoded()?, self.new?.decoded()?);
        Some(is_same_key(&old.spki, &new.spki))
    }
}

/// Leaf certificates of a report that end within their warning window, or have ended, as of the report's moment.
pub(super) fn expiring(report: &Snapshot) -> Vec<Expiring<'_>> {
    let leaves = Leaves::of(report);
    let soon = |(digest, places): (&&str, &BTreeSet<_>)| {
        let certificate = leaves.shown(report.certificates.get_key_value(*digest)?.0);
        let entry = certificate.entry?;
        let (start, end) = (moment(&entry.not_before)?, moment(&entry.not_after)?);
        let left = end - report.at;
        (left <= warning_window(end - start + 1)).then(|| Expiring {
            certificate,
            not_after: end,
            left,
            places: places.iter().copied().collect(),
        })
    };
    let mut all: Vec<Expiring<'_>> = leaves.places.iter().filter_map(soon).collect();
    all.sort_by_key(|one| (one.not_after, one.certificate.digest));
    all
}

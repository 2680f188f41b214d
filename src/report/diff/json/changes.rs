//! What changed, one struct a kind.

use schemars::JsonSchema;
use serde::Serialize;

use super::shown;
use crate::diff::{
    CertificateChange, Expiring, FindingChange, NodeChange, Place, Presented, ServiceChange, Waived,
};
use crate::report::moment_text;

/// What became of a finding.
#[derive(Serialize, JsonSchema)]
pub(super) struct Finding1 {
    /// "new", "worse", "no-longer-waived", "new-question", "no-longer-known", "removed", "gone", "answered", "newly-waived"
    /// or "still".
    change: &'static str,
    /// Whether --fail-on counts it.
    counts: bool,
    /// Stable from run to run: the key of a ticket.
    id: String,
    /// The rule that judged.
    rule: String,
    /// "error", "warning" or "info".
    severity: &'static str,
    /// "fail" or "unknown": as the newer report has it, or else the older one.
    status: &'static str,
    /// The team that usually mends it.
    owner: Option<String>,
    /// What the rule looks for.
    title: Option<String>,
    /// The node's name.
    node: Option<String>,
    /// The service's name.
    service: Option<String>,
    /// The service's port.
    port: Option<u16>,
    /// SHA-256 of the leaf.
    certificate: Option<String>,
    /// What was seen, with the values.
    message: String,
    /// Why it is new, worse, or not gone, where that is not plain.
    why: Option<String>,
    /// What to do, in short.
    fix: Option<String>,
    /// The waiver that accepts it.
    waived: Option<Waived1>,
    /// As the older report had it, where both have it.
    was: Option<Was1>,
}

/// As the older report had it.
#[derive(Serialize, JsonSchema)]
struct Was1 {
    /// "fail" or "unknown".
    status: &'static str,
    /// "error", "warning" or "info".
    severity: &'static str,
    /// What was seen, with the values.
    message: String,
    /// The waiver that accepts it.
    waived: Option<Waived1>,
}

/// Accepted by a waiver.
#[derive(Serialize, JsonSchema)]
struct Waived1 {
    /// Why it is accepted.
    reason: String,
    /// RFC 3339 UTC.
    expires: Option<String>,
}

/// What became of a leaf certificate.
#[derive(Serialize, JsonSchema)]
pub(super) struct Certificate1 {
    /// "replaced" (by another issuer), "re-keyed", "renewed" (same key), "reissued" (the keys cannot be compared), "moved",
    /// "new", "gone" or "not-seen" (its place was not examined).
    change: &'static str,
    /// What it is for, as in Certificate Management.
    certificate_name: String,
    /// "rsa", "ecdsa" or "other".
    kind: String,
    /// Whether the new certificate is for the old one's key; null where there are not two that can be compared.
    same_key: Option<bool>,
    /// The services that present it.
    places: Vec<Place1>,
    /// Where the same certificate was before, when it moved.
    from: Vec<Place1>,
    /// As it was.
    old: Option<Presented1>,
    /// As it is.
    new: Option<Presented1>,
}

/// A service.
#[derive(Serialize, JsonSchema)]
struct Place1 {
    /// The node's name.
    node: String,
    /// The service's name.
    service: String,
    /// The service's port.
    port: u16,
}

/// A certificate; null and empty where the report does not say.
#[derive(Serialize, JsonSchema)]
struct Presented1 {
    /// SHA-256 of its DER, lower-case hex.
    sha256: String,
    /// Subject as text.
    subject: String,
    /// Issuer as text.
    issuer: String,
    /// Start, RFC 3339 UTC.
    not_before: String,
    /// End, RFC 3339 UTC.
    not_after: String,
    /// Kind and size of the key.
    key: String,
}

/// A leaf certificate that ends soon, or has ended.
#[derive(Serialize, JsonSchema)]
pub(super) struct Expiring1 {
    /// RFC 3339 UTC.
    not_after: String,
    /// From the newer report's moment, rounded down; negative when it has ended.
    days_left: i64,
    /// The certificate.
    certificate: Presented1,
    /// The services that present it.
    places: Vec<Place1>,
}

/// A node that one report has.
#[derive(Serialize, JsonSchema)]
pub(super) struct Node1 {
    /// "appeared", "gone", "left-out" (of the newer report, by --node) or "let-in" (had been left out).
    change: &'static str,
    /// Its name.
    name: String,
    /// The node's product.
    product: String,
    /// The name that clients are given.
    address: String,
}

/// A service that one report has, or with another status.
#[derive(Serialize, JsonSchema)]
pub(super) struct Service1 {
    /// "appeared", "gone" or "changed".
    change: &'static str,
    /// The node's name.
    node: String,
    /// The service's name.
    service: String,
    /// The service's port.
    port: u16,
    /// Whether it has to answer.
    required: bool,
    /// "examined", "closed", "unreachable", "failed" or "skipped"; null where it is gone.
    status: Option<String>,
    /// The status before; null where it was not there.
    was: Option<String>,
    /// In words, when it is not examined.
    detail: Option<String>,
}

impl Finding1 {
    pub(super) fn of(change: &FindingChange<'_>) -> Self {
        let one = change.finding;
        let text = |text: &Option<String>| text.as_deref().map(shown);
        Self {
            change: change.fate.name(),
            counts: change.counts(),
            id: shown(&one.id),
            rule: shown(&one.rule),
            severity: one.severity.name(),
            status: one.status.name(),
            owner: text(&one.owner),
            title: text(&one.title),
            node: text(&one.node),
            service: text(&one.service),
            port: one.port,
            certificate: text(&one.certificate),
            message: shown(&one.message),
            why: text(&change.why),
            fix: one.fix.as_ref().map(|fix| shown(&fix.summary)),
            waived: one.waived.as_ref().map(Waived1::of),
            was: change.was.map(|was| Was1 {
                status: was.status.name(),
                severity: was.severity.name(),
                message: shown(&was.message),
                waived: was.waived.as_ref().map(Waived1::of),
            }),
        }
    }
}

impl Waived1 {
    fn of(waived: &Waived) -> Self {
        Self {
            reason: shown(&waived.reason),
            expires: waived.expires.as_deref().map(shown),
        }
    }
}

impl Certificate1 {
    pub(super) fn of(change: &CertificateChange<'_>) -> Self {
        Self {
            change: change.fate.name(),
            certificate_name: shown(change.certificate_name),
            kind: shown(change.kind),
            same_key: change.same_key(),
            places: change.places.iter().map(Place1::of).collect(),
            from: change.from.iter().map(Place1::of).collect(),
            old: change.old.as_ref().map(Presented1::of),
            new: change.new.as_ref().map(Presented1::of),
        }
    }
}

impl Place1 {
    fn of(place: &Place<'_>) -> Self {
        Self {
            node: shown(place.node),
            service: shown(place.service),
            port: place.port,
        }
    }
}

impl Presented1 {
    fn of(one: &Presented<'_>) -> Self {
        let text = |field: fn(&crate::diff::CertificateEntry) -> &String| {
            one.entry
                .map(|entry| shown(field(entry)))
                .unwrap_or_default()
        };
        Self {
            sha256: shown(one.digest),
            subject: text(|entry| &entry.subject),
            issuer: text(|entry| &entry.issuer),
            not_before: text(|entry| &entry.not_before),
            not_after: text(|entry| &entry.not_after),
            key: text(|entry| &entry.key),
        }
    }
}

impl Expiring1 {
    pub(super) fn of(one: &Expiring<'_>) -> Self {
        Self {
            not_after: moment_text(one.not_after),
            days_left: one.left.div_euclid(86_400),
            certificate: Presented1::of(&one.certificate),
            places: one.places.iter().map(Place1::of).collect(),
        }
    }
}

impl Node1 {
    pub(super) fn of(change: &NodeChange<'_>) -> Self {
        Self {
            change: change.appearance.name(),
            name: shown(&change.node.name),
            product: shown(&change.node.product),
            address: shown(&change.node.address),
        }
    }
}

impl Service1 {
    pub(super) fn of(change: &ServiceChange<'_>) -> Self {
        let one = change.service;
        let is_gone = change.appearance == crate::diff::Appearance::Gone;
        let before = change.was.or(is_gone.then_some(one));
        Self {
            change: change.appearance.name(),
            node: shown(change.node),
            service: shown(&one.service),
            port: one.port,
            required: one.required,
            status: (!is_gone).then(|| shown(&one.status)),
            was: before.map(|was| shown(&was.status)),
            detail: one.detail.as_deref().map(shown),
        }
    }
}

//! Sources and what they say, for the tests of the rules about answers.
#![allow(clippy::unwrap_used)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use time::macros::datetime;

use crate::audit::estate::{Source, SourceKind, SourceState};
use crate::audit::rule::Rule;
use crate::audit::testing::{CLUSTER, NOW, Scene, order};
use crate::audit::{Judgement, Status};
use crate::certificate::container;
use crate::evidence::{FetchOutcome, FetchStep};
use crate::trust::revocation::{Answer, Doubt};

pub(super) const CRL: &str = "http://pki.acme.test/issuing.crl";
pub(super) const OCSP: &str = "http://ocsp.acme.test/";
/// Appended to a deployment file.
pub(super) const REACH: &str = "\n[revocation]\ncheck = \"reach\"\n";
/// Appended to a deployment file.
pub(super) const PRESENCE: &str = "\n[revocation]\ncheck = \"presence\"\n";
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A CRL that took 12 ms.
pub(super) fn crl(state: SourceState) -> Source {
    Source {
        url: CRL.to_owned(),
        kind: SourceKind::Crl,
        elapsed_ms: (state != SourceState::NotAsked).then_some(12),
        state,
    }
}

/// An OCSP responder that took 12 ms.
pub(super) fn ocsp(state: SourceState) -> Source {
    Source {
        url: OCSP.to_owned(),
        kind: SourceKind::Ocsp,
        ..crl(state)
    }
}

pub(super) fn good() -> SourceState {
    SourceState::Answered(Answer::Good {
        this_update: NOW - DAY,
        next_update: Some(NOW + DAY),
    })
}

pub(super) fn revoked(next_update: i64) -> SourceState {
    SourceState::Answered(Answer::Revoked {
        at: NOW - 3 * DAY,
        reason: Some("keyCompromise"),
        this_update: NOW - DAY,
        next_update: Some(next_update),
    })
}

pub(super) fn doubt(doubt: Doubt) -> SourceState {
    SourceState::Answered(Answer::Unknown(doubt))
}

pub(super) fn html() -> SourceState {
    doubt(Doubt::NotAnAnswer("an HTML page".to_owned()))
}

pub(super) fn stale() -> SourceState {
    doubt(Doubt::Stale {
        next_update: NOW - DAY,
    })
}

pub(super) fn failed(step: FetchStep) -> SourceState {
    SourceState::Failed(step, "the reason".to_owned())
}

/// `node` of a deployment presents a good certificate on `service`, whose sources and those of its intermediate said this.
pub(super) fn scene(
    deployment: &str,
    (node, service): (&str, &str),
    sources: impl Fn(usize) -> Vec<Source> + 'static,
) -> Scene {
    Scene::new(deployment)
        .present(node, service, &order(&format!("{node}.acme.test")))
        .asked(sources)
}

/// What a rule says of a Tomcat certificate below the root whose sources said this.
#[track_caller]
pub(super) fn judged(
    rule: &'static Rule,
    sources: impl Fn() -> Vec<Source> + 'static,
    status: Status,
) -> Judgement {
    judged_on(rule, CLUSTER, ("cucm-pub", "tomcat"), sources, status)
}

/// The same on another service.
#[track_caller]
pub(super) fn judged_on(
    rule: &'static Rule,
    deployment: &str,
    place: (&str, &str),
    sources: impl Fn() -> Vec<Source> + 'static,
    status: Status,
) -> Judgement {
    let scene = Scene::new(deployment);
    let ordered = order(&format!("{}.acme.test", place.0));
    let leaf = scene.root().issue(&ordered).unwrap().der;
    let scene = scene.present_chain(place.0, place.1, &[leaf]);
    scene
        .asked(move |_| sources())
        .expect(rule, place.0, place.1, status)
}

/// When the CRLs of fixtures/revocation hold.
pub(super) const LISTED: i64 = datetime!(2026-01-15 12:00 UTC).unix_timestamp();
/// Their nextUpdate.
pub(super) const RELISTED: i64 = datetime!(2026-01-21 0:00 UTC).unix_timestamp();

/// A certificate of fixtures/revocation, and what its CRL's URL gave.
pub(super) fn recorded(leaf: &str, outcome: FetchOutcome) -> Scene {
    let mut scene = Scene::new(CLUSTER);
    scene.trust().add_root(&der("issuer")).unwrap();
    scene
        .present_chain("cucm-pub", "tomcat", &[der(leaf)])
        .fetched("http://pki.acme.test/1.crl", None, outcome, 12)
        .at(LISTED)
}

/// A file of fixtures/revocation, as a server sends it.
pub(super) fn served(name: &str) -> FetchOutcome {
    FetchOutcome::Answered {
        status: 200,
        content_type: None,
        body: STANDARD.encode(file(name)),
    }
}

fn der(name: &str) -> Vec<u8> {
    container::certificates(&file(&format!("{name}.pem")))
        .unwrap()
        .remove(0)
}

fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/revocation/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

//! The answer in short: ready or not, and for whom.

use super::effect::{Effect, Outcome, Who};
use super::estate::{Estate, NodeView, ServiceView};
use super::rule::{Check, Severity};
use super::{Audit, Judgement, Status};
use crate::deployment::Client;

/// Whether everybody who connects will get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Everything required was examined, and no error was found.
    Ready,
    /// An error was found.
    NotReady,
    /// No error was found, but something required was not examined.
    Unknown,
}

/// What somebody who connects will see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientOutcome {
    /// Who.
    pub who: Who,
    /// The worst of what hits them.
    pub outcome: Outcome,
    /// Fingerprints of the findings that do.
    pub because: Vec<String>,
}

/// The answer in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The whole deployment.
    pub readiness: Readiness,
    /// Every client platform of the deployment; none when there is no service to connect to.
    pub clients: Vec<ClientOutcome>,
    /// Expressway where there is MRA, federation partners where there is federation.
    pub peers: Vec<ClientOutcome>,
    /// Services, all.
    pub services: usize,
    /// Services of which a certificate was seen.
    pub examined: usize,
    /// Open errors.
    pub errors: usize,
    /// Open warnings.
    pub warnings: usize,
    /// Open notes.
    pub infos: usize,
    /// What could not be judged, apart from what follows from a silent service.
    pub unknown: usize,
    /// Findings that waivers accept.
    pub waived: usize,
    /// Whether readiness cannot be known: a required service was not examined, the run was interrupted, or an error could
    /// not be ruled out for want of evidence.
    pub in_doubt: bool,
}

impl Summary {
    /// Sums up an audit.
    pub fn of(audit: &Audit, estate: &Estate<'_>) -> Self {
        let services: Vec<&ServiceView<'_>> = estate
            .nodes
            .iter()
            .flat_map(|view| &view.services)
            .collect();
        let missing = services
            .iter()
            .any(|view| view.required && view.chains().is_empty());
        let count = |severity| {
            audit
                .judgements
                .iter()
                .filter(|one| one.counts() && one.severity == severity)
                .count()
        };
        let deployment = estate.deployment;
        // Nobody connects to a signing request.
        let served = !services.is_empty();
        Self {
            readiness: readiness(audit.judgements.iter(), missing || !estate.complete),
            clients: deployment
                .clients
                .iter()
                .filter(|_| served)
                .map(|client| client_outcome(*client, audit, estate))
                .collect(),
            peers: peers(estate)
                .filter(|_| served)
                .map(|who| worst_for(who, audit))
                .collect(),
            services: services.len(),
            examined: services
                .iter()
                .filter(|view| !view.chains().is_empty())
                .count(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            unknown: audit
                .judgements
                .iter()
                .filter(|one| one.is_open_question())
                .count(),
            waived: audit
                .judgements
                .iter()
                .filter(|one| one.waived.is_some())
                .count(),
            in_doubt: missing
                || !estate.complete
                || audit.judgements.iter().any(Judgement::is_possible_error),
        }
    }
}

impl Audit {
    /// Whether a node is ready, by its own findings.
    pub fn node_readiness(&self, view: &NodeView<'_>) -> Readiness {
        readiness(self.of_node(&view.node.name), is_missing(view))
    }
}

impl Judgement {
    /// An error of a presented certificate, or of a request, that could not be ruled out. What DNS, a server list or an optional port would
    /// have told besides leaves the certificates as they were seen.
    pub fn is_possible_error(&self) -> bool {
        let is_request = matches!(self.rule.check, Check::Request(_));
        let about_certificate = is_request || self.place.certificate.is_some();
        about_certificate && self.is_open_question() && self.severity == Severity::Error
    }

    /// Unknown, not waived, and not only because a service showed nothing.
    pub fn is_open_question(&self) -> bool {
        self.status == Status::Unknown && self.waived.is_none() && !self.follows_silence
    }
}

/// Whether something required of the node showed no certificate.
fn is_missing(view: &NodeView<'_>) -> bool {
    let mut services = view.services.iter();
    services.any(|service| service.required && service.chains().is_empty())
}

/// That something could not be examined (`probe-*`) says nothing about its certificates: readiness is unknown, not bad.
fn readiness<'a>(judgements: impl Iterator<Item = &'a Judgement>, missing: bool) -> Readiness {
    let mut in_doubt = missing;
    for one in judgements {
        let is_error = one.counts() && one.severity == Severity::Error;
        if is_error && one.rule.family() != "probe" {
            return Readiness::NotReady;
        }
        in_doubt |= is_error || one.is_possible_error();
    }
    if in_doubt {
        Readiness::Unknown
    } else {
        Readiness::Ready
    }
}

fn peers(estate: &Estate<'_>) -> impl Iterator<Item = Who> {
    let expressway = estate.deployment.mra.as_ref().map(|_| Who::Expressway);
    let federation = estate
        .deployment
        .federation
        .as_ref()
        .map(|_| Who::Federation);
    expressway.into_iter().chain(federation)
}

fn client_outcome(client: Client, audit: &Audit, estate: &Estate<'_>) -> ClientOutcome {
    let known = worst_for(Who::Client(client), audit);
    let serves_clients = |view: &&ServiceView<'_>| {
        let audience = view.service.audience;
        audience.jabber || (audience.jabber_outside && estate.deployment.mra.is_some())
    };
    let mut silent = estate
        .nodes
        .iter()
        .flat_map(|view| &view.services)
        .filter(serves_clients);
    let in_doubt = !estate.complete || silent.any(|view| view.required && view.chains().is_empty());
    if known.outcome == Outcome::Trusted && in_doubt {
        let probes = audit
            .judgements
            .iter()
            .filter(|one| one.status == Status::Fail && one.rule.family() == "probe");
        let because = probes
            .filter(|one| one.severity == Severity::Error)
            .map(|one| one.id.clone())
            .collect();
        return ClientOutcome {
            outcome: Outcome::Unknown,
            because,
            ..known
        };
    }
    known
}

/// Waived findings count here: accepting a prompt does not make it go away.
fn worst_for(who: Who, audit: &Audit) -> ClientOutcome {
    // What merely follows from a silent service, `probe-unreachable` says once.
    let counted = |one: &Judgement| one.is_finding() && !one.follows_silence;
    let hits =
        |one: &&Judgement| counted(one) && one.effects.iter().any(|effect| effect.who == who);
    let outcome_of = |one: &Judgement| {
        let effects = one.effects.iter().filter(|effect| effect.who == who);
        effects
            .map(|effect: &Effect| effect.outcome)
            .max()
            .unwrap_or(Outcome::Trusted)
    };
    let worst = audit
        .judgements
        .iter()
        .filter(hits)
        .map(outcome_of)
        .max()
        .unwrap_or(Outcome::Trusted);
    let because = audit
        .judgements
        .iter()
        .filter(hits)
        .filter(|one| outcome_of(one) == worst);
    ClientOutcome {
        who,
        outcome: worst,
        because: because.map(|one| one.id.clone()).collect(),
    }
}

impl Readiness {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Ready, Self::NotReady, Self::Unknown];

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not-ready",
            Self::Unknown => "unknown",
        }
    }
}

//! The certificates of a chain that name sources over HTTP, and what a rule makes of each source.

use super::said::{label, said};
use super::unreadable;
use crate::audit::estate::{Revocation, Source, SourceState};
use crate::audit::subject::LeafSubject;
use crate::audit::verdict::{Seen, Verdict};
use crate::deployment::RevocationCheck;
use crate::evidence::FetchStep;
use crate::trust::revocation::{Answer, Doubt};

/// Sources of one certificate that a message names; real certificates have one or two, and hostile ones thousands.
const MOST_SHOWN: usize = 8;

/// A certificate of a chain, and what came of asking its sources.
pub(super) struct Asked<'a> {
    /// The certificate and its sources; at least one.
    pub(super) revocation: &'a Revocation,
    /// It is the leaf, not an intermediate.
    pub(super) is_leaf: bool,
    /// How far the deployment file wants it judged.
    pub(super) check: RevocationCheck,
}

/// What a rule makes of one source.
pub(super) enum Word {
    /// The fault is there: what tells it from others, in a word or two.
    Fault(String),
    /// It is not there.
    Sound,
    /// Another rule tells what is wrong with it.
    Elsewhere,
    /// It cannot be said.
    Open,
}

/// One verdict for each certificate of the chain, where the deployment file wants `least` or more.
pub(super) fn each(
    subject: &LeafSubject<'_>,
    least: RevocationCheck,
    judge: impl Fn(&Asked<'_>) -> Verdict,
) -> Verdict {
    let check = subject.estate.deployment.revocation.check;
    match (check, least) {
        (RevocationCheck::Presence, _) => {
            return Verdict::NotApplicable("revocation.check is presence: nobody is asked");
        }
        (RevocationCheck::Reach, RevocationCheck::Status) => {
            return Verdict::NotApplicable("revocation.check is reach: answers are not judged");
        }
        _ => {}
    }
    if subject.certificate.self_signed {
        return Verdict::NotApplicable("it is self-signed: no CA could revoke it");
    }
    let links = &subject.chain.revocation;
    let mut sources = links.iter().flat_map(|link| &link.sources).peekable();
    let unasked = |source: &Source| source.state == SourceState::NotAsked;
    if sources.peek().is_some() && sources.all(unasked) {
        return Verdict::unknown(NOBODY_ASKED);
    }
    let verdicts = links.iter().map(|link| {
        let is_leaf = link.certificate.digest == subject.certificate.digest;
        let asked = Asked {
            revocation: link,
            is_leaf,
            check,
        };
        if link.sources.is_empty() {
            without_sources(&asked)
        } else {
            judge(&asked)
        }
    });
    Verdict::each(verdicts, "no CA is known that could revoke it")
}

const NOBODY_ASKED: &str = "the evidence does not hold what the revocation servers of these certificates say: they were \
                            not asked (it was recorded with revocation.check = \"presence\" or without fetching), the \
                            run was interrupted, or the issuer that an OCSP request has to name is not known";

fn without_sources(asked: &Asked<'_>) -> Verdict {
    if let Some(unknown) = unreadable(&asked.revocation.certificate) {
        return unknown;
    }
    Verdict::NotApplicable(if asked.is_leaf {
        "it names no http:// URL to ask, which revocation-absent or revocation-not-http tells"
    } else {
        "an intermediate names no http:// URL to ask"
    })
}

/// Nobody asked it, or not to the end.
pub(super) fn is_unasked(source: &Source) -> bool {
    matches!(
        source.state,
        SourceState::NotAsked | SourceState::Failed(FetchStep::Interrupted, _)
    )
}

impl Asked<'_> {
    /// The verdict of a rule that `weigh`s each source by itself: `fault` when one has the fault; else a doubt, when one
    /// could not be judged; else good, when one is; else `elsewhere`.
    pub(super) fn verdict(
        &self,
        weigh: impl Fn(&Source) -> Word,
        fault: impl FnOnce(Seen, &[&Source]) -> Verdict,
        elsewhere: &'static str,
    ) -> Verdict {
        let (mut faulty, mut found, mut open) = (Vec::new(), Vec::new(), Vec::new());
        let mut sound = false;
        for source in &self.revocation.sources {
            match weigh(source) {
                Word::Fault(brief) => {
                    faulty.push(source);
                    found.push(format!("{}: {brief}", source.url));
                }
                Word::Sound => sound = true,
                Word::Elsewhere => {}
                Word::Open => open.push(source),
            }
        }
        if !faulty.is_empty() {
            return fault(self.seen(&faulty, found), &faulty);
        }
        match (open.is_empty(), sound) {
            (false, _) => Verdict::Unknown(self.words(&open)),
            (true, true) => Verdict::Pass,
            (true, false) => Verdict::NotApplicable(elsewhere),
        }
    }

    /// What was seen of some sources. An intermediate is named, so that its finding is one of its own; a leaf is what the
    /// finding stands beside.
    fn seen(&self, sources: &[&Source], mut found: Vec<String>) -> Seen {
        found.truncate(MOST_SHOWN);
        let seen = Seen::new(self.words(sources)).found(found);
        if self.is_leaf {
            seen
        } else {
            seen.expected(self.subject())
        }
    }

    /// What some sources said.
    pub(super) fn words(&self, sources: &[&Source]) -> String {
        let shown = sources.iter().take(MOST_SHOWN);
        let each: Vec<String> = shown
            .map(|source| format!("{}: {}", label(source), said(source)))
            .collect();
        let more = match sources.len().saturating_sub(MOST_SHOWN) {
            0 => String::new(),
            count => format!("; and {count} more"),
        };
        let whose = if self.is_leaf {
            String::new()
        } else {
            format!("the intermediate {}: ", self.subject())
        };
        format!("{whose}{}{more}", each.join("; "))
    }

    /// Sources that nobody asked.
    pub(super) fn unasked(&self) -> Vec<&Source> {
        let sources = self.revocation.sources.iter();
        sources.filter(|source| is_unasked(source)).collect()
    }

    /// A source whose answer clients can use. What only certaudit cannot judge counts: clients may.
    pub(super) fn usable(&self) -> Option<&Source> {
        let usable = |source: &&Source| match &source.state {
            SourceState::WithoutIssuer
            | SourceState::Answered(
                Answer::Good { .. }
                | Answer::Revoked { .. }
                | Answer::Unknown(Doubt::Unsupported(_)),
            ) => true,
            SourceState::Answered(_) => self.check == RevocationCheck::Reach,
            _ => false,
        };
        self.revocation.sources.iter().find(usable)
    }

    /// A source that says that the certificate is not revoked.
    pub(super) fn good(&self) -> Option<&Source> {
        let is_good =
            |source: &&Source| matches!(source.state, SourceState::Answered(Answer::Good { .. }));
        self.revocation.sources.iter().find(is_good)
    }

    fn subject(&self) -> &str {
        match self.revocation.certificate.subject.text.as_str() {
            "" => "without a subject",
            text => text,
        }
    }
}

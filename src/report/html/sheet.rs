//! Small pieces of the page: marks that tell by shape as well as by colour, badges, chips.

use maud::{Markup, html};

use crate::audit::effect::Outcome;
use crate::audit::rule::Severity;
use crate::audit::{Judgement, Readiness, Status};
use crate::certificate::{Certificate, Digest};
use crate::text::escape;

/// How something stands. Each has a colour, a shape and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// A tick in a circle.
    Good,
    /// A question mark in a diamond.
    Unknown,
    /// An exclamation mark in a triangle.
    Doubtful,
    /// A cross in a square.
    Bad,
}

impl Standing {
    pub(super) fn of_readiness(readiness: Readiness) -> Self {
        match readiness {
            Readiness::Ready => Self::Good,
            Readiness::NotReady => Self::Bad,
            Readiness::Unknown => Self::Unknown,
        }
    }

    pub(super) fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Trusted => Self::Good,
            Outcome::Unknown => Self::Unknown,
            Outcome::Degraded | Outcome::Prompt => Self::Doubtful,
            Outcome::PromptEverySession
            | Outcome::MraFails
            | Outcome::FederationFails
            | Outcome::Blocked => Self::Bad,
        }
    }

    /// Its class in the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Doubtful => "doubtful",
            Self::Bad => "bad",
        }
    }

    /// The mark, 14 units wide around a point, as a part of a drawing.
    pub(super) fn shape(self, x: f64, y: f64) -> Markup {
        let place = format!("translate({x:.1} {y:.1})");
        html! {
            g class={ "mark " (self.class()) } transform=(place) {
                @match self {
                    Self::Good => {
                        circle r="7" {}
                        polyline points="-3.2,0.4 -0.8,2.8 3.4,-2.6" {}
                    }
                    Self::Unknown => {
                        polygon points="0,-8.5 8.5,0 0,8.5 -8.5,0" {}
                        polyline points="-2.2,-1.8 -1.6,-3.6 0.4,-4 2,-2.8 1.6,-1 0,0.2 0,1.6" {}
                        line x1="0" y1="3.9" x2="0" y2="4.1" {}
                    }
                    Self::Doubtful => {
                        polygon points="0,-8 8.5,6.5 -8.5,6.5" {}
                        line x1="0" y1="-3" x2="0" y2="1.6" {}
                        line x1="0" y1="4.2" x2="0" y2="4.4" {}
                    }
                    Self::Bad => {
                        rect x="-6.5" y="-6.5" width="13" height="13" rx="2" {}
                        line x1="-2.8" y1="-2.8" x2="2.8" y2="2.8" {}
                        line x1="2.8" y1="-2.8" x2="-2.8" y2="2.8" {}
                    }
                }
            }
        }
    }

    /// The mark beside words that say the same.
    pub(super) fn icon(self) -> Markup {
        html! {
            svg class="icon" viewBox="-9 -9 18 18" width="18" height="18" aria-hidden="true" focusable="false" {
                (self.shape(0.0, 0.0))
            }
        }
    }

    /// The mark and the words.
    pub(super) fn told(self, words: &str) -> Markup {
        html! { span class={ "standing " (self.class()) } { (self.icon()) span { (escape(words)) } } }
    }
}

/// What kind of finding it is: a word for the filter, and one for people.
pub(super) fn kind(one: &Judgement) -> (&'static str, &'static str) {
    match (one.status, one.severity) {
        _ if one.waived.is_some() => ("waived", "Waived"),
        (Status::Fail, Severity::Error) => ("error", "Error"),
        (Status::Fail, Severity::Warning) => ("warning", "Warning"),
        (Status::Fail, Severity::Info) => ("note", "Note"),
        (Status::Unknown, _) => ("unknown", "Could not be judged"),
        (Status::Pass, _) => ("passed", "Passed"),
        (Status::NotApplicable, _) => ("not-applicable", "Did not apply"),
    }
}

/// The name by which people know a certificate: its CN, else its whole subject.
pub(super) fn certificate_name(certificate: &Certificate) -> String {
    let name = certificate
        .common_name()
        .unwrap_or(&certificate.subject.text);
    if name.is_empty() {
        return "no name".to_owned();
    }
    escape(name).into_owned()
}

/// The name of whoever issued it.
pub(super) fn issuer_name(certificate: &Certificate) -> String {
    let issuer = &certificate.issuer;
    let name = issuer.common_names.last().unwrap_or(&issuer.text);
    escape(name).into_owned()
}

/// The name of a certificate's description within the page.
pub(super) fn certificate_anchor(digest: Digest) -> String {
    format!("certificate-{}", &digest.to_string()[..16])
}

/// As much of a text as fits, with an ellipsis.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let text = escape(text);
    if text.chars().count() <= most {
        return text.into_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end_matches(['.', '-', ' ']))
}

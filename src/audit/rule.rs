//! A rule: data plus one pure function.

use super::effect::Impact;
use super::estate::Estate;
use super::fix::Remedy;
use super::subject::{
    ChainSubject, LeafSubject, NodeSubject, RequestSubject, ServiceSubject, WaiverSubject,
};
use super::verdict::Verdict;
use crate::catalog::Product;
use crate::source::Citation;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something fails on some platform, or after a known event.
    Warning,
    /// Clients or servers fail, or prompt, in a normal deployment.
    Error,
}

/// The team that usually mends a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Who runs Unified CM, IM and Presence, Unity Connection, Expressway and Webex Meetings Server.
    Uc,
    /// Who runs the certification authority, or orders from a public one.
    Pki,
    /// Who runs DNS.
    Dns,
    /// Who runs firewalls, routing and proxies.
    Network,
    /// Who runs directories and identity providers.
    Identity,
}

/// One thing that can be wrong.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name: a family, then what is wrong. Never reused or renamed.
    pub id: &'static str,
    /// What is wrong, as a noun phrase: "allow {title}" is a sentence.
    pub title: &'static str,
    /// How grave, by default.
    pub severity: Severity,
    /// Who usually mends it.
    pub owner: Owner,
    /// Who says so.
    pub cites: &'static [Citation],
    /// Why it matters: what breaks, for whom, how it looks.
    pub explain: &'static str,
    /// What to do, imperative, in the product's own menu names; one or two sentences.
    pub fix: &'static str,
    /// Where the steps, restarts and cautions come from.
    pub remedy: Remedy,
    /// Who is hit and how.
    pub impact: Impact,
    /// The judgement.
    pub check: Check,
}

/// What a rule is asked about, and its judgement.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Each leaf certificate that could be decoded.
    Leaf(fn(&LeafSubject<'_>, &Context) -> Verdict),
    /// Each presented chain, decoded or not.
    Chain(fn(&ChainSubject<'_>, &Context) -> Verdict),
    /// Each service, silent ones too.
    Service(fn(&ServiceSubject<'_>, &Context) -> Verdict),
    /// Each node.
    Node(fn(&NodeSubject<'_>, &Context) -> Verdict),
    /// The deployment as a whole.
    Deployment(fn(&Estate<'_>, &Context) -> Verdict),
    /// Each signing request.
    Request(fn(&RequestSubject<'_>, &Context) -> Verdict),
    /// Each waiver of the deployment file, after all others.
    Waiver(fn(&WaiverSubject<'_>, &Context) -> Verdict),
}

/// What a judgement needs besides the estate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The moment as of which is judged: seconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

impl Rule {
    /// The family: the first word of the name.
    pub fn family(&self) -> &'static str {
        self.id.split('-').next().unwrap_or(self.id)
    }

    /// Whether `selector` is its name or its family.
    pub fn is_selected_by(&self, selector: &str) -> bool {
        self.id == selector || self.family() == selector
    }
}

impl Severity {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Owner {
    /// Every team.
    pub const ALL: [Self; 5] = [
        Self::Uc,
        Self::Pki,
        Self::Dns,
        Self::Network,
        Self::Identity,
    ];

    /// The word on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uc => "uc",
            Self::Pki => "pki",
            Self::Dns => "dns",
            Self::Network => "network",
            Self::Identity => "identity",
        }
    }

    /// The team in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Uc => "collaboration (Unified CM, Expressway, Unity Connection)",
            Self::Pki => "certification authority",
            Self::Dns => "DNS",
            Self::Network => "firewalls and routing",
            Self::Identity => "directories and identity providers",
        }
    }

    /// The team of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|owner| owner.name() == name)
    }

    /// Who mends it on a product: what a collaboration engineer would mend on a node is a directory's or an identity
    /// provider's own people's there.
    #[must_use]
    pub fn on(self, product: Product) -> Self {
        match (self, product) {
            (Self::Uc, Product::Ldap | Product::IdentityProvider) => Self::Identity,
            _ => self,
        }
    }
}

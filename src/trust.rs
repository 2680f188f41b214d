//! What a client device trusts, and how a leaf builds to it: the path, who is in it, and what is wrong with it. Identity
//! and revocation are judged elsewhere; so are the leaf's own dates and key usages.

mod descent;
mod faults;
mod links;
mod oracle;
mod paths;
mod public;
pub mod revocation;
mod search;
mod store;

use std::sync::Arc;

use crate::certificate::Certificate;

pub use descent::Descendants;
pub use links::{Issued, links};
pub use paths::Paths;
pub use public::{Lineage, lineage, public_standing};
pub use store::{Collected, DeviceTrust, system_roots};

/// How a leaf builds to what the devices trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// The leaf itself is installed on the devices, and nothing else makes it trusted.
    Pinned,
    /// The leaf is signed with its own key, and not installed.
    SelfSigned,
    /// It builds to a root that the devices trust, perhaps with faults on the way.
    Anchored(Anchored),
    /// It builds to no root that the devices trust.
    Broken(Broken),
}

/// A path to a trusted root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchored {
    /// From the leaf's issuer up to the root.
    pub links: Vec<Link>,
    /// What is wrong with it, apart from the leaf's own dates.
    pub faults: Vec<Fault>,
}

/// A CA certificate of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The certificate.
    pub certificate: Arc<Certificate>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a certificate of a path came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The server sent it.
    Sent,
    /// It is an intermediate that the devices know (`trust.intermediates`).
    Known,
    /// It is a root that the devices trust.
    Root,
}

/// What is wrong with a certificate on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The certificate at fault.
    pub certificate: Arc<Certificate>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// Kinds of faults on a path (RFC 5280, section 6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// A CA certificate's notAfter is past.
    Expired,
    /// A CA certificate's notBefore is still to come.
    NotYetValid,
    /// It issued a certificate without being a CA.
    NotCa,
    /// Its keyUsage lacks keyCertSign.
    MayNotSign,
    /// More intermediates follow it than its path length allows.
    PathLength,
    /// Its authorityKeyIdentifier is not its issuer's subjectKeyIdentifier.
    KeyIdentifier,
    /// Its authorityKeyIdentifier asks for another issuer's certificate, by the issuer's issuer and serial number.
    AuthorityCertificate,
    /// It is a CA for other purposes than TLS servers.
    Purpose,
    /// It issued a certificate and has no name itself.
    NoName,
    /// A critical extension that clients do not act upon: the dotted OID.
    CriticalExtension(String),
    /// A version 1 certificate was used as an intermediate CA.
    VersionOne,
    /// Names lie outside of a CA's name constraints.
    NameConstraints {
        /// The CA that may not issue for them.
        authority: Arc<Certificate>,
        /// The names.
        names: Vec<String>,
    },
    /// Its name constraints cannot be read: why.
    BrokenConstraints(String),
    /// Its signature uses an algorithm that cannot be checked: the algorithm.
    UncheckableSignature(String),
    /// The path validator refuses it for another reason, in words.
    Refused(String),
}

/// Why no path leads to a trusted root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The issuer is neither sent nor known.
    UnknownIssuer {
        /// The last certificate that could be reached.
        last: Arc<Certificate>,
    },
    /// The chain ends in a root that the devices do not trust.
    UntrustedRoot {
        /// That root.
        root: Arc<Certificate>,
    },
    /// A certificate of the issuer's name is there, but its key did not make the signature.
    BadSignature {
        /// The certificate whose signature is wrong.
        certificate: Arc<Certificate>,
        /// The certificate of the issuer's name.
        issuer: Arc<Certificate>,
    },
    /// There are more or longer ways up than are followed, as CAs that sign each other make them: no sound one was among those
    /// that were.
    GivenUp {
        /// How many signatures were checked.
        signatures: usize,
    },
}

impl DeviceTrust {
    /// Builds the path of `leaf`, which came with `sent`, as of the moment `at` (unix seconds).
    pub fn path(&self, leaf: &Arc<Certificate>, sent: &[Arc<Certificate>], at: i64) -> Path {
        self.paths(at).build(leaf, sent)
    }

    /// Builds many paths, as of the moment `at` (unix seconds).
    pub fn paths(&self, at: i64) -> Paths<'_> {
        Paths::new(self, at)
    }
}

impl Anchored {
    /// The root at its end.
    pub fn root(&self) -> Option<&Certificate> {
        self.links.last().map(|link| link.certificate.as_ref())
    }
}

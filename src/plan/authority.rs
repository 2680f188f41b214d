//! Which kind of CA can sign a certificate today, and from when on not (domain.md section 5).

use super::grouping::Group;
use super::request::Usages;
use crate::catalog::public_authority::{
    CLIENT_AUTH_ENDS, DAY, PRIVATE_LIFE, client_auth_is_over, life_limit, may_be_public,
};
use crate::catalog::{CertificateName, Product};
use crate::certificate::KeyUsage;
use crate::deployment::{Deployment, FederationThrough, RequiredName};
use crate::text::date;

/// Who can sign a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The kind to order from.
    pub recommended: AuthorityKind,
    /// Why that one.
    pub because: String,
    /// Whether a public CA can.
    pub public: Suitability,
    /// Whether a private CA can.
    pub private: Suitability,
    /// Days that a certificate of the recommended kind may live when it is issued now.
    pub life_days: u32,
}

/// A kind of CA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthorityKind {
    /// One whose root comes with the operating systems.
    Public,
    /// The company's own.
    Private,
}

/// Whether a kind of CA can sign a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suitability {
    /// As of the plan's moment.
    pub today: bool,
    /// The first moment when it cannot any more (unix seconds).
    pub until: Option<i64>,
    /// Why, or what to mind.
    pub why: String,
}

impl AuthorityKind {
    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

pub(super) fn of(
    deployment: &Deployment,
    group: &Group<'_>,
    names: &[RequiredName],
    usages: &Usages,
    at: i64,
) -> Authority {
    let (public, private) = (public(group, names, usages, at), private(deployment, group));
    let (recommended, because) = recommend(deployment, group, &public, &private);
    let life_days = match recommended {
        AuthorityKind::Public => life_limit(at).days,
        AuthorityKind::Private => PRIVATE_LIFE,
    };
    Authority {
        recommended,
        because,
        public,
        private,
        life_days,
    }
}

fn public(group: &Group<'_>, names: &[RequiredName], usages: &Usages, at: i64) -> Suitability {
    let never = |why: String| Suitability {
        today: false,
        until: None,
        why,
    };
    if usages.key_usage.contains(KeyUsage::KEY_CERT_SIGN) {
        return never(format!(
            "{} signs certificates itself (keyCertSign), which no public CA allows",
            group.certificate
        ));
    }
    let inner: Vec<&str> = names
        .iter()
        .filter(|name| !may_be_public(&name.name))
        .map(|name| &*name.name)
        .collect();
    if !inner.is_empty() {
        return never(format!(
            "no public CA signs for names outside the public domains: {}",
            inner.join(", ")
        ));
    }
    if usages.needs_client_auth() {
        return with_client_auth(at);
    }
    Suitability {
        today: true,
        until: None,
        why: "serverAuth alone is enough here".to_owned() + &stripped(usages),
    }
}

/// The last CA to end clientAuth decides; each that still signs it is named with its day.
fn with_client_auth(at: i64) -> Suitability {
    let still: Vec<String> = CLIENT_AUTH_ENDS
        .iter()
        .filter(|end| end.from > at)
        .map(|end| format!("{} ends it on {}", end.issuer, date(end.from)))
        .collect();
    let until = CLIENT_AUTH_ENDS.iter().map(|end| end.from).max();
    let over = until.map(date).unwrap_or_default();
    if client_auth_is_over(at) {
        let why = format!("it needs clientAuth, which public CAs do not sign since {over}");
        return Suitability {
            today: false,
            until,
            why,
        };
    }
    Suitability {
        today: true,
        until,
        why: format!(
            "it needs clientAuth, which must be asked for and is ending: {}",
            still.join("; ")
        ),
    }
}

fn stripped(usages: &Usages) -> String {
    if usages.key_usage.contains(KeyUsage::DATA_ENCIPHERMENT) {
        "; but see that the CA keeps dataEncipherment, which public CAs usually drop".to_owned()
    } else {
        String::new()
    }
}

fn private(deployment: &Deployment, group: &Group<'_>) -> Suitability {
    let faces_strangers = group.nodes[0].product == Product::ExpresswayE
        && (deployment.mra.is_some() || through_expressway(deployment));
    let why = if faces_strangers {
        "phones and federation partners outside trust public roots only"
    } else {
        "its root must be pushed to every client device and server; no public rule shortens its life"
    };
    Suitability {
        today: !faces_strangers,
        until: None,
        why: why.to_owned(),
    }
}

fn through_expressway(deployment: &Deployment) -> bool {
    let federation = deployment.federation.as_ref();
    federation.is_some_and(|federation| federation.through == FederationThrough::Expressway)
}

fn recommend(
    deployment: &Deployment,
    group: &Group<'_>,
    public: &Suitability,
    private: &Suitability,
) -> (AuthorityKind, String) {
    let is_cisco = group.nodes[0].product.is_voice_operating_system()
        || group.certificate == CertificateName::Expressway;
    if !private.today {
        let doubt = if public.today {
            String::new()
        } else {
            format!(
                "; yet a public CA cannot sign it as it stands: {}",
                public.why
            )
        };
        return (AuthorityKind::Public, format!("{}{doubt}", private.why));
    }
    if !public.today {
        return (AuthorityKind::Private, public.why.clone());
    }
    if is_cisco {
        let why = "Cisco's advice inside: both usages stay, and no renewal every few weeks";
        return (AuthorityKind::Private, why.to_owned());
    }
    if deployment.trust.roots.is_empty() {
        let why = "the deployment file names no root that is pushed to the devices";
        return (AuthorityKind::Public, why.to_owned());
    }
    let why = "the devices trust your own roots, and no renewal every few weeks";
    (AuthorityKind::Private, why.to_owned())
}

/// Seconds of so many days.
pub(super) fn seconds(days: u32) -> i64 {
    i64::from(days) * DAY
}

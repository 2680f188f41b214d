//! Whether what the nodes present is what the line asks for.

use std::collections::HashSet;
use std::sync::Arc;

use super::grouping::Group;
use super::request::Usages;
use crate::audit::estate::{ChainView, Estate, Revocation, ServiceView, SourceState};
use crate::catalog::CertificateName;
use crate::certificate::{
    Certificate, Digest, ExtendedKeyUsage, KeyUsage, PublicKey, warning_window,
};
use crate::deployment::RequiredName;
use crate::identity::{DnsNames, XmppService, find_xmpp_domain};
use crate::text::date;
use crate::trust::revocation::Answer;
use crate::trust::{Broken, Path};

/// Whether a certificate is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody looked: no evidence was given.
    NotLookedAt,
    /// What every node presents is right.
    InPlace {
        /// The earliest notAfter (unix seconds).
        not_after: i64,
        /// Its lifetime in seconds.
        lifetime: i64,
        /// What is not as ordered, and still no reason to order anew.
        remarks: Vec<String>,
    },
    /// What is presented is wrong.
    Wrong(Vec<String>),
    /// Not every node showed its certificate.
    Unknown(Vec<String>),
}

impl Standing {
    /// The word in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotLookedAt | Self::Wrong(_) => "order",
            Self::InPlace { .. } => "in-place",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why it is so; empty where nobody looked.
    pub fn reasons(&self) -> &[String] {
        match self {
            Self::NotLookedAt => &[],
            Self::InPlace { remarks, .. } => remarks,
            Self::Wrong(reasons) | Self::Unknown(reasons) => reasons,
        }
    }
}

/// What a line asks for.
struct Asked<'a> {
    certificate: CertificateName,
    names: &'a [RequiredName],
    usages: &'a Usages,
    at: i64,
}

/// What was found out so far.
#[derive(Default)]
struct Found {
    faults: Vec<String>,
    remarks: Vec<String>,
    silent: Vec<String>,
    leaves: HashSet<(Digest, &'static str)>,
    end: Option<(i64, i64)>,
}

pub(super) fn of(
    estate: Option<&Estate<'_>>,
    group: &Group<'_>,
    names: &[RequiredName],
    usages: &Usages,
    at: i64,
) -> Standing {
    let Some(estate) = estate else {
        return Standing::NotLookedAt;
    };
    let asked = Asked {
        certificate: group.certificate,
        names,
        usages,
        at,
    };
    let mut found = Found::default();
    for node in &group.nodes {
        found.look(estate, &node.name, &asked);
    }
    if group.multi_server {
        found.compare();
    }
    found.conclude()
}

impl Found {
    fn look(&mut self, estate: &Estate<'_>, node: &str, asked: &Asked<'_>) {
        let services: Vec<&ServiceView<'_>> = estate
            .node(node)
            .into_iter()
            .flat_map(|view| &view.services)
            .filter(|view| view.service.certificate_name == asked.certificate)
            .collect();
        let chains: Vec<(&ServiceView<'_>, &ChainView<'_>)> = services
            .iter()
            .flat_map(|view| view.chains().iter().map(move |chain| (*view, chain)))
            .collect();
        for (view, chain) in &chains {
            self.judge(&format!("{node} {}", view.label()), chain, asked);
        }
        if chains.is_empty() {
            self.silent
                .push(silence(node, &services, asked.certificate));
        }
    }

    fn judge(&mut self, place: &str, chain: &ChainView<'_>, asked: &Asked<'_>) {
        let Some(leaf) = chain.leaf() else {
            self.faults.push(format!("{place}: it cannot be decoded"));
            return;
        };
        let seen = (leaf.digest, chain.kind());
        if !self.leaves.insert(seen) {
            return;
        }
        let faults = faults(leaf, chain, asked);
        let with_place = |fault: String| format!("{place}: {fault}");
        self.faults.extend(faults.into_iter().map(with_place));
        self.remarks
            .extend(dropped(leaf, asked.usages).into_iter().map(with_place));
        let end = (leaf.not_after.unix, leaf.lifetime());
        self.end = Some(self.end.map_or(end, |known| known.min(end)));
    }

    /// One certificate for all: the same of each kind everywhere.
    fn compare(&mut self) {
        for kind in ["rsa", "ecdsa"] {
            let different = self.leaves.iter().filter(|(_, its)| *its == kind).count();
            if different > 1 {
                self.faults.push(format!(
                    "the nodes present {different} different {kind} certificates, not one"
                ));
            }
        }
    }

    fn conclude(self) -> Standing {
        match self.end {
            _ if !self.faults.is_empty() => Standing::Wrong(self.faults),
            Some((not_after, lifetime)) if self.silent.is_empty() => Standing::InPlace {
                not_after,
                lifetime,
                remarks: self.remarks,
            },
            _ => Standing::Unknown(self.silent),
        }
    }
}

fn silence(node: &str, services: &[&ServiceView<'_>], certificate: CertificateName) -> String {
    if services.is_empty() {
        return format!("{node}: no probed service presents {certificate}");
    }
    let each = |view: &&ServiceView<'_>| {
        format!("{}: {}", view.label(), view.detail().unwrap_or_default())
    };
    let words: Vec<String> = services.iter().map(each).collect();
    format!("{node} {}", words.join("; "))
}

fn faults(leaf: &Certificate, chain: &ChainView<'_>, asked: &Asked<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let missing = missing_names(leaf, asked);
    if !missing.is_empty() {
        faults.push(format!("without {}", missing.join(", ")));
    }
    faults.extend(missing_usages(leaf, asked.usages));
    faults.extend(validity(leaf, asked.at));
    faults.extend(path(chain.path.as_deref()));
    faults.extend(revoked(&chain.revocation));
    if matches!(leaf.public_key, PublicKey::Rsa { bits } if bits < 2048) {
        faults.push(format!("its key is {}", leaf.public_key));
    }
    faults
}

fn missing_names<'a>(leaf: &Certificate, asked: &Asked<'a>) -> Vec<&'a str> {
    let held = DnsNames::of(leaf.dns_names());
    let holds = |name: &str| held.cover(name);
    let service = match asked.certificate {
        CertificateName::CupXmpp => XmppService::Client,
        _ => XmppService::Server,
    };
    let is_there = |name: &RequiredName| {
        holds(&name.name)
            || name.alternative().is_some_and(|other| holds(&other))
            || (name.is_xmpp_domain() && find_xmpp_domain(leaf, &name.name, service).is_some())
    };
    let missing = asked.names.iter().filter(|name| !is_there(name));
    missing.map(|name| &*name.name).collect()
}

/// What breaks something: serverAuth, clientAuth where it is needed, digitalSignature, keyCertSign.
fn missing_usages(leaf: &Certificate, usages: &Usages) -> Vec<String> {
    let mut missing: Vec<&str> = Vec::new();
    if let Some(listed) = &leaf.extended_key_usage {
        let oids = [
            ("serverAuth", ExtendedKeyUsage::SERVER_AUTH),
            ("clientAuth", ExtendedKeyUsage::CLIENT_AUTH),
        ];
        let lacks = oids
            .iter()
            .filter(|(name, oid)| usages.needs(name) && !listed.allows(oid));
        missing.extend(lacks.map(|(name, _)| *name));
    }
    let vital = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN);
    let lost = lost_bits(leaf, usages);
    missing.extend(lost.without(lost.without(vital)).names());
    missing
        .iter()
        .map(|name| format!("without {name}"))
        .collect()
}

/// Usages that the CA dropped and that break nothing Cisco names as broken.
fn dropped(leaf: &Certificate, usages: &Usages) -> Vec<String> {
    let vital = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN);
    let mut names: Vec<&str> = lost_bits(leaf, usages).without(vital).names();
    if let Some(listed) = &leaf.extended_key_usage {
        let gone = |usage: &&str| {
            let listed = listed.names();
            !listed.contains(usage) && !listed.contains(&"anyExtendedKeyUsage")
        };
        names.extend(usages.droppable.iter().map(|one| one.usage).filter(gone));
    }
    names
        .iter()
        .map(|name| format!("the CA dropped {name}"))
        .collect()
}

/// keyUsage bits that the request had. An EC key enciphers nothing, so keyEncipherment means nothing with one.
fn lost_bits(leaf: &Certificate, usages: &Usages) -> KeyUsage {
    let Some(bits) = leaf.key_usage else {
        return KeyUsage::default();
    };
    let asked = if matches!(leaf.public_key, PublicKey::Rsa { .. }) {
        usages.key_usage
    } else {
        usages.key_usage.without(KeyUsage::KEY_ENCIPHERMENT)
    };
    asked.without(bits)
}

fn validity(leaf: &Certificate, at: i64) -> Option<String> {
    let (start, end) = (leaf.not_before.unix, leaf.not_after.unix);
    if at < start {
        return Some(format!("not valid before {}", date(start)));
    }
    if at > end {
        return Some(format!("expired on {}", date(end)));
    }
    (end - warning_window(leaf.lifetime()) <= at)
        .then(|| format!("due for renewal: it ends on {}", date(end)))
}

fn path(path: Option<&Path>) -> Option<String> {
    let words = match path? {
        Path::Anchored(anchored) if anchored.faults.is_empty() => return None,
        Path::Anchored(_) => "its chain has faults: `certaudit audit` names them",
        Path::SelfSigned => "self-signed",
        Path::Pinned => "trusted only because it is installed on the devices itself",
        Path::Broken(Broken::GivenUp { .. }) => {
            "whether it builds to a root that the devices trust could not be found out"
        }
        Path::Broken(_) => "it does not build to a root that the devices trust",
    };
    Some(words.to_owned())
}

/// The leaf is the first of the list.
fn revoked(revocation: &[Arc<Revocation>]) -> Option<String> {
    let sources = revocation.first().map(|leaf| &leaf.sources)?;
    let is_revoked =
        |state: &SourceState| matches!(state, SourceState::Answered(Answer::Revoked { .. }));
    sources
        .iter()
        .any(|source| is_revoked(&source.state))
        .then(|| "revoked".to_owned())
}

//! What a plan has to say beside its lines.

use std::collections::{BTreeSet, HashMap};

use super::grouping::Group;
use super::request::common_name;
use super::{AuthorityKind, Line};
use crate::catalog::public_authority::{life_limit, may_be_public};
use crate::catalog::{CertificateName, Product};
use crate::deployment::{Deployment, Node, RequiredName, Setting, SipTrunk, is_profile_name};
use crate::source::EXPRESSWAY_REQUIREMENTS;

/// From here on renewals by hand are not workable (47-day certificates: domain.md section 5.5).
const BY_HAND: u32 = 100;
/// Expressway ignores a longer subjectAltName (document 213872).
const LONGEST: usize = 999;

/// What concerns more than one line.
pub(super) fn of(deployment: &Deployment, lines: &[Line<'_>], at: i64) -> Vec<String> {
    let mut remarks = Vec::new();
    if lines.iter().any(|line| line.multi_server) {
        remarks.push(
            "The deployment file does not say which node is the publisher: the first Unified CM node that shares a \
             multi-server certificate counts as it, or the first node where there is none."
                .to_owned(),
        );
    }
    let public = lines
        .iter()
        .filter(|line| line.authority.recommended == AuthorityKind::Public);
    let (public, days) = (public.count(), life_limit(at).days);
    if public > 0 {
        remarks.push(format!(
            "Public CAs sign for {days} days at most now. {}",
            by_hand(days)
        ));
    }
    if is_cluster_without_name(deployment) {
        remarks.push(format!(
            "There are several Expressway-C nodes and no mra.cluster_name: if they are a cluster, its name must be in each \
             certificate ({}).",
            EXPRESSWAY_REQUIREMENTS.title
        ));
    }
    remarks
}

fn by_hand(days: u32) -> &'static str {
    if days < BY_HAND {
        "Renewals by hand are not workable at this rate: use ACME on Expressway-E (from X15.4 on) and a private CA inside."
    } else {
        "Before 47 days come, plan for ACME on Expressway-E (from X15.4 on) and a private CA inside."
    }
}

fn is_cluster_without_name(deployment: &Deployment) -> bool {
    let mra = deployment.mra.as_ref();
    mra.is_some_and(|mra| mra.cluster_name.is_none())
        && deployment.nodes_of(Product::ExpresswayC).count() > 1
}

/// What to mind about one certificate.
pub(super) fn of_line(
    places: &Places<'_>,
    deployment: &Deployment,
    group: &Group<'_>,
    names: &[RequiredName],
) -> Vec<String> {
    let mut notes = Vec::new();
    if group.multi_server {
        notes.push(
            "The CN names no host: only the alternative names count. Where the CA refuses \"-ms\", it may be deleted in the \
             request form."
                .to_owned(),
        );
    }
    notes.extend(group.nodes.iter().filter_map(|node| unnamed(node)));
    notes.extend(settings(places, group));
    notes.extend(alternatives(names));
    notes.extend(peers(places, group));
    if group.certificate == CertificateName::Expressway {
        notes.extend(expressway(deployment, group.nodes[0], names));
    }
    notes
}

fn unnamed(node: &Node) -> Option<String> {
    let is_address = node.address.parse::<std::net::IpAddr>().is_ok();
    (is_address || !node.address.contains('.')).then(|| {
        format!(
            "{} is known as {}, which no certificate can name: give the node a full host name first, and the clients that name.",
            node.name, node.address
        )
    })
}

/// Places of the deployment file where servers are named, to be found by node.
pub(super) struct Places<'a> {
    /// Where a name stands that no certificate can hold, with its place in the file.
    settings: HashMap<&'a str, Vec<(usize, &'a Setting)>>,
    trunks: HashMap<&'a str, Vec<&'a SipTrunk>>,
    /// The nodes that have a list of TLS peer subjects.
    listing: Vec<&'a Node>,
    /// By subject in lower case, which of them have it.
    listed: HashMap<String, BTreeSet<&'a str>>,
}

impl<'a> Places<'a> {
    pub(super) fn of(deployment: &'a Deployment) -> Self {
        let is_short =
            |value: &str| !value.contains('.') || value.parse::<std::net::IpAddr>().is_ok();
        let mut settings: HashMap<&str, Vec<_>> = HashMap::new();
        let all = deployment.settings.iter().enumerate();
        for (place, setting) in all.filter(|(_, one)| is_short(&one.value)) {
            let own = settings.entry(&*setting.node).or_default();
            own.push((place, setting));
        }
        let mut trunks: HashMap<&str, Vec<_>> = HashMap::new();
        for trunk in &deployment.sip_trunks {
            trunks.entry(&*trunk.to).or_default().push(trunk);
        }
        let has_list = |node: &&Node| node.tls_peer_subjects.is_some();
        let listing: Vec<&Node> = deployment.nodes.iter().filter(has_list).collect();
        let mut listed: HashMap<String, BTreeSet<&str>> = HashMap::new();
        for node in &listing {
            for peer in node.tls_peer_subjects.iter().flatten() {
                let having = listed.entry(peer.to_ascii_lowercase()).or_default();
                having.insert(&node.name);
            }
        }
        Self {
            settings,
            trunks,
            listing,
            listed,
        }
    }

    /// The nodes whose list of TLS peer subjects does not have that name.
    fn without_peer(&self, name: &str) -> Vec<&'a Node> {
        let none = BTreeSet::new();
        let having = self.listed.get(&name.to_ascii_lowercase()).unwrap_or(&none);
        if having.len() == self.listing.len() {
            return Vec::new();
        }
        let listing = self.listing.iter().copied();
        listing
            .filter(|node| !having.contains(&*node.name))
            .collect()
    }
}

/// Names that the clients are given and that no certificate can hold.
fn settings(places: &Places<'_>, group: &Group<'_>) -> Vec<String> {
    if !matches!(
        group.certificate,
        CertificateName::Tomcat | CertificateName::Webex | CertificateName::Https
    ) {
        return Vec::new();
    }
    let nodes = group.nodes.iter();
    let own = nodes.filter_map(|node| places.settings.get(&*node.name));
    let mut own: Vec<&(usize, &Setting)> = own.flatten().collect();
    own.sort_by_key(|(place, _)| *place);
    own.into_iter()
        .map(|(_, setting)| {
            format!(
                "{} gives clients {}, which no certificate can name: enter the full host name there.",
                setting.location, setting.value
            )
        })
        .collect()
}

fn alternatives(names: &[RequiredName]) -> Vec<String> {
    let note = |name: &RequiredName| {
        let other = name.alternative()?;
        Some(format!(
            "{other} (format CollabEdgeDNS) may stand instead of {}, where the CA does not sign for the bare domain.",
            name.name
        ))
    };
    names.iter().filter_map(note).collect()
}

/// Places that know the certificate by its CN.
/// Nodes without a TLS peer subject that are told of one by one. A cluster has up to six that have such a list.
const MOST_PEERS: usize = 32;

fn peers(places: &Places<'_>, group: &Group<'_>) -> Vec<String> {
    let name = common_name(group);
    match group.certificate {
        CertificateName::Cup => {
            let trunks = places.trunks.get(&*group.nodes[0].name);
            let trunks = trunks.into_iter().flatten();
            let other = trunks.filter(|trunk| !trunk.x509_subject.eq_ignore_ascii_case(&name));
            let note = |trunk: &&SipTrunk| {
                format!(
                    "CUCM's SIP trunk security profile expects the subject {}: set it to {name}.",
                    trunk.x509_subject
                )
            };
            other.map(note).collect()
        }
        CertificateName::CallManager => {
            let without = places.without_peer(&name);
            let told = without.iter().take(MOST_PEERS);
            let told = told.map(|node| node.name.clone());
            let more = without.len().saturating_sub(MOST_PEERS);
            let others = (more > 0).then(|| format!("{more} more nodes"));
            let note = |nodes: String| {
                format!(
                    "{nodes}: System > Security > TLS Peer Subjects does not have {name}: add it before the upload."
                )
            };
            told.chain(others).map(note).collect()
        }
        _ => Vec::new(),
    }
}

fn expressway(deployment: &Deployment, node: &Node, names: &[RequiredName]) -> Vec<String> {
    let mut notes = Vec::new();
    let length: usize = names
        .iter()
        .map(|name| "DNS:, ".len() + name.name.len())
        .sum();
    if length > LONGEST {
        notes.push(format!(
            "The alternative names are {length} characters long; Expressway ignores what is beyond {LONGEST}."
        ));
    }
    let profiles = deployment
        .mra
        .iter()
        .flat_map(|mra| &mra.phone_security_profiles);
    if node.product == Product::ExpresswayC {
        notes.extend(profiles.filter(|name| !is_profile_name(name)).map(|name| {
            format!(
                "The phone security profile {name:?} is no full domain name: rename it in Unified CM, or the request fails."
            )
        }));
    }
    if node.product == Product::ExpresswayE && names.iter().any(|name| !may_be_public(&name.name)) {
        notes.push(
            "Names outside the public domains: give Expressway-E and its services domain public names; split DNS keeps the \
             inner ones."
                .to_owned(),
        );
    }
    notes
}

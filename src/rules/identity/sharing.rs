//! The nodes that share a multi-server certificate, and which of them a certificate names: worked out once for all that
//! present it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::audit::estate::Estate;
use crate::catalog::CertificateName;
use crate::certificate::{Certificate, Digest};
use crate::deployment::Node;
use crate::identity::normalise;

/// By the name of the certificate.
pub(super) struct Sharing(BTreeMap<CertificateName, Sharers>);

/// The nodes of one multi-server certificate, each by its place in the deployment file's list.
#[derive(Default)]
pub(super) struct Sharers {
    /// Name and address.
    nodes: Vec<(String, String)>,
    by_name: HashMap<String, usize>,
    by_address: HashMap<String, Vec<usize>>,
    /// By what stands after the first label of the address.
    by_parent: HashMap<String, Vec<usize>>,
    by_ip: HashMap<IpAddr, Vec<usize>>,
    named: Mutex<HashMap<Digest, Arc<HashSet<usize>>>>,
}

impl Sharing {
    pub(super) fn of(estate: &Estate<'_>) -> Self {
        let all = estate.deployment.multi_server.iter();
        let sharers = |names: &Vec<String>| {
            let views = names.iter().filter_map(|name| estate.node(name));
            Sharers::of(views.map(|view| view.node))
        };
        Self(all.map(|(name, nodes)| (*name, sharers(nodes))).collect())
    }

    /// Those that share that certificate, when the node is among them.
    pub(super) fn with(&self, certificate: CertificateName, node: &Node) -> Option<&Sharers> {
        let sharers = self.0.get(&certificate);
        sharers.filter(|sharers| sharers.place(node).is_some())
    }
}

impl Sharers {
    fn of<'n>(nodes: impl Iterator<Item = &'n Node>) -> Self {
        let mut all = Self::default();
        for (place, node) in nodes.enumerate() {
            all.nodes.push((node.name.clone(), node.address.clone()));
            all.by_name.insert(node.name.clone(), place);
            if let Ok(address) = node.address.parse::<IpAddr>() {
                all.by_ip.entry(address).or_default().push(place);
                continue;
            }
            let host = normalise(&node.address);
            let labels = host.split_once('.');
            if let Some((_, parent)) = labels.filter(|(first, _)| !first.is_empty()) {
                let below = all.by_parent.entry(parent.to_owned()).or_default();
                below.push(place);
            }
            all.by_address.entry(host).or_default().push(place);
        }
        all
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn place(&self, node: &Node) -> Option<usize> {
        self.by_name.get(&node.name).copied()
    }

    /// Name and address of each that `is_meant`, in order.
    pub(super) fn those<'s>(
        &'s self,
        is_meant: impl Fn(usize) -> bool + 's,
    ) -> impl Iterator<Item = (&'s str, &'s str)> {
        let all = self.nodes.iter().enumerate();
        all.filter(move |(place, _)| is_meant(*place))
            .map(|(_, (name, address))| (&**name, &**address))
    }

    /// Those whose address is in the subjectAltName, as [`crate::identity::find_host`] says of each.
    pub(super) fn named(&self, certificate: &Certificate) -> Arc<HashSet<usize>> {
        let mut known = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let named = || Arc::new(self.look_up(certificate));
        Arc::clone(known.entry(certificate.digest).or_insert_with(named))
    }

    fn look_up(&self, certificate: &Certificate) -> HashSet<usize> {
        let mut named = HashSet::new();
        for name in certificate.dns_names().iter().map(|name| normalise(name)) {
            let parent = name.strip_prefix("*.");
            let parent = parent.filter(|parent| !parent.contains('*') && parent.contains('.'));
            let by_wildcard = parent.and_then(|parent| self.by_parent.get(parent));
            let exactly = self.by_address.get(&name).filter(|_| !name.is_empty());
            named.extend(exactly.into_iter().chain(by_wildcard).flatten());
        }
        let alternative = certificate.alternative_name.as_ref();
        for address in alternative.iter().flat_map(|names| &names.ip) {
            named.extend(self.by_ip.get(address).into_iter().flatten());
        }
        named
    }
}

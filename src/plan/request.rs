//! What the request asks for: the subject, the names, the usages.

use super::grouping::Group;
use crate::catalog::{
    CertificateName, EDGE_WITHOUT_CLIENT_AUTH, Product, has_client_certificate_of_its_own,
};
use crate::certificate::KeyUsage;
use crate::deployment::Node;
use crate::source::{Citation, OPENSSL_VERIFICATION};

/// What a certificate may be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usages {
    /// keyUsage bits that the request asks for.
    pub key_usage: KeyUsage,
    /// Bits that documents disagree about: present or absent, both are right.
    pub tolerated: KeyUsage,
    /// Extended key usages that the request asks for, as RFC 5280 names them.
    pub extended: Vec<&'static str>,
    /// Those that the CA may drop, and why nothing breaks.
    pub droppable: Vec<Droppable>,
    /// The tables.
    pub citations: Vec<Citation>,
}

/// A usage that a CA may drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Droppable {
    /// Its name.
    pub usage: &'static str,
    /// Why nothing breaks without it.
    pub why: &'static str,
}

const SERVER_AUTH: &str = "serverAuth";
const CLIENT_AUTH: &str = "clientAuth";
const IPSEC: &str = "ipsecEndSystem";

impl Usages {
    /// The usage must be in the certificate.
    pub fn needs(&self, usage: &str) -> bool {
        let droppable = self.droppable.iter().any(|one| one.usage == usage);
        self.extended.contains(&usage) && !droppable
    }

    /// Without clientAuth something stops working.
    pub fn needs_client_auth(&self) -> bool {
        self.needs(CLIENT_AUTH)
    }
}

/// "cucm-pub-ms.acme.test" for a multi-server certificate (domain.md section 1.9), the address otherwise.
pub(super) fn common_name(group: &Group<'_>) -> String {
    let address = &group.nodes[0].address;
    match address.split_once('.') {
        Some((host, domain)) if group.multi_server => format!("{host}-ms.{domain}"),
        _ => address.clone(),
    }
}

/// What the tables ask for, for all products that share the certificate.
pub(super) fn usages(group: &Group<'_>) -> Usages {
    let mut all = Usages {
        key_usage: KeyUsage::default(),
        tolerated: KeyUsage::default(),
        extended: Vec::new(),
        droppable: Vec::new(),
        citations: Vec::new(),
    };
    for node in &group.nodes {
        all.add(node, group.certificate);
    }
    all.tolerated = all.tolerated.without(all.key_usage);
    let dropped = |usage| group.nodes.iter().find_map(|node| droppable(node, usage));
    let everywhere = |usage| {
        group
            .nodes
            .iter()
            .all(|node| droppable(node, usage).is_some())
    };
    for usage in all.extended.clone() {
        all.droppable
            .extend(everywhere(usage).then(|| dropped(usage)).flatten());
    }
    all
}

impl Usages {
    fn add(&mut self, node: &Node, certificate: CertificateName) {
        let Some(row) = crate::catalog::usages(node.product, certificate, node.release.as_ref())
        else {
            self.add_server();
            return;
        };
        self.key_usage = self.key_usage.with(row.key_usage);
        self.tolerated = self.tolerated.with(row.tolerated);
        let listed = [
            (row.server_auth, SERVER_AUTH),
            (row.client_auth, CLIENT_AUTH),
            (row.ipsec, IPSEC),
        ];
        for (_, usage) in listed.into_iter().filter(|(asked, _)| *asked) {
            self.ask(usage);
        }
        self.cite(row.citation);
    }

    /// What any TLS server needs: no table of Cisco's says more.
    fn add_server(&mut self) {
        let bits = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
        self.key_usage = self.key_usage.with(bits);
        self.ask(SERVER_AUTH);
        self.cite(OPENSSL_VERIFICATION.at("Certificate Extensions, SSL Server"));
    }

    fn ask(&mut self, usage: &'static str) {
        if !self.extended.contains(&usage) {
            self.extended.push(usage);
        }
    }

    fn cite(&mut self, citation: Citation) {
        if !self.citations.contains(&citation) {
            self.citations.push(citation);
        }
    }
}

fn droppable(node: &Node, usage: &'static str) -> Option<Droppable> {
    let why = match usage {
        IPSEC => "public CAs do not sign it, and no client asks for it",
        CLIENT_AUTH => client_auth_droppable(node)?,
        _ => return None,
    };
    Some(Droppable { usage, why })
}

fn client_auth_droppable(node: &Node) -> Option<&'static str> {
    let release = node.release.as_ref();
    if has_client_certificate_of_its_own(node.product, release) {
        return Some(
            "this release presents a client certificate of its own: order that one with it",
        );
    }
    let is_new = release.is_some_and(|release| *release >= EDGE_WITHOUT_CLIENT_AUTH);
    (node.product == Product::ExpresswayE && is_new).then_some(
        "from X15.4 Mobile and Remote Access does not ask for it; neighbour zones with mutual TLS do",
    )
}

//! Following what is presented up to whoever stands at the top.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bytes::Bytes;

use super::graph::{Authority, Edge, Graph, Row, joined};
use crate::audit::estate::{ChainView, Estate, NodeView};
use crate::certificate::{Certificate, Digest, Parsed};
use crate::report::html::book::Book;
use crate::report::html::sheet::{Standing, certificate_name, issuer_name};
use crate::text::escape;
use crate::trust::{Issued, Path, links};

const INTERMEDIATE: &str = "intermediate CA";

/// Who stands above a certificate.
#[derive(PartialEq, Eq, Hash)]
enum Above {
    Certificate(Digest),
    /// Nobody has its certificate: the name as DER.
    Missing(Bytes),
    Itself,
    Devices,
    Unreadable,
}

struct Tracer<'a> {
    estate: &'a Estate<'a>,
    positions: HashMap<Above, usize>,
    authorities: Vec<Authority>,
    above: BTreeMap<(usize, usize), Standing>,
    climbed: HashMap<Digest, Vec<Issued>>,
}

/// The whole graph of an estate.
pub(super) fn trace(book: &Book<'_>) -> Graph {
    let mut tracer = Tracer {
        estate: book.report.estate,
        positions: HashMap::new(),
        authorities: Vec::new(),
        above: BTreeMap::new(),
        climbed: HashMap::new(),
    };
    let nodes = book.report.estate.nodes.iter();
    let rows = nodes.map(|view| tracer.row(book, view)).collect();
    let mut authorities = tracer.authorities;
    for ((from, to), standing) in tracer.above {
        let services = BTreeSet::new();
        authorities[from].edges.push(Edge {
            to,
            standing,
            services,
        });
    }
    for authority in authorities.iter_mut().filter(|one| one.is == INTERMEDIATE) {
        // As good as the best of those above it.
        let above = authority.edges.iter().map(|edge| edge.standing).min();
        authority.standing = above.unwrap_or(Standing::Unknown);
    }
    Graph { rows, authorities }
}

impl<'a> Tracer<'a> {
    fn row(&mut self, book: &Book<'_>, view: &'a NodeView<'a>) -> Row {
        let chains = view.chains();
        let edges = chains.map(|(service, chain)| {
            let (to, standing) = self.issuer(chain);
            let services = BTreeSet::from([service.label()]);
            Edge {
                to,
                standing,
                services,
            }
        });
        let edges = joined(edges);
        Row {
            name: escape(&view.node.name).into_owned(),
            product: view.node.product.title(),
            readiness: book.report.audit.node_readiness(view),
            link: book.node_link(&view.node.name),
            edges,
            nodes: 1,
        }
    }

    /// Who issued the leaf, with everybody above entered.
    fn issuer(&mut self, chain: &'a ChainView<'a>) -> (usize, Standing) {
        let leaf = chain
            .certificates
            .first()
            .and_then(|parsed| parsed.as_ref().ok());
        let (Some(leaf), Some(path)) = (leaf, chain.path.as_deref()) else {
            let unreadable = self.stand_in(
                Above::Unreadable,
                "cannot be decoded",
                "no certificate",
                Standing::Unknown,
            );
            return (unreadable, Standing::Unknown);
        };
        match path {
            Path::SelfSigned => {
                let standing = self.untrusted();
                (
                    self.stand_in(Above::Itself, "its own key", "self-signed, no CA", standing),
                    standing,
                )
            }
            Path::Pinned => (
                self.stand_in(
                    Above::Devices,
                    "the devices",
                    "the leaf itself is installed",
                    Standing::Good,
                ),
                Standing::Good,
            ),
            Path::Anchored(anchored) => {
                let standing = if anchored.faults.is_empty() {
                    Standing::Good
                } else {
                    Standing::Bad
                };
                self.climb(&links(leaf, &[], path), standing)
            }
            Path::Broken(_) => {
                let standing = self.untrusted();
                let links = self.broken(leaf, chain, path);
                self.climb(&links, standing)
            }
        }
    }

    /// Without any trusted root nothing can be said.
    fn untrusted(&self) -> Standing {
        if self.estate.trust.is_empty() {
            Standing::Unknown
        } else {
            Standing::Bad
        }
    }

    /// The links of a broken path, and those from its last certificate on which the devices know though nobody sent them.
    fn broken(
        &mut self,
        leaf: &Arc<Certificate>,
        chain: &ChainView<'_>,
        path: &Path,
    ) -> Vec<Issued> {
        let sent = chain
            .certificates
            .iter()
            .skip(1)
            .filter_map(|parsed: &Parsed| parsed.as_ref().ok());
        let others: Vec<Arc<Certificate>> = sent.chain(&chain.fetched).cloned().collect();
        let mut found = links(leaf, &others, path);
        if found.len() < 2 {
            return found;
        }
        let Some((last, None)) = found.last().cloned() else {
            return found;
        };
        let trust = self.estate.trust;
        let known = self.climbed.entry(last.digest).or_insert_with(|| {
            let path = trust.path(&last, &[], last.not_before.unix);
            if matches!(path, Path::Anchored(_)) {
                links(&last, &[], &path)
            } else {
                Vec::new()
            }
        });
        if !known.is_empty() {
            found.pop();
            found.extend(known.iter().cloned());
        }
        found
    }

    /// Enters links from the leaf upwards, and gives who issued the leaf.
    fn climb(&mut self, links: &[Issued], standing: Standing) -> (usize, Standing) {
        let mut first = None;
        let mut below: Option<usize> = None;
        for (child, issuer) in links {
            let to = match issuer {
                Some(issuer) => self.certificate(issuer),
                None => self.missing(child),
            };
            if let Some(from) = below.filter(|from| *from != to) {
                let known = self.above.entry((from, to)).or_insert(standing);
                // One good path shows that the CA itself is trusted.
                *known = (*known).min(standing);
            }
            first = first.or(Some(to));
            below = Some(to);
        }
        let unreadable = |tracer: &mut Self| {
            tracer.stand_in(
                Above::Unreadable,
                "cannot be followed",
                "no issuer found",
                Standing::Unknown,
            )
        };
        (first.unwrap_or_else(|| unreadable(self)), standing)
    }

    fn certificate(&mut self, certificate: &Certificate) -> usize {
        let is_root = self.estate.trust.is_root(certificate);
        let (is, standing) = match (is_root, certificate.self_signed) {
            (true, _) => ("root, trusted by the devices", Standing::Good),
            (false, true) if self.estate.trust.is_empty() => {
                ("root, not known whether trusted", Standing::Unknown)
            }
            (false, true) => ("root, not trusted", Standing::Bad),
            (false, false) => (INTERMEDIATE, Standing::Unknown),
        };
        let name = certificate_name(certificate);
        self.stand_in(Above::Certificate(certificate.digest), &name, is, standing)
    }

    fn missing(&mut self, child: &Certificate) -> usize {
        let name = issuer_name(child);
        let key = Above::Missing(child.issuer.der.clone());
        self.stand_in(
            key,
            &name,
            "not sent, not on the devices",
            Standing::Unknown,
        )
    }

    fn stand_in(&mut self, key: Above, name: &str, is: &'static str, standing: Standing) -> usize {
        let authorities = &mut self.authorities;
        *self.positions.entry(key).or_insert_with(|| {
            authorities.push(Authority {
                name: name.to_owned(),
                is,
                standing,
                edges: Vec::new(),
            });
            authorities.len() - 1
        })
    }
}

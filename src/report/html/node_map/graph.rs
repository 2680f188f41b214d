//! What is drawn: rows (nodes, or many alike), CAs, and who issued for whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::Readiness;
use crate::report::html::sheet::{Standing, shortened};
use crate::report::phrase::plural;

/// A name is not cut to fewer letters than these.
const SHORTEST_NAME: usize = 8;
/// Services that are named on one edge.
const NAMED: usize = 6;

/// Rows, and CAs above them.
#[derive(Debug, Default)]
pub(in crate::report::html) struct Graph {
    pub(in crate::report::html) rows: Vec<Row>,
    pub(in crate::report::html) authorities: Vec<Authority>,
}

/// A node, or nodes that are alike.
#[derive(Debug, Clone)]
pub(in crate::report::html) struct Row {
    /// The first node's, fit to show.
    pub(in crate::report::html) name: String,
    /// Rows of one product stand together.
    pub(in crate::report::html) product: &'static str,
    pub(in crate::report::html) readiness: Readiness,
    /// Where it is described.
    pub(in crate::report::html) link: Option<String>,
    /// Who issued what it presents; each issuer and standing once. None when no certificate was seen.
    pub(in crate::report::html) edges: Vec<Edge>,
    /// Nodes in it.
    pub(in crate::report::html) nodes: usize,
}

/// A CA, or what stands in the place of one.
#[derive(Debug, Clone)]
pub(in crate::report::html) struct Authority {
    /// Fit to show.
    pub(in crate::report::html) name: String,
    /// What it is: "trusted root", "intermediate CA".
    pub(in crate::report::html) is: &'static str,
    pub(in crate::report::html) standing: Standing,
    /// Who issued it.
    pub(in crate::report::html) edges: Vec<Edge>,
}

/// Who issued: the position of an authority, for which services, and whether that is trusted.
#[derive(Debug, Clone)]
pub(in crate::report::html) struct Edge {
    pub(in crate::report::html) to: usize,
    pub(in crate::report::html) standing: Standing,
    pub(in crate::report::html) services: BTreeSet<String>,
}

impl Graph {
    /// CAs that others issued.
    pub(super) fn authority_edges(&self) -> impl Iterator<Item = (usize, &Edge)> {
        let authorities = self.authorities.iter().enumerate();
        authorities
            .flat_map(|(from, authority)| authority.edges.iter().map(move |edge| (from, edge)))
    }

    /// The same with at most about `most` rows and CAs, and whether nothing had to be drawn together: first nodes of one
    /// product with the same issuers, then all of a product.
    pub(super) fn gathered(mut self, most: usize) -> (Self, bool) {
        let whole = self.rows.len() <= most && self.authorities.len() <= most;
        if self.authorities.len() > most {
            self.merge_rare_authorities(most);
        }
        if self.rows.len() > most {
            self.merge_rows(|row| {
                let edges = row.edges.iter().map(|edge| (edge.to, edge.standing));
                (row.product, edges.collect::<Vec<_>>())
            });
        }
        if self.rows.len() > most {
            self.merge_rows(|row| (row.product, Vec::new()));
        }
        (self, whole)
    }

    fn merge_rows(&mut self, alike: impl Fn(&Row) -> (&'static str, Vec<(usize, Standing)>)) {
        let mut merged: Vec<Row> = Vec::new();
        let mut known = BTreeMap::new();
        for row in std::mem::take(&mut self.rows) {
            let position = *known.entry(alike(&row)).or_insert(merged.len());
            match merged.get_mut(position) {
                Some(first) => first.absorb(row),
                None => merged.push(row),
            }
        }
        for row in merged.iter_mut().filter(|row| row.nodes > 1) {
            row.link = None;
        }
        self.rows = merged;
    }

    /// Keeps the CAs that most depend on; the others become one.
    fn merge_rare_authorities(&mut self, most: usize) {
        let mut used = vec![0_usize; self.authorities.len()];
        let rows = self.rows.iter().flat_map(|row| &row.edges);
        let above = self
            .authorities
            .iter()
            .flat_map(|authority| &authority.edges);
        for edge in rows.chain(above) {
            used[edge.to] += edge.services.len().max(1);
        }
        let mut order: Vec<usize> = (0..used.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(used[*at]), *at));
        let kept: BTreeSet<usize> = order.into_iter().take(most / 2).collect();
        let places: BTreeMap<usize, usize> = kept.iter().copied().zip(0..).collect();
        let others = kept.len();
        let merged = self.authorities.len() - kept.len();
        let mut authorities: Vec<Authority> = kept
            .iter()
            .map(|at| self.authorities[*at].clone())
            .collect();
        authorities.push(Authority {
            name: plural(merged, "other issuer"),
            is: "drawn as one",
            standing: Standing::Unknown,
            edges: Vec::new(),
        });
        for edges in authorities
            .iter_mut()
            .map(|one| &mut one.edges)
            .chain(self.rows.iter_mut().map(|row| &mut row.edges))
        {
            for edge in &mut *edges {
                edge.to = places.get(&edge.to).copied().unwrap_or(others);
            }
            *edges = joined(std::mem::take(edges));
        }
        self.authorities = authorities;
    }
}

impl Row {
    /// "cucm-pub", "cucm-pub and 4 more".
    pub(super) fn title(&self) -> String {
        self.label(usize::MAX)
    }

    /// The same in at most about as many letters; how many there are is always told.
    pub(super) fn label(&self, letters: usize) -> String {
        let more = match self.nodes {
            0 | 1 => String::new(),
            nodes => format!(" and {} more", nodes - 1),
        };
        let room = letters.saturating_sub(more.len()).max(SHORTEST_NAME);
        shortened(&self.name, room) + &more
    }

    fn absorb(&mut self, other: Self) {
        self.nodes += other.nodes;
        self.readiness = worse(self.readiness, other.readiness);
        let edges = std::mem::take(&mut self.edges);
        self.edges = joined(edges.into_iter().chain(other.edges));
    }
}

impl Edge {
    /// "tomcat (8443), sip (5061)".
    pub(super) fn services(&self) -> String {
        let named: Vec<&str> = self
            .services
            .iter()
            .map(String::as_str)
            .take(NAMED)
            .collect();
        let more = self.services.len() - named.len();
        let more = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        named.join(", ") + &more
    }
}

/// Each issuer and standing once.
pub(super) fn joined(edges: impl IntoIterator<Item = Edge>) -> Vec<Edge> {
    let mut all: BTreeMap<(usize, Standing), Edge> = BTreeMap::new();
    for edge in edges {
        match all.get_mut(&(edge.to, edge.standing)) {
            Some(known) => known.services.extend(edge.services),
            None => drop(all.insert((edge.to, edge.standing), edge)),
        }
    }
    all.into_values().collect()
}

fn worse(one: Readiness, other: Readiness) -> Readiness {
    match (one, other) {
        (Readiness::NotReady, _) | (_, Readiness::NotReady) => Readiness::NotReady,
        (Readiness::Unknown, _) | (_, Readiness::Unknown) => Readiness::Unknown,
        _ => Readiness::Ready,
    }
}

/// What a standing means here.
pub(super) fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Good => "trusted",
        Standing::Unknown => "not known",
        Standing::Doubtful | Standing::Bad => "not trusted",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Authority, Edge, Graph, Row};
    use crate::audit::Readiness;
    use crate::report::html::sheet::Standing;

    fn edge(to: usize, standing: Standing) -> Edge {
        let services = BTreeSet::from([format!("tomcat ({to})")]);
        Edge {
            to,
            standing,
            services,
        }
    }

    fn row(number: usize, product: &'static str, edges: Vec<Edge>) -> Row {
        Row {
            name: format!("node{number}"),
            product,
            readiness: Readiness::Ready,
            link: Some(format!("#node-{number}")),
            edges,
            nodes: 1,
        }
    }

    fn graph(rows: Vec<Row>, authorities: usize) -> Graph {
        let authority = |number| Authority {
            name: format!("CA {number}"),
            is: "root",
            standing: Standing::Good,
            edges: Vec::new(),
        };
        Graph {
            rows,
            authorities: (0..authorities).map(authority).collect(),
        }
    }

    fn nodes(graph: &Graph) -> usize {
        graph.rows.iter().map(|row| row.nodes).sum()
    }

    #[test]
    fn what_fits_is_drawn_as_it_is() {
        let rows = (0..10).map(|number| row(number, "Unified CM", vec![edge(0, Standing::Good)]));
        let (graph, is_whole) = graph(rows.collect(), 1).gathered(10);
        assert!(is_whole);
        assert_eq!(graph.rows.len(), 10);
        assert_eq!(graph.rows[3].title(), "node3");
    }

    #[test]
    fn nodes_with_the_same_issuers_become_one_row() {
        let rows = (0..90).map(|number| {
            let standing = [Standing::Good, Standing::Bad][number % 2];
            row(number, "Unified CM", vec![edge(number % 3, standing)])
        });
        let (graph, is_whole) = graph(rows.collect(), 3).gathered(80);
        assert!(!is_whole);
        assert_eq!((graph.rows.len(), nodes(&graph)), (6, 90));
        let first = &graph.rows[0];
        assert_eq!(first.title(), "node0 and 14 more");
        assert!(first.link.is_none() && first.edges.len() == 1);
    }

    #[test]
    fn rare_issuers_become_one_box() {
        // CA 5 is everybody's, each of the others is one node's.
        let rows = (0..100).map(|number| {
            let own = vec![edge(5, Standing::Good), edge(number, Standing::Bad)];
            row(number, "Unified CM", own)
        });
        let (graph, is_whole) = graph(rows.collect(), 100).gathered(80);
        assert!(!is_whole);
        assert_eq!(graph.authorities.len(), 41);
        assert!(graph.authorities.iter().any(|one| one.name == "CA 5"));
        let others = &graph.authorities[40];
        assert_eq!(others.name, "60 other issuers");
        assert_eq!(others.standing, Standing::Unknown);
        let edges = || graph.rows.iter().flat_map(|row| &row.edges);
        assert!(edges().all(|edge| edge.to < 41));
        assert!(edges().any(|edge| edge.to == 40 && edge.standing == Standing::Bad));
        assert_eq!(nodes(&graph), 100);
        assert!(graph.rows.len() <= 80);
    }

    #[test]
    fn where_no_two_are_alike_a_product_is_one_row() {
        // Every node has a set of issuers of its own.
        let own = |number: usize| {
            let bits = (0..8).filter(move |bit| (number + 1) >> bit & 1 == 1);
            bits.map(|bit| edge(bit, Standing::Good)).collect()
        };
        let mut rows: Vec<Row> = (0..100)
            .map(|number| {
                row(
                    number,
                    ["Unified CM", "Expressway-E"][number % 2],
                    own(number),
                )
            })
            .collect();
        rows[40].readiness = Readiness::NotReady;
        rows[41].readiness = Readiness::Unknown;
        let (graph, is_whole) = graph(rows, 8).gathered(80);
        assert!(!is_whole);
        assert_eq!((graph.rows.len(), nodes(&graph)), (2, 100));
        let readiness = [0, 1].map(|at| graph.rows[at].readiness);
        assert_eq!(readiness, [Readiness::NotReady, Readiness::Unknown]);
        for row in &graph.rows {
            let to: BTreeSet<usize> = row.edges.iter().map(|edge| edge.to).collect();
            assert_eq!(to.len(), row.edges.len());
            assert!(to.len() >= 6, "{to:?}");
        }
    }

    #[test]
    fn a_label_is_cut_within_the_name() {
        let mut row = row(1, "Unified CM", Vec::new());
        row.name = "conferencing-node.emea.acme.test".to_owned();
        row.nodes = 13;
        assert_eq!(row.label(26), "conferencing… and 12 more");
        assert_eq!(row.label(1), "confere… and 12 more");
        row.nodes = 1;
        assert_eq!(row.label(12), "conferencin…");
    }
}

//! What is drawn: rows (nodes, or many alike), CAs, and who issued for whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::Readiness;
use crate::report::html::sheet::Standing;
use crate::report::phrase::plural;

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
    /// Fit to show.
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
            row.name = format!("{} and {}", row.name, plural(row.nodes - 1, "more"));
            row.name = row.name.replace(" mores", " more");
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

//! The nodes.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;

use super::hosts::{self, Host};
use super::services::{self, Conditions};
use super::{Faults, Surroundings, domains, plain, references, releases};
use crate::catalog::{Product, Release};
use crate::deployment::schema::{self, File, Text};
use crate::deployment::words::quote;
use crate::deployment::{Node, Problem};

pub(super) fn nodes(around: &Surroundings<'_>, file: &File, faults: &mut Faults) -> Vec<Node> {
    let default_release = releases::default(file.release.as_ref(), faults);
    let conditions = Conditions {
        mra: file.mra.is_some(),
        federation: domains::federation_through(file),
    };
    check_names(file, faults);
    let mut nodes = Vec::with_capacity(file.node.as_ref().map_or(0, Vec::len));
    for written in file.node.iter().flatten() {
        let line = around.lines.number(written.span().start);
        let node = node(
            written.get_ref(),
            default_release.as_ref(),
            conditions,
            faults,
        );
        nodes.extend(node.map(|node| Node { line, ..node }));
    }
    nodes
}

/// Every part is looked at, even when another part is wrong.
fn node(
    written: &schema::Node,
    default_release: Option<&Release>,
    conditions: Conditions,
    faults: &mut Faults,
) -> Option<Node> {
    let product = written.product.as_ref();
    let product = product.and_then(|word| Product::named(word.get_ref()));
    let address = written.address.as_ref();
    let address = address.and_then(|word| faults.keep(hosts::host(word)));
    let connect = written.connect.as_ref();
    let connect = connect.and_then(|word| faults.keep(hosts::connect(word)));
    let release = releases::of_node(written.release.as_ref(), product, default_release, faults);
    let services = services::services(product, written.services.as_deref(), conditions, faults);
    let tls_peer_subjects = peer_subjects(written.tls_peer_subjects.as_ref(), product, faults);
    Some(Node {
        name: references::node_name(written)?,
        product: product?,
        address: address?.text(),
        connect: connect.map(Host::text),
        release,
        services,
        tls_peer_subjects,
        line: 0,
    })
}

fn peer_subjects(
    written: Option<&Spanned<Vec<Text>>>,
    product: Option<Product>,
    faults: &mut Faults,
) -> Option<Vec<String>> {
    let subjects = written?;
    if let Some(product) = product.filter(|product| !product.is_presence()) {
        let message = format!("`tls_peer_subjects` is not for {}", product.title());
        faults.push(
            Problem::at(subjects.span(), message)
                .help("it belongs to nodes with product `im-presence` or `cup`"),
        );
    }
    let words = subjects.get_ref().iter();
    Some(words.map(|word| plain(Some(word))).collect())
}

/// Names are unique.
fn check_names(file: &File, faults: &mut Faults) {
    let mut first_places: HashMap<String, Range<usize>> = HashMap::new();
    for written in file.node.iter().flatten().map(Spanned::get_ref) {
        let word = written.name.as_ref().or(written.address.as_ref());
        let (Some(name), Some(word)) = (references::node_name(written), word) else {
            continue;
        };
        if let Some(first) = first_places.get(&name) {
            let message = format!("there are two nodes with the name {}", quote(&name));
            faults.push(
                Problem::at(word.span(), message)
                    .with_context(first.clone(), "first here")
                    .help("give each node a `name` of its own; the default is its address"),
            );
        } else {
            first_places.insert(name, word.span());
        }
    }
}

//! The services of a node: the catalogue's, or those that the file lists.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;

use super::{Faults, fault, hosts};
use crate::catalog::{Product, Requirement, Service};
use crate::deployment::schema::{ServiceEntry, ServiceTable, Text};
use crate::deployment::words::{all_of, choice, did_you_mean, quote};
use crate::deployment::{FederationThrough, NodeService, Problem};

/// What the deployment has, as far as services depend on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conditions {
    /// `[mra]` is there.
    pub mra: bool,
    /// `federation.through`.
    pub federation: Option<FederationThrough>,
}

/// Ports to look at.
pub(super) fn services(
    product: Option<Product>,
    written: Option<&[Spanned<ServiceEntry>]>,
    conditions: Conditions,
    faults: &mut Faults,
) -> Vec<NodeService> {
    match (product, written) {
        (Some(product), None) => product
            .services()
            .iter()
            .filter_map(|service| node_service(service, conditions, false))
            .collect(),
        (product, Some(entries)) => listed(product, entries, conditions, faults),
        (None, None) => Vec::new(),
    }
}

fn listed(
    product: Option<Product>,
    entries: &[Spanned<ServiceEntry>],
    conditions: Conditions,
    faults: &mut Faults,
) -> Vec<NodeService> {
    let mut services = Vec::with_capacity(entries.len());
    let mut first_places: HashMap<(&str, u16), Range<usize>> = HashMap::new();
    for entry in entries {
        let Some(service) = one_listed(product, entry, conditions, faults) else {
            continue;
        };
        let key = (service.name, service.port);
        if let Some(first) = first_places.get(&key) {
            let message = format!("{} is listed twice on port {}", quote(key.0), key.1);
            faults.push(
                Problem::at(entry.span(), message)
                    .with_context(first.clone(), "first here")
                    .help("leave one out, or give it another `port`"),
            );
        } else {
            first_places.insert(key, entry.span());
            services.push(service);
        }
    }
    services
}

fn one_listed(
    product: Option<Product>,
    entry: &Spanned<ServiceEntry>,
    conditions: Conditions,
    faults: &mut Faults,
) -> Option<NodeService> {
    let plain = ServiceTable::default();
    let (name, table) = match entry.get_ref() {
        ServiceEntry::Name(name) => (Some(Spanned::new(entry.span(), name.clone())), &plain),
        ServiceEntry::Table(table) => (table.service.clone(), table),
    };
    let connect = table.connect.as_ref();
    let connect = connect.and_then(|word| faults.keep(hosts::socket_address(word, None)));
    let service = faults.keep(find(product, &name?))??;
    let mut found = node_service(service, conditions, true)?;
    found.port = table.port.unwrap_or(found.port);
    found.connect = connect;
    if let Some(required) = table.required {
        found.required = required;
        found.one_of = false;
    }
    Some(found)
}

/// The product's service of that name; nothing when the product is not known but some product has such a service.
pub(super) fn find(
    product: Option<Product>,
    word: &Text,
) -> Result<Option<&'static Service>, Problem> {
    let name = word.get_ref().as_str();
    if let Some(service) = product.and_then(|product| product.service(name)) {
        return Ok(Some(service));
    }
    let owners: Vec<&str> = Product::ALL
        .into_iter()
        .filter(|other| other.service(name).is_some())
        .map(Product::name)
        .collect();
    match product {
        _ if owners.is_empty() => Err(unknown(product, word)),
        Some(product) => Err(of_others(product, &owners, word)),
        None => Ok(None),
    }
}

fn of_others(product: Product, owners: &[&str], word: &Text) -> Problem {
    let what = format!("is no service of {}", product.name());
    fault(word, &what).help(format!(
        "it is a service of {}; {} has {}",
        all_of(owners),
        product.name(),
        all_of(&names(product))
    ))
}

fn unknown(product: Option<Product>, word: &Text) -> Problem {
    let name = word.get_ref();
    let problem = Problem::at(word.span(), format!("unknown service {}", quote(name)));
    let help = if let Some(product) = product {
        Some(choice(name, &names(product)))
    } else {
        let all: Vec<&str> = Product::ALL.into_iter().flat_map(names).collect();
        did_you_mean(name, &all)
    };
    Problem { help, ..problem }
}

fn names(product: Product) -> Vec<&'static str> {
    product
        .services()
        .iter()
        .map(|service| service.name)
        .collect()
}

/// The catalogue's row for this deployment, unless it is not looked at.
fn node_service(service: &Service, conditions: Conditions, listed: bool) -> Option<NodeService> {
    let through = |wanted| conditions.federation == Some(wanted);
    let required = match service.requirement {
        Requirement::Always => true,
        Requirement::Optional | Requirement::OneOf => false,
        Requirement::WhenListed if listed => true,
        Requirement::OptionalWhenListed if listed => false,
        Requirement::WhenListed | Requirement::OptionalWhenListed => return None,
        Requirement::WithMra if !conditions.mra && !listed => return None,
        Requirement::WithMra => conditions.mra,
        Requirement::WithImPresenceFederation => through(FederationThrough::ImPresence),
        Requirement::WithExpresswayFederation => through(FederationThrough::Expressway),
    };
    Some(NodeService {
        name: service.name,
        port: service.port,
        connect: None,
        transport: service.transport,
        certificate_name: service.certificate_name,
        required,
        one_of: service.requirement == Requirement::OneOf,
        audience: service.audience,
        mutual_tls: service.mutual_tls,
    })
}

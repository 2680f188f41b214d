//! What refers to nodes, services and rules: settings, trunks, waivers.

use std::collections::HashMap;

use toml::Spanned;
use toml::value::Datetime;

use super::{Faults, Surroundings, fault, hosts, plain, services};
use crate::catalog::Product;
use crate::deployment::schema::{self, File, Text};
use crate::deployment::words::{all_of, choice, did_you_mean, quote};
use crate::deployment::{Problem, Setting, SipTrunk, Waiver};

/// A day has so many seconds; leap seconds are not counted in seconds since 1970.
const DAY: i64 = 86_400;
/// So many names are listed when none is near.
const MANY: usize = 12;

/// A node that may be referred to, even when something else in it is wrong.
pub(super) struct NodeName {
    pub name: String,
    pub product: Option<Product>,
    pub address: Option<String>,
}

/// The nodes, in order of the file.
pub(super) struct NodeNames {
    pub all: Vec<NodeName>,
    /// Where the first node of a name stands in `all`.
    places: HashMap<String, usize>,
}

pub(super) fn names(file: &File) -> NodeNames {
    let nodes = file.node.iter().flatten().map(Spanned::get_ref);
    let all: Vec<NodeName> = nodes
        .filter_map(|node| {
            let product = node.product.as_ref();
            Some(NodeName {
                name: node_name(node)?,
                product: product.and_then(|word| Product::named(word.get_ref())),
                address: address(node),
            })
        })
        .collect();
    let places = all.iter().map(|node| node.name.clone()).enumerate();
    let places = places.rev().map(|(place, name)| (name, place)).collect();
    NodeNames { all, places }
}

/// A node's name; the default is its address.
pub(super) fn node_name(node: &schema::Node) -> Option<String> {
    match &node.name {
        Some(name) => Some(plain(Some(name))),
        None => address(node),
    }
}

fn address(node: &schema::Node) -> Option<String> {
    let word = node.address.as_ref()?;
    Some(match hosts::host(word) {
        Ok(host) => host.text(),
        Err(_) => word.get_ref().clone(),
    })
}

/// The node that a word names.
pub(super) fn node<'n>(word: &Text, names: &'n NodeNames) -> Result<&'n NodeName, Problem> {
    let wanted = word.get_ref().trim();
    if let Some(place) = names.places.get(wanted) {
        return Ok(&names.all[*place]);
    }
    let names = &names.all;
    let problem = Problem::at(word.span(), format!("unknown node {}", quote(wanted)));
    let by_address = names
        .iter()
        .find(|node| node.address.as_deref() == Some(wanted));
    if let Some(node) = by_address {
        return Err(problem.help(format!(
            "that is the address of the node {}: write its name",
            quote(&node.name)
        )));
    }
    let all: Vec<&str> = names.iter().map(|node| node.name.as_str()).collect();
    let help = if all.len() <= MANY {
        Some(choice(wanted, &all))
    } else {
        did_you_mean(wanted, &all)
    };
    Err(Problem { help, ..problem })
}

pub(super) fn settings(
    around: &Surroundings<'_>,
    file: &File,
    names: &NodeNames,
    faults: &mut Faults,
) -> Vec<Setting> {
    let mut settings = Vec::new();
    for written in &file.setting {
        let line = around.lines.number(written.span().start);
        let written = written.get_ref();
        let node = written.node.as_ref();
        if let Some(node) = node.and_then(|word| faults.keep(node_in(word, names))) {
            settings.push(Setting {
                location: plain(written.location.as_ref()),
                value: plain(written.value.as_ref()),
                node,
                line,
            });
        }
    }
    settings
}

pub(super) fn sip_trunks(
    around: &Surroundings<'_>,
    file: &File,
    names: &NodeNames,
    faults: &mut Faults,
) -> Vec<SipTrunk> {
    let mut trunks = Vec::new();
    for written in &file.sip_trunk {
        let line = around.lines.number(written.span().start);
        let written = written.get_ref();
        let to = written.to.as_ref();
        if let Some(to) = to.and_then(|word| faults.keep(trunk_end(word, names))) {
            trunks.push(SipTrunk {
                to,
                x509_subject: plain(written.x509_subject.as_ref()),
                line,
            });
        }
    }
    trunks
}

fn node_in(word: &Text, names: &NodeNames) -> Result<String, Problem> {
    node(word, names).map(|node| node.name.clone())
}

/// A trunk ends at a node that speaks SIP.
fn trunk_end(word: &Text, names: &NodeNames) -> Result<String, Problem> {
    let node = node(word, names)?;
    match node.product {
        Some(product) if product.service("sip").is_none() => {
            let what = format!("is {}: a SIP trunk cannot end there", product.title());
            Err(fault(word, &what).help("name a node with product `im-presence` or `cup`"))
        }
        _ => Ok(node.name.clone()),
    }
}

pub(super) fn waivers(
    around: &Surroundings<'_>,
    file: &File,
    names: &NodeNames,
    faults: &mut Faults,
) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for written in &file.waiver {
        let line = around.lines.number(written.span().start);
        let written = written.get_ref();
        let on_node = written.node.as_ref();
        let on_node = on_node.and_then(|word| faults.keep(node(word, names)));
        let service = written.service.as_ref();
        if let Some(word) = service {
            faults.keep(services::find(on_node.and_then(|node| node.product), word));
        }
        let rule = written.rule.as_ref();
        waivers.push(Waiver {
            rule: rule
                .and_then(|word| faults.keep(rule_name(word, around.known_rules)))
                .unwrap_or_default(),
            node: on_node.map(|node| node.name.clone()),
            service: service.map(|word| word.get_ref().clone()),
            reason: plain(written.reason.as_ref()),
            expires: written
                .expires
                .as_ref()
                .and_then(|day| faults.keep(end_of_day(day))),
            line,
        });
    }
    waivers
}

/// A waiver names one rule, never a family.
fn rule_name(word: &Text, known: &[&str]) -> Result<String, Problem> {
    let name = word.get_ref().as_str();
    if known.contains(&name) {
        return Ok(name.to_owned());
    }
    let of_family: Vec<&str> = known
        .iter()
        .copied()
        .filter(|rule| rule.split('-').next() == Some(name))
        .collect();
    if !of_family.is_empty() {
        return Err(fault(word, "is a family of rules: a waiver names one rule")
            .help(format!("its rules: {}", all_of(&of_family))));
    }
    let help = did_you_mean(name, known);
    let help = help.unwrap_or_else(|| "`certaudit rules` lists the rules".to_owned());
    Err(Problem::at(word.span(), format!("unknown rule {}", quote(name))).help(help))
}

/// The last second (UTC) of a date.
fn end_of_day(day: &Spanned<Datetime>) -> Result<i64, Problem> {
    let wrong = || Problem::at(day.span(), "there is no such day");
    let date = day.get_ref().date.ok_or_else(wrong)?;
    let month = time::Month::try_from(date.month).map_err(|_| wrong())?;
    let date = time::Date::from_calendar_date(i32::from(date.year), month, date.day)
        .map_err(|_| wrong())?;
    Ok(date.midnight().assume_utc().unix_timestamp() + DAY - 1)
}

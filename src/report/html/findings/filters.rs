//! What narrows the list down. Hidden until the script that does it runs.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::audit::Judgement;
use crate::audit::rule::Owner;
use crate::report::html::sheet::kind;
use crate::report::phrase::plural;
use crate::text::escape;

/// Stands for the node of what is about the whole deployment: no node can be called so.
pub(super) const NO_NODE: &str = "(the deployment)";

const KINDS: [(&str, &str); 7] = [
    ("error", "Errors"),
    ("warning", "Warnings"),
    ("note", "Notes"),
    ("unknown", "Could not be judged"),
    ("waived", "Waived"),
    ("passed", "Passed"),
    ("not-applicable", "Did not apply"),
];

/// Draws the form, with just the values that occur.
pub(super) fn draw<'a>(judgements: impl Iterator<Item = &'a Judgement>, total: usize) -> Markup {
    let mut present = Present::default();
    judgements.for_each(|one| present.enter(one));
    let pair = |word: String| (word.clone(), word);
    let nodes = present.nodes.into_iter().map(pair).collect();
    let rules = present
        .rules
        .into_iter()
        .map(|rule| pair(rule.to_owned()))
        .collect();
    let owners = present.owners.into_iter();
    let owners = owners.map(|owner| {
        (
            owner.name().to_owned(),
            format!("{}: {}", owner.name(), owner.title()),
        )
    });
    let kinds = KINDS
        .iter()
        .filter(|(name, _)| present.kinds.contains(name));
    let kinds = kinds.map(|(name, title)| ((*name).to_owned(), (*title).to_owned()));
    html! {
        form id="filters" role="search" aria-label="Filter the findings" hidden {
            label class="wide" { span { "Search" } input type="search" name="text" placeholder="name, CA, words of a fix" autocomplete="off"; }
            (select("kind", "Severity", kinds.collect()))
            (select("node", "Node", nodes))
            (select("rule", "Rule", rules))
            (select("owner", "Owner", owners.collect()))
            button type="reset" { "Show all" }
        }
        p id="count" role="status" aria-live="polite" data-total=(total) { (plural(total, "finding")) " and open questions listed" }
    }
}

#[derive(Default)]
struct Present {
    nodes: BTreeSet<String>,
    rules: BTreeSet<&'static str>,
    owners: BTreeSet<Owner>,
    kinds: BTreeSet<&'static str>,
}

impl Present {
    fn enter(&mut self, one: &Judgement) {
        let node = one.place.node.as_deref();
        self.nodes
            .insert(node.map_or(NO_NODE.to_owned(), |node| escape(node).into_owned()));
        self.rules.insert(one.rule.id);
        self.owners.insert(one.owner);
        self.kinds.insert(kind(one).0);
    }
}

fn select(name: &str, title: &str, options: Vec<(String, String)>) -> Markup {
    html! {
        label {
            span { (title) }
            select name=(name) {
                option value="" { "All" }
                @for (value, text) in options { option value=(value) { (text) } }
            }
        }
    }
}

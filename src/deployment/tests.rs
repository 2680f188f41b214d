//! Whole files.

#![allow(clippy::panic, clippy::unwrap_used)]

mod good;
mod hostile;
mod keys;
mod meaning;
mod published;
mod references;
mod services;
mod shape;

use std::path::Path;

use super::{Deployment, Problem, draw};

const RULES: &[&str] = &[
    "usage-data-encipherment-missing",
    "revocation-absent",
    "revocation-stale",
];
const FULL: &str = include_str!("../../fixtures/deployment/full.toml");
const SMALLEST: &str = include_str!("../../fixtures/deployment/smallest.toml");

/// A node of each kind that references need.
const NODES: &str = "
[[node]]
name = 'cucm'
product = 'cucm'
address = 'cucm.acme.test'
[[node]]
name = 'imp1'
product = 'im-presence'
address = 'imp1.acme.test'
[[node]]
name = 'unity'
product = 'unity-connection'
address = 'unity.acme.test'
[[node]]
name = 'expe'
product = 'expressway-e'
address = 'expe.acme.test'
";

fn parse(text: &str) -> Result<Deployment, Vec<Problem>> {
    Deployment::parse(text, Path::new("/base"), RULES)
}

fn good(text: &str) -> Deployment {
    parse(text).unwrap_or_else(|problems| panic!("{}", draw("c", text, &problems, false)))
}

/// A file with these keys at the top, and the nodes and tables after them.
fn file(keys: &str, tables: &str) -> String {
    format!("name = 'A'\ndomain = 'acme.test'\n{keys}\n{tables}")
}

/// A file whose one node has these lines.
fn with_node(lines: &str) -> String {
    file("", &format!("[[node]]\n{lines}"))
}

/// Message, words underlined and help of the one fault of a file.
fn fault(text: &str) -> (String, String, String) {
    let problems = parse(text).map(|_| ()).unwrap_err();
    assert_eq!(problems.len(), 1, "{}", draw("c", text, &problems, false));
    let problem = problems.into_iter().next().unwrap();
    let words = text.get(problem.span).unwrap().to_owned();
    (problem.message, words, problem.help.unwrap_or_default())
}

/// The one fault of a file has this message, underlines these words, and its help has these words.
fn check(text: &str, message: &str, words: &str, help: &str) {
    let found = fault(text);
    assert_eq!((found.0.as_str(), found.1.as_str()), (message, words));
    let fits = if help.is_empty() {
        found.2.is_empty()
    } else {
        found.2.contains(help)
    };
    assert!(fits, "help is {:?}", found.2);
}

/// The same for a fault that shows without knowing the rest of the file: editors find it with the published schema.
fn check_shape(text: &str, message: &str, words: &str, help: &str) {
    check(text, message, words, help);
    published::is_seen_by_editors(text);
}

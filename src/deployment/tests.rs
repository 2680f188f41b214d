//! Whole files.

#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::Path;

use super::{Deployment, Problem, draw};

const RULES: &[&str] = &["usage-data-encipherment-missing", "revocation-absent"];
const FULL: &str = include_str!("../../fixtures/deployment/full.toml");
const SMALLEST: &str = include_str!("../../fixtures/deployment/smallest.toml");

fn parse(text: &str) -> Result<Deployment, Vec<Problem>> {
    Deployment::parse(text, Path::new("/base"), RULES)
}

fn good(text: &str) -> Deployment {
    parse(text).unwrap_or_else(|problems| panic!("{}", draw("c", text, &problems, false)))
}

#[test]
fn both_examples_of_the_contract_are_read() {
    assert_eq!(good(SMALLEST).nodes.len(), 2);
    assert_eq!(good(FULL).nodes.len(), 3);
}

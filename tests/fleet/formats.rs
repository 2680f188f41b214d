//! Several deployments in one file, for each format that can: what its consumer takes, and what each has alone.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{audit, fleet, refused, stdout};
use crate::support::ci::{assert_junit, assert_sarif};

const NAMES: [&str; 2] = ["half-silent", "rollout"];

/// The report of all, and those of each alone.
fn reports(format: &str) -> (String, Vec<String>) {
    let folder = fleet();
    let file = format!("{format}=all");
    let all = stdout(
        &audit(&folder, &["clusters", "-q", "-f", format, "-w", &file]),
        1,
    );
    let written = fs::read_to_string(folder.path().join("all")).unwrap();
    if !["table"].contains(&format) {
        assert_eq!(all, written, "{format}");
    }
    let alone = NAMES.map(|name| {
        let config = format!("clusters/{name}.toml");
        stdout(&audit(&folder, &[&config, "-q", "-f", format]), 1)
    });
    (all, alone.to_vec())
}

#[test]
fn lines_are_those_of_all() {
    let (all, alone) = reports("jsonl");
    assert_eq!(all, alone.concat());
}

#[test]
fn rows_have_one_header() {
    let (all, alone) = reports("csv");
    let (header, _) = all.split_once("\r\n").unwrap();
    assert!(header.starts_with("fingerprint,"));
    let rows = alone.iter().map(|one| one.split_once("\r\n").unwrap().1);
    let rows: String = rows.collect();
    assert_eq!(all, format!("{header}\r\n{rows}"));
}

#[test]
fn markdown_stands_one_after_the_other_and_ends_with_a_list() {
    let (all, alone) = reports("markdown");
    let between = "\n---\n\n";
    let start = alone.join(between) + between;
    let list = all.strip_prefix(&start).unwrap();
    assert!(
        list.starts_with("# 0 of 2 deployments ready\n\n| deployment |"),
        "{list}"
    );
    assert_eq!(list.matches("| NOT READY |").count(), 2);
    let events = pulldown_cmark::Parser::new_ext(&all, pulldown_cmark::Options::ENABLE_TABLES);
    let rules = events.filter(|event| matches!(event, pulldown_cmark::Event::Rule));
    assert_eq!(rules.count(), 2);
}

#[test]
fn a_log_has_a_run_each_with_a_category_of_its_own() {
    let (all, alone) = reports("sarif");
    let log = assert_sarif(all.as_bytes());
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    let mut categories = BTreeSet::new();
    for (run, alone) in runs.iter().zip(&alone) {
        let alone: Value = serde_json::from_str(alone).unwrap();
        assert_eq!(alone["$schema"], log["$schema"]);
        for key in ["results", "tool", "invocations", "properties"] {
            assert_eq!(run[key], alone["runs"][0][key], "{key}");
        }
        let id = run["automationDetails"]["id"].as_str().unwrap();
        assert!(id.ends_with(".toml/"), "{id}");
        categories.insert(id);
    }
    // Both deployments are called alike; their files are not.
    assert_eq!(categories.len(), 2, "{categories:?}");
}

#[test]
fn all_suites_stand_in_one_file_under_names_of_their_own() {
    let (all, alone) = reports("junit");
    assert_junit(all.as_bytes());
    for word in ["<?xml", "<testsuites", "</testsuites>"] {
        assert_eq!(all.matches(word).count(), 1, "{word}");
    }
    for word in ["<testsuite ", "<testcase ", "<failure ", "<skipped "] {
        let apart: usize = alone.iter().map(|one| one.matches(word).count()).sum();
        assert_eq!(all.matches(word).count(), apart, "{word}");
        assert!(apart > 5, "{word}");
    }
    assert!(all.contains("<testsuite name=\"ACME collaboration.cucm-pub\""));
    assert!(all.contains("classname=\"ACME collaboration.cucm-pub.tomcat (8443)\""));
}

#[test]
fn pages_and_metrics_need_a_file_each_and_get_it() {
    let folder = fleet();
    for format in ["html", "prometheus"] {
        refused(
            &audit(&folder, &["clusters", "-f", format]),
            &[format, "{deployment}"],
        );
        let one = format!("{format}=all.{format}");
        refused(
            &audit(&folder, &["clusters", "-w", &one]),
            &["all", "{deployment}"],
        );
        let each = format!("{format}={{deployment}}.{format}");
        stdout(&audit(&folder, &["clusters", "-q", "-w", &each]), 1);
        for name in NAMES {
            let config = format!("clusters/{name}.toml");
            let alone = stdout(&audit(&folder, &[&config, "-q", "-f", format]), 1);
            let own = folder.path().join(format!("{name}.{format}"));
            assert_eq!(fs::read_to_string(own).unwrap(), alone);
        }
    }
}

#[test]
fn deployments_that_are_called_alike_are_told() {
    let folder = fleet();
    let output = audit(&folder, &["clusters", "-f", "jsonl"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for words in ["half-silent.toml", "rollout.toml", "ACME collaboration"] {
        assert!(told.contains(words), "{told}");
    }
}

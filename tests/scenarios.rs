//! A folder of `fixtures/scenarios` is a case: a deployment file, evidence, and what the user then sees.
//! `UPDATE_FIXTURES=1 cargo test --test scenarios` renews what is expected; read the difference before you commit it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certaudit::report::FORMATS;

fn scenarios() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("fixtures/scenarios")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(folders.len() >= 2);
    folders
}

/// What `audit` prints, at that many columns.
fn audit(folder: &Path, columns: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    command.args([
        "audit",
        "deployment.toml",
        "--evidence",
        "evidence.json",
        "--color",
        "never",
    ]);
    let output = command
        .args(arguments)
        .env("COLUMNS", columns)
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        matches!(output.status.code(), Some(0 | 1 | 3)),
        "{}: {stderr}",
        folder.display()
    );
    format!(
        "{}exit status {}\n",
        String::from_utf8(output.stdout).unwrap(),
        output.status.code().unwrap()
    )
}

fn hold(path: &Path, seen: &str) {
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == seen {
        return;
    }
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(path, seen).unwrap();
        return;
    }
    let line = expected.lines().zip(seen.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| expected.lines().count().min(seen.lines().count()));
    panic!(
        "{} differs from line {} on:\n  expected: {}\n  seen:     {}\nUPDATE_FIXTURES=1 cargo test --test scenarios renews it",
        path.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or_default(),
        seen.lines().nth(line).unwrap_or_default()
    );
}

#[test]
fn the_table_is_what_it_was_at_80_and_at_160_columns() {
    for folder in scenarios() {
        for columns in ["80", "160"] {
            let seen = audit(&folder, columns, &[]);
            hold(&folder.join(format!("expected.{columns}.txt")), &seen);
            let widest = seen.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(
                widest <= columns.parse().unwrap(),
                "{}: {widest} columns",
                folder.display()
            );
        }
    }
}

#[test]
fn every_other_format_is_what_it_was() {
    let formats = FORMATS.iter().map(|format| format.name());
    for format in formats.filter(|name| *name != "table") {
        for folder in scenarios() {
            hold(
                &folder.join(format!("expected.{}", extension(format))),
                &audit(&folder, "80", &["-f", format]),
            );
        }
    }
}

#[test]
fn no_two_findings_have_one_id_whether_all_is_told_or_not() {
    for folder in scenarios() {
        let ids = |arguments: &[&str]| {
            let text = audit(&folder, "80", &[&["-f", "json"], arguments].concat());
            let text = text.split("exit status").next().unwrap();
            let report: serde_json::Value = serde_json::from_str(text).unwrap();
            let findings = report["findings"].as_array().unwrap().iter();
            findings
                .map(|one| one["id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let (told, all) = (ids(&[]), ids(&["--all"]));
        let distinct: BTreeSet<&String> = all.iter().collect();
        assert!(told.len() > 5 && all.len() > told.len());
        assert_eq!(distinct.len(), all.len(), "{}", folder.display());
        assert!(told.iter().all(|id| distinct.contains(id)));
    }
}

fn extension(format: &str) -> &str {
    match format {
        "junit" => "junit.xml",
        "markdown" => "md",
        "prometheus" => "prom",
        name => name,
    }
}

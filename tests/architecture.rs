//! What the design asks for and a machine can see: the order of imports, the size of files and functions, a first line that
//! says what a file is for. Each failure says how to put it right.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// The stages, from the edge inwards. A module may import those below it, and its own parts; those on one line are equals
/// and do not import each other.
const STAGES: &[&[&str]] = &[
    &["main"],
    &["command"],
    &["cli", "demo"],
    &["report"],
    &["rules", "plan", "diff"],
    &["audit"],
    &["probe", "redact"],
    &["trust", "identity"],
    &["evidence"],
    &["deployment"],
    &["catalog"],
    &["certificate"],
    &["source", "text", "parallel"],
];

/// Below this order, but kept apart all the same: the list of rules is an argument of the audit, and neither judging nor
/// reporting may reach for the network.
const NEVER: &[(&str, &str)] = &[
    ("audit", "probe"),
    ("report", "probe"),
    ("rules", "probe"),
    ("plan", "probe"),
    ("diff", "probe"),
];

/// A file of this many lines wants two halves that can be named.
const MOST_LINES: usize = 300;
/// With its tests it may be longer: cases are read one by one.
const MOST_LINES_WITH_TESTS: usize = 450;
/// A function of this many lines does more than one thing.
const MOST_FUNCTION_LINES: usize = 80;

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// "probe" for `src/probe/connect.rs`.
    fn stage(&self) -> &str {
        let inner = self.path.strip_prefix("src").unwrap();
        inner
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
    }

    /// Code outside of test modules and of files that exist only for tests.
    fn product(&self) -> &str {
        let only_for_tests = ["testing.rs", "tests.rs"]
            .iter()
            .any(|name| self.path.ends_with(name))
            || self
                .path
                .components()
                .any(|part| part.as_os_str() == "tests");
        if only_for_tests {
            return "";
        }
        self.text
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap()
    }

    fn imports(&self) -> Vec<String> {
        let after = self.product().split("use crate::").skip(1);
        let name = |rest: &str| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        };
        let grouped = |rest: &str| {
            rest.split(';')
                .next()
                .unwrap()
                .trim_start_matches('{')
                .to_owned()
        };
        after
            .flat_map(|rest| {
                if rest.starts_with('{') {
                    grouped(rest)
                        .split(',')
                        .map(|part| name(part.trim()))
                        .collect()
                } else {
                    vec![name(rest)]
                }
            })
            .filter(|name| !name.is_empty())
            .collect()
    }
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(Path::new("src"), &mut sources);
    assert!(
        sources.len() > 50,
        "the tree was not found: tests run in the package's folder"
    );
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            sources.push(Source { path, text });
        }
    }
}

fn rank(stage: &str) -> Option<usize> {
    STAGES.iter().position(|equals| equals.contains(&stage))
}

#[test]
fn imports_go_down_the_list_of_stages_only() {
    for source in sources() {
        let stage = source.stage();
        if stage == "lib" {
            continue;
        }
        let own = rank(stage)
            .unwrap_or_else(|| panic!("{stage} has no place in STAGES of tests/architecture.rs"));
        for imported in source.imports() {
            let other = rank(&imported)
                .unwrap_or_else(|| panic!("{}: `use crate::{imported}`", source.path.display()));
            let allowed =
                imported == stage || (other > own && !NEVER.contains(&(stage, imported.as_str())));
            assert!(
                allowed,
                "{} imports {imported}, which is not below {stage}: move what it needs down, or pass it as an argument",
                source.path.display()
            );
        }
    }
}

#[test]
fn files_say_what_they_are_for_and_stay_small() {
    for source in sources() {
        let path = source.path.display();
        assert!(
            source.text.starts_with("//! "),
            "{path}: begin with a `//!` line that says what the file is for"
        );
        let (code, all) = (
            source.product().lines().count(),
            source.text.lines().count(),
        );
        assert!(
            code <= MOST_LINES && all <= MOST_LINES_WITH_TESTS,
            "{path} has {code} lines, {all} with its tests: find two halves that can be named"
        );
    }
}

#[test]
fn functions_do_one_thing() {
    for source in sources() {
        for (name, lines) in functions(&source.text) {
            let path = source.path.display();
            assert!(
                lines <= MOST_FUNCTION_LINES,
                "{path}: fn {name} has {lines} lines: name its parts"
            );
        }
    }
}

/// Functions and their lengths, by indentation: rustfmt closes a function where its `fn` began.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let indent = &line[..line.len() - bare.len()];
        let is_function =
            bare.starts_with("fn ") || (bare.starts_with("pub") && bare.contains(" fn "));
        if !is_function {
            continue;
        }
        let end = lines[start..]
            .iter()
            .position(|later| *later == format!("{indent}}}"));
        let name = bare
            .split("fn ")
            .nth(1)
            .unwrap_or(bare)
            .split(['(', '<'])
            .next()
            .unwrap_or(bare);
        found.push((name.to_owned(), end.unwrap_or(0)));
    }
    found
}

#[test]
fn nothing_is_left_to_be_done_later() {
    for source in sources() {
        for mark in ["todo!(", "unimplemented!(", "FIXME", "dbg!("] {
            assert!(
                !source.text.contains(mark),
                "{}: {mark}: finish it or take it out",
                source.path.display()
            );
        }
    }
}

#[test]
fn the_wall_clock_is_read_in_one_place() {
    for source in sources() {
        let product = source.product();
        let reads = product.matches("SystemTime::now").count()
            + product.matches("UtcDateTime::now").count();
        let may = source.path.ends_with("command/collect.rs");
        assert!(
            reads <= usize::from(may),
            "{} reads the clock: take the moment as an argument; deadlines are of `Instant`",
            source.path.display()
        );
    }
}

#[test]
fn the_top_level_holds_just_what_the_design_names() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "tests",
        "fixtures",
        "README.md",
        "LICENSE",
    ];
    for entry in fs::read_dir(".").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let hidden = [".ci", ".gitignore", ".git", "target"].contains(&name.as_str());
        assert!(
            hidden || allowed.contains(&name.as_str()),
            "{name} does not belong at the top level"
        );
    }
}

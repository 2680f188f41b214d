//! README's tables say what the program says. `UPDATE_README=1 cargo test --test readme` renews them.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::process::Command;

use certaudit::catalog::{Product, Requirement, Transport};
use certaudit::rules::RULES;

const README: &str = "README.md";

/// Checks that the part between `<!-- NAME -->` and `<!-- /NAME -->` is `wanted`, or renews it when asked to.
fn hold(name: &str, wanted: &str) {
    let text = fs::read_to_string(README).unwrap();
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = text
        .find(&open)
        .unwrap_or_else(|| panic!("README has no {open}"))
        + open.len();
    let end = start
        + text[start..]
            .find(&close)
            .unwrap_or_else(|| panic!("README has no {close}"));
    if text[start..end] == *wanted {
        return;
    }
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(
            README,
            format!("{}{wanted}{}", &text[..start], &text[end..]),
        )
        .unwrap();
        return;
    }
    panic!(
        "README's part {name:?} is out of date: run UPDATE_README=1 cargo test --test readme -- --test-threads=1"
    );
}

#[test]
fn the_table_of_rules_is_the_list_of_rules() {
    let mut table = "| rule | severity | owner | fails on |\n|---|---|---|---|\n".to_owned();
    for rule in RULES {
        table += &format!(
            "| `{}` | {} | {} | {} |\n",
            rule.id,
            rule.severity.name(),
            rule.owner.name(),
            rule.title
        );
    }
    hold("rules", &table);
}

#[test]
fn the_table_of_products_is_the_catalogue() {
    let mut table =
        "| product | service (port) | certificate | must answer |\n|---|---|---|---|\n".to_owned();
    for product in Product::ALL {
        for service in product.services() {
            table += &format!(
                "| `{product}` | `{}` ({}{}) | `{}` | {} |\n",
                service.name,
                service.port,
                starttls(service.transport),
                service.certificate_name,
                required(service.requirement)
            );
        }
    }
    hold("products", &table);
}

#[test]
fn the_run_that_readme_shows_is_a_run_of_the_demo() {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    let output = demo
        .args(["demo", "-q", "--color", "never"])
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let shown = excerpt(&String::from_utf8(output.stdout).unwrap());
    let text = fs::read_to_string(README).unwrap();
    let (open, close) = ("<!-- demo -->\n", "<!-- /demo -->");
    let printed = text
        .split(open)
        .nth(1)
        .unwrap()
        .split(close)
        .next()
        .unwrap();
    // Dates and digests are those of the day of the run; all else must be so today.
    if timeless(printed) != timeless(&shown) {
        hold("demo", &shown);
    }
}

/// The headline, who sees what, two nodes, three findings.
fn excerpt(report: &str) -> String {
    let rule = format!("{}\n", "─".repeat(100));
    let blocks: Vec<&str> = report.split(&rule).collect();
    let findings = blocks
        .iter()
        .find(|block| block.starts_with("Findings"))
        .unwrap();
    let told: Vec<&str> = findings.split("\n\n").take(4).collect();
    let parts = [
        blocks[..3].join(&rule),
        format!("[...]\n\n{}\n\n[...]\n", told.join("\n\n")),
    ];
    format!("```text\n{}```\n", parts.join(&rule))
}

/// Without digits and digests, and without how lines are broken because of them.
fn timeless(text: &str) -> String {
    let is_digest = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).len() == 64;
    let words = text.split_whitespace().filter(|word| !is_digest(word));
    words
        .map(|word| word.replace(|c: char| c.is_ascii_digit(), "0"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn starttls(transport: Transport) -> &'static str {
    match transport {
        Transport::Tls => "",
        _ => ", STARTTLS",
    }
}

fn required(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Always => "yes",
        Requirement::Optional => "no",
        Requirement::WhenListed => "when listed (not probed otherwise)",
        Requirement::OptionalWhenListed => "no (probed when listed)",
        Requirement::WithMra => "with `[mra]`",
        Requirement::WithImPresenceFederation => "with federation through IM and Presence",
        Requirement::WithExpresswayFederation => "with federation through Expressway",
        Requirement::OneOf => "at least one of these",
    }
}

#[test]
fn every_command_that_readme_shows_is_a_command() {
    let help = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let text = fs::read_to_string(README).unwrap();
    let shown = text
        .match_indices("certaudit ")
        .map(|(at, word)| &text[at + word.len()..]);
    let commands = [
        "scan", "probe", "audit", "demo", "rules", "explain", "schema", "check", "discover",
        "plan", "diff",
    ];
    for rest in shown {
        let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
        if commands.contains(&word.as_str()) {
            assert!(
                help.contains(&format!("  {word} ")),
                "README shows `certaudit {word}`, which help does not know"
            );
        }
    }
}

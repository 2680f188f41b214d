//! `csv`: read back by Python, with commas and with semicolons, no cell begins a formula.

use std::process::Command;

use serde_json::Value;

use super::{Case, cases, feed, hostile};
use crate::support::program;

/// Rows as Python's csv module reads them.
const READER: &str = "import csv, json, sys, io\n\
    text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='')\n\
    json.dump(list(csv.reader(text, delimiter=sys.argv[1], strict=sys.argv[1] == ',')), sys.stdout)\n";

fn rows(text: &str, delimiter: &str) -> Option<Vec<Vec<String>>> {
    let python = program::found("python3", "python3", program::command("python3"))?;
    let output = feed(Command::new(python).args(["-c", READER, delimiter]), text);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[track_caller]
fn assert_no_formula(cell: &str) {
    let first = cell.trim_start().chars().next();
    assert!(
        !first.is_some_and(|first| "=+-@＝＋－＠\t\r\n".contains(first)),
        "{cell:?}"
    );
}

#[test]
fn a_row_a_finding_and_no_formula() {
    for case in cases() {
        for arguments in [&[][..], &["--all"]] {
            let text = case.report("csv", arguments);
            let Some(rows) = rows(&text, ",") else { return };
            let findings = case.json(arguments)["findings"].as_array().unwrap().len();
            assert_eq!(rows.len(), findings + 1);
            for row in &rows {
                assert_eq!(row.len(), rows[0].len());
                for cell in row {
                    assert_no_formula(cell);
                }
            }
            assert_eq!(
                text.matches("\r\n").count(),
                rows.len(),
                "a line a row, ended as RFC 4180 says"
            );
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        }
    }
}

#[test]
fn where_cells_end_at_semicolons_there_is_no_formula_either() {
    for case in cases() {
        for delimiter in [";", "\t", "|"] {
            let Some(rows) = rows(&case.report("csv", &["--all"]), delimiter) else {
                return;
            };
            rows.iter()
                .flatten()
                .for_each(|cell| assert_no_formula(cell));
        }
    }
}

fn column<'r>(rows: &'r [Vec<String>], name: &str) -> impl Iterator<Item = &'r str> {
    let position = rows[0].iter().position(|column| column == name);
    let position = position.unwrap_or_else(|| panic!("no column {name}"));
    rows[1..].iter().map(move |row| row[position].as_str())
}

#[test]
fn hostile_names_stay_in_their_cells_and_can_be_read() {
    let case = hostile::case();
    let Some(rows) = rows(&case.report("csv", &[]), ",") else {
        return;
    };
    let formula = format!("'{}", hostile::FORMULA);
    assert!(column(&rows, "node").any(|cell| cell == formula));
    let subject = format!("CN={}", hostile::FORMULA);
    assert!(column(&rows, "certificate_subject").any(|cell| cell.starts_with(&subject)));
    assert!(
        column(&rows, "deployment")
            .all(|cell| cell.contains("<script>") && cell.ends_with("\\u{a}# h"))
    );
}

#[test]
fn the_cells_say_what_the_json_report_says() {
    let case: &Case = &cases()[0];
    let Some(rows) = rows(&case.report("csv", &[]), ",") else {
        return;
    };
    let report = case.json(&[]);
    let findings = report["findings"].as_array().unwrap();
    for (name, key) in [
        ("fingerprint", "id"),
        ("rule", "rule"),
        ("owner", "owner"),
        ("node", "node"),
    ] {
        let cells: Vec<&str> = column(&rows, name).collect();
        let values: Vec<&str> = findings
            .iter()
            .map(|finding| finding[key].as_str().unwrap_or_default())
            .collect();
        assert_eq!(cells, values);
    }
    let steps = |finding: &Value| finding["fix"]["steps"].as_array().map_or(0, Vec::len);
    for (cell, finding) in column(&rows, "steps").zip(findings) {
        let count = if cell.is_empty() {
            0
        } else {
            cell.split(" | ").count()
        };
        assert_eq!(count, steps(finding), "{cell}");
    }
}

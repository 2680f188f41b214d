//! The page on paper: a reader of the change request finds everything in it, by pdftotext of poppler-utils.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::site::{self, certaudit};
use crate::support::program;
use crate::{ROLLOUT, assert_quiet};

/// What stands on the pages, without blanks: lines and pages may end anywhere.
fn printed(browser: &mut Browser, folder: &Path) -> Option<String> {
    let pdf = pdf(browser);
    assert!(
        pdf.starts_with(b"%PDF-") && pdf.len() > 50_000,
        "{} bytes",
        pdf.len()
    );
    let found = program::command("pdftotext");
    let reader = program::found("pdftotext", "poppler-utils", found)?;
    let file = folder.join("page.pdf");
    fs::write(&file, pdf).unwrap();
    let output = Command::new(reader).arg(&file).arg("-").output().unwrap();
    assert!(output.status.success());
    Some(without_blanks(&String::from_utf8(output.stdout).unwrap()))
}

/// The page as the browser prints it.
pub fn pdf(browser: &mut Browser) -> Vec<u8> {
    let printed = browser.call("Page.printToPDF", &json!({}));
    STANDARD.decode(printed["data"].as_str().unwrap()).unwrap()
}

/// Nor hyphens: pdftotext takes those at the end of a line for its own.
fn without_blanks(text: &str) -> String {
    let kept = |one: &char| !one.is_whitespace() && !['-', '\u{ad}', '\u{2010}'].contains(one);
    text.chars().filter(kept).collect()
}

/// The report of the same audit.
fn report(folder: &Path) -> Value {
    let arguments = ["audit", "deployment.toml", "--evidence", "evidence.json"];
    let output = certaudit(folder, &[&arguments[..], &["-f", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a finding is to have on paper: what is seen, the way out, who says so.
fn texts(finding: &Value) -> Vec<String> {
    let fix = &finding["fix"];
    let listed = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut texts = vec![
        finding["rule"].clone(),
        finding["message"].clone(),
        fix["summary"].clone(),
    ];
    for list in ["steps", "restart", "cautions"] {
        texts.extend(listed(&fix[list]));
    }
    for citation in listed(&finding["citations"]) {
        texts.extend(["title", "section", "url"].map(|key| citation[key].clone()));
    }
    let texts = texts.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

#[test]
fn on_paper_everything_is_there() {
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let target = tempfile::tempdir().unwrap();
    let page = site::page(Path::new(ROLLOUT), target.path());
    browser.open(&page);
    browser.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    for gone in ["#filters", "nav", ".skip"] {
        let seen = format!("document.querySelector('{gone}').checkVisibility()");
        assert_eq!(browser.value(&seen), false, "{gone}");
    }
    let folded = "[...document.querySelectorAll('.card .why, #map details, #clients details')]\
                  .filter(e => !e.querySelector(':scope > :last-child').checkVisibility()).length";
    assert_eq!(browser.value(folded), 0);
    browser.call("Emulation.setEmulatedMedia", &json!({"media": ""}));
    let open = "document.querySelectorAll('details[open]').length";
    let Some(paper) = printed(&mut browser, target.path()) else {
        return;
    };
    let report = report(Path::new(ROLLOUT));
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 20);
    for text in findings.iter().flat_map(texts) {
        assert!(paper.contains(&without_blanks(&text)), "{text}");
    }
    for text in ["The map as a table", "builds to a root", "36 findings"] {
        assert!(paper.contains(&without_blanks(text)), "{text}");
    }
    assert_eq!(browser.value(open), 0, "folded again afterwards");
    assert_quiet(&browser, &page);
}

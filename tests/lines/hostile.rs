//! A deployment and its evidence in which every name means harm to whatever shows it.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::certificate::Digest;
use certaudit::certificate::issue::Order;
use serde_json::Value;

use super::Case;

/// 2026-11-21T19:00:00Z.
const NOW: i64 = 1_795_287_600;

/// What a spreadsheet would run.
pub const FORMULA: &str = "=cmd|' /C calc'!A0";
/// What a page would run, link, or tell somebody.
pub const MARKUP: &str =
    "<script>alert(1)</script> | `x` [a](http://evil.test) @everyone #1 \"; +1+1,=2+2;@SUM(1)\n# h";

/// Common names that servers present, one for each service that shows a certificate; they repeat.
const COMMON_NAMES: [&str; 6] = [
    FORMULA,
    MARKUP,
    "＝1+1",
    "a\\|b\\\\|c``d` </details><img src=x onerror=alert(1)>",
    "x\"} 1\ncertaudit_open_findings{severity=\"error\"} 0",
    "-2+3+cmd|\u{202e}gpj.exe",
];

/// The rollout with these names in its deployment file and in its certificates.
pub fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rollout = package.join("fixtures/scenarios/rollout");
    fs::create_dir(folder.path().join("pki")).unwrap();
    for entry in fs::read_dir(rollout.join("pki")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(
            entry.path(),
            folder.path().join("pki").join(entry.file_name()),
        )
        .unwrap();
    }
    let deployment = fs::read_to_string(rollout.join("deployment.toml")).unwrap();
    let deployment = deployment
        .replacen("\"ACME collaboration\"", &toml_text(MARKUP), 1)
        .replace("\"UC Service > Voicemail\"", &toml_text(FORMULA))
        .replace("name = \"imp2\"", &format!("name = {}", toml_text(FORMULA)))
        .replace("name = \"cuc1\"", &format!("name = {}", toml_text(MARKUP)))
        .replace(
            "\"imp1\", \"imp2\"]",
            &format!("\"imp1\", {}]", toml_text(FORMULA)),
        )
        .replace("node = \"cuc1\"", &format!("node = {}", toml_text(MARKUP)));
    fs::write(folder.path().join("deployment.toml"), deployment).unwrap();
    let evidence = fs::read_to_string(rollout.join("evidence.json")).unwrap();
    let mut evidence: Value = serde_json::from_str(&evidence).unwrap();
    spoil(&mut evidence);
    fs::write(folder.path().join("evidence.json"), evidence.to_string()).unwrap();
    Case {
        folder: folder.path().to_owned(),
        kept: Some(folder),
    }
}

fn spoil(evidence: &mut Value) {
    let certificates = COMMON_NAMES.map(|name| {
        let order = Order {
            dns: vec!["a.test".to_owned()],
            organization: MARKUP.to_owned(),
            ..Order::server(name, NOW)
        };
        order.self_signed().unwrap().der
    });
    for der in &certificates {
        let digest = Digest::of(der).to_string();
        evidence["certificates"][digest] = STANDARD.encode(der).into();
    }
    let observations = evidence["observations"].as_array_mut().unwrap();
    for (number, observation) in observations.iter_mut().enumerate() {
        let node = match observation["node"].as_str().unwrap() {
            "imp2" => FORMULA.to_owned(),
            "cuc1" => MARKUP.to_owned(),
            other => other.to_owned(),
        };
        observation["node"] = node.into();
        let der = &certificates[number % certificates.len()];
        for shown in observation["presentations"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            shown["chain"] = vec![Digest::of(der).to_string()].into();
        }
    }
}

/// A basic string of TOML.
fn toml_text(text: &str) -> String {
    Value::from(text).to_string()
}

//! What CI servers take.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::program;

/// By the OASIS schema; gives the log.
#[track_caller]
pub fn assert_sarif(bytes: &[u8]) -> Value {
    let schema = fs::read("fixtures/schemas/sarif-schema-2.1.0.json").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
    let log: Value = serde_json::from_slice(bytes).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&log)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert_eq!(faults, [""; 0]);
    for run in log["runs"].as_array().unwrap() {
        let rules = &run["tool"]["driver"]["rules"];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(result["ruleId"], rules[index]["id"]);
            let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
            assert!(artifact["uri"].is_string());
        }
    }
    log
}

/// By Jenkins' schema and xmllint, where it is installed.
#[track_caller]
pub fn assert_junit(bytes: &[u8]) {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains("<testsuite "), "{text}");
    let Some(xmllint) = program::found("xmllint", "libxml2-utils", program::command("xmllint"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xml");
    fs::write(&path, bytes).unwrap();
    let arguments = [
        "--nonet",
        "--noout",
        "--schema",
        "fixtures/schemas/junit-10.xsd",
    ];
    let output = Command::new(xmllint)
        .args(arguments)
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

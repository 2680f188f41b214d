//! Reports for CI servers are what their consumers take: SARIF by the OASIS schema, JUnit by Jenkins' schema, and the
//! examples of README as a pipeline would run them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::ci::{assert_junit, assert_sarif};

/// Nothing listens on that address, and DNS is not asked beyond it.
const DEPLOYMENT: &str = "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n\
    [dns]\nserver = \"127.61.7.1:1\"\n[probe]\ntimeout = \"1s\"\nuds = false\n\n\
    [[node]]\nname = \"cucm-pub\"\nproduct = \"cucm\"\naddress = \"cucm-pub.acme.test\"\nconnect = \"127.61.7.1\"\n\
    services = [{ service = \"tomcat\", port = 1 }]\n\n\
    [[waiver]]\nrule = \"key-too-small\"\nreason = \"a < b & \\\"c\\\"\"\n";

/// Runs certaudit in a folder and gives its standard output; it has to come to a judgement.
fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    let output = command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(0 | 1 | 3)),
        "{arguments:?}: {stderr}"
    );
    output.stdout
}

fn scenarios() -> Vec<PathBuf> {
    let folders = fs::read_dir("fixtures/scenarios").unwrap();
    folders.map(|entry| entry.unwrap().path()).collect()
}

const AUDIT: [&str; 4] = ["audit", "deployment.toml", "--evidence", "evidence.json"];

#[test]
fn sarif_of_every_scenario_validates() {
    for folder in scenarios() {
        for more in [&[][..], &["--all"], &["--owner", "pki"]] {
            let arguments = [&AUDIT[..], &["-f", "sarif"], more].concat();
            let log = assert_sarif(&run(&folder, &arguments));
            let results = log["runs"][0]["results"].as_array().unwrap();
            assert!(!results.is_empty() || more.contains(&"--owner"));
            let text = fs::read_to_string(folder.join("deployment.toml")).unwrap();
            for result in results {
                assert_points_at_its_node(result, &text);
            }
        }
    }
}

/// The line begins a table, and that of the node unless it is about something that refers to the node.
fn assert_points_at_its_node(result: &Value, deployment: &str) {
    let location = &result["locations"][0];
    let line = location["physicalLocation"]["region"]["startLine"].as_u64();
    let lines: Vec<&str> = deployment.lines().collect();
    let at = usize::try_from(line.unwrap()).unwrap() - 1;
    let Some(name) = location["logicalLocations"][0]["fullyQualifiedName"].as_str() else {
        return;
    };
    let node = name.split('/').next().unwrap();
    if lines[at].starts_with("[[node]]") {
        assert!(
            lines[at + 1].starts_with(&format!("name = \"{node}\"")),
            "{result}"
        );
    } else {
        assert!(
            lines[at].starts_with("[[setting]]") || lines[at].starts_with("[[sip_trunk]]"),
            "{result}"
        );
    }
}

#[test]
fn junit_of_every_scenario_validates() {
    for folder in scenarios() {
        for more in [
            &[][..],
            &["--all"],
            &["--fail-on", "info"],
            &["--owner", "dns"],
        ] {
            let arguments = [&AUDIT[..], &["-f", "junit"], more].concat();
            assert_junit(&run(&folder, &arguments));
        }
    }
}

#[test]
fn an_interrupted_scan_was_not_successful() {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new("fixtures/scenarios/rollout");
    let evidence = fs::read_to_string(from.join("evidence.json")).unwrap();
    let (mut evidence, text): (Value, _) = (
        serde_json::from_str(&evidence).unwrap(),
        fs::read_to_string(from.join("deployment.toml")).unwrap(),
    );
    evidence["complete"] = Value::Bool(false);
    fs::write(folder.path().join("evidence.json"), evidence.to_string()).unwrap();
    let text = text.replace("roots =", "# roots =");
    fs::write(folder.path().join("deployment.toml"), text).unwrap();
    let log = assert_sarif(&run(
        folder.path(),
        &[&AUDIT[..], &["-f", "sarif"]].concat(),
    ));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert!(
        invocation["toolExecutionNotifications"]
            .to_string()
            .contains("interrupted")
    );
    let suites = run(folder.path(), &[&AUDIT[..], &["-f", "junit"]].concat());
    assert_junit(&suites);
    let suites = String::from_utf8(suites).unwrap();
    assert!(suites.contains("errors=\"1\"") && suites.contains("<error type=\"incomplete\""));
}

#[test]
fn the_demo_names_no_file_of_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("demo.xml");
    let write = format!("junit={}", junit.display());
    let log = assert_sarif(&run(
        folder.path(),
        &["demo", "-q", "-f", "sarif", "-w", &write],
    ));
    let artifact = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(artifact["artifactLocation"]["uri"], "certaudit-demo.toml");
    assert!(artifact["artifactLocation"].get("uriBaseId").is_none());
    assert_junit(&fs::read(junit).unwrap());
}

#[test]
fn what_is_found_in_a_file_points_at_that_file() {
    let folder = tempfile::tempdir().unwrap();
    for (from, name) in [
        ("fixtures/certificates/two.p7b", "my two.p7b"),
        ("fixtures/certificates/rsa1024-sha1.pem", "weak.pem"),
        ("fixtures/requests/rsa2048-sha1.pem", "request.pem"),
    ] {
        fs::copy(from, folder.path().join(name)).unwrap();
    }
    let uris = |arguments: &[&str]| {
        assert_junit(&run(folder.path(), &[arguments, &["-f", "junit"]].concat()));
        let log = assert_sarif(&run(folder.path(), &[arguments, &["-f", "sarif"]].concat()));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let uri = |one: &Value| {
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].to_string()
        };
        let mut uris: Vec<String> = results.iter().map(uri).collect();
        uris.sort();
        uris.dedup();
        uris
    };
    let offline = ["--no-fetch", "--no-system-roots", "-q"];
    let check = [&["check", "my two.p7b", "weak.pem"][..], &offline].concat();
    assert_eq!(uris(&check), ["\"my%20two.p7b\"", "\"weak.pem\""]);
    assert_eq!(uris(&["csr", "-q", "request.pem"]), ["\"request.pem\""]);
}

#[test]
fn the_pipelines_that_readme_shows_write_what_their_servers_take() {
    let readme = fs::read_to_string("README.md").unwrap();
    let section = readme.split("### In a pipeline\n").nth(1).unwrap();
    let section = section.split("\n### ").next().unwrap();
    let commands: Vec<&str> = section
        .match_indices("certaudit scan ")
        .map(|(at, _)| section[at..].split(['\n', '\'', '|', '>']).next().unwrap())
        .collect();
    assert!(commands.len() >= 3, "{commands:?}");
    let (mut logs, mut suites) = (0, 0);
    for command in commands {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("cluster.toml"), DEPLOYMENT).unwrap();
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        run(folder.path(), &words);
        for path in words.iter().filter_map(|word| word.split_once('=')) {
            let written = fs::read(folder.path().join(path.1)).unwrap();
            match path.0 {
                "sarif" => {
                    assert_sarif(&written);
                    logs += 1;
                }
                "junit" => {
                    assert_junit(&written);
                    suites += 1;
                }
                _ => assert!(!written.is_empty(), "{command}"),
            }
        }
    }
    assert!(logs >= 1 && suites >= 2, "{logs} SARIF, {suites} JUnit");
}

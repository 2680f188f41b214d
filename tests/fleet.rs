//! Many deployments in one run, a deployment in shards, and files that are compressed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "fleet/duckdb.rs"]
mod duckdb;
#[path = "fleet/files.rs"]
mod files;
#[path = "fleet/formats.rs"]
mod formats;
#[path = "fleet/readme.rs"]
mod readme;
mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use support::site::{Site, run};
use tempfile::TempDir;

/// The deployments of `fixtures/scenarios` in one folder, each with its evidence beside it.
fn fleet() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::create_dir_all(place.join("clusters/pki")).unwrap();
    for name in ["half-silent", "rollout"] {
        let from = Path::new("fixtures/scenarios").join(name);
        let to = place.join("clusters");
        fs::copy(
            from.join("deployment.toml"),
            to.join(format!("{name}.toml")),
        )
        .unwrap();
        for root in fs::read_dir(from.join("pki")).unwrap() {
            let root = root.unwrap();
            fs::copy(root.path(), to.join("pki").join(root.file_name())).unwrap();
        }
        fs::copy(
            from.join("evidence.json"),
            place.join(format!("{name}.json")),
        )
        .unwrap();
    }
    folder
}

fn audit(folder: &TempDir, arguments: &[&str]) -> Output {
    let line = ["audit", "--evidence", "{deployment}.json"];
    run(folder.path(), &[&line, arguments].concat())
}

#[track_caller]
fn stdout(output: &Output, status: i32) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
    }
}

#[test]
fn a_folder_of_deployments_is_one_run() {
    let folder = fleet();
    let together = stdout(&audit(&folder, &["clusters", "--color", "never"]), 1);
    for name in ["half-silent", "rollout"] {
        let config = format!("clusters/{name}.toml");
        let alone = stdout(&audit(&folder, &[&config, "--color", "never"]), 1);
        assert!(
            together.contains(&alone),
            "{name} is told as when it is alone"
        );
    }
    let overview = together.rsplit("═\n").next().unwrap();
    assert!(overview.contains("0 of 2 deployments ready"), "{overview}");
    // Naming the files says the same as naming the folder.
    let named = ["clusters/half-silent.toml", "clusters/rollout.toml"];
    assert_eq!(
        stdout(
            &audit(&folder, &[named[0], named[1], "--color", "never"]),
            1
        ),
        together
    );
}

#[test]
fn reports_stand_in_one_file_or_in_a_file_each() {
    let folder = fleet();
    let arguments = [
        "clusters",
        "-w",
        "json=all.json",
        "-w",
        "json={deployment}.report.json.zst",
        "-f",
        "json",
    ];
    let text = stdout(&audit(&folder, &arguments), 1);
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all["schema"], "certaudit.reports/1");
    assert_eq!(
        fs::read_to_string(folder.path().join("all.json")).unwrap(),
        text
    );
    for (position, name) in ["half-silent", "rollout"].into_iter().enumerate() {
        let packed = fs::read(folder.path().join(format!("{name}.report.json.zst"))).unwrap();
        let own: Value = serde_json::from_slice(&zstd::decode_all(&packed[..]).unwrap()).unwrap();
        assert_eq!(own, all["reports"][position]);
        let config = format!("clusters/{name}.toml");
        let alone = stdout(&audit(&folder, &[&config, "-f", "json"]), 1);
        assert_eq!(serde_json::from_str::<Value>(&alone).unwrap(), own);
    }
    let schema = run(folder.path(), &["schema", "reports"]);
    let schema: Value = serde_json::from_str(&stdout(&schema, 0)).unwrap();
    assert!(jsonschema::is_valid(&schema, &all));
}

#[test]
fn what_needs_a_file_each_says_so_before_anything_is_done() {
    let folder = fleet();
    refused(
        &run(
            folder.path(),
            &["audit", "clusters", "--evidence", "rollout.json"],
        ),
        &["rollout.json", "{deployment}"],
    );
    refused(
        &run(folder.path(), &["probe", "clusters", "-o", "evidence.json"]),
        &["evidence.json", "{deployment}"],
    );
    refused(
        &run(
            folder.path(),
            &["scan", "clusters", "--record", "evidence.json"],
        ),
        &["evidence.json", "{deployment}"],
    );
    fs::create_dir(folder.path().join("empty")).unwrap();
    refused(
        &run(folder.path(), &["scan", "empty"]),
        &["empty", "*.toml"],
    );
    refused(
        &audit(&folder, &["clusters", "--node", "nobody"]),
        &["nobody", "2 deployments"],
    );
}

#[test]
fn the_faults_of_all_files_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.toml", "b.toml"] {
        fs::write(folder.path().join(name), "name = 1\n").unwrap();
    }
    refused(&run(folder.path(), &["scan", "."]), &["a.toml", "b.toml"]);
}

#[test]
fn files_called_alike_take_the_name_of_their_folder() {
    let folder = fleet();
    for name in ["half-silent", "rollout"] {
        let to = folder.path().join(name);
        fs::create_dir(&to).unwrap();
        fs::copy(
            folder.path().join(format!("clusters/{name}.toml")),
            to.join("cluster.toml"),
        )
        .unwrap();
        fs::create_dir(to.join("pki")).unwrap();
        for root in fs::read_dir(folder.path().join("clusters/pki")).unwrap() {
            let root = root.unwrap();
            fs::copy(root.path(), to.join("pki").join(root.file_name())).unwrap();
        }
        fs::rename(
            folder.path().join(format!("{name}.json")),
            folder.path().join(format!("{name}-cluster.json")),
        )
        .unwrap();
    }
    let configs = ["half-silent/cluster.toml", "rollout/cluster.toml"];
    let text = stdout(&audit(&folder, &[configs[0], configs[1], "-f", "json"]), 1);
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all["reports"].as_array().unwrap().len(), 2);
}

#[test]
fn shards_are_disjoint_and_together_complete() {
    let site = Site::start();
    stdout(&site.run(&["probe", "-o", "whole.json"]), 0);
    for number in 1..=3 {
        let shard = format!("{number}/3");
        let output = format!("shard-{number}.json.zst");
        stdout(&site.run(&["probe", "--shard", &shard, "-o", &output]), 0);
    }
    let whole = site.run(&[
        "audit",
        "--evidence",
        "whole.json",
        "-f",
        "json",
        "--at",
        "now",
    ]);
    let audit = |shards: &[&str]| {
        let named = shards.iter().flat_map(|shard| ["--evidence", shard]);
        let line: Vec<&str> = ["audit", "-f", "json", "--at", "now"]
            .into_iter()
            .chain(named)
            .collect();
        site.run(&line)
    };
    let all = ["shard-3.json.zst", "shard-1.json.zst", "shard-2.json.zst"];
    let merged = audit(&all);
    assert_eq!(String::from_utf8_lossy(&merged.stderr), "");
    assert_eq!(findings(&merged), findings(&whole));
    // One that is missing is told, and what it would have shown is not taken for good.
    let partial = audit(&all[..2]);
    let told = String::from_utf8_lossy(&partial.stderr).into_owned();
    assert!(told.contains("shard 2/3"), "{told}");
    let report: Value = serde_json::from_slice(&partial.stdout).unwrap();
    let missing = report["nodes"].as_array().unwrap().iter().filter(|node| {
        let services = node["services"].as_array().unwrap();
        services
            .iter()
            .all(|service| service["status"] == "skipped")
    });
    assert!(missing.count() > 0);
    assert_ne!(report["verdict"], "ready");
}

/// Rule, node, service and status of each, sorted.
fn findings(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut told: Vec<String> = findings
        .map(|one| {
            ["id", "rule", "node", "service", "status"]
                .map(|key| one[key].to_string())
                .join(" ")
        })
        .collect();
    told.sort();
    told
}

#[test]
fn several_deployments_are_scanned_for_real() {
    let (one, other) = (Site::start(), Site::start());
    let configs = [&one, &other].map(|site| site.path("cluster.toml").display().to_string());
    let folder = tempfile::tempdir().unwrap();
    for (config, name) in configs.iter().zip(["emea", "apac"]) {
        let base = Path::new(config).parent().unwrap();
        let text = fs::read_to_string(config)
            .unwrap()
            .replace("pki/", &format!("{}/pki/", base.display()))
            .replace("ACME collaboration", name);
        fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    }
    let line = [
        "scan",
        ".",
        "-q",
        "--record",
        "{deployment}.evidence.zst",
        "-f",
        "json",
    ];
    let text = stdout(&run(folder.path(), &line), 1);
    let all: Value = serde_json::from_str(&text).unwrap();
    for (position, name) in ["apac", "emea"].into_iter().enumerate() {
        let report = &all["reports"][position];
        assert_eq!(report["deployment"], name);
        assert_eq!(report["summary"]["examined"], 24, "{}", report["summary"]);
        assert!(folder.path().join(format!("{name}.evidence.zst")).exists());
    }
    let again = run(
        folder.path(),
        &[
            "audit",
            ".",
            "--evidence",
            "{deployment}.evidence.zst",
            "-f",
            "json",
        ],
    );
    assert_eq!(stdout(&again, 1), text);
}

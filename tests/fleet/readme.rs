//! README's examples for schedulers, as they stand there: every index is run, and all together say what one probe says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use crate::support::site::Site;

/// The block that follows `<!-- run: NAME -->`.
pub fn block(name: &str) -> String {
    let text = fs::read_to_string("README.md").unwrap();
    let mark = format!("<!-- run: {name} -->\n```");
    let (_, rest) = text
        .split_once(&mark)
        .unwrap_or_else(|| panic!("README has no {mark}"));
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split("\n```").next().unwrap().to_owned() + "\n"
}

fn yaml(name: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(&block(name)).unwrap();
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

fn words(list: &Yaml) -> Vec<String> {
    let words = list.as_vec().unwrap().iter();
    words
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

/// Runs a program of an image or a runner in which certaudit is installed.
pub fn run(folder: &Path, line: &[String], variables: &[(&str, String)]) -> Output {
    let tools = Path::new(env!("CARGO_BIN_EXE_certaudit")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new(&line[0])
        .args(&line[1..])
        .env("PATH", format!("{}:{path}", tools.display()))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .current_dir(folder)
        .output()
        .unwrap()
}

#[track_caller]
fn assert_ended(output: &Output, status: i32) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{stderr}");
}

/// A script as GitLab's runner has it done by bash.
fn script(job: &Yaml) -> Vec<String> {
    let lines = words(&job["script"]).join("\n");
    ["bash", "-eo", "pipefail", "-c", &lines]
        .map(str::to_owned)
        .to_vec()
}

/// `report.json` in a folder is what one probe of everything gives, judged as of the same moment.
fn assert_whole(site: &Site, folder: &Path) {
    let merged: Value =
        serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
    assert_ended(&site.run(&["probe", "-q", "-o", "whole.json"]), 0);
    let at = merged["generated_at"].as_str().unwrap();
    let whole = [
        "audit",
        "--evidence",
        "whole.json",
        "-f",
        "json",
        "--at",
        at,
    ];
    let whole: Value = serde_json::from_slice(&site.run(&whole).stdout).unwrap();
    assert!(whole["findings"].as_array().unwrap().len() > 20);
    assert_eq!(whole["summary"]["examined"], 24);
    for key in ["verdict", "complete", "summary", "clients", "peers"] {
        assert_eq!(merged[key], whole[key], "{key}");
    }
    for key in ["nodes", "certificates", "findings"] {
        assert!(merged[key] == whole[key], "{key} differ");
    }
    assert!(folder.join("report.html").is_file());
}

#[test]
fn kubernetes_counts_its_pods_from_0() {
    let site = Site::start();
    let job = yaml("kubernetes");
    assert_eq!(job["spec"]["completionMode"].as_str(), Some("Indexed"));
    let completions = job["spec"]["completions"].as_i64().unwrap();
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let line = [words(&container["command"]), words(&container["args"])].concat();
    let work = site.folder.path();
    for index in 0..completions {
        let variables = [("JOB_COMPLETION_INDEX", index.to_string())];
        assert_ended(&run(work, &line, &variables), 0);
    }
    let judge = ["sh", "-eu", "-c", &block("judge")].map(str::to_owned);
    let judged = run(work, &judge, &[]);
    assert_ended(&judged, 1);
    assert_eq!(String::from_utf8_lossy(&judged.stderr), "");
    assert_whole(&site, work);
    // One that never came is missed.
    fs::remove_file(work.join("evidence-2.json.zst")).unwrap();
    let judged = run(work, &judge, &[]);
    assert_ended(&judged, 1);
    let told = String::from_utf8_lossy(&judged.stderr).into_owned();
    assert!(told.contains("shard 3/8"), "{told}");
}

#[test]
fn gitlab_counts_its_jobs_from_1() {
    let site = Site::start();
    let pipeline = yaml("gitlab");
    let (probe, judge) = (&pipeline["probe"], &pipeline["judge"]);
    let total = probe["parallel"].as_i64().unwrap();
    let checkouts = tempfile::tempdir().unwrap();
    let judging = checkout(&site, &checkouts.path().join("judge"));
    for index in 1..=total {
        let folder = checkout(&site, &checkouts.path().join(index.to_string()));
        let variables = [
            ("CI_NODE_INDEX", index.to_string()),
            ("CI_NODE_TOTAL", total.to_string()),
        ];
        assert_ended(&run(&folder, &script(probe), &variables), 0);
        upload(&folder, probe, &judging);
    }
    assert_eq!(words(&judge["needs"]), ["probe"]);
    assert_ended(&run(&judging, &script(judge), &[]), 1);
    assert_whole(&site, &judging);
    assert_eq!(judge["artifacts"]["when"].as_str(), Some("always"));
    let mut kept = words(&judge["artifacts"]["paths"]);
    kept.extend(
        judge["artifacts"]["reports"]["junit"]
            .as_str()
            .map(str::to_owned),
    );
    assert_eq!(kept.len(), 3);
    for file in kept {
        assert!(judging.join(&file).is_file(), "{file}");
    }
}

/// A clone of the repository: the deployment file and what it trusts.
fn checkout(site: &Site, folder: &Path) -> PathBuf {
    fs::create_dir_all(folder.join("pki")).unwrap();
    for file in ["cluster.toml", "pki/acme-root.pem"] {
        fs::copy(site.path(file), folder.join(file)).unwrap();
    }
    folder.to_owned()
}

/// What a job keeps goes to the job that needs it.
fn upload(from: &Path, job: &Yaml, to: &Path) {
    let paths = words(&job["artifacts"]["paths"]);
    assert!(!paths.is_empty());
    for path in paths {
        let copy = format!("cp -- {path} '{}'", to.display());
        let line = ["sh", "-euc", &copy].map(str::to_owned);
        assert_ended(&run(from, &line, &[]), 0);
    }
}

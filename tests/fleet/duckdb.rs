//! README's questions to all findings, as they stand there, by DuckDB's Python module.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::fleet;
use super::readme::{block, run};
use crate::support::program;

/// Runs the statements that it is given, and tells the columns of the view and the rows of each query.
const CLIENT: &str = "import duckdb, json, sys\n\
    load, *queries = sys.argv[1:]\n\
    connection = duckdb.connect()\n\
    connection.execute(load)\n\
    columns = [row[:2] for row in connection.execute('DESCRIBE findings').fetchall()]\n\
    count = connection.execute('SELECT count(*) FROM findings').fetchone()[0]\n\
    rows = [connection.execute(query).fetchall() for query in queries]\n\
    json.dump({'columns': dict(columns), 'count': count, 'rows': rows}, sys.stdout)\n";

/// A Python that has the module.
fn python() -> Option<PathBuf> {
    let has = |python: &PathBuf| {
        let mut import = Command::new(python);
        let output = import.args(["-c", "import duckdb"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let found = program::command("python3").filter(has);
    let how =
        "python3-venv, then pip install duckdb in an environment of it that comes first in PATH";
    program::found("duckdb (Python's module)", how, found)
}

/// Both scenarios, recorded and compressed as README has it, and the lines of their findings.
fn loaded() -> (TempDir, Vec<Value>) {
    let folder = fleet();
    let place = folder.path();
    fs::create_dir(place.join("evidence")).unwrap();
    for (name, called) in [("half-silent", "EMEA"), ("rollout", "APAC")] {
        let evidence = fs::read(place.join(format!("{name}.json"))).unwrap();
        let packed = zstd::encode_all(&evidence[..], 3).unwrap();
        fs::write(place.join(format!("evidence/{name}.json.zst")), packed).unwrap();
        let config = place.join(format!("clusters/{name}.toml"));
        let text = fs::read_to_string(&config).unwrap();
        let renamed = text.replace(
            "name = \"ACME collaboration\"",
            &format!("name = {called:?}"),
        );
        assert_ne!(text, renamed);
        fs::write(config, renamed).unwrap();
    }
    let script = ["sh", "-uc", &block("lines")].map(str::to_owned);
    let output = run(place, &script, &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(1), ""));
    let lines = lines(&place.join("findings"));
    (folder, lines)
}

fn lines(folder: &Path) -> Vec<Value> {
    let files = fs::read_dir(folder).unwrap();
    let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let texts: String = texts.collect();
    let lines = texts
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let all: Vec<Value> = lines.collect();
    assert!(all.len() > 40);
    let open = |line: &Value| line["status"] == "fail" && line["waived"].is_null();
    all.into_iter().filter(open).collect()
}

fn ask(python: &Path, folder: &Path) -> Value {
    let blocks = ["load", "teams", "refused"].map(block);
    let line = [
        &[python.display().to_string(), "-c".into(), CLIENT.into()][..],
        &blocks,
    ]
    .concat();
    let output = run(folder, &line, &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn readme_questions_are_answered() {
    let Some(python) = python() else { return };
    let (folder, open) = loaded();
    let answer = ask(&python, folder.path());
    assert_eq!(answer["count"], open.len());
    assert_types(&answer["columns"]);

    let mut teams: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in open.iter().filter(|line| line["severity"] != "info") {
        let key = (text(&line["owner"]), text(&line["deployment"]));
        *teams.entry(key).or_default() += 1;
    }
    let rows = answer["rows"][0].as_array().unwrap();
    let told: BTreeMap<(String, String), u64> = rows
        .iter()
        .map(|row| ((text(&row[0]), text(&row[1])), row[3].as_u64().unwrap()))
        .collect();
    assert_eq!((rows.len(), told), (teams.len(), teams.clone()));
    assert!(teams.len() >= 4);

    let mut refused = BTreeSet::new();
    for line in &open {
        for effect in line["effects"].as_array().unwrap() {
            let outcome = text(&effect["outcome"]);
            if ["blocked", "mra-fails", "federation-fails"].contains(&&*outcome) {
                let node = line["node"].as_str().map(str::to_owned);
                refused.insert((
                    text(&line["deployment"]),
                    node,
                    text(&effect["who"]),
                    outcome,
                ));
            }
        }
    }
    let rows = answer["rows"][1].as_array().unwrap();
    assert_eq!(rows.len(), refused.len());
    assert!(rows.len() > 5);
    assert!(
        rows.iter()
            .all(|row| !row[4].as_array().unwrap().is_empty())
    );
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// What a query may rely on.
fn assert_types(columns: &Value) {
    for (column, kind) in [
        ("fingerprint", "VARCHAR"),
        ("priority", "BIGINT"),
        ("deployment", "VARCHAR"),
        ("node", "VARCHAR"),
        ("port", "BIGINT"),
        ("generated_at", "TIMESTAMP WITH TIME ZONE"),
        ("certificate_serial", "VARCHAR"),
        ("certificate_not_after", "TIMESTAMP WITH TIME ZONE"),
        ("found", "VARCHAR[]"),
        ("effects", "STRUCT(who VARCHAR, outcome VARCHAR)[]"),
        (
            "fix",
            "STRUCT(summary VARCHAR, steps VARCHAR[], \"restart\" VARCHAR[], cautions VARCHAR[])",
        ),
        (
            "citations",
            "STRUCT(title VARCHAR, section VARCHAR, url VARCHAR)[]",
        ),
    ] {
        assert_eq!(columns[column], kind, "{column}");
    }
}

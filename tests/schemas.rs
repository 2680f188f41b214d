//! The published schemas: valid themselves, saying something about every key, and true of everything that is written.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use certaudit::cli::SchemaOf;
use clap::ValueEnum as _;
use serde_json::{Value, json};
use support::certaudit::run;

const ROLLOUT: [&str; 4] = [
    "audit",
    "fixtures/scenarios/rollout/deployment.toml",
    "--evidence",
    "fixtures/scenarios/rollout/evidence.json",
];
const HALF_SILENT: [&str; 4] = [
    "audit",
    "fixtures/scenarios/half-silent/deployment.toml",
    "--evidence",
    "fixtures/scenarios/half-silent/evidence.json",
];
const ALL: [&str; 3] = ["-f", "json", "--all"];
const ALONE: [&str; 3] = ["--no-fetch", "--no-system-roots", "--all"];

/// What each schema is about: how to get such a document on standard output, or the file that holds one.
fn documents() -> Vec<(&'static str, Source)> {
    let judged = |arguments: &[&[&'static str]]| Source::Command(arguments.concat());
    let plan =
        |arguments: &[&'static str]| Source::Command([&["plan", "-f", "json"], arguments].concat());
    vec![
        ("report", judged(&[&ROLLOUT, &ALL])),
        (
            "report",
            judged(&[&ROLLOUT, &["-f", "json", "--owner", "pki"]]),
        ),
        ("report", judged(&[&HALF_SILENT, &ALL])),
        ("reports", Source::Fleet),
        ("diff", Source::Compared),
        ("report", judged(&[&["demo"], &ALL])),
        (
            "report",
            judged(&[
                &[
                    "csr",
                    "fixtures/requests/rsa2048-sha1.pem",
                    "fixtures/requests/rsa2048-md5.pem",
                    "-f",
                    "json",
                ],
                &ALONE,
            ]),
        ),
        (
            "report",
            judged(&[
                &[
                    "check",
                    "fixtures/certificates/leaf.pem",
                    "fixtures/certificates/rsa1024-sha1.pem",
                    "-f",
                    "json",
                ],
                &ALONE,
            ]),
        ),
        (
            "report",
            judged(&[
                &["csr", "fixtures/requests/bare.pem", "-f", "json"],
                &[
                    "--as",
                    "cup-xmpp",
                    "--xmpp-domain",
                    "acme.test",
                    "--public-ca",
                ],
                &["--issued", "fixtures/certificates/leaf.pem"],
                &ALONE,
            ]),
        ),
        ("finding", judged(&[&ROLLOUT, &["-f", "jsonl", "--all"]])),
        ("finding", judged(&[&HALF_SILENT, &["-f", "jsonl"]])),
        ("evidence", Source::File(ROLLOUT[3])),
        ("evidence", Source::File(HALF_SILENT[3])),
        ("evidence", Source::Recorded),
        ("plan", plan(&["fixtures/deployment/full.toml"])),
        ("plan", plan(&ROLLOUT[1..])),
        ("plan", plan(&HALF_SILENT[1..])),
        ("cluster", Source::File(ROLLOUT[1])),
        ("cluster", Source::File(HALF_SILENT[1])),
        ("cluster", Source::File("fixtures/deployment/full.toml")),
        ("cluster", Source::File("fixtures/deployment/smallest.toml")),
        ("cluster", Source::Command(vec!["demo", "--print-config"])),
    ]
}

/// Where a document comes from.
enum Source {
    /// What a command prints.
    Command(Vec<&'static str>),
    /// A file of this repository.
    File(&'static str),
    /// What `probe -o` writes about nodes that do not answer.
    Recorded,
    /// What `audit` says of two deployments at once.
    Fleet,
    /// What `diff` says of two reports.
    Compared,
}

impl Source {
    fn text(&self) -> String {
        match self {
            Self::File(path) => std::fs::read_to_string(path).unwrap(),
            Self::Command(arguments) => printed(arguments),
            Self::Fleet => fleet(),
            Self::Compared => compared(),
            Self::Recorded => {
                let folder = tempfile::tempdir().unwrap();
                let deployment = "name = 'A'\ndomain = 'a.test'\n[trust]\nsystem = false\n[[node]]\nproduct = 'cucm'\n\
                    address = 'a.test'\nconnect = '127.0.0.1'\nservices = [{ service = 'tomcat', port = 1 }]\n";
                std::fs::write(folder.path().join("cluster.toml"), deployment).unwrap();
                let run = run(folder.path(), &["probe", "-o", "evidence.json"]);
                assert_eq!(run.status, 0, "{}", run.stderr);
                std::fs::read_to_string(folder.path().join("evidence.json")).unwrap()
            }
        }
    }

    /// JSON, several of it in lines, or TOML as an editor sees it: dates are strings.
    fn documents(&self) -> Vec<Value> {
        let text = self.text();
        let all: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text)
            .into_iter()
            .collect();
        all.unwrap_or_else(|_| {
            let table: toml::Table = toml::from_str(&text).unwrap();
            vec![plain(toml::Value::Table(table))]
        })
    }
}

fn fleet() -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, from) in [("a", ROLLOUT), ("b", HALF_SILENT)] {
        for (file, end) in [(from[1], "toml"), (from[3], "json")] {
            std::fs::copy(file, folder.path().join(format!("{name}.{end}"))).unwrap();
        }
        let roots = Path::new(from[1]).parent().unwrap().join("pki");
        let own = folder.path().join("pki");
        std::fs::create_dir_all(&own).unwrap();
        for root in std::fs::read_dir(roots).unwrap() {
            let root = root.unwrap();
            std::fs::copy(root.path(), own.join(root.file_name())).unwrap();
        }
    }
    let line = [
        "audit",
        ".",
        "--evidence",
        "{deployment}.json",
        "-f",
        "json",
    ];
    String::from_utf8(run(folder.path(), &line).stdout).unwrap()
}

fn compared() -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, of) in [("old.json", HALF_SILENT), ("new.json", ROLLOUT)] {
        let report = printed(&[&of, &["-f", "json"][..]].concat());
        std::fs::write(folder.path().join(name), report).unwrap();
    }
    let line = ["diff", "old.json", "new.json", "-f", "json"];
    String::from_utf8(run(folder.path(), &line).stdout).unwrap()
}

fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(when) => json!(when.to_string()),
        toml::Value::Array(items) => items.into_iter().map(plain).collect(),
        toml::Value::Table(members) => members
            .into_iter()
            .map(|(key, member)| (key, plain(member)))
            .collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

fn printed(arguments: &[&str]) -> String {
    let run = run(Path::new("."), arguments);
    assert!(
        matches!(run.status, 0 | 1 | 3),
        "{arguments:?}: {}",
        run.stderr
    );
    String::from_utf8(run.stdout).unwrap()
}

/// Every schema that the command knows, by its word.
fn schemas() -> BTreeMap<String, Value> {
    let words = SchemaOf::value_variants().iter().map(|one| {
        let word = one.to_possible_value().unwrap();
        word.get_name().to_owned()
    });
    let schema = |word: String| {
        let text = printed(&["schema", &word]);
        (word, serde_json::from_str(&text).unwrap())
    };
    words.map(schema).collect()
}

#[test]
fn every_schema_is_one_and_has_a_document_in_the_table() {
    let schemas = schemas();
    assert!(schemas.len() >= 4, "{:?}", schemas.keys());
    let mut names = Vec::new();
    for (word, schema) in &schemas {
        jsonschema::meta::validate(schema).unwrap_or_else(|fault| panic!("{word}: {fault}"));
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert!(
            schema["title"].as_str().unwrap().starts_with("certaudit "),
            "{word}"
        );
        assert!(schema["description"].is_string(), "{word}");
        names.push(
            schema["$id"]
                .as_str()
                .unwrap_or_else(|| panic!("{word} has no $id")),
        );
        assert!(
            documents().iter().any(|(of, _)| of == word),
            "tests/schemas.rs has no document of {word}: add a line to documents()"
        );
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), schemas.len());
}

#[test]
fn everything_that_is_written_is_what_its_schema_says() {
    let schemas = schemas();
    for (of, source) in documents() {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schemas[of])
            .unwrap();
        let documents = source.documents();
        for document in &documents {
            let faults: Vec<String> = validator
                .iter_errors(document)
                .map(|fault| format!("{}: {fault}", fault.instance_path()))
                .collect();
            assert_eq!(faults, [""; 0], "{of}: {}", faults.join("\n"));
        }
        // A schema that takes everything would prove nothing.
        let document = &documents[0];
        for key in schemas[of]["required"].as_array().unwrap() {
            let mut less = document.clone();
            less.as_object_mut().unwrap().remove(key.as_str().unwrap());
            assert!(!validator.is_valid(&less), "{of} without {key}");
        }
        if document.get("schema").is_some() {
            let mut other = document.clone();
            other["schema"] = json!("certaudit.report/0");
            assert!(!validator.is_valid(&other), "{of} of another version");
        }
    }
}

#[test]
fn every_key_of_every_schema_is_described() {
    fn walk(place: &str, schema: &Value, silent: &mut Vec<String>) {
        let Some(members) = schema.as_object() else {
            schema
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|item| walk(place, item, silent));
            return;
        };
        for (key, member) in members {
            let place = format!("{place}/{key}");
            if key == "properties" {
                for (name, described) in member.as_object().into_iter().flatten() {
                    let says = described["description"].as_str().unwrap_or_default();
                    // Of a variant the whole says what it is. The condition of an `if` is no key.
                    let alone = member.as_object().is_some_and(|keys| keys.len() == 1);
                    let is_word = described.get("const").is_some()
                        || (alone && schema["description"].is_string());
                    if says.is_empty() && !is_word && !place.contains("/allOf/") {
                        silent.push(format!("{place}/{name}"));
                    }
                    if says.contains("[`") || says.contains("`None`") {
                        silent.push(format!("{place}/{name} speaks Rust: {says}"));
                    }
                }
            }
            walk(&place, member, silent);
        }
    }
    for (word, schema) in schemas() {
        let mut silent = Vec::new();
        walk(&word, &schema, &mut silent);
        assert_eq!(silent, [""; 0], "{}", silent.join("\n"));
    }
}

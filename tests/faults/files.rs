//! Few open files: as many services as ever are examined, only fewer at once.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::disk::through;
use crate::scene::{self, json, text};
use crate::support::faulty::{Fault, Faulty};
use crate::web;

const SILENT: usize = 300;
const GOOD: usize = 200;
const TIMEOUT: Duration = Duration::from_secs(2);

/// Silent services first, so that they have every connection that there is.
fn deployment(silent: &str, good: &str) -> String {
    let mut text = format!(
        "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n[revocation]\ncheck = \"presence\"\n\
         [probe]\ntimeout = \"{}s\"\nconcurrency = 600\n",
        TIMEOUT.as_secs()
    );
    let nodes = (0..SILENT + GOOD).map(|number| {
        if number < SILENT {
            (format!("silent{number}"), silent)
        } else {
            (format!("good{number}"), good)
        }
    });
    for (name, connect) in nodes {
        write!(
            text,
            "[[node]]\nname = \"{name}\"\nproduct = \"other-https\"\naddress = \"{name}.acme.test\"\n\
             services = [{{ service = \"https\", connect = \"{connect}\" }}]\n"
        )
        .unwrap();
    }
    text
}

fn observations(limit: &str) -> Vec<Value> {
    let silent = Faulty::start([127, 0, 0, 1], 0, Fault::Hangs);
    let shown = web::certificate(&web::root(), "good.acme.test");
    let good = web::serve("127.0.0.1:0", &shown, |_, _| ());
    let folder = tempfile::tempdir().unwrap();
    let text_of = deployment(&silent.address.to_string(), &good.address.to_string());
    fs::write(folder.path().join("cluster.toml"), text_of).unwrap();
    let probe = scene::command(folder.path(), &["probe", "-o", "evidence.json"]);
    let begun = Instant::now();
    let script = format!("{limit} && exec \"$0\" \"$@\"");
    let output = through("sh", &["-c", &script], &probe).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    // A few rounds of silence with 256 files; a test machine may be busy.
    assert!(begun.elapsed() < TIMEOUT * 20, "{:?}", begun.elapsed());
    let evidence = json(&fs::read(folder.path().join("evidence.json")).unwrap());
    evidence["observations"].as_array().unwrap().clone()
}

fn assert_all_examined(limit: &str) {
    let seen = observations(limit);
    assert_eq!(seen.len(), SILENT + GOOD);
    for one in &seen {
        let shown = !one["presentations"].as_array().is_none_or(Vec::is_empty);
        if one["node"].as_str().unwrap().starts_with("good") {
            assert!(shown, "{limit}: {one}");
        } else {
            assert_eq!(one["silence"]["step"], "handshake", "{limit}: {one}");
        }
    }
}

#[test]
fn every_service_is_examined_with_few_open_files() {
    assert_all_examined("ulimit -n 256");
}

#[test]
fn a_limit_that_may_be_raised_is_raised() {
    assert_all_examined("ulimit -S -n 64");
}

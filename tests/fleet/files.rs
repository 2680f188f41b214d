//! Files that deployments name: all are read before the first connection, and no more afterwards.

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use super::{refused, stdout};
use crate::support::site::run;

/// More than are probed at the same time.
const DEPLOYMENTS: usize = 20;

/// Deployments of a node each, all at one socket, with lines for their `[trust]` and `[probe]`.
fn folder(listener: &TcpListener, more: impl Fn(usize) -> &'static str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let root = "fixtures/certificates/leaf.pem";
    fs::copy(root, place.join("root.pem")).unwrap();
    fs::write(place.join("garbage.pem"), "garbage").unwrap();
    fs::create_dir(place.join("clusters")).unwrap();
    let socket = listener.local_addr().unwrap();
    for number in 0..DEPLOYMENTS {
        let text = format!(
            "name = 'D{number}'\ndomain = 'a.test'\n{}\n[revocation]\ncheck = 'presence'\n[dns]\nserver = '127.0.0.1:1'\n\
             [[node]]\nproduct = 'other-https'\naddress = 'a.test'\nconnect = '{}'\n\
             services = [{{ service = 'https', port = {} }}]\n",
            more(number),
            socket.ip(),
            socket.port()
        );
        let name = format!("clusters/d{number:02}.toml");
        fs::write(place.join(name), text).unwrap();
    }
    folder
}

fn nobody_connected(listener: &TcpListener) {
    listener.set_nonblocking(true).unwrap();
    let accepted = listener.accept().map(drop);
    assert_eq!(accepted.unwrap_err().kind(), ErrorKind::WouldBlock);
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().count() == 0
}

#[test]
fn what_is_wrong_with_any_of_them_comes_at_once_before_anything_is_probed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = folder(&listener, |number| match number {
        3 | 4 => "[trust]\nsystem = false\nroots = ['../missing.pem']",
        12 => "[trust]\nsystem = false\nintermediates = ['../garbage.pem']",
        17 => {
            "[trust]\nsystem = false\nroots = ['../root.pem']\npinned = ['../nowhere.pem']\n\
             [probe]\nclient_certificate = { chain = '../root.pem', key = '../garbage.pem' }"
        }
        19 => "[probe]\nclient_certificate = { chain = '../chain.pem', key = '../scan.key' }",
        _ => "[trust]\nsystem = false\nroots = ['../root.pem']",
    });
    fs::create_dir(folder.path().join("out")).unwrap();
    let trusted = ["missing.pem", "garbage.pem", "nowhere.pem"];
    let shown = ["root.pem: ", "chain.pem"];
    let lines: [&[&str]; 3] = [
        &["scan", "clusters", "-w", "json=out/all.json"],
        &["probe", "clusters", "-o", "out/{deployment}.json"],
        &[
            "audit",
            "clusters",
            "--evidence",
            "{deployment}.json",
            "-w",
            "json=out/all.json",
        ],
    ];
    for line in lines {
        let output = run(folder.path(), line);
        refused(&output, &trusted);
        let said = String::from_utf8(output.stderr).unwrap();
        let probes = line[0] != "audit";
        assert!(
            shown.iter().all(|name| said.contains(name) == probes),
            "{said}"
        );
        assert_eq!(said.matches("missing.pem").count(), 1, "{said}");
        assert_eq!(said.lines().count(), if probes { 5 } else { 3 }, "{said}");
        nobody_connected(&listener);
        assert!(is_empty(&folder.path().join("out")));
    }
    // Faults of the deployment files themselves come with them.
    fs::write(folder.path().join("clusters/d05.toml"), "name = 1\n").unwrap();
    let output = run(folder.path(), &["scan", "clusters"]);
    refused(&output, &["d05.toml", "missing.pem", "chain.pem"]);
    nobody_connected(&listener);
}

#[test]
fn they_are_not_read_again_while_it_runs() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = folder(
        &listener,
        |_| "[trust]\nsystem = false\nroots = ['../root.pem']",
    );
    let root = folder.path().join("root.pem");
    thread::spawn(move || {
        for accepted in listener.incoming() {
            // Gone as soon as the first group is being probed.
            drop(fs::remove_file(&root));
            drop(accepted);
        }
    });
    let output = run(folder.path(), &["scan", "clusters", "-f", "json"]);
    let reports: Value = serde_json::from_str(&stdout(&output, 1)).unwrap();
    assert_eq!(reports["reports"].as_array().unwrap().len(), DEPLOYMENTS);
    assert!(!folder.path().join("root.pem").exists());
}

#[test]
fn evidence_that_is_not_there_is_told_before_anything_is_judged() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = folder(&listener, |_| "[trust]\nsystem = false");
    run(
        folder.path(),
        &["probe", "clusters", "-q", "-o", "{deployment}.json"],
    );
    for name in ["d07.json", "d19.json"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let line = [
        "audit",
        "clusters",
        "--evidence",
        "{deployment}.json",
        "-f",
        "jsonl",
    ];
    refused(&run(folder.path(), &line), &["d07.json", "d19.json"]);
}

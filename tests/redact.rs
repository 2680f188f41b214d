//! `certaudit redact`: the same rules say the same of the same services, and nothing of the original is left.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "redact/answers.rs"]
mod answers;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::certificate::issue::{Authority, Order};
use certaudit::certificate::{Certificate, Digest, container};
use certaudit::evidence::Evidence;
use certaudit::redact::{Redacted, Trusted, redact};
use serde_json::{Value, json};

/// A moment within the life of the certificates made here.
const AT: i64 = 1_795_287_600;

fn certaudit(folder: &Path, arguments: &[&str]) -> (i32, Vec<u8>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), output.stdout, stderr)
}

fn report(folder: &Path, config: &str, evidence: &str) -> (i32, Value) {
    let arguments = [
        "audit",
        config,
        "--evidence",
        evidence,
        "--all",
        "-f",
        "json",
    ];
    let (status, stdout, stderr) = certaudit(folder, &arguments);
    assert!(!stdout.is_empty(), "{stderr}");
    (status, serde_json::from_slice(&stdout).unwrap())
}

/// Rule, status, severity, place of the node in the file, service: with how often it was said.
fn said(report: &Value) -> BTreeMap<String, usize> {
    let nodes = report["nodes"].as_array().unwrap();
    let place = |finding: &Value| {
        let is_it = |node: &Value| node["name"] == finding["node"];
        nodes.iter().position(is_it)
    };
    let mut counts = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let key = format!(
            "{} {} {} {:?} {}",
            finding["rule"],
            finding["status"],
            finding["severity"],
            place(finding),
            finding["service"]
        );
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn clients(report: &Value) -> Vec<(Value, Value)> {
    let both = ["clients", "peers"].map(|key| report[key].as_array().unwrap().clone());
    both.concat()
        .iter()
        .map(|one| (one["client"].clone(), one["outcome"].clone()))
        .collect()
}

fn scenarios() -> Vec<PathBuf> {
    let entries = fs::read_dir("fixtures/scenarios").unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn scenarios_are_judged_alike_and_nothing_of_them_is_left() {
    for scenario in scenarios() {
        let folder = tempfile::tempdir().unwrap();
        let out = |name: &str| folder.path().join(name).display().to_string();
        let (evidence, config) = (out("evidence.json"), out("cluster.toml"));
        let arguments = [
            "redact",
            "evidence.json",
            "-o",
            &evidence,
            "--config",
            "deployment.toml",
            "--config-output",
            &config,
        ];
        let (status, stdout, stderr) = certaudit(&scenario, &arguments);
        assert_eq!((status, stdout.len(), &*stderr), (0, 0, ""));
        let (status, original) = report(&scenario, "deployment.toml", "evidence.json");
        let (new_status, redacted) = report(folder.path(), "cluster.toml", "evidence.json");
        assert_eq!(status, new_status);
        assert_eq!(said(&original), said(&redacted));
        assert_eq!(original["verdict"], redacted["verdict"]);
        assert_eq!(original["summary"], redacted["summary"]);
        assert_eq!(clients(&original), clients(&redacted));
        assert_eq!(original.get("redacted"), None);
        assert_eq!(redacted["redacted"]["notes"], json!([]));
        let text = fs::read_to_string(scenario.join("evidence.json")).unwrap();
        let secrets = secrets(&Evidence::read(&text).unwrap());
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            hold_nothing(
                &fs::read_to_string(&path).unwrap(),
                &secrets,
                &path.display().to_string(),
            );
        }
        let table = certaudit(folder.path(), &["audit", "--evidence", "evidence.json"]).1;
        assert!(
            String::from_utf8(table)
                .unwrap()
                .contains("REDACTED: names,")
        );
    }
}

/// What must not be found: labels and words of names, serial numbers and key identifiers, digests.
fn secrets(evidence: &Evidence) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = ["acme", "cucm-pub", "imp1", "expe1"]
        .map(str::to_owned)
        .into();
    for (digest, parsed) in evidence.certificates.iter() {
        all.insert(digest.to_string());
        if let Ok(certificate) = parsed {
            let serial = certificate.serial.trim_start_matches('0').to_owned();
            let ids = [
                &certificate.subject_key_identifier,
                &certificate.authority_key_identifier,
            ];
            all.extend(ids.into_iter().flatten().map(|id| hex(id)));
            all.insert(hex(&certificate.spki[certificate.spki.len() - 32..]));
            // Short ones are found by chance in any hex.
            all.extend(Some(serial).filter(|serial| serial.len() >= 8));
        }
    }
    all.retain(|secret| secret.len() >= 4);
    all
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

/// No name or number of the fixtures is as long.
const LONG: usize = 128;

/// Searches the text, and every base64 in it as bytes, as text in UTF-8 and UTF-16, and as hex.
fn hold_nothing(text: &str, secrets: &BTreeSet<String>, place: &str) {
    let (mut forms, mut plain) = (Vec::new(), String::new());
    let unwrapped = text
        .replace("-----\n", "\"")
        .replace("\n-----", "\"")
        .replace('\n', "");
    for quoted in unwrapped.split('"') {
        let decoded = STANDARD.decode(quoted);
        // Four letters of a name stand in much base64 by chance.
        if decoded.is_err() || quoted.len() < LONG {
            plain += &quoted.to_lowercase();
            plain.push('"');
        }
        let Ok(bytes) = decoded else {
            continue;
        };
        forms.push(String::from_utf8_lossy(&bytes).to_lowercase());
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        forms.push(String::from_utf8_lossy(&narrow).to_lowercase());
        forms.push(hex(&bytes));
    }
    forms.push(plain);
    for secret in secrets {
        let holds = |form: &&String| form.contains(secret);
        assert!(
            !forms.iter().any(|form| holds(&form)),
            "{place} holds {secret}"
        );
    }
}

/// Evidence of one service that presents `chain`, with what URLs answered.
fn evidence(chain: &[Vec<u8>], fetches: &[Value], more: &Value) -> Evidence {
    let digests: Vec<String> = chain
        .iter()
        .map(|der| Digest::of(der).to_string())
        .collect();
    let certificates: BTreeMap<String, String> = digests
        .iter()
        .cloned()
        .zip(chain.iter().map(|der| STANDARD.encode(der)))
        .collect();
    let mut value = json!({
        "schema": "certaudit.evidence/1", "version": "0.1.0", "deployment": "ACME", "complete": true,
        "collected_at": "2026-11-21T19:00:00Z", "certificates": certificates, "fetches": fetches,
        "observations": [{
            "node": "imp1", "service": "tomcat", "port": 8443, "address": "10.7.7.7:8443", "silence": null,
            "presentations": [{
                "chain": digests, "version": "TLSv1.2", "cipher": null, "group": null, "stapled_ocsp": null,
                "client_certificate": null, "ending": { "broken-off": "closed by ACME proxy at proxy.acme.test" } }] }]
    });
    for (key, part) in more.as_object().unwrap() {
        value[key] = part.clone();
    }
    Evidence::read(&value.to_string()).unwrap()
}

/// The certificates of the only presentation, in its order.
fn presented(evidence: &Evidence) -> Vec<Vec<u8>> {
    let chain = &evidence.observations[0].presentations[0].chain;
    chain
        .iter()
        .map(|digest| evidence.certificates.der(digest).unwrap().to_vec())
        .collect()
}

fn files(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .map(|path| {
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

fn pem_files(folder: &str) -> Vec<Vec<u8>> {
    let read = |(_, bytes): (String, Vec<u8>)| container::certificates(&bytes).unwrap();
    let files = files(folder, ".pem").into_iter();
    let no_list = |(name, _): &(String, Vec<u8>)| !name.ends_with(".crl.pem");
    files.filter(no_list).flat_map(read).collect()
}

fn redacted(evidence: &Evidence) -> Redacted {
    redact(evidence, &Trusted::default())
}

#[test]
fn odd_certificates_keep_what_is_odd_about_them() {
    let chain = pem_files("fixtures/certificates");
    let evidence = evidence(&chain, &[], &json!({}));
    let redacted = redacted(&evidence).evidence;
    let made = presented(&redacted);
    assert_eq!(made.len(), chain.len());
    for (before, after) in chain.iter().zip(&made) {
        let [before, after] = [before, after].map(|der| Certificate::from_der(der).unwrap());
        let name = &before.subject.text;
        if before.signature.name == "ecdsa-with-SHA1" {
            let notes = &redacted.redacted.as_ref().unwrap().notes;
            let told = notes.iter().any(|note| note.contains("ecdsa-with-SHA1"));
            assert!(told, "{notes:?}");
            continue;
        }
        assert_eq!(before.public_key, after.public_key, "{name}");
        assert_eq!(before.signature, after.signature, "{name}");
        assert_eq!(before.self_signed, after.self_signed, "{name}");
        assert_eq!(before.not_after, after.not_after, "{name}");
        assert_eq!(before.key_usage, after.key_usage, "{name}");
        assert_eq!(
            before.is_signed_by(&before),
            after.is_signed_by(&after),
            "{name}"
        );
        assert_ne!(before.spki, after.spki, "{name}");
        assert_ne!(before.subject.text, after.subject.text);
    }
    let text = redacted.write().unwrap();
    assert_eq!(Evidence::read(&text).unwrap(), redacted);
    hold_nothing(&text, &secrets(&evidence), "odd certificates");
}

#[test]
fn nothing_is_left_of_a_deployment_in_any_part_of_the_evidence() {
    let root = Authority::root("ACME Root CA", AT).unwrap();
    let issuing = root.intermediate("ACME Issuing CA", AT).unwrap();
    let order = Order {
        dns: vec![
            "imp1.acme.test".to_owned(),
            "Imp1-ms.eu.acme.co.uk".to_owned(),
            "acme".to_owned(),
        ],
        xmpp_addresses: vec!["acme.test".to_owned()],
        srv_names: vec!["_xmpp-client.acme.test".to_owned()],
        ocsp_url: Some("http://acme:acme@ocsp.acme.test:8080/acme?imp1".to_owned()),
        ..Order::server("imp1.acme.test", AT)
    };
    let leaf = issuing.issue(&order).unwrap().der;
    let mut broken = leaf.clone();
    broken.truncate(leaf.len() - 9);
    let chain = [
        leaf.clone(),
        issuing.der().to_vec(),
        root.der().to_vec(),
        broken,
        b"ACME imp1".to_vec(),
    ];
    let silence = |kind: &str, key: &str, words: &str| {
        json!({ "node": "ACME imp1", "service": "sip", "port": 5061, "address": null, "presentations": [],
            "silence": { "kind": kind, key: words } })
    };
    let shown = serde_json::to_value(evidence(&chain, &[], &json!({}))).unwrap();
    let more = json!({
        "observations": [shown["observations"][0],
            silence("not-tls", "seen", "220 imp1.acme.test ACME-mail ready (acme)"),
            silence("unresolved", "reason", "no record for imp1.acme.test. at 10.7.7.7:53 and fd00:7::7, /etc/acme"),
            silence("prelude-refused", "reason", "host-unknown")],
        "dns": [
            { "name": "7.7.7.10.in-addr.arpa", "kind": "PTR", "outcome": { "kind": "answered", "records": [{ "name": "imp1.acme.test" }] } },
            { "name": "imp1.acme.test", "kind": "A", "outcome": { "kind": "answered", "records": [{ "address": "10.7.7.7" }] } },
            { "name": "_cuplogin._tcp.acme.test", "kind": "SRV", "outcome": { "kind": "answered", "records": [
                { "priority": 0, "weight": 0, "port": 8443, "target": "imp1.acme.test" }] } }],
        "uds": [{ "node": "imp1", "port": 8443, "address": "10.7.7.7:8443",
            "servers": { "kind": "listed", "names": ["imp1", "IMP1.ACME.TEST", "10.7.7.7"] },
            "version": { "kind": "told", "text": "14.0.1 acme" } }],
        "fetches": [{ "url": "http://ocsp.acme.test/acme", "request": STANDARD.encode("acme"), "elapsed_ms": 3,
            "redirects": ["http://imp1.acme.test/"], "outcome": { "kind": "answered", "status": 200,
                "content_type": "text/acme", "body": STANDARD.encode("<html>ACME imp1</html>") } }],
    });
    let evidence = evidence(&chain, &[], &more);
    let redacted = redacted(&evidence).evidence;
    let text = redacted.write().unwrap();
    let mut secrets = secrets(&evidence);
    secrets.extend(["10.7.7.7", "7.7.7.10", "fd00", "0a070707", "/etc"].map(str::to_owned));
    hold_nothing(&text, &secrets, "rich evidence");
    let uds = redacted.uds[0].names();
    assert_eq!(uds[1], uds[1].to_uppercase());
    let made = Certificate::from_der(&presented(&redacted)[0]).unwrap();
    assert_eq!(made.dns_names()[0].to_uppercase(), uds[1]);
    assert_eq!(made.dns_names()[0].split('.').next(), Some(uds[0].as_str()));
    assert!(made.srv_names()[0].value.starts_with("_xmpp-client."));
    assert!(
        text.contains("host-unknown"),
        "conditions of XMPP are nobody's secret"
    );
    assert!(Certificate::from_der(&presented(&redacted)[3]).is_err());
    let notes = redacted.redacted.unwrap().notes.join("\n");
    assert!(
        notes.contains("cannot be decoded") && notes.contains("OCSP request"),
        "{notes}"
    );
}

//! One deployment in which each server program appears as the product that it is most like: the whole report.
//!
//! Servers on ports below 1024 move up where those are for root alone.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

#[path = "interop_all/estate.rs"]
mod estate;
#[path = "interop_all/expected.rs"]
mod expected;
#[path = "interop_all/rare.rs"]
mod rare;
mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::certaudit::{self, EVIDENCE, Report};
use support::company::{Company, ROOT};
use support::order::Order;

use estate::Estate;
use expected::Presented;

#[test]
fn every_server_program_in_one_deployment() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut estate = Estate::new(&company);
    let Some(directory) = estate.cluster.ready() else {
        return;
    };

    let run = certaudit::scan_and_replay(directory);

    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = run.report();
    assert_eq!(report.json["complete"], true);
    assert_services(&report, &estate.expected);
    assert_eq!(findings(&report), expected::FINDINGS);
    assert_old_versions(&report);

    let own = company.issue(&Order::leaf("scan.acme.test"));
    let (chain, key) = (own.chain.display(), own.key.display());
    estate.cluster.probe(&format!(
        "{}\nclient_certificate = {{ chain = \"{chain}\", key = \"{key}\" }}",
        estate::PATIENCE
    ));
    let directory = estate.cluster.ready().unwrap();
    let run = certaudit::scan_and_replay(directory);

    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = run.report();
    assert_eq!(
        findings(&report),
        expected::FINDINGS,
        "they are about the same"
    );
    assert_client_certificate_taken(&report, directory);
}

/// One by one, so that a difference is not lost among the others.
fn assert_services(report: &Report, expected: &[Presented]) {
    let shown = services(report);
    for (shown, expected) in shown.iter().zip(expected) {
        assert_eq!(shown, expected);
    }
    assert_eq!(shown.len(), expected.len(), "{shown:#?}");
}

/// Every service of the report, in its order.
fn services(report: &Report) -> Vec<Presented> {
    let nodes = report.json["nodes"].as_array().unwrap();
    let of = |node: &Value| {
        let name = node["name"].as_str().unwrap().to_owned();
        let services = node["services"].as_array().unwrap();
        let read = |entry: &Value| Presented::read(&name, entry);
        services.iter().map(read).collect::<Vec<_>>()
    };
    nodes.iter().flat_map(of).collect()
}

/// Every finding: status, rule, node, service; sorted.
fn findings(report: &Report) -> Vec<String> {
    let findings = report.json["findings"].as_array().unwrap();
    let line = |finding: &Value| {
        let word = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        [word("status"), word("rule"), word("node"), word("service")].join(" ")
    };
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

/// What was offered instead of TLS 1.2 is said, and the chain was read all the same.
fn assert_old_versions(report: &Report) {
    let findings = report.json["findings"].as_array().unwrap();
    let old = findings
        .iter()
        .find(|finding| finding["rule"] == "tls-version-old");
    let message = old.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("TLSv1.0"), "{message}");
}

/// With a certificate the ports that ask for one take it and complete the handshake: in the report, and in the evidence.
fn assert_client_certificate_taken(report: &Report, directory: &Path) {
    let evidence = fs::read_to_string(directory.join(EVIDENCE)).unwrap();
    let evidence: Value = serde_json::from_str(&evidence).unwrap();
    let observations = evidence["observations"].as_array().unwrap();
    let authorities = json!([format!("CN={ROOT}")]);
    let cases = [
        ("cucm-pub", "sip", &authorities),
        ("cucm-old-trunk", "sip", &authorities),
        ("cucm-new-trunk", "sip", &authorities),
        ("imp1", "xmpp-server", &json!([])),
        ("imp2", "xmpp-client", &json!([])),
        ("imp2", "xmpp-server", &authorities),
    ];
    for (node, service, authorities) in cases {
        let request = &report.service(node, service)["client_certificate"];
        let expected = json!({ "asked": true, "required": false, "authorities": authorities });
        assert_eq!(*request, expected, "{node} {service}");
        let of = |seen: &&Value| seen["node"] == node && seen["service"] == service;
        let shown = &observations.iter().find(of).unwrap()["presentations"][0];
        assert_eq!(shown["client_certificate"]["given"], true, "{shown}");
        assert_eq!(shown["ending"], "completed", "{shown}");
    }
}

//! The plan's JSON makes requests, OpenSSL's CA signs them, and `check` finds nothing; a scan that saw them is in place.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::support::openssl::Workshop;
use super::support::{certaudit, process};

const DEPLOYMENT: &str = r#"
name = "ACME"
domain = "acme.test"
xmpp_domains = ["acme.test", "im.acme.test"]
release = "14SU2"
[trust]
system = false
roots = ["root.pem"]
[revocation]
check = "presence"
[mra]
registration_domains = ["acme.test"]
cluster_name = "expc.acme.test"
phone_security_profiles = ["jabber-secure.acme.test"]
[federation]
domains = ["acme.test", "mail.acme.test"]
through = "im-presence"
chat_node_aliases = ["chat1.acme.test"]
[multi_server]
tomcat = ["cucm-pub", "imp1"]
[[node]]
name = "cucm-pub"
product = "cucm"
address = "cucm-pub.acme.test"
services = ["tomcat", "sip", "capf", "tvs"]
[[node]]
name = "imp1"
product = "im-presence"
address = "imp1.acme.test"
tls_peer_subjects = ["cucm-pub.acme.test"]
[[node]]
name = "cuc1"
product = "unity-connection"
address = "cuc1.acme.test"
release = "15"
[[node]]
name = "expc1"
product = "expressway-c"
address = "expc1.acme.test"
release = "X14.2"
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
release = "X15.4"
[[node]]
name = "dc1"
product = "ldap"
address = "dc1.acme.test"
[[node]]
name = "idp"
product = "identity-provider"
address = "idp.acme.test"
[[setting]]
location = "UC Service > IM and Presence"
value = "presence.acme.test"
node = "imp1"
[[sip_trunk]]
to = "imp1"
x509_subject = "imp1.acme.test"
"#;

/// What the request of a line says, in openssl's configuration language.
fn settings(line: &Value) -> String {
    let words = |key: &str| {
        let all = line[key].as_array().unwrap();
        all.iter()
            .map(|one| one.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(",")
    };
    let names = line["subject_alternative_names"].as_array().unwrap();
    let mut text = format!(
        "[req]\nprompt = no\ndistinguished_name = subject\nreq_extensions = wanted\nstring_mask = utf8only\n\
         [subject]\nO = ACME\nCN = {}\n[wanted]\nkeyUsage = {}\nextendedKeyUsage = {}\n",
        line["subject"]["common_name"].as_str().unwrap(),
        words("key_usage"),
        words("extended_key_usage")
    );
    if !names.is_empty() {
        text += "subjectAltName = @names\n[names]\n";
    }
    for (number, name) in names.iter().enumerate() {
        assert_eq!(name["kind"], "dns");
        writeln!(text, "DNS.{number} = {}", name["name"].as_str().unwrap()).unwrap();
    }
    text
}

fn openssl(folder: &Path, line: &str) {
    let mut command = Command::new("openssl");
    command.args(line.split(' ')).current_dir(folder);
    let output = process::run(&mut command, Duration::from_secs(60));
    assert!(
        output.status.success(),
        "openssl {line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A CA that copies what a request asks for, as a CA for Cisco's requests should.
fn authority(folder: &Path) {
    fs::write(
        folder.join("ca.cnf"),
        "[req]\nprompt = no\ndistinguished_name = subject\nx509_extensions = ca\n[subject]\nCN = ACME Root CA\n\
         [ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\nsubjectKeyIdentifier = hash\n",
    )
    .unwrap();
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -config ca.cnf -keyout root.key -out root.pem -days 3650",
    );
    fs::write(
        folder.join("sign.cnf"),
        "authorityKeyIdentifier = keyid\nsubjectKeyIdentifier = hash\ncrlDistributionPoints = URI:http://127.0.0.1/acme.crl\n",
    )
    .unwrap();
}

fn certificate(folder: &Path, line: &Value, number: usize) -> String {
    let bits = line["key"]["bits"].as_u64().unwrap();
    fs::write(folder.join(format!("{number}.cnf")), settings(line)).unwrap();
    openssl(
        folder,
        &format!(
            "req -new -newkey rsa:{bits} -nodes -config {number}.cnf -keyout {number}.key -out {number}.csr"
        ),
    );
    openssl(
        folder,
        &format!(
            "x509 -req -in {number}.csr -CA root.pem -CAkey root.key -CAcreateserial -copy_extensions copyall \
             -extfile sign.cnf -days 365 -sha256 -out {number}.pem"
        ),
    );
    format!("{number}.pem")
}

/// The plan of the deployment, and a folder with its files and a CA.
fn office() -> Option<(TempDir, Value)> {
    Workshop::open()?;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cluster.toml"), DEPLOYMENT).unwrap();
    authority(folder.path());
    let run = certaudit::run(folder.path(), &["plan", "-f", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let plan = serde_json::from_slice(&run.stdout).unwrap();
    Some((folder, plan))
}

#[test]
fn what_the_plan_orders_passes_the_check() {
    let Some((folder, plan)) = office() else {
        return;
    };
    let lines = plan["certificates"].as_array().unwrap();
    assert_eq!(lines.len(), 12, "{lines:#?}");
    for (number, line) in lines.iter().enumerate() {
        let file = certificate(folder.path(), line, number);
        for node in line["nodes"].as_array().unwrap() {
            let (node, name) = (
                node["name"].as_str().unwrap(),
                line["certificate_name"].as_str().unwrap(),
            );
            let arguments = [
                "check",
                &file,
                "--config",
                "cluster.toml",
                "--node",
                node,
                "--as",
                name,
                "--no-fetch",
                "-f",
                "json",
                "--fail-on",
                "info",
                // The test's CA is a private one.
                "--skip",
                "expressway-private-ca",
            ];
            let run = certaudit::run(folder.path(), &arguments);
            let report = run.report();
            let failed: Vec<&Value> = report.json["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|finding| finding["status"] == "fail")
                .collect();
            assert!(failed.is_empty(), "{name} of {node}: {failed:#?}");
            assert_eq!(run.status, 0, "{name} of {node}: {}", run.stderr);
        }
    }
}

#[test]
fn a_request_spoiled_in_one_point_does_not_pass() {
    let Some((folder, plan)) = office() else {
        return;
    };
    let lines = plan["certificates"].as_array().unwrap();
    let line = lines
        .iter()
        .find(|line| line["id"] == "imp1/cup-xmpp")
        .unwrap();
    let spoil = |change: &dyn Fn(&mut Value), rule: &str, number| {
        let mut line = line.clone();
        change(&mut line);
        let file = certificate(folder.path(), &line, number);
        let arguments = [
            "check",
            &file,
            "--config",
            "cluster.toml",
            "--node",
            "imp1",
            "--as",
            "cup-xmpp",
            "--no-fetch",
            "-f",
            "json",
        ];
        let report = certaudit::run(folder.path(), &arguments).report();
        let found = report.json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["rule"] == rule);
        assert!(found, "{rule}: {:#?}", report.json["findings"]);
    };
    spoil(
        &|line| {
            line["subject_alternative_names"]
                .as_array_mut()
                .unwrap()
                .truncate(2);
        },
        "identity-xmpp-domain-missing",
        1,
    );
    spoil(
        &|line| line["key_usage"].as_array_mut().unwrap().truncate(1),
        "usage-data-encipherment-missing",
        2,
    );
    spoil(
        &|line| {
            line["extended_key_usage"].as_array_mut().unwrap().remove(0);
        },
        "usage-server-auth-missing",
        3,
    );
}

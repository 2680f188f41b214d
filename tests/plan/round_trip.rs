//! The plan's JSON makes requests, OpenSSL's CA signs them, and `csr`, `csr --issued` and `check` find nothing; what is spoiled
//! in one point is found by name.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::support::openssl::Workshop;
use super::support::{certaudit, process};

pub(super) const DEPLOYMENT: &str = r#"
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

pub(super) fn openssl(folder: &Path, line: &str) {
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

fn request(folder: &Path, line: &Value, number: usize, digest: &str) -> String {
    let bits = line["key"]["bits"].as_u64().unwrap();
    fs::write(folder.join(format!("{number}.cnf")), settings(line)).unwrap();
    openssl(
        folder,
        &format!(
            "req -new -newkey rsa:{bits} -nodes -{digest} -config {number}.cnf -keyout {number}.key -out {number}.csr"
        ),
    );
    format!("{number}.csr")
}

/// Certificate, key and request in the files `NUMBER.pem`, `.key` and `.csr`; the name of the first.
pub(super) fn certificate(folder: &Path, line: &Value, number: usize) -> String {
    request(folder, line, number, "sha256");
    openssl(
        folder,
        &format!(
            "x509 -req -in {number}.csr -CA root.pem -CAkey root.key -CAcreateserial -copy_extensions copyall \
             -extfile sign.cnf -days 365 -sha256 -out {number}.pem"
        ),
    );
    format!("{number}.pem")
}

/// What a CA makes of a request that has its own mind about names and usages: those of `line`.
fn own_way(folder: &Path, line: &Value, number: usize) -> String {
    let always = fs::read_to_string(folder.join("sign.cnf")).unwrap();
    let text = settings(line).replace("[wanted]\n", &format!("[wanted]\n{always}"));
    fs::write(folder.join("own.cnf"), text).unwrap();
    openssl(
        folder,
        &format!(
            "x509 -req -in {number}.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile own.cnf \
             -extensions wanted -days 365 -sha256 -out {number}.own.pem"
        ),
    );
    format!("{number}.own.pem")
}

/// Exit status and what failed of a command about a certificate of a node.
fn judged(
    folder: &Path,
    command: &[&str],
    node: &str,
    name: &str,
    fail_on: &str,
) -> (i32, Vec<Value>) {
    let always = [
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
        fail_on,
        // The test's CA is a private one.
        "--skip",
        "expressway-private-ca",
    ];
    let run = certaudit::run(folder, &[command, &always].concat());
    let mut report = run.report();
    let findings = report.json["findings"].take();
    let failed = findings.as_array().unwrap().iter();
    let failed = failed.filter(|finding| finding["status"] == "fail");
    (run.status, failed.cloned().collect())
}

/// The plan of the deployment, and a folder with its files and a CA.
pub(super) fn office() -> Option<(TempDir, Value)> {
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
fn what_the_plan_orders_is_clean_as_request_and_as_certificate() {
    let Some((folder, plan)) = office() else {
        return;
    };
    let lines = plan["certificates"].as_array().unwrap();
    assert_eq!(lines.len(), 12, "{lines:#?}");
    for (number, line) in lines.iter().enumerate() {
        let file = certificate(folder.path(), line, number);
        let request = format!("{number}.csr");
        for node in line["nodes"].as_array().unwrap() {
            let (node, name) = (
                node["name"].as_str().unwrap(),
                line["certificate_name"].as_str().unwrap(),
            );
            for command in [
                &["csr", &request][..],
                &["csr", &request, "--issued", &file],
                &["check", &file],
            ] {
                let (status, failed) = judged(folder.path(), command, node, name, "info");
                assert!(
                    failed.is_empty() && status == 0,
                    "{command:?}: {name} of {node} ends with {status}: {failed:#?}"
                );
            }
        }
    }
}

/// cup-xmpp of imp1: it has names of every kind and all three usages.
struct Spoiled {
    folder: TempDir,
    line: Value,
}

impl Spoiled {
    fn new() -> Option<Self> {
        let (folder, plan) = office()?;
        let lines = plan["certificates"].as_array().unwrap();
        let line = lines.iter().find(|line| line["id"] == "imp1/cup-xmpp");
        let line = line.unwrap().clone();
        Some(Self { folder, line })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The line with one word less in a list.
    fn without(&self, list: &str, word: &str) -> Value {
        let mut line = self.line.clone();
        let all = line[list].as_array_mut().unwrap();
        let before = all.len();
        all.retain(|one| *one != word && one["name"] != word);
        assert_eq!(all.len() + 1, before, "{list} has {word}");
        line
    }

    #[track_caller]
    fn expect(&self, command: &[&str], rule: &str, word: &str) {
        let (status, failed) = judged(self.path(), command, "imp1", "cup-xmpp", "warning");
        let found = failed
            .iter()
            .any(|finding| finding["rule"] == rule && finding.to_string().contains(word));
        assert!(found, "{rule} ({word}) by {command:?}: {failed:#?}");
        assert_eq!(status, 1, "{rule} by {command:?}");
    }
}

const NAMES: &str = "subject_alternative_names";
const USES: &str = "key_usage";
const PURPOSES: &str = "extended_key_usage";

#[test]
fn a_certificate_spoiled_in_one_point_does_not_pass() {
    let Some(spoiled) = Spoiled::new() else {
        return;
    };
    let cases = [
        (NAMES, "im.acme.test", "identity-xmpp-domain-missing"),
        (USES, "dataEncipherment", "usage-data-encipherment-missing"),
        (PURPOSES, "serverAuth", "usage-server-auth-missing"),
    ];
    for (number, (list, word, rule)) in cases.into_iter().enumerate() {
        let file = certificate(spoiled.path(), &spoiled.without(list, word), number);
        spoiled.expect(&["check", &file], rule, word);
    }
}

#[test]
fn a_request_spoiled_in_one_point_is_not_clean() {
    let Some(spoiled) = Spoiled::new() else {
        return;
    };
    let cases = [
        (NAMES, "im.acme.test", "csr-name-missing"),
        (USES, "dataEncipherment", "csr-usage-differs"),
        (PURPOSES, "serverAuth", "csr-usage-differs"),
    ];
    for (number, (list, word, rule)) in cases.into_iter().enumerate() {
        let line = spoiled.without(list, word);
        let file = request(spoiled.path(), &line, number, "sha256");
        spoiled.expect(&["csr", &file], rule, word);
    }
    let weak = request(spoiled.path(), &spoiled.line, cases.len(), "sha1");
    spoiled.expect(&["csr", &weak], "csr-signature-weak", "SHA-1");
}

#[test]
fn what_the_ca_changes_is_found() {
    let Some(spoiled) = Spoiled::new() else {
        return;
    };
    let (folder, line) = (spoiled.path(), &spoiled.line);
    certificate(folder, line, 1);
    let other = certificate(folder, line, 2);
    let command = ["csr", "1.csr", "--issued", &other];
    spoiled.expect(&command, "issued-key-differs", "key");
    for (list, word, rule) in [
        (NAMES, "im.acme.test", "issued-names-differ"),
        (USES, "dataEncipherment", "issued-usage-dropped"),
        (PURPOSES, "serverAuth", "issued-usage-dropped"),
    ] {
        let file = own_way(folder, &spoiled.without(list, word), 1);
        spoiled.expect(&["csr", "1.csr", "--issued", &file], rule, word);
    }
}

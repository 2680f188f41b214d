//! `certaudit csr`: signing requests before they go to a CA, and what comes back.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "csr/issued.rs"]
mod issued;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::certificate::KeyUsage;
use certaudit::certificate::container::pem;
use certaudit::certificate::issue::{Authority, Issued, Order};
use serde_json::Value;
use tempfile::TempDir;

const CONFIG: &str = r#"
name = "ACME"
domain = "acme.test"
xmpp_domains = ["acme.test", "im.acme.test"]
[trust]
system = false
roots = ["root.pem"]
[mra]
registration_domains = ["acme.test"]
[federation]
domains = ["mail.acme.test"]
through = "expressway"
chat_node_aliases = ["chat1.acme.test"]
[multi_server]
tomcat = ["cucm1", "imp1"]
[[node]]
name = "cucm1"
product = "cucm"
address = "cucm1.acme.test"
release = "15"
[[node]]
name = "imp1"
product = "im-presence"
address = "imp1.acme.test"
release = "15"
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
release = "X15.2"
"#;
const TOMCAT: [&str; 8] = [
    "--as",
    "tomcat",
    "--product",
    "cucm",
    "--release",
    "14SU2",
    "--name",
    "cucm1.acme.test",
];

struct Desk {
    folder: TempDir,
    root: Authority,
    at: i64,
}

impl Desk {
    fn new() -> Self {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let at = i64::try_from(since.as_secs()).unwrap();
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
            root: Authority::root("ACME Root CA", at).unwrap(),
            at,
        };
        desk.put("root.pem", pem(desk.root.der()).as_bytes());
        desk.put("cluster.toml", CONFIG.as_bytes());
        desk
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn order(&self, names: &[&str]) -> Order {
        Order {
            dns: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Order::server(names[0], self.at)
        }
    }

    /// Writes the request for an order.
    fn request(&self, file: &str, order: &Order) -> Issued {
        let request = order.request().unwrap();
        let text = format!(
            "-----BEGIN CERTIFICATE REQUEST-----\n{}\n-----END CERTIFICATE REQUEST-----\n",
            STANDARD.encode(&request.der)
        );
        self.put(file, text.as_bytes());
        request
    }

    /// Writes what the CA makes of an order for the key of a request.
    fn issue(&self, file: &str, order: &Order, request: &Issued) {
        let key = Some(request.key.clone());
        let order = Order {
            key,
            ..order.clone()
        };
        self.put(file, pem(&self.root.issue(&order).unwrap().der).as_bytes());
    }

    fn csr(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_certaudit"))
            .arg("csr")
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Exit status, and rule and what was looked for of each finding.
    fn found(&self, arguments: &[&str]) -> (Option<i32>, Vec<String>) {
        let output = self.csr(&[arguments, &["-f", "json"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
        assert_eq!(report["schema"], "certaudit.report/1");
        let word = |finding: &Value| {
            let expected = finding["expected"].as_str().unwrap_or("-");
            format!("{} {expected}", finding["rule"].as_str().unwrap())
        };
        let findings = report["findings"].as_array().unwrap();
        (output.status.code(), findings.iter().map(word).collect())
    }
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests");
    path.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_clean_request_is_clean_and_each_spoiling_is_named() {
    let desk = Desk::new();
    let good = desk.order(&["cucm1.acme.test", "acme.test"]);
    desk.request("good.csr", &good);
    let (status, found) = desk.found(&[&TOMCAT[..], &["good.csr"]].concat());
    assert_eq!((status, found), (Some(0), vec![]));
    let without = |change: fn(&mut Order)| {
        let mut order = good.clone();
        change(&mut order);
        desk.request("bad.csr", &order);
        desk.found(&[&TOMCAT[..], &["bad.csr"]].concat())
    };
    let found = without(|order| drop(order.dns.remove(0)));
    assert_eq!(
        found,
        (Some(1), vec!["csr-name-missing cucm1.acme.test".to_owned()])
    );
    let found = without(|order| order.organization = "A & B".to_owned());
    assert_eq!(
        found,
        (
            Some(0),
            vec!["csr-forbidden-characters O without &".to_owned()]
        )
    );
    let found = without(|order| order.key_usage = KeyUsage::DIGITAL_SIGNATURE);
    assert_eq!(
        found,
        (
            Some(0),
            vec!["csr-usage-differs dataEncipherment".to_owned()]
        )
    );
    let public = desk.found(&[&TOMCAT[..], &["--public-ca", "good.csr"]].concat());
    assert_eq!((public.0, public.1.len()), (Some(1), 2), "{:?}", public.1);
}

#[test]
fn old_algorithms_of_openssl_are_named() {
    let desk = Desk::new();
    for (file, rule) in [
        ("rsa1024-sha256.pem", "csr-key-too-small -"),
        ("rsa2048-sha1.pem", "csr-signature-weak SHA-2"),
        ("rsa2048-md5.pem", "csr-signature-weak SHA-2"),
        ("bare.pem", "csr-name-missing cucm.example.com"),
    ] {
        let (status, found) = desk.found(&[&fixture(file)]);
        assert_eq!(status, Some(1), "{file}");
        assert!(found.contains(&rule.to_owned()), "{file}: {found:?}");
    }
    let good = fixture("rsa2048-sha256.pem");
    let only = desk.found(&[&good, "--skip", "csr-forbidden-characters"]);
    assert_eq!(only, (Some(0), vec![]));
    let strict = desk.found(&[&good, "--fail-on", "warning"]);
    assert_eq!(strict.0, Some(1));
}

#[test]
fn a_broken_signature_is_found() {
    let desk = Desk::new();
    let request = desk.order(&["a.acme.test"]).request().unwrap();
    let place = request
        .der
        .windows(4)
        .position(|word| word == b"ACME")
        .unwrap();
    let mut bytes = request.der.clone();
    bytes[place] = b'B';
    desk.put("edited.csr", &bytes);
    let (status, found) = desk.found(&["edited.csr"]);
    assert_eq!(status, Some(1));
    assert_eq!(found, ["csr-signature-invalid -", "csr-not-pem PEM"]);
}

#[test]
fn several_files_are_compared_with_each_other() {
    let desk = Desk::new();
    desk.request("tomcat.csr", &desk.order(&["imp1.acme.test"]));
    let mut other = desk.order(&["imp1.acme.test", "acme.test"]);
    other.organization = "ACME Ltd".to_owned();
    desk.request("xmpp.csr", &other);
    let (status, found) = desk.found(&["tomcat.csr", "xmpp.csr"]);
    let expected = [
        "csr-subject-inconsistent O \"ACME\"",
        "csr-fqdn-repeated imp1.acme.test",
    ];
    assert_eq!(status, Some(0));
    assert_eq!(found, expected);
    let both = [
        fs::read(desk.folder.path().join("tomcat.csr")).unwrap(),
        fs::read(desk.folder.path().join("xmpp.csr")).unwrap(),
    ];
    desk.put("both.csr", &both.concat());
    assert_eq!(desk.found(&["both.csr"]).1, expected);
}

#[test]
fn the_deployment_says_which_names_are_needed() {
    let desk = Desk::new();
    let node = |file: &'static str, node: &'static str, name: &'static str| {
        desk.found(&[
            "--config",
            "cluster.toml",
            "--node",
            node,
            "--as",
            name,
            file,
        ])
    };
    desk.request("one.csr", &desk.order(&["cucm1.acme.test"]));
    let found = node("one.csr", "cucm1", "tomcat");
    assert_eq!(
        found,
        (Some(1), vec!["csr-name-missing imp1.acme.test".to_owned()])
    );
    desk.request("xmpp.csr", &desk.order(&["imp1.acme.test", "acme.test"]));
    let (_, found) = node("xmpp.csr", "imp1", "cup-xmpp");
    assert!(
        found.contains(&"csr-name-missing im.acme.test".to_owned()),
        "{found:?}"
    );
    let edge = ["expe1.acme.test", "collab-edge.acme.test"];
    desk.request("edge.csr", &desk.order(&edge));
    let (_, mut found) = node("edge.csr", "expe1", "expressway");
    found.retain(|one| one.starts_with("csr-name"));
    assert_eq!(
        found,
        [
            "csr-name-missing chat1.acme.test",
            "csr-name-missing mail.acme.test"
        ]
    );
    for wrong in [
        &["--config", "cluster.toml", "one.csr"][..],
        &[
            "--config",
            "cluster.toml",
            "--node",
            "x",
            "--as",
            "tomcat",
            "one.csr",
        ],
    ] {
        let output = desk.csr(wrong);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    }
}

#[test]
fn what_is_no_request_is_named() {
    let desk = Desk::new();
    desk.put("page.html", b"<html>404</html>");
    desk.put("empty.csr", b"");
    desk.put(
        "junk.csr",
        b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
    );
    let der = desk.order(&["a.acme.test"]).request().unwrap().der;
    desk.put("short.csr", &der[..der.len() - 9]);
    for (file, word) in [
        ("page.html", "HTML"),
        ("empty.csr", "empty"),
        ("none.csr", "none.csr"),
        ("junk.csr", "certificationRequestInfo is missing"),
        ("short.csr", "cut short"),
        ("root.pem", "a certificate"),
    ] {
        let output = desk.csr(&[file]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{file}: {stderr}"
        );
        assert!(stderr.contains(word), "{file}: {stderr}");
    }
}

#[test]
fn names_from_requests_reach_no_terminal_unescaped() {
    let desk = Desk::new();
    let mut order = desk.order(&["a.acme.test"]);
    order.common_name = "\u{1b}[31mevil\u{202e}".to_owned();
    order.organization = "\u{1b}]0;owned\u{7} & co".to_owned();
    order.xmpp_addresses = vec!["\u{200b}hidden\u{9b}2J".to_owned()];
    desk.request("evil.csr", &order);
    for format in ["table", "json"] {
        let output = desk.csr(&["evil.csr", "--public-ca", "--all", "-f", format]);
        let text = String::from_utf8(output.stdout).unwrap();
        let unfit = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{200b}'));
        assert!(!text.contains(unfit), "{format}: {:?}", text.find(unfit));
        assert!(
            text.contains("evil") && text.contains("csr-forbidden-characters"),
            "{format}"
        );
    }
}

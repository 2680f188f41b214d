//! `certaudit check`: certificate files, judged before they are uploaded.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use certaudit::certificate::container::pem;
use certaudit::certificate::issue::{Authority, Order};
use serde_json::Value;
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    root: Authority,
    issuing: Authority,
    at: i64,
}

impl Desk {
    fn new() -> Self {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let at = i64::try_from(since.as_secs()).unwrap();
        let root = Authority::root("ACME Root CA", at).unwrap();
        let issuing = root.intermediate("ACME Issuing CA", at).unwrap();
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
            root,
            issuing,
            at,
        };
        desk.put("root.pem", &pem(desk.root.der()));
        desk.put("issuing.pem", &pem(desk.issuing.der()));
        desk
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn order(&self, host: &str) -> Order {
        Order::server(host, self.at)
    }

    fn leaf(&self, order: &Order) -> String {
        pem(&self.issuing.issue(order).unwrap().der)
    }

    /// Judges files; revocation servers are not asked, and this machine's roots do not count.
    fn check(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
        let offline = ["--no-fetch", "--skip", "revocation"];
        command
            .arg("check")
            .args(offline)
            .args(arguments)
            .current_dir(self.folder.path());
        command
    }

    fn report(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.check(&[arguments, &["-f", "json"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (
            output.status.code(),
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}")),
        )
    }
}

const TRUST: [&str; 3] = ["--no-system-roots", "--roots", "root.pem"];
const TOMCAT: [&str; 6] = [
    "--as",
    "tomcat",
    "--release",
    "14SU2",
    "--name",
    "cucm1.acme.test",
];

fn rules(report: &Value) -> Vec<&str> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn a_good_certificate_passes_whatever_the_order_of_files() {
    let desk = Desk::new();
    desk.put("leaf.pem", &desk.leaf(&desk.order("cucm1.acme.test")));
    for files in [["leaf.pem", "issuing.pem"], ["issuing.pem", "leaf.pem"]] {
        let (status, report) = desk.report(&[&TRUST[..], &TOMCAT, &files].concat());
        assert_eq!((status, rules(&report)), (Some(0), vec![]), "{files:?}");
        assert_eq!(
            report["nodes"][0]["services"][0]["chains"][0]["certificates"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
    }
    let given = [
        &TRUST[..],
        &TOMCAT,
        &["leaf.pem", "--intermediates", "issuing.pem"],
    ]
    .concat();
    assert_eq!(
        desk.report(&given).0,
        Some(0),
        "--intermediates are uploaded with it"
    );
    let alone = desk.report(&[&TRUST[..], &TOMCAT, &["leaf.pem"]].concat());
    assert_eq!(
        (alone.0, rules(&alone.1)),
        (Some(1), vec!["chain-untrusted"])
    );
}

#[test]
fn standard_input_and_several_leaves_are_read() {
    let desk = Desk::new();
    let both = [
        desk.leaf(&desk.order("a.acme.test")),
        desk.leaf(&desk.order("b.acme.test")),
        pem(desk.issuing.der()),
    ];
    let mut child = desk
        .command(&[&TRUST[..], &["-", "-f", "json"]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("subject=/CN=a\n{}", both.join("\n")).as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&str> = report["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["standard input #1", "standard input #2"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_same_rules_judge_as_in_a_scan() {
    let desk = Desk::new();
    let mut order = desk.order("imp1.acme.test");
    order.not_after = desk.at - 1;
    desk.put("leaf.pem", &desk.leaf(&order));
    let arguments = [
        &TRUST[..],
        &[
            "--as",
            "cup-xmpp",
            "--xmpp-domain",
            "acme.test",
            "leaf.pem",
            "issuing.pem",
        ],
    ]
    .concat();
    let (status, report) = desk.report(&arguments);
    assert_eq!(status, Some(1));
    for rule in ["validity-expired", "identity-xmpp-domain-missing"] {
        assert!(
            rules(&report).contains(&rule),
            "{rule}: {:?}",
            rules(&report)
        );
    }
    let earlier = desk.report(&[&arguments[..], &["--at", "2000-01-01T00:00:00Z"]].concat());
    assert!(rules(&earlier.1).contains(&"validity-not-yet"));
}

#[test]
fn the_deployment_file_can_say_what_the_certificate_is_for() {
    let desk = Desk::new();
    desk.put(
        "cluster.toml",
        "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\nroots = [\"root.pem\"]\n\
         [[node]]\nname = \"cucm1\"\nproduct = \"cucm\"\naddress = \"cucm1.acme.test\"\nrelease = \"15\"\n",
    );
    desk.put("right.pem", &desk.leaf(&desk.order("cucm1.acme.test")));
    desk.put("wrong.pem", &desk.leaf(&desk.order("cucm2.acme.test")));
    let with = [
        "--config",
        "cluster.toml",
        "--node",
        "cucm1",
        "--as",
        "tomcat",
        "issuing.pem",
    ];
    assert_eq!(
        desk.report(&[&with[..], &["right.pem"]].concat()).0,
        Some(0)
    );
    let (status, report) = desk.report(&[&with[..], &["wrong.pem"]].concat());
    assert_eq!(
        (status, rules(&report)),
        (Some(1), vec!["identity-host-missing"])
    );
}

#[test]
fn what_is_no_certificate_is_named() {
    let desk = Desk::new();
    desk.put("page.html", "<html>404</html>");
    desk.put("empty.pem", "");
    for (file, word) in [
        ("page.html", "HTML"),
        ("empty.pem", "empty"),
        ("none.pem", "none.pem"),
        (".", "directory"),
    ] {
        let output = desk.check(&[file]);
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
fn names_from_certificates_reach_no_terminal_unescaped() {
    let desk = Desk::new();
    let hostile = "\u{1b}[31mevil\u{202e}\u{0}<script>";
    let mut order = desk.order("a.acme.test");
    order.common_name = hostile.to_owned();
    order.crl_url = Some("http://pki.acme.test/\u{1b}]0;owned\u{7}".to_owned());
    desk.put("leaf.pem", &desk.leaf(&order));
    for format in ["table", "json"] {
        let output = desk.check(&["leaf.pem", "--all", "-f", format]);
        let text = String::from_utf8(output.stdout).unwrap();
        let unfit = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(
            !text.contains(unfit),
            "{format}: {:?}",
            text.find(unfit).map(|at| &text[at.saturating_sub(40)..])
        );
        assert!(text.contains("evil"), "{format}");
    }
}

/// CRLs and OCSP answers of OpenSSL, whose dates stand still: `fixtures/revocation/README.md`.
fn revocation_of(leaf: &str, answer: [&str; 2], at: &str) -> (Option<i32>, Vec<String>) {
    let file = |name: &str| format!("fixtures/revocation/{name}");
    let (leaf, issuer, answered) = (file(leaf), file("issuer.pem"), file(answer[1]));
    let output = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args([
            "check",
            &leaf,
            "--no-system-roots",
            "--roots",
            &issuer,
            "--no-fetch",
            answer[0],
            &answered,
        ])
        .args(["--at", at, "--only", "revocation", "-f", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let failed = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["status"] == "fail");
    let rules = failed.map(|finding| finding["rule"].as_str().unwrap().to_owned());
    (output.status.code(), rules.collect())
}

#[test]
fn revocation_is_judged_with_the_files_that_are_given() {
    let then = "2026-01-16T00:00:00Z";
    for answer in [
        ["--crl", "full.crl"],
        ["--crl", "full.crl.pem"],
        ["--ocsp", "revoked.ors"],
    ] {
        let (status, rules) = revocation_of("revoked.pem", answer, then);
        assert!(
            status == Some(1) && rules.contains(&"revocation-revoked".to_owned()),
            "{answer:?}: {rules:?}"
        );
    }
    for answer in [["--crl", "full.crl"], ["--ocsp", "good.ors"]] {
        let (_, rules) = revocation_of("good.pem", answer, then);
        assert!(
            !rules.iter().any(|rule| rule != "revocation-absent"),
            "{answer:?}: {rules:?}"
        );
        let (_, later) = revocation_of("good.pem", answer, "2027-01-01T00:00:00Z");
        assert!(
            later.contains(&"revocation-stale".to_owned()),
            "{answer:?}: {later:?}"
        );
    }
}

//! Revocation, judged by the whole command: CRLs of `openssl ca` and answers of `openssl ocsp`, from web servers on
//! loopback that behave and that do not.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use support::certaudit::{self, EVIDENCE, Report, Run};
use support::cluster::Cluster;
use support::company::host;
use support::credential::Credential;
use support::library::{Library, Page, url};
use support::loopback;
use support::openssl::Workshop;
use support::order::{Key, Order};
use support::register::Register;
use support::servers::{s_server, tomcat};

/// Long enough for what is slow: the limit of Jabber is five seconds.
const STATUS: &str = "check = \"status\"\ntimeout = \"7s\"";
const SLOW: Duration = Duration::from_millis(5100);

/// A root, an issuing CA below it, the registers of both, and a web server for each kind of manners.
struct Pki {
    workshop: Workshop,
    root: Credential,
    issuing: Credential,
    roots_register: Register,
    register: Arc<Register>,
    /// Where answers come at once.
    prompt: Ipv4Addr,
    /// Where they come late or never.
    late: Ipv4Addr,
    pages: BTreeMap<String, Page>,
    late_pages: BTreeMap<String, Page>,
    cluster: Cluster,
}

impl Pki {
    /// `None` when openssl is not installed.
    fn found() -> Option<Self> {
        let workshop = Workshop::open()?;
        let (prompt, late) = (loopback::address(), loopback::address());
        let root = workshop.root("Interop Root CA");
        let list = url(prompt, "/root.crl");
        let issuing = Order::authority("Interop Issuing CA").key(Key::Ecdsa);
        let issuing = workshop.issue(&root, &issuing.crl_url(&list));
        let roots_register = Register::of(&root);
        let mut cluster = Cluster::new(&root);
        cluster.revocation(STATUS);
        Some(Self {
            register: Arc::new(Register::of(&issuing)),
            pages: [(
                "/root.crl".to_owned(),
                Page::File(roots_register.crl(-1, 24)),
            )]
            .into(),
            late_pages: BTreeMap::new(),
            workshop,
            root,
            issuing,
            roots_register,
            prompt,
            late,
            cluster,
        })
    }

    /// A certificate for the node of that name, which is run, with a CRL at that path.
    fn with_crl(&mut self, node: &str, path: &str) -> Credential {
        let list = url(self.prompt, path);
        self.node(node, |order| order.crl_url(&list))
    }

    /// The same with an OCSP responder.
    fn with_ocsp(&mut self, node: &str, path: &str) -> Credential {
        let responder = url(self.prompt, path);
        self.node(node, |order| order.ocsp_url(&responder))
    }

    /// A certificate of the issuing CA, in its register as good, and a CUCM node that presents it.
    fn node(&mut self, node: &str, points: impl FnOnce(Order) -> Order) -> Credential {
        let order = Order::leaf(&host(node)).dns(&host(node)).key(Key::Ecdsa);
        let leaf = self.workshop.issue(&self.issuing, &points(order));
        let address = self.cluster.node("cucm", node, "services = [\"tomcat\"]");
        let server = s_server::start(address, tomcat::PORT, &leaf, &[]);
        self.cluster.run(server);
        leaf
    }

    fn page(&mut self, path: &str, page: Page) {
        self.pages.insert(path.to_owned(), page);
    }

    fn late_page(&mut self, path: &str, page: Page) {
        self.late_pages.insert(path.to_owned(), page);
    }

    /// A responder of the issuing CA's register that signs as `signer`.
    fn responder(&self, signer: &Credential) -> Page {
        let (register, signer) = (Arc::clone(&self.register), signer.clone());
        Page::Responder(Box::new(move |request| register.ocsp(request, &signer)))
    }

    /// Both web servers with their pages.
    fn open(&mut self) -> [Library; 2] {
        let (pages, late) = (
            std::mem::take(&mut self.pages),
            std::mem::take(&mut self.late_pages),
        );
        [
            Library::start(self.prompt, pages),
            Library::start(self.late, late),
        ]
    }

    fn scan(&self) -> Run {
        certaudit::scan_and_replay(self.cluster.ready().unwrap())
    }
}

/// What the rules about answers say of a node: rule, severity, message; in order of the names.
fn findings(report: &Report, node: &str) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of_node = report.json["findings"].as_array().unwrap().iter();
    let mut found: Vec<_> = of_node
        .filter(|one| one["node"] == node && text(&one["rule"]).starts_with("revocation-"))
        .map(|one| {
            let severity = match one["status"].as_str() {
                Some("fail") => text(&one["severity"]),
                _ => text(&one["status"]),
            };
            (text(&one["rule"]), severity, text(&one["message"]))
        })
        .collect();
    found.sort();
    found
}

/// Panics unless a node has just these findings: rule, severity, words of the message.
#[track_caller]
fn assert_findings(report: &Report, node: &str, expected: &[(&str, &str, &str)]) {
    let found = findings(report, node);
    assert_eq!(found.len(), expected.len(), "{node}: {found:#?}");
    for ((rule, severity, words), one) in expected.iter().zip(&found) {
        assert_eq!((*rule, *severity), (&*one.0, &*one.1), "{node}: {found:#?}");
        assert!(one.2.contains(words), "{node}: {words:?} in {found:#?}");
    }
}

const UNREACHABLE: &str = "revocation-unreachable";
const INVALID: &str = "revocation-invalid";
const REVOKED: &str = "revocation-revoked";

#[test]
fn good_and_revoked_are_told_apart_by_crl_and_by_ocsp() {
    let Some(mut pki) = Pki::found() else {
        return;
    };
    let [list, responder] = ["/ca.crl", "/ocsp"].map(|path| url(pki.prompt, path));
    let both = |order: Order| order.crl_url(&list).ocsp_url(&responder);
    let good = pki.node("good", both);
    let gone = pki.with_crl("gone", "/ca.crl");
    let withdrawn = pki.with_ocsp("withdrawn", "/ocsp");
    let _stranger = pki.with_ocsp("stranger", "/ocsp");
    pki.register.enter(&good);
    pki.register.revoke(&gone, "keyCompromise");
    pki.register.revoke(&withdrawn, "superseded");
    let day = pki.register.revoked_on();
    let list = pki.register.crl(-1, 24);
    pki.page("/ca.crl", Page::File(list));
    let page = pki.responder(&pki.issuing.clone());
    pki.page("/ocsp", page);
    let [library, _late] = pki.open();

    let run = pki.scan();

    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = run.report();
    assert_findings(&report, "good", &[]);
    let because = format!("revoked since {day}");
    assert_findings(&report, "gone", &[(REVOKED, "error", &because)]);
    assert_findings(
        &report,
        "gone",
        &[(REVOKED, "error", "reason keyCompromise")],
    );
    assert_findings(&report, "withdrawn", &[(REVOKED, "error", &because)]);
    assert_findings(
        &report,
        "withdrawn",
        &[(REVOKED, "error", "reason superseded")],
    );
    let unknown = "does not know the certificate";
    let open = [
        (REVOKED, "unknown", unknown),
        ("revocation-stale", "unknown", unknown),
    ];
    assert_findings(&report, "stranger", &open);
    // A list once, however many name it; a question for each certificate.
    let asked = ["/ca.crl", "/ocsp", "/ocsp", "/ocsp", "/root.crl"];
    assert_eq!(library.asked(), asked);
}

#[test]
fn a_revoked_intermediate_is_found() {
    let Some(mut pki) = Pki::found() else {
        return;
    };
    let leaf = pki.with_crl("below", "/ca.crl");
    pki.register.enter(&leaf);
    let list = pki.register.crl(-1, 24);
    pki.page("/ca.crl", Page::File(list));
    pki.roots_register.revoke(&pki.issuing, "CACompromise");
    let list = pki.roots_register.crl(-1, 24);
    pki.page("/root.crl", Page::File(list));
    let _open = pki.open();

    let report = pki.scan().report();

    let words = "the intermediate CN=Interop Issuing CA: CRL ";
    assert_findings(&report, "below", &[(REVOKED, "error", words)]);
    assert_findings(
        &report,
        "below",
        &[(REVOKED, "error", "reason cACompromise")],
    );
}

#[test]
fn answers_that_are_worth_nothing_are_named() {
    let Some(mut pki) = Pki::found() else {
        return;
    };
    for node in ["stale", "forged", "cut", "html", "early"] {
        pki.with_crl(node, &format!("/{node}.crl"));
    }
    for node in ["impostor", "crl"] {
        pki.with_ocsp(node, &format!("/{node}"));
    }
    let [good, old, early] = [(-1, 24), (-48, -24), (24, 48)].map(|(a, b)| pki.register.crl(a, b));
    pki.page("/stale.crl", Page::File(old));
    pki.page("/early.crl", Page::File(early));
    pki.page("/cut.crl", Page::File(good[..good.len() / 2].to_vec()));
    pki.page("/html.crl", Page::Html);
    pki.page("/crl", Page::File(good));
    // Of the same name, with another key.
    let order = Order::authority("Interop Issuing CA").key(Key::Ecdsa);
    let namesake = pki.workshop.issue(&pki.root, &order);
    pki.page(
        "/forged.crl",
        Page::File(Register::of(&namesake).crl(-1, 24)),
    );
    let page = pki.responder(&namesake);
    pki.page("/impostor", page);
    let _open = pki.open();

    let report = pki.scan().report();

    let stale = "out of date since ";
    let expected = [
        (REVOKED, "unknown", stale),
        ("revocation-stale", "error", stale),
    ];
    assert_findings(&report, "stale", &expected);
    for (node, words) in [
        (
            "forged",
            "was not made with the key of CN=Interop Issuing CA",
        ),
        ("impostor", "was not issued by CN=Interop Issuing CA"),
        ("cut", "cut short after"),
        ("html", "an HTML page"),
        ("early", "valid only from "),
        ("crl", "no certificate status"),
    ] {
        let expected = [(INVALID, "error", words), (REVOKED, "unknown", words)];
        assert_findings(&report, node, &expected);
    }
}

#[test]
fn each_way_not_to_answer_is_told_and_none_hangs() {
    let Some(mut pki) = Pki::found() else {
        return;
    };
    for node in ["missing", "broken", "endless", "circle", "away"] {
        pki.with_crl(node, &format!("/{node}.crl"));
    }
    let refused = url(loopback::address(), "/x.crl");
    pki.node("refused", |order| order.crl_url(&refused));
    let [slow, silent] = ["/slow.crl", "/silent.crl"].map(|path| url(pki.late, path));
    pki.node("slow", |order| order.crl_url(&slow));
    pki.node("silent", |order| order.crl_url(&silent));
    let other = url(pki.prompt, "/good.crl");
    pki.node("half", |order| order.crl_url(&refused).crl_url(&other));
    let good = pki.register.crl(-1, 24);
    pki.page("/broken.crl", Page::BrokenOff(good.clone()));
    pki.page("/endless.crl", Page::Endless);
    pki.page("/circle.crl", Page::Moved("/circle.crl".to_owned()));
    pki.page(
        "/away.crl",
        Page::Moved("https://pki.acme.test/".to_owned()),
    );
    pki.late_page("/slow.crl", Page::Late(SLOW, good.clone()));
    pki.late_page("/silent.crl", Page::Silent);
    pki.page("/good.crl", Page::File(good));
    let _open = pki.open();

    let run = pki.scan();

    assert!(run.took < Duration::from_secs(30), "took {:?}", run.took);
    let report = run.report();
    for (node, words) in [
        ("missing", "HTTP status 404 after "),
        ("broken", "failed at HTTP after "),
        ("endless", "cut off for its size after "),
        ("circle", "failed at a redirect after "),
        ("away", "failed at a redirect after "),
        ("refused", "failed to connect after "),
        ("silent", ": not done within 7 s"),
    ] {
        let expected = [(REVOKED, "unknown", words), (UNREACHABLE, "error", words)];
        assert_findings(&report, node, &expected);
    }
    let slow = [("revocation-slow", "warning", ", answered after ")];
    assert_findings(&report, "slow", &slow);
    let half = [(UNREACHABLE, "warning", "/good.crl answers")];
    assert_findings(&report, "half", &half);
}

#[test]
fn ldap_is_never_contacted() {
    let Some(mut pki) = Pki::found() else {
        return;
    };
    let directory = format!("ldap://{}:8080/cn=ca", pki.late);
    let list = url(pki.prompt, "/ca.crl");
    pki.node("both", |order| order.crl_url(&directory).crl_url(&list));
    pki.node("only", |order| order.crl_url(&directory));
    let crl = pki.register.crl(-1, 24);
    pki.page("/ca.crl", Page::File(crl));
    let [library, untouched] = pki.open();

    let report = pki.scan().report();

    assert_findings(&report, "both", &[]);
    let only = [("revocation-not-http", "error", "ldap://")];
    assert_findings(&report, "only", &only);
    assert_eq!(untouched.asked(), [""; 0]);
    assert_eq!(library.asked(), ["/ca.crl", "/root.crl"]);
}

#[test]
fn recorded_answers_are_judged_again_as_of_another_moment_and_with_other_settings() {
    let Some(mut pki) = Pki::found() else {
        return;
    };
    let leaf = pki.with_crl("recorded", "/ca.crl");
    pki.with_crl("page", "/html");
    pki.register.enter(&leaf);
    let list = pki.register.crl(-1, 24);
    pki.page("/ca.crl", Page::File(list));
    pki.page("/html", Page::Html);
    let open = pki.open();
    let run = pki.scan();
    drop(open);
    assert_findings(&run.report(), "recorded", &[]);
    let directory = pki.cluster.ready().unwrap();
    let audit = |more: &[&str]| {
        let always = ["audit", "--evidence", EVIDENCE, "--format", "json"];
        certaudit::run(directory, &[always.as_slice(), more].concat()).report()
    };

    let later = time::OffsetDateTime::now_utc() + time::Duration::hours(48);
    let later = later
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    let stale = audit(&["--at", &later]);
    let words = "out of date since ";
    let found = findings(&stale, "recorded");
    // The list of the issuing CA, and the root's on the issuing CA.
    let errors = found.iter().filter(|one| one.1 == "error");
    assert_eq!(errors.count(), 2, "{found:#?}");
    assert!(found.iter().all(|one| one.2.contains(words)), "{found:#?}");

    set_check(directory, "reach");
    assert_findings(&audit(&[]), "page", &[]);
    set_check(directory, "presence");
    assert_findings(&audit(&[]), "page", &[]);
    let bare = certaudit::scan_and_replay(directory);
    assert_eq!(bare.status, 0, "{}", bare.stderr);

    // What was recorded without asking says nothing about the status.
    set_check(directory, "status");
    let unknown = audit(&[]);
    let found = findings(&unknown, "recorded");
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found.iter().all(|one| one.1 == "unknown"), "{found:#?}");
    assert_eq!(unknown.json["verdict"], "unknown");
}

/// Rewrites the deployment file.
fn set_check(directory: &std::path::Path, check: &str) {
    let file = directory.join("cluster.toml");
    let text = fs::read_to_string(&file).unwrap();
    let (before, _) = text.split_once("[revocation]").unwrap();
    fs::write(file, format!("{before}[revocation]\ncheck = \"{check}\"\n")).unwrap();
}

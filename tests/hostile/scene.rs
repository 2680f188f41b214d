//! A deployment of hostile services and one good node, and what a scan of them may and may not do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use certaudit::certificate::container::pem;
use certaudit::certificate::issue::Issued;
use serde_json::Value;
use tempfile::TempDir;

use crate::flight::settings;
use crate::forge::{Entity, entry, list, lists_extension, names_extension, usages};
use crate::measured::{Measured, run};
use crate::support::faulty::Faulty;
use crate::support::script::Step;

/// The moment of all judgements, within the validity of all certificates here.
const AT_TEXT: &str = "2026-11-22T00:00:00Z";
/// The good node.
pub const GOOD: &str = "good";
/// Longer than every run is allowed to take; each deadline in it is a few seconds.
pub const LIMIT: Duration = Duration::from_secs(60);
/// More than a run over some hundred services was ever seen to need, in kilobytes: a debug build takes some 60 MiB.
const MOST_MEMORY: u64 = 200 * 1024;

/// What a service speaks before TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    Tls,
    XmppClient,
    XmppServer,
    Imap,
    Smtp,
}

/// What has to come of a hostile service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Certificates were seen.
    Examined,
    /// None was, and the detail has these words.
    Silent(&'static str),
    /// One or the other, depending on where exactly it broke.
    Either,
}

/// A hostile service.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub port: Port,
    pub steps: Vec<Step>,
    pub outcome: Outcome,
}

impl Case {
    pub fn new(name: impl Into<String>, port: Port, steps: Vec<Step>, outcome: Outcome) -> Self {
        Self {
            name: name.into(),
            port,
            steps,
            outcome,
        }
    }

    pub fn tls(name: impl Into<String>, steps: Vec<Step>, outcome: Outcome) -> Self {
        Self::new(name, Port::Tls, steps, outcome)
    }
}

impl Port {
    fn product_and_service(self) -> [&'static str; 2] {
        match self {
            Self::Tls => ["cucm", "tomcat"],
            Self::XmppClient => ["im-presence", "xmpp-client"],
            Self::XmppServer => ["im-presence", "xmpp-server"],
            Self::Imap => ["unity-connection", "imap"],
            Self::Smtp => ["unity-connection", "smtp"],
        }
    }
}

/// The CA that the devices trust.
pub struct Root {
    entity: Entity,
    der: Vec<u8>,
}

impl Root {
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// A CA certificate below it.
    pub fn signs(&self, below: &Entity, serial: u32) -> Vec<u8> {
        below.authority_by(&self.entity, serial)
    }

    /// A CRL on which nobody is.
    pub fn list(&self) -> Vec<u8> {
        list(&self.entity, &entry(0x7f))
    }
}

/// The CA that the devices trust.
pub fn root() -> &'static Root {
    static ROOT: OnceLock<Root> = OnceLock::new();
    ROOT.get_or_init(|| {
        let entity = Entity::new("ACME Root CA");
        let der = entity.authority_by(&entity, 1);
        Root { entity, der }
    })
}

/// A good certificate of that CA, without revocation sources.
pub fn leaf(host: &str) -> Issued {
    issued(host, &[])
}

fn issued(host: &str, more: &[Vec<u8>]) -> Issued {
    let subject = Entity::new(host);
    let names = vec![names_extension(&[host.as_bytes()])];
    let extensions = [names, usages(), more.to_vec()].concat();
    Issued {
        der: subject.signed_by(&root().entity, 1, &extensions),
        key: subject.key.0,
    }
}

/// The good server, whose certificate points at `crl_url`.
fn good(crl_url: Option<&str>) -> Faulty {
    let url = crl_url.map(|url| lists_extension(&[url.as_bytes()]));
    let leaf = issued("good.acme.test", &Vec::from_iter(url));
    let settings = settings(&leaf, &[root().der()], rustls::ALL_VERSIONS);
    Faulty::start(
        Ipv4Addr::LOCALHOST,
        0,
        vec![Step::Tls(settings, vec![Step::Hear])],
    )
}

/// Hostile services and a good one.
pub struct Scene {
    folder: TempDir,
    good: Faulty,
    cases: Vec<Case>,
    servers: Vec<Faulty>,
    tables: String,
    nodes: String,
}

impl Scene {
    /// The good node, probed with that deadline; `tables` are the others of the deployment file.
    pub fn new(timeout: &str, tables: &str, crl_url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("root.pem"), pem(root().der())).unwrap();
        Self {
            folder,
            good: good(crl_url),
            cases: Vec::new(),
            servers: Vec::new(),
            tables: format!("[probe]\ntimeout = \"{timeout}\"\n{tables}\n"),
            nodes: String::new(),
        }
    }

    /// Adds hostile services.
    pub fn with(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        for case in cases {
            let server = Faulty::start(Ipv4Addr::LOCALHOST, 0, case.steps.clone());
            let [product, service] = case.port.product_and_service();
            writeln!(
                self.nodes,
                "[[node]]\nname = \"{0}\"\nproduct = \"{product}\"\naddress = \"{0}.acme.test\"\n\
                 services = [{{ service = \"{service}\", connect = \"{1}\" }}]",
                case.name, server.address
            )
            .unwrap();
            self.servers.push(server);
            self.cases.push(case);
        }
        self
    }

    /// Adds a node that is not served from here.
    pub fn with_node(mut self, toml: &str) -> Self {
        writeln!(self.nodes, "{toml}").unwrap();
        self
    }

    fn write(&self, name: &str, hostile: &str) {
        let text = format!(
            "name = \"Hostile\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\nroots = [\"root.pem\"]\n{}\n\
             [[node]]\nname = \"{GOOD}\"\nproduct = \"cucm\"\naddress = \"good.acme.test\"\n\
             services = [{{ service = \"tomcat\", connect = \"{}\" }}]\n{hostile}",
            self.tables, self.good.address
        );
        fs::write(self.path(name), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn scan(&self, file: &str, more: &[&str]) -> Measured {
        let arguments = ["scan", file, "--format", "json", "--at", AT_TEXT];
        run(self.folder.path(), &[&arguments, more].concat(), LIMIT)
    }

    /// Scans the good node alone, and then all of them with `more` arguments; gives the report of all. With `--all` what passed
    /// is compared too.
    #[track_caller]
    pub fn check(&self, more: &[&str]) -> Report {
        self.write("alone.toml", "");
        self.write("all.toml", &self.nodes);
        let in_full = more.iter().position(|word| *word == "--all");
        let alone = self.scan("alone.toml", in_full.map_or(&[], |_| &["--all"]));
        let all = self.scan("all.toml", more);
        for run in [&alone, &all] {
            check_run(run);
        }
        let (alone, all) = (Report::of(&alone.stdout), Report::of(&all.stdout));
        assert_eq!(alone.status(GOOD), "examined");
        alone.assert_same_node(&all, GOOD);
        for case in &self.cases {
            all.check(case);
        }
        all
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// It ended by itself, in words that it promises, and within its memory.
#[track_caller]
pub fn check_run(run: &Measured) {
    assert!(
        [0, 1, 3].contains(&run.status),
        "status {}:\n{}",
        run.status,
        run.stderr
    );
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let memory = run.memory.unwrap_or(0);
    assert!(memory < MOST_MEMORY, "{memory} kB of memory");
}

/// A report in JSON.
pub struct Report {
    pub json: Value,
}

impl Report {
    pub fn of(bytes: &[u8]) -> Self {
        let json = serde_json::from_slice(bytes).unwrap();
        Self { json }
    }

    fn node(&self, name: &str) -> &Value {
        let nodes = self.json["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).unwrap()
    }

    /// The first service of a node.
    pub fn service(&self, node: &str) -> &Value {
        &self.node(node)["services"][0]
    }

    pub fn status(&self, node: &str) -> &str {
        self.service(node)["status"].as_str().unwrap()
    }

    /// The findings of a node, with `--all` every outcome.
    pub fn findings(&self, node: &str) -> Vec<&Value> {
        let all = self.json["findings"].as_array().unwrap();
        all.iter()
            .filter(|finding| finding["node"] == node)
            .collect()
    }

    /// The outcomes of a rule on a node.
    pub fn outcomes(&self, node: &str, rule: &str) -> Vec<&str> {
        let own = self.findings(node).into_iter();
        own.filter(|finding| finding["rule"] == rule)
            .map(|finding| finding["status"].as_str().unwrap())
            .collect()
    }

    /// Everything that is said of the node is the same in the other report.
    #[track_caller]
    pub fn assert_same_node(&self, other: &Self, name: &str) {
        let texts = |report: &Self| -> BTreeMap<String, String> {
            let own = report.findings(name).into_iter();
            own.map(|finding| (finding["id"].to_string(), finding.to_string()))
                .collect()
        };
        let (mine, others) = (texts(self), texts(other));
        for (id, text) in &mine {
            assert_eq!(Some(text), others.get(id), "alone, and among the hostile");
        }
        assert_eq!(mine, others);
        let node = |report: &Self| report.node(name).to_string();
        assert_eq!(node(self), node(other));
    }

    #[track_caller]
    fn check(&self, case: &Case) {
        let service = self.service(&case.name);
        let status = service["status"].as_str().unwrap();
        let detail = service["detail"].as_str().unwrap_or_default();
        assert!(
            !detail.contains("certaudit failed"),
            "{}: {detail}",
            case.name
        );
        let fits = match &case.outcome {
            Outcome::Examined => status == "examined",
            Outcome::Silent(words) => status != "examined" && detail.contains(words),
            Outcome::Either => status != "skipped",
        };
        assert!(
            fits,
            "{}: {status}: {detail}, not {:?}",
            case.name, case.outcome
        );
    }
}

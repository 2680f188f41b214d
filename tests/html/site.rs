//! Deployments and evidence made for the page, and the page that the command makes of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use certaudit::certificate::container::pem;
use certaudit::certificate::issue::{Authority, Key, Order, ec_key};
use certaudit::evidence::{
    Certificates, Ending, Evidence, Observation, Presentation, SCHEMA, Silence, Step,
};
use tempfile::TempDir;

/// 2026-11-21T19:00:00Z.
const NOW: i64 = 1_795_287_600;
/// Ports of a CUCM node.
const SERVICES: [(&str, u16); 3] = [("tomcat", 8443), ("sip", 5061), ("tftp", 6971)];

/// What a hostile server calls itself.
pub const HOSTILE: &str = "\"><img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>\u{202e}\u{7}";

/// A folder with a page in it.
pub struct Site {
    folder: TempDir,
    deployment: String,
    evidence: Evidence,
    key: Key,
}

impl Site {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            deployment:
                "name = \"ACME <b>&amp;</b>\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n\
                         roots = [\"root.pem\"]\n[revocation]\ncheck = \"presence\"\n"
                    .to_owned(),
            evidence: Evidence {
                schema: SCHEMA.to_owned(),
                version: "0".to_owned(),
                deployment: "ACME".to_owned(),
                collected_at: "2026-11-21T19:00:00Z".to_owned(),
                complete: true,
                observations: Vec::new(),
                certificates: Certificates::default(),
                fetches: Vec::new(),
                dns: Vec::new(),
                uds: Vec::new(),
                redacted: None,
                shards: Vec::new(),
            },
            key: ec_key().unwrap(),
        }
    }

    /// A node whose certificate, CA and DNS names are markup, links and what cannot be seen.
    pub fn hostile() -> Self {
        let mut site = Self::new();
        let root = site.root();
        let authority = root.intermediate(HOSTILE, NOW).unwrap();
        let order = Order {
            common_name: HOSTILE.to_owned(),
            organization: "javascript:alert(1)".to_owned(),
            dns: vec![
                "<svg onload=alert(1)>".to_owned(),
                "javascript:alert(1)".to_owned(),
            ],
            crl_url: Some("javascript:alert(1)//\"><script>alert(1)</script>".to_owned()),
            ..site.order("evil.acme.test", 0)
        };
        let leaf = authority.issue(&order).unwrap().der;
        site.node("cucm", "evil");
        let node = "evil.acme.test";
        site.observe(node, 0, &[leaf, authority.der().to_vec()]);
        site.silent(
            node,
            1,
            Silence::NotTls {
                seen: HOSTILE.to_owned(),
            },
        );
        site
    }

    /// That many nodes, under several CAs, some trusted; some self-signed, some silent.
    pub fn large(nodes: usize) -> Self {
        let mut site = Self::new();
        let trusted = site.root();
        let other = Authority::root("Merger Root CA", NOW).unwrap();
        let issuing: Vec<Authority> = (1..=5)
            .map(|number| {
                let above = if number > 3 { &other } else { &trusted };
                above
                    .intermediate(&format!("Issuing CA {number}"), NOW)
                    .unwrap()
            })
            .collect();
        for number in 0..nodes {
            let product = ["cucm", "im-presence", "unity-connection"][number % 3];
            let host = site.node(product, &format!("node{number:04}"));
            let services = if number % 3 == 0 { SERVICES.len() } else { 1 };
            for service in 0..services {
                site.one(&issuing, &host, number, service);
            }
        }
        site
    }

    fn one(&mut self, issuing: &[Authority], host: &str, number: usize, service: usize) {
        let order = self.order(host, i64::try_from(number).unwrap() - 4);
        let authority = &issuing[number % issuing.len()];
        match number % 13 {
            5 => self.observe(host, service, &[order.self_signed().unwrap().der]),
            7 => self.silent(
                host,
                service,
                Silence::TimedOut {
                    step: Step::Connect,
                    after_ms: 5000,
                },
            ),
            // The CA is left out.
            9 => self.observe(host, service, &[authority.issue(&order).unwrap().der]),
            _ => self.observe(
                host,
                service,
                &[
                    authority.issue(&order).unwrap().der,
                    authority.der().to_vec(),
                ],
            ),
        }
    }

    fn root(&self) -> Authority {
        let root = Authority::root("ACME Root CA", NOW).unwrap();
        fs::write(self.folder.path().join("root.pem"), pem(root.der())).unwrap();
        root
    }

    fn order(&self, host: &str, weeks: i64) -> Order {
        Order {
            key: Some(self.key.clone()),
            not_after: NOW + weeks * 7 * 86_400 + 3_600,
            ..Order::server(host, NOW)
        }
    }

    fn node(&mut self, product: &str, name: &str) -> String {
        let host = format!("{name}.acme.test");
        self.deployment += &format!("[[node]]\nproduct = \"{product}\"\naddress = \"{host}\"\n");
        host
    }

    fn observe(&mut self, node: &str, service: usize, chain: &[Vec<u8>]) {
        let certificates = &mut self.evidence.certificates;
        let digests = chain.iter().map(|der| certificates.add(der)).collect();
        let shown = Presentation {
            chain: digests,
            version: Some("TLSv1.2".into()),
            cipher: None,
            group: None,
            client_certificate: None,
            stapled_ocsp: None,
            ending: Ending::Completed,
        };
        self.enter(node, service, vec![shown], None);
    }

    fn silent(&mut self, node: &str, service: usize, silence: Silence) {
        self.enter(node, service, Vec::new(), Some(silence));
    }

    fn enter(
        &mut self,
        node: &str,
        service: usize,
        presentations: Vec<Presentation>,
        silence: Option<Silence>,
    ) {
        let (service, port) = SERVICES[service];
        self.evidence.observations.push(Observation {
            node: node.to_owned(),
            service: service.to_owned(),
            port,
            address: None,
            presentations,
            silence,
        });
    }

    /// The page, as the command writes it.
    pub fn page(&self) -> PathBuf {
        let folder = self.folder.path();
        fs::write(folder.join("deployment.toml"), &self.deployment).unwrap();
        fs::write(folder.join("evidence.json"), self.evidence.write().unwrap()).unwrap();
        page(folder, folder)
    }
}

/// The page of the deployment and evidence in a folder, written into another.
pub fn page(folder: &Path, target: &Path) -> PathBuf {
    let file = target.join("report.html");
    let write = format!("html={}", file.display());
    let audit = ["audit", "deployment.toml", "--evidence", "evidence.json"];
    let output = certaudit(
        folder,
        &[&audit[..], &["-f", "json", "-w", &write]].concat(),
    );
    assert!(
        file.is_file(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    file
}

/// Runs the command in a folder.
pub fn certaudit(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    command
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

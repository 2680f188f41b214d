//! Servers that present what the plan ordered: a scan of them finds nothing, until one presents the certificate of another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::round_trip::{DEPLOYMENT, certificate, office};
use super::support::certaudit;

/// The services that present each certificate of the plan.
const PRESENTED: &[(&str, &str, &[&str])] = &[
    (
        "cucm-pub",
        "cucm-pub/tomcat",
        &["tomcat", "tftp-mra", "sip-oauth"],
    ),
    ("cucm-pub", "cucm-pub/CallManager", &["sip", "tftp"]),
    ("cucm-pub", "cucm-pub/CAPF", &["capf"]),
    ("cucm-pub", "cucm-pub/TVS", &["tvs"]),
    ("imp1", "cucm-pub/tomcat", &["tomcat"]),
    ("imp1", "imp1/cup", &["sip", "sip-peer"]),
    ("imp1", "imp1/cup-xmpp", &["xmpp-client"]),
    ("imp1", "imp1/cup-xmpp-s2s", &["xmpp-server"]),
    ("cuc1", "cuc1/tomcat", &["tomcat", "jetty"]),
    ("expc1", "expc1/expressway", &["web", "sip", "mra"]),
    (
        "expe1",
        "expe1/expressway",
        &["mra", "xmpp-client", "sip", "web"],
    ),
    ("dc1", "dc1/ldap", &["ldaps"]),
    ("idp", "idp/https", &["https"]),
];

/// A scan finishes a connection within milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// Every service of the deployment, running until it is dropped.
struct Running {
    folder: TempDir,
    /// Dropping it ends the servers' thread.
    _stop: watch::Sender<()>,
}

impl Running {
    /// Each service presents what the plan has for it, or the certificate of the line that `instead` gives for its own.
    fn start(instead: &[(&str, &str)]) -> Option<Self> {
        let (folder, plan) = office()?;
        let lines = plan["certificates"].as_array().unwrap();
        let mut acceptors = BTreeMap::new();
        for (number, line) in lines.iter().enumerate() {
            certificate(folder.path(), line, number);
            acceptors.insert(
                line["id"].as_str().unwrap(),
                acceptor(folder.path(), number),
            );
        }
        let presented = |id: &str| {
            let other = instead.iter().find(|(own, _)| *own == id);
            acceptors[other.map_or(id, |(_, other)| other)].clone()
        };
        let unused = |id: &&&str| !PRESENTED.iter().any(|(_, used, _)| used == *id);
        assert_eq!(acceptors.keys().find(unused), None, "served by nobody");
        let (mut ports, mut places) = (Vec::new(), BTreeMap::<&str, String>::new());
        for (node, id, services) in PRESENTED {
            for service in *services {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
                let connect = listener.local_addr().unwrap();
                note(places.entry(node).or_default(), service, connect);
                ports.push((listener, presented(id), namespace(service)));
            }
        }
        fs::write(folder.path().join("cluster.toml"), deployment(&places)).unwrap();
        Some(Self {
            folder,
            _stop: serve(ports),
        })
    }

    /// Exit status, and the errors and warnings of a scan.
    fn scan(&self) -> (i32, Vec<Value>) {
        let arguments = [
            "scan",
            "-f",
            "json",
            "--fail-on",
            "warning",
            // The test's CA is a private one.
            "--skip",
            "expressway-private-ca",
        ];
        let run = certaudit::run(self.folder.path(), &arguments);
        let mut report = run.report();
        let mut examined = 0;
        for node in report.json["nodes"].as_array().unwrap() {
            for service in node["services"].as_array().unwrap() {
                assert_eq!(
                    service["status"], "examined",
                    "{}: {service:#}",
                    node["name"]
                );
                examined += 1;
            }
        }
        let expected: usize = PRESENTED
            .iter()
            .map(|(_, _, services)| services.len())
            .sum();
        assert_eq!(examined, expected);
        let findings = report.json["findings"].take();
        let failed = findings.as_array().unwrap().iter().filter(|finding| {
            finding["status"] == "fail"
                && ["error", "warning"]
                    .iter()
                    .any(|s| finding["severity"] == *s)
        });
        (run.status, failed.cloned().collect())
    }
}

fn note(places: &mut String, service: &str, connect: SocketAddr) {
    write!(
        places,
        "{{ service = \"{service}\", connect = \"{connect}\" }}, "
    )
    .unwrap();
}

/// The deployment with ports of this machine in place of the products' own.
fn deployment(places: &BTreeMap<&str, String>) -> String {
    let mut text = String::new();
    for line in DEPLOYMENT
        .lines()
        .filter(|line| !line.starts_with("services"))
    {
        writeln!(text, "{line}").unwrap();
        let name = line
            .strip_prefix("name = ")
            .map(|name| name.trim_matches('"'));
        if let Some(places) = name.and_then(|name| places.get(name)) {
            writeln!(text, "services = [{places}]").unwrap();
        }
    }
    text
}

/// The namespace of the streams of a service that speaks XMPP before TLS.
fn namespace(service: &str) -> Option<&'static str> {
    match service {
        "xmpp-client" => Some("jabber:client"),
        "xmpp-server" => Some("jabber:server"),
        _ => None,
    }
}

fn acceptor(folder: &Path, number: usize) -> TlsAcceptor {
    let chain = CertificateDer::from_pem_file(folder.join(format!("{number}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{number}.key"))).unwrap();
    let settings = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(settings))
}

fn serve(ports: Vec<(TcpListener, TlsAcceptor, Option<&'static str>)>) -> watch::Sender<()> {
    let (stop, mut stopped) = watch::channel(());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    thread::spawn(move || {
        runtime.block_on(async move {
            for (listener, acceptor, namespace) in ports {
                listener.set_nonblocking(true).unwrap();
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        let answer = answer(stream, acceptor.clone(), namespace);
                        tokio::spawn(timeout(PATIENCE, answer));
                    }
                });
            }
            // Ends with an error when the sender is dropped.
            drop(stopped.changed().await);
        });
    });
    stop
}

async fn answer(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
    namespace: Option<&str>,
) -> io::Result<()> {
    if let Some(namespace) = namespace {
        let header = format!(
            "<?xml version='1.0'?><stream:stream from='acme.test' id='1' version='1.0' xmlns='{namespace}' \
             xmlns:stream='http://etherx.jabber.org/streams'><stream:features>\
             <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"
        );
        read_until(&mut stream, "version='1.0'>").await?;
        stream.write_all(header.as_bytes()).await?;
        read_until(&mut stream, "/>").await?;
        stream.write_all(PROCEED.as_bytes()).await?;
    }
    let mut tls = acceptor.accept(stream).await?;
    // Nothing more is said here: a question about users (UDS) gets no answer.
    drop(tls.read_u8().await);
    tls.shutdown().await
}

async fn read_until(stream: &mut TcpStream, end: &str) -> io::Result<()> {
    let mut seen = Vec::new();
    while !seen.ends_with(end.as_bytes()) {
        seen.push(stream.read_u8().await?);
    }
    Ok(())
}

#[test]
fn a_scan_of_what_the_plan_ordered_is_clean() {
    let Some(running) = Running::start(&[]) else {
        return;
    };
    let (status, failed) = running.scan();
    assert!(failed.is_empty() && status == 0, "{status}: {failed:#?}");
}

#[test]
fn a_scan_finds_the_certificate_of_another_node() {
    let Some(running) = Running::start(&[("cuc1/tomcat", "expc1/expressway")]) else {
        return;
    };
    let (status, failed) = running.scan();
    for service in ["tomcat", "jetty"] {
        let found = failed.iter().any(|finding| {
            finding["rule"] == "identity-host-missing"
                && finding["node"] == "cuc1"
                && finding["service"] == service
                && finding["expected"] == "cuc1.acme.test"
        });
        assert!(found, "{service}: {failed:#?}");
    }
    assert!(
        failed.iter().all(|finding| finding["node"] == "cuc1"),
        "{failed:#?}"
    );
    assert_eq!(status, 1);
}

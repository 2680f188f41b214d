//! Keys, exchanges and versions that few servers have: the certificate is read all the same.

use super::support::certaudit;
use super::support::cluster::Cluster;
use super::support::company::{Company, server};
use super::support::credential::Credential;
use super::support::order::Key;
use super::support::servers::{s_server, slapd};

/// Takes whatever openssl can still do.
const ANYTHING: &str = "ALL:@SECLEVEL=0";

/// A server of s_server: name of the node, key, s_server's arguments, negotiated version, key as the report has it.
type Case = (
    &'static str,
    Key,
    &'static [&'static str],
    &'static str,
    &'static str,
);

const KEYS: [Case; 10] = [
    ("pss-12", Key::RsaPss, &["-tls1_2"], "TLSv1.2", "RSA"),
    ("pss-13", Key::RsaPss, &["-tls1_3"], "TLSv1.3", "RSA"),
    (
        "ed25519-12",
        Key::Ed25519,
        &["-tls1_2"],
        "TLSv1.2",
        "Ed25519",
    ),
    (
        "ed25519-13",
        Key::Ed25519,
        &["-tls1_3"],
        "TLSv1.3",
        "Ed25519",
    ),
    ("ed448-12", Key::Ed448, &["-tls1_2"], "TLSv1.2", "Ed448"),
    ("ed448-13", Key::Ed448, &["-tls1_3"], "TLSv1.3", "Ed448"),
    (
        "p521-12",
        Key::EcdsaP521,
        &["-tls1_2"],
        "TLSv1.2",
        "EC P-521",
    ),
    (
        "p521-10",
        Key::EcdsaP521,
        &["-tls1", "-cipher", ANYTHING],
        "TLSv1.0",
        "EC P-521",
    ),
    (
        "brainpool",
        Key::EcdsaBrainpool,
        &["-tls1_2"],
        "TLSv1.2",
        "EC",
    ),
    (
        "cbc",
        Key::Ecdsa,
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"],
        "TLSv1.2",
        "EC P-256",
    ),
];

/// Priority strings of GnuTLS: name of the node, what it is told, negotiated version.
const GNUTLS: [(&str, &str, &str); 4] = [
    ("gnutls-10", "NORMAL:-VERS-ALL:+VERS-TLS1.0", "TLSv1.0"),
    ("gnutls-11", "NORMAL:-VERS-ALL:+VERS-TLS1.1", "TLSv1.1"),
    (
        "gnutls-dhe",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA",
        "TLSv1.2",
    ),
    (
        "gnutls-rsa",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
        "TLSv1.2",
    ),
];

#[test]
fn rare_servers_are_read() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut cluster = Cluster::new(&company.root);
    cluster.probe(super::estate::PATIENCE);
    let mut expected = Vec::new();
    for (node, kind, arguments, version, key) in KEYS {
        let certificate = company.issue(&server(node).key(kind));
        let services = "services = [{ service = \"https\", port = 8443 }]";
        let address = cluster.node("other-https", node, services);
        cluster.run(s_server::start(address, 8443, &certificate, arguments));
        expected.push((node, "https", certificate, version, key));
    }
    let certificate = company.issue(&server("gnutls"));
    for (node, priorities, version) in GNUTLS {
        let services = "services = [{ service = \"ldaps\", port = 8636 }]";
        let address = cluster.node("ldap", node, services);
        cluster.run(slapd::start_with(address, 8636, &certificate, priorities));
        expected.push((node, "ldaps", certificate.clone(), version, "RSA 2048"));
    }
    let Some(directory) = cluster.ready() else {
        return;
    };

    let report = certaudit::scan_and_replay(directory).report();

    for (node, service, certificate, version, key) in &expected {
        assert_read(&report, (node, service), certificate, version, key);
    }
}

fn assert_read(
    report: &certaudit::Report,
    (node, service): (&str, &str),
    certificate: &Credential,
    version: &str,
    key: &str,
) {
    let entry = report.service(node, service);
    assert_eq!(entry["status"], "examined", "{node}: {entry}");
    assert_eq!(entry["tls"]["version"], version, "{node}: {entry}");
    let chain = report.chain(node, service, certificate.algorithm.kind());
    assert_eq!(chain, certificate.digests, "{node}: {entry}");
    let leaf = &report.json["certificates"][certificate.digest()];
    let read = leaf["key"].as_str().unwrap();
    assert!(read.starts_with(key), "{node}: {read}");
}

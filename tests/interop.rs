//! The whole command against real servers on loopback addresses with their standard port numbers.
//!
//! A server that is not installed: the test says that it was skipped, or fails where `CERTAUDIT_INTEROP=required`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod support;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::json;
use support::certaudit::{self, Report};
use support::cluster::Cluster;
use support::company::{CRL, Company, DOMAIN, ROOT, host, server, xmpp};
use support::credential::Credential;
use support::faulty::Fault;
use support::loopback;
use support::order::{Key, Order};
use support::servers::{dnsmasq, kamailio, prosody, s_server, tomcat};

const FEDERATION: &str = "\n[federation]\ndomains = [\"acme.test\"]\nthrough = \"im-presence\"\n";

#[test]
fn a_deployment_that_is_right_has_no_errors() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut cluster = Cluster::new(&company.root);
    cluster.configure(FEDERATION);
    let presented = [
        publisher(&company, &mut cluster),
        presence(&company, &mut cluster),
    ]
    .concat();
    let Some(directory) = cluster.ready() else {
        return;
    };

    let run = certaudit::scan_and_replay(directory);

    let report = run.report();
    assert_eq!(report.errors(), [""; 0]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for (node, service, kind, credential) in &presented {
        assert_eq!(report.status(node, service), "examined", "{node} {service}");
        assert_eq!(
            report.chain(node, service, kind),
            credential.digests,
            "{node} {service} {kind}"
        );
        let certificate = &report.json["certificates"][credential.digest()];
        assert_eq!(certificate["crl_urls"], json!([CRL]), "{certificate}");
        let dns_names = certificate["dns_names"].as_array().unwrap();
        assert_eq!(dns_names[0], host(node), "{certificate}");
    }
    assert_eq!(report.status("cucm-pub", "tftp"), "closed");
    assert_eq!(
        report.service("cucm-pub", "tomcat")["client_certificate"]["asked"],
        false
    );
}

/// What a service of a node presents: node, service, kind of chain.
type Presented = (&'static str, &'static str, &'static str, Credential);

/// A CUCM node with an RSA certificate and its ECDSA twin, which has another common name, as Cisco's have.
fn publisher(company: &Company, cluster: &mut Cluster) -> Vec<Presented> {
    let node = "cucm-pub";
    let (tomcat, call_manager) = (company.issue(&server(node)), company.issue(&server(node)));
    let twin = Order::leaf("cucm-pub-EC.acme.test")
        .key(Key::Ecdsa)
        .dns(&host(node))
        .crl_url(CRL);
    let twin = company.issue(&twin);
    let address = cluster.node("cucm", node, "");
    cluster.run(tomcat::start(address, &[&tomcat, &twin]));
    cluster.run(kamailio::start(address, &call_manager, &company.root));
    vec![
        (node, "tomcat", "rsa", tomcat),
        (node, "tomcat", "ecdsa", twin),
        (node, "sip", "rsa", call_manager),
    ]
}

/// An IM and Presence node with certificates of their own for clients and for other servers.
fn presence(company: &Company, cluster: &mut Cluster) -> Vec<Presented> {
    let node = "imp1";
    let tomcat = company.issue(&server(node));
    let (clients, servers) = (company.issue(&xmpp(node)), company.issue(&xmpp(node)));
    let address = cluster.node("im-presence", node, "");
    cluster.run(tomcat::start(address, &[&tomcat]));
    cluster.run(prosody::start(address, DOMAIN, &clients, &servers));
    vec![
        (node, "tomcat", "rsa", tomcat),
        (node, "xmpp-client", "rsa", clients),
        (node, "xmpp-server", "rsa", servers),
    ]
}

/// What a port shows is kept when it breaks off for want of a client certificate: in TLS 1.2 in the middle of the
/// handshake, in TLS 1.3 behind the client's end of it.
#[test]
fn a_port_that_demands_a_client_certificate_is_examined() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut cluster = Cluster::new(&company.root);
    let cases = ["sip-kamailio", "sip-old", "sip-new"].map(|node| {
        let address = cluster.node("cucm", node, "services = [\"sip\"]");
        (node, address, company.issue(&server(node)))
    });
    let [(_, kamailio, first), (_, old, second), (_, new, third)] = &cases;
    cluster.run(kamailio::start(*kamailio, first, &company.root));
    cluster.run(s_server::start_mutual(
        *old,
        5061,
        second,
        &company.root,
        &["-tls1_2"],
    ));
    cluster.run(s_server::start_mutual(
        *new,
        5061,
        third,
        &company.root,
        &["-tls1_3"],
    ));
    let Some(directory) = cluster.ready() else {
        return;
    };

    let run = certaudit::scan_and_replay(directory);

    let report = run.report();
    assert_eq!(report.errors(), [""; 0]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    for (version, (node, _, credential)) in ["TLSv1.3", "TLSv1.2", "TLSv1.3"].iter().zip(&cases) {
        assert_asks(&report, node, version, credential);
    }
}

/// The SIP port of `node` was examined, and its demand was noted.
fn assert_asks(report: &Report, node: &str, version: &str, credential: &Credential) {
    let sip = report.service(node, "sip");
    assert_eq!(sip["status"], "examined", "{sip}");
    assert_eq!(
        report.chain(node, "sip", "rsa"),
        credential.digests,
        "{sip}"
    );
    assert_eq!(sip["tls"]["version"], version, "{sip}");
    let asked = json!({ "asked": true, "required": true, "authorities": [format!("CN={ROOT}")] });
    assert_eq!(sip["client_certificate"], asked, "{sip}");
}

#[test]
fn each_fault_is_found_where_it_is() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut cluster = Cluster::new(&company.root);
    let self_signed = company.workshop.self_signed(&server("cucm-pub"));
    let other_name = company.issue(&server("elsewhere"));
    let expired = company.issue(&server("imp1").days(-400, -35));
    let not_yet = company.issue(&server("imp2").days(30, 330));
    let without_domain = company.issue(&server("imp1"));
    let client_only = company.issue(&xmpp("imp2").extended_key_usage("clientAuth,ipsecEndSystem"));
    let nodes = [
        ("cucm", "cucm-pub", self_signed, None),
        ("cucm", "cucm-sub", other_name, None),
        ("im-presence", "imp1", expired, Some(without_domain)),
        ("im-presence", "imp2", not_yet, Some(client_only)),
    ];
    for (product, name, web, xmpp) in &nodes {
        let address = cluster.node(product, name, "");
        cluster.run(tomcat::start(address, &[web]));
        if let Some(xmpp) = xmpp {
            cluster.run(prosody::start(address, DOMAIN, xmpp, xmpp));
        }
    }
    let Some(directory) = cluster.ready() else {
        return;
    };

    let run = certaudit::scan_and_replay(directory);

    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_one_error_each(&run.report());
}

fn assert_one_error_each(report: &Report) {
    let expected = [
        ("cucm-pub", "tomcat", "chain-self-signed"),
        ("cucm-sub", "tomcat", "identity-host-missing"),
        ("imp1", "tomcat", "validity-expired"),
        ("imp1", "xmpp-client", "identity-xmpp-domain-missing"),
        ("imp2", "tomcat", "validity-not-yet"),
        ("imp2", "xmpp-client", "usage-server-auth-missing"),
    ];
    for (node, service, rule) in expected {
        assert_eq!(report.status(node, service), "examined", "{node} {service}");
        let errors = report.errors();
        assert_eq!(
            report.errors_of(node, service),
            [rule],
            "{node} {service}: {errors:#?}"
        );
    }
}

#[test]
fn servers_that_refuse_hang_or_speak_no_tls_are_reported_within_the_deadlines() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut cluster = Cluster::new(&company.root);
    let in_pieces = good_half(&company, &mut cluster);
    bad_half(&company, &mut cluster);
    let Some(directory) = cluster.ready() else {
        return;
    };

    let run = certaudit::scan_and_replay(directory);

    // A service has a few deadlines of a second each, and up to four of a node are probed at a time.
    assert!(run.took < Duration::from_secs(20), "took {:?}", run.took);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = run.report();
    assert_eq!(report.json["complete"], true);
    assert_eq!(report.json["verdict"], "not-ready");
    for (node, service) in [
        ("cucm-pub", "tomcat"),
        ("imp-pieces", "tomcat"),
        ("imp-garbled", "tomcat"),
    ] {
        assert_eq!(report.status(node, service), "examined", "{node} {service}");
    }
    assert_eq!(
        report.chain("imp-pieces", "xmpp-client", "rsa"),
        in_pieces.digests
    );
    assert_ne!(
        report.status("cucm-hangs", "sip"),
        "examined",
        "it sends a byte a second"
    );
    assert_silences(&report);
    let arguments = [
        "audit",
        "--evidence",
        certaudit::EVIDENCE,
        "-f",
        "json",
        "--fail-on",
        "never",
    ];
    let lenient = certaudit::run(directory, &arguments);
    assert_eq!(
        lenient.status, 3,
        "readiness is unknown: {}",
        lenient.stderr
    );
}

/// Two nodes in order; one sends its XMPP in many packets, in front of the server that has the certificate.
fn good_half(company: &Company, cluster: &mut Cluster) -> Credential {
    let address = cluster.node("cucm", "cucm-pub", "");
    cluster.run(tomcat::start(
        address,
        &[&company.issue(&server("cucm-pub"))],
    ));
    let address = cluster.node("im-presence", "imp-pieces", "");
    let in_pieces = company.issue(&xmpp("imp-pieces"));
    let behind = SocketAddr::from((address, 15222));
    cluster.run(s_server::start(address, behind.port(), &in_pieces, &[]));
    cluster.misbehave(address, prosody::CLIENT_PORT, Fault::InPieces(behind));
    cluster.run(s_server::start(
        address,
        tomcat::PORT,
        &company.issue(&server("imp-pieces")),
        &[],
    ));
    in_pieces
}

/// Five nodes out of order; at `cucm-refuses` nothing listens.
fn bad_half(company: &Company, cluster: &mut Cluster) {
    cluster.node("cucm", "cucm-refuses", "");
    let address = cluster.node("cucm", "cucm-hangs", "");
    cluster.misbehave(address, tomcat::PORT, Fault::Hangs);
    cluster.misbehave(address, kamailio::PORT, Fault::Drips);
    let address = cluster.node("cucm", "cucm-http", "");
    cluster.misbehave(address, tomcat::PORT, Fault::PlainHttp);
    let address = cluster.node("im-presence", "imp-closes", "");
    cluster.misbehave(address, tomcat::PORT, Fault::Closes);
    cluster.misbehave(address, prosody::CLIENT_PORT, Fault::NoStartTls);
    let address = cluster.node("im-presence", "imp-garbled", "");
    cluster.run(s_server::start(
        address,
        tomcat::PORT,
        &company.issue(&server("imp-garbled")),
        &[],
    ));
    cluster.misbehave(address, prosody::CLIENT_PORT, Fault::StreamError);
}

fn assert_silences(report: &Report) {
    let expected = [
        ("cucm-refuses", "tomcat", "unreachable", "probe-unreachable"),
        ("cucm-hangs", "tomcat", "unreachable", "probe-unreachable"),
        ("cucm-http", "tomcat", "failed", "probe-handshake-failed"),
        ("imp-closes", "tomcat", "failed", "probe-handshake-failed"),
        (
            "imp-closes",
            "xmpp-client",
            "failed",
            "tls-starttls-missing",
        ),
        (
            "imp-garbled",
            "xmpp-client",
            "failed",
            "probe-handshake-failed",
        ),
    ];
    for (node, service, status, rule) in expected {
        let (entry, errors) = (report.service(node, service), report.errors());
        assert_eq!(entry["status"], status, "{entry}");
        assert!(
            entry["detail"].is_string(),
            "it says what was seen: {entry}"
        );
        assert!(
            report.fails(rule, node, service),
            "{rule} for {entry}: {errors:#?}"
        );
    }
}

/// The company's DNS, asked through `[dns] server`: an SRV record leads to an alias that no certificate has, a name in a
/// certificate is unknown, a node's name does not exist. Reverse names are left to tests/dns.rs: for every resolver 127.0.0.0/8
/// is "localhost" (RFC 6761), whatever a server says.
#[test]
fn what_dns_says_is_judged() {
    let Some(company) = Company::found() else {
        return;
    };
    let mut cluster = Cluster::new(&company.root);
    let name_server = loopback::address();
    cluster.configure(&format!(
        "[dns]\nserver = \"{name_server}:{}\"\n{FOUND_BY_NAME}",
        dnsmasq::PORT
    ));
    let publisher = cluster.node("cucm", "cucm-pub", "services = [\"tomcat\"]");
    let presence = cluster.node("im-presence", "imp1", "services = [\"tomcat\"]");
    let edge = loopback::address();
    let of_presence = server("imp1").dns("known.acme.test").dns("old.acme.test");
    for (address, order) in [
        (publisher, server("cucm-pub")),
        (presence, of_presence),
        (edge, server("expe1")),
    ] {
        cluster.run(s_server::start(
            address,
            tomcat::PORT,
            &company.issue(&order),
            &[],
        ));
    }
    cluster.run(dnsmasq::start(name_server, &zone(publisher, edge)));
    let Some(directory) = cluster.ready() else {
        return;
    };

    let run = certaudit::scan_and_replay(directory);

    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = run.report();
    assert_eq!(report.status("expe1", "mra"), "examined");
    assert_eq!(report.status("gone", "tomcat"), "unreachable");
    let mut found: Vec<[&str; 3]> = report.json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| DNS_RULES.contains(&finding["rule"].as_str().unwrap()))
        .map(|finding| ["rule", "node", "expected"].map(|key| finding[key].as_str().unwrap_or("")))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ["identity-srv-target-missing", "cucm-pub", "uds.acme.test"],
            ["naming-san-unresolvable", "imp1", "old.acme.test"],
            ["naming-unresolvable", "gone", "gone.acme.test"],
        ]
    );
}

const DNS_RULES: [&str; 4] = [
    "identity-srv-target-missing",
    "identity-federation-srv-mismatch",
    "naming-unresolvable",
    "naming-san-unresolvable",
];

/// Nodes without a `connect`.
const FOUND_BY_NAME: &str = r#"
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
services = ["mra"]

[[node]]
name = "gone"
product = "cucm"
address = "gone.acme.test"
services = ["tomcat"]
"#;

/// Settings of dnsmasq.
fn zone(publisher: Ipv4Addr, edge: Ipv4Addr) -> String {
    format!(
        "srv-host=_cisco-uds._tcp.acme.test,uds.acme.test,8443,10,5\n\
         host-record=uds.acme.test,{publisher}\n\
         host-record=known.acme.test,192.0.2.1\n\
         host-record=expe1.acme.test,{edge}\n"
    )
}

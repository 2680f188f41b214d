//! Servers that refuse, hang or speak no TLS beside good ones.

use std::net::SocketAddr;
use std::time::Duration;

use crate::support::certaudit::{self, Report};
use crate::support::cluster::Cluster;
use crate::support::company::{Company, server, xmpp};
use crate::support::credential::Credential;
use crate::support::faulty::Fault;
use crate::support::servers::{kamailio, prosody, s_server, tomcat};

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

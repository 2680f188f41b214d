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

#[path = "interop/names.rs"]
mod names;
#[path = "interop/silences.rs"]
mod silences;
mod support;

use serde_json::json;
use support::certaudit::{self, Report};
use support::cluster::Cluster;
use support::company::{CRL, Company, DOMAIN, ROOT, host, server, xmpp};
use support::credential::Credential;
use support::order::{Key, Order};
use support::servers::{kamailio, prosody, s_server, tomcat};

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

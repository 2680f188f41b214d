//! What DNS says of servers.

use std::net::Ipv4Addr;

use crate::support::certaudit;
use crate::support::cluster::Cluster;
use crate::support::company::{Company, server};
use crate::support::loopback;
use crate::support::servers::{dnsmasq, s_server, tomcat};

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

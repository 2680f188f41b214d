//! Files that are right, and every default.

use std::path::PathBuf;
use std::time::Duration;

use super::{FULL, NODES, SMALLEST, file, good, with_node};
use crate::catalog::{CertificateName, Product};
use crate::deployment::{Client, FederationThrough, RevocationCheck};

#[test]
fn the_smallest_file_has_every_default() {
    let deployment = good(SMALLEST);
    assert_eq!(deployment.name, "ACME");
    assert_eq!(deployment.domain, "acme.test");
    assert_eq!(deployment.xmpp_domains, ["acme.test"]);
    assert_eq!(deployment.clients, Client::ALL);
    assert!(!deployment.reject_invalid && !deployment.fips);
    assert!(deployment.trust.system && deployment.trust.roots.is_empty());
    assert_eq!(deployment.probe.timeout, Duration::from_secs(5));
    assert_eq!(deployment.probe.concurrency, 256);
    assert_eq!(deployment.probe.per_node, 4);
    assert!(deployment.probe.uds);
    assert!(deployment.probe.client_certificate.is_none());
    assert_eq!(deployment.dns_server, None);
    assert_eq!(deployment.revocation.check, RevocationCheck::Status);
    assert_eq!(deployment.revocation.timeout, Duration::from_secs(5));
    assert!(deployment.mra.is_none() && deployment.federation.is_none());
    assert!(deployment.multi_server.is_empty() && deployment.waivers.is_empty());
    let node = &deployment.nodes[1];
    assert_eq!(node.name, "imp1.acme.test");
    assert_eq!(node.product, Product::ImPresence);
    assert_eq!((&node.connect, &node.release), (&None, &None));
    assert_eq!(node.tls_peer_subjects, None);
    assert_eq!((deployment.nodes[0].line, node.line), (4, 8));
}

#[test]
fn the_top_of_the_full_file_is_read() {
    let deployment = good(FULL);
    assert_eq!(
        deployment.trust.roots,
        [PathBuf::from("/base/pki/acme-root.pem")]
    );
    assert_eq!(
        deployment.trust.pinned,
        [PathBuf::from("/base/pki/cucm-sub1.pem")]
    );
    let client = deployment.probe.client_certificate.unwrap();
    assert_eq!(client.chain, PathBuf::from("/base/scan.pem"));
    assert_eq!(client.key, PathBuf::from("/base/scan.key"));
    assert_eq!(deployment.dns_server.unwrap().to_string(), "10.0.0.53:53");
    let mra = deployment.mra.unwrap();
    assert_eq!(mra.registration_domains, ["acme.test"]);
    assert_eq!(mra.cluster_name.as_deref(), Some("expc.acme.test"));
    assert_eq!(mra.phone_security_profiles, ["jabber-secure.acme.test"]);
    assert!(!mra.jabber_guest);
    let federation = deployment.federation.unwrap();
    assert_eq!(federation.domains, ["acme.test"]);
    assert_eq!(federation.through, FederationThrough::Expressway);
    assert_eq!(federation.chat_node_aliases, ["chat1.acme.test"]);
}

#[test]
fn the_nodes_of_the_full_file_are_read() {
    let deployment = good(FULL);
    let publisher = deployment.node("cucm-pub").unwrap();
    assert_eq!(publisher.connect.as_deref(), Some("127.0.10.1"));
    assert_eq!(publisher.release.as_ref().unwrap().to_string(), "14SU2");
    let listed: Vec<_> = publisher
        .services
        .iter()
        .map(|s| (s.name, s.port))
        .collect();
    assert_eq!(listed, [("tomcat", 8443), ("sip", 5061), ("tomcat", 443)]);
    let presence = deployment.node("imp1").unwrap();
    assert_eq!(presence.release.as_ref().unwrap().to_string(), "14");
    assert_eq!(
        presence.tls_peer_subjects.as_deref(),
        Some(["cucm-pub.acme.test".to_owned()].as_slice())
    );
    let edge = &deployment.node("expe1").unwrap().services;
    assert_eq!(edge[0].connect.unwrap().to_string(), "127.0.0.1:18443");
    assert!(edge[0].required && edge[1].required && !edge[2].required);
}

#[test]
fn the_references_of_the_full_file_are_read() {
    let deployment = good(FULL);
    assert_eq!(
        deployment.multi_server[&CertificateName::Tomcat],
        ["cucm-pub", "imp1"]
    );
    assert_eq!(
        deployment.settings[0].location,
        "UC Service > IM and Presence"
    );
    assert_eq!(deployment.settings[0].value, "imp1");
    assert_eq!(deployment.sip_trunks[0].to, "imp1");
    assert_eq!(deployment.sip_trunks[0].x509_subject, "imp1.acme.test");
    let waiver = &deployment.waivers[0];
    assert_eq!(waiver.rule, "usage-data-encipherment-missing");
    assert_eq!(
        (waiver.node.as_deref(), waiver.service.as_deref()),
        (Some("imp1"), None)
    );
    // 2027-01-31T23:59:59Z
    assert_eq!(waiver.expires, Some(1_801_439_999));
    assert_eq!(FULL.lines().nth(waiver.line - 1), Some("[[waiver]]"));
}

#[test]
fn domains_default_to_the_services_domain_and_federation_to_the_presence_domains() {
    let deployment = good(&file(
        "xmpp_domains = ['Chat.ACME.test', 'b.test.', 'b.test']",
        &format!("[mra]\n[federation]\n{NODES}"),
    ));
    assert_eq!(deployment.xmpp_domains, ["chat.acme.test", "b.test"]);
    assert_eq!(deployment.mra.unwrap().registration_domains, ["acme.test"]);
    let federation = deployment.federation.unwrap();
    assert_eq!(federation.domains, ["chat.acme.test", "b.test"]);
    assert_eq!(federation.through, FederationThrough::Expressway);
}

#[test]
fn clients_come_once_in_their_order() {
    let text = file(
        "clients = ['ios', 'windows', 'ios']\nfips = true\ninvalid_certificate_behavior = 'reject'",
        NODES,
    );
    let deployment = good(&text);
    assert_eq!(deployment.clients, [Client::Windows, Client::Ios]);
    assert!(deployment.fips && deployment.reject_invalid);
}

#[test]
fn addresses_are_folded_and_keep_what_rules_judge() {
    let node = |address: &str| {
        good(&with_node(&format!(
            "product = 'ldap'\naddress = '{address}'"
        )))
        .nodes
        .remove(0)
    };
    assert_eq!(node("DC1.ACME.test.").name, "dc1.acme.test");
    assert_eq!(node("dc1").address, "dc1");
    assert_eq!(node("[2001:db8::1]").address, "2001:db8::1");
}

#[test]
fn a_default_release_is_for_products_of_its_kind() {
    let releases = |release: &str| -> Vec<Option<String>> {
        let nodes = good(&file(&format!("release = '{release}'"), NODES)).nodes;
        nodes
            .iter()
            .map(|node| node.release.as_ref().map(ToString::to_string))
            .collect()
    };
    let unified = Some("14SU2".to_owned());
    assert_eq!(
        releases("14SU2"),
        [unified.clone(), unified.clone(), unified, None]
    );
    assert_eq!(
        releases("X14.2"),
        [None, None, None, Some("X14.2".to_owned())]
    );
}

#[test]
fn an_expressway_release_may_go_without_its_x() {
    let text = with_node("product = 'expressway-c'\naddress = 'a.test'\nrelease = '14.2'");
    let release = good(&text).nodes.remove(0).release.unwrap();
    assert!(release.is_expressway());
    assert_eq!(release, "X14.2".parse().unwrap());
}

#[test]
fn true_shares_a_certificate_among_all_nodes_that_may() {
    let shared =
        |line: &str| good(&file("", &format!("[multi_server]\n{line}\n{NODES}"))).multi_server;
    assert_eq!(
        shared("tomcat = true")[&CertificateName::Tomcat],
        ["cucm", "imp1"]
    );
    assert_eq!(
        shared("CallManager = true")[&CertificateName::CallManager],
        ["cucm"]
    );
    assert_eq!(shared("TVS = true")[&CertificateName::Tvs], ["cucm"]);
    assert_eq!(
        shared("cup-xmpp = true")[&CertificateName::CupXmpp],
        ["imp1"]
    );
    assert_eq!(
        shared("cup-xmpp-s2s = true")[&CertificateName::CupXmppS2s],
        ["imp1"]
    );
    assert_eq!(
        shared("tomcat = ['unity']")[&CertificateName::Tomcat],
        ["unity"]
    );
    assert!(shared("tomcat = false").is_empty());
}

//! The plan of a small deployment.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::catalog::{Audience, CertificateName, Product};
use crate::deployment::{
    Client, Federation, FederationThrough, ProbeLimits, Revocation, RevocationCheck, TrustFiles,
};

fn service(name: &'static str, port: u16, transport: Transport) -> NodeService {
    NodeService {
        name,
        port,
        connect: None,
        transport,
        certificate_name: CertificateName::CupXmpp,
        required: true,
        one_of: false,
        audience: Audience::NOBODY,
        mutual_tls: false,
    }
}

fn node(name: &str, connect: Option<&str>, services: Vec<NodeService>) -> Node {
    Node {
        name: name.into(),
        product: Product::ImPresence,
        address: format!("{name}.acme.test"),
        connect: connect.map(str::to_owned),
        release: None,
        services,
        tls_peer_subjects: None,
        line: 1,
    }
}

fn deployment(nodes: Vec<Node>) -> Deployment {
    Deployment {
        name: "ACME".into(),
        domain: "acme.test".into(),
        xmpp_domains: vec!["im.acme.test".into(), "acme.test".into()],
        clients: Client::ALL.to_vec(),
        reject_invalid: false,
        fips: false,
        trust: TrustFiles::default(),
        probe: ProbeLimits {
            timeout: Duration::from_secs(5),
            concurrency: 1,
            per_node: 1,
            client_certificate: None,
            uds: true,
        },
        dns_server: None,
        revocation: Revocation {
            check: RevocationCheck::Presence,
            timeout: Duration::from_secs(5),
        },
        mra: None,
        federation: Some(Federation {
            domains: vec!["partners.acme.test".into()],
            through: FederationThrough::ImPresence,
            chat_node_aliases: Vec::new(),
        }),
        multi_server: BTreeMap::new(),
        nodes,
        left_out: Vec::new(),
        settings: Vec::new(),
        sip_trunks: Vec::new(),
        waivers: Vec::new(),
    }
}

#[test]
fn nodes_keep_their_order_and_services_are_sorted_by_port() {
    let tomcat = || service("tomcat", 8443, Transport::Tls);
    let sip = service("sip", 5061, Transport::Tls);
    let targets = plan(&deployment(vec![
        node("imp2", None, vec![tomcat(), sip, tomcat()]),
        node("imp1", None, vec![tomcat()]),
    ]));
    let places: Vec<_> = targets
        .iter()
        .map(|target| (target.node.as_str(), target.service, target.port))
        .collect();
    assert_eq!(
        places,
        [
            ("imp2", "sip", 5061),
            ("imp2", "tomcat", 8443),
            ("imp1", "tomcat", 8443)
        ]
    );
}

#[test]
fn the_nearest_word_on_where_to_connect_counts() {
    let forwarded = NodeService {
        connect: Some(SocketAddr::from(([127, 0, 0, 1], 10443))),
        ..service("tomcat", 8443, Transport::Tls)
    };
    let plain = || service("sip", 5061, Transport::Tls);
    let route = |connect, service| {
        let targets = plan(&deployment(vec![node("imp1", connect, vec![service])]));
        targets[0].connect.clone()
    };
    let socket = |text: &str| text.parse().map(Route::Socket).ok();
    assert_eq!(route(None, plain()), Route::Name("imp1.acme.test".into()));
    assert_eq!(
        route(Some("gate.acme.test"), plain()),
        Route::Name("gate.acme.test".into())
    );
    let literal = route(Some("127.0.10.1"), plain());
    assert_eq!(Some(literal), socket("127.0.10.1:5061"));
    for text in ["::1", "[::1]"] {
        assert_eq!(Some(route(Some(text), plain())), socket("[::1]:5061"));
    }
    let forwarded = route(Some("127.0.10.1"), forwarded);
    assert_eq!(Some(forwarded), socket("127.0.0.1:10443"));
}

#[test]
fn streams_are_opened_to_the_domain_of_who_opens_them() {
    let services = vec![
        service("xmpp-client", 5222, Transport::XmppClient),
        service("xmpp-server", 5269, Transport::XmppServer),
    ];
    let mut deployment = deployment(vec![node("imp1", None, services)]);
    let domains = |deployment: &Deployment| -> Vec<String> {
        let targets = plan(deployment);
        targets
            .into_iter()
            .map(|target| target.xmpp_domain)
            .collect()
    };
    assert_eq!(domains(&deployment), ["im.acme.test", "partners.acme.test"]);
    deployment.federation = None;
    assert_eq!(domains(&deployment), ["im.acme.test", "im.acme.test"]);
}

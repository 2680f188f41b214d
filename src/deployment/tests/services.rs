//! Which services are looked at, and which must answer.

use super::{good, with_node};
use crate::deployment::NodeService;

fn services(node_lines: &str, tables: &str) -> Vec<NodeService> {
    let text = format!("{}\n{tables}", with_node(node_lines));
    good(&text).nodes.remove(0).services
}

fn required(services: &[NodeService]) -> Vec<&str> {
    let required = services.iter().filter(|service| service.required);
    required.map(|service| service.name).collect()
}

fn names(services: &[NodeService]) -> Vec<&str> {
    services.iter().map(|service| service.name).collect()
}

#[test]
fn services_follow_the_catalogue_when_none_are_listed() {
    let cucm = services("product = 'cucm'\naddress = 'a.test'", "");
    assert_eq!(
        names(&cucm),
        [
            "tomcat",
            "sip",
            "tftp",
            "tftp-mra",
            "sip-oauth",
            "sip-oauth-mra"
        ]
    );
    assert_eq!(required(&cucm), ["tomcat"]);
    let unity = services("product = 'unity-connection'\naddress = 'a.test'", "");
    assert_eq!(names(&unity), ["tomcat", "jetty"]);
    let ldap = services("product = 'ldap'\naddress = 'a.test'", "");
    assert!(
        ldap.iter()
            .all(|service| service.one_of && !service.required)
    );
}

#[test]
fn services_follow_mra_and_federation() {
    let edge = "product = 'expressway-e'\naddress = 'a.test'";
    let presence = "product = 'im-presence'\naddress = 'b.test'";
    let with_presence = format!("[[node]]\n{presence}\n[federation]\nthrough = 'im-presence'");
    assert_eq!(
        names(&services(edge, "")),
        ["xmpp-client", "sip", "xmpp-server", "web"]
    );
    assert!(required(&services(edge, "")).is_empty());
    assert_eq!(
        required(&services(edge, "[mra]\n[federation]")),
        ["mra", "xmpp-server"]
    );
    assert!(required(&services(edge, &with_presence)).is_empty());
    assert_eq!(required(&services(presence, "")), ["tomcat", "xmpp-client"]);
    assert_eq!(
        required(&services(presence, "[federation]")),
        ["tomcat", "xmpp-client", "xmpp-server"]
    );
    let through_edge = format!("[[node]]\n{edge}\n[federation]\nthrough = 'expressway'");
    let services = services(presence, &through_edge);
    assert_eq!(required(&services), ["tomcat", "xmpp-client"]);
    assert!(names(&services).contains(&"xmpp-server"));
}

#[test]
fn listed_services_replace_the_catalogue() {
    let cucm = services(
        "product = 'cucm'\naddress = 'a.test'\nservices = ['cti', 'tomcat', { service = 'sip', port = 5161, required = true, connect = '[::1]:9' }]",
        "",
    );
    assert_eq!(names(&cucm), ["cti", "tomcat", "sip"]);
    assert_eq!(required(&cucm), ["cti", "tomcat", "sip"]);
    assert_eq!((cucm[2].port, cucm[2].connect.unwrap().port()), (5161, 9));
    let unity = services(
        "product = 'unity-connection'\naddress = 'a.test'\nservices = ['imap']",
        "",
    );
    assert!(required(&unity).is_empty());
    let edge = services(
        "product = 'expressway-e'\naddress = 'a.test'\nservices = ['mra']",
        "",
    );
    assert_eq!((names(&edge), required(&edge)), (vec!["mra"], vec![]));
    let ldap = services(
        "product = 'ldap'\naddress = 'a.test'\nservices = ['ldaps', { service = 'ldaps-gc', required = true }]",
        "",
    );
    assert!(ldap[0].one_of && !ldap[1].one_of && ldap[1].required);
}

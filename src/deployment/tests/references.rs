//! Faults of what refers to nodes, services, certificates and rules.

use super::{NODES, check, file, parse};

fn tables(lines: &str) -> String {
    file("", &format!("{lines}\n{NODES}"))
}

#[test]
fn references_name_nodes() {
    for lines in [
        "[[setting]]\nlocation = 'x'\nvalue = 'y'\nnode = 'imp2'",
        "[[sip_trunk]]\nx509_subject = 'y'\nto = 'imp2'",
        "[[waiver]]\nrule = 'revocation-stale'\nreason = 'y'\nnode = 'imp2'",
        "[multi_server]\ntomcat = ['imp2']",
    ] {
        check(
            &tables(lines),
            "unknown node `imp2`",
            "'imp2'",
            "did you mean `imp1`? (allowed: `cucm`, `imp1`, `unity` and `expe`)",
        );
    }
    check(
        &tables("[multi_server]\ntomcat = ['imp1.acme.test']"),
        "unknown node `imp1.acme.test`",
        "'imp1.acme.test'",
        "that is the address of the node `imp1`: write its name",
    );
}

#[test]
fn a_reference_to_a_node_with_a_fault_is_no_second_fault() {
    let text = tables(
        "[multi_server]\ntomcat = ['new']\n[[node]]\nname = 'new'\nproduct = 'cucn'\naddress = '-'",
    );
    let problems = parse(&text).unwrap_err();
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn trunks_end_at_nodes_that_speak_sip() {
    check(
        &tables("[[sip_trunk]]\nto = 'unity'\nx509_subject = 'y'"),
        "`unity` is Unity Connection: a SIP trunk cannot end there",
        "'unity'",
        "im-presence",
    );
}

#[test]
fn only_some_certificates_are_multi_server() {
    for name in ["CAPF", "cup", "expressway", "ldap", "https", "webex"] {
        check(
            &tables(&format!("[multi_server]\n{name} = true")),
            &format!("`{name}` certificates cannot be multi-server"),
            name,
            "those that can: `tomcat`, `CallManager`, `TVS`, `cup-xmpp` and `cup-xmpp-s2s`",
        );
    }
    check(
        &tables("[multi_server]\ncallmanager = true"),
        "unknown certificate name `callmanager`",
        "callmanager",
        "did you mean `CallManager`?",
    );
}

#[test]
fn nodes_share_what_their_products_have() {
    check(
        &tables("[multi_server]\ncup-xmpp = ['imp1', 'cucm']"),
        "`cucm` is Unified CM, which has no cup-xmpp certificate",
        "'cucm'",
        "it may be shared by nodes with product `im-presence`",
    );
    check(
        &tables("[multi_server]\ntomcat = ['expe']"),
        "`expe` is Expressway-E, which has no tomcat certificate",
        "'expe'",
        "`cucm`, `im-presence` and `unity-connection`",
    );
    check(
        &tables(
            "[multi_server]\ntomcat = ['cup8']\n[[node]]\nname = 'cup8'\nproduct = 'cup'\naddress = 'cup8'",
        ),
        "`cup8` is Unified Presence 8.x, which has no multi-server certificates",
        "'cup8'",
        "`cucm`, `im-presence`",
    );
    check(
        &tables("[multi_server]\ntomcat = ['cucm', 'unity']"),
        "`unity` cannot share a tomcat certificate with the nodes before it",
        "'unity'",
        "`unity-connection` share one among themselves",
    );
    check(
        &tables("[multi_server]\ntomcat = ['cucm', 'cucm']"),
        "`cucm` is listed twice",
        "'cucm'",
        "",
    );
    check(
        &file(
            "",
            "[multi_server]\ncup-xmpp = true\n[[node]]\nproduct = 'cucm'\naddress = 'a'",
        ),
        "`cup-xmpp` is shared by no node",
        "cup-xmpp",
        "true means all nodes with product `im-presence`",
    );
}

#[test]
fn waivers_name_one_rule() {
    let waiver = |rule: &str| tables(&format!("[[waiver]]\nreason = 'y'\nrule = '{rule}'"));
    check(
        &waiver("revocation-stail"),
        "unknown rule `revocation-stail`",
        "'revocation-stail'",
        "did you mean `revocation-stale`?",
    );
    check(
        &waiver("revocation"),
        "`revocation` is a family of rules: a waiver names one rule",
        "'revocation'",
        "its rules: `revocation-absent` and `revocation-stale`",
    );
    check(
        &waiver("x"),
        "unknown rule `x`",
        "'x'",
        "`certaudit rules` lists the rules",
    );
}

#[test]
fn waivers_name_services() {
    let waiver = |lines: &str| {
        tables(&format!(
            "[[waiver]]\nreason = 'y'\nrule = 'revocation-stale'\n{lines}"
        ))
    };
    assert!(parse(&waiver("service = 'xmpp-client'")).is_ok());
    assert!(parse(&waiver("service = 'sip'\nnode = 'cucm'")).is_ok());
    check(
        &waiver("service = 'xmpp-cleint'"),
        "unknown service `xmpp-cleint`",
        "'xmpp-cleint'",
        "did you mean `xmpp-client`?",
    );
    check(
        &waiver("service = 'xmpp-client'\nnode = 'cucm'"),
        "`xmpp-client` is no service of cucm",
        "'xmpp-client'",
        "`im-presence`",
    );
}

//! Faults of single values, nodes, services and of tables that need a node.

use super::{NODES, check, fault, file, parse, with_node};

fn cucm(lines: &str) -> String {
    with_node(&format!("product = 'cucm'\naddress = 'a.test'\n{lines}"))
}

#[test]
fn addresses_are_hosts() {
    check(
        &with_node("product = 'cucm'\naddress = 'cucm pub'"),
        "`cucm pub` is not a host name: ` ` may not stand in it",
        "'cucm pub'",
        "",
    );
    check(
        &with_node("product = 'cucm'\naddress = 'münchen.test'"),
        "`münchen.test` is not in ASCII",
        "'münchen.test'",
        "A-label form (`xn--…`)",
    );
    check(
        &with_node("product = 'cucm'\naddress = 'a.test:8443'"),
        "`a.test:8443` has a port",
        "'a.test:8443'",
        "port = 8443",
    );
    check(
        &cucm("connect = '127.0.0.1:8443'"),
        "`127.0.0.1:8443` has a port",
        "'127.0.0.1:8443'",
        "the port stands with the service",
    );
    check(
        &cucm("connect = 'a_b/c'"),
        "`a_b/c` is not a host name: `/` may not stand in it",
        "'a_b/c'",
        "",
    );
}

#[test]
fn domains_are_domains() {
    for (keys, word) in [
        ("xmpp_domains = ['10.0.0.1']", "10.0.0.1"),
        ("[mra]\nregistration_domains = ['::1']", "::1"),
        ("[mra]\ncluster_name = '10.0.0.2'", "10.0.0.2"),
        ("[federation]\ndomains = ['10.0.0.3']", "10.0.0.3"),
        ("[federation]\nchat_node_aliases = ['10.0.0.4']", "10.0.0.4"),
    ] {
        check(
            &file(keys, NODES),
            &format!("`{word}` is an IP address, not a domain"),
            &format!("'{word}'"),
            "acme.test",
        );
    }
    check(
        &format!("name = 'A'\ndomain = 'acme..test'\n{NODES}"),
        "`acme..test` is not a host name: a label is empty",
        "'acme..test'",
        "",
    );
}

#[test]
fn durations_and_servers_are_checked() {
    check(
        &file("[probe]\ntimeout = '5 seconds'", NODES),
        "`5 seconds` is not a duration",
        "'5 seconds'",
        "500ms",
    );
    check(
        &file("[revocation]\ntimeout = '1h'", NODES),
        "`1h` is not a duration",
        "'1h'",
        "500ms",
    );
    check(
        &file("[probe]\ntimeout = '11m'", NODES),
        "`11m` is longer than ten minutes",
        "'11m'",
        "",
    );
    check(
        &file("[dns]\nserver = 'ns.acme.test'", NODES),
        "`ns.acme.test` is not an IP address",
        "'ns.acme.test'",
        "10.0.0.53",
    );
    check(
        &cucm("services = [{ service = 'tomcat', connect = 'localhost:9' }]"),
        "`localhost:9` is not an IP address with a port",
        "'localhost:9'",
        "127.0.0.1:10443",
    );
}

#[test]
fn node_names_are_unique() {
    let twice = format!("{NODES}[[node]]\nname = 'imp1'\nproduct = 'cup'\naddress = 'b.test'\n");
    let text = file("", &twice);
    check(
        &text,
        "there are two nodes with the name `imp1`",
        "'imp1'",
        "of its own",
    );
    let problem = parse(&text).unwrap_err().remove(0);
    assert_eq!(problem.span.start, text.rfind("'imp1'").unwrap());
    let (first, why) = &problem.context[0];
    assert_eq!(
        (first.start, why.as_str()),
        (text.find("'imp1'").unwrap(), "first here")
    );
    check(
        &cucm("[[node]]\nproduct = 'cup'\naddress = 'A.test.'"),
        "there are two nodes with the name `a.test`",
        "'A.test.'",
        "the default is its address",
    );
}

#[test]
fn services_are_of_the_product() {
    check(
        &cucm("services = ['tomcat', 'tomcta']"),
        "unknown service `tomcta`",
        "'tomcta'",
        "did you mean `tomcat`? (allowed: `tomcat`, `sip`",
    );
    check(
        &cucm("services = [{ service = 'xmpp-client' }]"),
        "`xmpp-client` is no service of cucm",
        "'xmpp-client'",
        "it is a service of `im-presence`, `cup` and `expressway-e`; cucm has `tomcat`",
    );
    check(
        &cucm("services = ['sip', { service = 'sip', port = 5061 }]"),
        "`sip` is listed twice on port 5061",
        "{ service = 'sip', port = 5061 }",
        "leave one out",
    );
}

#[test]
fn peer_subjects_are_for_presence() {
    check(
        &cucm("tls_peer_subjects = ['x']"),
        "`tls_peer_subjects` is not for Unified CM",
        "['x']",
        "`im-presence` or `cup`",
    );
}

#[test]
fn releases_are_of_the_product() {
    check(
        &file("release = 'latest'", NODES),
        "`latest` is not a release",
        "'latest'",
        "14SU2",
    );
    check(
        &cucm("release = 'SU2'"),
        "`SU2` is not a release",
        "'SU2'",
        "14SU2",
    );
    check(
        &cucm("release = 'X14.2'"),
        "`X14.2` is a release of Expressway, and this node is Unified CM",
        "'X14.2'",
        "14SU2",
    );
    for wrong in ["14SU2", "12.5(1)"] {
        check(
            &with_node(&format!(
                "product = 'expressway-c'\naddress = 'a.test'\nrelease = '{wrong}'"
            )),
            &format!("`{wrong}` is no release of Expressway, and this node is Expressway-C"),
            &format!("'{wrong}'"),
            "X14.2",
        );
    }
}

#[test]
fn mra_and_federation_need_a_node_that_does_it() {
    check(
        &cucm("[mra]"),
        "[mra] needs a node with product `expressway-e`",
        "[mra]",
        "leave [mra] out",
    );
    check(
        &cucm("[federation]"),
        "federation through IM and Presence needs a node with product `im-presence` or `cup`",
        "[federation]",
        "leave [federation] out",
    );
    check(
        &cucm("[federation]\nthrough = 'expressway'"),
        "federation through Expressway needs a node with product `expressway-e`",
        "'expressway'",
        "through = \"im-presence\"",
    );
    // A node whose product is wrong may be the one: one fault, not two.
    let text = with_node("product = 'expressway'\naddress = 'a.test'\n[mra]");
    assert_eq!(fault(&text).0, "unknown product `expressway`");
}

#[test]
fn a_wrong_product_does_not_hide_faults_of_its_services() {
    let text =
        with_node("product = 'x'\naddress = 'a.test'\nservices = ['sip', 'spi']\nrelease = 'x'");
    let problems = parse(&text).unwrap_err();
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "unknown product `x`",
            "unknown service `spi`",
            "`x` is not a release"
        ]
    );
    assert_eq!(problems[1].help.as_deref(), Some("did you mean `sip`?"));
}

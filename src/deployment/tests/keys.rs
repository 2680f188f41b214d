//! Keys that are unknown or missing.

use super::{NODES, check_shape as check, fault, file, parse, with_node};

#[test]
fn unknown_keys_have_the_nearest_right_name() {
    check(
        &file("xmpp_domain = []", NODES),
        "unknown key `xmpp_domain`",
        "xmpp_domain",
        "did you mean `xmpp_domains`?",
    );
    check(
        &with_node("product = 'cucm'\naddress = 'a.test'\nadress = 'b'"),
        "unknown key `adress` in [[node]]",
        "adress",
        "did you mean `address`? (allowed: `address`, `connect`, `name`, `product`, `release`, `services` and `tls_peer_subjects`)",
    );
    check(
        &file(
            "[probe]\nclient_certificate = { chain = 'a', key = 'b', chian = 'c' }",
            NODES,
        ),
        "unknown key `chian` in `client_certificate`",
        "chian",
        "did you mean `chain`?",
    );
    check(
        &file("[truts]", NODES),
        "unknown key `truts`",
        "truts",
        "did you mean `trust`?",
    );
}

#[test]
fn keys_of_another_table_are_sent_home() {
    check(
        &file("[trust]\nxmpp_domains = ['a.test']", NODES),
        "unknown key `xmpp_domains` in [trust]",
        "xmpp_domains",
        "belongs at the top of the file",
    );
    check(
        &file("[dns]\ntimeout = '5s'", NODES),
        "unknown key `timeout` in [dns]",
        "timeout",
        "`timeout` belongs in [probe] or [revocation]",
    );
    check(
        &file("address = 'a.test'", NODES),
        "unknown key `address`",
        "address",
        "`address` belongs in [[node]]",
    );
    let (_, _, help) = fault(&file("colour = 'red'", NODES));
    assert!(help.starts_with("allowed: `clients`"), "{help}");
}

#[test]
fn missing_keys_are_marked_at_their_table() {
    check(
        &format!("domain = 'acme.test'\n{NODES}"),
        "`name` is missing",
        "",
        "for example: name = \"ACME collaboration\"",
    );
    check(
        &format!("name = 'A'\n{NODES}"),
        "`domain` is missing",
        "",
        "acme.test",
    );
    check(&file("", ""), "there is no [[node]]", "", "[[node]]");
    check(
        &file("node = []", ""),
        "there is no [[node]]",
        "[]",
        "[[node]]",
    );
    check(
        &with_node("product = 'cucm'"),
        "`address` is missing in [[node]]",
        "[[node]]",
        "cucm-pub.acme.test",
    );
    check(
        &with_node("address = 'a.test'"),
        "`product` is missing in [[node]]",
        "[[node]]",
        "allowed: `cucm`, `im-presence`",
    );
    check(
        &with_node("product = 'cucm'\naddress = 'a.test'\nservices = [{ port = 1 }]"),
        "`service` is missing in `services`",
        "{ port = 1 }",
        "tomcat",
    );
    check(
        &file("[probe]\nclient_certificate = { chain = 'a' }", NODES),
        "`key` is missing in `client_certificate`",
        "{ chain = 'a' }",
        "scan.key",
    );
}

#[test]
fn missing_keys_of_what_refers_to_nodes() {
    for (table, key) in [
        ("setting", "location"),
        ("setting", "value"),
        ("setting", "node"),
        ("sip_trunk", "to"),
        ("sip_trunk", "x509_subject"),
        ("waiver", "rule"),
        ("waiver", "reason"),
    ] {
        let problems = parse(&file("", &format!("[[{table}]]\n{NODES}"))).unwrap_err();
        let message = format!("`{key}` is missing in [[{table}]]");
        assert!(
            problems.iter().any(|problem| problem.message == message),
            "{message}"
        );
    }
}

#[test]
fn headers_have_the_right_number_of_brackets() {
    check(
        &file("", "[node]\nproduct = 'cucm'\naddress = 'a.test'"),
        "`node` must be an array of tables, not a table",
        "[node]",
        "two pairs of brackets: [[node]]",
    );
    check(
        &file("[[probe]]", NODES),
        "`probe` must be a table, not an array",
        "[[probe]]",
        "one pair of brackets: [probe]",
    );
}

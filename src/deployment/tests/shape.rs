//! Faults of syntax, types and allowed words.

use super::{NODES, check_shape as check, fault, file, parse, with_node};

#[test]
fn what_is_no_toml_is_one_problem_a_line() {
    check("name = \"A", "invalid basic string", "", "expected `\"`");
    check(
        "name = yes",
        "string values must be quoted",
        "yes",
        "in quotes",
    );
    check("a = 1\na = 2", "duplicate key", "a", "");
    check(
        "a = \"pki\\certs\"",
        "missing escaped value",
        "",
        "single quotes",
    );
    super::check(
        &file(
            "[trust]
roots = [\"pki\\root.pem\"]",
            NODES,
        ),
        "`pki\\u{d}oot.pem` has a control character",
        "\"pki\\root.pem\"",
        "single quotes",
    );
    let problems = parse("a = = 1 2\nb = yes no\n").unwrap_err();
    assert_eq!(problems.len(), 2);
}

#[test]
fn wrong_types_say_what_is_wanted() {
    check(
        &file("[probe]\ntimeout = 5", NODES),
        "`timeout` must be a string, not a whole number",
        "5",
        "for example: timeout = \"5s\"",
    );
    check(
        &file("release = 12.5", NODES),
        "`release` must be a string, not a number with a point",
        "12.5",
        "put it in quotes",
    );
    check(
        &file("xmpp_domains = 'a.test'", NODES),
        "`xmpp_domains` must be an array, not a string",
        "'a.test'",
        "xmpp_domains = [...]",
    );
    check(
        &file("fips = 'yes'", NODES),
        "`fips` must be true or false, not a string",
        "'yes'",
        "without quotes",
    );
    check(
        &file("[trust]\nroots = ['a', 1]", NODES),
        "an element of `roots` must be a string, not a whole number",
        "1",
        "put it in quotes",
    );
    check(
        &file("[multi_server]\ntomcat = 'cucm'", NODES),
        "`tomcat` must be true or false or an array, not a string",
        "'cucm'",
        "",
    );
    check(
        &with_node("product = 'cucm'\naddress = 'a.test'\nservices = [8443]"),
        "an element of `services` must be a string or a table, not a whole number",
        "8443",
        "",
    );
}

#[test]
fn dates_are_dates() {
    let waiver = |day: &str| {
        file(
            "[[waiver]]",
            &format!("rule = 'revocation-stale'\nreason = 'x'\nexpires = {day}\n{NODES}"),
        )
    };
    let (message, _, help) = fault(&waiver("'2027-01-31'"));
    assert_eq!(message, "`expires` must be a date, not a string");
    assert_eq!(help, "for example: expires = 2027-01-31");
    let (message, _, _) = fault(&waiver("2027-01-31T00:00:00Z"));
    assert_eq!(message, "`expires` must be a date, not a date with a time");
    assert_eq!(
        fault(&waiver("00:00:00")).0,
        "`expires` must be a date, not a time"
    );
    assert_eq!(fault(&waiver("2027-02-30")).0, "invalid date");
}

#[test]
fn numbers_have_bounds() {
    let between = "must be between 1 and 65535";
    for (key, number, default) in [
        ("concurrency", "0", "256"),
        ("concurrency", "99999999999999999999", "256"),
        ("per_node", "-1", "4"),
        ("per_node", "0x1_0000", "4"),
    ] {
        check(
            &file(&format!("[probe]\n{key} = {number}"), NODES),
            &format!("`{key}` {between}"),
            number,
            &format!("the default is {default}"),
        );
    }
    for port in ["0", "65536"] {
        let services = format!("services = [{{ service = 'tomcat', port = {port} }}]");
        check(
            &with_node(&format!("product = 'cucm'\naddress = 'a.test'\n{services}")),
            &format!("`port` {between}"),
            port,
            "",
        );
    }
}

#[test]
fn words_are_of_those_that_are_allowed() {
    check(
        &with_node("product = 'unity'\naddress = 'a.test'"),
        "unknown product `unity`",
        "'unity'",
        "did you mean `unity-connection`?",
    );
    check(
        &file("clients = ['windows', 'iphone']", NODES),
        "unknown client `iphone`",
        "'iphone'",
        "allowed: `windows`, `mac`, `ios` and `android`",
    );
    check(
        &file("invalid_certificate_behavior = 'RejectAndNotify'", NODES),
        "`invalid_certificate_behavior` cannot be `RejectAndNotify`",
        "'RejectAndNotify'",
        "did you mean `reject`?",
    );
    check(
        &file("[revocation]\ncheck = 'stauts'", NODES),
        "`check` cannot be `stauts`",
        "'stauts'",
        "did you mean `status`? (allowed: `presence`, `reach` and `status`)",
    );
    check(
        &file("[federation]\nthrough = 'expressway-e'", NODES),
        "`through` cannot be `expressway-e`",
        "'expressway-e'",
        "did you mean `expressway`?",
    );
}

#[test]
fn nothing_is_empty() {
    check(
        &format!("name = ' '\ndomain = 'acme.test'\n{NODES}"),
        "`name` is empty",
        "' '",
        "ACME",
    );
    check(
        &format!("name = 'A'\ndomain = ''\n{NODES}"),
        "`domain` is empty",
        "''",
        "acme.test",
    );
    check(
        &file("clients = []", NODES),
        "`clients` is empty",
        "[]",
        "leave it out for the default",
    );
    check(
        &file("xmpp_domains = []", NODES),
        "`xmpp_domains` is empty",
        "[]",
        "leave it out",
    );
    check(
        &file("[trust]\nroots = ['']", NODES),
        "an element of `roots` is empty",
        "''",
        "",
    );
    check(
        &with_node("product = 'cucm'\naddress = 'a.test'\nservices = []"),
        "`services` is empty",
        "[]",
        "leave it out",
    );
}

//! What came back from the CA, beside the requests.

use certaudit::certificate::KeyUsage;

use super::{Desk, TOMCAT};

#[test]
fn what_came_back_is_compared_and_checked() {
    let desk = Desk::new();
    let asked = desk.order(&["cucm1.acme.test", "acme.test"]);
    let request = desk.request("tomcat.csr", &asked);
    let base = [
        &TOMCAT[..],
        &[
            "--no-system-roots",
            "--roots",
            "root.pem",
            "--no-fetch",
            "--skip",
            "revocation",
            "tomcat.csr",
        ],
    ]
    .concat();
    let compare = |file: &'static str| desk.found(&[&base[..], &["--issued", file]].concat());
    desk.issue("good.pem", &asked, &request);
    assert_eq!(compare("good.pem"), (Some(0), vec![]));

    let mut fewer = asked.clone();
    fewer.dns.truncate(1);
    fewer.key_usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    desk.issue("fewer.pem", &fewer, &request);
    let (status, found) = compare("fewer.pem");
    assert_eq!(status, Some(1));
    for expected in [
        "issued-names-differ acme.test",
        "issued-usage-dropped dataEncipherment",
        "usage-data-encipherment-missing dataEncipherment",
    ] {
        assert!(
            found.contains(&expected.to_owned()),
            "{expected}: {found:?}"
        );
    }

    let another = asked.request().unwrap();
    desk.issue("other.pem", &asked, &another);
    let (status, found) = compare("other.pem");
    assert_eq!(
        (status, found),
        (Some(1), vec!["issued-key-differs -".to_owned()])
    );

    let mut old = asked.clone();
    (old.not_before, old.not_after) = (desk.at - 900_000, desk.at - 90_000);
    desk.issue("old.pem", &old, &request);
    assert!(
        compare("old.pem")
            .1
            .iter()
            .any(|one| one.starts_with("validity-expired"))
    );
}

#[test]
fn several_certificates_find_their_requests() {
    let desk = Desk::new();
    let orders = ["a.acme.test", "b.acme.test"].map(|name| desk.order(&[name]));
    let first = desk.request("1.csr", &orders[0]);
    let second = desk.request("2.csr", &orders[1]);
    desk.issue("a.pem", &orders[0], &first);
    desk.issue("b.pem", &orders[1], &second);
    let base = [
        "--no-system-roots",
        "--roots",
        "root.pem",
        "--no-fetch",
        "--skip",
        "revocation",
        "1.csr",
        "2.csr",
    ];
    let both = desk.found(&[&base[..], &["--issued", "b.pem", "--issued", "a.pem"]].concat());
    assert_eq!(both, (Some(0), vec![]));
    let one = desk.found(&[&base[..], &["--issued", "b.pem"]].concat());
    assert_eq!(
        one,
        (Some(3), vec!["issued-key-differs -".to_owned()]),
        "nothing came back for 1.csr"
    );
    let stranger = desk.order(&["c.acme.test"]);
    desk.issue("c.pem", &stranger, &stranger.request().unwrap());
    let output = desk.csr(&[&base[..], &["--issued", "c.pem"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("c.acme.test") && stderr.contains("belongs to none"),
        "{stderr}"
    );
}

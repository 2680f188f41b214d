//! Each reason, both sides of each date and release.
#![allow(clippy::unwrap_used, clippy::panic)]

mod installation;
mod standing;

use std::path::Path;

use super::{AuthorityKind, Line, Plan};
use crate::catalog::public_authority::{CLIENT_AUTH_ENDS, DAY, LIFE_LIMITS, PRIVATE_LIFE};
use crate::deployment::{Deployment, Why};

const NOW: i64 = crate::audit::testing::NOW;

const FILE: &str = r#"
name = "ACME"
domain = "acme.com"
xmpp_domains = ["acme.com", "im.acme.com"]
release = "14SU2"
[mra]
registration_domains = ["acme.com", "edge.acme.com"]
cluster_name = "expc.acme.com"
phone_security_profiles = ["jabber.acme.com", "plain"]
[federation]
domains = ["acme.com"]
through = "im-presence"
chat_node_aliases = ["chat1.acme.com"]
[multi_server]
tomcat = ["imp1", "cucm-sub", "cucm-pub"]
[[node]]
name = "imp1"
product = "im-presence"
address = "imp1.acme.com"
tls_peer_subjects = ["other.acme.com"]
[[node]]
name = "cucm-pub"
product = "cucm"
address = "cucm-pub.acme.com"
services = ["tomcat", "sip", "tvs", "capf"]
[[node]]
name = "cucm-sub"
product = "cucm"
address = "cucm-sub.acme.com"
services = ["tomcat"]
[[node]]
name = "expc1"
product = "expressway-c"
address = "expc1.acme.com"
release = "X15.2"
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.com"
release = "X15.2"
[[node]]
product = "ldap"
address = "dc1.acme.com"
[[setting]]
location = "UC Service > IM and Presence"
value = "presence.acme.com"
node = "imp1"
[[setting]]
location = "UC Service > Voicemail"
value = "cuc1"
node = "imp1"
[[sip_trunk]]
to = "imp1"
x509_subject = "old.acme.com"
"#;

fn deployment(text: &str) -> Deployment {
    Deployment::parse(text, Path::new(""), &[]).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// What `look` makes of a line of the plan of `text` at `at`.
fn at<T>(text: &str, at: i64, id: &str, look: impl FnOnce(&Line<'_>) -> T) -> T {
    let deployment = deployment(text);
    let plan = Plan::of(&deployment, None, at, &[]);
    let ids: Vec<&str> = plan.lines.iter().map(|line| &*line.id).collect();
    let line = plan.lines.iter().find(|line| line.id == id);
    look(line.unwrap_or_else(|| panic!("no {id} in {ids:?}")))
}

fn of<T>(id: &str, look: impl FnOnce(&Line<'_>) -> T) -> T {
    at(FILE, NOW, id, look)
}

fn names(id: &str) -> Vec<(String, Why)> {
    of(id, |line| {
        line.names
            .iter()
            .map(|name| (name.name.clone(), name.why))
            .collect()
    })
}

#[test]
fn every_certificate_is_there_once_and_tvs_last() {
    let deployment = deployment(FILE);
    let plan = Plan::of(&deployment, None, NOW, &[]);
    let ids: Vec<&str> = plan.lines.iter().map(|line| &*line.id).collect();
    assert_eq!(
        ids,
        [
            "cucm-pub/tomcat",
            "imp1/cup",
            "imp1/cup-xmpp",
            "imp1/cup-xmpp-s2s",
            "cucm-pub/CallManager",
            "cucm-pub/CAPF",
            "expc1/expressway",
            "expe1/expressway",
            "dc1.acme.com/ldap",
            "cucm-pub/TVS"
        ]
    );
    let only = Plan::of(&deployment, None, NOW, &["cucm-sub".to_owned()]);
    assert_eq!(only.lines.len(), 1, "the certificate that it shares");
    assert_eq!(
        only.lines[0].names.len(),
        4,
        "with the names of all that share it"
    );
}

#[test]
fn federation_certificates_are_ordered_only_where_the_node_federates() {
    let outside = FILE.replace("through = \"im-presence\"", "through = \"expressway\"");
    let deployment = deployment(&outside);
    let plan = Plan::of(&deployment, None, NOW, &[]);
    assert!(plan.lines.iter().all(|line| line.id != "imp1/cup-xmpp-s2s"));
}

#[test]
fn a_shared_certificate_is_named_for_the_publisher() {
    of("cucm-pub/tomcat", |line| {
        assert!(line.multi_server);
        assert_eq!(line.common_name, "cucm-pub-ms.acme.com");
        assert_eq!(line.node_names(), "cucm-pub, imp1, cucm-sub");
    });
    of("cucm-pub/CallManager", |line| {
        assert_eq!(line.common_name, "cucm-pub.acme.com");
    });
    let presence = FILE.replace(
        "tomcat = [\"imp1\", \"cucm-sub\", \"cucm-pub\"]",
        "cup-xmpp = [\"imp1\"]",
    );
    at(&presence, NOW, "imp1/cup-xmpp", |line| {
        assert_eq!(line.common_name, "imp1-ms.acme.com");
    });
}

#[test]
fn every_name_has_its_reason() {
    let expect = |id: &str, expected: &[(&str, Why)]| {
        let found = names(id);
        let found: Vec<(&str, Why)> = found.iter().map(|(name, why)| (&**name, *why)).collect();
        assert_eq!(found, expected, "{id}");
    };
    expect(
        "cucm-pub/tomcat",
        &[
            ("cucm-pub.acme.com", Why::Address),
            ("imp1.acme.com", Why::SharingNode),
            ("cucm-sub.acme.com", Why::SharingNode),
            ("presence.acme.com", Why::Setting),
        ],
    );
    expect(
        "imp1/cup-xmpp",
        &[
            ("imp1.acme.com", Why::Address),
            ("acme.com", Why::PresenceDomain),
            ("im.acme.com", Why::PresenceDomain),
        ],
    );
    expect(
        "imp1/cup-xmpp-s2s",
        &[
            ("imp1.acme.com", Why::Address),
            ("acme.com", Why::FederationDomain),
            ("im.acme.com", Why::PresenceDomain),
            ("chat1.acme.com", Why::ChatNodeAlias),
        ],
    );
    expect(
        "expc1/expressway",
        &[
            ("expc1.acme.com", Why::Address),
            ("expc.acme.com", Why::ClusterName),
            ("jabber.acme.com", Why::SecurityProfile),
        ],
    );
    expect(
        "expe1/expressway",
        &[
            ("expe1.acme.com", Why::Address),
            ("acme.com", Why::RegistrationDomain),
            ("edge.acme.com", Why::RegistrationDomain),
        ],
    );
    expect("cucm-pub/CAPF", &[]);
}

#[test]
fn what_no_certificate_can_mend_is_a_note() {
    let has = |id: &str, word: &str| {
        of(id, |line| {
            let notes = &line.notes;
            assert!(
                notes.iter().any(|note| note.contains(word)),
                "{word}: {notes:?}"
            );
        });
    };
    has(
        "cucm-pub/tomcat",
        "UC Service > Voicemail gives clients cuc1",
    );
    has("cucm-pub/tomcat", "-ms");
    has("imp1/cup", "old.acme.com: set it to imp1.acme.com");
    has(
        "cucm-pub/CallManager",
        "TLS Peer Subjects does not have cucm-pub.acme.com",
    );
    has("expc1/expressway", "\"plain\" is no full domain name");
    has(
        "expe1/expressway",
        "collab-edge.edge.acme.com (format CollabEdgeDNS)",
    );
    let by_address = FILE.replace("dc1.acme.com", "192.0.2.1");
    at(&by_address, NOW, "192.0.2.1/ldap", |line| {
        assert!(
            line.notes[0].contains("no certificate can name"),
            "{:?}",
            line.notes
        );
    });
}

#[test]
fn of_very_many_nodes_without_a_peer_the_first_are_told_one_by_one() {
    let node = |number: i32| {
        format!(
            "[[node]]\nproduct = \"im-presence\"\naddress = \"i{number}.acme.com\"\ntls_peer_subjects = []\n"
        )
    };
    let many: Vec<String> = (0..40).map(node).collect();
    let file = FILE.replacen("[[node]]", &format!("{}[[node]]", many.concat()), 1);
    at(&file, NOW, "cucm-pub/CallManager", |line| {
        let notes = line.notes.iter();
        let told: Vec<&String> = notes.filter(|note| note.contains("TLS Peer")).collect();
        assert_eq!(told.len(), 33, "{told:?}");
        assert!(told[31].starts_with("i31.acme.com: "), "{}", told[31]);
        assert!(told[32].starts_with("9 more nodes: "), "{}", told[32]);
    });
}

#[test]
fn usages_follow_the_release() {
    let bits = |release: &str, id: &str| {
        let text = FILE.replace("release = \"14SU2\"", &format!("release = \"{release}\""));
        at(&text, NOW, id, |line| {
            let (asked, tolerated) = (line.usages.key_usage, line.usages.tolerated);
            (asked.names().join(" "), tolerated.names().join(" "))
        })
    };
    let all = "digitalSignature keyEncipherment dataEncipherment";
    let sure = "digitalSignature dataEncipherment";
    assert_eq!(bits("14SU1", "imp1/cup"), (all.into(), String::new()));
    assert_eq!(
        bits("14SU2", "imp1/cup"),
        (sure.into(), "keyEncipherment".into())
    );
    of("imp1/cup", |line| {
        assert_eq!(
            line.usages.extended,
            ["serverAuth", "clientAuth", "ipsecEndSystem"]
        );
        assert!(!line.usages.needs("ipsecEndSystem"));
    });
    of("dc1.acme.com/ldap", |line| {
        assert_eq!(line.usages.extended, ["serverAuth"]);
        assert_eq!(
            line.usages.key_usage.names(),
            ["digitalSignature", "keyEncipherment"]
        );
    });
}

#[test]
fn client_auth_is_needed_up_to_a_release() {
    let needs = |release: &str, id: &str| {
        let old = if release.starts_with('X') {
            "X15.2"
        } else {
            "14SU2"
        };
        let text = FILE.replace(old, release);
        at(&text, NOW, id, |line| line.usages.needs_client_auth())
    };
    assert!(needs("X15.3", "expe1/expressway") && !needs("X15.4", "expe1/expressway"));
    assert!(needs("X15.4", "expc1/expressway") && !needs("X15.5", "expc1/expressway"));
    assert!(needs("15SU4", "imp1/cup") && !needs("15SU5", "imp1/cup"));
}

#[test]
fn public_cas_sign_client_auth_until_chromes_day() {
    let last = CLIENT_AUTH_ENDS[3].from;
    let public = |moment| {
        at(FILE, moment, "cucm-pub/CallManager", |line| {
            line.authority.public.clone()
        })
    };
    let before = public(last - 1);
    assert!(before.today && before.until == Some(last));
    assert!(
        before.why.contains("2027-03-15") && !before.why.contains("DigiCert"),
        "{}",
        before.why
    );
    let today = public(NOW);
    assert!(
        today.why.contains("DigiCert ends it on 2027-03-01"),
        "{}",
        today.why
    );
    assert!(!today.why.contains("Let's Encrypt"), "{}", today.why);
    let after = public(last);
    assert!(
        !after.today && after.why.contains("since 2027-03-15"),
        "{}",
        after.why
    );
}

#[test]
fn the_kind_of_ca_follows_product_names_and_trust() {
    let recommended = |text: &str, id: &str| at(text, NOW, id, |line| line.authority.clone());
    let kind = |id: &str| recommended(FILE, id).recommended;
    assert_eq!(kind("cucm-pub/tomcat"), AuthorityKind::Private);
    assert_eq!(kind("expc1/expressway"), AuthorityKind::Private);
    assert_eq!(kind("expe1/expressway"), AuthorityKind::Public);
    assert_eq!(kind("dc1.acme.com/ldap"), AuthorityKind::Public);
    let own_root = FILE.replace("[mra]", "[trust]\nroots = [\"root.pem\"]\n[mra]");
    let ldap = recommended(&own_root, "dc1.acme.com/ldap");
    assert_eq!(ldap.recommended, AuthorityKind::Private);
    let inner = recommended(
        &FILE.replace("dc1.acme.com", "dc1.acme.local"),
        "dc1.acme.local/ldap",
    );
    assert!(!inner.public.today && inner.public.why.contains("dc1.acme.local"));
    let capf = recommended(FILE, "cucm-pub/CAPF");
    assert!(
        !capf.public.today && capf.public.why.contains("keyCertSign"),
        "{capf:?}"
    );
    let alone = FILE
        .replace("[mra]", "[dns]\n#")
        .replace("registration_domains", "#")
        .replace("cluster_name", "#")
        .replace("phone_security_profiles", "#");
    assert!(
        recommended(&alone, "expe1/expressway").private.today,
        "nobody outside"
    );
}

#[test]
fn lives_follow_the_kind_of_ca_and_the_day() {
    let life = |moment, id: &str| at(FILE, moment, id, |line| line.authority.life_days);
    for limit in &LIFE_LIMITS[1..] {
        assert!(life(limit.from - 1, "expe1/expressway") > limit.days);
        assert_eq!(life(limit.from, "expe1/expressway"), limit.days);
        assert_eq!(life(limit.from, "cucm-pub/tomcat"), PRIVATE_LIFE);
    }
    of("expe1/expressway", |line| {
        assert_eq!(line.renewal.not_after, NOW + 200 * DAY);
        assert_eq!(line.renewal.due, NOW + 170 * DAY);
        assert!(line.renewal.assumed);
    });
    let late = LIFE_LIMITS[3].from;
    let due = at(FILE, late, "expe1/expressway", |line| line.renewal.due);
    assert_eq!(
        due,
        late + 47 * DAY - 47 * DAY / 3,
        "a third of a short life ahead"
    );
}

#[test]
fn windows_gather_what_is_due_and_keep_tvs_from_call_manager() {
    let deployment = deployment(FILE);
    let plan = Plan::of(&deployment, None, NOW, &[]);
    let windows = &plan.calendar.windows;
    let lines: Vec<usize> = windows.iter().map(|window| window.lines.len()).collect();
    assert_eq!(lines, [2, 7, 1], "{windows:?}");
    assert_eq!(windows[2].lines, ["cucm-pub/TVS"]);
    assert!(
        windows[1]
            .lines
            .contains(&"cucm-pub/CallManager".to_owned())
    );
    assert_eq!(windows[2].day - windows[1].day, 7 * DAY);
    assert!(windows.iter().all(|window| window.day % DAY == 0));
}

#[test]
fn renewals_a_year_are_counted_under_each_coming_limit() {
    let deployment = deployment(FILE);
    let burdens = Plan::of(&deployment, None, NOW, &[]).calendar.burdens;
    let counted: Vec<_> = burdens
        .iter()
        .map(|one| (one.days, one.each, one.planned, one.all_public))
        .collect();
    assert_eq!(
        counted,
        [(200, 3, 14, 30), (100, 6, 20, 60), (47, 12, 32, 120)]
    );
    let later = Plan::of(&deployment, None, LIFE_LIMITS[3].from, &[])
        .calendar
        .burdens;
    assert_eq!(later.len(), 1, "what is over is not told");
}

//! Beside what was seen.

use super::super::{Plan, Standing};
use crate::audit::testing::{CLUSTER, NOW, Scene, order};
use crate::catalog::public_authority::DAY;
use crate::certificate::issue::Order;
use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::evidence::Silence;

fn standing(scene: &Scene, id: &str) -> Standing {
    scene.with_estate(|estate| {
        let plan = Plan::of(estate.deployment, Some(estate), NOW, &[]);
        let line = plan.lines.iter().find(|line| line.id == id).unwrap();
        assert_eq!(
            line.renewal.assumed,
            line.is_ordered(),
            "{:?}",
            line.standing
        );
        line.standing.clone()
    })
}

fn tomcat(change: impl FnOnce(&mut Order)) -> Standing {
    let mut ordered = order("cucm-pub.acme.test");
    change(&mut ordered);
    let scene = Scene::new(CLUSTER).present("cucm-pub", "tomcat", &ordered);
    standing(&scene, "cucm-pub/tomcat")
}

#[track_caller]
fn assert_wrong(standing: &Standing, word: &str) {
    let Standing::Wrong(reasons) = standing else {
        panic!("{standing:?}");
    };
    assert!(
        reasons.iter().any(|reason| reason.contains(word)),
        "{word}: {reasons:?}"
    );
}

#[test]
fn what_is_right_is_in_place_until_it_ends() {
    let found = tomcat(|_| {});
    let Standing::InPlace {
        not_after, remarks, ..
    } = &found
    else {
        panic!("{found:?}");
    };
    assert_eq!(*not_after, order("cucm-pub.acme.test").not_after);
    assert!(remarks.is_empty(), "{remarks:?}");
}

#[test]
fn each_lack_is_a_reason_to_order() {
    assert_wrong(
        &tomcat(|order| order.dns = vec!["other.acme.test".into()]),
        "without cucm-pub.acme.test",
    );
    assert_wrong(
        &tomcat(|order| order.extended_key_usage = vec![ExtendedKeyUsage::SERVER_AUTH]),
        "without clientAuth",
    );
    assert_wrong(
        &tomcat(|order| order.key_usage = KeyUsage::KEY_ENCIPHERMENT),
        "without digitalSignature",
    );
    assert_wrong(&tomcat(|order| order.not_after = NOW - 1), "expired");
    assert_wrong(
        &tomcat(|order| order.not_before = NOW + DAY),
        "not valid before",
    );
    let own =
        Scene::new(CLUSTER).present_self_signed("cucm-pub", "tomcat", &order("cucm-pub.acme.test"));
    assert_wrong(&standing(&own, "cucm-pub/tomcat"), "self-signed");
}

#[test]
fn both_sides_of_the_day_when_it_is_due() {
    let ending = |end: i64| {
        tomcat(|order| {
            order.not_before = NOW - 365 * DAY;
            order.not_after = end;
        })
    };
    assert_wrong(&ending(NOW + 30 * DAY), "due for renewal");
    assert_eq!(ending(NOW + 30 * DAY + 1).name(), "in-place");
}

#[test]
fn what_breaks_nothing_is_only_told() {
    let found = tomcat(|order| order.key_usage = KeyUsage::DIGITAL_SIGNATURE);
    assert_eq!(found.name(), "in-place");
    assert!(
        found.reasons()[0].contains("dropped dataEncipherment"),
        "{found:?}"
    );
}

#[test]
fn what_was_not_seen_is_unknown_and_ordered() {
    let scene = Scene::new(CLUSTER).silent("cucm-pub", "tomcat", Silence::Refused);
    let found = standing(&scene, "cucm-pub/tomcat");
    assert_eq!(found.name(), "unknown");
    assert!(found.reasons()[0].contains("tomcat (8443)"), "{found:?}");
}

#[test]
fn one_shared_certificate_must_be_the_same_on_every_node() {
    let text = format!("{CLUSTER}[multi_server]\ntomcat = true\n");
    let mut shared = order("cucm-pub.acme.test");
    shared.dns.push("imp1.acme.test".to_owned());
    let with = |second: &Order| {
        let scene = Scene::new(&text)
            .present("cucm-pub", "tomcat", &shared)
            .present("imp1", "tomcat", second);
        standing(&scene, "cucm-pub/tomcat")
    };
    assert_wrong(&with(&shared), "2 different");
    assert_wrong(
        &with(&order("imp1.acme.test")),
        "imp1 tomcat (8443): without cucm-pub.acme.test",
    );
    let alone = Scene::new(&text).present("cucm-pub", "tomcat", &shared);
    assert_eq!(standing(&alone, "cucm-pub/tomcat").name(), "unknown");
}

#[test]
fn a_presence_domain_may_stand_as_xmpp_address() {
    let mut ordered = order("imp1.acme.test");
    ordered.xmpp_addresses = vec!["acme.test".to_owned()];
    ordered
        .extended_key_usage
        .push(ExtendedKeyUsage::IPSEC_END_SYSTEM);
    let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &ordered);
    assert_eq!(standing(&scene, "imp1/cup-xmpp").name(), "in-place");
    ordered.xmpp_addresses.clear();
    let scene = Scene::new(CLUSTER).present("imp1", "xmpp-client", &ordered);
    assert_wrong(&standing(&scene, "imp1/cup-xmpp"), "without acme.test");
}

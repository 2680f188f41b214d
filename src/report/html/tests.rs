//! What can be seen of the page without a browser.
#![allow(clippy::unwrap_used)]

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{SCRIPT, STYLE, page};
use crate::audit::testing::{CLUSTER, NOW, Scene, order};
use crate::audit::{Context, run};
use crate::certificate::issue::Order;
use crate::report::Report;
use crate::rules::RULES;

const HOSTILE: &str = "\"><img src=x onerror=alert(1)><script>alert(1)</script>\u{202e}\u{1b}\n";

fn scene() -> Scene {
    let hostile = Order {
        common_name: HOSTILE.to_owned(),
        organization: "javascript:alert(1)".to_owned(),
        dns: vec!["javascript:alert(1)".to_owned()],
        crl_url: Some("javascript:alert(1)//<b>".to_owned()),
        ..order("imp1.acme.test")
    };
    Scene::new(CLUSTER)
        .present("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
        .present_self_signed("imp1", "tomcat", &hostile)
        .present("imp1", "xmpp-client", &hostile)
}

fn written(scene: &Scene) -> String {
    scene.with_estate(|estate| {
        let audit = run(RULES, estate, &Context { at: NOW });
        page(&Report::new(&audit, estate))
    })
}

/// Elements with their attributes.
type Tags = Vec<(String, Vec<(String, String)>)>;

fn tags(page: &str) -> Tags {
    // Neither is markup; the hashes in the policy hold them as they are.
    let page = page.replace(STYLE, "").replace(SCRIPT, "");
    let page = page.replace("<!doctype html>", "").replace(" hidden>", ">");
    let mut reader = Reader::from_str(&page);
    reader.config_mut().check_end_names = false;
    let mut tags = Tags::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    (
                        attribute.key.as_ref().to_owned(),
                        attribute.value.to_string(),
                    )
                });
                let name = tag.name().as_ref().to_owned();
                tags.push((name, attributes.collect()));
            }
            Event::Eof => return tags,
            _ => {}
        }
    }
}

#[test]
fn nothing_outside_is_named_but_the_documents_that_are_cited() {
    let page = written(&scene());
    let mut links = 0;
    for (element, attributes) in tags(&page) {
        let fetching = ["link", "img", "iframe", "object", "base", "use", "image"];
        assert!(!fetching.contains(&&*element), "{element}");
        for (name, value) in attributes {
            let loads = ["src", "srcset", "style", "action", "data"].contains(&&*name);
            assert!(!loads && !name.starts_with("on"), "{name}={value}");
            if name == "href" && !value.starts_with('#') {
                assert_eq!(element, "a");
                assert!(value.starts_with("https://") && !value.contains("acme.test"));
                links += 1;
            }
        }
    }
    assert!(links > 0);
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
}

#[test]
fn hostile_names_stay_text() {
    let page = written(&scene());
    let shown = "&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}\\u{1b}\\u{a}";
    assert!(page.contains(shown));
    assert!(!page.contains("<img") && page.matches("<script>").count() == 1);
    assert!(
        page.chars()
            .all(|one| one == '\n' || !crate::text::is_unfit(one))
    );
}

#[test]
fn the_policy_allows_just_the_style_and_script_of_the_page() {
    let page = written(&scene());
    assert_eq!(page.matches("'sha256-").count(), 2);
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    // What would end either early, or be changed by reading the page, would not have the hash.
    for text in [STYLE, SCRIPT] {
        assert!(text.is_ascii() && !text.contains('\r') && !text.contains("</"));
    }
}

#[test]
fn the_same_audit_gives_the_same_bytes() {
    let scene = scene();
    assert_eq!(written(&scene), written(&scene));
}

#[test]
fn identifiers_are_unique() {
    let mut seen = std::collections::BTreeSet::new();
    for (element, attributes) in tags(&written(&scene())) {
        for (_, value) in attributes.into_iter().filter(|(name, _)| name == "id") {
            assert!(seen.insert(value.clone()), "{element} {value}");
        }
    }
    assert!(seen.contains("findings"), "{seen:?}");
}

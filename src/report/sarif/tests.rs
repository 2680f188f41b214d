//! What the schema cannot say: which results are kept, what a reader is told, GitHub's limits.
#![allow(clippy::unwrap_used)]

use serde_json::Value;

use super::{MOST_FOREIGN_BYTES, MOST_RESULTS, Sarif, log::Message, notifications, results};
use crate::audit::testing::{CLUSTER, Scene, order};
use crate::evidence::Silence;
use crate::report::{Format as _, Page, Report};
use crate::rules::RULES;

const PAGE: Page = Page {
    width: 80,
    color: false,
};

/// A self-signed tomcat certificate (errors and others), and a silent node.
fn scene(waiver: &str) -> Scene {
    Scene::new(&format!("{CLUSTER}{waiver}"))
        .present_self_signed("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
        .silent("imp1", "tomcat", Silence::Refused)
}

fn with_report<T>(scene: &Scene, all: bool, work: impl FnOnce(&Report<'_>) -> T) -> T {
    let audit = scene.audit(RULES);
    scene.with_estate(|estate| {
        work(&Report {
            all,
            ..Report::new(&audit, estate)
        })
    })
}

fn written(scene: &Scene, all: bool) -> Value {
    with_report(scene, all, |report| {
        let mut bytes = Vec::new();
        Sarif.write(report, PAGE, &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    })
}

fn of_rule<'a>(log: &'a Value, rule: &str) -> &'a Value {
    let results = log["runs"][0]["results"].as_array().unwrap();
    results.iter().find(|one| one["ruleId"] == rule).unwrap()
}

#[test]
fn of_too_many_results_those_that_hurt_most_are_kept_and_the_rest_is_told() {
    with_report(&scene(""), false, |report| {
        let all = report.shown().count();
        let (kept, left_out) = results(report, 2, MOST_FOREIGN_BYTES);
        assert_eq!((kept.len(), left_out), (2, all - 2));
        assert!(all > 4 && kept.iter().all(|one| one.level == "error"));
        let told = notifications(report, kept.len(), left_out);
        let told = serde_json::to_value(told).unwrap();
        let text = told[0]["message"]["text"].as_str().unwrap();
        assert!(
            text.contains(&format!("{} were left out", all - 2)),
            "{text}"
        );
        let (whole, left_out) = results(report, MOST_RESULTS, MOST_FOREIGN_BYTES);
        assert_eq!((whole.len(), left_out), (all, 0));
        assert!(notifications(report, all, 0).is_empty());
    });
}

#[test]
fn results_end_where_foreign_text_would_fill_the_file() {
    with_report(&scene(""), false, |report| {
        let (kept, left_out) = results(report, MOST_RESULTS, 300);
        assert!(!kept.is_empty() && left_out > 0);
        let (none, left_out) = results(report, MOST_RESULTS, 0);
        assert_eq!((none.len(), left_out), (0, report.shown().count()));
    });
}

#[test]
fn an_open_question_has_no_level_and_what_passed_is_shown_on_demand() {
    let log = written(&scene(""), true);
    let results = log["runs"][0]["results"].as_array().unwrap();
    for (kind, leveled) in [
        ("fail", true),
        ("open", false),
        ("pass", false),
        ("notApplicable", false),
    ] {
        let mut own = results.iter().filter(|one| one["kind"] == kind).peekable();
        assert!(own.peek().is_some(), "{kind}");
        assert!(own.all(|one| (one["level"] != "none") == leveled), "{kind}");
    }
    let texts = results.iter().map(|one| one["message"]["text"].as_str());
    assert!(texts.into_iter().all(|text| text.unwrap().len() > 10));
}

#[test]
fn what_is_waived_is_suppressed_with_its_reason() {
    let waiver = "[[waiver]]\nrule = \"chain-self-signed\"\nreason = \"until CHG0042\"\nexpires = 2027-01-31\n";
    let log = written(&scene(waiver), false);
    let suppressions = &of_rule(&log, "chain-self-signed")["suppressions"];
    assert_eq!(
        *suppressions,
        serde_json::json!([{
            "kind": "external",
            "status": "accepted",
            "justification": "until CHG0042 (until 2027-01-31T23:59:59Z)"
        }])
    );
}

#[test]
fn a_result_points_at_what_it_is_about() {
    let line = |text: &str| CLUSTER.lines().position(|one| one == text).unwrap() + 1;
    let lines = CLUSTER.lines().count();
    let waiver = "[[waiver]]\nrule = \"trunk-subject-mismatch\"\nreason = \"none\"\n";
    let setting =
        "[[setting]]\nlocation = \"System > Server\"\nvalue = \"pub\"\nnode = \"cucm-pub\"\n";
    let log = written(&scene(&format!("{waiver}{setting}")), false);
    let at = |rule: &str| {
        let location = &of_rule(&log, rule)["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "cluster.toml");
        usize::try_from(location["region"]["startLine"].as_u64().unwrap()).unwrap()
    };
    assert_eq!(at("chain-self-signed"), line("[[node]]"));
    assert_eq!(at("waiver-unused"), lines + 1);
    assert_eq!(at("naming-setting-mismatch"), lines + 4);
    assert_eq!(at("naming-short-hostname"), lines + 4);
}

#[test]
fn nothing_from_outside_is_a_link_or_a_placeholder() {
    let message = serde_json::to_value(Message::of("CN=[click](https://x) {0}")).unwrap();
    assert_eq!(message["text"], "CN=[click] (https://x) {{0}}");
}

#[test]
fn rules_keep_within_the_limits_of_github() {
    let log = written(&scene(""), false);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert!(rules.len() > 60);
    for rule in rules {
        let length = |value: &Value| value.as_str().unwrap().chars().count();
        assert!(length(&rule["id"]) <= 255 && length(&rule["name"]) <= 255);
        assert!((1..=1024).contains(&length(&rule["shortDescription"]["text"])));
        assert!((1..=1024).contains(&length(&rule["fullDescription"]["text"])));
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
    }
}

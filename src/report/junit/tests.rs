//! What the schema cannot say: how cases end, and that the counts are those of the cases.
#![allow(clippy::unwrap_used)]

use super::Junit;
use crate::audit::rule::Severity;
use crate::audit::testing::{CLUSTER, Scene, order};
use crate::evidence::Silence;
use crate::report::{Format as _, Page, Report};
use crate::rules::RULES;

const PAGE: Page = Page {
    width: 80,
    color: false,
};

fn scene(more: &str) -> Scene {
    Scene::new(&format!("{CLUSTER}{more}"))
        .present_self_signed("cucm-pub", "tomcat", &order("cucm-pub.acme.test"))
        .silent("imp1", "tomcat", Silence::Refused)
}

fn written(scene: &Scene, change: impl FnOnce(&mut Report<'_>)) -> String {
    let audit = scene.audit(RULES);
    scene.with_estate(|estate| {
        let mut report = Report::new(&audit, estate);
        change(&mut report);
        let mut bytes = Vec::new();
        Junit.write(&report, PAGE, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// The case of a rule in a class, with all that is in it.
fn case<'a>(xml: &'a str, class: &str, rule: &str) -> Option<&'a str> {
    let start = xml.find(&format!("<testcase classname=\"{class}\" name=\"{rule}\""))?;
    let rest = &xml[start..];
    let head = &rest[..=rest.find('>')?];
    if head.ends_with("/>") {
        return Some(head);
    }
    Some(&rest[..rest.find("</testcase>")?])
}

const TOMCAT: &str = "cucm-pub.tomcat (8443)";

#[test]
fn a_case_ends_as_the_finding_does() {
    let xml = written(&scene(""), |_| {});
    let failed = case(&xml, TOMCAT, "chain-self-signed").unwrap();
    assert!(failed.contains(
        "<failure type=\"error\" message=\"A self-signed certificate on cucm-pub tomcat (8443): "
    ));
    assert!(failed.contains("\nfix: ") && failed.contains("\nowner: uc"));
    let passed = case(&xml, TOMCAT, "validity-expired").unwrap();
    assert!(passed.ends_with("/>"), "{passed}");
    let unknown = case(&xml, "imp1.tomcat (8443)", "validity-expired").unwrap();
    assert!(
        unknown.contains("<skipped message=\"unknown: no certificate was seen"),
        "{unknown}"
    );
}

#[test]
fn a_case_fails_where_the_run_does() {
    let unused = "[[waiver]]\nrule = \"trunk-subject-mismatch\"\nreason = \"none\"\n";
    let at = |least: Option<Severity>| {
        let xml = written(&scene(unused), |report| report.fail_on = least);
        let warning = case(&xml, "ACME.deployment", "waiver-unused")
            .unwrap()
            .to_owned();
        (
            warning.contains("<failure"),
            xml.matches("<failure").count(),
        )
    };
    let (error, warning) = (at(Some(Severity::Error)), at(Some(Severity::Warning)));
    assert!(!error.0 && warning.0 && error.1 < warning.1);
    assert_eq!(
        at(None),
        error,
        "with never the step goes on, and the tests tell"
    );
}

#[test]
fn what_is_too_light_to_fail_stands_in_the_output() {
    let unused = "[[waiver]]\nrule = \"trunk-subject-mismatch\"\nreason = \"none\"\n";
    let xml = written(&scene(unused), |_| {});
    let noted = case(&xml, "ACME.deployment", "waiver-unused").unwrap();
    assert!(
        noted.contains("<system-out>A waiver that names no finding"),
        "{noted}"
    );
}

#[test]
fn what_is_waived_is_skipped_with_its_reason() {
    let waiver = "[[waiver]]\nrule = \"chain-self-signed\"\nreason = \"until CHG0042\"\n";
    let xml = written(&scene(waiver), |_| {});
    let accepted = case(&xml, TOMCAT, "chain-self-signed").unwrap();
    assert!(
        accepted.contains("<skipped message=\"waived: until CHG0042\">"),
        "{accepted}"
    );
}

#[test]
fn what_does_not_apply_is_left_out_unless_all_is_asked_for() {
    let few = written(&scene(""), |_| {});
    let all = written(&scene(""), |report| report.all = true);
    assert!(!few.contains("not applicable: "));
    assert!(all.contains("<skipped message=\"not applicable: "));
    assert!(all.matches("<testcase ").count() > few.matches("<testcase ").count());
}

#[test]
fn the_counts_are_those_of_the_cases() {
    let xml = written(&scene(""), |_| {});
    let sum = |attribute: &str| -> usize {
        let suites = xml.split("<testsuite ").skip(1);
        let value = |suite: &str| {
            let start = suite.find(&format!(" {attribute}=\"")).unwrap() + attribute.len() + 3;
            suite[start..]
                .split('"')
                .next()
                .unwrap()
                .parse::<usize>()
                .unwrap()
        };
        suites.map(value).sum()
    };
    assert_eq!(sum("tests"), xml.matches("<testcase ").count());
    assert_eq!(sum("failures"), xml.matches("<failure ").count());
    assert_eq!(sum("skipped"), xml.matches("<skipped ").count());
    assert!(sum("failures") > 0 && sum("skipped") > 0);
    let total = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\"",
        sum("tests"),
        sum("failures")
    );
    assert!(xml.lines().nth(1).unwrap().contains(&total));
}

#[test]
fn only_the_listed_team_has_cases() {
    let xml = written(&scene(""), |report| {
        report.owners = vec![crate::audit::rule::Owner::Dns];
    });
    assert!(case(&xml, TOMCAT, "chain-self-signed").is_none());
    assert!(!xml.contains("owner: uc"));
}

#[test]
fn hostile_names_stay_text() {
    let hostile = CLUSTER.replace("\"ACME\"", "\"]]><x a='\\u0007\\uFFFE\\\"&\"");
    assert_ne!(hostile, CLUSTER);
    let scene = Scene::new(&hostile);
    let xml = written(&scene, |_| {});
    assert!(!xml.contains("<x") && !xml.contains('\u{7}') && !xml.contains('\u{fffe}'));
    assert!(
        xml.contains("]]&gt;&lt;x a=&apos;\\u{7}\\u{fffe}&quot;&amp;"),
        "{xml:.400}"
    );
}

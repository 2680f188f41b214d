//! Two small reports, and what is said of their difference.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use super::{CertificateFate, Difference, FindingFate, Snapshot, compare};
use crate::audit::rule::{Owner, Severity};
use crate::audit::testing::NOW;
use crate::certificate::container::pem;
use crate::certificate::issue::{Authority, Issued, Order, ec_key};
use crate::certificate::{Certificate, Digest};

/// A report of imp1 (tomcat, required; sip) and cuc1 (tomcat, required), all examined, with those findings.
fn report(findings: &[Value]) -> Value {
    let service = |name: &str, port: u16, required: bool| {
        json!({ "service": name, "port": port, "certificate_name": name, "required": required,
                "status": "examined", "chains": [] })
    };
    json!({
        "schema": "certaudit.report/1", "generated_at": "2026-11-21T19:00:00Z", "complete": true,
        "deployment": "ACME", "verdict": "ready", "rules": ["chain-untrusted", "cluster-node-differs", "waiver-unused"],
        "owners": [], "left_out": [], "certificates": {}, "findings": findings,
        "nodes": [
            { "name": "imp1", "services": [service("tomcat", 8443, true), service("sip", 5061, false)] },
            { "name": "cuc1", "services": [service("tomcat", 8443, true)] } ],
    })
}

fn finding(id: &str, status: &str, severity: &str) -> Value {
    json!({ "id": id, "rule": "chain-untrusted", "severity": severity, "status": status, "owner": "pki", "node": "imp1",
            "service": "tomcat", "port": 8443, "certificate": "00", "message": "seen", "expected": "x" })
}

fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    *value.pointer_mut(pointer).unwrap() = new;
    value
}

fn read(report: &Value) -> Snapshot {
    Snapshot::read(report.to_string().as_bytes()).unwrap()
}

/// What is said of the only finding, whether it counts, and the exit status.
#[track_caller]
fn told(old: &Value, new: &Value) -> (FindingFate, bool, u8) {
    let (old, new) = (read(old), read(new));
    let diff = compare(&old, &new, &[]);
    let [change] = diff.findings.as_slice() else {
        panic!("{:?}", diff.findings);
    };
    let status = diff.exit_status(Some(Severity::Error));
    (change.fate, change.counts(), status)
}

#[test]
fn what_fails_now_is_new_unless_it_failed_before() {
    let (fail, open) = (
        finding("a", "fail", "error"),
        finding("a", "unknown", "error"),
    );
    let passed = finding("a", "pass", "error");
    let new = report(std::slice::from_ref(&fail));
    assert_eq!(told(&report(&[]), &new), (FindingFate::New, true, 1));
    assert_eq!(told(&report(&[passed]), &new), (FindingFate::New, true, 1));
    let asked = report(&[open]);
    assert_eq!(told(&asked, &new), (FindingFate::New, true, 1), "an answer");
    assert_eq!(told(&new, &new), (FindingFate::Still, false, 0));
}

#[test]
fn graver_or_harder_is_worse() {
    let light = report(&[finding("a", "fail", "warning")]);
    let grave = report(&[finding("a", "fail", "error")]);
    assert_eq!(told(&light, &grave), (FindingFate::Worse, true, 1));
    assert_eq!(told(&grave, &light), (FindingFate::Still, false, 0));
    let hits = |outcome: &str| {
        let mut one = finding("a", "fail", "error");
        one["effects"] = json!([{ "who": "mac", "outcome": outcome }]);
        report(&[one])
    };
    assert_eq!(
        told(&hits("prompt"), &hits("blocked")).0,
        FindingFate::Worse
    );
    assert_eq!(
        told(&hits("blocked"), &hits("prompt")).0,
        FindingFate::Still
    );
    assert_eq!(told(&grave, &hits("prompt")).0, FindingFate::Worse);
    assert_eq!(
        told(&hits("prompt"), &hits("of tomorrow")).0,
        FindingFate::Still
    );
}

#[test]
fn a_waiver_that_goes_counts_and_one_that_comes_does_not() {
    let plain = finding("a", "fail", "error");
    let mut waived = plain.clone();
    waived["waived"] = json!({ "reason": "CHG0042", "expires": null });
    let (plain, waived) = (report(&[plain]), report(&[waived]));
    assert_eq!(
        told(&waived, &plain),
        (FindingFate::NoLongerWaived, true, 1)
    );
    assert_eq!(told(&plain, &waived), (FindingFate::NewlyWaived, false, 0));
    assert_eq!(told(&report(&[]), &waived), (FindingFate::New, false, 0));
}

#[test]
fn what_is_not_known_is_not_gone() {
    let old = report(&[finding("a", "fail", "error")]);
    let open = report(&[finding("a", "unknown", "error")]);
    assert_eq!(told(&old, &report(&[])), (FindingFate::Gone, false, 0));
    assert_eq!(told(&old, &open), (FindingFate::NoLongerKnown, false, 3));
    // Under another name: the rule could not judge the service, or the node, as a whole.
    let mut whole = finding("b", "unknown", "error");
    whole["expected"] = Value::Null;
    let of_node = with(whole.clone(), "/service", Value::Null);
    for question in [whole, with(of_node, "/port", Value::Null)] {
        let (old, new) = (read(&old), read(&report(&[question])));
        let fates: Vec<_> = compare(&old, &new, &[])
            .findings
            .iter()
            .map(|one| one.fate)
            .collect();
        assert_eq!(
            fates,
            [FindingFate::NewQuestion, FindingFate::NoLongerKnown]
        );
    }
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let old = report(&[finding("a", "fail", "error")]);
    let new = report(&[]);
    let silent = with(
        new.clone(),
        "/nodes/0/services/0/status",
        json!("unreachable"),
    );
    assert_eq!(told(&old, &silent), (FindingFate::NoLongerKnown, false, 3));
    let skipped = with(new.clone(), "/rules", json!(["waiver-unused"]));
    assert_eq!(told(&old, &skipped), (FindingFate::NoLongerKnown, false, 3));
    let filtered = with(new.clone(), "/owners", json!(["dns"]));
    assert_eq!(
        told(&old, &filtered),
        (FindingFate::NoLongerKnown, false, 3)
    );
    let broken_off = with(new.clone(), "/complete", json!(false));
    assert_eq!(
        told(&old, &broken_off),
        (FindingFate::NoLongerKnown, false, 3)
    );
    let gone = with(new.clone(), "/nodes", json!([]));
    assert_eq!(told(&old, &gone), (FindingFate::Removed, false, 0));
    let left_out = with(gone, "/left_out", json!(["imp1"]));
    assert_eq!(
        told(&old, &left_out),
        (FindingFate::NoLongerKnown, false, 3)
    );
    let mut older = new;
    older.as_object_mut().unwrap().remove("rules");
    assert_eq!(told(&old, &older), (FindingFate::NoLongerKnown, false, 0));
}

#[test]
fn what_is_said_of_all_nodes_needs_all_nodes() {
    let mut one = finding("a", "fail", "warning");
    for key in ["node", "service", "port", "certificate"] {
        one[key] = Value::Null;
    }
    one["rule"] = json!("cluster-node-differs");
    let (old, new) = (report(&[one.clone()]), report(&[]));
    assert_eq!(told(&old, &new).0, FindingFate::Gone);
    let silent = with(new.clone(), "/nodes/0/services/1/status", json!("closed"));
    assert_eq!(told(&old, &silent), (FindingFate::NoLongerKnown, false, 0));
    let of_waiver = report(&[with(one, "/rule", json!("waiver-unused"))]);
    assert_eq!(told(&of_waiver, &silent).0, FindingFate::Gone);
}

#[test]
fn a_required_service_that_was_silent_before_is_no_new_doubt() {
    let silent = with(report(&[]), "/nodes/1/services/0/status", json!("failed"));
    let (old, new) = (read(&report(&[])), read(&silent));
    assert_eq!(compare(&old, &new, &[]).exit_status(None), 3);
    assert_eq!(compare(&new, &new, &[]).exit_status(None), 0);
    let diff = compare(&new, &old, &[]);
    assert_eq!((diff.services.len(), diff.doubts.len()), (1, 0));
}

#[test]
fn teams_and_thresholds_decide_what_counts() {
    let (old, new) = (
        read(&report(&[])),
        read(&report(&[finding("a", "fail", "warning")])),
    );
    let status = |owners: &[Owner], fail_on| compare(&old, &new, owners).exit_status(fail_on);
    assert_eq!(status(&[], Some(Severity::Error)), 0);
    assert_eq!(status(&[], Some(Severity::Warning)), 1);
    assert_eq!(status(&[Owner::Pki], Some(Severity::Warning)), 1);
    assert_eq!(status(&[Owner::Dns], Some(Severity::Warning)), 0);
    assert_eq!(status(&[], None), 0);
}

/// A report in which imp1's tomcat, and where given imp1's sip, present those.
fn presenting(leaves: [Option<&Issued>; 2]) -> Value {
    let mut report = report(&[]);
    for (index, leaf) in leaves.into_iter().enumerate() {
        let Some(leaf) = leaf else { continue };
        let (digest, facts) = (
            Digest::of(&leaf.der).to_string(),
            Certificate::from_der(&leaf.der).unwrap(),
        );
        report["certificates"][&digest] = json!({ "issuer": facts.issuer.text, "pem": pem(&leaf.der),
            "not_before": facts.not_before.to_string(), "not_after": facts.not_after.to_string() });
        report["nodes"][0]["services"][index]["chains"] =
            json!([{ "kind": "ecdsa", "certificates": [digest] }]);
    }
    report
}

fn fates(old: &Value, new: &Value) -> Vec<CertificateFate> {
    let (old, new) = (read(old), read(new));
    let diff: Difference<'_> = compare(&old, &new, &[]);
    diff.certificates.iter().map(|change| change.fate).collect()
}

#[test]
fn certificates_are_renewed_rekeyed_replaced_or_moved() {
    let [ours, theirs] = ["ACME CA", "Other CA"].map(|name| Authority::root(name, NOW).unwrap());
    let order = Order {
        key: Some(ec_key().unwrap()),
        ..Order::server("imp1.acme.test", NOW)
    };
    let other_key = Order {
        key: None,
        ..order.clone()
    };
    let first = ours.issue(&order).unwrap();
    let before = presenting([Some(&first), None]);
    let after = |leaf: &Issued| fates(&before, &presenting([Some(leaf), None]));
    assert_eq!(after(&first), []);
    assert_eq!(
        after(&ours.issue(&order).unwrap()),
        [CertificateFate::Renewed]
    );
    assert_eq!(
        after(&ours.issue(&other_key).unwrap()),
        [CertificateFate::Rekeyed]
    );
    assert_eq!(
        after(&theirs.issue(&order).unwrap()),
        [CertificateFate::Replaced]
    );
    let moved = presenting([None, Some(&first)]);
    assert_eq!(fates(&before, &moved), [CertificateFate::Moved]);
    assert_eq!(fates(&before, &report(&[])), [CertificateFate::Gone]);
    assert_eq!(fates(&report(&[]), &before), [CertificateFate::New]);
    let silent = with(report(&[]), "/nodes/0/services/0/status", json!("closed"));
    assert_eq!(fates(&before, &silent), [CertificateFate::NotSeen]);
}

#[test]
fn keys_are_compared_only_where_the_certificates_are_there() {
    let ours = Authority::root("ACME CA", NOW).unwrap();
    let [one, other] = [0, 1].map(|_| ours.issue(&Order::server("imp1.acme.test", NOW)).unwrap());
    let mut new = presenting([Some(&other), None]);
    let digest = Digest::of(&other.der).to_string();
    // Another certificate under that digest's name is not it.
    new["certificates"][&digest]["pem"] = json!(pem(&one.der));
    let old = presenting([Some(&one), None]);
    assert_eq!(fates(&old, &new), [CertificateFate::Reissued]);
    let (old, new) = (read(&old), read(&new));
    assert_eq!(compare(&old, &new, &[]).certificates[0].same_key(), None);
}

#[test]
fn what_ends_within_its_window_is_about_to_end() {
    const DAY: i64 = 86_400;
    let ours = Authority::root("ACME CA", NOW).unwrap();
    let left = |seconds: i64| {
        let order = Order {
            not_after: NOW + seconds,
            not_before: NOW - 300 * DAY,
            ..Order::server("imp1.acme.test", NOW)
        };
        let leaf = ours.issue(&order).unwrap();
        let new = read(&presenting([Some(&leaf), Some(&leaf)]));
        let diff = compare(&new, &new, &[]);
        diff.expiring
            .iter()
            .map(|one| (one.left, one.places.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(left(30 * DAY + 1), []);
    assert_eq!(left(30 * DAY), [(30 * DAY, 2)]);
    assert_eq!(left(-DAY), [(-DAY, 2)]);
}

#[test]
fn the_order_of_what_is_in_a_report_does_not_matter() {
    let all: Vec<Value> = (0..6)
        .map(|n| finding(&format!("{n}"), "fail", "error"))
        .collect();
    let reversed: Vec<Value> = all.iter().rev().cloned().collect();
    let ids = |findings: &[Value]| {
        let (old, new) = (read(&report(&findings[..2])), read(&report(findings)));
        let diff = compare(&old, &new, &[]);
        diff.findings
            .iter()
            .map(|one| one.finding.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&all), ["2", "3", "4", "5", "0", "1"]);
    assert_eq!(ids(&reversed), ["0", "1", "2", "3", "4", "5"]);
}

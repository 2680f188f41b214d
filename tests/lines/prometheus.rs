//! `prometheus`: promtool finds nothing to say, and the numbers are those of the JSON report.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{cases, feed};
use crate::support::program;

#[test]
fn promtool_has_nothing_to_say() {
    let Some(promtool) = program::found("promtool", "prometheus", program::command("promtool"))
    else {
        return;
    };
    for case in cases() {
        for arguments in [&[][..], &["--all"], &["--owner", "dns"]] {
            let text = case.report("prometheus", arguments);
            let output = feed(Command::new(&promtool).args(["check", "metrics"]), &text);
            let said = [output.stdout, output.stderr].concat();
            assert_eq!(String::from_utf8_lossy(&said), "");
            assert!(output.status.success());
        }
    }
    let bad = "# TYPE certaudit_bad_total gauge\ncertaudit_bad_total 1\n";
    let output = feed(Command::new(&promtool).args(["check", "metrics"]), bad);
    assert!(
        !output.status.success(),
        "promtool says something when there is something to say"
    );
}

/// (metric, labels) and value.
type Series = BTreeMap<(String, BTreeMap<String, String>), i64>;

fn series(text: &str) -> Series {
    let mut all = Series::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_once('{').unwrap();
        let (labels, value) = rest.rsplit_once("} ").unwrap();
        let known = all.insert((name.to_owned(), pairs(labels)), value.parse().unwrap());
        assert_eq!(known, None, "twice: {line}");
    }
    all
}

/// Labels with their values, unescaped.
fn pairs(mut text: &str) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    while let Some((name, rest)) = text.split_once("=\"") {
        let (mut value, mut characters) = (String::new(), rest.char_indices());
        let end = loop {
            match characters.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => value.push(characters.next().unwrap().1),
                (_, other) => value.push(other),
            }
        };
        pairs.insert(name.to_owned(), value);
        text = rest[end + 1..].trim_start_matches(',');
    }
    pairs
}

fn label<'a>(labels: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    labels.get(name).map_or("", String::as_str)
}

/// The series of a metric.
fn of<'a>(
    all: &'a Series,
    metric: &'a str,
) -> impl Iterator<Item = (&'a BTreeMap<String, String>, i64)> {
    let own = all.iter().filter(move |((name, _), _)| name == metric);
    own.map(|((_, labels), value)| (labels, *value))
}

#[test]
fn services_are_examined_or_not_and_end_when_their_certificates_do() {
    for case in cases() {
        let all = series(&case.report("prometheus", &[]));
        let report = case.json(&[]);
        let examined: BTreeMap<[&str; 3], i64> = of(&all, "certaudit_service_examined")
            .map(|(labels, value)| {
                (
                    ["node", "service", "port"].map(|name| label(labels, name)),
                    value,
                )
            })
            .collect();
        let (mut services, mut ends) = (0, 0);
        for node in report["nodes"].as_array().unwrap() {
            for service in node["services"].as_array().unwrap() {
                let port = service["port"].to_string();
                let name = node["name"].as_str().unwrap();
                let key = [name, service["service"].as_str().unwrap(), &port];
                let seen = service["status"] == "examined";
                assert_eq!(examined[&key], i64::from(seen), "{key:?}");
                services += 1;
                ends += ends_are_right(&all, &report, service, key);
            }
        }
        assert_eq!(examined.len(), services);
        let said = of(&all, "certaudit_certificate_not_after_timestamp_seconds").count();
        assert_eq!(said, ends, "no end of what was not seen");
    }
}

/// How many series there should be for a service; panics when one is not as it should be.
fn ends_are_right(all: &Series, report: &Value, service: &Value, key: [&str; 3]) -> usize {
    let mut wanted: BTreeMap<(String, &str), i64> = BTreeMap::new();
    for chain in service["chains"].as_array().unwrap() {
        let kind = chain["kind"].as_str().unwrap().to_owned();
        for (place, digest) in chain["certificates"].as_array().unwrap().iter().enumerate() {
            let end = &report["certificates"][digest.as_str().unwrap()]["not_after"];
            let end = OffsetDateTime::parse(end.as_str().unwrap(), &Rfc3339).unwrap();
            let position = if place == 0 { "leaf" } else { "ca" };
            let known = wanted.entry((kind.clone(), position)).or_insert(i64::MAX);
            *known = (*known).min(end.unix_timestamp());
        }
    }
    for ((kind, position), end) in &wanted {
        let told =
            of(all, "certaudit_certificate_not_after_timestamp_seconds").find(|(labels, _)| {
                ["node", "service", "port"].map(|name| label(labels, name)) == key
                    && (label(labels, "key"), label(labels, "position"))
                        == (kind.as_str(), *position)
            });
        assert_eq!(
            told.map(|(_, value)| value),
            Some(*end),
            "{key:?} {kind} {position}"
        );
    }
    wanted.len()
}

#[test]
fn one_state_of_each_is_1() {
    for case in cases() {
        let all = series(&case.report("prometheus", &[]));
        let report = case.json(&[]);
        let now = |metric, who: &str, name: &str, state| {
            let own = of(&all, metric)
                .filter(|(labels, value)| label(labels, who) == name && *value == 1);
            let states: Vec<&str> = own.map(|(labels, _)| label(labels, state)).collect();
            let [only] = states.as_slice() else {
                panic!("{name}: {states:?}")
            };
            (*only).to_owned()
        };
        for node in report["nodes"].as_array().unwrap() {
            let name = node["name"].as_str().unwrap();
            let state = now("certaudit_node_verdict", "node", name, "verdict");
            assert_eq!(state, node["verdict"].as_str().unwrap());
        }
        for client in ["clients", "peers"]
            .iter()
            .flat_map(|key| report[key].as_array().unwrap())
        {
            let name = client["client"].as_str().unwrap();
            let state = now("certaudit_client_outcome", "client", name, "outcome");
            assert_eq!(state, client["outcome"].as_str().unwrap());
        }
        let state = now("certaudit_deployment_verdict", "node", "", "verdict");
        assert_eq!(state, report["verdict"].as_str().unwrap());
        let complete = of(&all, "certaudit_scan_complete").next().unwrap().1;
        assert_eq!(complete, i64::from(report["complete"].as_bool().unwrap()));
    }
}

#[test]
fn findings_are_counted() {
    for case in cases() {
        let all = series(&case.report("prometheus", &["--all"]));
        let report = case.json(&[]);
        let told: i64 = of(&all, "certaudit_findings").map(|(_, value)| value).sum();
        assert_eq!(
            told,
            i64::try_from(report["findings"].as_array().unwrap().len()).unwrap()
        );
        let severities: BTreeSet<&str> = of(&all, "certaudit_open_findings")
            .map(|(labels, _)| label(labels, "severity"))
            .collect();
        assert_eq!(severities, ["error", "info", "warning"].into());
        for (labels, value) in of(&all, "certaudit_open_findings") {
            let key = format!("{}s", label(labels, "severity"));
            assert_eq!(Some(value), report["summary"][&key].as_i64(), "{key}");
        }
    }
}

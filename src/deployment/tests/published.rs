//! The published schema agrees with the reader, and says enough for an editor.

use serde_json::{Value, json};

use super::{FULL, NODES, RULES, SMALLEST, file, parse, with_node};
use crate::deployment::json_schema;

fn schema() -> Value {
    let rules: Vec<(&str, &str)> = RULES
        .iter()
        .map(|rule| (*rule, "something wrong"))
        .collect();
    json_schema(&rules)
}

/// As editors see a TOML file: dates are strings.
fn instance(text: &str) -> Option<Value> {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(when) => json!(when.to_string()),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(members) => members
                .into_iter()
                .map(|(key, member)| (key, plain(member)))
                .collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    let table: toml::Table = toml::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    Some(plain(toml::Value::Table(table)))
}

fn faults(text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let instance = instance(text).unwrap();
    validator
        .iter_errors(&instance)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect()
}

/// A fault that shows without looking at two places of the file at once: the schema finds it too.
#[track_caller]
pub(super) fn is_seen_by_editors(text: &str) {
    if instance(text).is_some() {
        assert!(!faults(text).is_empty(), "the schema takes\n{text}");
    }
}

#[test]
fn it_is_a_schema() {
    jsonschema::meta::validate(&schema()).unwrap();
    assert_eq!(schema()["$id"], "urn:certaudit:deployment:1");
    assert!(schema()["$schema"].as_str().unwrap().contains("2020-12"));
}

#[test]
fn it_takes_what_the_reader_takes() {
    for text in [
        SMALLEST.to_owned(),
        FULL.to_owned(),
        file("release = 'x14.2.1'\nclients = ['ios']", NODES),
        file("release = '12.5(1) SU6a'", NODES),
        file("[multi_server]\ntomcat = true\nTVS = ['cucm']", NODES),
        with_node("product = 'ldap'\naddress = '10.0.0.1'\nservices = ['ldaps-gc']"),
    ] {
        assert_eq!(faults(&text), [""; 0], "{text}");
        assert!(parse(&text).is_ok(), "{text}");
    }
}

#[test]
fn it_refuses_what_is_wrong_on_its_own() {
    let node = |rest: &str| with_node(&format!("product = 'cucm'\naddress = 'a.test'\n{rest}"));
    let waiver = |lines: &str| file("", &format!("[[waiver]]\nreason = 'x'\n{lines}\n{NODES}"));
    for text in [
        node("services = ['xmpp-client']"),
        node("services = [{ service = 'ldaps' }]"),
        node("services = ['tomcta']"),
        node("tls_peer_subjects = ['a.test']"),
        node("release = 'latest'"),
        file("release = '14SU'", NODES),
        file("[multi_server]\nCAPF = true", NODES),
        file("[multi_server]\ntomcta = true", NODES),
        file("[probe]\ntimeout = '5'", NODES),
        file("[revocation]\ntimeout = '1.5s'", NODES),
        waiver("rule = 'revocation'"),
        waiver("rule = 'revocation-stale'\nexpires = 'tomorrow'"),
        waiver("rule = 'revocation-stale'\nservice = 'tomcta'"),
    ] {
        assert!(parse(&text).is_err(), "{text}");
        is_seen_by_editors(&text);
    }
}

#[test]
fn every_key_is_described_and_every_value_has_an_example_or_its_words() {
    fn walk(place: &str, schema: &Value, root: &Value) {
        for (key, member) in schema["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}/{key}");
            assert!(member["description"].is_string(), "{place} says nothing");
            let of = member["$ref"]
                .as_str()
                .unwrap_or_default()
                .trim_start_matches('#');
            let target = root.pointer(of).unwrap_or(member);
            let shown = ["enum", "default", "examples", "properties"]
                .iter()
                .any(|word| member.get(word).or_else(|| target.get(word)).is_some());
            let is_table = target["items"]["$ref"].is_string() || target["type"] == "boolean";
            assert!(shown || is_table, "{place} shows no value: {member}");
        }
        let closed = schema.get("properties").is_none() || schema["additionalProperties"] == false;
        assert!(closed, "{place} takes unknown keys");
    }
    let root = schema();
    walk("", &root, &root);
    for (name, definition) in root["$defs"].as_object().unwrap() {
        walk(name, definition, &root);
        assert!(definition["description"].is_string(), "{name} says nothing");
    }
    assert_eq!(
        root["$defs"]["Revocation"]["properties"]["check"]["default"],
        "status"
    );
}

#[test]
fn every_word_has_its_meaning() {
    fn walk(value: &Value, counted: &mut usize) {
        if let Some(meanings) = value["x-taplo"]["docs"]["enumValues"].as_array() {
            assert_eq!(meanings.len(), value["enum"].as_array().unwrap().len());
            assert!(
                meanings
                    .iter()
                    .all(|text| !text.as_str().unwrap().is_empty())
            );
            *counted += 1;
        }
        value
            .as_object()
            .into_iter()
            .flatten()
            .for_each(|(_, member)| walk(member, counted));
    }
    let mut counted = 0;
    walk(&schema(), &mut counted);
    assert_eq!(counted, 3, "rules, products, services");
    let names = &schema()["$defs"]["Waiver"]["properties"]["rule"]["enum"];
    assert_eq!(*names, json!(RULES));
}

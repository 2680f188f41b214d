//! The JSON Schema of the deployment file, made from the types.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{File, editor};
use crate::catalog::{CertificateName, Product};
use crate::deployment::Client;

/// A whole number and a unit.
pub(super) const DURATION: &str = "^[0-9]+(ms|s|m)$";

/// The JSON Schema of the deployment file, for editors: `rules` are the names of the rules that a waiver may name, each with
/// what it fails on.
pub fn json_schema(rules: &[(&str, &str)]) -> Value {
    let mut schema = generated(false);
    editor::complete(&mut schema, rules);
    schema
}

/// The same with every definition in its place, for comparing a file with it.
pub(super) fn inlined() -> &'static Value {
    static INLINED: LazyLock<Value> = LazyLock::new(|| generated(true));
    &INLINED
}

fn generated(inline: bool) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = inline;
    });
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<File>()
        .to_value();
    tidy(&mut schema);
    schema
}

/// Takes out what comes from Rust and means nothing in TOML: null as a default, widths of integers.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, member| {
                let of_rust = match key.as_str() {
                    "default" => member.is_null() || member.is_object(),
                    "format" => member
                        .as_str()
                        .is_some_and(|format| format.starts_with("uint")),
                    _ => false,
                };
                !of_rust
            });
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn words(words: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": words })
}

pub(super) fn products(_: &mut SchemaGenerator) -> Schema {
    let mut schema = words(&Product::ALL.map(Product::name));
    schema.insert("title".to_owned(), json!("product"));
    schema
}

pub(super) fn clients(_: &mut SchemaGenerator) -> Schema {
    let all = Client::ALL.map(Client::name);
    json_schema!({
        "type": "array",
        "items": { "type": "string", "enum": all, "title": "client" },
        "minItems": 1,
    })
}

pub(super) fn invalid_certificate_behavior(_: &mut SchemaGenerator) -> Schema {
    words(&["prompt", "reject"])
}

pub(super) fn revocation_check(_: &mut SchemaGenerator) -> Schema {
    words(&["presence", "reach", "status"])
}

pub(super) fn federation_through(_: &mut SchemaGenerator) -> Schema {
    words(&["expressway", "im-presence"])
}

/// The certificate names that may be keys of `[multi_server]`.
pub(super) fn multi_server_names() -> Value {
    let names = CertificateName::ALL
        .into_iter()
        .filter(|name| name.may_be_multi_server());
    json!({ "enum": names.map(CertificateName::name).collect::<Vec<_>>() })
}

//! What the published schema says beyond what the reader needs: words with their meanings, what hangs on the product,
//! patterns. Editors complete and explain from it; `x-taplo` is where Taplo (Even Better TOML) looks for the meaning of a
//! word.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::json::multi_server_names;
use crate::catalog::{Product, Service};

/// Anything but white space.
const NOT_EMPTY: &str = r"\S";
/// A TOML date as editors hand it over.
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// "14", "14SU2", "12.5(1)SU6", "X14.2", in any case.
const RELEASE: &str = r"^\s*[Xx]?\s*[0-9][0-9.()\s\-]*([Ss][Uu]\s*[0-9].*)?$";

/// Examples of values that the reader's own messages do without.
const EXAMPLES: &[(&str, &str)] = &[
    ("/properties/xmpp_domains", r#"["acme.test"]"#),
    ("/properties/release", r#""14SU2""#),
    ("/$defs/Trust/properties/roots", r#"["pki/acme-root.pem"]"#),
    (
        "/$defs/Trust/properties/intermediates",
        r#"["pki/acme-issuing-1.pem"]"#,
    ),
    ("/$defs/Trust/properties/pinned", r#"["pki/cucm-sub1.pem"]"#),
    (
        "/$defs/Mra/properties/registration_domains",
        r#"["acme.test"]"#,
    ),
    (
        "/$defs/Mra/properties/phone_security_profiles",
        r#"["jabber-secure.acme.test"]"#,
    ),
    ("/$defs/Federation/properties/domains", r#"["acme.test"]"#),
    (
        "/$defs/Federation/properties/chat_node_aliases",
        r#"["chat1.acme.test"]"#,
    ),
    ("/$defs/Node/properties/release", r#""14SU2""#),
    (
        "/$defs/Node/properties/services",
        r#"["tomcat", { "service": "tomcat", "port": 443 }]"#,
    ),
    (
        "/$defs/Node/properties/tls_peer_subjects",
        r#"["cucm-pub.acme.test"]"#,
    ),
    ("/$defs/ServiceTable/properties/port", "443"),
    ("/$defs/Waiver/properties/node", r#""imp1""#),
];

/// Completes the generated schema.
pub(super) fn complete(schema: &mut Value, rules: &[(&str, &str)]) {
    forbid_blanks(schema);
    for (place, example) in EXAMPLES {
        if let (Some(member), Ok(example)) = (schema.pointer_mut(place), example.parse::<Value>()) {
            member["examples"] = json!([example]);
        }
    }
    for place in ["/properties/release", "/$defs/Node/properties/release"] {
        set(schema, place, "pattern", json!(RELEASE));
    }
    set(
        schema,
        "/$defs/Waiver/properties/expires",
        "pattern",
        json!(DATE),
    );
    words(schema, "/$defs/Waiver/properties/rule", rules);
    let products = Product::ALL.map(|product| (product.name(), product.title()));
    words(schema, "/$defs/Node/properties/product", &products);
    let services = services();
    let services: Vec<(&str, &str)> = services
        .iter()
        .map(|(name, text)| (*name, &**text))
        .collect();
    words(schema, "/$defs/ServiceName", &services);
    set(
        schema,
        "/$defs/Node",
        "allOf",
        Product::ALL.map(of_product).into(),
    );
    set(
        schema,
        "/$defs/Node",
        "x-taplo",
        json!({ "initKeys": ["product", "address"] }),
    );
    name_certificates(schema);
}

fn set(schema: &mut Value, place: &str, key: &str, value: Value) {
    if let Some(member) = schema.pointer_mut(place) {
        member[key] = value;
    }
}

/// The only words that may stand there, and what each means.
fn words(schema: &mut Value, place: &str, words: &[(&str, &str)]) {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let meanings: Vec<&str> = words.iter().map(|(_, meaning)| *meaning).collect();
    set(schema, place, "enum", json!(names));
    set(
        schema,
        place,
        "x-taplo",
        json!({ "docs": { "enumValues": meanings } }),
    );
}

/// A text that may not be empty may not be blank either.
fn forbid_blanks(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("minLength") && !members.contains_key("pattern") {
                members.insert("pattern".to_owned(), json!(NOT_EMPTY));
            }
            members.values_mut().for_each(forbid_blanks);
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_blanks),
        _ => {}
    }
}

/// Every service of every product once, with what it is for.
fn services() -> BTreeMap<&'static str, String> {
    let mut meanings: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for product in Product::ALL {
        for service in product.services() {
            let meaning = format!("{}: {}", product.name(), meaning(service));
            meanings.entry(service.name).or_default().push(meaning);
        }
    }
    let joined = |(name, texts): (_, Vec<String>)| (name, texts.join("; "));
    meanings.into_iter().map(joined).collect()
}

/// "port 8443, certificate tomcat: web pages".
fn meaning(service: &Service) -> String {
    let (port, certificate) = (service.port, service.certificate_name.name());
    format!(
        "port {port}, certificate {certificate}: {}",
        service.purpose
    )
}

/// What a node of this product may have.
fn of_product(product: Product) -> Value {
    let names: Vec<&str> = product
        .services()
        .iter()
        .map(|service| service.name)
        .collect();
    let name = json!({ "enum": names });
    let table = json!({ "type": "object", "properties": { "service": name } });
    let mut allowed = json!({ "services": { "items": { "anyOf": [name, table] } } });
    if !product.is_presence() {
        allowed["tls_peer_subjects"] = json!(false);
    }
    json!({
        "if": { "properties": { "product": { "const": product.name() } }, "required": ["product"] },
        "then": { "properties": allowed },
    })
}

/// The keys of `[multi_server]` one by one, so that they can be completed.
fn name_certificates(schema: &mut Value) {
    let Some(table) = schema.pointer_mut("/properties/multi_server") else {
        return;
    };
    let Some(shared_by) = table.get("additionalProperties").cloned() else {
        return;
    };
    let names = multi_server_names();
    let mut properties = Map::new();
    for name in names["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        let mut member = shared_by.clone();
        member["description"] = json!(format!(
            "Who shares one {name} certificate: node names, or true for all nodes of the products that may."
        ));
        member["examples"] = json!([["cucm-pub", "imp1"], true]);
        properties.insert(name.to_owned(), member);
    }
    table["properties"] = Value::Object(properties);
    table["additionalProperties"] = json!(false);
}

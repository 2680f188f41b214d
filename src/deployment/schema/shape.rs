//! Compares the file with the schema: unknown keys, missing keys, wrong types, words that aren't allowed, all at once.
//! What doesn't fit is reported and taken out, so that the rest can still be read and judged.

mod faults;

use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use crate::deployment::Problem;

/// Takes out of the table what doesn't fit the schema, and says what and why.
pub(super) fn fit(root: &mut Spanned<DeTable<'_>>, schema: &Value) -> Vec<Problem> {
    let mut walk = Walk {
        root: schema,
        problems: Vec::new(),
    };
    walk.table(root.get_mut(), 0..0, schema, Place::Root);
    walk.problems
}

struct Walk<'s> {
    root: &'s Value,
    problems: Vec<Problem>,
}

/// Which table of the file we are in.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    /// `[probe]`
    Table(&'a str),
    /// `[[node]]`
    Repeated(&'a str),
    /// A table within one of these.
    Inner(&'a str),
}

/// A value's key, and what the schema says about the value.
#[derive(Clone, Copy)]
struct Slot<'a> {
    key: &'a str,
    schema: &'a Value,
    place: Place<'a>,
    /// It is an element of the key's array.
    element: bool,
}

impl Walk<'_> {
    fn table(
        &mut self,
        table: &mut DeTable<'_>,
        header: Range<usize>,
        schema: &Value,
        place: Place<'_>,
    ) {
        let required = schema["required"].as_array().into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            if !table.contains_key(key) {
                let slot = Slot::new(key, &schema["properties"][key], place);
                self.problems.push(faults::missing(slot, header.clone()));
            }
        }
        *table = std::mem::take(table)
            .into_iter()
            .filter_map(|(key, mut value)| {
                let Some(member) = member(schema, key.get_ref()) else {
                    let fault = faults::unknown_key(&key, schema, place, self.root);
                    self.problems.push(fault);
                    return None;
                };
                let slot = Slot::new(key.get_ref(), member, place);
                self.fits(slot, &mut value).then_some((key, value))
            })
            .collect();
    }

    /// Whether the value may stay. A table or an array may, without those of its parts that don't fit.
    fn fits(&mut self, slot: Slot<'_>, value: &mut Spanned<DeValue<'_>>) -> bool {
        let span = value.span();
        let Some(schema) =
            alternatives(slot.schema).find(|schema| is_of_type(schema, value.get_ref()))
        else {
            self.problems
                .push(faults::wrong_type(slot, value.get_ref(), span));
            return false;
        };
        let slot = Slot { schema, ..slot };
        let fault = match value.get_mut() {
            DeValue::String(text) => string_fault(slot, text, span),
            DeValue::Integer(number) => integer_fault(slot, number, span),
            DeValue::Array(array) => self.array(slot, array, span),
            DeValue::Table(table) => {
                self.table(table, span, schema, slot.within());
                None
            }
            _ => None,
        };
        let fits = fault.is_none();
        self.problems.extend(fault);
        fits
    }

    fn array(
        &mut self,
        slot: Slot<'_>,
        array: &mut DeArray<'_>,
        span: Range<usize>,
    ) -> Option<Problem> {
        if array.is_empty() && slot.schema["minItems"].as_u64() > Some(0) {
            return Some(faults::empty(slot, span));
        }
        let element = Slot {
            schema: &slot.schema["items"],
            element: true,
            ..slot
        };
        *array = std::mem::replace(array, DeArray::new())
            .into_iter()
            .filter_map(|mut item| self.fits(element, &mut item).then_some(item))
            .collect();
        None
    }
}

impl<'a> Slot<'a> {
    fn new(key: &'a str, schema: &'a Value, place: Place<'a>) -> Self {
        Self {
            key,
            schema,
            place,
            element: false,
        }
    }

    /// The place of what is inside this value.
    fn within(self) -> Place<'a> {
        match (self.place, self.element) {
            (Place::Root, false) => Place::Table(self.key),
            (Place::Root, true) => Place::Repeated(self.key),
            _ => Place::Inner(self.key),
        }
    }

    /// The first example of such a value, as it is written in the file.
    fn example(self) -> Option<String> {
        match &self.schema["examples"][0] {
            Value::Null => None,
            Value::String(date) if self.schema["format"] == "date" => Some(date.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// The schema of a key's value, unless the key is unknown.
fn member<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let listed = properties(schema).and_then(|properties| properties.get(key));
    listed.or_else(|| {
        let any = &schema["additionalProperties"];
        any.is_object().then_some(any)
    })
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema["properties"].as_object()
}

/// The schemas of which a value has to fit one.
fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let any = schema["anyOf"].as_array();
    let itself = any.is_none().then_some(schema);
    any.into_iter().flatten().chain(itself)
}

fn is_of_type(schema: &Value, value: &DeValue<'_>) -> bool {
    let wanted = schema["type"].as_str().unwrap_or_default();
    match value {
        DeValue::String(_) => wanted == "string" && schema["format"] != "date",
        DeValue::Datetime(when) => {
            let only_date = when.date.is_some() && when.time.is_none() && when.offset.is_none();
            wanted == "string" && schema["format"] == "date" && only_date
        }
        DeValue::Integer(_) => wanted == "integer",
        DeValue::Float(_) => wanted == "number",
        DeValue::Boolean(_) => wanted == "boolean",
        DeValue::Array(_) => wanted == "array",
        DeValue::Table(_) => wanted == "object",
    }
}

fn string_fault(slot: Slot<'_>, text: &str, span: Range<usize>) -> Option<Problem> {
    if let Some(words) = slot.schema["enum"].as_array() {
        let allowed: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        let unknown = !allowed.contains(&text);
        return unknown.then(|| faults::unknown_word(slot, text, &allowed, span));
    }
    let is_empty = text.trim().is_empty() && slot.schema["minLength"].as_u64() > Some(0);
    is_empty.then(|| faults::empty(slot, span))
}

fn integer_fault(slot: Slot<'_>, number: &DeInteger<'_>, span: Range<usize>) -> Option<Problem> {
    let least = slot.schema["minimum"].as_i64().unwrap_or(i64::MIN);
    let most = slot.schema["maximum"].as_i64().unwrap_or(i64::MAX);
    let fits = i64::from_str_radix(number.as_str(), number.radix())
        .is_ok_and(|number| (least..=most).contains(&number));
    (!fits).then(|| faults::out_of_range(slot, least, most, span))
}

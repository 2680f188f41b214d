//! What is said about a value that doesn't fit the schema.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::DeValue;

use super::{Place, Slot, alternatives, properties};
use crate::deployment::Problem;
use crate::deployment::words::{choice, did_you_mean, quote};

impl Place<'_> {
    /// " in [probe]".
    fn within(self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Table(name) => format!(" in [{name}]"),
            Self::Repeated(name) => format!(" in [[{name}]]"),
            Self::Inner(name) => format!(" in {}", quote(name)),
        }
    }
}

impl Slot<'_> {
    /// "`timeout`", or "an element of `roots`".
    fn name(self) -> String {
        if self.element {
            format!("an element of {}", quote(self.key))
        } else {
            quote(self.key)
        }
    }

    /// "for example: timeout = "5s"".
    fn help(self) -> Option<String> {
        let example = self.example()?;
        Some(if self.element {
            format!("for example {example}")
        } else {
            format!("for example: {} = {example}", self.key)
        })
    }
}

pub(super) fn missing(slot: Slot<'_>, header: Range<usize>) -> Problem {
    if holds_tables(slot.schema) {
        return empty(slot, header);
    }
    let within = slot.place.within();
    let problem = Problem::at(header, format!("{} is missing{within}", slot.name()));
    let help = match slot.schema["enum"].as_array() {
        Some(words) => Some(choice(
            "",
            &words.iter().filter_map(Value::as_str).collect::<Vec<_>>(),
        )),
        None => slot.help(),
    };
    Problem { help, ..problem }
}

pub(super) fn unknown_key(
    key: &Spanned<Cow<'_, str>>,
    schema: &Value,
    place: Place<'_>,
    root: &Value,
) -> Problem {
    let word = key.get_ref();
    let allowed: Vec<&str> = properties(schema)
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    let help = if did_you_mean(word, &allowed).is_some() {
        choice(word, &allowed)
    } else {
        homes(word, root).unwrap_or_else(|| choice(word, &allowed))
    };
    let message = format!("unknown key {}{}", quote(word), place.within());
    Problem::at(key.span(), message).help(help)
}

/// Where a key would be right that is wrong where it stands.
fn homes(key: &str, root: &Value) -> Option<String> {
    if properties(root)?.contains_key(key) {
        return Some(format!(
            "{} belongs at the top of the file, before the first [table]",
            quote(key)
        ));
    }
    let tables: Vec<String> = properties(root)?
        .iter()
        .filter_map(|(name, schema)| {
            let within = |schema| properties(schema).is_some_and(|keys| keys.contains_key(key));
            if within(schema) {
                Some(format!("[{name}]"))
            } else {
                within(&schema["items"]).then(|| format!("[[{name}]]"))
            }
        })
        .collect();
    (!tables.is_empty()).then(|| format!("{} belongs in {}", quote(key), tables.join(" or ")))
}

pub(super) fn unknown_word(
    slot: Slot<'_>,
    word: &str,
    allowed: &[&str],
    span: Range<usize>,
) -> Problem {
    let message = match slot.schema["title"].as_str() {
        Some(noun) => format!("unknown {noun} {}", quote(word)),
        None => format!("{} cannot be {}", slot.name(), quote(word)),
    };
    Problem::at(span, message).help(choice(word, allowed))
}

pub(super) fn empty(slot: Slot<'_>, span: Range<usize>) -> Problem {
    if holds_tables(slot.schema) && matches!(slot.place, Place::Root) {
        return Problem::at(span, format!("there is no [[{}]]", slot.key)).help(format!(
            "add at least one table with the header [[{}]]",
            slot.key
        ));
    }
    let problem = Problem::at(span, format!("{} is empty", slot.name()));
    let default = "leave it out for the default".to_owned();
    let help = slot.help();
    let help = help.or_else(|| (slot.schema["type"] == "array").then_some(default));
    Problem { help, ..problem }
}

pub(super) fn out_of_range(slot: Slot<'_>, least: i64, most: i64, span: Range<usize>) -> Problem {
    let message = format!("{} must be between {least} and {most}", slot.name());
    let problem = Problem::at(span, message);
    match &slot.schema["default"] {
        Value::Null => problem,
        default => problem.help(format!("the default is {default}")),
    }
}

pub(super) fn wrong_type(slot: Slot<'_>, value: &DeValue<'_>, span: Range<usize>) -> Problem {
    let wanted: Vec<&str> = alternatives(slot.schema).map(wanted).collect();
    let message = format!(
        "{} must be {}, not {}",
        slot.name(),
        wanted.join(" or "),
        found(value)
    );
    Problem {
        help: way_out(slot, value),
        ..Problem::at(span, message)
    }
}

fn wanted(schema: &Value) -> &'static str {
    match schema["type"].as_str() {
        Some("string") if schema["format"] == "date" => "a date",
        Some("string") => "a string",
        Some("integer") => "a whole number",
        Some("boolean") => "true or false",
        Some("array") if holds_tables(schema) => "an array of tables",
        Some("array") => "an array",
        _ => "a table",
    }
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(when) if when.date.is_some() && when.time.is_none() => "a date",
        DeValue::Datetime(when) if when.date.is_some() => "a date with a time",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

fn way_out(slot: Slot<'_>, value: &DeValue<'_>) -> Option<String> {
    let wanted = slot.schema["type"].as_str();
    let key = slot.key;
    match (wanted, value) {
        (Some("array"), DeValue::Table(_)) if holds_tables(slot.schema) => {
            Some(format!("two pairs of brackets: [[{key}]]"))
        }
        (Some("object"), DeValue::Array(_)) if matches!(slot.place, Place::Root) => {
            Some(format!("one pair of brackets: [{key}]"))
        }
        (Some("array"), _) => Some(format!("put it in brackets: {key} = [...]")),
        (Some("string"), DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_))
            if slot.example().is_none() =>
        {
            Some("put it in quotes".to_owned())
        }
        (Some("boolean"), DeValue::String(_)) => {
            Some("write true or false, without quotes".to_owned())
        }
        _ => slot.help(),
    }
}

/// An array whose items are tables and nothing else.
fn holds_tables(schema: &Value) -> bool {
    schema["items"]["type"] == "object"
}

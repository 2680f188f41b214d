//! Lists and maps whose members are made as they are written, one at a time: the report of a fleet never stands in memory
//! as a whole.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

type Members<'a, T> = Box<dyn Iterator<Item = T> + 'a>;

/// A list of `T`.
pub(super) struct List<'a, T>(Box<dyn Fn() -> Members<'a, T> + 'a>);

/// A map from text to `T`, in the order of its members, which have different names.
pub(super) struct Map<'a, T>(Box<dyn Fn() -> Members<'a, (String, T)> + 'a>);

impl<'a, T> List<'a, T> {
    /// The list of what `members` gives.
    pub(super) fn of<I>(members: impl Fn() -> I + 'a) -> Self
    where
        I: Iterator<Item = T> + 'a,
    {
        Self(Box::new(move || Box::new(members())))
    }
}

impl<'a, T> Map<'a, T> {
    /// The map of what `members` gives.
    pub(super) fn of<I>(members: impl Fn() -> I + 'a) -> Self
    where
        I: Iterator<Item = (String, T)> + 'a,
    {
        Self(Box::new(move || Box::new(members())))
    }
}

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

impl<T: Serialize> Serialize for Map<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

impl<T: JsonSchema> JsonSchema for List<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Map<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<String, T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

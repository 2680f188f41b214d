//! Lists that are made while they are written: a report of a large estate is never in memory as a whole.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

type Items<'a, T> = Box<dyn Iterator<Item = T> + 'a>;
type Source<'a, T> = Box<dyn Fn() -> Items<'a, T> + 'a>;

/// Written as a `Vec` of the same items would be.
pub(super) struct Each<'a, T>(Source<'a, T>);

/// Written as a `BTreeMap` of the same items would be; they come in the order of their names, each once.
pub(super) struct EachNamed<'a, T>(Source<'a, (String, T)>);

impl<'a, T> Each<'a, T> {
    /// What the source gives, anew each time it is written.
    pub(super) fn of<I: Iterator<Item = T> + 'a>(source: impl Fn() -> I + 'a) -> Self {
        Self(Box::new(move || Box::new(source())))
    }
}

impl<'a, T> EachNamed<'a, T> {
    /// What the source gives, anew each time it is written.
    pub(super) fn of<I: Iterator<Item = (String, T)> + 'a>(source: impl Fn() -> I + 'a) -> Self {
        Self(Box::new(move || Box::new(source())))
    }
}

impl<T: Serialize> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

impl<T: Serialize> Serialize for EachNamed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

impl<T: JsonSchema> JsonSchema for Each<'_, T> {
    fn inline_schema() -> bool {
        Vec::<T>::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for EachNamed<'_, T> {
    fn inline_schema() -> bool {
        BTreeMap::<String, T>::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<String, T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::io::{self, Write};

    use super::{Each, EachNamed};

    fn text(value: &impl serde::Serialize) -> String {
        serde_json::to_string_pretty(value).unwrap()
    }

    #[test]
    fn the_bytes_are_those_of_the_collections() {
        for count in [0, 1, 3] {
            let names: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
            let list = Each::of(|| names.iter());
            assert_eq!(text(&list), text(&names));
            let map: BTreeMap<String, usize> = names.iter().cloned().zip(0..).collect();
            let stream = EachNamed::of(|| names.iter().cloned().zip(0_usize..));
            assert_eq!(text(&stream), text(&map));
        }
    }

    #[test]
    fn items_are_made_as_they_are_written() {
        struct Watching<'a>(&'a Cell<usize>, usize);
        impl Write for Watching<'_> {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let ends = bytes.iter().filter(|byte| **byte == b',').count();
                self.1 += ends;
                // What was made is at most one item ahead of what was written.
                assert!(self.0.get() <= self.1 + 2, "{} {}", self.0.get(), self.1);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let made = Cell::new(0);
        let items = || (0..1000).inspect(|_| made.set(made.get() + 1));
        let list = Each::of(items);
        serde_json::to_writer(Watching(&made, 0), &list).unwrap();
        assert_eq!(made.get(), 1000);
    }
}

//! Long files, read piece by piece: TOML takes several kilobytes for each node while it is read, which is more than all that is
//! kept of the node until the report is written.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize as _;
use serde_json::Value;
use toml::de::{DeTable, Deserializer};

use super::{File, json, shape};

/// Bytes that are worth a piece of their own.
pub(super) const PIECE: usize = 256 * 1024;
/// In front of each piece stand as many blanks as were read before it, so that places are those of the whole file.
const MOST_PIECES: usize = 16;

/// The lists that may go on, or begin, after some nodes.
const LISTS: [&str; 4] = ["node", "setting", "sip_trunk", "waiver"];

/// Reads a file of more than `size` bytes; `None` when it is shorter, when it has any fault, or when more than lists stands
/// between or after the nodes: then it is to be read as a whole.
pub(super) fn read(text: &str, size: usize) -> Option<File> {
    let mut pieces = cut(text, size.max(text.len() / MOST_PIECES)).into_iter();
    let mut file = piece(text, pieces.next()?, json::inlined(), |_| true)?;
    for place in pieces {
        let is_list = |key: &str| LISTS.contains(&key);
        file.append(piece(text, place, &ANY_PART, is_list)?)?;
    }
    Some(file)
}

/// The schema, of which nothing need be there.
static ANY_PART: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = json::inlined().clone();
    schema["required"].take();
    schema
});

/// Every piece but the first begins with a node. None when there is no second piece. A place within a text of several lines is
/// no matter: the piece before it does not end then, and is no TOML.
fn cut(text: &str, size: usize) -> Vec<Range<usize>> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    // The first node stays with what is before it.
    for (line, _) in text.match_indices("\n[[node]]").skip(1) {
        if line + 1 - start >= size {
            pieces.push(start..line + 1);
            start = line + 1;
        }
    }
    if start > 0 {
        pieces.push(start..text.len());
    }
    pieces
}

fn piece(
    text: &str,
    place: Range<usize>,
    schema: &Value,
    may_have: impl Fn(&str) -> bool,
) -> Option<File> {
    let blanks = " ".repeat(place.start);
    let padded = blanks + text.get(place)?;
    let (mut table, errors) = DeTable::parse_recoverable(&padded);
    let is_sound = errors.is_empty()
        && table.get_ref().keys().all(|key| may_have(key.get_ref()))
        && shape::fit(&mut table, schema).is_empty();
    let read = is_sound.then(|| File::deserialize(Deserializer::from(table)));
    read?.ok()
}

impl File {
    /// Adds the lists of another piece; `None` when both have one that is not of nodes, which may be written in two ways.
    fn append(&mut self, other: Self) -> Option<()> {
        let nodes = other.node.into_iter().flatten();
        self.node.get_or_insert_default().extend(nodes);
        append(&mut self.setting, other.setting)?;
        append(&mut self.sip_trunk, other.sip_trunk)?;
        append(&mut self.waiver, other.waiver)
    }
}

fn append<T>(list: &mut Vec<T>, mut other: Vec<T>) -> Option<()> {
    let is_split = !list.is_empty() && !other.is_empty();
    list.append(&mut other);
    (!is_split).then_some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fmt::Write as _;

    use super::*;
    use crate::deployment::schema;

    const HEAD: &str = "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n";
    const WAIVER: &str = "[[waiver]]\nrule = \"chain-incomplete\"\nnode = \"n1\"\nreason = \"r\"\nexpires = 2027-01-01\n";

    fn nodes(numbers: Range<usize>) -> String {
        numbers.fold(String::new(), |mut text, number| {
            let node = "[[node]]\nproduct = \"cucm\"\n# a comment\naddress";
            writeln!(
                text,
                "{node} = \"n{number}.acme.test\"\nservices = [\"tomcat\"]"
            )
            .unwrap();
            text
        })
    }

    fn whole(text: &str) -> String {
        format!("{:?}", schema::whole(text).unwrap().0)
    }

    #[test]
    fn pieces_make_the_same_file_with_the_same_places() {
        for tail in ["", WAIVER] {
            let text = format!("{HEAD}{}{tail}", nodes(0..200));
            for size in [1, 100, 1_000, text.len() / 2] {
                let file = read(&text, size).unwrap();
                assert_eq!(file.node.as_ref().map(Vec::len), Some(200));
                assert_eq!(format!("{file:?}"), whole(&text), "pieces of {size}");
            }
        }
    }

    #[test]
    fn short_files_and_those_with_more_than_lists_are_read_as_a_whole() {
        let text = format!("{HEAD}{}", nodes(0..20));
        assert!(read(&text, 20).is_some());
        let sections = [
            "[federation]\nthrough = \"imp\"\n",
            "[probe]\nuds = false\n",
        ];
        for more in sections
            .map(str::to_owned)
            .into_iter()
            .chain([format!("{WAIVER}{}{WAIVER}", nodes(20..40))])
        {
            assert!(read(&(text.clone() + &more), 20).is_none(), "{more}");
        }
        assert!(read(&text, text.len()).is_none());
        assert!(read("", 1).is_none());
    }

    #[test]
    fn faults_are_told_of_the_whole() {
        let good = format!("{HEAD}{}", nodes(0..50));
        for (right, wrong) in [
            ("n30.acme.test\"", "n30.acme.test"),
            ("# a comment", "x = '''\n[[node]]\n'''"),
            ("# a comment", "product = \"cucm\""),
            ("domain =", "main ="),
            ("address = \"n49", "adress = \"n49"),
        ] {
            let text = good.replacen(right, wrong, 1);
            assert!(text != good && read(&text, 100).is_none(), "{wrong}");
            let told = schema::read(&text).map(|(_, problems)| problems);
            assert!(!told.unwrap_or_else(|told| told).is_empty(), "{wrong}");
        }
    }
}

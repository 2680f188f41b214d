//! What UDS answers, read from its XML. No document types, no entities but XML's own.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::probe::words::printable;

/// Elements inside each other; the answers have three levels.
const DEEPEST: usize = 16;
/// Names in a list; the largest clusters have some 20 servers.
const MOST_SERVERS: usize = 1000;
/// Bytes of a host name (RFC 1035) or a version, with room to spare.
const LONGEST: usize = 255;

/// The names in a server list: `<servers><server>cucm-pub.acme.test</server>…</servers>`. `Err` says in
/// words, fit to be shown, what is wrong.
pub fn servers(body: &[u8]) -> Result<Vec<String>, String> {
    let names = texts(body, "servers", "server")?;
    match names.len() {
        0 => Err("the server list is empty".to_owned()),
        1..=MOST_SERVERS => Ok(names),
        _ => Err(format!("the list has more than {MOST_SERVERS} servers")),
    }
}

/// The version: `<versionInformation><version>14.0.1</version>…</versionInformation>`. `Err` as for
/// the list.
pub fn version(body: &[u8]) -> Result<String, String> {
    texts(body, "versionInformation", "version")?
        .into_iter()
        .next()
        .ok_or_else(|| "the answer tells no version".to_owned())
}

/// The texts of the elements `wanted` right below the root element `root`; empty ones are left out.
fn texts(body: &[u8], root: &str, wanted: &str) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the answer is not UTF-8 text".to_owned())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut path = Path {
        root,
        wanted,
        open: Vec::new(),
        inside: String::new(),
        found: Vec::new(),
        seen_root: false,
    };
    loop {
        let event = reader.read_event();
        match event.map_err(|error| not_xml(&error.to_string()))? {
            Event::Start(tag) | Event::Empty(tag) => {
                path.enter(tag.local_name().into_inner())?;
            }
            Event::End(_) => path.leave()?,
            Event::Text(text) => path.take(&text),
            Event::CData(text) => path.take(&text),
            Event::GeneralRef(name) => path.take(&entity(&name)?),
            Event::DocType(_) => return Err("the answer has a document type".to_owned()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    path.finish()
}

/// Where the reader is.
struct Path<'a> {
    root: &'a str,
    wanted: &'a str,
    open: Vec<String>,
    inside: String,
    found: Vec<String>,
    seen_root: bool,
}

impl Path<'_> {
    fn enter(&mut self, name: &str) -> Result<(), String> {
        if self.open.is_empty() && (self.seen_root || name != self.root) {
            return Err(format!(
                "the answer is not what UDS sends: it begins with <{}>, not <{}>",
                printable(name.as_bytes()),
                self.root
            ));
        }
        if self.open.len() == DEEPEST {
            return Err("the answer is nested without end".to_owned());
        }
        self.seen_root = true;
        self.open.push(name.to_owned());
        self.inside.clear();
        Ok(())
    }

    fn leave(&mut self) -> Result<(), String> {
        let is_wanted = self.is_inside();
        self.open.pop();
        let text = std::mem::take(&mut self.inside);
        let text = text.trim();
        if !is_wanted || text.is_empty() {
            return Ok(());
        }
        if text.len() > LONGEST {
            return Err(format!(
                "the answer has a <{}> of more than {LONGEST} bytes",
                self.wanted
            ));
        }
        self.found.push(text.to_owned());
        Ok(())
    }

    /// Right in a wanted element.
    fn is_inside(&self) -> bool {
        matches!(self.open.as_slice(), [_, name] if name == self.wanted)
    }

    fn take(&mut self, text: &str) {
        if self.is_inside() {
            self.inside.push_str(text);
        }
    }

    fn finish(self) -> Result<Vec<String>, String> {
        if !self.seen_root {
            return Err(not_xml("it holds no element"));
        }
        if !self.open.is_empty() {
            return Err(not_xml("it ends in the middle"));
        }
        Ok(self.found)
    }
}

/// The character that an entity stands for. Only XML's own exist where there is no document type.
fn entity(name: &str) -> Result<String, String> {
    match quick_xml::escape::unescape(&format!("&{name};")) {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(format!(
            "the answer uses the entity &{};",
            printable(name.as_bytes())
        )),
    }
}

fn not_xml(why: &str) -> String {
    format!("the answer is not XML: {}", printable(why.as_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{DEEPEST, LONGEST, MOST_SERVERS, servers, version};

    const LIST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
        <servers version=\"14.0.1\" uri=\"https://cucm-pub.acme.test:8443/cucm-uds/servers\">\
        <server>cucm-pub.acme.test</server>\n<server> 10.0.0.2 </server><server/><server>cucm-sub</server></servers>\n";

    #[test]
    fn names_come_as_they_are_in_their_order() {
        let names = ["cucm-pub.acme.test", "10.0.0.2", "cucm-sub"];
        assert_eq!(
            servers(LIST.as_bytes()),
            Ok(names.map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn the_version_is_that_of_the_information_not_of_what_is_in_it() {
        let body = "<versionInformation uri='x' version='12.5'><capabilities><version>9</version></capabilities>\
            <version>14.0.1</version></versionInformation>";
        assert_eq!(version(body.as_bytes()), Ok("14.0.1".to_owned()));
        assert!(version(b"<versionInformation/>").is_err());
    }

    #[test]
    fn character_references_are_read() {
        assert_eq!(
            servers(b"<servers><server>a&#46;b</server></servers>"),
            Ok(vec!["a.b".to_owned()])
        );
    }

    #[track_caller]
    fn refused(body: &[u8], words: &str) {
        let fault = servers(body).unwrap_err();
        assert!(fault.contains(words), "{fault}");
    }

    #[test]
    fn what_is_no_list_is_said() {
        refused(b"<html><body>Log in</body></html>", "begins with <html>");
        refused(b"", "holds no element");
        refused(b"plain words", "holds no element");
        refused(b"<servers/>", "empty");
        refused(b"<servers><server>a</server>", "not XML");
        refused(b"<servers><server>a</servers>", "not XML");
        refused(b"<servers></servers><servers/>", "begins with <servers>");
        refused(b"\xff\xfe<\0", "not UTF-8");
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        refused(
            b"<!DOCTYPE servers [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><servers><server>&b;</server></servers>",
            "document type",
        );
        refused(b"<servers><server>&b;</server></servers>", "entity &b;");
    }

    #[test]
    fn depth_length_and_number_have_limits() {
        refused(
            format!("<servers>{}", "<a>".repeat(DEEPEST + 1)).as_bytes(),
            "nested",
        );
        let list = |name: &str, times: usize| {
            format!(
                "<servers>{}</servers>",
                format!("<server>{name}</server>").repeat(times)
            )
        };
        assert!(servers(list("a", MOST_SERVERS).as_bytes()).is_ok());
        refused(list("a", MOST_SERVERS + 1).as_bytes(), "more than");
        assert!(servers(list(&"a".repeat(LONGEST), 1).as_bytes()).is_ok());
        refused(list(&"a".repeat(LONGEST + 1), 1).as_bytes(), "more than");
    }

    #[test]
    fn a_damaged_answer_is_read_or_refused_in_words_that_can_be_shown() {
        let version_answer = b"<versionInformation><version>14.0.1</version></versionInformation>";
        let seeds = [LIST.as_bytes().to_vec(), version_answer.to_vec()];
        crate::certificate::testing::damage(5_000, &seeds, |_, body| {
            for fault in [servers(body).err(), version(body).err()] {
                let unfit = fault
                    .as_deref()
                    .is_some_and(|words| words.contains(crate::text::is_unfit));
                assert!(!unfit, "{fault:?}");
            }
            assert!(servers(body).unwrap_or_default().len() <= MOST_SERVERS);
        });
    }
}

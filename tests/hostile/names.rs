//! Names that are commands to a terminal, a browser, a spreadsheet or an XML parser, wherever a certificate has names; and
//! every format of reports that shows them.

use std::fs;

use certaudit::report::FORMATS;
use certaudit::text::is_unfit;

use crate::flight::{asks, shows};
use crate::forge::{
    COMMON_NAME, Entity, ISSUERS, Key, OCSP, ORGANIZATION, access_extension, lists_extension, name,
    names_extension,
};
use crate::scene::{Case, Outcome, Scene};

/// Each begins or ends with the word by which it is found again.
const NAMES: [&str; 16] = [
    "\u{1b}[31mMARK\u{1b}]0;owned\u{7}",
    "MARK\u{202e}txet\u{2066}\u{200b}\u{feff}",
    "MARK\0.evil.test",
    "<script>alert('MARK')</script>",
    "\"><img src=x onerror=alert(1)>MARK",
    "=cmd|' /C calc'!A1MARK",
    "+MARK",
    "-MARK",
    "@MARK",
    "\tMARK\r\n=1+1",
    "]]>MARK<![CDATA[",
    "MARK<!--&lol;&#0;-->",
    "MARK | a | b\n# heading `code` [x](javascript:alert(1)) ![y](http://x)",
    "MARK{label=\"x\"} 1\nother_metric 2",
    "MARK\\\"'\\n\\",
    "MARK\u{fffe}\u{ffff}\u{85}\u{2028}\u{10ffff}\u{e0041}",
];

/// A chain in which one name stands everywhere.
fn named(number: usize, text: &[u8]) -> Case {
    let issuer = Entity {
        name: name(&[(ORGANIZATION, text), (COMMON_NAME, text)]),
        key: Key::new(),
    };
    let subject = Entity {
        name: name(&[
            (COMMON_NAME, text),
            (ORGANIZATION, text),
            (COMMON_NAME, text),
        ]),
        key: Key::new(),
    };
    let url = [b"http://127.0.0.1:9/", text].concat();
    let other = [b"ldap://", text].concat();
    let extensions = [
        names_extension(&[text, b"names.acme.test", &[b"*.", text].concat()]),
        lists_extension(&[&url, &other, text]),
        access_extension(&[(OCSP, &url), (ISSUERS, &url), (OCSP, text)]),
    ];
    let chain = [
        subject.signed_by(&issuer, 7, &extensions),
        issuer.signed_by(&issuer, 8, &[]),
    ];
    let authorities = [issuer.name.clone(), subject.name.clone(), text.to_vec()];
    Case::tls(
        format!("name-{number}"),
        asks(&chain, &authorities),
        Outcome::Examined,
    )
}

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = NAMES
        .iter()
        .enumerate()
        .map(|(number, text)| named(number, text.as_bytes()))
        .collect();
    cases.push(named(
        NAMES.len(),
        b"MARK\xff\xfe\xc0\x80\xed\xa0\x80\x1b[2J",
    ));
    let own = [Entity::new("many").server_by(&Entity::new("CA"), &["many.acme.test"])];
    let few: Vec<Vec<u8>> = (0..4_000_u32)
        .map(|n| name(&[(COMMON_NAME, &n.to_be_bytes())]))
        .collect();
    cases.push(Case::tls(
        "authorities-4000",
        asks(&own, &few),
        Outcome::Examined,
    ));
    cases.push(Case::tls(
        "authorities-empty",
        asks(&own, &vec![Vec::new(); 30_000]),
        Outcome::Either,
    ));
    cases
}

/// An Expressway-C, so that the CAs which ports ask for are judged.
fn core() -> Case {
    let issuer = Entity::new("Core CA");
    let chain = [Entity::new("core").server_by(&issuer, &["core.acme.test"])];
    Case::tls("core", shows(&chain), Outcome::Examined)
}

#[test]
fn no_format_passes_on_what_a_name_commands() {
    let mut scene =
        Scene::new("20s", "uds = false\n[revocation]\ntimeout = \"2s\"", None).with(cases());
    scene = scene.with([core()]);
    let writes: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("{0}=report.{0}", format.name()))
        .collect();
    let mut arguments = Vec::new();
    for write in &writes {
        arguments.extend(["--write", write.as_str()]);
    }
    scene.check(&arguments);
    for format in FORMATS {
        let name = format.name();
        let bytes = fs::read(scene.path(&format!("report.{name}"))).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        // Metrics have numbers, and no names out of certificates.
        assert!(
            name == "prometheus" || text.contains("MARK"),
            "{name} shows the names"
        );
        assert_shown(name, &text);
    }
}

/// No character acts on who looks at it; and what the format itself would act on is not there.
fn assert_shown(format: &str, text: &str) {
    let allowed = |letter: char| letter == '\n' || (letter == '\r' && format == "csv");
    for (number, line) in text.split('\n').enumerate() {
        let unfit: Vec<char> = line
            .chars()
            .filter(|letter| is_unfit(*letter) && !allowed(*letter))
            .collect();
        assert!(
            unfit.is_empty(),
            "{format}, line {number}: {unfit:?} in {line:?}"
        );
    }
    match format {
        "html" => {
            for wanted in ["<script>alert", "<img src=x", "<!--&lol"] {
                assert!(!text.contains(wanted), "{wanted}");
            }
        }
        "csv" => assert_no_formulas(text),
        "junit" => assert_parses(text),
        "json" | "sarif" => drop(serde_json::from_str::<serde_json::Value>(text).unwrap()),
        "jsonl" => {
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
        "prometheus" => {
            for line in text.lines() {
                assert!(
                    line.starts_with('#') || line.starts_with("certaudit_"),
                    "{line}"
                );
            }
        }
        "markdown" => {
            let bare = without_code(text);
            for wanted in ["<script", "<img", "](javascript", "\n# heading"] {
                let mut places = bare.match_indices(wanted);
                let live = places.find(|(place, _)| !bare[..*place].ends_with('\\'));
                assert_eq!(live, None, "{wanted}");
            }
        }
        _ => {}
    }
}

/// Markdown without its code spans, in which nothing acts: as many ticks at both ends.
fn without_code(text: &str) -> String {
    let (mut rest, mut bare) = (text, String::new());
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..]
            .chars()
            .take_while(|letter| *letter == '`')
            .count();
        let (before, behind) = (&rest[..start], &rest[start + ticks..]);
        bare += before;
        let ends = behind.split('`').map(str::len);
        let mut at = 0;
        let mut end = None;
        for length in ends {
            at += length;
            let run = behind[at..]
                .chars()
                .take_while(|letter| *letter == '`')
                .count();
            if run == ticks && !behind[..at].ends_with('`') {
                end = Some(at + run);
                break;
            }
            at += 1;
        }
        rest = end.map_or(behind, |end| behind.get(end..).unwrap_or_default());
    }
    bare + rest
}

/// Cells of a CSV file (RFC 4180), by hand.
fn assert_no_formulas(text: &str) {
    let (mut quoted, mut at_start) = (false, true);
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => drop(letters.next()),
            '"' => {
                let opens = !quoted && at_start;
                quoted = !quoted;
                at_start = opens;
                continue;
            }
            ',' | ';' | '\n' | '\r' if !quoted => {
                at_start = true;
                continue;
            }
            '=' | '+' | '-' | '@' | '\t' => assert!(!at_start, "a cell begins with {letter:?}"),
            _ => {}
        }
        at_start = false;
    }
    assert!(!quoted, "a quotation is not closed");
}

fn assert_parses(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    let _read = attribute.unwrap();
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
}

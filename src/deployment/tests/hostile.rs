//! Many faults at once, what they look like, and files that nobody wrote.

use super::{FULL, SMALLEST, draw, parse};

#[test]
fn ten_faults_come_at_once_in_the_order_of_the_file() {
    let text = "name = ''
domain = 'acme..test'
clients = ['winodws']
colour = 'red'
[probe]
per_node = 0
[[node]]
product = 'cucn'
address = 'a b'
[[node]]
product = 'im-presence'
address = 'imp1.acme.test'
services = ['xmpp-cleint']
[[setting]]
location = 'x'
value = 'y'
node = 'imp2'
[[waiver]]
rule = 'revocation'
reason = 'z'
";
    let problems = parse(text).unwrap_err();
    let words: Vec<&str> = problems
        .iter()
        .map(|problem| &text[problem.span.clone()])
        .collect();
    assert_eq!(
        words,
        [
            "''",
            "'acme..test'",
            "'winodws'",
            "colour",
            "0",
            "'cucn'",
            "'a b'",
            "'xmpp-cleint'",
            "'imp2'",
            "'revocation'"
        ]
    );
}

#[test]
fn three_faults_are_drawn() {
    let text = "name = \"ACME\"\ndomain = \"acme.test\"\n\n[[node]]\nproduct = \"cucm\"\nadress = \"cucm.acme.test\"\nrelease = \"X14.2\" # later\n";
    let drawn = draw("cluster.toml", text, &parse(text).unwrap_err(), false);
    let expected = "\
error: `address` is missing in [[node]]
 --> cluster.toml:4:1
  |
4 | [[node]]
  | ^^^^^^^^
  |
  = help: for example: address = \"cucm-pub.acme.test\"

error: unknown key `adress` in [[node]]
 --> cluster.toml:6:1
  |
6 | adress = \"cucm.acme.test\"
  | ^^^^^^
  |
  = help: did you mean `address`? (allowed: `address`, `connect`, `name`, `product`, `release`, `services` and `tls_peer_subjects`)

error: `X14.2` is a release of Expressway, and this node is Unified CM
 --> cluster.toml:7:11
  |
7 | release = \"X14.2\" # later
  |           ^^^^^^^
  |
  = help: write it like 14, 14SU2 or 12.5(1)SU6

3 problems in cluster.toml
";
    assert_eq!(drawn, expected);
    let colored = draw("cluster.toml", text, &parse(text).unwrap_err(), true);
    assert!(colored.contains("\u{1b}["));
}

#[test]
fn hidden_characters_of_the_file_reach_nobody() {
    let text = "name = 'A\u{202e}'\ndomain = 'x\u{200b}y'\n'k\u{2066}\u{feff}' = 1\n[[node]]\nproduct = '\u{9b}31m'\naddress = \"\\u001b[2J\"\n";
    let problems = parse(text).unwrap_err();
    assert_eq!(problems.len(), 4, "{problems:?}");
    let drawn = draw("c\u{1b}.toml", text, &problems, false);
    assert!(
        !drawn.contains(|c| c != '\n' && crate::text::is_unfit(c)),
        "{drawn}"
    );
    for shown in [
        "x\\u{200b}y",
        "k\\u{2066}\\u{feff}",
        "\\u{9b}31m",
        "\\u{1b}[2J",
        "c\\u{1b}.toml",
    ] {
        assert!(drawn.contains(shown), "{shown}: {drawn}");
    }
}

#[test]
fn line_ends_and_marks_of_windows_change_nothing() {
    let text = format!("\u{feff}{}", FULL.replace('\n', "\r\n"));
    assert_eq!(parse(&text).unwrap().nodes.len(), 3);
    let wrong = text.replace("\"cucm\"", "\"cucn\"");
    let drawn = draw("c", &wrong, &parse(&wrong).unwrap_err(), false);
    assert!(drawn.contains("product = \"cucn\"\n"), "{drawn}");
    assert!(
        !drawn.contains('\r') && !drawn.contains("\\u{d}"),
        "{drawn}"
    );
}

#[test]
fn deep_and_large_files_end() {
    for text in [
        "a = ".to_owned() + &"[".repeat(50_000),
        "a = ".to_owned() + &"{ a = ".repeat(50_000),
        "a.".repeat(50_000) + "a = 1",
        format!("name = '{}'", "x".repeat(1_000_000)),
        "[[node]]\n".repeat(500),
    ] {
        let problems = parse(&text).unwrap_err();
        assert!(!draw("c", &text, &problems[..1], false).is_empty());
    }
}

/// A small generator (SplitMix64), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let limit = u64::try_from(limit.max(1)).unwrap();
        usize::try_from((mixed ^ (mixed >> 31)) % limit).unwrap()
    }

    /// The text with a few characters or lines replaced, taken out, doubled or swapped.
    fn mutant(&mut self, text: &str) -> String {
        const PIECES: &[&str] = &[
            "\"",
            "'",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ",",
            ".",
            "\n",
            "\r",
            "\0",
            "\u{202e}",
            "é",
            "-1",
            "0",
            "true",
            "1979-05-27",
            "*",
            "://",
            ":",
            "99999999999999999999",
            "1e9",
            "[]",
            "''",
        ];
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(4) {
            let place = self.below(characters.len());
            match self.below(5) {
                0 => characters.truncate(place.max(1)),
                1 => {
                    let end = (place + self.below(30)).min(characters.len());
                    characters.drain(place..end);
                }
                2 => characters.swap(place, 0),
                _ => {
                    let piece = PIECES[self.below(PIECES.len())];
                    let end = (place + self.below(3)).min(characters.len());
                    characters.splice(place..end, piece.chars());
                }
            }
            if characters.is_empty() {
                characters.push('x');
            }
        }
        characters.into_iter().collect()
    }

    /// The text with one value replaced by another: mostly still TOML.
    fn other_value(&mut self, text: &str) -> String {
        const VALUES: &[&str] = &[
            "1",
            "''",
            "'x'",
            "true",
            "[]",
            "{}",
            "['x']",
            "[1]",
            "[{}]",
            "1979-05-27",
            "1.5",
            "-1",
            "['imp1', 'expe1']",
            "{ service = 'x' }",
            "'10.0.0.1'",
            "'X14'",
            "'0s'",
            "[[]]",
            "inf",
        ];
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=self.below(5) {
            let place = self.below(lines.len());
            if let Some((key, _)) = lines[place].split_once('=') {
                lines[place] = format!("{key}= {}", VALUES[self.below(VALUES.len())]);
            } else if self.below(4) == 0 {
                lines.remove(place);
            }
        }
        lines.join("\n")
    }
}

#[test]
fn no_mutant_makes_the_reader_panic() {
    let mut random = Random(20_261_121);
    for round in 0..4000 {
        let original = if round % 5 == 0 { SMALLEST } else { FULL };
        let text = if round % 2 == 0 {
            random.mutant(original)
        } else {
            random.other_value(original)
        };
        if let Err(problems) = parse(&text) {
            assert!(!problems.is_empty(), "{text}");
            let drawn = draw("c", &text, &problems, round % 3 == 0);
            assert!(drawn.contains("in c\n"), "{text}");
        }
    }
}

//! What servers say before TLS: the good dialogue of each protocol, and what can be wrong with it.

use crate::scene::{Case, Outcome, Port};
use crate::support::script::{Step, drip, say};

pub const STREAM: &str = "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' \
    xmlns='jabber:client' id='1' version='1.0' from='acme.test'>";
pub const FEATURES: &str = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>\
    </stream:features>";
pub const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const BOMB: &str = "<!DOCTYPE lolz [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\
    <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>\
    <!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>]>";

/// The turns of a good server: what it waits for, and what it then says.
pub fn dialogue(port: Port) -> Vec<(&'static str, String)> {
    let turns: &[(&str, &str)] = match port {
        Port::Tls => &[],
        Port::XmppClient | Port::XmppServer => {
            let header = STREAM.to_owned() + FEATURES;
            return vec![
                ("version='1.0'>", header),
                ("<starttls", PROCEED.to_owned()),
            ];
        }
        Port::Imap => &[
            ("", "* OK unity ready\r\n"),
            (
                "CAPABILITY\r\n",
                "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n",
            ),
            ("STARTTLS\r\n", "a2 OK begin\r\n"),
        ],
        Port::Smtp => &[
            ("", "220 unity ESMTP\r\n"),
            (
                "EHLO ",
                "250-unity\r\n250-SIZE 10000000\r\n250 STARTTLS\r\n",
            ),
            ("STARTTLS\r\n", "220 go ahead\r\n"),
        ],
    };
    turns
        .iter()
        .map(|(heard, said)| (*heard, (*said).to_owned()))
        .collect()
}

/// The steps of a good server, up to TLS.
pub fn steps(port: Port) -> Vec<Step> {
    let turn = |(heard, said): (&'static str, String)| match heard {
        "" => vec![say(said)],
        heard => vec![Step::HearUntil(heard), say(said)],
    };
    dialogue(port).into_iter().flat_map(turn).collect()
}

/// A good server that goes after so many bytes of plain text.
pub fn cut_after(port: Port, most: usize) -> Vec<Step> {
    let mut left = most;
    let mut steps = Vec::new();
    for (heard, said) in dialogue(port) {
        if !heard.is_empty() {
            steps.push(Step::HearUntil(heard));
        }
        let length = said.len().min(left);
        steps.push(say(&said[..length]));
        left -= length;
        if left == 0 {
            break;
        }
    }
    steps
}

/// Bytes of plain text in all.
pub fn length(port: Port) -> usize {
    dialogue(port).iter().map(|(_, said)| said.len()).sum()
}

/// What is closed or refused at once, however hostile.
pub fn cases() -> Vec<Case> {
    let stream = |name: &str, after: String, words: &'static str| {
        let steps = vec![Step::Hear, say(STREAM), say(after)];
        Case::new(name, Port::XmppClient, steps, Outcome::Silent(words))
    };
    let many = "<a/>".repeat(15_000);
    let attributes: String = (0..4_000)
        .flat_map(|n| [" a".into(), n.to_string(), "=''".into()])
        .collect();
    let spaces: String = (0..2_000)
        .flat_map(|n| [" xmlns:p".into(), n.to_string(), "='u'".into()])
        .collect();
    let mut cases = vec![
        stream(
            "xmpp-deep",
            format!("<stream:features>{}", "<a>".repeat(15_000)),
            "nested",
        ),
        stream("xmpp-bomb", format!("{BOMB}<f>&f;</f>"), "document type"),
        stream("xmpp-entity", "<stream:features>&f;".into(), "entity"),
        stream(
            "xmpp-many",
            format!("<stream:features>{many}</stream:features>"),
            "STARTTLS",
        ),
        stream(
            "xmpp-names",
            format!(
                "<stream:features><{}/></stream:features>",
                "a".repeat(50_000)
            ),
            "STARTTLS",
        ),
        stream(
            "xmpp-attributes",
            format!("<stream:features{attributes}></stream:features>"),
            "",
        ),
        stream(
            "xmpp-spaces",
            format!("<stream:features{spaces}><a/></stream:features>"),
            "",
        ),
        stream("xmpp-ansi", "\u{1b}[2J\u{202e}<a".into(), ""),
        stream(
            "xmpp-error",
            "<stream:error><\u{202e}x xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>\
             <text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>\u{1b}[31m&#27;=cmd|x<!--</text></stream:error>"
                .into(),
            "",
        ),
        stream("xmpp-text", "x".repeat(70_000), ""),
        Case::new(
            "xmpp-endless",
            Port::XmppServer,
            vec![
                Step::Hear,
                say(STREAM),
                Step::Repeat(b"<!-- and so on -->".repeat(200)),
            ],
            Outcome::Silent("65536"),
        ),
    ];
    cases.extend(mail());
    for (port, name) in [
        (Port::XmppClient, "xmpp"),
        (Port::Imap, "imap"),
        (Port::Smtp, "smtp"),
    ] {
        let garbage: Vec<u8> = (0..=255_u8).rev().cycle().take(4_096).collect();
        cases.push(Case::new(
            format!("{name}-garbage"),
            port,
            vec![Step::Say(garbage)],
            Outcome::Silent(""),
        ));
    }
    cases
}

/// The same of servers that speak in lines.
fn mail() -> Vec<Case> {
    vec![
        Case::new(
            "smtp-endless",
            Port::Smtp,
            vec![Step::Repeat(b"220-unity\r\n".repeat(200))],
            Outcome::Silent("65536"),
        ),
        Case::new(
            "smtp-many",
            Port::Smtp,
            vec![
                say("220 hi\r\n"),
                Step::Hear,
                say("250-\u{1b}X\r\n".repeat(6_000)),
                say("250 Y\r\n"),
            ],
            Outcome::Silent("STARTTLS"),
        ),
        Case::new(
            "imap-endless",
            Port::Imap,
            vec![Step::Repeat(b"* OK unity".repeat(200))],
            Outcome::Silent("65536"),
        ),
        Case::new(
            "imap-ansi",
            Port::Imap,
            vec![say("* BYE \u{1b}]0;owned\u{7}\u{202e}\r\n")],
            Outcome::Silent("BYE"),
        ),
    ]
}

/// Good XMPP, a byte a packet, with a good server behind it.
pub fn byte_by_byte(behind: Step) -> Case {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(1);
    let mut steps = Vec::new();
    for (heard, said) in dialogue(Port::XmppClient) {
        steps.extend([Step::HearUntil(heard), drip(said, PAUSE)]);
    }
    steps.push(behind);
    Case::new("xmpp-bytes", Port::XmppClient, steps, Outcome::Examined)
}

/// Good XMPP whose features come in two packets, cut at that byte.
pub fn two_packets(at: usize, behind: Step) -> Case {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(2);
    let text = STREAM.to_owned() + FEATURES;
    let (first, second) = text.split_at(at);
    let halves = [first, second].map(|half| half.as_bytes().to_vec());
    let steps = vec![
        Step::HearUntil("version='1.0'>"),
        Step::Pieces(halves.to_vec(), PAUSE),
        Step::HearUntil("<starttls"),
        say(PROCEED),
        behind,
    ];
    let name = format!("xmpp-two-{at}");
    Case::new(name, Port::XmppClient, steps, Outcome::Examined)
}

//! DNS answers that lie, loop, flood or are no answers.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::thread;

use crate::scene::Scene;

/// Each is the first label of a node's name.
const MANNERS: [&str; 19] = [
    "loop",
    "self",
    "chain",
    "many",
    "oversized",
    "wrong-id",
    "wrong-name",
    "garbage",
    "empty",
    "cut",
    "circular",
    "names",
    "silent",
    "rcode",
    "anywhere",
    "query",
    "counts",
    "twice",
    "records",
];

/// Answers over UDP and TCP until the test program ends.
fn serve() -> SocketAddr {
    let (udp, tcp) = (0..50)
        .find_map(|_| {
            let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
            Some((UdpSocket::bind(tcp.local_addr().unwrap()).ok()?, tcp))
        })
        .unwrap();
    let address = tcp.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = udp.recv_from(&mut buffer) {
            for reply in replies(&buffer[..length], true) {
                let _too_large = udp.send_to(&reply, from);
            }
        }
    });
    thread::spawn(move || {
        for stream in tcp.incoming().map_while(Result::ok) {
            thread::spawn(move || converse(stream));
        }
    });
    address
}

fn converse(mut stream: std::net::TcpStream) {
    let mut length = [0; 2];
    while stream.read_exact(&mut length).is_ok() {
        let mut query = vec![0; u16::from_be_bytes(length).into()];
        if stream.read_exact(&mut query).is_err() {
            return;
        }
        for reply in replies(&query, false) {
            let length = u16::try_from(reply.len()).unwrap_or(u16::MAX).to_be_bytes();
            if stream.write_all(&[&length[..], &reply].concat()).is_err() {
                return;
            }
        }
    }
}

/// The question's name as it stands, its labels in lower case, and its type.
fn question(query: &[u8]) -> Option<(&[u8], Vec<String>, u16)> {
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        let label = query.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*query.get(at)?, *query.get(at + 1)?]);
    Some((query.get(12..at + 4)?, labels, kind))
}

fn header(query: &[u8], flags: [u8; 2], answers: u16) -> Vec<u8> {
    let [high, low] = answers.to_be_bytes();
    [&query[..2], &flags, &[0, 1, high, low, 0, 0, 0, 0]].concat()
}

/// A record of the question's own name.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let ([kind_high, kind_low], [.., high, low]) = (kind.to_be_bytes(), data.len().to_be_bytes());
    let head = [0xc0, 12, kind_high, kind_low, 0, 1, 0, 0, 0, 60, high, low];
    [&head[..], data].concat()
}

fn labels(parts: &[&[u8]]) -> Vec<u8> {
    let part = |part: &&[u8]| [&[u8::try_from(part.len()).unwrap()], *part].concat();
    let mut name: Vec<u8> = parts.iter().flat_map(part).collect();
    name.push(0);
    name
}

const GOOD: [u8; 2] = [0x81, 0x80];
const TRUNCATED: [u8; 2] = [0x83, 0x80];
const CNAME: u16 = 5;

fn replies(query: &[u8], over_udp: bool) -> Vec<Vec<u8>> {
    let Some((asked, name, kind)) = question(query) else {
        return Vec::new();
    };
    let manner = name.first().map_or("", String::as_str);
    let with = |flags, answers: &[Vec<u8>]| {
        let count = u16::try_from(answers.len()).unwrap();
        [
            header(query, flags, count),
            asked.to_vec(),
            answers.concat(),
        ]
        .concat()
    };
    let alias = |label: &str| {
        with(
            GOOD,
            &[record(
                CNAME,
                &labels(&[label.as_bytes(), b"acme", b"test"]),
            )],
        )
    };
    let address = || record(1, &[127, 0, 0, 1]);
    let one = match manner {
        "loop" => alias("loop-back"),
        "loop-back" => alias("loop"),
        "self" => with(GOOD, &[record(CNAME, &[0xc0, 12])]),
        chain if chain.starts_with("chain") => alias(&format!("chain{}", chain.len() * 7 + 1)),
        "many" if over_udp => with(TRUNCATED, &[]),
        "many" => with(GOOD, &vec![address(); 4_000]),
        "oversized" => with(GOOD, &vec![address(); 3_500]),
        "wrong-id" => {
            let mut reply = with(GOOD, &[address()]);
            reply[0] ^= 0xff;
            reply
        }
        "wrong-name" => {
            let other = [labels(&[b"good", b"acme", b"test"]), vec![0, 1, 0, 1]].concat();
            [header(query, GOOD, 1), other, address()].concat()
        }
        "garbage" => vec![0xff; 500],
        "empty" => Vec::new(),
        "cut" => with(GOOD, &[address()])[..20].to_vec(),
        "circular" => [
            header(query, GOOD, 1),
            asked.to_vec(),
            vec![0xc0, 12 + u8::try_from(asked.len()).unwrap()],
        ]
        .concat(),
        "names" => with(
            GOOD,
            &[record(
                CNAME,
                &labels(&[b"\x1b[31m\0", "\u{202e}".as_bytes(), b"<b>=1"]),
            )],
        ),
        "silent" => return Vec::new(),
        "rcode" => with([0x81, 0x8f], &[]),
        "anywhere" => with(
            GOOD,
            &[[0, 0, 0, 0], [255, 255, 255, 255], [224, 0, 0, 1]].map(|ip| record(1, &ip)),
        ),
        "query" => query.to_vec(),
        "counts" => [header(query, GOOD, u16::MAX), asked.to_vec(), address()].concat(),
        "twice" => {
            return vec![
                with(GOOD, &[record(CNAME, &labels(&[b"x"]))]),
                with(GOOD, &[address()]),
            ];
        }
        "records" => with(GOOD, &[record(kind, &[0xff; 300])]),
        // SRV records of the services domain: control characters, markup, and the root.
        service if service.starts_with('_') => {
            let target = labels(&[b"\x1b[31m<script>", "\u{202e}".as_bytes(), b"\0"]);
            let target = [&[0, 0, 0, 0, 0x20, 0xfb], &target[..]].concat();
            with(
                GOOD,
                &[record(33, &target), record(33, &[0, 0, 0, 0, 0, 0, 0])],
            )
        }
        _ => with([0x81, 0x83], &[]),
    };
    vec![one]
}

#[test]
fn dns_answers_of_any_kind_are_evidence_or_silence() {
    let server = serve();
    let tables =
        format!("uds = false\n[dns]\nserver = \"{server}\"\n[revocation]\ncheck = \"presence\"");
    let mut scene = Scene::new("2s", &tables, None);
    for manner in MANNERS {
        scene = scene.with_node(&format!(
            "[[node]]\nname = \"{manner}\"\nproduct = \"other-https\"\naddress = \"{manner}.acme.test\"\n\
             services = [{{ service = \"https\", port = 9 }}]"
        ));
    }
    let report = scene.check(&["--write", "table=report.table"]);
    for manner in MANNERS {
        assert_ne!(report.status(manner), "examined", "{manner}");
        assert_ne!(report.status(manner), "skipped", "{manner}");
    }
    let table = std::fs::read_to_string(scene.path("report.table")).unwrap();
    let unfit = |letter: &char| *letter != '\n' && certaudit::text::is_unfit(*letter);
    assert_eq!(table.chars().find(unfit), None);
}

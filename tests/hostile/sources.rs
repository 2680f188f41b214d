//! Revocation sources and issuers' URLs: bombs, circles, and places that nobody should be sent to.

use std::net::{Ipv4Addr, SocketAddr};

use crate::flight::{settings, shows};
use crate::forge::{
    Entity, ISSUERS, OCSP, access_extension, entry, list, lists_extension, names_extension,
};
use crate::scene::{Case, Outcome, Scene, leaf};
use crate::support::faulty::{Fault, Faulty};
use crate::support::loopback;
use crate::support::script::{Step, drip, say};

const OK: &str = "HTTP/1.1 200 OK\r\n";

fn answers(head: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    vec![Step::Hear, say(format!("{OK}{head}\r\n")), say(body)]
}

fn redirects(to: &str) -> Vec<Step> {
    vec![
        Step::Hear,
        say(format!(
            "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
        )),
    ]
}

/// The servers behind the URLs, and the services whose certificates have them.
pub struct Sources {
    _servers: Vec<Faulty>,
    pub cases: Vec<Case>,
}

impl Sources {
    pub fn start() -> Self {
        let issuer = Entity::new("Bomb CA");
        let mut servers = Vec::new();
        let mut cases = Vec::new();
        for (name, steps) in bombs(&issuer) {
            let server = Faulty::start(loopback::address(), 0, steps);
            let url = format!("http://{}/{name}", server.address);
            cases.push(pointing(&issuer, name, &url));
            servers.push(server);
        }
        for (name, url) in places() {
            cases.push(pointing(&issuer, name, &url));
        }
        Self {
            _servers: servers,
            cases,
        }
    }
}

/// A chain whose leaf names the URL for everything.
fn pointing(issuer: &Entity, name: &str, url: &str) -> Case {
    let host = format!("{name}.acme.test");
    let url = url.as_bytes();
    let extensions = [
        names_extension(&[host.as_bytes()]),
        lists_extension(&[url]),
        access_extension(&[(OCSP, url), (ISSUERS, url)]),
    ];
    let leaf = Entity::new(&host).signed_by(issuer, 5, &extensions);
    // Two cases lack the issuer, so that it is asked for as well.
    let chain = if name.ends_with('s') {
        vec![leaf]
    } else {
        vec![leaf, issuer.authority_by(issuer, 1)]
    };
    Case::tls(name, shows(&chain), Outcome::Examined)
}

fn bombs(issuer: &Entity) -> Vec<(&'static str, Vec<Step>)> {
    let million: Vec<u8> = entry(0x41).repeat(1_000_000);
    let million = list(issuer, &million);
    let address = loopback::address();
    let circle = format!("http://{address}:18080/again");
    let unasked = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".repeat(5_000);
    let tiny: Vec<u8> = b"1\r\n0\r\n".repeat(100_000);
    let mut bombs = vec![
        (
            "endless",
            vec![
                Step::Hear,
                say(format!("{OK}\r\n")),
                Step::Repeat(vec![0x30; 65_536]),
            ],
        ),
        ("huge", answers("Content-Length: 99999999999\r\n", b"0")),
        ("negative", answers("Content-Length: -1\r\n", b"0")),
        (
            "two-lengths",
            answers("Content-Length: 1\r\nContent-Length: 2\r\n", b"00"),
        ),
        ("gzip", answers("Content-Encoding: gzip\r\n", unasked)),
        (
            "million",
            answers(&format!("Content-Length: {}\r\n", million.len()), million),
        ),
        (
            "tiny-chunks",
            answers(
                "Transfer-Encoding: chunked\r\n",
                [tiny, b"0\r\n\r\n".to_vec()].concat(),
            ),
        ),
        (
            "big-chunk",
            answers("Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\n0"),
        ),
        (
            "header",
            vec![Step::Hear, say(OK), Step::Repeat(b"X-A: b\r\n".repeat(500))],
        ),
        (
            "long-line",
            vec![
                Step::Hear,
                say("HTTP/1.1 200 "),
                Step::Repeat(vec![b'a'; 8_192]),
            ],
        ),
        (
            "dripping",
            vec![
                Step::Hear,
                drip(OK, std::time::Duration::from_secs(1)),
                Step::Hold,
            ],
        ),
        ("holds", vec![Step::Hold]),
        ("leaves", Fault::Closes.into()),
        ("trash", vec![Step::Hear, say([0xff; 5_000])]),
        (
            "html",
            answers("", "<html>\u{1b}[31m<script>alert(1)</script>"),
        ),
        (
            "nested",
            answers("", b"\x30\x84\xff\xff\xff\xff".repeat(1_000)),
        ),
        ("deep", answers("", b"\x30\x80".repeat(100_000))),
        ("empty", answers("Content-Length: 0\r\n", b"")),
        ("to-https", redirects("https://127.0.0.1:1/")),
        ("to-file", redirects("file:///etc/passwd")),
        ("to-ansi", redirects("gopher://\u{1b}[31m")),
        ("to-self", redirects("/to-self")),
        (
            "to-nowhere",
            redirects("http://169.254.169.254/latest/meta-data"),
        ),
        (
            "to-longer",
            redirects(&format!("http://127.0.0.1:9/{}", "a".repeat(60_000))),
        ),
    ];
    bombs.push(("to-circle", redirects(&circle)));
    bombs
}

/// Where no fetch goes, and this machine's own ports.
fn places() -> Vec<(&'static str, String)> {
    vec![
        ("at-file", "file:///etc/passwd".into()),
        ("at-ldap", "ldap://127.0.0.1:389/cn=x".into()),
        ("at-metadata", "http://169.254.169.254/latest".into()),
        ("at-decimal", "http://2852039166/latest".into()),
        ("at-mapped", "http://[::ffff:169.254.169.254]/".into()),
        ("at-loopback", "http://127.0.0.1:9/x.crl".into()),
        ("at-user", "http://user:secret@127.0.0.1:9/x.crl".into()),
        ("at-broken", "http://[::1".into()),
        ("at-nothing", "http://".into()),
        (
            "at-long",
            format!("http://127.0.0.1:9/{}", "a".repeat(50_000)),
        ),
    ]
}

/// An audited node whose TLS port is another's distribution point.
fn audited() -> (Faulty, String) {
    let leaf = leaf("audited.acme.test");
    let settings = settings(&leaf, &[], rustls::ALL_VERSIONS);
    let server = Faulty::start(
        Ipv4Addr::LOCALHOST,
        0,
        vec![Step::Tls(settings, vec![Step::Hold])],
    );
    let node = node(server.address);
    (server, node)
}

fn node(address: SocketAddr) -> String {
    format!(
        "[[node]]\nname = \"audited\"\nproduct = \"cucm\"\naddress = \"audited.acme.test\"\n\
         services = [{{ service = \"tomcat\", connect = \"{address}\" }}]"
    )
}

#[test]
fn bombs_behind_urls_cost_their_limits_and_nobody_else() {
    let good = crate::scene::root().list();
    let source = Faulty::start(loopback::address(), 0, answers("", good));
    let url = format!("http://{}/good.crl", source.address);
    let sources = Sources::start();
    let (audited, node) = audited();
    let at_audited = pointing(
        &Entity::new("CA"),
        "at-audited",
        &format!("http://{}/", audited.address),
    );
    let eight: Vec<Vec<u8>> = (0..5_000)
        .map(|n| format!("http://127.0.0.1:9/{n}").into_bytes())
        .collect();
    let eight: Vec<&[u8]> = eight.iter().map(Vec::as_slice).collect();
    let many =
        Entity::new("many").signed_by(&Entity::new("CA"), 1, &[lists_extension(&eight[..1_500])]);
    let tables = "uds = false\n[revocation]\ntimeout = \"3s\"";
    let report = Scene::new("20s", tables, Some(&url))
        .with(sources.cases.clone())
        .with([
            at_audited,
            Case::tls("many-lists", shows(&[many]), Outcome::Examined),
        ])
        .with_node(&node)
        .check(&["--all"]);
    assert_eq!(report.status("audited"), "examined");
    assert_eq!(report.outcomes("good", "revocation-unreachable"), ["pass"]);
    for name in [
        "endless",
        "huge",
        "dripping",
        "to-circle",
        "at-metadata",
        "at-audited",
    ] {
        let outcomes = report.outcomes(name, "revocation-unreachable");
        assert!(outcomes.contains(&"fail"), "{name}: {outcomes:?}");
    }
}

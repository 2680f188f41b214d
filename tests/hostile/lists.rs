//! UDS answers that are no server list but a bomb.

use std::sync::Arc;
use std::time::Duration;

use crate::flight::settings;
use crate::scene::{Case, Outcome, Scene, leaf};
use crate::support::script::{Step, drip, say};

const OK: &str = "HTTP/1.1 200 OK\r\n\r\n";

pub fn cases() -> Vec<Case> {
    let settings = settings(&leaf("uds.acme.test"), &[], rustls::ALL_VERSIONS);
    let answer = |name: &str, mut steps: Vec<Step>| {
        steps.insert(0, Step::HearUntil("\r\n\r\n"));
        let steps = vec![Step::Tls(Arc::clone(&settings), steps)];
        Case::tls(format!("uds-{name}"), steps, Outcome::Examined)
    };
    let body = |name: &str, text: String| answer(name, vec![say(OK), say(text)]);
    let entities = "<!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>\
        <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><servers><server>&c;</server></servers>";
    let server = |name: &str| format!("<server>{name}</server>");
    let hostile = [
        "\u{202e}x",
        "&#27;[31m",
        "=1+1",
        "<![CDATA[<script>]]>",
        "a&#0;b",
        "&lt;b&gt;",
    ];
    let hostile: String = hostile.iter().map(|name| server(name)).collect();
    vec![
        body("deep", format!("<servers>{}", "<a>".repeat(80_000))),
        body("entities", entities.into()),
        answer(
            "endless",
            vec![
                say(OK),
                say("<servers>"),
                Step::Repeat(server("a.test").repeat(500).into()),
            ],
        ),
        body(
            "many",
            format!("<servers>{}</servers>", server("a").repeat(10_000)),
        ),
        body("names", format!("<servers>{hostile}</servers>")),
        body(
            "long",
            format!("<servers>{}</servers>", server(&"a".repeat(200_000))),
        ),
        body("comments", format!("<servers>{}", "<!---->".repeat(30_000))),
        answer("drip", vec![drip(OK, Duration::from_secs(1)), Step::Hold]),
        answer("hold", vec![Step::Hold]),
        answer("garbage", vec![say([0xff; 10_000])]),
        answer(
            "redirect",
            vec![say(
                "HTTP/1.1 301 \u{1b}\r\nLocation: file:///etc/passwd\u{1b}\r\n\r\n",
            )],
        ),
    ]
}

#[test]
fn server_lists_are_taken_within_limits() {
    let scene = Scene::new("3s", "[revocation]\ncheck = \"presence\"", None).with(cases());
    scene.check(&[]);
}

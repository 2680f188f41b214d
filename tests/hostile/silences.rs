//! Servers that hold, drip, flood, or speak something else.

use std::time::Duration;

use crate::cuts::real;
use crate::flight::{records, says, with_body};
use crate::preludes;
use crate::scene::{Case, Outcome, Port, Scene, leaf};
use crate::support::faulty::Fault;
use crate::support::script::{Step, drip, say};

const SECOND: Duration = Duration::from_secs(1);

/// What never ends by itself.
fn slow() -> Vec<Case> {
    let certificate = [leaf("drip.acme.test").der];
    let flight = records(&with_body(&crate::flight::body(&certificate), None));
    let (first, rest) = flight.split_at(200);
    let mut cases = vec![
        Case::tls("hold", Fault::Hangs.into(), Outcome::Silent("")),
        Case::tls("drip", Fault::Drips.into(), Outcome::Silent("")),
        Case::tls(
            "drip-flight",
            vec![Step::Hear, say(first), drip(rest, SECOND)],
            Outcome::Silent(""),
        ),
        Case::tls(
            "hold-flight",
            vec![Step::Hear, say(first), Step::Hold],
            Outcome::Silent(""),
        ),
        Case::tls(
            "whole-hold",
            vec![Step::Hear, say(&flight), Step::Hold],
            Outcome::Examined,
        ),
        Case::tls(
            "empty-records",
            vec![Step::Hear, Step::Repeat(vec![22, 3, 3, 0, 0])],
            Outcome::Silent(""),
        ),
        Case::tls(
            "warnings",
            vec![Step::Hear, Step::Repeat(vec![21, 3, 3, 0, 2, 1, 112])],
            Outcome::Silent(""),
        ),
    ];
    for port in [Port::XmppClient, Port::XmppServer, Port::Imap, Port::Smtp] {
        let named = |what: &str| format!("{what}-{port:?}").to_lowercase();
        let text: String = preludes::dialogue(port)
            .into_iter()
            .map(|turn| turn.1)
            .collect();
        cases.push(Case::new(
            named("hold"),
            port,
            vec![Step::Hold],
            Outcome::Silent(""),
        ));
        let steps = vec![drip(text, SECOND)];
        cases.push(Case::new(named("drip"), port, steps, Outcome::Silent("")));
        let mut steps = preludes::steps(port);
        steps.extend(Vec::from(Fault::Drips));
        cases.push(Case::new(
            named("drip-behind"),
            port,
            steps,
            Outcome::Silent(""),
        ));
    }
    // White space may stand between <proceed/> and TLS, but not for ever.
    let mut steps = preludes::steps(Port::XmppClient);
    steps.push(Step::Repeat(b" \n".repeat(1_000)));
    cases.push(Case::new(
        "blanks",
        Port::XmppClient,
        steps,
        Outcome::Silent(""),
    ));
    cases
}

/// What ends at once.
pub fn quick() -> Vec<Case> {
    let hear = |bytes: Vec<u8>| vec![Step::Hear, Step::Say(bytes)];
    let garbage: Vec<u8> = (1..=251).rev().cycle().take(60_000).collect();
    let mut cases = vec![
        Case::tls("closes", Fault::Closes.into(), Outcome::Silent("")),
        Case::tls(
            "http",
            Fault::PlainHttp.into(),
            Outcome::Silent("HTTP/1.1 400"),
        ),
        Case::tls(
            "http-ansi",
            hear(b"HTTP/1.1 400 \x1b[31m\xe2\x80\xae\r\n\r\n".to_vec()),
            Outcome::Silent(""),
        ),
        Case::tls("garbage", hear(garbage.clone()), Outcome::Silent("")),
        Case::tls(
            "garbage-first",
            vec![Step::Say(garbage)],
            Outcome::Silent(""),
        ),
        Case::tls("zeros", hear(vec![0; 100_000]), Outcome::Silent("")),
        Case::tls(
            "flood",
            vec![Step::Hear, Step::Repeat(vec![0xff; 8_192])],
            Outcome::Silent(""),
        ),
        Case::tls(
            "flood-of-records",
            vec![
                Step::Hear,
                Step::Repeat([&[22, 3, 3, 64, 0], &[2; 0x4000][..]].concat()),
            ],
            Outcome::Silent(""),
        ),
        Case::tls(
            "sslv2",
            hear(vec![0x80, 0x2e, 4, 0, 1, 0, 2]),
            Outcome::Silent(""),
        ),
        Case::tls(
            "hello-request",
            says(&[0, 0, 0, 0].repeat(5_000)),
            Outcome::Silent(""),
        ),
        Case::tls("hello-done", says(&[14, 0, 0, 0]), Outcome::Silent("")),
        Case::tls(
            "unknown-messages",
            says(&[99, 0, 0, 0].repeat(5_000)),
            Outcome::Silent(""),
        ),
    ];
    for alert in [0, 10, 20, 40, 48, 70, 80, 90, 112, 255] {
        let bytes = vec![21, 3, 3, 0, 2, 2, alert];
        cases.push(Case::tls(
            format!("alert-{alert}"),
            hear(bytes),
            Outcome::Silent(""),
        ));
    }
    cases
}

#[test]
fn servers_that_say_nothing_useful_cost_their_deadline_and_no_more() {
    let real = real();
    // In TLS 1.3 the flight is secret, so it is spoiled on its way.
    let spoiled = (0..1_300).step_by(41).map(|place| {
        let steps = vec![Step::Relay {
            server: real[1].1.address,
            most: u64::MAX,
            spoil: Some(place),
        }];
        Case::tls(format!("spoiled-{place}"), steps, Outcome::Either)
    });
    let scene = Scene::new(
        "3s",
        "uds = false\n[revocation]\ncheck = \"presence\"",
        None,
    )
    .with(slow())
    .with(quick())
    .with(preludes::cases())
    .with(spoiled);
    scene.check(&[]);
}

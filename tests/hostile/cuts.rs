//! Servers that go at every byte of the exchange.

use std::net::{Ipv4Addr, SocketAddr};

use rustls::version::{TLS12, TLS13};

use crate::flight::settings;
use crate::preludes::{FEATURES, STREAM, byte_by_byte, cut_after, length, steps, two_packets};
use crate::scene::{Case, Outcome, Port, Scene, leaf, root};
use crate::support::faulty::Faulty;
use crate::support::script::{Step, relay};

/// Bytes between two places; all of them take minutes.
const STEP: usize = 47;

/// Every byte of the headers, then some in each region. A whole flight is some 1,300 bytes.
fn places(step: usize) -> impl Iterator<Item = u64> {
    let places = (0..16).chain((16..1_600).step_by(step));
    places.map(|place| u64::try_from(place).unwrap())
}

/// Real servers of both versions, to be relayed to.
pub fn real() -> [(&'static str, Faulty); 2] {
    [("12", &TLS12), ("13", &TLS13)].map(|(name, version)| {
        let settings = settings(&leaf("cut.acme.test"), &[root().der()], &[version]);
        let steps = vec![Step::Tls(settings, vec![Step::Hold])];
        (name, Faulty::start(Ipv4Addr::LOCALHOST, 0, steps))
    })
}

fn cut(server: SocketAddr, most: u64) -> Step {
    let spoil = None;
    Step::Relay {
        server,
        most,
        spoil,
    }
}

/// Cut in TLS, and in the preludes, at places so far apart.
pub fn cases(real: &[(&str, Faulty)], step: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for (version, server) in real {
        for most in places(step) {
            let name = format!("cut-{version}-{most}");
            let steps = vec![cut(server.address, most)];
            cases.push(Case::tls(name, steps, Outcome::Either));
        }
    }
    for port in [Port::XmppClient, Port::XmppServer, Port::Imap, Port::Smtp] {
        for most in (0..length(port)).step_by(step / 2) {
            let name = format!("cut-{port:?}-{most}").to_lowercase();
            cases.push(Case::new(
                name,
                port,
                cut_after(port, most),
                Outcome::Silent(""),
            ));
        }
    }
    cases
}

#[test]
fn a_server_that_goes_at_any_byte_is_silent_or_seen() {
    let real = real();
    let behind = |number: usize| relay(real[number].1.address);
    let header = STREAM.len() + FEATURES.len();
    let split = (1..header)
        .step_by(9)
        .map(|at| two_packets(at, behind(at % 2)));
    let uncut = real.iter().map(|(version, server)| {
        let name = format!("uncut-{version}");
        Case::tls(name, vec![relay(server.address)], Outcome::Examined)
    });
    let behind_prelude = [Port::XmppServer, Port::Imap, Port::Smtp].map(|port| {
        let mut steps = steps(port);
        steps.push(behind(1));
        let name = format!("uncut-{port:?}").to_lowercase();
        Case::new(name, port, steps, Outcome::Examined)
    });
    let scene = Scene::new(
        "20s",
        "uds = false\n[revocation]\ncheck = \"presence\"",
        None,
    )
    .with(cases(&real, STEP))
    .with(split)
    .with(uncut)
    .with(behind_prelude)
    .with([byte_by_byte(behind(0))]);
    let report = scene.check(&[]);
    // Nothing that was cut in the hello shows a certificate; a flight of TLS 1.2 that was all but whole does.
    for (version, _) in &real {
        assert_ne!(report.status(&format!("cut-{version}-0")), "examined");
        assert_ne!(report.status(&format!("cut-{version}-15")), "examined");
        let last = places(STEP).last().unwrap();
        assert_eq!(report.status(&format!("cut-{version}-{last}")), "examined");
    }
}

//! The probe against servers on loopback: sound ones, odd ones and silent ones.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "probe/connections.rs"]
mod connections;
#[path = "probe/handshakes.rs"]
mod handshakes;
#[path = "probe/limits.rs"]
mod limits;
#[path = "probe/pki.rs"]
mod pki;
#[path = "probe/preludes.rs"]
mod preludes;
#[path = "probe/resolution.rs"]
mod resolution;
#[path = "probe/servers.rs"]
mod servers;
#[path = "probe/silences.rs"]
mod silences;

use std::net::SocketAddr;
use std::time::Duration;

use certaudit::catalog::Transport;
use certaudit::evidence::{Evidence, Observation, Presentation, Silence};
use certaudit::probe::{About, Limits, Route, Target, run};

/// A target at that address, by the names of the tests' deployment.
fn target(address: SocketAddr, transport: Transport) -> Target {
    Target {
        node: "cucm".into(),
        service: "tomcat",
        port: address.port(),
        address: "cucm.acme.test".into(),
        connect: Route::Socket(address),
        transport,
        xmpp_domain: "acme.test".into(),
    }
}

/// Patient enough for a busy machine.
fn limits() -> Limits {
    Limits {
        timeout: Duration::from_secs(5),
        concurrency: 64,
        per_node: 4,
        client_certificate: None,
        dns_server: None,
    }
}

/// Limits for servers that are to run into them.
fn hasty() -> Limits {
    Limits {
        timeout: Duration::from_millis(300),
        ..limits()
    }
}

fn about() -> About {
    About {
        deployment: "ACME".into(),
        collected_at: "2026-11-21T19:00:00Z".into(),
    }
}

async fn probe_all(targets: &[Target], limits: &Limits) -> Evidence {
    let evidence = run(
        targets,
        limits,
        about(),
        &mut |_| {},
        std::future::pending(),
    )
    .await;
    let again = Evidence::read(&evidence.write().unwrap()).unwrap();
    assert_eq!(again, evidence, "the evidence reads back as it was written");
    evidence
}

async fn probe(target: Target, limits: &Limits) -> Observation {
    let mut evidence = probe_all(&[target], limits).await;
    assert_eq!(evidence.observations.len(), 1);
    evidence.observations.remove(0)
}

async fn probe_tls(address: SocketAddr, limits: &Limits) -> Observation {
    probe(target(address, Transport::Tls), limits).await
}

/// The one presentation of an observation.
fn only(observation: &Observation) -> &Presentation {
    assert_eq!(observation.silence, None);
    match observation.presentations.as_slice() {
        [one] => one,
        other => panic!("one presentation expected: {other:#?}"),
    }
}

fn silence(observation: Observation) -> Silence {
    assert_eq!(observation.presentations, []);
    observation.silence.unwrap()
}

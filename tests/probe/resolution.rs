//! Names and their addresses.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use certaudit::catalog::Transport;
use certaudit::evidence::{Silence, Step};
use certaudit::probe::{Limits, Route, Target};
use rustls::version::TLS12;
use tokio_rustls::TlsAcceptor;

use super::pki::Authority;
use super::servers::{Asks, dns, serve_at, settings, shake, tls};
use super::{hasty, limits, only, probe, probe_all, silence, target};

fn named(name: &str, port: u16) -> Target {
    Target {
        connect: Route::Name(name.into()),
        ..target(SocketAddr::from(([127, 0, 0, 1], port)), Transport::Tls)
    }
}

#[tokio::test]
async fn localhost_needs_no_network() {
    let identity = Authority::new("ACME CA").ecdsa();
    let address = tls(settings(&[&identity], &TLS12, Asks::Nothing)).await;
    let seen = probe(named("localhost", address.port()), &limits()).await;
    assert_eq!(only(&seen).chain, identity.digests());
    assert_eq!(seen.address, Some(address.to_string()));
}

#[tokio::test]
async fn the_next_address_is_tried() {
    let identity = Authority::new("ACME CA").ecdsa();
    let acceptor = TlsAcceptor::from(Arc::new(settings(&[&identity], &TLS12, Asks::Nothing)));
    let answer = move |stream| shake(acceptor.clone(), stream);
    let Ok(address) = serve_at("127.0.0.3:0", answer).await else {
        return; // Only Linux has all of 127.0.0.0/8.
    };
    let server = dns(|_| Some((0, vec![[127, 0, 0, 2], [127, 0, 0, 3]]))).await;
    let limits = Limits {
        dns_server: Some(server),
        ..limits()
    };
    let seen = probe(named("cucm.acme.test", address.port()), &limits).await;
    assert_eq!(only(&seen).chain, identity.digests());
    assert_eq!(seen.address, Some(address.to_string()));
}

#[tokio::test]
async fn the_ways_not_to_resolve_are_told_apart() {
    let server = dns(|name| match name {
        "unknown.acme.test" => Some((3, Vec::new())),
        "empty.acme.test" => Some((0, Vec::new())),
        "broken.acme.test" => Some((2, Vec::new())),
        "refused.acme.test" => Some((5, Vec::new())),
        _ => None,
    })
    .await;
    let limits = Limits {
        dns_server: Some(server),
        ..hasty()
    };
    for (name, word) in [
        ("unknown.acme.test", "NXDOMAIN"),
        ("empty.acme.test", "no address"),
        ("broken.acme.test", "SERVFAIL"),
        ("refused.acme.test", "REFUSED"),
    ] {
        match silence(probe(named(name, 443), &limits).await) {
            Silence::Unresolved { reason } => assert!(reason.contains(word), "{name}: {reason}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let (step, after_ms) = (Step::Resolve, 300);
    assert_eq!(
        silence(probe(named("silent.acme.test", 443), &limits).await),
        Silence::TimedOut { step, after_ms }
    );
}

#[tokio::test]
async fn a_name_is_looked_up_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let server = dns(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        Some((3, Vec::new()))
    })
    .await;
    let limits = Limits {
        dns_server: Some(server),
        ..limits()
    };
    let targets: Vec<Target> = (1..30).map(|port| named("CUCM.acme.test", port)).collect();
    probe_all(&targets, &limits).await;
    let asked = asked.load(Ordering::SeqCst);
    assert!(asked <= 2, "A and AAAA, once: {asked}");
}

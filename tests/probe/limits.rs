//! How many connections there are at once, and what an interrupted run leaves.

use std::sync::Arc;
use std::time::Duration;

use certaudit::catalog::Transport;
use certaudit::evidence::Silence;
use certaudit::probe::{Limits, Target, run};
use rustls::version::TLS12;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::pki::Authority;
use super::servers::{Asks, Crowd, serve, settings, shake, tls};
use super::{about, limits, probe_all, target};

/// A slow TLS server that counts its clients.
async fn counting(crowd: &Arc<Crowd>) -> std::net::SocketAddr {
    let identity = Authority::new("ACME CA").ecdsa();
    let acceptor = TlsAcceptor::from(Arc::new(settings(&[&identity], &TLS12, Asks::Nothing)));
    let crowd = Arc::clone(crowd);
    serve(move |stream| {
        let (acceptor, crowd) = (acceptor.clone(), Arc::clone(&crowd));
        async move {
            crowd.enter();
            sleep(Duration::from_millis(20)).await;
            shake(acceptor, stream).await;
            crowd.leave();
        }
    })
    .await
}

#[tokio::test]
async fn a_node_never_has_more_connections_than_its_limit() {
    let crowd = Arc::new(Crowd::default());
    let address = counting(&crowd).await;
    let targets = vec![target(address, Transport::Tls); 20];
    let limits = Limits {
        per_node: 3,
        ..limits()
    };
    let evidence = probe_all(&targets, &limits).await;
    assert!(
        evidence
            .observations
            .iter()
            .all(|seen| seen.silence.is_none())
    );
    assert_eq!(crowd.most(), 3);
    assert_eq!(crowd.all(), 40, "one connection, and one for the twin");
}

#[tokio::test]
async fn all_nodes_together_have_no_more_connections_than_the_limit() {
    let crowd = Arc::new(Crowd::default());
    let address = counting(&crowd).await;
    let targets: Vec<Target> = (0..20)
        .map(|number| Target {
            node: format!("node{number}"),
            ..target(address, Transport::Tls)
        })
        .collect();
    let limits = Limits {
        concurrency: 5,
        ..limits()
    };
    probe_all(&targets, &limits).await;
    assert_eq!(crowd.most(), 5);
}

#[tokio::test]
async fn a_node_that_hangs_does_not_hold_up_the_others() {
    let identity = Authority::new("ACME CA").ecdsa();
    let hanging = serve(|stream| async move {
        sleep(Duration::from_secs(60)).await;
        drop(stream);
    })
    .await;
    let sound = tls(settings(&[&identity], &TLS12, Asks::Nothing)).await;
    let mut targets = vec![target(hanging, Transport::Tls); 20];
    targets.push(Target {
        node: "sound".into(),
        ..target(sound, Transport::Tls)
    });
    let limits = Limits {
        concurrency: 5,
        ..limits()
    };
    let mut finished = Vec::new();
    let evidence = run(
        &targets,
        &limits,
        about(),
        &mut |seen| finished.push(seen.node.clone()),
        sleep(Duration::from_secs(2)),
    )
    .await;
    assert_eq!(finished, ["sound"]);
    assert!(!evidence.complete);
    assert_eq!(evidence.observations.len(), 21);
    assert_eq!(evidence.observations[20].presentations.len(), 1);
    for seen in &evidence.observations[..20] {
        assert_eq!(seen.silence, Some(Silence::Interrupted));
    }
}

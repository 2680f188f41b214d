//! STARTTLS over a real connection.

use std::sync::Arc;

use certaudit::catalog::Transport;
use certaudit::evidence::Silence;
use rustls::version::{TLS12, TLS13};
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::TlsAcceptor;

use super::pki::Authority;
use super::servers::{Asks, read_until, serve, settings, shake, tls, xmpp};
use super::{limits, only, probe, silence, target};

const HEADER: &str = "<?xml version='1.0'?><stream:stream id='1' version='1.0' \
    xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

#[tokio::test]
async fn xmpp_features_may_come_in_pieces() {
    let identity = Authority::new("ACME CA").ecdsa();
    let pieces = &[
        HEADER,
        " \n<!-- hello --><stream:fea",
        "tures><starttls xmlns='urn:ietf:params:xml:ns:xmpp-",
        "tls'/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/",
        "></stream:features>",
    ];
    let address = xmpp(settings(&[&identity], &TLS13, Asks::Nothing), pieces).await;
    for transport in [Transport::XmppClient, Transport::XmppServer] {
        let seen = probe(target(address, transport), &limits()).await;
        assert_eq!(only(&seen).chain, identity.digests());
    }
}

#[tokio::test]
async fn xmpp_without_starttls_says_what_is_offered() {
    let address = serve(|mut stream| async move {
        let features = "<stream:features><mechanisms/><register/></stream:features>";
        stream.write_all(HEADER.as_bytes()).await.unwrap();
        stream.write_all(features.as_bytes()).await.unwrap();
        assert!(
            read_until(&mut stream, "</stream:stream>")
                .await
                .contains("to='acme.test'")
        );
    })
    .await;
    let seen = probe(target(address, Transport::XmppClient), &limits()).await;
    let offered = "mechanisms, register".to_owned();
    assert_eq!(silence(seen), Silence::NoStartTls { offered });
}

#[tokio::test]
async fn a_tls_server_on_the_xmpp_port_is_recognised() {
    let identity = Authority::new("ACME CA").ecdsa();
    let address = tls(settings(&[&identity], &TLS12, Asks::Nothing)).await;
    let seen = probe(target(address, Transport::XmppClient), &limits()).await;
    let Silence::PreludeGarbled { reason } = silence(seen) else {
        panic!("garbled");
    };
    assert!(reason.contains("TLS from the first byte"), "{reason}");
}

#[tokio::test]
async fn smtp_and_imap_start_tls() {
    let scripts: [(Transport, &[(&str, &str)]); 2] = [
        (
            Transport::Smtp,
            &[
                ("", "220 unity ESMTP\r\n"),
                ("EHLO [127.0.0.1]\r\n", "250-unity\r\n250 STARTTLS\r\n"),
                ("STARTTLS\r\n", "220 go\r\n"),
            ],
        ),
        (
            Transport::Imap,
            &[
                ("", "* OK unity\r\n"),
                (
                    "a1 CAPABILITY\r\n",
                    "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n",
                ),
                ("a2 STARTTLS\r\n", "a2 OK\r\n"),
            ],
        ),
    ];
    let identity = Authority::new("ACME CA").ecdsa();
    for (transport, script) in scripts {
        let config = Arc::new(settings(&[&identity], &TLS12, Asks::Nothing));
        let address = serve(move |mut stream| {
            let acceptor = TlsAcceptor::from(Arc::clone(&config));
            async move {
                for (heard, said) in script {
                    assert_eq!(read_until(&mut stream, heard).await, *heard);
                    stream.write_all(said.as_bytes()).await.unwrap();
                }
                shake(acceptor, stream).await;
            }
        })
        .await;
        let seen = probe(target(address, transport), &limits()).await;
        assert_eq!(only(&seen).chain, identity.digests(), "{transport:?}");
    }
}

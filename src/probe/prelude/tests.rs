//! Conversations with random damage: each ends, and what is told of it can be shown.

use super::*;
use crate::certificate::testing::damage;
use crate::text::is_unfit;

const CASES: u32 = 2_000;

const XMPP: &[&str] = &[
    "<?xml version='1.0'?><stream:stream id='1' from='acme.test' version='1.0' xmlns='jabber:client' \
     xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>\
     <required/></starttls><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>\
     </stream:features><proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:error>\
     <host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>\
     &lt;no such&#x20;host&gt;</text></stream:error></stream:stream>",
];
const IMAP: &str =
    "* OK ready\r\n* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\na2 OK begin\r\n";
const SMTP: &str =
    "220 cuc1.acme.test ESMTP\r\n250-cuc1.acme.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n220 go\r\n";

/// Plays the damaged conversations to one of the three.
fn each_ends(seeds: &[&str], play: &impl AsyncFn(&[u8]) -> Result<(), Silence>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let Ok(runtime) = runtime else { return };
    let whole = seeds
        .iter()
        .filter(|seed| runtime.block_on(play(seed.as_bytes())).is_ok());
    assert_eq!(whole.count(), 1, "one of the seeds is a good conversation");
    let seeds: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    damage(CASES, &seeds, |_, said| {
        if let Err(silence) = runtime.block_on(play(said)) {
            let shown = silence.to_string();
            assert!(!shown.contains(is_unfit), "{shown:?}");
            assert!(shown.len() < 4096, "{} bytes", shown.len());
        }
    });
}

#[test]
fn xmpp_ends_whatever_is_said() {
    each_ends(XMPP, &async |said: &[u8]| {
        xmpp::start(said, Vec::new(), "jabber:client", "acme.test").await
    });
}

#[test]
fn imap_ends_whatever_is_said() {
    each_ends(&[IMAP], &async |said: &[u8]| {
        imap::start(said, Vec::new()).await
    });
}

#[test]
fn smtp_ends_whatever_is_said() {
    each_ends(&[SMTP], &async |said: &[u8]| {
        smtp::start(said, Vec::new(), None).await
    });
}

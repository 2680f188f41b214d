//! Conversations with well-behaved and odd XMPP servers, without a network.

use super::*;

const HEADER: &str = "<?xml version='1.0'?><stream:stream id='1' from='acme.test' version='1.0' \
    xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const STARTTLS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// What becomes of a conversation in which the server says this and then closes.
async fn after(text: &str) -> Result<(), Silence> {
    start(text.as_bytes(), Vec::new(), "jabber:client", "acme.test").await
}

fn with_features(features: &str) -> String {
    format!("{HEADER}<stream:features>{features}</stream:features>{PROCEED}")
}

fn reason(result: Result<(), Silence>) -> String {
    match result {
        Err(Silence::PreludeGarbled { reason } | Silence::PreludeRefused { reason }) => reason,
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn the_stream_is_opened_to_the_domain_and_tls_asked_for() {
    let mut sent = Vec::new();
    let answer = with_features(STARTTLS);
    let started = start(answer.as_bytes(), &mut sent, "jabber:server", "a&b.test").await;
    assert_eq!(started, Ok(()));
    assert_eq!(
        String::from_utf8_lossy(&sent),
        "<?xml version='1.0'?><stream:stream to='a&amp;b.test' xmlns='jabber:server' \
         xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>\
         <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    );
}

#[tokio::test]
async fn packets_may_end_at_every_byte() {
    let text = format!("{}\n", with_features(STARTTLS));
    for place in 0..text.len() {
        let (first, second) = text.as_bytes().split_at(place);
        let read = tokio::io::AsyncReadExt::chain(first, second);
        let started = start(read, Vec::new(), "jabber:client", "acme.test").await;
        assert_eq!(started, Ok(()), "split at {place}");
    }
}

#[tokio::test]
async fn prefixes_quotes_comments_and_blanks_do_not_matter() {
    let text = "\r\n<?xml version=\"1.0\"?><!-- a > b --><s:stream version=\"1.0\" \
         xmlns:s=\"http://etherx.jabber.org/streams\">\n <?target <x> ?><s:features >\n\
         <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN &amp; \
         more</mechanism></mechanisms><!-- <starttls/> --><t:starttls \
         xmlns:t = 'urn:ietf:params:xml:ns:xmpp-tls' />\n</s:features >\n\
         <t:proceed xmlns:t='urn:ietf:params:xml:ns:xmpp-tls'></t:proceed>\n";
    assert_eq!(after(text).await, Ok(()));
}

#[tokio::test]
async fn starttls_counts_only_in_its_namespace_and_among_the_features() {
    let features = "<starttls/><register xmlns='urn:x'>\
         <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></register><!-- x -->";
    let offered = "starttls, register".to_owned();
    assert_eq!(
        after(&with_features(features)).await,
        Err(Silence::NoStartTls { offered })
    );
    let offered = "nothing".to_owned();
    let none = after(&format!("{HEADER}<stream:features/>")).await;
    assert_eq!(none, Err(Silence::NoStartTls { offered }));
}

#[tokio::test]
async fn a_stream_error_is_a_refusal_with_its_condition() {
    let condition = "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>";
    let text =
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>not &lt;me&gt;</text>";
    let bare = format!("{HEADER}<stream:error>{condition}</stream:error></stream:stream>");
    assert_eq!(reason(after(&bare).await), "host-unknown");
    let told = format!("{HEADER}<stream:error>{text}{condition}</stream:error>");
    assert_eq!(reason(after(&told).await), "host-unknown: not <me>");
    let failure = format!(
        "{HEADER}<stream:features>{STARTTLS}</stream:features>\
         <failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    );
    assert!(reason(after(&failure).await).contains("<failure/>"));
}

#[tokio::test]
async fn a_stream_without_a_version_offers_nothing() {
    let text = HEADER
        .replace(" version='1.0'?", "?")
        .replace(" version='1.0'", "");
    let (mut server, client) = tokio::io::duplex(4096);
    let sent = send(&mut server, text.as_bytes()).await;
    assert_eq!(sent, Ok(()));
    let started = start(client, Vec::new(), "jabber:client", "acme.test").await;
    assert!(matches!(started, Err(Silence::NoStartTls { offered }) if offered.contains("1.0")));
}

#[tokio::test]
async fn what_is_no_xmpp_is_said() {
    let tls = start(
        &b"\x15\x03\x01\x00\x02\x02\x0a"[..],
        Vec::new(),
        "jabber:client",
        "acme.test",
    );
    assert!(reason(tls.await).contains("TLS from the first byte"));
    let http = after("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert!(reason(http).contains("HTTP, not XMPP: HTTP/1.1 400 Bad Request"));
    assert!(reason(after("220 mail ESMTP\r\n").await).contains("220 mail ESMTP"));
    assert!(reason(after("<!DOCTYPE html><html>").await).contains("document type"));
    assert!(reason(after("<html><body>").await).contains("<html>"));
    assert!(reason(after("<a\u{1b}[2J>").await).contains("<a\\x1b[2J>"));
    assert!(reason(after(&format!("{HEADER}<stream:features></x>")).await).contains("broken"));
}

#[tokio::test]
async fn entities_are_never_expanded() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a 'aaaa'>]><s>&a;</s>";
    assert!(reason(after(bomb).await).contains("document type"));
    let undefined = with_features("<x>&a;</x>");
    assert!(reason(after(&undefined).await).contains("entity &a;"));
}

#[tokio::test]
async fn endless_answers_are_cut() {
    let long = |piece: &str| format!("{HEADER}<stream:features>{}", piece.repeat(70_000));
    for piece in ["<a/>", "a", "<!-- -->"] {
        let cut = reason(after(&long(piece)).await);
        assert!(cut.contains("more than 65536 bytes"), "{piece}: {cut}");
    }
    assert!(
        reason(after(&format!("{HEADER}<a b='{}", "c".repeat(70_000))).await).contains("more than")
    );
    assert!(reason(after(&long("<a>")).await).contains("nested"));
}

#[tokio::test]
async fn an_early_end_is_an_end() {
    let text = with_features(STARTTLS);
    for length in 0..text.len() {
        let closed = Silence::Closed {
            step: crate::evidence::Step::Prelude,
        };
        assert_eq!(after(&text[..length]).await, Err(closed), "{length} bytes");
    }
    assert!(after(&format!("{HEADER}</stream:stream>")).await.is_err());
}

#[tokio::test]
async fn plain_text_behind_the_agreement_is_not_taken_for_tls() {
    let text = with_features(STARTTLS) + "<stream:features/>";
    assert!(reason(after(&text).await).contains("went on in plain text"));
}

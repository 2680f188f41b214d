//! An old server's flight, cut at every place, and bytes that make no sense.

use super::*;

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or_default().to_be_bytes();
    [&[kind], &length[1..], body].concat()
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap_or_default().to_be_bytes();
    [&[kind, 3, 1], &length[..], body].concat()
}

/// ServerHello (TLS 1.0, RSA with AES-128), two certificates, a request that names one CA, the end.
fn flight() -> Vec<u8> {
    let hello = [&[3, 1][..], &[7; 32], &[0, 0x00, 0x2f, 0]].concat();
    let chain = [0, 0, 9, 0, 0, 2, 1, 2, 0, 0, 1, 3];
    let request = [1, 1, 0, 4, 0, 2, 0x30, 0x00];
    [
        message(2, &hello),
        message(11, &chain),
        message(13, &request),
        message(14, &[]),
    ]
    .concat()
}

/// What is understood of bytes that come in two pieces.
fn heard(first: &[u8], second: &[u8]) -> Result<(Server, bool), Stop> {
    let (mut incoming, mut server) = (Incoming::default(), Server::default());
    let mut done = false;
    for piece in [first, second] {
        incoming.add(piece)?;
        while let Some((kind, body)) = incoming.next() {
            done |= server.hear(kind, &body);
        }
    }
    Ok((server, done))
}

#[test]
fn a_flight_may_be_cut_anywhere() {
    let flight = flight();
    for in_record in 0..flight.len() {
        let (first, second) = flight.split_at(in_record);
        let bytes = [record(22, first), record(22, second)].concat();
        for in_packet in 0..bytes.len() {
            let (first, second) = bytes.split_at(in_packet);
            let (server, done) = heard(first, second).unwrap_or_default();
            assert!(done, "cut at {in_record} and {in_packet}");
            assert_eq!(server.seen.chain, [vec![1, 2], vec![3]]);
            let authorities = server.seen.request.map(|request| request.authorities);
            assert_eq!(authorities, Some(vec![vec![0x30, 0x00]]));
        }
    }
}

#[test]
fn version_and_cipher_are_named() {
    let (server, _) = heard(&record(22, &flight()), &[]).unwrap_or_default();
    let negotiated = server.negotiated();
    assert_eq!(negotiated.version, Some(ProtocolVersion::TLSv1_0));
    let cipher = Some("TLS_RSA_WITH_AES_128_CBC_SHA");
    assert_eq!(negotiated.cipher.as_deref(), cipher);
}

#[test]
fn a_warning_is_passed_over_and_a_fatal_alert_is_the_end() {
    let (server, done) = heard(&record(21, &[1, 112]), &record(22, &flight())).unwrap_or_default();
    assert!(done && server.seen.chain.len() == 2);
    let fatal = heard(&record(21, &[2, 40]), &[]);
    let alert = Error::AlertReceived(AlertDescription::HandshakeFailure);
    assert_eq!(fatal.err(), Some(Stop::Tls(alert)));
}

#[test]
fn nonsense_is_an_end_and_never_a_panic() {
    assert!(heard(b"HTTP/1.1 400", b" Bad Request\r\n").is_err());
    assert!(heard(&[22, 3, 1, 0xff, 0xff], &[]).is_err());
    let flight = flight();
    for place in 0..flight.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut broken = flight.clone();
            broken[place] = value;
            let _ = heard(&record(22, &broken), &[]);
            let _ = heard(&broken, &[]);
        }
    }
}

#[test]
fn a_damaged_flight_is_understood_or_refused() {
    let whole = record(22, &flight());
    crate::certificate::testing::damage(5_000, &[whole], |_, bytes| {
        let (first, second) = bytes.split_at(bytes.len() / 2);
        if let Ok((server, _)) = heard(first, second) {
            let shown: usize = server.seen.chain.iter().map(Vec::len).sum();
            assert!(shown <= bytes.len());
            let _ = server.negotiated();
        }
    });
}

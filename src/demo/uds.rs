//! What the demo's CUCM servers answer over HTTP: their server list and version, nothing else.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The subscriber was added last month, by its host name, as the installer proposes.
const SERVERS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
    <servers version=\"14.0.1\" uri=\"https://cucm-pub.acme.test:8443/cucm-uds/servers\">\
    <server>cucm-pub.acme.test</server><server>cucm-sub</server></servers>";
const VERSION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
    <versionInformation uri=\"https://cucm-pub.acme.test:8443/cucm-uds/version\" version=\"14.0.1\">\
    <version>14.0.1</version></versionInformation>";

/// Answers one request, if one comes. A probe says good-bye without a word.
pub(super) async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    let head = head(stream).await?;
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match path {
        "" => return Ok(()),
        "/cucm-uds/servers" => ("200 OK", SERVERS),
        "/cucm-uds/version" => ("200 OK", VERSION),
        _ => ("404 Not Found", ""),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).await
}

/// A request up to its empty line, or what came of it.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    const MOST: usize = 8192;
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") && seen.len() < MOST {
        match stream.read_u8().await {
            Ok(byte) => seen.push(byte),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    Ok(String::from_utf8_lossy(&seen).into_owned())
}

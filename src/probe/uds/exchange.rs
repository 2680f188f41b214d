//! One request to UDS: TLS as the probe speaks it, HTTP/1.1 within.

use std::sync::Arc;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Duration, timeout};
use tokio_rustls::TlsConnector;

use crate::probe::handshake::{Ask, config};
use crate::probe::http::{AGENT, Answer, speak};
use crate::probe::provider::Offer;
use crate::probe::recorder::Recorder;
use crate::probe::stop::Stop;
use crate::probe::visit::server_name;
use crate::probe::wire::Wire;
use crate::probe::{Limits, Target, words};

/// Bytes taken of an answer. A server takes about 40; the largest clusters have some 20 nodes.
const MOST: usize = 256 * 1024;

/// Shakes hands as the probe does, asks, and says good-bye.
pub(super) async fn talk(
    limits: &Limits,
    target: &Target,
    wire: &mut Wire,
    path: &str,
) -> Result<Answer, String> {
    // A server that does not take our last bytes is left alone.
    const PATIENCE: Duration = Duration::from_millis(200);
    let ask = Ask {
        name: server_name(target, wire.peer),
        offer: Offer::Any,
        certificate: limits.client_certificate.clone(),
        deadline: limits.timeout,
    };
    let recorder = Arc::new(Recorder::new(ask.offer.schemes(), ask.certificate.clone()));
    let config = config(&ask, &recorder).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::new(config));
    let handshake = connector.connect(ask.name.clone(), wire.stream());
    let mut tls = handshake
        .await
        .map_err(|error| in_handshake(&error, &ask))?;
    let answer = speak(&mut tls, request(target, path)?, MOST, |_| Ok(())).await;
    let _ = timeout(PATIENCE, tls.shutdown()).await;
    answer.map_err(|fault| fault.reason)
}

/// What went wrong in the handshake, in the words of the probe.
fn in_handshake(error: &std::io::Error, ask: &Ask) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    let inner: Option<&rustls::Error> = inner;
    match inner {
        Some(error) => Stop::Tls(error.clone())
            .silence(&[], ask.deadline)
            .to_string(),
        None => format!("the TLS handshake failed: {}", words::system(error)),
    }
}

fn request(target: &Target, path: &str) -> Result<Request<Full<Bytes>>, String> {
    let host = if target.address.contains(':') {
        format!("[{}]:{}", target.address, target.port)
    } else {
        format!("{}:{}", target.address, target.port)
    };
    let host = HeaderValue::from_str(&host).map_err(|error| error.to_string())?;
    let mut request = Request::new(Full::default());
    *request.uri_mut() = path
        .parse()
        .map_err(|error: hyper::http::uri::InvalidUri| error.to_string())?;
    let headers = request.headers_mut();
    headers.insert(header::HOST, host);
    headers.insert(header::USER_AGENT, AGENT);
    let accepted = HeaderValue::from_static("application/xml, text/xml, */*;q=0.5");
    headers.insert(header::ACCEPT, accepted);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

/// The body of a good answer.
pub(super) fn body(answer: Answer) -> Result<Vec<u8>, String> {
    match (answer.status, &answer.location) {
        (200, _) => Ok(answer.body),
        (status, Some(place)) => Err(format!(
            "the server redirects (status {status}) to {}",
            words::printable(place)
        )),
        (404, None) => Err("the server has no UDS there (status 404)".to_owned()),
        (status, None) => Err(format!("the server answered with status {status}")),
    }
}

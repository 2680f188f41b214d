//! One HTTP exchange: resolve, connect, ask, take the answer.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use url::Host;

use super::address::Address;
use super::context::Context;
use super::failure::Failure;
use super::proxy::ProxyServer;
use super::trail::Question;
use crate::evidence::FetchStep;
use crate::probe::wire::Wire;
use crate::probe::{connect, words};

/// Bytes of a status line and header fields; Apache's and nginx' own limits are 8 KiB.
const MOST_HEADER: usize = 64 * 1024;
/// Status 407: the proxy wants to know who asks.
const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;

/// An HTTP answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    /// Where it redirects to; then the body is not read.
    pub(super) location: Option<Vec<u8>>,
    pub(super) body: Vec<u8>,
}

/// Asks one server, straight or through a proxy.
pub(super) async fn ask(context: &Context, question: &Question<'_>) -> Result<Answer, Failure> {
    let address = question.address;
    let host = address.host()?;
    let Some(proxy) = context.limits.proxy.server_for(&host, address.port()) else {
        let mut wire = reach(context, &host, address.port(), question.end).await?;
        return exchange(context, &mut wire, question, None).await;
    };
    let proxy_host = match &proxy.host {
        Host::Domain(name) => Host::Domain(name.as_str()),
        Host::Ipv4(ip) => Host::Ipv4(*ip),
        Host::Ipv6(ip) => Host::Ipv6(*ip),
    };
    let wire = reach(context, &proxy_host, proxy.port, question.end).await;
    let mut wire = wire.map_err(|failure| failure.at_proxy(&proxy.authority()))?;
    let answer = exchange(context, &mut wire, question, Some(proxy)).await?;
    if answer.status == PROXY_AUTHENTICATION_REQUIRED {
        let failure = Failure::new(FetchStep::Connect, "it wants credentials (status 407)");
        return Err(failure.at_proxy(&proxy.authority()));
    }
    Ok(answer)
}

/// A connection to a host.
async fn reach(
    context: &Context,
    host: &Host<&str>,
    port: u16,
    end: Instant,
) -> Result<Wire, Failure> {
    let deadline = context.limits.timeout;
    let addresses = match host {
        Host::Ipv4(ip) => vec![IpAddr::V4(*ip)],
        Host::Ipv6(ip) => vec![IpAddr::V6(*ip)],
        Host::Domain(name) => timeout_at(end, context.names.addresses(name))
            .await
            .map_err(|_| Failure::late(deadline, "while resolving the name"))?
            .map_err(|silence| Failure::of(&silence, None, deadline))?,
    };
    let sockets: Vec<SocketAddr> = addresses
        .into_iter()
        .filter(|ip| !is_link_local(*ip))
        .map(|ip| SocketAddr::new(ip, port))
        .collect();
    let left = end.saturating_duration_since(Instant::now());
    match connect::connect(&sockets, left).await {
        Ok(wire) => Ok(wire),
        Err(Some((peer, silence))) => Err(Failure::of(&silence, Some(peer), deadline)),
        Err(None) => Err(Failure::new(FetchStep::Connect, LINK_LOCAL)),
    }
}

const LINK_LOCAL: &str = "its address is link-local, and such are not fetched from";

/// Where clouds keep the secrets of a machine (169.254.169.254), and no CA its lists: not for URLs of strangers.
fn is_link_local(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

async fn exchange(
    context: &Context,
    wire: &mut Wire,
    question: &Question<'_>,
    proxy: Option<&ProxyServer>,
) -> Result<Answer, Failure> {
    let request = request(question, proxy)?;
    let speak = speak(context, wire.stream(), request, question.most);
    match timeout_at(question.end, speak).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure::late(
            context.limits.timeout,
            "though the server was connected",
        )),
    }
}

fn request(
    question: &Question<'_>,
    proxy: Option<&ProxyServer>,
) -> Result<Request<Full<Bytes>>, Failure> {
    let address: &Address = question.address;
    let mut request = Request::new(Full::from(question.body.unwrap_or_default().to_vec()));
    *request.uri_mut() = address.target(proxy.is_some())?;
    let host = HeaderValue::from_str(address.authority())
        .map_err(|error| Failure::new(FetchStep::Url, error.to_string()))?;
    let agent = concat!("certaudit/", env!("CARGO_PKG_VERSION"));
    let headers = request.headers_mut();
    headers.insert(header::HOST, host);
    headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    if let Some(authorization) = proxy.and_then(|proxy| proxy.authorization.clone()) {
        headers.insert(header::PROXY_AUTHORIZATION, authorization);
    }
    if question.body.is_some() {
        let kind = HeaderValue::from_static("application/ocsp-request");
        headers.insert(header::CONTENT_TYPE, kind);
        *request.method_mut() = hyper::Method::POST;
    }
    Ok(request)
}

/// Speaks HTTP/1.1 on a connection. The connection is driven here, so that it ends with this future.
async fn speak(
    context: &Context,
    stream: &mut TcpStream,
    request: Request<Full<Bytes>>,
    most: usize,
) -> Result<Answer, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_HEADER)
        .max_header_size(MOST_HEADER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broken(&error))?;
    let mut connection = pin!(connection);
    let mut answer = pin!(async {
        let head = sender.send_request(request).await;
        take(context, head.map_err(|error| broken(&error))?, most).await
    });
    tokio::select! {
        biased;
        taken = &mut answer => return taken,
        _ = &mut connection => {} // Its error, if any, reaches the answer as well.
    }
    answer.await
}

async fn take(
    context: &Context,
    response: Response<Incoming>,
    most: usize,
) -> Result<Answer, Failure> {
    let (head, body) = response.into_parts();
    let field = |name| head.headers.get(name).map(HeaderValue::as_bytes);
    let redirects = matches!(head.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let mut answer = Answer {
        status: head.status.as_u16(),
        content_type: field(header::CONTENT_TYPE).map(words::printable),
        location: field(header::LOCATION)
            .filter(|_| redirects)
            .map(<[u8]>::to_vec),
        body: Vec::new(),
    };
    if answer.location.is_none() {
        let bytes = collect(body, most).await?;
        context.keep(bytes.len())?;
        answer.body = bytes.into();
    }
    Ok(answer)
}

async fn collect(body: Incoming, most: usize) -> Result<Bytes, Failure> {
    let too_large = || {
        let reason = format!("the answer is larger than {most} bytes");
        Failure::new(FetchStep::Size, reason)
    };
    if body.size_hint().lower() > most as u64 {
        return Err(too_large());
    }
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => Err(match error.downcast_ref::<hyper::Error>() {
            Some(error) => broken(error),
            None => Failure::new(FetchStep::Request, error.to_string()),
        }),
    }
}

/// How hyper says that a header is larger than its buffer or has over 100 fields; in a client it has no other word for it.
const TOO_LARGE: &str = "message head is too large";

const BROKEN_OFF: &str = "the server closed the connection before the answer was whole";

/// What went wrong on a connection, in words.
fn broken(error: &hyper::Error) -> Failure {
    let reason = if error.is_parse() && error.to_string() == TOO_LARGE {
        "the header of the answer is too large".to_owned()
    } else if error.is_parse() {
        "the answer is not HTTP".to_owned()
    } else if error.is_incomplete_message() {
        BROKEN_OFF.to_owned()
    } else {
        cause(error)
    };
    Failure::new(FetchStep::Request, reason)
}

/// The innermost reason, which says most.
fn cause(error: &hyper::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(deeper) = innermost.source() {
        innermost = deeper;
    }
    match innermost.downcast_ref::<io::Error>() {
        Some(error) if error.kind() == ErrorKind::UnexpectedEof => BROKEN_OFF.to_owned(),
        Some(error) => words::system(error),
        None => innermost.to_string(),
    }
}

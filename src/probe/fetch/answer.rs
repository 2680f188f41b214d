//! One HTTP exchange: resolve, connect, ask, take the answer.

use std::net::{IpAddr, SocketAddr};

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use tokio::time::{Instant, timeout_at};
use url::Host;

use super::address::Address;
use super::context::Context;
use super::failure::Failure;
use super::proxy::ProxyServer;
use super::trail::Question;
use crate::evidence::FetchStep;
use crate::probe::connect;
use crate::probe::http::{AGENT, Answer, Fault, speak};
use crate::probe::wire::Wire;

/// Status 407: the proxy wants to know who asks.
const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;

/// Asks one server, straight or through a proxy.
pub(super) async fn ask(context: &Context, question: &Question<'_>) -> Result<Answer, Failure> {
    let address = question.address;
    let host = address.host()?;
    let Some(proxy) = context.limits.proxy.server_for(&host, address.port()) else {
        let mut wire = reach(context, &host, address.port(), question).await?;
        return exchange(context, &mut wire, question, None).await;
    };
    let proxy_host = match &proxy.host {
        Host::Domain(name) => Host::Domain(name.as_str()),
        Host::Ipv4(ip) => Host::Ipv4(*ip),
        Host::Ipv6(ip) => Host::Ipv6(*ip),
    };
    let wire = reach(context, &proxy_host, proxy.port, question).await;
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
    question: &Question<'_>,
) -> Result<Wire, Failure> {
    let (server, hanging) = (format!("{host}:{port}"), &context.hanging);
    if let Some(known) = hanging.unconnected(&server) {
        return Err(known);
    }
    let result = connected(context, host, port, question.end).await;
    let late = result.as_ref().err();
    let late = late.filter(|failure| failure.step == FetchStep::Time);
    if question.is_first || late.is_none() {
        hanging.note_connection(&server, late);
    }
    result
}

async fn connected(
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
    let mut room = context.room(question.standing);
    let speak = speak(wire.stream(), request, question.most, |bytes| {
        room.reach(bytes)
    });
    match timeout_at(question.end, speak).await {
        Ok(Ok(answer)) => {
            room.keep();
            Ok(answer)
        }
        Ok(Err(fault)) => Err(fault.into()),
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
    let headers = request.headers_mut();
    headers.insert(header::HOST, host);
    headers.insert(header::USER_AGENT, AGENT);
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

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let step = if fault.too_large {
            FetchStep::Size
        } else {
            FetchStep::Request
        };
        Self::new(step, fault.reason)
    }
}

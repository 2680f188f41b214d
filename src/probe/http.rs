//! One HTTP/1.1 exchange on a connection that is ready for it, within a limit of bytes. Deadlines are the caller's.

use std::io::{self, ErrorKind};
use std::pin::pin;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::words;

/// Bytes of a status line and header fields; Apache's and nginx' own limits are 8 KiB.
const MOST_HEADER: usize = 64 * 1024;

/// An HTTP answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    /// Where it redirects to; then the body is not read.
    pub(super) location: Option<Vec<u8>>,
    pub(super) body: Vec<u8>,
}

/// Why there was no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The answer was larger than what is taken.
    pub(super) too_large: bool,
    /// What went wrong, in words.
    pub(super) reason: String,
}

/// How this program calls itself.
pub(super) const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("certaudit/", env!("CARGO_PKG_VERSION")));

/// Sends a request and takes the answer, `most` bytes of it, as long as `room` has room for so many in all. The connection is
/// driven here, so that it ends with this future.
pub(super) async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Full<Bytes>>,
    most: usize,
    room: impl FnMut(usize) -> Result<(), Fault>,
) -> Result<Answer, Fault> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_HEADER)
        .max_header_size(MOST_HEADER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broken(&error))?;
    let mut connection = pin!(connection);
    let mut answer = pin!(async {
        let head = sender.send_request(request).await;
        take(head.map_err(|error| broken(&error))?, most, room).await
    });
    tokio::select! {
        biased;
        taken = &mut answer => return taken,
        _ = &mut connection => {} // Its error, if any, reaches the answer as well.
    }
    answer.await
}

async fn take(
    response: Response<Incoming>,
    most: usize,
    room: impl FnMut(usize) -> Result<(), Fault>,
) -> Result<Answer, Fault> {
    let (head, body) = response.into_parts();
    let redirects = matches!(head.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let mut answer = Answer {
        status: head.status.as_u16(),
        content_type: field(&head.headers, header::CONTENT_TYPE).map(words::printable),
        location: field(&head.headers, header::LOCATION)
            .filter(|_| redirects)
            .map(<[u8]>::to_vec),
        body: Vec::new(),
    };
    if answer.location.is_none() {
        answer.body = collect(body, most, room).await?;
    }
    Ok(answer)
}

fn field(headers: &HeaderMap, name: HeaderName) -> Option<&[u8]> {
    headers.get(name).map(HeaderValue::as_bytes)
}

async fn collect(
    body: Incoming,
    most: usize,
    mut room: impl FnMut(usize) -> Result<(), Fault>,
) -> Result<Vec<u8>, Fault> {
    if body.size_hint().lower() > most as u64 {
        return Err(Fault::too_large(most));
    }
    let (mut body, mut taken) = (pin!(body), Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(&error))?;
        let Some(data) = frame.data_ref() else {
            continue; // Trailers.
        };
        if data.len() > most - taken.len() {
            return Err(Fault::too_large(most));
        }
        room(taken.len() + data.len())?;
        taken.extend_from_slice(data);
    }
    Ok(taken)
}

impl Fault {
    /// More than is taken of one answer.
    fn too_large(most: usize) -> Self {
        Self {
            too_large: true,
            reason: format!("the answer is larger than {most} bytes"),
        }
    }

    fn new(reason: impl Into<String>) -> Self {
        Self {
            too_large: false,
            reason: reason.into(),
        }
    }
}

/// How hyper says that a header is larger than its buffer or has over 100 fields; in a client it has no other word for it.
const TOO_LARGE: &str = "message head is too large";

const BROKEN_OFF: &str = "the server closed the connection before the answer was whole";

/// What went wrong on a connection, in words.
fn broken(error: &hyper::Error) -> Fault {
    let reason = if error.is_parse() && error.to_string() == TOO_LARGE {
        "the header of the answer is too large".to_owned()
    } else if error.is_parse() {
        "the answer is not HTTP".to_owned()
    } else if error.is_incomplete_message() {
        BROKEN_OFF.to_owned()
    } else {
        cause(error)
    };
    Fault::new(reason)
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

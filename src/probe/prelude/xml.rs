//! XML as it comes in over a connection, in pieces of any size: elements and text, with limits.

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{Error, errors::SyntaxError};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader, Take};
use tokio::time::{Duration, timeout};

use super::{MOST, closed, garbled, stranger, too_early};
use crate::evidence::Silence;
use crate::probe::words::{SHOWN, printable};

/// Elements inside each other; features have three levels.
const DEEPEST: usize = 16;

/// The XML that a server sends.
pub(super) struct Incoming<R> {
    reader: NsReader<BufReader<Take<R>>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// A piece of XML. Comments and processing instructions are left out.
enum Piece {
    /// An element opens.
    Open(Element),
    /// The innermost element closes.
    Close,
    /// Text as it was sent, not fit to be shown; an entity of XML's own is its character.
    Text(String),
}

/// An opening tag.
pub(super) struct Element {
    /// Its namespace.
    pub(super) space: Space,
    /// Its local name, fit to be shown.
    pub(super) name: String,
    /// It has an attribute `version`.
    pub(super) has_version: bool,
}

/// The namespaces that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// `http://etherx.jabber.org/streams`.
    Streams,
    /// `urn:ietf:params:xml:ns:xmpp-tls`.
    Tls,
    /// `urn:ietf:params:xml:ns:xmpp-streams`.
    StreamErrors,
    /// Any other, or none.
    Other,
}

impl Element {
    /// Whether it is the element of that namespace and name.
    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }

    fn of(space: &ResolveResult<'_>, tag: &BytesStart<'_>) -> Self {
        let space = match space {
            ResolveResult::Bound(namespace) => Space::of(namespace.into_inner()),
            _ => Space::Other,
        };
        Self {
            space,
            name: printable(tag.local_name().into_inner().as_bytes()),
            has_version: matches!(tag.try_get_attribute("version"), Ok(Some(_))),
        }
    }
}

impl Space {
    fn of(namespace: &str) -> Self {
        match namespace {
            "http://etherx.jabber.org/streams" => Self::Streams,
            "urn:ietf:params:xml:ns:xmpp-tls" => Self::Tls,
            "urn:ietf:params:xml:ns:xmpp-streams" => Self::StreamErrors,
            _ => Self::Other,
        }
    }
}

impl<R: AsyncRead + Unpin> Incoming<R> {
    pub(super) fn new(read: R) -> Self {
        let mut reader = NsReader::from_reader(BufReader::with_capacity(4096, read.take(MOST)));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
        }
    }

    /// Makes sure that it is XML at all, before the parser waits for a `<` that may never come.
    pub(super) async fn expect_xml(&mut self) -> Result<(), Silence> {
        // White space, and the three bytes of UTF-8's byte order mark.
        let leads = |byte: &u8| byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(byte);
        let source = self.reader.get_mut();
        loop {
            let bytes = source.fill_buf().await.map_err(|_| closed())?;
            if bytes.is_empty() {
                return Err(closed());
            }
            let blanks = bytes.iter().take_while(|byte| leads(byte)).count();
            match bytes.get(blanks) {
                Some(b'<') => return Ok(()),
                Some(_) => return Err(stranger(&more(source).await, "XMPP")),
                None => source.consume(blanks),
            }
        }
    }

    /// The next piece.
    async fn next(&mut self) -> Result<Piece, Silence> {
        loop {
            self.buffer.clear();
            let read = self
                .reader
                .read_resolved_event_into_async(&mut self.buffer)
                .await;
            let (space, event) = match read {
                Ok(read) => read,
                Err(error) => return Err(self.unreadable(&error)),
            };
            let piece = match event {
                Event::Start(tag) | Event::Empty(tag) => Piece::Open(Element::of(&space, &tag)),
                Event::End(_) => Piece::Close,
                Event::Text(text) => Piece::Text(text.into_inner().into_owned()),
                Event::CData(text) => Piece::Text(text.into_inner().into_owned()),
                Event::GeneralRef(name) => Piece::Text(entity(&name)?),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
                Event::DocType(_) => return Err(garbled("it sent a document type declaration")),
                Event::Eof => return Err(self.ended()),
            };
            return self.descend(piece);
        }
    }

    fn descend(&mut self, piece: Piece) -> Result<Piece, Silence> {
        match &piece {
            Piece::Open(_) if self.depth == DEEPEST => {
                return Err(garbled("its XML is nested without end"));
            }
            Piece::Open(_) => self.depth += 1,
            Piece::Close => self.depth = self.depth.saturating_sub(1),
            Piece::Text(text) if self.depth == 0 && !text.trim().is_empty() => {
                return Err(garbled("there is text outside of its XML"));
            }
            Piece::Text(_) => {}
        }
        Ok(piece)
    }

    /// The next child of the innermost open element; `None` when that closes.
    pub(super) async fn next_child(&mut self) -> Result<Option<Element>, Silence> {
        loop {
            match self.next().await? {
                Piece::Open(element) => return Ok(Some(element)),
                Piece::Close => return Ok(None),
                Piece::Text(_) => {}
            }
        }
    }

    /// Goes on to the end of the innermost open element, and gives the text in it.
    pub(super) async fn skip(&mut self) -> Result<String, Silence> {
        let outside = self.depth.saturating_sub(1);
        let mut inside = String::new();
        while self.depth > outside {
            if let Piece::Text(text) = self.next().await? {
                inside.push_str(&text);
            }
        }
        Ok(inside.trim().to_owned())
    }

    /// Makes sure that nothing but white space was sent beyond what was read.
    pub(super) fn finish(self) -> Result<(), Silence> {
        let source = self.reader.into_inner();
        match source.buffer().trim_ascii() {
            [] => Ok(()),
            bytes => Err(too_early(bytes)),
        }
    }

    fn ended(&mut self) -> Silence {
        if self.reader.get_mut().get_ref().limit() == 0 {
            garbled(format!("it sent more than {MOST} bytes before TLS"))
        } else {
            closed()
        }
    }

    fn unreadable(&mut self, error: &Error) -> Silence {
        match error {
            Error::Syntax(SyntaxError::InvalidBangMarkup) => garbled("its XML is broken"),
            // The other faults of syntax are an end in the middle of something.
            Error::Syntax(_) | Error::Io(_) => self.ended(),
            other => garbled(format!(
                "its XML is broken: {}",
                printable(other.to_string().as_bytes())
            )),
        }
    }
}

/// What a stranger said first, with a moment's patience for the rest of its line.
async fn more(source: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    const PATIENCE: Duration = Duration::from_millis(150);
    let mut seen = Vec::new();
    let mut rest = source.take(SHOWN as u64);
    // Whatever came in time is shown.
    let _ = timeout(PATIENCE, rest.read_to_end(&mut seen)).await;
    seen
}

/// The character that an entity stands for. Only XML's own exist where there is no document type.
fn entity(name: &str) -> Result<String, Silence> {
    match quick_xml::escape::unescape(&format!("&{name};")) {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(garbled(format!(
            "it used the entity &{};",
            printable(name.as_bytes())
        ))),
    }
}

//! A DNS server on loopback, over UDP and TCP, whose answers a test writes.

use std::net::SocketAddr;
use std::sync::Arc;

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, PTR, SRV};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// Over what the question came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    Udp,
    Tcp,
}

/// An answer: a code, records with their owners, and whether it says that it was cut off.
pub struct Reply {
    code: ResponseCode,
    records: Vec<(String, RData)>,
    truncated: bool,
}

/// What is answered to a question; `None` for silence.
pub type Answer = dyn Fn(&str, RecordType, Over) -> Option<Reply> + Send + Sync;

pub fn code(code: ResponseCode) -> Option<Reply> {
    Some(Reply {
        code,
        records: Vec::new(),
        truncated: false,
    })
}

pub fn records(records: Vec<(&str, RData)>) -> Option<Reply> {
    let owned = records
        .into_iter()
        .map(|(owner, data)| (owner.to_owned(), data));
    Some(Reply {
        code: ResponseCode::NoError,
        records: owned.collect(),
        truncated: false,
    })
}

pub fn truncated() -> Option<Reply> {
    Some(Reply {
        truncated: true,
        ..code(ResponseCode::NoError)?
    })
}

pub fn address(text: &str) -> RData {
    RData::from(text.parse::<std::net::IpAddr>().unwrap())
}

pub fn service(priority: u16, weight: u16, port: u16, target: &str) -> RData {
    RData::SRV(SRV::new(priority, weight, port, name(target)))
}

pub fn alias(target: &str) -> RData {
    RData::CNAME(CNAME(name(target)))
}

pub fn pointer(target: &str) -> RData {
    RData::PTR(PTR(name(target)))
}

fn name(text: &str) -> Name {
    let mut name = Name::from_utf8(text).unwrap();
    name.set_fqdn(true);
    name
}

/// Starts a server; over TCP too when `tcp`. It runs until the test's runtime ends.
pub async fn serve(
    tcp: bool,
    answer: impl Fn(&str, RecordType, Over) -> Option<Reply> + Send + Sync + 'static,
) -> SocketAddr {
    let answer: Arc<Answer> = Arc::new(answer);
    let (udp, listener) = sockets().await;
    let address = udp.local_addr().unwrap();
    if tcp {
        tokio::spawn(accept(listener, Arc::clone(&answer)));
    } // Else the listener is dropped, and the port refuses.
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        while let Ok((length, client)) = udp.recv_from(&mut packet).await {
            if let Some(reply) = reply(&packet[..length], Over::Udp, &answer) {
                udp.send_to(&reply, client).await.unwrap();
            }
        }
    });
    address
}

/// Both on one port.
async fn sockets() -> (UdpSocket, TcpListener) {
    for _ in 0..50 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if let Ok(udp) = UdpSocket::bind(listener.local_addr().unwrap()).await {
            return (udp, listener);
        }
    }
    panic!("no port is free over UDP and TCP");
}

async fn accept(listener: TcpListener, answer: Arc<Answer>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream, Arc::clone(&answer)));
    }
}

/// Messages behind their lengths (RFC 1035 section 4.2.2), until the client leaves.
async fn converse(mut stream: TcpStream, answer: Arc<Answer>) {
    while let Ok(length) = stream.read_u16().await {
        let mut packet = vec![0; length.into()];
        stream.read_exact(&mut packet).await.unwrap();
        if let Some(reply) = reply(&packet, Over::Tcp, &answer) {
            stream
                .write_u16(reply.len().try_into().unwrap())
                .await
                .unwrap();
            stream.write_all(&reply).await.unwrap();
        }
    }
}

fn reply(packet: &[u8], over: Over, answer: &Arc<Answer>) -> Option<Vec<u8>> {
    let question = Message::from_vec(packet).unwrap();
    let query = question.queries[0].clone();
    let asked = query.name().to_ascii().to_ascii_lowercase();
    let reply = answer(asked.trim_end_matches('.'), query.query_type(), over)?;
    let mut message = Message::response(question.metadata.id, OpCode::Query);
    message.metadata.response_code = reply.code;
    message.metadata.truncation = reply.truncated;
    message.metadata.recursion_desired = true;
    message.metadata.recursion_available = true;
    message.add_query(query);
    for (owner, data) in reply.records {
        message.add_answer(Record::from_rdata(name(&owner), 60, data));
    }
    Some(message.to_vec().unwrap())
}

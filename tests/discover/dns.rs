//! A DNS server on loopback for one zone, over UDP.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread;

const A: u16 = 1;
const CNAME: u16 = 5;
const SRV: u16 = 33;

/// Records by owner and type, each as its data.
#[derive(Default)]
pub struct Zone {
    records: BTreeMap<String, Vec<(u16, Vec<u8>)>>,
}

impl Zone {
    pub fn address(&mut self, owner: &str, address: Ipv4Addr) {
        self.add(owner, A, address.octets().to_vec());
    }

    pub fn alias(&mut self, owner: &str, target: &str) {
        self.add(owner, CNAME, name(target));
    }

    pub fn service(&mut self, owner: &str, port: u16, target: &str) {
        let mut data = vec![0, 10, 0, 5];
        data.extend(port.to_be_bytes());
        data.extend(name(target));
        self.add(owner, SRV, data);
    }

    fn add(&mut self, owner: &str, kind: u16, data: Vec<u8>) {
        self.records
            .entry(owner.to_owned())
            .or_default()
            .push((kind, data));
    }

    /// Starts it; it runs until the test binary ends.
    pub fn serve(self) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        thread::spawn(move || {
            let mut query = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut query) {
                let _ = socket.send_to(&self.answer(&query[..length]), peer);
            }
        });
        address
    }

    fn answer(&self, query: &[u8]) -> Vec<u8> {
        let (owner, end) = asked(query);
        let kind = u16::from_be_bytes([query[end], query[end + 1]]);
        let known = self.records.get(&owner);
        let fitting: Vec<_> = known
            .into_iter()
            .flatten()
            .filter(|(of, _)| *of == kind || *of == CNAME)
            .collect();
        let code = if known.is_some() { 0 } else { 3 };
        let count = u8::try_from(fitting.len()).unwrap();
        let mut answer = vec![
            query[0],
            query[1],
            0x85,
            0x80 | code,
            0,
            1,
            0,
            count,
            0,
            0,
            0,
            0,
        ];
        answer.extend(&query[12..end + 4]);
        for (of, data) in fitting {
            answer.extend([0xc0, 12]);
            answer.extend(of.to_be_bytes());
            answer.extend([0, 1, 0, 0, 0, 60]);
            answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            answer.extend(data);
        }
        answer
    }
}

/// The name in the question, in lower case, and where it ends.
fn asked(query: &[u8]) -> (String, usize) {
    let mut labels = Vec::new();
    let mut at = 12;
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..at + 1 + length]).to_lowercase());
        at += 1 + length;
    }
    (labels.join("."), at + 1)
}

fn name(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in text.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

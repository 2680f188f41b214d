//! Text that holds addresses: literals, names of reverse look-ups, sockets.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use super::names::Names;
use crate::evidence::reverse_name;

impl Names {
    /// An IP literal, perhaps in brackets.
    pub(super) fn literal(&mut self, raw: &str) -> Option<String> {
        if let Ok(address) = raw.trim().parse::<IpAddr>() {
            return Some(self.address(address).to_string());
        }
        let inner = raw.strip_prefix('[')?.strip_suffix(']')?;
        let address = inner.parse::<IpAddr>().ok()?;
        Some(format!("[{}]", self.address(address)))
    }

    /// The name under which the names of an address are asked for.
    pub(super) fn reverse(&mut self, raw: &str) -> Option<String> {
        let lower = raw.to_ascii_lowercase();
        let address = if let Some(digits) = lower.strip_suffix(".in-addr.arpa") {
            let parts: Vec<&str> = digits.rsplit('.').collect();
            parts.join(".").parse::<IpAddr>().ok()?
        } else {
            let nibbles: String = lower.strip_suffix(".ip6.arpa")?.split('.').rev().collect();
            let number = u128::from_str_radix(&nibbles, 16).ok()?;
            IpAddr::V6(Ipv6Addr::from(number))
        };
        Some(reverse_name(self.address(address)))
    }

    /// "192.0.2.1:8443", or a host and a port.
    pub(super) fn socket(&mut self, raw: &str) -> String {
        if let Ok(socket) = raw.parse::<SocketAddr>() {
            return SocketAddr::new(self.address(socket.ip()), socket.port()).to_string();
        }
        match raw.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => {
                format!("{}:{port}", self.host(host))
            }
            _ => self.host(raw),
        }
    }
}

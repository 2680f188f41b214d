//! Loopback addresses that nobody else uses, so that every node has its standard port numbers for itself.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU8, Ordering};

static NEXT: AtomicU8 = AtomicU8::new(1);

/// A fresh address of 127.0.0.0/8: the network is this process's, the host part counts up.
///
/// Linux answers on all of 127.0.0.0/8. Test binaries that run at the same time have different process ids, so
/// they meet only when those differ by a multiple of 65,024.
pub fn address() -> Ipv4Addr {
    let host = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(
        (1..255).contains(&host),
        "a test binary has 254 loopback addresses"
    );
    let process = std::process::id() % (254 * 256);
    let [_, _, high, low] = process.to_be_bytes();
    // 127.0.x.x stays free: that is where resolvers and people put things.
    Ipv4Addr::new(127, high + 1, low, host)
}

/// The standard port where this process may listen on it, which below 1024 is mostly for root; else one above.
pub fn port(address: Ipv4Addr, standard: u16) -> u16 {
    match TcpListener::bind((address, standard)) {
        Ok(_) => standard,
        Err(_) => standard + 10_000,
    }
}

//! A certificate for each service: RSA 2048 all the way up, as in the field; one key for all leaves.

use std::sync::Arc;
use std::thread;

use certaudit::certificate::issue::{Authority, Key, Order, rsa_key};

use super::fleet::host;

/// The moment that everything is valid at: 2026-11-18.
pub const AT: i64 = 1_795_000_000;

/// A fleet's certificates.
pub struct Certificates {
    pub root: Vec<u8>,
    pub issuing: Vec<u8>,
    /// DER, one for each service.
    pub leaves: Vec<Vec<u8>>,
    pub key: Key,
}

/// Makes them, on all cores.
pub fn issue(services: usize) -> Certificates {
    let root = Authority::root_with("Fleet Root CA", AT, rsa_key().unwrap()).unwrap();
    let issuing = root.intermediate_with("Fleet Issuing CA", AT, rsa_key().unwrap());
    let (issuing, key) = (Arc::new(issuing.unwrap()), rsa_key().unwrap());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = services.div_ceil(threads).max(1);
    let makers: Vec<_> = (0..services)
        .step_by(share)
        .map(|first| {
            let (issuing, key) = (Arc::clone(&issuing), Arc::clone(&key));
            let last = (first + share).min(services);
            thread::spawn(move || -> Vec<Vec<u8>> {
                (first..last)
                    .map(|service| leaf(&issuing, &key, service))
                    .collect()
            })
        })
        .collect();
    let leaves = makers.into_iter().flat_map(|maker| maker.join().unwrap());
    Certificates {
        leaves: leaves.collect(),
        root: root.der().to_vec(),
        issuing: issuing.der().to_vec(),
        key,
    }
}

fn leaf(issuing: &Authority, key: &Key, service: usize) -> Vec<u8> {
    let order = Order {
        key: Some(Arc::clone(key)),
        ..Order::server(&host(service), AT)
    };
    issuing.issue(&order).unwrap().der
}

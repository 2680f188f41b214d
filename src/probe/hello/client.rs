//! A ClientHello for old servers: version 1.2 and everything below, from ECDHE to RC4.

use super::suites::SUITES;

/// Curves: x25519, secp256r1, secp384r1, secp521r1, x448; then those of which a server may have its key and no longer
/// should: brainpool's of 256, 384 and 512 bits, secp256k1, secp224r1, secp192r1. Last the finite fields of 2048, 3072
/// and 4096 bits, without which GnuTLS does not do DHE (RFC 7919).
const GROUPS: &[u16] = &[
    29, 23, 24, 25, 30, 26, 27, 28, 22, 21, 19, 0x100, 0x101, 0x102,
];

/// ECDSA, EdDSA, RSA-PSS, RSA, DSA, down to SHA-1 and MD5.
const SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401,
    0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202, 0x0101,
];

/// The signalling suite for secure renegotiation (RFC 5746), without which some servers refuse.
const SCSV: u16 = 0x00ff;

/// The record with the hello; `None` when the system has no random bytes.
pub(super) fn hello(server_name: &str) -> Option<Vec<u8>> {
    let mut random = [0; 32];
    aws_lc_rs::rand::fill(&mut random).ok()?;
    let mut body = vec![3, 3];
    body.extend(random);
    body.push(0); // No session to resume.
    let suites = SUITES.iter().map(|(number, _)| *number).chain([SCSV]);
    body.extend(prefixed(&words(suites)));
    body.extend([1, 0]); // No compression.
    body.extend(prefixed(&extensions(server_name)));
    let mut message = vec![1, 0];
    message.extend(prefixed(&body));
    // The record says TLS 1.0, as everybody's first record does: old servers refuse a higher one.
    let mut record = vec![22, 3, 1];
    record.extend(prefixed(&message));
    Some(record)
}

fn extensions(server_name: &str) -> Vec<u8> {
    let mut all = Vec::new();
    let mut add = |kind: u8, body: &[u8]| {
        all.extend([0, kind]);
        all.extend(prefixed(body));
    };
    if server_name.parse::<std::net::IpAddr>().is_err() && server_name.len() < 256 {
        let mut name = vec![0];
        name.extend(prefixed(server_name.as_bytes()));
        add(0, &prefixed(&name));
    }
    add(5, &[1, 0, 0, 0, 0]); // A stapled OCSP response.
    add(10, &prefixed(&words(GROUPS.iter().copied())));
    add(11, &[1, 0]); // Uncompressed points.
    add(13, &prefixed(&words(SCHEMES.iter().copied())));
    add(23, &[]); // Extended master secret.
    all
}

fn words(numbers: impl IntoIterator<Item = u16>) -> Vec<u8> {
    numbers.into_iter().flat_map(u16::to_be_bytes).collect()
}

/// The bytes behind their length in two bytes. Everything here is far shorter than that can say.
fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::bytes::Bytes;
    use super::*;

    /// The extensions of a hello: number and body.
    fn read(hello: &[u8]) -> Vec<(u16, Vec<u8>)> {
        let mut body = Bytes(&hello[9..]);
        body.take(34).unwrap(); // Version and random bytes.
        for length_bytes in [1, 2, 1] {
            body.field(length_bytes).unwrap(); // Session, suites, compression.
        }
        let mut rest = Bytes(body.field(2).unwrap());
        let mut extensions = Vec::new();
        while let Some(kind) = rest.word() {
            extensions.push((kind, rest.field(2).unwrap().to_vec()));
        }
        extensions
    }

    #[test]
    fn rare_curves_and_the_finite_fields_are_offered() {
        let extensions = read(&hello("cucm.acme.test").unwrap());
        let (_, groups) = extensions.iter().find(|(kind, _)| *kind == 10).unwrap();
        for group in [[0, 25], [0, 26], [0, 30], [1, 0]] {
            let offered = groups[2..].chunks(2).any(|offered| offered == group);
            assert!(offered, "{group:?}");
        }
    }

    #[test]
    fn an_address_is_no_server_name() {
        let named = |name: &str| read(&hello(name).unwrap())[0].0 == 0;
        assert!(named("cucm.acme.test"));
        assert!(!named("127.0.0.1"));
    }
}

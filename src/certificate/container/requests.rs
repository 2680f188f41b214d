//! Signing requests in files: PEM with either label, DER, and what else lies beside them.

use super::super::content;
use super::super::der::{Element, SEQUENCE};
use super::super::parts;
use super::super::pem;
use super::{ContainerFault, broken};

/// Labels of PEM blocks that hold requests (RFC 7468, section 7; the second is that of old Netscape and Microsoft tools).
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// What a file of requests holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFile {
    /// The requests as DER, in order, not yet decoded; never empty.
    pub requests: Vec<Vec<u8>>,
    /// It is text with PEM blocks, not DER.
    pub is_pem: bool,
    /// What else is in it, in words ("a private key").
    pub others: Vec<String>,
}

/// The signing requests in `bytes`.
pub fn requests(bytes: &[u8]) -> Result<RequestFile, ContainerFault> {
    match bytes {
        [SEQUENCE, 0x80..=0xff, ..] => from_der(bytes),
        _ => from_text(&pem::text(bytes)),
    }
}

fn from_der(bytes: &[u8]) -> Result<RequestFile, ContainerFault> {
    let (mut requests, mut others) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    while let Some((element, after)) = Element::split(rest) {
        match content::of_der(&element) {
            content::REQUEST => requests.push(element.raw.to_vec()),
            other => others.push(other.to_owned()),
        }
        rest = after;
    }
    match (rest.len(), requests.is_empty(), others.first()) {
        (0, false, _) => Ok(RequestFile {
            requests,
            is_pem: false,
            others,
        }),
        (_, true, Some(found)) => Err(no_request(found)),
        (_, true, None) => Err(broken(&parts::not_whole(rest))),
        (count, false, _) => Err(broken(&format!("trailing bytes: {count}"))),
    }
}

fn from_text(text: &str) -> Result<RequestFile, ContainerFault> {
    let blocks = pem::blocks(text);
    let (mut requests, mut others) = (Vec::new(), Vec::new());
    for (block, number) in blocks.iter().zip(1..) {
        if !LABELS.contains(&block.label) {
            others.push(content::of_block(block));
            continue;
        }
        requests.push(block.decode().map_err(|reason| ContainerFault::BadBlock {
            number,
            label: block.label.to_owned(),
            reason,
        })?);
    }
    if requests.is_empty() {
        return Err(no_request(&content::of_text(text, &blocks)));
    }
    Ok(RequestFile {
        requests,
        is_pem: true,
        others,
    })
}

fn no_request(found: &str) -> ContainerFault {
    ContainerFault::NoRequest {
        found: found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::super::tests::{fixture, pem as certificate};
    use super::*;

    fn request() -> (String, Vec<u8>) {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::default();
        let request = params.serialize_request(&key).unwrap();
        (request.pem().unwrap(), request.der().to_vec())
    }

    fn fault(bytes: &[u8]) -> String {
        requests(bytes).unwrap_err().to_string()
    }

    #[test]
    fn both_labels_and_der_read_back() {
        let (text, der) = request();
        let new = text.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
        for pem in [&text, &new] {
            let file = requests(pem.as_bytes()).unwrap();
            assert_eq!((file.requests, file.is_pem), (vec![der.clone()], true));
        }
        let file = requests(&der).unwrap();
        assert_eq!((file.requests, file.is_pem), (vec![der], false));
    }

    #[test]
    fn what_lies_beside_it_is_said() {
        let (text, der) = request();
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let both = format!("{key}{text}{}{text}", certificate("leaf"));
        let file = requests(both.as_bytes()).unwrap();
        assert_eq!(file.requests, [der.clone(), der.clone()]);
        assert_eq!(file.others, ["a private key", "a certificate"]);
        let file = requests(&[&der[..], &fixture("leaf").der].concat()).unwrap();
        assert_eq!(file.others, ["a certificate"]);
    }

    #[test]
    fn what_is_no_request_is_named() {
        let (text, der) = request();
        assert_eq!(fault(b""), "no signing request found: empty");
        let leaf = certificate("leaf").as_bytes();
        assert_eq!(fault(leaf), "no signing request found: a certificate");
        let leaf = &fixture("leaf").der;
        assert_eq!(fault(leaf), "no signing request found: a certificate");
        assert_eq!(fault(&der[..90]), "broken DER: cut short after 90 bytes");
        let trailing = [&der[..], b"\n"].concat();
        assert_eq!(fault(&trailing), "broken DER: trailing bytes: 1");
        let bad = text.replacen('M', "?", 1);
        assert!(fault(bad.as_bytes()).starts_with("block 1 (CERTIFICATE REQUEST): not base64"));
    }
}

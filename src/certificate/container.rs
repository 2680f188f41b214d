//! Certificates in the files that people keep them in: PEM, DER, PKCS#7.

mod requests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::content;
use super::der::{Element, OBJECT_IDENTIFIER, SEQUENCE, dotted};
use super::parts;
use super::pem::{self, Block};

pub use requests::{RequestFile, requests};

/// Labels of PEM blocks that hold certificates.
const LABELS: [&str; 6] = [
    "CERTIFICATE",
    "X509 CERTIFICATE",
    "TRUSTED CERTIFICATE",
    "PKCS7",
    "PKCS #7 SIGNED DATA",
    "CMS",
];

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";

/// Why a file gave no certificates, or no requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContainerFault {
    /// One block of several is broken.
    #[error("block {number} ({label}): {reason}")]
    BadBlock {
        /// Which one, counted from 1 over all blocks.
        number: usize,
        /// Its label, as in "-----BEGIN label-----".
        label: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// The file is DER that breaks off or goes on.
    #[error("broken DER: {reason}")]
    BrokenDer {
        /// What is wrong, in words.
        reason: String,
    },
    /// There is no certificate in it.
    #[error("no certificate found: {found}")]
    NoCertificate {
        /// What it is instead ("a private key").
        found: String,
    },
    /// There is no signing request in it.
    #[error("no signing request found: {found}")]
    NoRequest {
        /// What it is instead ("a certificate").
        found: String,
    },
}

/// The certificates in `bytes` as DER, in order, not yet decoded.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, ContainerFault> {
    let list = match bytes {
        // Text may begin with a "0" as well, but not go on like this; and no certificate fits into 127 bytes.
        [SEQUENCE, 0x80..=0xff, ..] => from_der(bytes)?,
        _ => from_text(&pem::text(bytes))?,
    };
    if list.is_empty() {
        return Err(no_certificate("PKCS#7 without certificates"));
    }
    Ok(list)
}

/// A certificate as a PEM block, lines of 64 characters.
pub fn pem(der: &[u8]) -> String {
    // What 64 characters of base64 stand for.
    const LINE: usize = 48;
    let mut text = String::with_capacity(64 + der.len() / LINE * 65 + 65);
    text.push_str("-----BEGIN CERTIFICATE-----\n");
    for line in der.chunks(LINE) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text + "-----END CERTIFICATE-----\n"
}

fn from_der(bytes: &[u8]) -> Result<Vec<Vec<u8>>, ContainerFault> {
    let mut list = Vec::new();
    let mut rest = bytes;
    while let Some((element, after)) = Element::split(rest) {
        match content::of_der(&element) {
            "a certificate" => list.push(element.raw.to_vec()),
            "PKCS#7" => list
                .extend(signed_data(&element).ok_or_else(|| broken("PKCS#7 is not signedData"))?),
            other => return Err(no_certificate(other)),
        }
        rest = after;
    }
    match rest.len() {
        0 => Ok(list),
        _ if list.is_empty() => Err(broken(&parts::not_whole(rest))),
        count => Err(broken(&format!("trailing bytes: {count}"))),
    }
}

fn from_text(text: &str) -> Result<Vec<Vec<u8>>, ContainerFault> {
    let blocks = pem::blocks(text);
    let mut wanted = blocks
        .iter()
        .zip(1..)
        .filter(|(block, _)| LABELS.contains(&block.label))
        .peekable();
    if wanted.peek().is_none() {
        return Err(no_certificate(&content::of_text(text, &blocks)));
    }
    let opened = wanted.map(|(block, number)| {
        open(block).map_err(|reason| {
            let label = block.label.to_owned();
            ContainerFault::BadBlock {
                number,
                label,
                reason,
            }
        })
    });
    Ok(opened.collect::<Result<Vec<_>, _>>()?.concat())
}

/// The certificates of one block.
fn open(block: &Block<'_>) -> Result<Vec<Vec<u8>>, String> {
    let der = block.decode()?;
    match block.label {
        "TRUSTED CERTIFICATE" => {
            // OpenSSL writes trust settings behind the certificate.
            let (certificate, _) = Element::split(&der).ok_or("the certificate is cut short")?;
            Ok(vec![certificate.raw.to_vec()])
        }
        "CERTIFICATE" | "X509 CERTIFICATE" => Ok(vec![der]),
        _ => Element::split(&der)
            .and_then(|(content, _)| signed_data(&content))
            .ok_or_else(|| "PKCS#7 is not signedData".to_owned()),
    }
}

/// The certificates of a PKCS#7 ContentInfo with signedData (RFC 2315, section 9.1).
fn signed_data(content: &Element<'_>) -> Option<Vec<Vec<u8>>> {
    let fields = content.children()?;
    let [kind, explicit] = fields.as_slice() else {
        return None;
    };
    if dotted(kind.tagged(OBJECT_IDENTIFIER)?.value) != SIGNED_DATA {
        return None;
    }
    let fields = Element::only(explicit.tagged(0xa0)?.value)?
        .tagged(SEQUENCE)?
        .children()?;
    let Some(set) = fields.iter().find(|field| field.tag == 0xa0) else {
        return Some(Vec::new());
    };
    let members = set
        .children()?
        .into_iter()
        .filter(|member| member.tag == SEQUENCE);
    Some(members.map(|member| member.raw.to_vec()).collect())
}

fn broken(reason: &str) -> ContainerFault {
    ContainerFault::BrokenDer {
        reason: reason.to_owned(),
    }
}

fn no_certificate(found: &str) -> ContainerFault {
    ContainerFault::NoCertificate {
        found: found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::tests::{fixture, pem as text};
    use super::*;

    fn fault(bytes: &[u8]) -> String {
        certificates(bytes).unwrap_err().to_string()
    }

    #[test]
    fn pem_and_der_read_back() {
        let leaf = fixture("leaf").der;
        assert_eq!(certificates(&leaf).unwrap(), std::slice::from_ref(&leaf));
        assert_eq!(pem(&leaf), text("leaf"));
        let two = [&leaf[..], &leaf].concat();
        assert_eq!(certificates(&two).unwrap(), [leaf.clone(), leaf]);
    }

    #[test]
    fn several_blocks_with_text_around_them() {
        let bundle = format!(
            "0 s:/CN=x\r\n{}M\u{fc}ll\r\n{}the end",
            text("leaf"),
            text("ed25519")
        );
        let expected = [fixture("leaf").der, fixture("ed25519").der];
        assert_eq!(certificates(bundle.as_bytes()).unwrap(), expected);
        assert_eq!(
            certificates(bundle.replace('\n', "\r\n").as_bytes()).unwrap(),
            expected
        );
        let indented = bundle.replace('\n', "\n\t  ");
        assert_eq!(certificates(indented.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn encodings_of_windows() {
        let expected = [fixture("leaf").der];
        let marked = format!("\u{feff}{}", text("leaf"));
        assert_eq!(certificates(marked.as_bytes()).unwrap(), expected);
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(certificates(&little).unwrap(), expected);
        assert_eq!(certificates(&big).unwrap(), expected);
    }

    #[test]
    fn other_labels_and_pkcs_7() {
        let trusted = include_bytes!("../../fixtures/certificates/ed25519-trusted.pem");
        let expected = [fixture("ed25519").der, fixture("secp256k1").der];
        assert_eq!(certificates(trusted).unwrap(), expected[..1]);
        let old = text("ed25519").replace("CERTIFICATE", "X509 CERTIFICATE");
        assert_eq!(certificates(old.as_bytes()).unwrap(), expected[..1]);
        let pkcs7 = include_str!("../../fixtures/certificates/two.p7b");
        assert_eq!(certificates(pkcs7.as_bytes()).unwrap(), expected);
        let der = pem::blocks(pkcs7)[0].decode().unwrap();
        assert_eq!(certificates(&der).unwrap(), expected);
    }

    #[test]
    fn a_bad_block_is_named_by_its_number() {
        let good = text("ed25519");
        let bad = good.replace("MII", "M?I");
        assert_eq!(
            fault(format!("{good}{bad}").as_bytes()),
            "block 2 (CERTIFICATE): not base64: Invalid symbol 63, offset 1."
        );
        let open = &good[..200];
        assert_eq!(
            fault(format!("{open}\n{good}").as_bytes()),
            "block 1 (CERTIFICATE): its END line is missing"
        );
        let hollow = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----";
        assert_eq!(fault(hollow), "block 1 (CERTIFICATE): it is empty");
    }

    #[test]
    fn what_is_no_certificate_or_half_of_one_is_said() {
        let leaf = fixture("leaf");
        assert_eq!(fault(b""), "no certificate found: empty");
        assert_eq!(fault(b"<html>"), "no certificate found: an HTML page");
        assert_eq!(fault(&leaf.spki), "no certificate found: a public key");
        assert_eq!(
            fault(&leaf.der[..300]),
            "broken DER: cut short after 300 bytes"
        );
        assert_eq!(
            fault(&[&leaf.der[..], b"\n"].concat()),
            "broken DER: trailing bytes: 1"
        );
    }
}

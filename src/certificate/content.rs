//! What a file holds, in words for the people who gave the wrong one.

use super::der::{Element, elements};
use super::pem::Block;

/// What [`of_der`] says of a signing request.
pub(super) const REQUEST: &str = "a certificate request";

/// What a DER file is, judged by the shape of its first fields.
pub(super) fn of_der(element: &Element<'_>) -> &'static str {
    let tags = |element: &Element<'_>| -> Vec<u8> {
        elements(element.value).map(|field| field.tag).collect()
    };
    let first = elements(element.value).next();
    let inner = first.map(|first| tags(&first)).unwrap_or_default();
    match (tags(element).as_slice(), inner.as_slice()) {
        ([0x30, 0x30, 0x03], [0x02, 0x30, 0x30, 0xa0, ..] | [0x02, 0x30, 0x30]) => REQUEST,
        (
            [0x30, 0x30, 0x03],
            [0x02, 0x30, 0x30, 0x17 | 0x18, ..] | [0x30, 0x30, 0x17 | 0x18, ..],
        ) => "a CRL",
        ([0x30, 0x03], _) => "a public key",
        ([0x30, 0x30, 0x04] | [0x30, 0x04], _) => "an encrypted private key",
        ([0x06, ..], _) => "PKCS#7",
        ([0x02, 0x30, 0x30], _) => "a PKCS#12 file",
        ([0x02, 0x30 | 0x02 | 0x04, ..], _) => "a private key",
        ([0x30, ..], _) => "a certificate",
        _ => "DER of no known kind",
    }
}

/// What text without a certificate is.
pub(super) fn of_text(text: &str, blocks: &[Block<'_>]) -> String {
    if let Some(block) = blocks.first() {
        return of_block(block);
    }
    let start = text
        .trim_start()
        .get(..5)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let found = match start.as_str() {
        _ if text.trim().is_empty() => "empty",
        "<html" | "<!doc" => "an HTML page",
        _ if text.contains('\u{fffd}') || text.contains('\0') => "bytes of no known kind",
        _ => "text without a PEM block",
    };
    found.to_owned()
}

/// What a PEM block is, judged by its label.
pub(super) fn of_block(block: &Block<'_>) -> String {
    match block.label {
        label if label.ends_with("PRIVATE KEY") => "a private key".to_owned(),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => REQUEST.to_owned(),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => "a certificate".to_owned(),
        "X509 CRL" => "a CRL".to_owned(),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => "a public key".to_owned(),
        label => format!("a PEM block {label:?}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::pem::blocks;
    use super::super::tests::fixture;
    use super::*;

    fn text(text: &str) -> String {
        of_text(text, &blocks(text))
    }

    fn block(label: &str) -> String {
        text(&format!(
            "-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n"
        ))
    }

    fn der(bytes: &[u8]) -> &'static str {
        of_der(&Element::only(bytes).unwrap())
    }

    #[test]
    fn text_is_named() {
        assert_eq!(text(" \r\n"), "empty");
        assert_eq!(text("\n<!DOCTYPE html>"), "an HTML page");
        assert_eq!(text("hello"), "text without a PEM block");
        assert_eq!(text("\0\u{fffd}"), "bytes of no known kind");
        assert_eq!(block("EC PRIVATE KEY"), "a private key");
        assert_eq!(block("CERTIFICATE REQUEST"), "a certificate request");
        assert_eq!(block("DH PARAMETERS"), "a PEM block \"DH PARAMETERS\"");
    }

    #[test]
    fn der_is_named() {
        let key = rcgen::KeyPair::generate().unwrap();
        let request = rcgen::CertificateParams::default()
            .serialize_request(&key)
            .unwrap();
        assert_eq!(der(request.der()), "a certificate request");
        assert_eq!(der(key.serialized_der()), "a private key");
        assert_eq!(der(&fixture("leaf").spki), "a public key");
        assert_eq!(der(&fixture("leaf").der), "a certificate");
        assert_eq!(der(&fixture("rsa2048-v1").der), "a certificate");
    }
}

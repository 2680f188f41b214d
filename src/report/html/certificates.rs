//! Every certificate that was presented, in full, each once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maud::{Markup, html};

use super::book::Book;
use super::sheet::{Standing, certificate_anchor, certificate_name};
use crate::audit::estate::Estate;
use crate::certificate::{Certificate, Digest, ExtendedKeyUsage, KeyUsage, Malformed, Parsed};
use crate::identity::alternative_names;
use crate::text::escape;

/// Draws them.
pub(super) fn draw(book: &Book<'_>) -> Markup {
    let estate = book.report.estate;
    if estate.certificates.is_empty() {
        return Markup::default();
    }
    let places = places(estate);
    let own = |digest: &Digest| places.get(digest).map_or(&[][..], Vec::as_slice);
    html! {
        section id="certificates" {
            h2 { "Certificates" }
            @for (digest, parsed) in estate.certificates.iter() {
                article class="certificate" id=(certificate_anchor(*digest)) {
                    @match parsed {
                        Ok(certificate) => (decoded(certificate, own(digest))),
                        Err(malformed) => (undecodable(malformed, own(digest))),
                    }
                }
            }
        }
    }
}

/// Where each certificate was sent, as a leaf or behind one.
fn places(estate: &Estate<'_>) -> BTreeMap<Digest, Vec<String>> {
    let mut places: BTreeMap<Digest, Vec<String>> = BTreeMap::new();
    for node in &estate.nodes {
        for (service, chain) in node.chains() {
            for parsed in &chain.certificates {
                let place = format!("{} {}", escape(&node.node.name), service.label());
                let known = places.entry(digest(parsed)).or_default();
                // The same chain twice at one port comes one after the other.
                if known.last() != Some(&place) {
                    known.push(place);
                }
            }
        }
    }
    places
}

fn digest(parsed: &Parsed) -> Digest {
    match parsed {
        Ok(certificate) => certificate.digest,
        Err(malformed) => malformed.digest,
    }
}

fn decoded(certificate: &Certificate, places: &[String]) -> Markup {
    let names = certificate.alternative_name.as_ref().map(alternative_names);
    let usage = certificate
        .key_usage
        .map(KeyUsage::names)
        .unwrap_or_default();
    let purposes = certificate
        .extended_key_usage
        .as_ref()
        .map(ExtendedKeyUsage::names);
    let usages: Vec<&str> = usage
        .into_iter()
        .chain(purposes.into_iter().flatten())
        .collect();
    let sources = [certificate.crl_urls.as_slice(), &certificate.ocsp_urls].concat();
    let rows = [
        ("Subject", certificate.subject.text.clone()),
        ("Names", names.unwrap_or_default().join(", ")),
        ("Issuer", certificate.issuer.text.clone()),
        (
            "Valid",
            format!("{} to {}", certificate.not_before, certificate.not_after),
        ),
        (
            "Key",
            format!(
                "{}, signed with {}",
                certificate.public_key, certificate.signature
            ),
        ),
        ("Usages", usages.join(", ")),
        ("Revocation", sources.join(", ")),
        ("Serial", certificate.serial.clone()),
        ("SHA-256", fingerprint(certificate.digest)),
        ("Sent by", places.join(", ")),
    ];
    html! {
        h3 { (certificate_name(certificate)) }
        dl {
            @for (label, text) in rows {
                dt { (label) }
                dd { @if text.is_empty() { span class="faint" { "none" } } @else { (escape(&text)) } }
            }
        }
    }
}

fn undecodable(malformed: &Malformed, places: &[String]) -> Markup {
    html! {
        h3 { (Standing::Bad.told("a certificate that cannot be decoded")) }
        dl {
            dt { "Reason" } dd { (escape(&malformed.reason)) }
            dt { "SHA-256" } dd { (fingerprint(malformed.digest)) }
            dt { "Sent by" } dd { (places.join(", ")) }
        }
    }
}

/// In pairs of digits, as browsers and Cisco's pages write it.
fn fingerprint(digest: Digest) -> String {
    let digits = digest.to_string();
    let mut text = String::with_capacity(digits.len() * 3 / 2);
    for (place, digit) in digits.char_indices() {
        let colon = if place > 0 && place % 2 == 0 { ":" } else { "" };
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{colon}{}", digit.to_ascii_uppercase());
    }
    text
}

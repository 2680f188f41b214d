//! The names of subjectAltName, read one by one: a broken one does not hide the others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::der::{Element, elements, hex};
use super::names::{OtherName, SRV_NAME_OID, SubjectAlternativeName, XMPP_ADDR_OID};
use super::text;

/// Adds the names in the contents of a GeneralNames; false when it breaks off in the middle of one.
pub(super) fn add(names: &mut SubjectAlternativeName, contents: &[u8]) -> bool {
    let mut read = 0;
    for element in elements(contents) {
        read += element.raw.len();
        match GeneralName::from_der(element.raw) {
            Ok((_, name)) => add_name(names, &element, &name),
            Err(_) => names
                .broken
                .push(format!("a name with the unknown tag 0x{:02x}", element.tag)),
        }
    }
    read == contents.len()
}

fn add_name(names: &mut SubjectAlternativeName, element: &Element<'_>, name: &GeneralName<'_>) {
    match name {
        GeneralName::DNSName(_) => add_text(&mut names.dns, &mut names.broken, "dNSName", element),
        GeneralName::URI(_) => add_text(&mut names.uris, &mut names.broken, "URI", element),
        GeneralName::RFC822Name(_) => {
            add_text(&mut names.emails, &mut names.broken, "rfc822Name", element);
        }
        GeneralName::IPAddress(bytes) => match address(bytes) {
            Some(address) => names.ip.push(address),
            None => names.broken.push(format!(
                "iPAddress of {} bytes ({})",
                bytes.len(),
                hex(bytes)
            )),
        },
        GeneralName::OtherName(oid, value) => add_other_name(names, &oid.to_id_string(), value),
        GeneralName::Invalid(tag, bytes) => names.broken.push(invalid(tag.0, bytes)),
        _ => {}
    }
}

/// Keeps an IA5String, or says that it is none: software compares these names byte by byte and never sees past ASCII.
fn add_text(list: &mut Vec<String>, broken: &mut Vec<String>, kind: &str, element: &Element<'_>) {
    let text = String::from_utf8_lossy(element.value);
    if text.is_ascii() {
        list.push(text.into_owned());
    } else {
        broken.push(format!("{kind} {text:?} is not ASCII"));
    }
}

fn add_other_name(names: &mut SubjectAlternativeName, oid: &str, value: &[u8]) {
    let (list, kind) = match oid {
        XMPP_ADDR_OID => (&mut names.xmpp_addresses, "xmppAddr"),
        SRV_NAME_OID => (&mut names.srv_names, "SRVName"),
        _ => return,
    };
    match other_name(value) {
        Some(name) => list.push(name),
        None => names
            .broken
            .push(format!("{kind} without a string in it ({})", hex(value))),
    }
}

/// The string in `[0] EXPLICIT`.
fn other_name(value: &[u8]) -> Option<OtherName> {
    let string = Element::only(Element::only(value)?.tagged(0xa0)?.value)?;
    // UTF8String, and the restricted string types of X.680 from NumericString to BMPString without the two times.
    let is_string = matches!(string.tag, 0x0c | 0x12..=0x16 | 0x19..=0x1c | 0x1e);
    is_string.then(|| OtherName {
        value: text::decode(&string),
        tag: u32::from(string.tag),
    })
}

/// Four or sixteen bytes.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(|octets| IpAddr::V4(Ipv4Addr::from(octets)));
    let sixteen = <[u8; 16]>::try_from(bytes).map(|octets| IpAddr::V6(Ipv6Addr::from(octets)));
    four.or(sixteen).ok()
}

fn invalid(tag: u32, bytes: &[u8]) -> String {
    let kind = match tag {
        0 => "otherName",
        1 => "rfc822Name",
        2 => "dNSName",
        4 => "directoryName",
        6 => "URI",
        _ => return format!("a name with the unknown tag [{tag}]"),
    };
    format!(
        "{kind} {:?} cannot be decoded",
        String::from_utf8_lossy(bytes)
    )
}

#[cfg(test)]
mod tests {
    use super::super::der::{IA5_STRING, UTF8_STRING, encode};
    use super::super::tests::fixture;
    use super::*;

    const SRV: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x07";

    fn read(contents: &[&[u8]]) -> (SubjectAlternativeName, bool) {
        let mut names = SubjectAlternativeName::default();
        let whole = add(&mut names, &contents.concat());
        (names, whole)
    }

    #[test]
    fn every_kind_of_name_in_a_leaf_of_openssl() {
        let names = fixture("leaf").alternative_name.unwrap_or_default();
        assert_eq!(names.dns, ["cup.example.com", "*.example.com"]);
        assert_eq!(
            names.ip.iter().map(IpAddr::to_string).collect::<Vec<_>>(),
            ["192.0.2.1", "2001:db8::1"]
        );
        assert_eq!(
            (names.uris, names.emails),
            (
                vec!["sip:cup.example.com".into()],
                vec!["a@example.com".into()]
            )
        );
        let other = |value: &str, tag: u8| {
            [OtherName {
                value: value.to_owned(),
                tag: tag.into(),
            }]
        };
        assert_eq!(names.xmpp_addresses, other("cup.example.com", UTF8_STRING));
        assert_eq!(
            names.srv_names,
            other("_xmpp-server.example.com", IA5_STRING)
        );
        assert_eq!(names.broken, [""; 0]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let (names, whole) = read(&[
            &encode(0x87, &[&[10, 0, 1]]),
            &encode(0x82, &["müller.example".as_bytes()]),
            &encode(0x82, &[b"\xff"]),
            &encode(0xa0, &[SRV]),
            &encode(0x8f, &[b"?"]),
            &encode(0x82, &[b"kept.example"]),
        ]);
        assert!(whole);
        assert_eq!(names.dns, ["kept.example"]);
        let broken = [
            "iPAddress of 3 bytes (0a0001)",
            "dNSName \"müller.example\" is not ASCII",
            "dNSName \"\u{fffd}\" cannot be decoded",
            "SRVName without a string in it ()",
            "a name with the unknown tag [15]",
        ];
        assert_eq!(names.broken, broken);
    }

    #[test]
    fn a_service_name_of_the_wrong_string_type_keeps_its_tag() {
        let string = encode(0x13, &[b"_sip.example.com"]);
        let (names, _) = read(&[&encode(0xa0, &[SRV, &encode(0xa0, &[&string])])]);
        assert_eq!(
            (names.srv_names[0].value.as_str(), names.srv_names[0].tag),
            ("_sip.example.com", 19)
        );
    }

    #[test]
    fn a_list_that_breaks_off_says_so() {
        let (names, whole) = read(&[&encode(0x82, &[b"a.example"]), b"\x82\x09b"]);
        assert!(!whole);
        assert_eq!(names.dns, ["a.example"]);
    }
}

//! Whole certificates: what OpenSSL and rcgen write, and what nobody should.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, DnValue, IsCa,
    KeyPair, OtherNameValue, SanType,
};

use super::builder::{Builder, attribute, name};
use super::{FIXTURES, fixture};
use crate::certificate::der::{
    GENERALIZED_TIME, IA5_STRING, SEQUENCE, UTC_TIME, UTF8_STRING, encode,
};
use crate::certificate::{Certificate, TimeFormat};

fn decode(builder: &Builder) -> Certificate {
    Certificate::from_der(&builder.build()).unwrap()
}

fn reason(builder: &Builder) -> String {
    Certificate::from_der(&builder.build()).unwrap_err().reason
}

#[test]
fn a_leaf_of_openssl_reads_as_openssl_shows_it() {
    let leaf = fixture("leaf");
    assert_eq!((leaf.version, leaf.serial.as_str()), (3, "0badcafe"));
    assert_eq!(
        leaf.subject.text,
        r"CN=cup.example.com, O=Example\, Inc., DC=example, DC=com"
    );
    assert_eq!(
        (leaf.issuer.text.as_str(), leaf.common_name()),
        ("CN=Example-CA", Some("cup.example.com"))
    );
    assert_eq!(leaf.public_key.to_string(), "RSA 2048");
    assert_eq!(leaf.signature.name, "ecdsa-with-SHA384");
    assert_eq!(leaf.not_after.format, TimeFormat::Standard);
    assert_eq!(leaf.lifetime(), 36_500 * 86_400 + 1);
    assert!(!leaf.self_signed && !leaf.is_ca());
    assert_eq!(leaf.is_signed_by(&fixture("ca-p384")), Ok(()));
}

#[test]
fn every_fixture_but_the_leaf_is_self_signed() {
    for (name, _) in FIXTURES {
        let certificate = fixture(name);
        assert_eq!(certificate.self_signed, name != "leaf", "{name}");
        assert_eq!(
            certificate.version,
            if name == "rsa2048-v1" { 1 } else { 3 },
            "{name}"
        );
    }
}

#[test]
fn rcgens_certificates_decode_with_service_names() {
    let mut parameters = CertificateParams::new(vec!["cup.example.com".to_owned()]).unwrap();
    parameters.distinguished_name.push(
        DnType::OrganizationName,
        DnValue::BmpString("Žluť".try_into().unwrap()),
    );
    let xmpp = OtherNameValue::Utf8String("example.com".to_owned());
    parameters
        .subject_alt_names
        .push(SanType::OtherName((vec![1, 3, 6, 1, 5, 5, 7, 8, 5], xmpp)));
    let key = KeyPair::generate().unwrap();
    let certificate = Certificate::from_der(parameters.self_signed(&key).unwrap().der()).unwrap();
    assert!(certificate.self_signed);
    assert!(
        certificate.subject.text.contains("O=Žluť"),
        "{}",
        certificate.subject.text
    );
    assert_eq!(certificate.dns_names(), ["cup.example.com"]);
    assert_eq!(certificate.xmpp_addresses()[0].value, "example.com");
    assert_eq!(certificate.xmpp_addresses()[0].tag, u32::from(UTF8_STRING));
}

#[test]
fn a_service_name_as_ia5_string() {
    let mut parameters = CertificateParams::default();
    let string = encode(IA5_STRING, &[b"_collab-edge.example.com"]);
    let service = encode(
        0xa0,
        &[
            b"\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x07",
            &encode(0xa0, &[&string]),
        ],
    );
    let content = encode(SEQUENCE, &[&service]);
    parameters
        .custom_extensions
        .push(CustomExtension::from_oid_content(&[2, 5, 29, 17], content));
    let key = KeyPair::generate().unwrap();
    let certificate = Certificate::from_der(parameters.self_signed(&key).unwrap().der()).unwrap();
    assert_eq!(certificate.srv_names()[0].value, "_collab-edge.example.com");
    assert_eq!(certificate.srv_names()[0].tag, u32::from(IA5_STRING));
}

#[test]
fn an_issuer_of_rcgen_signs_and_a_namesake_does_not() {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority =
        || CertifiedIssuer::self_signed(parameters.clone(), KeyPair::generate().unwrap()).unwrap();
    let (issuer, namesake) = (authority(), authority());
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::default()
        .signed_by(&leaf_key, &issuer)
        .unwrap();
    let decoded = |der: &[u8]| Certificate::from_der(der).unwrap();
    let leaf = decoded(leaf.der());
    assert_eq!(leaf.is_signed_by(&decoded(issuer.der())), Ok(()));
    assert!(leaf.is_signed_by(&decoded(namesake.der())).is_err());
    assert!(!leaf.self_signed, "same name, other key");
}

#[test]
fn dates_that_x509_parser_refuses_do_not_cost_the_certificate() {
    let cases: [(u8, &[u8], TimeFormat); 6] = [
        (UTC_TIME, b"3512312359Z", TimeFormat::WithoutSeconds),
        (
            GENERALIZED_TIME,
            b"20351231235900.5Z",
            TimeFormat::Fractional,
        ),
        (GENERALIZED_TIME, b"20360101005900+0100", TimeFormat::NotGmt),
        (UTC_TIME, b"351231185900-0500", TimeFormat::NotGmt),
        (GENERALIZED_TIME, b"20351231235900", TimeFormat::NotGmt),
        (GENERALIZED_TIME, b"20351231235900Z", TimeFormat::Standard),
    ];
    for (tag, text, format) in cases {
        let certificate = decode(&Builder {
            not_after: encode(tag, &[text]),
            ..Builder::default()
        });
        assert_eq!(
            certificate.not_after.to_string(),
            "2035-12-31T23:59:00Z",
            "{:?}",
            certificate.not_after.raw
        );
        assert_eq!(
            (
                certificate.not_after.format,
                certificate.not_after.raw.as_deref().map(str::as_bytes)
            ),
            (format, (format != TimeFormat::Standard).then_some(text))
        );
    }
}

#[test]
fn a_date_that_is_none_is_malformed_and_the_rest_is_skimmed() {
    let builder = Builder {
        not_before: encode(UTC_TIME, &[b"250230000000Z"]),
        ..Builder::default()
    };
    let malformed = Certificate::from_der(&builder.build()).unwrap_err();
    assert_eq!(malformed.reason, "notBefore: \"250230000000Z\" is no time");
    let skimmed = malformed.skimmed.unwrap();
    assert_eq!(skimmed.subject.as_deref(), Some("CN=builder.example"));
    assert_eq!(skimmed.not_before.as_deref(), Some("250230000000Z"));
}

#[test]
fn what_is_no_certificate_says_why() {
    assert_eq!(
        Certificate::from_der(b"").unwrap_err().reason,
        "no bytes at all"
    );
    assert_eq!(
        reason(&Builder {
            subject: encode(SEQUENCE, &[b"\x05\x00"]),
            ..Builder::default()
        }),
        "subject is no X.501 name"
    );
    assert_eq!(
        reason(&Builder {
            serial: Vec::new(),
            ..Builder::default()
        }),
        "serialNumber is empty"
    );
    let spki = encode(SEQUENCE, &[b"\x05\x00"]);
    let reason = reason(&Builder {
        spki,
        ..Builder::default()
    });
    assert!(
        reason.starts_with("subjectPublicKeyInfo cannot be read: "),
        "{reason}"
    );
}

#[test]
fn serials_and_versions_are_kept_as_encoded() {
    let odd = decode(&Builder {
        serial: vec![0xff, 0, 1],
        version: b"\xa0\x03\x02\x01\x03".to_vec(),
        ..Builder::default()
    });
    assert_eq!((odd.serial.as_str(), odd.version), ("ff0001", 4));
    assert_eq!(
        decode(&Builder {
            version: Vec::new(),
            ..Builder::default()
        })
        .version,
        1
    );
}

#[test]
fn common_names_of_every_string_type_are_text() {
    for (tag, value) in [
        (0x0c, &b"a\xff"[..]),
        (0x14, b"\xe9t\xe9"),
        (0x1c, b"\0\0\0z"),
        (0x1e, b"\0z"),
    ] {
        let subject = name(&[&[attribute(3, tag, value)]]);
        let certificate = decode(&Builder {
            subject,
            ..Builder::default()
        });
        let expected = match tag {
            0x0c => "a\u{fffd}",
            0x14 => "été",
            _ => "z",
        };
        assert_eq!(certificate.subject.common_names, [expected]);
    }
}

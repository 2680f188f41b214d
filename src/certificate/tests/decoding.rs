//! Whole certificates: what OpenSSL and rcgen write, and what nobody should.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, DnValue, IsCa,
    KeyPair, OtherNameValue, SanType,
};

use super::builder::{Builder, attribute, extension, name};
use super::{FIXTURES, fixture};
use crate::certificate::der::{
    GENERALIZED_TIME, IA5_STRING, SEQUENCE, UTC_TIME, UTF8_STRING, encode,
};
use crate::certificate::{Certificate, KeyUsage, TimeFormat};

fn decode(builder: &Builder) -> Certificate {
    Certificate::from_der(&builder.build()).unwrap()
}

fn reason(builder: &Builder) -> String {
    Certificate::from_der(&builder.build()).unwrap_err().reason
}

/// Extensions as rcgen's custom ones: an OID of 2.5.29 and the value.
fn with(extensions: &[(u8, Vec<u8>)]) -> Builder {
    let list = extensions
        .iter()
        .map(|(kind, value)| extension(&[0x55, 0x1d, *kind], false, value));
    Builder {
        extensions: list.collect(),
        ..Builder::default()
    }
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
fn the_extensions_of_a_leaf() {
    let leaf = fixture("leaf");
    let signing = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    assert_eq!(leaf.key_usage, Some(signing.with(KeyUsage::KEY_AGREEMENT)));
    let purposes = leaf.extended_key_usage.unwrap();
    assert_eq!(
        purposes.names(),
        ["clientAuth", "serverAuth", "1.2.3.4", "ipsecEndSystem"]
    );
    assert_eq!(
        leaf.crl_urls,
        ["http://ca.example.com/a.crl", "ldap://ca.example.com/b"]
    );
    assert_eq!(leaf.ocsp_urls, ["http://ca.example.com/ocsp"]);
    assert_eq!(leaf.issuer_urls, ["http://ca.example.com/ca.cer"]);
    assert_eq!(
        leaf.authority_key_identifier,
        fixture("ca-p384").subject_key_identifier
    );
    assert_eq!(leaf.unknown_critical_extensions, ["1.2.3.4.5"]);
    assert_eq!(leaf.broken_extensions, []);
}

#[test]
fn a_ca_has_its_path_length() {
    let constraints = fixture("ca-p384").basic_constraints.unwrap();
    assert_eq!((constraints.ca, constraints.path_length), (true, Some(1)));
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
                certificate.not_after.raw.as_bytes()
            ),
            (format, text)
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

#[test]
fn two_alternative_names_are_merged_and_noted() {
    let one = |dns: &[u8]| (17, encode(SEQUENCE, &[&encode(0x82, &[dns])]));
    let certificate = decode(&with(&[one(b"a.example"), one(b"b.example")]));
    assert_eq!(certificate.dns_names(), ["a.example", "b.example"]);
    assert_eq!(
        certificate.broken_extensions,
        [("2.5.29.17".to_owned(), "there more than once".to_owned())]
    );
}

#[test]
fn a_broken_extension_does_not_hide_the_others() {
    let usage = (15, b"\x05\x00".to_vec());
    let names = (17, encode(SEQUENCE, &[&encode(0x82, &[b"a.example"])]));
    let mut builder = with(&[usage, names]);
    builder
        .extensions
        .insert(0, encode(SEQUENCE, &[b"\x05\x00"]));
    let certificate = decode(&builder);
    assert_eq!(certificate.key_usage, None);
    assert_eq!(certificate.dns_names(), ["a.example"]);
    let broken: Vec<&str> = certificate
        .broken_extensions
        .iter()
        .map(|(oid, _)| oid.as_str())
        .collect();
    assert_eq!(broken, ["?", "2.5.29.15"]);
}

#[test]
fn only_critical_extensions_that_rfc_5280_does_not_name_are_unknown() {
    let fresh = extension(&[0x55, 0x1d, 46], true, &encode(SEQUENCE, &[]));
    let private = extension(&[0x2a, 3, 4], true, b"\x05\x00");
    let tolerated = extension(&[0x2a, 3, 5], false, b"\x05\x00");
    let certificate = decode(&Builder {
        extensions: vec![fresh, private, tolerated],
        ..Builder::default()
    });
    assert_eq!(certificate.unknown_critical_extensions, ["1.2.3.4"]);
}

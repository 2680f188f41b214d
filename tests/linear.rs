//! Input so large that whoever looks at everything once for every part of it would not come to an end. Nothing is measured: a test
//! that is quick is linear. Each goes through the function of its fuzz target.
#![allow(clippy::unwrap_used, clippy::panic)]

#[allow(dead_code, reason = "not every target can be given much")]
#[path = "fuzz/checks.rs"]
mod checks;

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::audit::estate::{Estate, SourceState};
use certaudit::certificate::container::certificates;
use certaudit::certificate::der::{
    Element, IA5_STRING, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, encode,
};
use certaudit::certificate::{Certificate, Digest, issue};
use certaudit::deployment::Deployment;
use certaudit::evidence::Evidence;
use certaudit::trust::DeviceTrust;
use certaudit::trust::revocation::{Answer, judge_crl};

/// Parts of an input. In the square of it there are 1,600,000,000 steps.
const MANY: usize = 40_000;

fn joined(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    encode(tag, &parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// `MANY` parts in an element.
fn many(tag: u8, part: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    joined(tag, &(0..MANY).map(part).collect::<Vec<_>>())
}

fn oid(contents: &[u8]) -> Vec<u8> {
    encode(OBJECT_IDENTIFIER, &[contents])
}

/// An OID that has that number at its end.
fn numbered_oid(number: usize) -> Vec<u8> {
    let digit = |shift: usize| u8::try_from((number >> shift) & 0x7f).unwrap();
    oid(&[0x2a, 0x80 | digit(14), 0x80 | digit(7), digit(0)])
}

fn extension(kind: Vec<u8>, value: &[u8]) -> Vec<u8> {
    joined(SEQUENCE, &[kind, encode(OCTET_STRING, &[value])])
}

/// id-ce of that number.
fn id_ce(number: u8) -> Vec<u8> {
    oid(&[0x55, 0x1d, number])
}

/// A certificate with other fields: by their place in tbsCertificate, 1 for the serial number, 5 for the subject, 7 for the
/// extensions. The signature is bad.
fn certificate_with(place: usize, field: Vec<u8>) -> Vec<u8> {
    let pem = include_bytes!("../fixtures/certificates/ed25519.pem");
    let der = certificates(pem).unwrap().remove(0);
    let outer = Element::only(&der).unwrap().children().unwrap();
    let fields = outer[0].children().unwrap();
    let mut fields: Vec<Vec<u8>> = fields.iter().map(|field| field.raw.to_vec()).collect();
    assert_eq!(fields.len(), 8);
    fields[place] = field;
    let rest = [outer[1].raw.to_vec(), outer[2].raw.to_vec()];
    joined(
        SEQUENCE,
        &[vec![joined(SEQUENCE, &fields)], rest.to_vec()].concat(),
    )
}

fn with_extensions(list: &[Vec<u8>]) -> Vec<u8> {
    certificate_with(7, encode(0xa3, &[&joined(SEQUENCE, list)]))
}

/// Decoded and redacted.
fn both_ways(der: &[u8]) {
    assert!(der.len() > MANY);
    checks::certificate(der);
    checks::redact(der);
}

#[test]
fn names_of_hosts() {
    let names = many(SEQUENCE, |number| {
        encode(0x82, &[format!("host-{number}.acme.test").as_bytes()])
    });
    let der = with_extensions(&[extension(id_ce(17), &names)]);
    both_ways(&der);
    // By every rule.
    checks::audit(&der);
}

#[test]
fn addresses() {
    let names = many(SEQUENCE, |number| {
        let number = u32::try_from(number).unwrap() + 0x0b00_0000;
        encode(0x87, &[&number.to_be_bytes()])
    });
    both_ways(&with_extensions(&[extension(id_ce(17), &names)]));
}

#[test]
fn attributes_of_a_subject() {
    let attribute = |number: usize| {
        let value = encode(IA5_STRING, &[format!("unit {number}").as_bytes()]);
        encode(SEQUENCE, &[&oid(&[0x55, 4, 11]), &value])
    };
    both_ways(&certificate_with(
        5,
        many(SEQUENCE, |number| encode(SET, &[&attribute(number)])),
    ));
    both_ways(&certificate_with(
        5,
        encode(SEQUENCE, &[&many(SET, attribute)]),
    ));
}

#[test]
fn a_label_of_endings_and_a_serial_number_of_zeros() {
    let label = "a".to_owned() + &"-ms".repeat(MANY);
    let names = encode(SEQUENCE, &[&encode(0x82, &[label.as_bytes()])]);
    both_ways(&with_extensions(&[extension(id_ce(17), &names)]));
    both_ways(&certificate_with(1, encode(2, &[&vec![0; 4 * MANY], &[7]])));
}

#[test]
fn extensions_usages_constraints_and_urls() {
    let unknown = |number: usize| extension(numbered_oid(number), b"");
    checks::certificate(&with_extensions(
        &(0..MANY).map(unknown).collect::<Vec<_>>(),
    ));
    let usages = extension(id_ce(37), &many(SEQUENCE, numbered_oid));
    checks::certificate(&with_extensions(&[usages]));
    let url = |number: usize| encode(0x86, &[format!("http://a.test/{number}").as_bytes()]);
    let point = |number: usize| {
        let name = encode(0xa0, &[&encode(0xa0, &[&url(number)])]);
        encode(SEQUENCE, &[&name])
    };
    let issuers = |number: usize| {
        encode(
            SEQUENCE,
            &[&oid(&[0x2b, 6, 1, 5, 5, 7, 48, 2]), &url(number)],
        )
    };
    let points = extension(id_ce(31), &many(SEQUENCE, point));
    let access = extension(oid(&[0x2b, 6, 1, 5, 5, 7, 1, 1]), &many(SEQUENCE, issuers));
    both_ways(&with_extensions(&[points, access]));
    let subtree = |number: usize| {
        encode(
            SEQUENCE,
            &[&encode(0x82, &[format!("a{number}.test").as_bytes()])],
        )
    };
    let constraints = extension(id_ce(30), &encode(SEQUENCE, &[&many(0xa0, subtree)]));
    checks::certificate(&with_extensions(&[constraints]));
}

#[test]
fn blocks_and_lines_of_files() {
    let blocks = "-----BEGIN X-----\nQUJD\n-----END X-----\n".repeat(MANY);
    checks::container(blocks.as_bytes());
    let begun = "-----BEGIN CERTIFICATE-----\n".repeat(MANY);
    checks::container(begun.as_bytes());
    let lines = format!(
        "-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n",
        "QUJD\n".repeat(MANY)
    );
    checks::container(lines.as_bytes());
    let whole = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n".repeat(MANY);
    checks::container(whole.as_bytes());
    let members = many(0xa0, |_| encode(SEQUENCE, &[b"\x30\0\x30\0"]));
    let signed = encode(0xa0, &[&encode(SEQUENCE, &[&members])]);
    let signed_data = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]);
    checks::container(&encode(SEQUENCE, &[&signed_data, &signed]));
    checks::crl(begun.as_bytes());
    checks::crl(blocks.as_bytes());
}

#[test]
fn attributes_of_a_request() {
    let pem = include_bytes!("../fixtures/requests/attributes.pem");
    let der = certaudit::certificate::container::requests(pem)
        .unwrap()
        .requests
        .remove(0);
    let outer = Element::only(&der).unwrap().children().unwrap();
    let fields = outer[0].children().unwrap();
    let name = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 2]);
    let value = encode(SET, &[&encode(IA5_STRING, &[b"x"])]);
    let attributes = many(0xa0, |_| encode(SEQUENCE, &[&name, &value]));
    let body = encode(
        SEQUENCE,
        &[fields[0].raw, fields[1].raw, fields[2].raw, &attributes],
    );
    checks::request(&encode(SEQUENCE, &[&body, outer[1].raw, outer[2].raw]));
}

const AT: i64 = 1_795_287_600;

/// A CA with a CRL of `MANY` entries, none of which is for a serial number from `MANY` on.
struct Register {
    params: rcgen::CertificateParams,
    key: std::sync::Arc<rcgen::KeyPair>,
    root: Vec<u8>,
    list: Vec<u8>,
}

impl Register {
    fn new() -> Self {
        use rcgen::{
            CertificateRevocationListParams, KeyIdMethod, RevokedCertParams, SerialNumber,
        };
        let moment = |after: i64| time::OffsetDateTime::from_unix_timestamp(AT + after).unwrap();
        let key = issue::ec_key().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![
            rcgen::KeyUsagePurpose::CrlSign,
            rcgen::KeyUsagePurpose::KeyCertSign,
        ];
        let root = params.self_signed(key.as_ref()).unwrap().der().to_vec();
        let entry = |number: usize| RevokedCertParams {
            serial_number: SerialNumber::from(u64::try_from(number).unwrap()),
            revocation_time: moment(0),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: moment(0),
            next_update: moment(3600),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: (1..MANY).map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let issuer = rcgen::Issuer::from_params(&params, key.as_ref());
        let list = list.signed_by(&issuer).unwrap().der().to_vec();
        Self {
            params,
            key,
            root,
            list,
        }
    }

    /// A certificate with that serial number, and the list's URL.
    fn issue(&self, serial: usize, url: &str) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::default();
        params.serial_number = Some(u64::try_from(serial).unwrap().into());
        let uris = vec![url.to_owned()];
        params.crl_distribution_points = vec![rcgen::CrlDistributionPoint { uris }];
        let issuer = rcgen::Issuer::from_params(&self.params, self.key.as_ref());
        let made = params.signed_by(self.key.as_ref(), &issuer).unwrap();
        made.der().to_vec()
    }
}

#[test]
fn entries_of_a_crl() {
    let register = Register::new();
    let root = Certificate::from_der(&register.root).unwrap();
    let answer = judge_crl(&register.list, &root, &root, AT);
    assert!(matches!(answer, Answer::Good { .. }), "{answer:?}");
}

/// Each certificate is looked for in a list of `MANY` entries: walked anew for each, that would be as many steps as in the square.
#[test]
fn certificates_under_a_crl() {
    const URL: &str = "http://pki.acme.test/1.crl";
    let register = Register::new();
    let mut deployment = "name = 'A'\ndomain = 'a.test'\n".to_owned();
    let (mut certificates, mut observations) = (serde_json::Map::new(), Vec::new());
    for number in 0..MANY / 10 {
        writeln!(
            deployment,
            "[[node]]\nname = 'n{number}'\nproduct = 'cucm'\naddress = 'n{number}.a.test'"
        )
        .unwrap();
        // One of them is on the list.
        let serial = if number == 7 { 7 } else { MANY + number };
        let der = register.issue(serial, URL);
        let digest = Digest::of(&der).to_string();
        observations.push(serde_json::json!({
            "node": format!("n{number}"), "service": "tomcat", "port": 8443, "address": null, "silence": null,
            "presentations": [{
                "chain": [digest], "version": null, "cipher": null, "group": null,
                "client_certificate": null, "stapled_ocsp": null, "ending": "completed"
            }]
        }));
        certificates.insert(digest, STANDARD.encode(&der).into());
    }
    let evidence = serde_json::json!({
        "schema": "certaudit.evidence/1", "version": "0", "deployment": "A", "complete": true,
        "collected_at": "2026-11-21T19:00:00Z", "observations": observations, "certificates": certificates,
        "fetches": [{
            "url": URL, "request": null, "elapsed_ms": 1, "redirects": [],
            "outcome": {
                "kind": "answered", "status": 200, "content_type": null, "body": STANDARD.encode(&register.list)
            }
        }]
    });
    let evidence = Evidence::read(&evidence.to_string()).unwrap();
    let deployment = Deployment::parse(&deployment, Path::new(""), &[]).unwrap();
    let mut trust = DeviceTrust::default();
    trust.add_root(&register.root).unwrap();
    let estate = Estate::join(&deployment, &evidence, &trust, AT);
    for (number, view) in estate.nodes.iter().enumerate() {
        let (_, chain) = view.chains().next().unwrap();
        let state = &chain.revocation[0].sources[0].state;
        let is_revoked = matches!(state, SourceState::Answered(Answer::Revoked { .. }));
        let is_good = matches!(state, SourceState::Answered(Answer::Good { .. }));
        assert_eq!(
            (is_revoked, is_good),
            (number == 7, number != 7),
            "{state:?}"
        );
    }
}

/// SingleResponses, extensions, certificates and numbers of an OCSP answer that nobody signed.
#[test]
fn parts_of_an_ocsp_answer() {
    let algorithm = encode(SEQUENCE, &[&oid(&[0x2b, 14, 3, 2, 26])]);
    let hash = encode(OCTET_STRING, &[&[7; 20]]);
    let time = encode(0x18, &[b"20260115120000Z"]);
    let single = |serial: &[u8]| {
        let id = encode(SEQUENCE, &[&algorithm, &hash, &hash, &encode(2, &[serial])]);
        encode(SEQUENCE, &[&id, b"\x80\0", &time])
    };
    let answer = |singles: &[u8], extensions: &[u8], certificates: &[u8]| {
        let body = encode(
            SEQUENCE,
            &[&encode(0xa2, &[&hash]), &time, singles, extensions],
        );
        let basic = encode(
            SEQUENCE,
            &[&body, &algorithm, b"\x03\x02\0\x07", certificates],
        );
        let kind = oid(&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1]);
        let response = encode(SEQUENCE, &[&kind, &encode(OCTET_STRING, &[&basic])]);
        encode(SEQUENCE, &[b"\x0a\x01\0", &encode(0xa0, &[&response])])
    };
    let empty = encode(SEQUENCE, &[]);
    let extensions = many(SEQUENCE, |number| extension(numbered_oid(number), b""));
    let sent = many(SEQUENCE, |_| b"\x30\0".to_vec());
    for answer in [
        answer(
            &many(SEQUENCE, |number| single(&number.to_be_bytes())),
            b"",
            b"",
        ),
        answer(&encode(SEQUENCE, &[&single(&vec![0; 4 * MANY])]), b"", b""),
        answer(&empty, &encode(0xa1, &[&extensions]), b""),
        answer(&empty, b"", &encode(0xa0, &[&sent])),
    ] {
        checks::ocsp(&answer);
        let good = certificates(include_bytes!("../fixtures/revocation/good.pem")).unwrap();
        let issuer = certificates(include_bytes!("../fixtures/revocation/issuer.pem")).unwrap();
        checks::redact(&[good.concat(), issuer.concat(), answer].concat());
    }
}

#[test]
fn keys_nodes_and_problems_of_a_deployment() {
    let head = "name = 'A'\ndomain = 'a.test'\n";
    let mut unknown = head.to_owned();
    let mut twice = head.to_owned();
    let mut nodes = head.to_owned();
    let mut waivers = head.to_owned();
    for number in 0..MANY / 4 {
        writeln!(unknown, "key-{number} = 1").unwrap();
        writeln!(twice, "[[node]]\nproduct = 'cucm'\naddress = 'a.a.test'").unwrap();
        writeln!(
            nodes,
            "[[node]]\nproduct = 'cucm'\naddress = 'n{number}.a.test'"
        )
        .unwrap();
        writeln!(
            waivers,
            "[[waiver]]\nrule = 'validity-expire'\nnode = 'n{number}'\nreason = 'r'"
        )
        .unwrap();
    }
    for text in [unknown, twice, nodes, waivers] {
        checks::deployment(text.as_bytes());
    }
    checks::deployment(format!("{head}clients = ['{}']", "a".repeat(10 * MANY)).as_bytes());
}

#[test]
fn parts_of_evidence_and_of_reports() {
    let evidence = include_str!("../fixtures/scenarios/half-silent/evidence.json");
    let mut evidence: serde_json::Value = serde_json::from_str(evidence).unwrap();
    let observation = evidence["observations"][0].clone();
    evidence["observations"] = vec![observation; MANY / 10].into();
    checks::evidence(evidence.to_string().as_bytes());
    let report = include_str!("../fixtures/scenarios/half-silent/expected.json");
    let report = report.split("exit status").next().unwrap();
    let mut report: serde_json::Value = serde_json::from_str(report).unwrap();
    let numbered = |one: &serde_json::Value, key: &str, number: usize| {
        let mut one = one.clone();
        one[key] = format!("n{number}").into();
        one
    };
    for (list, key) in [("nodes", "name"), ("findings", "id")] {
        let one = report[list][0].clone();
        report[list] = (0..MANY / 10)
            .map(|number| numbered(&one, key, number))
            .collect();
    }
    checks::report(report.to_string().as_bytes());
}

#[test]
fn elements_and_attributes_of_xml() {
    let list = format!("<servers>{}</servers>", "<server>a</server>".repeat(MANY));
    checks::uds(list.as_bytes());
    let mut tag = "<servers".to_owned();
    (0..MANY).for_each(|number| write!(tag, " a{number}=''").unwrap());
    checks::uds((tag.clone() + "></servers>").as_bytes());
    let spaces = tag.replace(" a", " xmlns:a");
    for said in [&tag, &spaces] {
        let stream = said.replace("<servers", "\0<?xml version='1.0'?><stream:stream");
        checks::prelude(stream.as_bytes());
        checks::prelude(&stream.as_bytes()[..60_000]);
    }
    checks::prelude(&[b"\x02", "* OK\r\n".repeat(MANY).as_bytes()].concat());
    checks::prelude(&[b"\x03", "220-a\r\n".repeat(MANY).as_bytes()].concat());
}

/// Records of empty messages, and of a byte each.
#[test]
fn messages_of_a_handshake() {
    let alert = b"\x15\x03\x01\0\x02\x02\x28";
    let empty = [b"\x16\x03\x01\x40\0", "\0\0\0\0".repeat(4096).as_bytes()].concat();
    let single = b"\x16\x03\x01\0\x01\0".repeat(MANY);
    // The handshake fails by the alert's record, or by these; then the bare hello hears all of it.
    for said in [empty.repeat(60), single, alert.repeat(MANY)] {
        checks::conversation(&said);
    }
}

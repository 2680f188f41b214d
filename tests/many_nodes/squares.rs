//! What once was done for every pair: sizes at which that takes minutes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::audit::estate::Estate;
use certaudit::audit::request::RequestView;
use certaudit::audit::{self, Context, Status};
use certaudit::certificate::der::{OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, encode};
use certaudit::certificate::issue::{Authority, Order};
use certaudit::certificate::{Certificate, Digest, SigningRequest};
use certaudit::deployment::Deployment;
use certaudit::diff::{Snapshot, compare};
use certaudit::evidence::{CertificateRequest, Ending, Evidence, Presentation, Shard};
use certaudit::plan::Plan;
use certaudit::probe::Limits;
use certaudit::probe::uds::complete;
use certaudit::redact::{Trusted, redact};
use certaudit::report::Page;
use certaudit::report::plan::PLAN_FORMATS;
use certaudit::rules::RULES;
use certaudit::trust::DeviceTrust;

use super::{AT, NODES, deployment_of, evidence_of, presentation, with_estate};

const PAGE: Page = Page {
    width: 100,
    color: false,
};

/// Names in one request.
const MANY_NAMES: usize = 20_000;

fn many(count: usize, product: &str, service: &str) -> String {
    (0..count).fold(String::new(), |mut text, node| {
        let _ = write!(
            text,
            "[[node]]\nname = \"{product}-{node}\"\nproduct = \"{product}\"\naddress = \"{product}-{node}.many.test\"\n\
             connect = \"127.0.0.1\"\nservices = [\"{service}\"]\n"
        );
        text
    })
}

fn parsed(text: &str) -> Deployment {
    let head = "name = \"Many\"\ndomain = \"many.test\"\n[trust]\nsystem = false\n";
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    Deployment::parse(&format!("{head}{text}"), Path::new("."), &rules).unwrap()
}

#[test]
fn lines_of_a_plan() {
    let deployment = deployment_of(NODES, "[multi_server]\ntomcat = true\n");
    for deployment in [deployment, deployment_of(NODES, "")] {
        let plan = Plan::of(&deployment, None, AT, &[]);
        assert!(plan.lines.len() > NODES / 2);
        for format in PLAN_FORMATS {
            format.write(&plan, PAGE, &mut std::io::sink()).unwrap();
        }
    }
    with_estate(NODES, "", |estate| {
        let plan = Plan::of(estate.deployment, Some(estate), AT, &[]);
        assert!(
            plan.lines
                .iter()
                .any(|line| !line.standing.reasons().is_empty())
        );
    });
}

#[test]
fn nodes_of_one_certificate() {
    with_estate(NODES, "[multi_server]\ntomcat = true\n", |estate| {
        let rule = RULES
            .iter()
            .find(|rule| rule.id == "identity-multi-server-node-missing");
        let audit = audit::findings(&[rule.unwrap()], estate, &Context { at: AT });
        let failed = audit
            .judgements
            .iter()
            .filter(|one| one.status == Status::Fail);
        assert!(failed.count() > 1000);
    });
}

#[test]
fn expressways_beside_ports_that_ask_for_a_certificate() {
    const EACH: usize = 4_000;
    let text = many(EACH, "cucm", "sip") + &many(EACH, "expressway-c", "web");
    let deployment = parsed(&text);
    let root = Authority::root("Many Root CA", AT).unwrap();
    let leaf = root.issue(&Order::server("n.many.test", AT)).unwrap().der;
    let name = Certificate::from_der(root.der())
        .unwrap()
        .subject
        .der
        .to_vec();
    let asks = CertificateRequest {
        authorities: vec![STANDARD.encode(name)],
        required: false,
        given: false,
    };
    let evidence = evidence_of(&deployment, &[leaf], |chain| Presentation {
        client_certificate: Some(asks.clone()),
        ..presentation(chain)
    });
    let mut trust = DeviceTrust::default();
    trust.add_root(root.der()).unwrap();
    let estate = Estate::join(&deployment, &evidence, &trust, AT);
    let rule = RULES.iter().find(|rule| rule.id == "tls-client-ca-missing");
    let audit = audit::run(&[rule.unwrap()], &estate, &Context { at: AT });
    let passed = audit
        .judgements
        .iter()
        .filter(|one| one.status == Status::Pass);
    assert_eq!(passed.count(), EACH - EACH.div_ceil(7));
}

#[test]
fn requests_beside_each_other() {
    let deployment = parsed(&many(1, "ldap", "ldaps"));
    let evidence = evidence_of(&deployment, &[], presentation);
    let trust = DeviceTrust::default();
    let der = Order::server("n.many.test", AT).request().unwrap().der;
    let view = |number: usize| RequestView {
        node: format!("{number}.csr"),
        is_pem: true,
        request: SigningRequest::from_der(&der).unwrap(),
        purpose: None,
        required: Vec::new(),
        public_ca: false,
        issued: None,
    };
    let estate = Estate::join(&deployment, &evidence, &trust, AT);
    let estate = estate.with_requests((0..1000).map(view).collect());
    let audit = audit::findings(RULES, &estate, &Context { at: AT });
    let repeated = audit.judgements.iter();
    let repeated = repeated.filter(|one| one.rule.id == "csr-fqdn-repeated");
    assert_eq!(repeated.count(), 999);
}

#[test]
fn names_of_a_request() {
    let deployment = parsed(&many(1, "ldap", "ldaps"));
    let evidence = evidence_of(&deployment, &[], presentation);
    let trust = DeviceTrust::default();
    let order = Order {
        dns: (0..MANY_NAMES)
            .map(|number| format!("n{number}.many.test"))
            .collect(),
        ..Order::server("n.many.test", AT)
    };
    let view = RequestView {
        node: "many.csr".to_owned(),
        is_pem: true,
        request: SigningRequest::from_der(&order.request().unwrap().der).unwrap(),
        purpose: None,
        required: Vec::new(),
        public_ca: true,
        issued: None,
    };
    let estate = Estate::join(&deployment, &evidence, &trust, AT);
    let estate = estate.with_requests(vec![view]);
    let audit = audit::findings(RULES, &estate, &Context { at: AT });
    let private = audit.judgements.iter();
    let private = private.filter(|one| one.rule.id == "csr-private-name");
    assert_eq!(private.count(), MANY_NAMES + 1);
}

/// One CA that no device trusts signed the certificates of all nodes.
#[test]
fn nodes_of_one_unknown_issuer() {
    let deployment = deployment_of(NODES, "");
    let root = Authority::root("Unknown Root CA", AT).unwrap();
    let leaf = root.issue(&Order::server("n.many.test", AT)).unwrap().der;
    let evidence = evidence_of(&deployment, &[leaf], presentation);
    let trust = DeviceTrust::default();
    let estate = Estate::join(&deployment, &evidence, &trust, AT);
    let family = RULES.iter().filter(|rule| rule.family() == "chain");
    let family: Vec<_> = family.copied().collect();
    let audit = audit::findings(&family, &estate, &Context { at: AT });
    assert!(audit.judgements.len() >= NODES - NODES.div_ceil(7));
}

#[test]
fn keys_and_stapled_answers() {
    const SERVICES: usize = 2_000;
    let deployment = parsed(&many(SERVICES, "cucm", "tomcat"));
    let own = |number: usize| {
        let order = Order::server(&format!("n{number}.many.test"), AT);
        order.self_signed().unwrap().der
    };
    let leaves: Vec<Vec<u8>> = (0..SERVICES).map(own).collect();
    let answers: BTreeMap<Digest, String> = leaves
        .iter()
        .map(|der| (Digest::of(der), STANDARD.encode(answer_of(der))))
        .collect();
    let evidence = evidence_of(&deployment, &leaves, |chain| Presentation {
        stapled_ocsp: answers.get(&chain[0]).cloned(),
        ..presentation(chain)
    });
    let redacted = redact(&evidence, &Trusted::default());
    assert!(redacted.evidence.certificates.len() > SERVICES / 2);
}

/// An OCSP answer that says it is of that certificate, and is not.
fn answer_of(der: &[u8]) -> Vec<u8> {
    let name = &Certificate::from_der(der).unwrap().subject.der;
    let oid = |contents: &[u8]| encode(OBJECT_IDENTIFIER, &[contents]);
    let sha256_with_ec = encode(SEQUENCE, &[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])]);
    let time = encode(0x18, &[b"20260115120000Z"]);
    let body = encode(
        SEQUENCE,
        &[&encode(0xa1, &[name]), &time, &encode(SEQUENCE, &[])],
    );
    let signature = [&[3_u8, 71, 0][..], &[7; 70]].concat();
    let basic = encode(SEQUENCE, &[&body, &sha256_with_ec, &signature]);
    let kind = oid(&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1]);
    let response = encode(SEQUENCE, &[&kind, &encode(OCTET_STRING, &[&basic])]);
    encode(SEQUENCE, &[b"\x0a\x01\0", &encode(0xa0, &[&response])])
}

/// Nodes that the newer report leaves out beside certificates that it does not have.
#[test]
fn certificates_of_nodes_that_are_left_out() {
    const MANY: usize = 60_000;
    let report = |nodes: String, left_out: String| {
        let text = format!(
            "{{\"schema\":\"certaudit.report/1\",\"generated_at\":\"2026-11-21T19:00:00Z\",\"complete\":true,\
             \"deployment\":\"Many\",\"verdict\":\"ready\",\"certificates\":{{}},\"findings\":[],\
             \"nodes\":[{nodes}],\"left_out\":[{left_out}]}}"
        );
        Snapshot::read(text.as_bytes()).unwrap()
    };
    let node = |number: usize| {
        format!(
            "{{\"name\":\"n{number}\",\"services\":[{{\"service\":\"tomcat\",\"port\":8443,\"status\":\"examined\",\
             \"chains\":[{{\"certificates\":[\"{number:064x}\"]}}]}}]}}"
        )
    };
    let nodes: Vec<String> = (0..MANY).map(node).collect();
    let others: Vec<String> = (0..MANY)
        .map(|number| format!("\"node-{number}\""))
        .collect();
    let (old, new) = (
        report(nodes.join(","), String::new()),
        report(String::new(), others.join(",")),
    );
    assert_eq!(compare(&old, &new, &[]).certificates.len(), MANY);
}

#[test]
fn shards() {
    let all = (1..=u16::MAX).map(|number| Shard {
        number,
        of: u16::MAX,
    });
    let mut evidence = evidence_of(&parsed(&many(1, "ldap", "ldaps")), &[], presentation);
    evidence.shards = all.collect();
    assert_eq!(evidence.missing_shards(), []);
}

/// Nothing is asked of servers that speak only what is too old.
#[test]
fn clusters_whose_server_lists_are_not_asked_for() {
    let deployment = parsed(&many(NODES, "cucm", "tomcat"));
    let leaf = Order::server("n.many.test", AT).self_signed().unwrap().der;
    let evidence = evidence_of(&deployment, &[leaf], |chain| Presentation {
        ending: Ending::HelloOnly,
        ..presentation(chain)
    });
    let limits = Limits::of(&deployment, None);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let asked = complete(evidence, &deployment, &limits, std::future::pending());
    assert_eq!(runtime.block_on(asked).uds.len(), NODES - NODES.div_ceil(7));
}

/// Evidence of nodes that are not in the deployment file is told by the command.
#[test]
fn strangers() {
    const STRANGERS: usize = 150_000;
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "name = 'Many'\ndomain = 'many.test'\n[trust]\nsystem = false\n{}",
        many(NODES, "cucm", "tomcat")
    );
    std::fs::write(folder.path().join("cluster.toml"), config).unwrap();
    let mut evidence: Evidence =
        evidence_of(&parsed(&many(1, "cucm", "tomcat")), &[], presentation);
    let one = evidence.observations.remove(0);
    let stranger = |number: usize| {
        let mut one = one.clone();
        one.node = format!("stranger-{number}");
        one
    };
    evidence.observations = (0..STRANGERS).map(stranger).collect();
    let file = std::fs::File::create(folder.path().join("evidence.json")).unwrap();
    evidence.write_to(std::io::BufWriter::new(file)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_certaudit"))
        .args([
            "audit",
            "--evidence",
            "evidence.json",
            "--only",
            "validity-expired",
            "-f",
            "csv",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stranger-149999"), "{}", said.len());
}

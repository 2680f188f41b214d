//! A deployment of one node, and what it presented.

use std::collections::BTreeMap;
use std::future::pending;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use certaudit::certificate::{Certificate, Digest};
use certaudit::deployment::Deployment;
use certaudit::evidence::{Ending, Evidence, Observation, Presentation, SCHEMA};
use certaudit::probe::fetch::complete;
use certaudit::trust::{DeviceTrust, Path as Built};

use super::limits;
use super::pki::Authority;
use super::server::{Server, answer, path, serve};

/// 2026-11-21; the certificates of rcgen hold from 1975 to 4096.
pub const AT: i64 = 1_795_287_600;

pub fn deployment(check: &str) -> Deployment {
    let text = format!(
        "name = \"ACME\"\ndomain = \"acme.test\"\n[revocation]\ncheck = \"{check}\"\n[[node]]\nproduct = \"cucm\"\naddress = \"cucm.acme.test\"\n"
    );
    Deployment::parse(&text, Path::new(""), &[]).unwrap()
}

pub fn trusting(root: &Authority) -> DeviceTrust {
    let mut trust = DeviceTrust::default();
    trust.add_root(&root.der()).unwrap();
    trust
}

pub fn evidence(chains: &[&[Vec<u8>]]) -> Evidence {
    let presentations = chains.iter().map(|chain| Presentation {
        chain: chain.iter().map(|der| Digest::of(der)).collect(),
        version: None,
        cipher: None,
        group: None,
        client_certificate: None,
        stapled_ocsp: None,
        ending: Ending::Completed,
    });
    let all = chains.iter().copied().flatten();
    Evidence {
        schema: SCHEMA.to_owned(),
        version: "0".to_owned(),
        deployment: "ACME".to_owned(),
        collected_at: "2026-11-21T19:00:00Z".to_owned(),
        complete: true,
        observations: vec![Observation {
            node: "cucm.acme.test".to_owned(),
            service: "tomcat".to_owned(),
            port: 8443,
            address: None,
            presentations: presentations.collect(),
            silence: None,
        }],
        certificates: all.collect(),
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
        redacted: None,
        shards: Vec::new(),
    }
}

/// A stand-in for the real request: both serials.
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    format!("{} by {}", certificate.serial, issuer.serial).into_bytes()
}

pub async fn completed(evidence: Evidence, trust: &DeviceTrust, check: &str) -> Evidence {
    let deployment = deployment(check);
    complete(
        evidence,
        &deployment,
        trust,
        AT,
        &limits(),
        &ocsp_request,
        pending(),
    )
    .await
}

/// What a server has, by path.
type Contents = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A server whose paths are filled later, when the certificates that name it are made.
pub fn shelf() -> (Server, Contents) {
    let contents: Contents = Arc::default();
    let shown = contents.clone();
    let server = serve(move |request, stream| {
        let reply = match shown.lock().unwrap().get(path(request)) {
            Some(body) => answer("200 OK", "", body),
            None => answer("404 Not Found", "", b""),
        };
        let _ = stream.write_all(&reply);
    });
    (server, contents)
}

pub fn built(evidence: &Evidence, trust: &DeviceTrust, chain: &[Vec<u8>]) -> Built {
    let parse = |der: &Vec<u8>| Arc::new(Certificate::from_der(der).unwrap());
    let chain: Vec<_> = chain.iter().map(parse).collect();
    let mut others = chain[1..].to_vec();
    others.extend(evidence.answers().fetched_issuers(&chain));
    trust.path(&chain[0], &others, AT)
}

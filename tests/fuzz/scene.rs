//! Evidence of a deployment whose servers show the given bytes wherever a server shows something.

use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::certificate::der::Element;
use certaudit::certificate::{Certificate, Digest};
use certaudit::deployment::{Deployment, Node};
use certaudit::evidence::{
    CertificateRequest, DnsRecord, Ending, Evidence, Fetch, FetchOutcome, Lookup, LookupOutcome,
    Observation, Presentation, RecordKind, SCHEMA, ServiceRecord, Silence, Uds, UdsServers,
    UdsVersion, askable,
};
use certaudit::rules::RULES;
use certaudit::trust::revocation::ocsp_request;

/// Elements that are told apart; what follows is left out.
const MOST_PIECES: usize = 6;

/// The deployment file: something of everything that rules look at, and few services.
pub const TEXT: &str = r#"
name = "ACME"
domain = "acme.test"
release = "14"
trust = { system = false }
mra = { registration_domains = ["acme.test"], cluster_name = "expc.acme.test", phone_security_profiles = ["sec.acme.test"] }
federation = { domains = ["acme.test"], through = "im-presence", chat_node_aliases = ["chat1.acme.test"] }
multi_server = { tomcat = ["cucm-pub", "imp1"] }

[[node]]
name = "cucm-pub"
product = "cucm"
address = "cucm-pub.acme.test"
services = ["tomcat", "sip"]

[[node]]
name = "imp1"
product = "im-presence"
address = "imp1.acme.test"
services = ["xmpp-client", "xmpp-server"]

[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
services = ["mra"]

[[setting]]
location = "UC Service > IM and Presence"
value = "imp1"
node = "imp1"

[[sip_trunk]]
to = "imp1"
x509_subject = "imp1.acme.test"

[[waiver]]
rule = "usage-data-encipherment-missing"
reason = "accepted"
"#;

/// The deployment.
pub static DEPLOYMENT: LazyLock<Deployment> = LazyLock::new(|| {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    Deployment::parse(TEXT, Path::new(""), &rules).unwrap()
});

/// The DER elements one after the other, the last one as far as it goes.
pub fn pieces(bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while pieces.len() < MOST_PIECES
        && let Some((element, after)) = Element::split_clamped(rest)
    {
        pieces.push(element.raw);
        rest = after;
    }
    pieces
}

/// The evidence: the pieces as chains, stapled answers, names of accepted CAs, and as what is fetched; the bytes as the words of
/// servers and of DNS.
pub fn evidence(bytes: &[u8]) -> Evidence {
    let pieces = pieces(bytes);
    let words = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned();
    let mut evidence = Evidence {
        schema: SCHEMA.to_owned(),
        version: "0.0.0".to_owned(),
        deployment: DEPLOYMENT.name.clone(),
        collected_at: "2026-01-15T12:00:00Z".to_owned(),
        complete: true,
        observations: observations(&pieces, &words),
        certificates: pieces.iter().collect(),
        fetches: Vec::new(),
        dns: Vec::new(),
        uds: Vec::new(),
        redacted: None,
        shards: Vec::new(),
    };
    evidence.add_fetches(fetches(&pieces, &words));
    evidence.add_lookups(lookups(&words));
    evidence.add_uds(vec![told(&DEPLOYMENT.nodes[0], &words)]);
    evidence
}

fn observations(pieces: &[&[u8]], words: &str) -> Vec<Observation> {
    let all = DEPLOYMENT.nodes.iter().flat_map(|node| {
        let services = node.services.iter();
        services.map(move |service| (node, service))
    });
    let observed = all.enumerate().map(|(number, (node, service))| {
        let shows = number < 4 && !pieces.is_empty();
        Observation {
            node: node.name.clone(),
            service: service.name.to_owned(),
            port: service.port,
            address: Some(format!("192.0.2.{number}:{}", service.port)),
            presentations: if shows {
                vec![presentation(pieces, number, words)]
            } else {
                Vec::new()
            },
            silence: (!shows).then(|| Silence::Handshake {
                reason: words.to_owned(),
            }),
        }
    });
    observed.collect()
}

/// The pieces from that one on, round and round.
fn presentation(pieces: &[&[u8]], first: usize, words: &str) -> Presentation {
    let turned: Vec<&[u8]> = (0..pieces.len())
        .map(|place| pieces[(first + place) % pieces.len()])
        .collect();
    Presentation {
        chain: turned.iter().map(|der| Digest::of(der)).collect(),
        version: Some("TLSv1.2".into()),
        cipher: Some(words.to_owned().into()),
        group: None,
        client_certificate: Some(CertificateRequest {
            authorities: turned.iter().map(|name| STANDARD.encode(name)).collect(),
            required: first.is_multiple_of(2),
            given: false,
        }),
        stapled_ocsp: turned.last().map(|answer| STANDARD.encode(answer)),
        ending: if first.is_multiple_of(2) {
            Ending::BrokenOff(words.to_owned())
        } else {
            Ending::Completed
        },
    }
}

/// Whatever a certificate's URL is, the next piece lies there.
fn fetches(pieces: &[&[u8]], words: &str) -> Vec<Fetch> {
    let decoded = || {
        pieces
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok())
    };
    let mut bodies = pieces.iter().cycle();
    let mut fetch = |url: &String, request: Option<Vec<u8>>| Fetch {
        url: url.clone(),
        request: request.map(|request| STANDARD.encode(request)),
        outcome: FetchOutcome::Answered {
            status: 200,
            content_type: Some(words.to_owned()),
            body: STANDARD.encode(bodies.next().unwrap_or(&&b""[..])),
        },
        elapsed_ms: 1,
        redirects: vec![words.to_owned()],
    };
    let mut fetches = Vec::new();
    for certificate in decoded() {
        let urls = askable(&certificate.crl_urls).chain(askable(&certificate.issuer_urls));
        fetches.extend(urls.map(|url| fetch(url, None)));
        for issuer in decoded() {
            let request = ocsp_request(&certificate, &issuer);
            let urls = askable(&certificate.ocsp_urls);
            fetches.extend(urls.map(|url| fetch(url, Some(request.clone()))));
        }
    }
    fetches
}

fn lookups(words: &str) -> Vec<Lookup> {
    let target = ServiceRecord {
        priority: 0,
        weight: 0,
        port: 8443,
        target: words.to_owned(),
    };
    let names = ["_cisco-uds._tcp.acme.test", words];
    let looked = names.map(|name| Lookup {
        name: name.to_owned(),
        kind: RecordKind::Srv,
        outcome: LookupOutcome::Answered {
            records: vec![DnsRecord::Service(target.clone())],
        },
    });
    looked.to_vec()
}

fn told(node: &Node, words: &str) -> Uds {
    Uds {
        node: node.name.clone(),
        port: 8443,
        address: None,
        servers: UdsServers::Listed {
            names: words.split(' ').map(str::to_owned).collect(),
        },
        version: UdsVersion::Told {
            text: words.to_owned(),
        },
    }
}

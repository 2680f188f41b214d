//! Evidence of any content reads back exactly as it was written, and damaged files are read or refused.

#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;

use super::*;
use crate::certificate::testing::{damage, every};

fn silence() -> impl Strategy<Value = Silence> {
    let step = prop_oneof![
        Just(Step::Resolve),
        Just(Step::Connect),
        Just(Step::Prelude),
        Just(Step::Handshake)
    ];
    prop_oneof![
        any::<String>().prop_map(|reason| Silence::Unresolved { reason }),
        Just(Silence::Refused),
        (step, any::<u64>()).prop_map(|(step, after_ms)| Silence::TimedOut { step, after_ms }),
        any::<String>().prop_map(|seen| Silence::NotTls { seen }),
        of(any::<String>()).prop_map(|offered| Silence::OldVersion { offered }),
        Just(Silence::Interrupted),
    ]
}

fn presentation(chain: Vec<Digest>) -> impl Strategy<Value = Presentation> {
    let ending = prop_oneof![
        Just(Ending::Completed),
        any::<String>().prop_map(Ending::BrokenOff),
        Just(Ending::HelloOnly)
    ];
    let request = (vec(any::<String>(), 0..3), any::<bool>(), any::<bool>());
    let request = request.prop_map(|(authorities, required, given)| CertificateRequest {
        authorities,
        required,
        given,
    });
    let word = || of(any::<String>().prop_map(Cow::Owned));
    let words = (word(), word(), word());
    (words, of(request), of(any::<String>()), ending).prop_map(
        move |((version, cipher, group), client_certificate, stapled_ocsp, ending)| Presentation {
            chain: chain.clone(),
            version,
            cipher,
            group,
            client_certificate,
            stapled_ocsp,
            ending,
        },
    )
}

fn observation() -> impl Strategy<Value = Observation> {
    let place = (
        any::<String>(),
        any::<String>(),
        any::<u16>(),
        of(any::<String>()),
    );
    let shown = vec(presentation(vec![Digest::of(b"")]), 0..3);
    (place, shown, of(silence())).prop_map(
        |((node, service, port, address), presentations, silence)| Observation {
            node,
            service,
            port,
            address,
            presentations,
            silence,
        },
    )
}

fn lookup() -> impl Strategy<Value = Lookup> {
    let record = prop_oneof![
        any::<std::net::IpAddr>().prop_map(|address| DnsRecord::Address { address }),
        any::<String>().prop_map(|name| DnsRecord::Name { name }),
        (any::<[u16; 3]>(), any::<String>()).prop_map(|([priority, weight, port], target)| {
            DnsRecord::Service(ServiceRecord {
                priority,
                weight,
                port,
                target,
            })
        }),
    ];
    let outcome = prop_oneof![
        vec(record, 1..3).prop_map(|records| LookupOutcome::Answered { records }),
        Just(LookupOutcome::NoSuchName),
        any::<u64>().prop_map(|after_ms| LookupOutcome::TimedOut { after_ms }),
        any::<String>().prop_map(|reason| LookupOutcome::Failed { reason }),
    ];
    (any::<String>(), outcome).prop_map(|(name, outcome)| Lookup {
        name,
        kind: RecordKind::Srv,
        outcome,
    })
}

fn uds() -> impl Strategy<Value = Uds> {
    let servers = prop_oneof![
        vec(any::<String>(), 0..3).prop_map(|names| UdsServers::Listed { names }),
        any::<String>().prop_map(|reason| UdsServers::Failed { reason }),
    ];
    let version = prop_oneof![
        any::<String>().prop_map(|text| UdsVersion::Told { text }),
        any::<String>().prop_map(|reason| UdsVersion::Failed { reason }),
    ];
    (any::<String>(), any::<u16>(), servers, version).prop_map(|(node, port, servers, version)| {
        Uds {
            node,
            port,
            address: None,
            servers,
            version,
        }
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let about = (any::<[String; 3]>(), any::<bool>());
    let seen = (
        vec(observation(), 0..4),
        vec(lookup(), 0..3),
        vec(uds(), 0..2),
    );
    let fetched = vec((any::<String>(), any::<Vec<u8>>()), 0..3);
    (about, seen, fetched).prop_map(
        |(([version, deployment, collected_at], complete), seen, fetched)| {
            let (observations, dns, uds) = seen;
            let given = |(path, content): &(String, Vec<u8>)| Fetch::given(path, PKIX_CRL, content);
            Evidence {
                schema: SCHEMA.to_owned(),
                version,
                deployment,
                collected_at,
                complete,
                observations,
                certificates: [b""].into_iter().collect(),
                fetches: fetched.iter().map(given).collect(),
                redacted: None,
                shards: Vec::new(),
                dns,
                uds,
            }
        },
    )
}

#[test]
fn it_reads_back_exactly() {
    every(300, &evidence(), |evidence| {
        let text = evidence.write().unwrap();
        let again = Evidence::read(&text).unwrap();
        assert_eq!(again, evidence);
        assert_eq!(again.write().unwrap(), text);
    });
}

#[test]
fn a_damaged_file_is_read_or_refused_with_its_place() {
    let whole = include_str!("../../fixtures/scenarios/half-silent/evidence.json");
    let mut seed = Evidence::read(whole).unwrap();
    seed.observations.truncate(4);
    seed.fetches.truncate(1);
    seed.certificates = Certificates::default();
    seed.observations
        .iter_mut()
        .for_each(|seen| seen.presentations.clear());
    let seed = seed.write().unwrap().into_bytes();
    damage(2_000, &[seed], |_, bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        match Evidence::read(text) {
            Ok(evidence) => {
                assert!(Evidence::read(&evidence.write().unwrap()).as_ref() == Ok(&evidence));
            }
            Err(fault) => assert!(!fault.to_string().is_empty()),
        }
    });
}

//! The second phase of a scan: which URLs of presented chains are asked, and what the evidence holds afterwards.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use certaudit::certificate::{Certificate, container};
use certaudit::evidence::{Evidence, Fetch};
use certaudit::probe::fetch::complete;
use certaudit::trust::{DeviceTrust, Path as Built};

use super::pki::{Authority, Pointers};
use super::scene::{AT, built, completed, deployment, evidence, ocsp_request, shelf, trusting};
use super::server::serve;
use super::{failure, limits};

#[tokio::test]
async fn leafs_and_intermediates_are_asked_about_and_each_list_once() {
    let (server, _) = shelf();
    let (ca, root_crl, ocsp) = (
        server.url("/ca.crl"),
        server.url("/root.crl"),
        server.url("/ocsp"),
    );
    let root = Authority::root("Root");
    let issuing = root.intermediate(
        "Issuing",
        Pointers {
            crl: &[&root_crl],
            ..Pointers::default()
        },
    );
    let pointers = Pointers {
        crl: &[&ca, "ldap:///CN=x"],
        ocsp: &[&ocsp],
        issuer: &[],
    };
    let first = [issuing.leaf("a", pointers), issuing.der()];
    let second = [issuing.leaf("b", pointers), issuing.der()];
    for check in ["reach", "status"] {
        let (server_before, trust) = (server.asked().len(), trusting(&root));
        let seen = completed(evidence(&[&first, &second, &first]), &trust, check).await;
        assert!(seen.complete);
        assert_eq!(
            server.asked().len() - server_before,
            4,
            "two lists, two OCSP requests"
        );
        assert!(
            seen.answers().fetch(&ca, None).is_some()
                && seen.answers().fetch(&root_crl, None).is_some()
        );
        let issuer = Certificate::from_der(&issuing.der()).unwrap();
        for chain in [&first, &second] {
            let request = ocsp_request(&Certificate::from_der(&chain[0]).unwrap(), &issuer);
            assert!(seen.answers().fetch(&ocsp, Some(&request)).is_some());
        }
        assert_eq!(Evidence::read(&seen.write().unwrap()).unwrap(), seen);
    }
}

#[tokio::test]
async fn presence_fetches_nothing_at_all() {
    let (server, _) = shelf();
    let url = server.url("/x");
    let everything = Pointers {
        crl: &[&url],
        ocsp: &[&url],
        issuer: &[&url],
    };
    let root = Authority::root("Root");
    let seen = evidence(&[&[root
        .intermediate("Issuing", everything)
        .leaf("a", everything)]]);
    let trust = trusting(&root);
    assert_eq!(completed(seen.clone(), &trust, "presence").await, seen);
    let interrupted = Evidence {
        complete: false,
        ..seen
    };
    assert_eq!(
        completed(interrupted.clone(), &trust, "status").await,
        interrupted
    );
    assert!(server.asked().is_empty());
}

/// The issuer is to be had there.
fn missing<'u>(issuer: &'u [&'u str]) -> Pointers<'u> {
    Pointers {
        issuer,
        ..Pointers::default()
    }
}

#[tokio::test]
async fn missing_issuers_are_fetched_up_to_three_rounds() {
    let (server, shelf) = shelf();
    let urls: Vec<String> = (0..4)
        .map(|number| server.url(&format!("/{number}.cer")))
        .collect();
    let at = |number: usize| [urls[number].as_str()];
    let root = Authority::root("Root");
    let mut chain = vec![root.intermediate("3", Pointers::default())];
    for number in (0..3).rev() {
        let issuer = &at(number + 1);
        let pointers = Pointers {
            issuer,
            ..Pointers::default()
        };
        chain.insert(0, chain[0].intermediate(&number.to_string(), pointers));
    }
    for (number, authority) in chain.iter().enumerate() {
        let der = authority.der();
        let content = if number == 0 {
            container::pem(&der).into_bytes()
        } else {
            der
        };
        shelf
            .lock()
            .unwrap()
            .insert(format!("/{number}.cer"), content);
    }
    let trust = trusting(&root);
    let one_too_many = [chain[0].leaf("a", missing(&at(0)))];
    let seen = completed(evidence(&[&one_too_many]), &trust, "status").await;
    assert_eq!(server.paths(), ["/0.cer", "/1.cer", "/2.cer"]);
    assert!(matches!(
        built(&seen, &trust, &one_too_many),
        Built::Broken(_)
    ));
    let three = [chain[1].leaf("a", missing(&at(1)))];
    let seen = completed(evidence(&[&three]), &trust, "status").await;
    let Built::Anchored(anchored) = built(&seen, &trust, &three) else {
        panic!()
    };
    assert_eq!((anchored.links.len(), anchored.faults.len()), (4, 0));
}

#[tokio::test]
async fn a_known_issuer_that_was_not_sent_is_looked_for_and_a_sent_one_is_not() {
    let (server, shelf) = shelf();
    let (issuer, list) = (server.url("/issuer"), server.url("/issuing.crl"));
    let root = Authority::root("Root");
    let issuing = root.intermediate(
        "Issuing",
        Pointers {
            crl: &[&list],
            ..Pointers::default()
        },
    );
    shelf
        .lock()
        .unwrap()
        .insert("/issuer".to_owned(), b"<html>".to_vec());
    let leaf = issuing.leaf(
        "a",
        Pointers {
            issuer: &[&issuer],
            ..Pointers::default()
        },
    );
    let mut trust = trusting(&root);
    completed(
        evidence(&[&[leaf.clone(), issuing.der()]]),
        &trust,
        "status",
    )
    .await;
    assert_eq!(server.paths(), ["/issuing.crl"]);
    trust.add_intermediate(&issuing.der()).unwrap();
    let seen = completed(evidence(&[&[leaf]]), &trust, "status").await;
    assert_eq!(
        seen.answers()
            .fetch(&issuer, None)
            .and_then(Fetch::content)
            .unwrap(),
        b"<html>"
    );
    assert!(seen.answers().fetch(&list, None).is_some());
}

#[tokio::test]
async fn sources_of_a_chain_to_an_unknown_root_are_asked_too() {
    let (server, _) = shelf();
    let (list, ocsp) = (server.url("/a.crl"), server.url("/ocsp"));
    let pointers = Pointers {
        crl: &[&list],
        ocsp: &[&ocsp],
        issuer: &[],
    };
    let root = Authority::root("Unknown root");
    let issuing = root.intermediate("Issuing", pointers);
    let chain = [issuing.leaf("a", pointers), issuing.der(), root.der()];
    completed(evidence(&[&chain]), &DeviceTrust::default(), "reach").await;
    assert_eq!(server.paths(), ["/a.crl", "/ocsp", "/ocsp"]);
}

#[tokio::test]
async fn an_interrupted_phase_leaves_incomplete_evidence() {
    let reached = Arc::new(AtomicBool::new(false));
    let seen = reached.clone();
    let server = serve(move |_, _| seen.store(true, Ordering::SeqCst));
    let url = server.url("/");
    let root = Authority::root("Root");
    let pointers = Pointers {
        crl: &[&url],
        ocsp: &[],
        issuer: &[&url],
    };
    let chain = [root.intermediate("Issuing", pointers).leaf("a", pointers)];
    let deployment = deployment("status");
    let trust = trusting(&root);
    let seen = complete(
        evidence(&[&chain]),
        &deployment,
        &trust,
        AT,
        &limits(),
        &ocsp_request,
        ready(()),
    )
    .await;
    assert!(!seen.complete);
    assert_eq!(seen.fetches.len(), 1, "the second phase is not begun");
    assert!(failure(&seen.fetches[0]).1.contains("interrupted"));
}

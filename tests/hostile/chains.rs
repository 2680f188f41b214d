//! Chains that are too long, too large, that go in circles, or that could be followed in more ways than there is time for.

use std::fs;

use certaudit::certificate::container::pem;

use crate::flight::{body, says, shows, with_body};
use crate::forge::{COMMON_NAME, Entity, authority, name, names_extension};
use crate::scene::{Case, Outcome, Scene, leaf, root};

/// Certificates of so many entities in layers: each of a layer has the name of its layer and signs all below.
fn mesh(layers: usize, width: usize) -> Vec<Vec<u8>> {
    let layer = |number: usize| -> Vec<Entity> {
        (0..width)
            .map(|_| Entity::new(&format!("Layer {number}")))
            .collect()
    };
    let layers: Vec<Vec<Entity>> = (0..layers).map(layer).collect();
    let mut chain =
        vec![Entity::new("mesh.acme.test").server_by(&layers[0][0], &["mesh.acme.test"])];
    let mut serial = 0;
    for pair in layers.windows(2) {
        for below in &pair[0] {
            for above in &pair[1] {
                serial += 1;
                chain.push(below.authority_by(above, serial));
            }
        }
    }
    chain
}

/// As many keys of one name, all of which sign each other.
fn clique(size: usize) -> Vec<Vec<u8>> {
    let all: Vec<Entity> = (0..size).map(|_| Entity::new("Clique")).collect();
    let mut chain = vec![Entity::new("clique.acme.test").server_by(&all[0], &["clique.acme.test"])];
    let mut serial = 0;
    for below in &all {
        for above in &all {
            serial += 1;
            chain.push(below.authority_by(above, serial));
        }
    }
    chain
}

/// Each signs the one before, and the last one is signed by the first.
fn circle(size: usize) -> Vec<Vec<u8>> {
    let all: Vec<Entity> = (0..size)
        .map(|number| Entity::new(&format!("Circle {number}")))
        .collect();
    let mut chain = vec![Entity::new("circle.acme.test").server_by(&all[0], &["circle.acme.test"])];
    for (number, below) in all.iter().enumerate() {
        chain.push(below.authority_by(&all[(number + 1) % size], 1));
    }
    chain
}

/// A straight line of so many CAs.
fn line(size: usize) -> Vec<Vec<u8>> {
    let mut chain = circle(size);
    let _last = chain.pop();
    chain
}

/// Many small certificates that differ in their serial numbers, below the leaf.
fn crowd(size: u32) -> Vec<Vec<u8>> {
    let issuer = Entity::new("Crowd");
    let mut chain = vec![Entity::new("crowd.acme.test").server_by(&issuer, &["crowd.acme.test"])];
    chain.extend((0..size).map(|serial| issuer.authority_by(&issuer, serial)));
    chain
}

pub fn cases() -> Vec<Case> {
    let own = leaf("chain.acme.test").der;
    let issuer = Entity::new("Issuer");
    let names: Vec<String> = (0..5_000).map(|n| format!("a{n}.x")).collect();
    let names: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
    let long = "n".repeat(60_000);
    let endless = Entity {
        name: name(&[(COMMON_NAME, long.as_bytes())]),
        key: crate::forge::Key::new(),
    };
    let junk = |size: usize, count: u32| -> Vec<Vec<u8>> {
        (0..count)
            .map(|n| [&n.to_be_bytes()[..], &vec![0; size]].concat())
            .collect()
    };
    let examined = |name: &str, chain: &[Vec<u8>]| Case::tls(name, shows(chain), Outcome::Examined);
    let silent = |name: &str, chain: &[Vec<u8>]| Case::tls(name, shows(chain), Outcome::Silent(""));
    vec![
        silent("size-16-mib", &[vec![0x30; 16_777_209]]),
        silent("size-2-mib", &[vec![0x30; 2 << 20]]),
        examined("size-200-kib", &[own.clone(), vec![0x30; 200 << 10]]),
        examined("crowd-1000", &crowd(1_000)),
        examined("junk-10000", &[vec![own.clone()], junk(0, 10_000)].concat()),
        examined(
            "empty-20000",
            &[vec![own.clone()], vec![Vec::new(); 20_000]].concat(),
        ),
        examined("empty-first", &[Vec::new(), own.clone()]),
        silent("none", &[]),
        Case::tls("nothing", says(&with_body(&[], None)), Outcome::Silent("")),
        examined(
            "names-5000",
            &[Entity::new("names").signed_by(&issuer, 1, &[names_extension(&names)])],
        ),
        examined("name-60000", &[endless.server_by(&issuer, &[])]),
        examined(
            "issuer-60000",
            &[issuer.server_by(&endless, &["x.acme.test"])],
        ),
        examined("twice", &[own.clone(), own.clone()]),
        examined("a-hundred-times", &vec![own.clone(); 100]),
        examined("circle-1", &circle(1)),
        examined("circle-2", &circle(2)),
        examined("circle-3", &circle(3)),
        examined("circle-7", &circle(7)),
        examined("circle-40", &circle(40)),
        examined("line-60", &line(60)),
        examined("mesh-4", &mesh(4, 3)),
        examined("mesh-7", &mesh(7, 4)),
        examined("clique-8", &clique(8)),
        examined("clique-12", &clique(12)),
        Case::tls(
            "two-messages",
            says(
                &[
                    with_body(&body(std::slice::from_ref(&own)), None),
                    with_body(&body(&[own]), None),
                ]
                .concat(),
            ),
            Outcome::Either,
        ),
    ]
}

#[test]
fn chains_of_any_shape_are_judged_or_said_to_be_too_much() {
    let scene = Scene::new(
        "20s",
        "uds = false\n[revocation]\ncheck = \"presence\"",
        None,
    )
    .with(cases());
    let report = scene.check(&["--all", "--write", "table=report.table"]);
    let table = fs::read_to_string(scene.path("report.table")).unwrap();
    // A name of 60,000 letters was once told in full at each of its findings.
    assert!(table.len() < 400_000, "{} bytes of table", table.len());
    // Where all ways were gone, it is known that none leads to a root; where they are too many it is not.
    for known in ["circle-1", "circle-2", "circle-3", "circle-7"] {
        assert_eq!(
            report.outcomes(known, "chain-untrusted"),
            ["fail"],
            "{known}"
        );
    }
    for open in ["mesh-7", "clique-12", "line-60", "circle-40"] {
        assert_eq!(
            report.outcomes(open, "chain-untrusted"),
            ["unknown"],
            "{open}"
        );
    }
    for chain in ["twice", "a-hundred-times", "crowd-1000", "clique-8"] {
        assert_eq!(
            report.outcomes(chain, "chain-misordered"),
            ["fail"],
            "{chain}"
        );
    }
}

/// The way to the root is there, behind a mesh that uses up every search.
#[test]
fn a_good_chain_is_not_hidden_by_the_certificates_of_another_service() {
    let scene = Scene::new(
        "20s",
        "uds = false\n[revocation]\ncheck = \"presence\"",
        None,
    );
    let imposter = Entity {
        name: name(&[(COMMON_NAME, b"ACME Root CA")]),
        key: crate::forge::Key::new(),
    };
    let others = (0..200).map(|serial| imposter.signed_by(&imposter, serial, &authority()));
    let chain: Vec<Vec<u8>> = std::iter::once(leaf("x.acme.test").der)
        .chain(others)
        .collect();
    let scene = scene.with([Case::tls("imposters", shows(&chain), Outcome::Examined)]);
    fs::write(scene.folder().join("unused.pem"), pem(root().der())).unwrap();
    let report = scene.check(&["--all"]);
    // Roots are tried first, whoever else bears their name.
    assert_eq!(report.outcomes("imposters", "chain-untrusted"), ["pass"]);
}

//! CA certificates in the name of somebody else's issuer, with its key even, and lists that are somebody else's.

use std::net::Ipv4Addr;

use certaudit::certificate::issue::Issued;

use crate::flight::{settings, shows};
use crate::forge::{
    Entity, ISSUERS, Key, OCSP, access_extension, authority, lists_extension, names_extension,
    usages,
};
use crate::scene::{Case, Outcome, Scene, root};
use crate::support::faulty::Faulty;
use crate::support::loopback;
use crate::support::script::{Step, say};

const UNFETCHED: &str = "uds = false\n[revocation]\ncheck = \"presence\"";
/// Certificates of each kind: more than signatures are checked in a search.
const MANY: u32 = 200;

/// A node with a good certificate of `issuer` that sends these after it.
fn node(name: &str, issuer: &Entity, others: &[&[u8]]) -> (Faulty, String) {
    let host = format!("{name}.acme.test");
    let subject = Entity::new(&host);
    let extensions = [vec![names_extension(&[host.as_bytes()])], usages()].concat();
    let leaf = Issued {
        der: subject.signed_by(issuer, 3, &extensions),
        key: subject.key.0,
    };
    let settings = settings(&leaf, others, rustls::ALL_VERSIONS);
    let server = Faulty::start(
        Ipv4Addr::LOCALHOST,
        0,
        vec![Step::Tls(settings, vec![Step::Hear])],
    );
    let toml = format!(
        "[[node]]\nname = \"{name}\"\nproduct = \"cucm\"\naddress = \"{host}\"\n\
         services = [{{ service = \"tomcat\", connect = \"{}\" }}]",
        server.address
    );
    (server, toml)
}

/// Of the same name, with another key.
fn namesake(of: &Entity) -> Entity {
    Entity {
        name: of.name.clone(),
        key: Key::new(),
    }
}

/// Certificates of the name of `issuer`: with keys of their own, and with its true key below a CA of the root's name.
fn imposters(issuer: &Entity, root_name: &Entity) -> Vec<Vec<u8>> {
    let own_root = namesake(root_name);
    let mut all = vec![own_root.authority_by(&own_root, 1)];
    for serial in 0..MANY {
        let own = namesake(issuer);
        all.push(own.signed_by(&own, serial, &authority()));
        all.push(issuer.signed_by(&own_root, serial, &authority()));
    }
    all
}

#[test]
fn namesakes_of_an_issuer_change_nothing_for_whoever_it_issued() {
    let issuing = Entity::new("ACME Issuing CA");
    let issuing_der = root().signs(&issuing, 7);
    let unknown = Entity::new("Unknown CA");
    // It does not send its intermediate, which another node does; and one whose CA nobody knows.
    let nodes = [
        node("leaf-only", &issuing, &[]),
        node("complete", &issuing, &[&issuing_der]),
        node("untrusted", &unknown, &[]),
    ];
    let scene = || {
        let scene = Scene::new("20s", UNFETCHED, None);
        nodes
            .iter()
            .fold(scene, |scene, (_, toml)| scene.with_node(toml))
    };
    let alone = scene().check(&["--all"]);
    assert_eq!(alone.outcomes("leaf-only", "chain-incomplete"), ["fail"]);
    assert_eq!(alone.outcomes("untrusted", "chain-untrusted"), ["fail"]);
    let hostile = |name: &str, issuer: &Entity, root_name: &Entity| {
        let host = format!("{name}.acme.test");
        let own = Entity::new(&host).server_by(&namesake(issuer), &[&host]);
        let chain = [vec![own], imposters(issuer, root_name)].concat();
        Case::tls(name, shows(&chain), Outcome::Examined)
    };
    let root_name = namesake_of_root();
    let beside = scene().with([
        hostile("of-issuing", &issuing, &root_name),
        hostile("of-unknown", &unknown, &root_name),
    ]);
    let beside = beside.check(&["--all"]);
    for name in ["leaf-only", "complete", "untrusted"] {
        alone.assert_same_node(&beside, name);
    }
}

fn namesake_of_root() -> Entity {
    Entity::new("ACME Root CA")
}

/// Servers that accept and say nothing, on many addresses: all that the certificates of one chain can name.
#[test]
fn a_hundred_urls_that_hang_cost_one_deadline_and_nobody_else() {
    // All of 127.0.0.0/8 is there on Linux alone.
    if !cfg!(target_os = "linux") {
        return;
    }
    let list = root().list();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", list.len());
    let source = vec![Step::Hear, say(head), say(list)];
    let source = Faulty::start(loopback::address(), 0, source);
    let holds = Faulty::start(Ipv4Addr::UNSPECIFIED, 0, vec![Step::Hold]);
    let chain = hanging_chain(holds.address.port());
    let url = format!("http://{}/good.crl", source.address);
    // With the deadline that holds where none is said: five seconds each.
    let report = Scene::new("20s", "uds = false", Some(&url))
        .with([Case::tls("hanging", shows(&chain), Outcome::Examined)])
        .check(&["--all"]);
    assert_eq!(report.outcomes("good", "revocation-revoked"), ["pass"]);
    let outcomes = report.outcomes("hanging", "revocation-unreachable");
    // And one is unknown: who issued the last of them is not known, which a responder has to be told.
    assert_eq!(outcomes[..8], ["fail"; 8]);
    assert_eq!(outcomes[8..], ["unknown"]);
}

/// Eight certificates below a CA that nobody knows, each with eight URLs of each kind, all on servers of their own.
fn hanging_chain(port: u16) -> Vec<Vec<u8>> {
    let all: Vec<Entity> = (0..9)
        .map(|n| Entity::new(&format!("Hanging {n}")))
        .collect();
    let pairs = all.windows(2).enumerate();
    pairs
        .map(|(place, pair)| {
            let url = |n: usize| format!("http://127.0.{}.{}:{port}/", 40 + place, n + 1);
            let urls: Vec<String> = (0..16).map(url).collect();
            let (lists, rest) = urls.split_at(8);
            let lists: Vec<&[u8]> = lists.iter().map(String::as_bytes).collect();
            let access: Vec<(u8, &[u8])> = rest.iter().map(|url| (OCSP, url.as_bytes())).collect();
            let access = [access, vec![(ISSUERS, lists[0])]].concat();
            let mut extensions = vec![lists_extension(&lists), access_extension(&access)];
            if place > 0 {
                extensions.extend(authority());
            }
            pair[0].signed_by(&pair[1], 1, &extensions)
        })
        .collect()
}

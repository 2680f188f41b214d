//! openssl's own client sees each further server present what it was given.

use std::net::Ipv4Addr;

use super::chain;
use super::support::credential::Credential;
use super::support::openssl::Workshop;
use super::support::order::{Key, Order};
use super::support::servers::{Server, dovecot, ejabberd, exim, nginx, prosody, s_server, slapd};
use super::support::{loopback, s_client};

/// A server that was started on a free port of a free address serves that chain to `arguments`.
fn serves(
    standard: u16,
    arguments: &[&str],
    start: impl Fn(Ipv4Addr, u16, &Credential) -> Option<Server>,
) {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (_, leaf) = chain(&workshop);
    let address = loopback::address();
    let port = loopback::port(address, standard);
    let Some(server) = start(address, port, &leaf) else {
        return;
    };
    let seen = s_client::connect(address, port, arguments);
    let log = server.log();
    assert_eq!(seen.digests, leaf.digests, "{}\n{log}", seen.text);
}

#[test]
fn ejabberd_presents_its_certificate_to_clients_and_to_servers() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, leaf) = chain(&workshop);
    let address = loopback::address();
    let Some(server) = ejabberd::start(address, "acme.test", &leaf, &root) else {
        return;
    };
    let ports = [
        (prosody::CLIENT_PORT, "xmpp"),
        (prosody::SERVER_PORT, "xmpp-server"),
    ];
    for (port, protocol) in ports {
        let arguments = ["-xmpphost", "acme.test", "-starttls", protocol];
        let seen = s_client::connect(address, port, &arguments);
        let log = server.log();
        assert_eq!(seen.digests, leaf.digests, "{}\n{log}", seen.text);
    }
}

#[test]
fn slapd_speaks_tls() {
    serves(636, &[], slapd::start);
}

#[test]
fn dovecot_speaks_tls_from_the_start() {
    serves(993, &[], |address, port, leaf| {
        dovecot::start(address, [port, port + 1], leaf)
    });
}

#[test]
fn dovecot_starts_tls_when_asked() {
    serves(143, &["-starttls", "imap"], |address, port, leaf| {
        dovecot::start(address, [port + 1, port], leaf)
    });
}

#[test]
fn exim_starts_tls_when_asked() {
    serves(25, &["-starttls", "smtp"], exim::start);
}

#[test]
fn nginx_presents_an_rsa_certificate_and_its_ecdsa_twin_and_another_elsewhere() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, rsa) = chain(&workshop);
    let ecdsa = workshop.issue(&root, &Order::leaf("host.acme.test").key(Key::Ecdsa));
    let other = workshop.issue(&root, &Order::leaf("host.acme.test"));
    let address = loopback::address();
    let port = loopback::port(address, 443);
    let ports: [(u16, &[&Credential]); 2] = [(port, &[&rsa, &ecdsa]), (8443, &[&other])];
    let Some(_server) = nginx::start(address, &ports) else {
        return;
    };
    let cases = [
        (port, "-sigalgs", "RSA+SHA256:RSA-PSS+SHA256", &rsa),
        (port, "-sigalgs", "ECDSA+SHA256", &ecdsa),
        (port, "-cipher", "aRSA", &rsa),
        (port, "-cipher", "aECDSA", &ecdsa),
        (8443, "-sigalgs", "RSA+SHA256:RSA-PSS+SHA256", &other),
    ];
    for (port, option, value, certificate) in cases {
        let version = if option == "-cipher" {
            "-tls1_2"
        } else {
            "-tls1_3"
        };
        let seen = s_client::connect(address, port, &[version, option, value]);
        assert_eq!(seen.digests, certificate.digests, "{value}: {}", seen.text);
    }
}

/// A server that keeps to what `arguments` say does what `words` say with a client of the same arguments, and nothing
/// with a client that knows only the present.
fn keeps_to(server: &[&str], client: &[&str], words: &str) {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (_, leaf) = chain(&workshop);
    let address = loopback::address();
    let Some(_server) = s_server::start(address, 8443, &leaf, server) else {
        return;
    };
    let seen = s_client::connect(address, 8443, client);
    assert_eq!(seen.digests, leaf.digests, "{}", seen.text);
    assert!(seen.text.contains(words), "{words}: {}", seen.text);
    let modern = s_client::connect(address, 8443, &["-tls1_3"]);
    assert_eq!(modern.digests, [""; 0], "{}", modern.text);
}

#[test]
fn s_server_speaks_tls_10_and_nothing_else() {
    let client = ["-tls1", "-cipher", "ALL:@SECLEVEL=0"];
    keeps_to(&s_server::TLS_10, &client, "Protocol  : TLSv1\n");
}

#[test]
fn s_server_agrees_on_keys_by_rsa_and_in_no_other_way() {
    let client = ["-tls1_2", "-cipher", "kRSA"];
    keeps_to(&s_server::RSA_KEY_EXCHANGE, &client, "Cipher is AES256-");
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (_, leaf) = chain(&workshop);
    let address = loopback::address();
    let server = s_server::start(address, 8443, &leaf, &s_server::RSA_KEY_EXCHANGE);
    let Some(_server) = server else {
        return;
    };
    let forward_secret = ["-tls1_2", "-cipher", "kECDHE:kDHE"];
    let seen = s_client::connect(address, 8443, &forward_secret);
    assert_eq!(seen.digests, [""; 0], "{}", seen.text);
}

#[test]
fn s_server_takes_p_521_and_no_other_curve() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let leaf = workshop.self_signed(&Order::leaf("host.acme.test").key(Key::EcdsaP521));
    let address = loopback::address();
    let Some(_server) = s_server::start(address, 8443, &leaf, &s_server::P_521) else {
        return;
    };
    let seen = s_client::connect(address, 8443, &[]);
    assert_eq!(seen.digests, leaf.digests, "{}", seen.text);
    assert!(
        seen.text.contains("Server Temp Key: ECDH, secp521r1"),
        "{}",
        seen.text
    );
    assert!(
        seen.text.contains("Server public key is 521 bit"),
        "{}",
        seen.text
    );
    let narrow = s_client::connect(address, 8443, &["-groups", "P-256:P-384"]);
    assert_eq!(narrow.digests, [""; 0], "{}", narrow.text);
}

#[test]
fn s_server_takes_a_client_certificate_of_its_authority() {
    let Some(workshop) = Workshop::open() else {
        return;
    };
    let (root, leaf) = chain(&workshop);
    let own = workshop.issue(&root, &Order::leaf("scan.acme.test"));
    let address = loopback::address();
    let Some(server) = s_server::start_mutual(address, 8443, &leaf, &root, &[]) else {
        return;
    };
    let (chain, key) = (own.chain.to_str().unwrap(), own.key.to_str().unwrap());
    let seen = s_client::connect(address, 8443, &["-cert", chain, "-key", key]);
    assert_eq!(seen.digests, leaf.digests, "{}", seen.text);
    assert!(!seen.text.contains("alert"), "{}", seen.text);
    assert!(
        server.log().contains("CN = scan.acme.test"),
        "{}",
        server.log()
    );
}

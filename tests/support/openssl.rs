//! A workshop for certificates: the `openssl` command with files in a temporary directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::credential::Credential;
use super::order::{Key, Order};
use super::{process, program};

/// What `openssl ca` wants to be told beside the extensions.
pub(super) const SETTINGS: &str = "\
[req]
distinguished_name = nothing
string_mask = utf8only
[nothing]
[ca]
default_ca = issuer
[issuer]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = anything
preserve = yes
[anything]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
";

/// Makes keys and certificates; the files last as long as it does.
pub struct Workshop {
    directory: TempDir,
    made: AtomicU32,
}

impl Workshop {
    /// An empty one; `None` when openssl is not installed.
    pub fn open() -> Option<Self> {
        program::found("openssl", "openssl", program::command("openssl"))?;
        let (directory, made) = (tempfile::tempdir().unwrap(), AtomicU32::new(0));
        Some(Self { directory, made })
    }

    /// A self-signed CA.
    pub fn root(&self, common_name: &str) -> Credential {
        self.self_signed(&Order::authority(common_name))
    }

    /// A CA signed by another.
    pub fn intermediate(&self, issuer: &Credential, common_name: &str) -> Credential {
        self.issue(issuer, &Order::authority(common_name))
    }

    /// A certificate signed with its own key.
    pub fn self_signed(&self, order: &Order) -> Credential {
        let bench = self.bench(order);
        sign(&bench, order, &["-selfsign", "-keyfile", "key.pem"]);
        finish(&bench, order.key, None)
    }

    /// A certificate signed by `issuer`.
    pub fn issue(&self, issuer: &Credential, order: &Order) -> Credential {
        let bench = self.bench(order);
        let authority_key = "authorityKeyIdentifier = keyid:always\n";
        let extensions = order.extensions().replacen(
            "[extensions]\n",
            &format!("[extensions]\n{authority_key}"),
            1,
        );
        write_settings(&bench, &extensions);
        let (certificate, key) = (path_text(&issuer.certificate), path_text(&issuer.key));
        sign(&bench, order, &["-cert", certificate, "-keyfile", key]);
        finish(&bench, order.key, Some(issuer))
    }

    /// A directory of its own for each certificate, with settings, key and request in it.
    fn bench(&self, order: &Order) -> PathBuf {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let bench = self.directory.path().join(number.to_string());
        fs::create_dir(&bench).unwrap();
        fs::write(bench.join("index.txt"), "").unwrap();
        write_settings(&bench, &order.extensions());
        let algorithm: &[&str] = match order.key {
            Key::Rsa => &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
            Key::Ecdsa => &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        };
        openssl(
            &bench,
            &[&["genpkey", "-out", "key.pem", "-algorithm"], algorithm].concat(),
        );
        let subject = [
            "-subj",
            &order.subject,
            "-key",
            "key.pem",
            "-out",
            "request.pem",
        ];
        openssl(
            &bench,
            &[
                ["req", "-new", "-utf8", "-batch", "-config", "settings"].as_slice(),
                &subject,
            ]
            .concat(),
        );
        bench
    }
}

/// SHA-256 of a PEM certificate as openssl computes it, lower-case hex.
pub fn digest(certificate: &Path) -> String {
    let arguments = [
        "x509",
        "-noout",
        "-sha256",
        "-fingerprint",
        "-in",
        path_text(certificate),
    ];
    let line = openssl(Path::new("."), &arguments);
    let (_, digits) = line.trim().split_once('=').unwrap();
    digits.replace(':', "").to_lowercase()
}

fn write_settings(bench: &Path, extensions: &str) {
    fs::write(bench.join("settings"), format!("{SETTINGS}{extensions}")).unwrap();
}

/// `openssl ca`, because `openssl x509` takes dates only from 3.4 on.
fn sign(bench: &Path, order: &Order, signer: &[&str]) {
    let [start, end] = order.validity();
    let always = [
        "ca",
        "-batch",
        "-notext",
        "-utf8",
        "-config",
        "settings",
        "-extensions",
        "extensions",
    ];
    let files = ["-in", "request.pem", "-out", "certificate.pem"];
    let dates = ["-startdate", &start, "-enddate", &end];
    openssl(bench, &[always.as_slice(), &files, &dates, signer].concat());
}

/// Gathers what was made, and writes the files that servers want.
fn finish(bench: &Path, algorithm: Key, issuer: Option<&Credential>) -> Credential {
    let certificate = bench.join("certificate.pem");
    let (mut chain_text, mut digests) = (
        fs::read_to_string(&certificate).unwrap(),
        vec![digest(&certificate)],
    );
    let intermediates = issuer
        .filter(|issuer| !issuer.self_signed)
        .map(|issuer| issuer.chain.clone());
    if let Some(intermediates) = &intermediates {
        chain_text += &fs::read_to_string(intermediates).unwrap();
        digests.extend(issuer.into_iter().flat_map(|issuer| issuer.digests.clone()));
    }
    let chain = bench.join("chain.pem");
    fs::write(&chain, chain_text).unwrap();
    let (key, self_signed) = (bench.join("key.pem"), issuer.is_none());
    Credential {
        certificate,
        chain,
        intermediates,
        key,
        algorithm,
        digests,
        self_signed,
    }
}

/// Runs openssl in `directory` and gives its standard output; panics with its own words when it fails.
pub(super) fn openssl(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(directory);
    let output = process::run(&mut command, Duration::from_secs(60));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "openssl {} failed:\n{complaint}",
        arguments.join(" ")
    );
    String::from_utf8(output.stdout).unwrap()
}

pub(super) fn path_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

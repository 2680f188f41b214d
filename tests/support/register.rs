//! A CA's register of what it issued and revoked: CRLs of `openssl ca`, answers of `openssl ocsp`.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use time::{Duration, OffsetDateTime, macros::format_description};

use super::credential::Credential;
use super::openssl::{SETTINGS, openssl, path_text};

/// The register of one CA; the files last as long as it does.
pub struct Register {
    directory: TempDir,
    authority: Credential,
}

impl Register {
    /// An empty one.
    pub fn of(authority: &Credential) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("index.txt"), "").unwrap();
        fs::write(directory.path().join("settings"), SETTINGS).unwrap();
        Self {
            directory,
            authority: authority.clone(),
        }
    }

    /// Enters a certificate as good.
    pub fn enter(&self, certificate: &Credential) {
        self.ca(&["-valid", path_text(&certificate.certificate)]);
    }

    /// Enters a certificate as revoked, now.
    pub fn revoke(&self, certificate: &Credential, reason: &str) {
        let file = path_text(&certificate.certificate);
        self.ca(&["-revoke", file, "-crl_reason", reason]);
    }

    /// The day on which the last certificate was revoked: "2026-11-21".
    pub fn revoked_on(&self) -> String {
        let index = fs::read_to_string(self.directory.path().join("index.txt")).unwrap();
        let mut revoked = index.lines().filter(|line| line.starts_with('R'));
        let date = revoked.next_back().unwrap().split('\t').nth(2).unwrap();
        format!("20{}-{}-{}", &date[..2], &date[2..4], &date[4..6])
    }

    /// A CRL in DER that holds from and until these hours, counted from now.
    pub fn crl(&self, from: i64, until: i64) -> Vec<u8> {
        let [from, until] = [from, until].map(hours_from_now);
        let dates = ["-crl_lastupdate", &from, "-crl_nextupdate", &until];
        self.ca(&[["-gencrl", "-out", "list.pem"].as_slice(), &dates].concat());
        let to_der = ["-in", "list.pem", "-outform", "DER", "-out", "list.der"];
        openssl(self.path(), &[["crl"].as_slice(), &to_der].concat());
        fs::read(self.path().join("list.der")).unwrap()
    }

    /// What the responder of the CA answers to an OCSP request; it signs as `signer`, and its answers hold for a week.
    pub fn ocsp(&self, request: &[u8], signer: &Credential) -> Vec<u8> {
        // Requests come at the same time.
        let desk = tempfile::tempdir_in(self.path()).unwrap();
        let [asked, answered] = ["request.der", "answer.der"].map(|name| desk.path().join(name));
        fs::write(&asked, request).unwrap();
        let authority = path_text(&self.authority.certificate);
        let (certificate, key) = (path_text(&signer.certificate), path_text(&signer.key));
        let responder = [
            "ocsp",
            "-index",
            "index.txt",
            "-CA",
            authority,
            "-ndays",
            "7",
        ];
        let signer = ["-rsigner", certificate, "-rkey", key];
        let files = [
            "-reqin",
            path_text(&asked),
            "-respout",
            path_text(&answered),
        ];
        openssl(
            self.path(),
            &[responder.as_slice(), &signer, &files].concat(),
        );
        fs::read(&answered).unwrap()
    }

    fn ca(&self, arguments: &[&str]) {
        let certificate = path_text(&self.authority.certificate);
        let signer = [
            "-cert",
            certificate,
            "-keyfile",
            path_text(&self.authority.key),
        ];
        let always = ["ca", "-batch", "-config", "settings"];
        openssl(
            self.path(),
            &[always.as_slice(), &signer, arguments].concat(),
        );
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }
}

fn hours_from_now(hours: i64) -> String {
    let format = format_description!("[year repr:last_two][month][day][hour][minute][second]Z");
    let moment = OffsetDateTime::now_utc() + Duration::hours(hours);
    moment.format(format).unwrap()
}

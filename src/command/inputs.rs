//! Reading what the user names: the deployment file, certificates, evidence, reports.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::Failure;
use super::failure::together;
use crate::certificate::container;
use crate::deployment::{Deployment, draw};
use crate::diff::Snapshot;
use crate::evidence::{Evidence, Unreadable, decompressed};
use crate::rules::RULES;

/// A deployment file describes nodes, not data: thousands of nodes fit.
pub(super) const DEPLOYMENT_LIMIT: u64 = 8 << 20;
/// A bundle of every public root is a quarter of a MiB.
const CERTIFICATES_LIMIT: u64 = 16 << 20;
/// 100,000 services with chains of three are about 700 MiB.
const EVIDENCE_LIMIT: u64 = 2 << 30;
/// The report of 10,000 services with findings on each is about 200 MiB.
const REPORT_LIMIT: u64 = 1 << 30;

/// Certificates, or requests, in the files that one option names. A bundle of every public root holds some 150; beyond a
/// thousand it is no bundle, and what is compared with each other would take its time.
pub(super) const MOST_CERTIFICATES: usize = 1000;

/// Reads a deployment file, keeping only `nodes` when there are any. Its faults come back drawn over the file.
pub(super) fn deployment(
    path: &Path,
    nodes: &[String],
    color: bool,
) -> Result<Deployment, Failure> {
    let text = text(path, DEPLOYMENT_LIMIT).map_err(|failure| with_hint(failure, path))?;
    let base = path.parent().unwrap_or(Path::new(""));
    parse(&path.display().to_string(), &text, base, nodes, color)
}

/// The same from text that is already there.
pub(super) fn parse(
    shown: &str,
    text: &str,
    base: &Path,
    nodes: &[String],
    color: bool,
) -> Result<Deployment, Failure> {
    let known: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let mut deployment = Deployment::parse(text, base, &known)
        .map_err(|problems| Failure::Deployment(draw(shown, text, &problems, color)))?;
    select(&mut deployment, nodes)?;
    Ok(deployment)
}

/// Keeps only `nodes`, when there are any; refuses names that the deployment does not have.
pub(super) fn select(deployment: &mut Deployment, nodes: &[String]) -> Result<(), Failure> {
    let there: BTreeSet<&str> = deployment.nodes.iter().map(|node| &*node.name).collect();
    if let Some(name) = nodes.iter().find(|name| !there.contains(&***name)) {
        let known = deployment.nodes.iter().map(|node| &*node.name);
        return Err(Failure::NoSuchNode {
            name: name.clone(),
            known: known.collect::<Vec<_>>().join(", "),
        });
    }
    if !nodes.is_empty() {
        let wanted: BTreeSet<&str> = nodes.iter().map(String::as_str).collect();
        let all = std::mem::take(&mut deployment.nodes);
        let both = all
            .into_iter()
            .partition(|node| wanted.contains(&*node.name));
        (deployment.nodes, deployment.left_out) = both;
    }
    Ok(())
}

/// The certificates (DER) of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let found = container::certificates(&bytes(path, CERTIFICATES_LIMIT)?);
    found.map_err(|fault| {
        let text = "the file should hold certificates as PEM or DER";
        unreadable(path, format!("{fault}; {text}"))
    })
}

/// Looks whether the files are there to be read, before time is spent on other work. All that are not are told at once.
pub(super) fn check_evidence(paths: &[PathBuf]) -> Result<(), Failure> {
    let opened = paths.iter().map(|path| open(path, EVIDENCE_LIMIT));
    together(opened.filter_map(Result::err).collect())
}

/// Reads evidence files and merges them in their order.
pub(super) fn evidence(paths: &[PathBuf]) -> Result<Evidence, Failure> {
    let mut merged: Option<Evidence> = None;
    for path in paths {
        let read = Evidence::read_from(unpacked(path, EVIDENCE_LIMIT)?);
        let read = read.map_err(|fault| match fault {
            Unreadable::Broken(reason) => unreadable(path, reason),
            other => {
                let text = "it should be what `certaudit probe -o` wrote";
                unreadable(path, format!("{other}; {text}"))
            }
        })?;
        match &mut merged {
            Some(evidence) => evidence.merge(read),
            None => merged = Some(read),
        }
    }
    merged.ok_or_else(|| Failure::System("no evidence file was given".to_owned()))
}

/// Reads a JSON report, compressed or not; "-" is standard input.
pub(super) fn report(path: &Path) -> Result<Snapshot, Failure> {
    let bytes = if path == Path::new("-") {
        let path = Path::new("standard input");
        let text = decompressed(io::stdin().lock(), REPORT_LIMIT);
        let text = text.map_err(|error| broken(path, &error))?;
        text_bytes(text, path, REPORT_LIMIT)?
    } else {
        text_bytes(unpacked(path, REPORT_LIMIT)?, path, REPORT_LIMIT)?
    };
    Snapshot::read(&bytes).map_err(|fault| {
        let text = "it should be what `certaudit scan -w json=PATH` wrote";
        unreadable(path, format!("{fault}; {text}"))
    })
}

/// Refuses what makes more than [`MOST_CERTIFICATES`].
pub(super) fn refuse_too_many(path: &Path, count: usize, things: &str) -> Result<(), Failure> {
    if count <= MOST_CERTIFICATES {
        return Ok(());
    }
    let reason = format!(
        "with it there are more than {MOST_CERTIFICATES} {things}; give those that belong together"
    );
    Err(unreadable(path, reason))
}

/// The text of a regular file, up to a limit.
pub(super) fn text(path: &Path, limit: u64) -> Result<String, Failure> {
    let text = text_bytes(open(path, limit)?, path, limit)?;
    String::from_utf8(text).map_err(|error| no_text(path, error.utf8_error().valid_up_to()))
}

/// The same of anything that is read from what people call `path`, still as bytes.
fn text_bytes(mut source: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = source.read(&mut piece);
        let length = length.map_err(|error| broken(path, &error))?;
        let read = piece.get(..length).unwrap_or_default();
        text.extend_from_slice(read);
        // No text holds it but UTF-16, and a file of nothing else (a disk's image, a sparse file) need not be read to its end.
        let is_wide = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
        if let Some(place) = read.iter().position(|byte| *byte == 0 && !is_wide) {
            return Err(no_text(path, text.len() - length + place));
        }
        refuse_too_large(path, &text, limit)?;
        if read.is_empty() {
            return Ok(text);
        }
    }
}

fn no_text(path: &Path, place: usize) -> Failure {
    unreadable(path, format!("not UTF-8 text (byte {place})"))
}

/// The bytes of a regular file, up to a limit.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    all_of(open(path, limit)?, path, limit)
}

/// Everything that is read from what people call `path`, up to a limit.
pub(super) fn all_of(source: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = source.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| broken(path, &error))?;
    refuse_too_large(path, &bytes, limit)?;
    Ok(bytes)
}

/// The text of a file that may be compressed, as it comes; an error beyond the limit.
fn unpacked(path: &Path, limit: u64) -> Result<impl Read, Failure> {
    let file = BufReader::new(open(path, limit)?);
    decompressed(file, limit).map_err(|error| broken(path, &error))
}

/// Opens a regular file. Nothing else is: reading a pipe or a device may wait for ever.
fn open(path: &Path, limit: u64) -> Result<fs::File, Failure> {
    let kind = fs::metadata(path).map_err(|error| broken(path, &error))?;
    if kind.is_dir() {
        return Err(unreadable(path, "it is a directory"));
    }
    if !kind.is_file() {
        let what = "it is no regular file, but a pipe, a socket or a device; write its content to a file first";
        return Err(unreadable(path, what));
    }
    if kind.len() > limit {
        return Err(too_large(path, limit));
    }
    fs::File::open(path).map_err(|error| broken(path, &error))
}

fn refuse_too_large(path: &Path, bytes: &[u8], limit: u64) -> Result<(), Failure> {
    if bytes.len() as u64 > limit {
        return Err(too_large(path, limit));
    }
    Ok(())
}

fn too_large(path: &Path, limit: u64) -> Failure {
    unreadable(path, format!("it is larger than {} MiB", limit >> 20))
}

fn broken(path: &Path, error: &io::Error) -> Failure {
    unreadable(path, error.to_string())
}

/// A file that cannot be used, and why.
pub(super) fn unreadable(path: &Path, reason: impl Into<String>) -> Failure {
    Failure::Unreadable {
        path: path.to_owned(),
        reason: reason.into(),
    }
}

fn with_hint(failure: Failure, path: &Path) -> Failure {
    if path.exists() {
        return failure;
    }
    let hint = "no such file; name the deployment file, or write one: `certaudit demo --print-config` shows an example";
    unreadable(path, hint)
}

//! Reading what the user names: the deployment file, trust files, evidence.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::certificate::container;
use crate::deployment::{Deployment, TrustFiles, draw};
use crate::evidence::Evidence;
use crate::rules::RULES;
use crate::trust::{DeviceTrust, system_roots};

/// A deployment file describes nodes, not data: thousands of nodes fit.
const DEPLOYMENT_LIMIT: u64 = 8 << 20;
/// A bundle of every public root is a quarter of a MiB.
const CERTIFICATES_LIMIT: u64 = 16 << 20;
/// 100,000 services with chains of three are about 700 MiB.
const EVIDENCE_LIMIT: u64 = 2 << 30;

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
    if let Some(name) = nodes.iter().find(|name| deployment.node(name).is_none()) {
        let known = deployment
            .nodes
            .iter()
            .map(|node| &*node.name)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(Failure::NoSuchNode {
            name: name.clone(),
            known,
        });
    }
    if !nodes.is_empty() {
        let all = std::mem::take(&mut deployment.nodes);
        (deployment.nodes, deployment.left_out) =
            all.into_iter().partition(|node| nodes.contains(&node.name));
    }
    Ok(())
}

/// Loads what the devices trust. What could not be read of this machine's own store comes back as remarks.
pub(super) fn trust(files: &TrustFiles) -> Result<(DeviceTrust, Vec<String>), Failure> {
    let mut trust = DeviceTrust::default();
    let mut remarks = Vec::new();
    if files.system {
        let store = system_roots();
        remarks.extend(
            store
                .problems
                .iter()
                .map(|problem| format!("this machine's trust store: {problem}")),
        );
        for der in &store.certificates {
            if let Err(malformed) = trust.add_root_of_store(der) {
                remarks.push(format!(
                    "this machine's trust store: a root cannot be decoded: {malformed}"
                ));
            }
        }
    }
    for (path, der) in certificates(&files.roots)? {
        trust
            .add_root(&der)
            .map_err(|malformed| unreadable(&path, malformed.to_string()))?;
    }
    for (path, der) in certificates(&files.intermediates)? {
        trust
            .add_intermediate(&der)
            .map_err(|malformed| unreadable(&path, malformed.to_string()))?;
    }
    for (_, der) in certificates(&files.pinned)? {
        trust.add_pinned(&der);
    }
    Ok((trust, remarks))
}

fn certificates(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let found =
            container::certificates(&bytes(path, CERTIFICATES_LIMIT)?).map_err(|fault| {
                unreadable(
                    path,
                    format!("{fault}; the file should hold certificates as PEM or DER"),
                )
            })?;
        all.extend(found.into_iter().map(|der| (path.clone(), der)));
    }
    Ok(all)
}

/// Reads evidence files and merges them in their order.
pub(super) fn evidence(paths: &[PathBuf]) -> Result<Evidence, Failure> {
    let mut merged: Option<Evidence> = None;
    for path in paths {
        let read = Evidence::read(&text(path, EVIDENCE_LIMIT)?).map_err(|fault| {
            unreadable(
                path,
                format!("{fault}; it should be what `certaudit probe -o` wrote"),
            )
        })?;
        match &mut merged {
            Some(evidence) => evidence.merge(read),
            None => merged = Some(read),
        }
    }
    merged.ok_or_else(|| Failure::System("no evidence file was given".to_owned()))
}

fn text(path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(bytes(path, limit)?).map_err(|error| {
        unreadable(
            path,
            format!("not UTF-8 text (byte {})", error.utf8_error().valid_up_to()),
        )
    })
}

/// The bytes of a regular file, up to a limit.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let kind = fs::metadata(path).map_err(|error| unreadable(path, error.to_string()))?;
    if !kind.is_file() {
        let what = if kind.is_dir() {
            "a directory"
        } else {
            "no regular file"
        };
        return Err(unreadable(path, format!("it is {what}")));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(path, error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(unreadable(
            path,
            format!("it is larger than {} MiB", limit >> 20),
        ));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, reason: String) -> Failure {
    Failure::Unreadable {
        path: path.to_owned(),
        reason,
    }
}

fn with_hint(failure: Failure, path: &Path) -> Failure {
    if path.exists() {
        return failure;
    }
    let hint = "no such file; name the deployment file, or write one: `certaudit demo --print-config` shows an example";
    unreadable(path, hint.to_owned())
}

//! The deployments of a run: files, and folders of files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use super::collect::Wanted;
use super::inputs;
use super::named_files::NamedFiles;
use super::outputs::Draft;
use super::terminal::{remark, stderr_color};
use crate::cli::Manner;
use crate::deployment::Deployment;
use crate::trust::DeviceTrust;

/// What stands for a deployment's label in the path of a file that each deployment has for itself.
pub(super) const PLACEHOLDER: &str = "{deployment}";

/// One deployment of a run.
pub(super) struct Member {
    /// Its name in paths: the file's name without its end; with the folder's before it where files in several folders are
    /// called alike.
    pub(super) label: String,
    /// Its file, as the user named it.
    pub(super) path: PathBuf,
    /// What should be there.
    pub(super) deployment: Deployment,
}

/// All deployments of a run, and what stands in the files that they name.
pub(super) struct Fleet {
    /// The deployments, in the order given.
    pub(super) members: Vec<Member>,
    files: NamedFiles,
}

/// What deployments are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be connected to: client certificates are read, too.
    Probe,
    /// To be judged only.
    Audit,
}

/// Reads every deployment file, and every `*.toml` of a folder, keeping only `nodes` when there are any: deployments that
/// have none of them are left out. Then the files that these name. The faults of all files come at once.
pub(super) fn open(
    configs: &[PathBuf],
    nodes: &[String],
    purpose: Purpose,
    manner: &Manner,
) -> Result<Fleet, Failure> {
    let paths = files(configs)?;
    let labels = labels(&paths)?;
    let (mut members, mut faults) = (Vec::new(), Vec::new());
    for (path, label) in paths.into_iter().zip(labels) {
        match inputs::deployment(&path, &[], stderr_color(manner)) {
            Ok(deployment) => members.push(Member {
                label,
                path,
                deployment,
            }),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        members = select(members, nodes)?;
    }
    let deployments = members.iter().map(|member| &member.deployment);
    let files = match purpose {
        Purpose::Probe => NamedFiles::read(deployments),
        Purpose::Audit => NamedFiles::read_trust(deployments.map(|one| &one.trust)),
    };
    let files = files.checked(faults, manner)?;
    Ok(Fleet { members, files })
}

impl Fleet {
    /// What stands for each deployment in the path of a file of its own.
    pub(super) fn labels(&self) -> Vec<&str> {
        let members = self.members.iter();
        members.map(|member| &*member.label).collect()
    }

    /// What the devices of one of the deployments trust.
    pub(super) fn trust(&self, member: &Member) -> Result<DeviceTrust, Failure> {
        self.files.trust(&member.deployment.trust)
    }

    /// The same of some of them.
    pub(super) fn trusts(&self, group: &[Member]) -> Result<Vec<DeviceTrust>, Failure> {
        group.iter().map(|member| self.trust(member)).collect()
    }

    /// Some of the deployments with what their devices trust, to be probed.
    pub(super) fn wanted<'a>(
        &self,
        group: &'a [Member],
        trusts: &'a [DeviceTrust],
    ) -> Vec<Wanted<'a>> {
        let wanted = |(member, trust): (&'a Member, &'a DeviceTrust)| Wanted {
            deployment: &member.deployment,
            trust,
            client_certificate: self.files.client_certificate(&member.deployment),
        };
        group.iter().zip(trusts).map(wanted).collect()
    }
}

/// The files themselves, folders opened, each once, in the order given.
fn files(configs: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for config in configs {
        let found = if config.is_dir() {
            folder(config)?
        } else {
            vec![config.clone()]
        };
        all.extend(found.into_iter().filter(|path| seen.insert(path.clone())));
    }
    Ok(all)
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |reason: String| Failure::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let entries = fs::read_dir(path).map_err(|error| unreadable(error.to_string()))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(error.to_string()))?.path();
        if entry.extension() == Some(OsStr::new("toml")) && !entry.is_dir() {
            found.push(entry);
        }
    }
    if found.is_empty() {
        return Err(unreadable(
            "it is a directory without a deployment file (*.toml)".to_owned(),
        ));
    }
    found.sort();
    Ok(found)
}

fn labels(paths: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let stem = |path: &PathBuf| text(path.file_stem());
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for path in paths {
        *count.entry(stem(path)).or_default() += 1;
    }
    let label = |path: &PathBuf| match (count.get(&stem(path)), path.parent()) {
        (Some(2..), Some(folder)) => format!("{}-{}", text(folder.file_name()), stem(path)),
        _ => stem(path),
    };
    let labels: Vec<String> = paths.iter().map(label).collect();
    let mut seen = BTreeSet::new();
    match labels.iter().find(|label| !seen.insert(*label)) {
        Some(twice) => Err(Failure::System(format!(
            "two deployment files would both be called {twice:?} in reports; rename one of them"
        ))),
        None => Ok(labels),
    }
}

fn text(name: Option<&OsStr>) -> String {
    name.map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn select(mut members: Vec<Member>, nodes: &[String]) -> Result<Vec<Member>, Failure> {
    if let [only] = &mut members[..] {
        inputs::select(&mut only.deployment, nodes)?;
        return Ok(members);
    }
    let has = |member: &Member, name: &String| member.deployment.node(name).is_some();
    if let Some(name) = nodes
        .iter()
        .find(|name| !members.iter().any(|member| has(member, name)))
    {
        return Err(Failure::NoSuchNode {
            name: name.clone(),
            known: format!("none in {} deployments", members.len()),
        });
    }
    if !nodes.is_empty() {
        members.retain(|member| nodes.iter().any(|name| has(member, name)));
        for member in &mut members {
            let own: Vec<String> = nodes
                .iter()
                .filter(|name| has(member, name))
                .cloned()
                .collect();
            inputs::select(&mut member.deployment, &own)?;
        }
    }
    Ok(members)
}

/// Deployments that are called alike cannot be told from each other in what is written of them.
pub(super) fn tell_namesakes(members: &[Member], manner: &Manner) {
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for member in members {
        let own = files.entry(&member.deployment.name).or_default();
        own.push(member.path.display().to_string());
    }
    for (name, files) in files.iter().filter(|(_, files)| files.len() > 1) {
        let files = files.join(", ");
        remark(
            manner,
            &format!(
                "several deployments are called {name}, and so are their findings: {files}; give each a name of its own"
            ),
        );
    }
}

/// The path of a member's own file: `{deployment}` is replaced by its label. Several members need the placeholder.
pub(super) fn own_path(path: &Path, label: &str, several: bool) -> Result<PathBuf, Failure> {
    let Some(text) = path.to_str().filter(|text| text.contains(PLACEHOLDER)) else {
        if several {
            return Err(Failure::Unwritable {
                path: path.to_owned(),
                reason: format!(
                    "several deployments need a file each: put {PLACEHOLDER} into the path, as in \
                     reports/{PLACEHOLDER}.json"
                ),
            });
        }
        return Ok(path.to_owned());
    };
    Ok(PathBuf::from(text.replace(PLACEHOLDER, label)))
}

/// A draft for each member's own file; none where no path was given.
pub(super) fn drafts(
    path: Option<&Path>,
    labels: &[&str],
    create: fn(&Path) -> Result<Draft, Failure>,
) -> Result<Vec<Draft>, Failure> {
    let several = labels.len() > 1;
    let own = |path: &Path| {
        labels
            .iter()
            .map(|label| create(&own_path(path, label, several)?))
            .collect()
    };
    path.map_or(Ok(Vec::new()), own)
}

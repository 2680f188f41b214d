//! The files in which what is judged stands, as the user named them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::audit::Judgement;

/// The files in which what is judged stands: lines of judgements are lines of the deployment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A deployment file.
    Deployment(PathBuf),
    /// The demo's own deployment file: there is no file of it until `certaudit demo --print-config` writes one.
    Demo,
    /// Files of certificates or of signing requests.
    Files {
        /// The deployment file that says what they are for, if any.
        deployment: Option<PathBuf>,
        /// The file that each node stands for, by the node's name; "-" for standard input.
        files: BTreeMap<String, PathBuf>,
    },
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot<'a> {
    /// The file; `None` for the demo's own.
    pub(super) file: Option<&'a Path>,
    /// The line, from 1; the first for what is about the file as a whole.
    pub(super) line: usize,
}

impl Default for Origin {
    /// The file that is read when the user names none.
    fn default() -> Self {
        Self::Deployment(PathBuf::from("cluster.toml"))
    }
}

impl Origin {
    /// Where a judgement points.
    pub(super) fn spot(&self, one: &Judgement) -> Spot<'_> {
        let line = one.line.unwrap_or(1);
        match self {
            Self::Deployment(path) => Spot {
                file: Some(path),
                line,
            },
            Self::Demo => Spot { file: None, line },
            Self::Files { deployment, files } => of_files(deployment.as_deref(), files, one),
        }
    }
}

/// The file of the node; else the deployment file; else the first of the files.
fn of_files<'a>(
    deployment: Option<&'a Path>,
    files: &'a BTreeMap<String, PathBuf>,
    one: &Judgement,
) -> Spot<'a> {
    let own = one.place.node.as_deref().and_then(|name| files.get(name));
    match (own, deployment) {
        (None, Some(path)) => Spot {
            file: Some(path),
            line: one.line.unwrap_or(1),
        },
        (own, _) => Spot {
            file: own.or_else(|| files.values().next()).map(PathBuf::as_path),
            line: 1,
        },
    }
}

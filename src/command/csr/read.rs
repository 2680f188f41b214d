//! From files to signing requests.

use std::path::{Path, PathBuf};

use super::super::check::files::{bytes, label, unreadable};
use super::super::inputs::refuse_too_many;
use super::super::terminal::remark;
use super::Failure;
use crate::certificate::SigningRequest;
use crate::certificate::container::{RequestFile, requests as in_container};
use crate::cli::Manner;
use crate::text::escape;

/// A request with the file that it came from.
pub(super) struct Filed {
    /// The file, and which one of several in it.
    pub(super) label: String,
    /// It came as text.
    pub(super) is_pem: bool,
    /// What it asks for.
    pub(super) request: SigningRequest,
}

/// Every request of the files; the same one twice counts once.
pub(super) fn requests(paths: &[PathBuf], manner: &Manner) -> Result<Vec<Filed>, Failure> {
    let mut all: Vec<Filed> = Vec::new();
    for path in paths {
        let file = in_container(&bytes(path)?).map_err(|fault| unreadable(path, &fault))?;
        let count = all.len() + file.requests.len() + file.others.len();
        refuse_too_many(Path::new(&label(path)), count, "requests and other things")?;
        for what in &file.others {
            let text = format!("{} also holds {}", label(path), escape(what));
            remark(manner, &text);
        }
        for one in decoded(path, &file)? {
            match all.iter().find(|known| known.request == one.request) {
                Some(known) => remark(
                    manner,
                    &format!("{} is the same request as {}", one.label, known.label),
                ),
                None => all.push(one),
            }
        }
    }
    Ok(all)
}

fn decoded(path: &Path, file: &RequestFile) -> Result<Vec<Filed>, Failure> {
    let several = file.requests.len() > 1;
    let one = |(der, number): (&Vec<u8>, usize)| {
        let name = if several {
            format!("{} #{number}", label(path))
        } else {
            label(path)
        };
        let request = SigningRequest::from_der(der).map_err(|malformed| Failure::Unreadable {
            path: name.clone().into(),
            reason: format!("no signing request (PKCS#10): {}", malformed.reason),
        })?;
        Ok(Filed {
            label: name,
            is_pem: file.is_pem,
            request,
        })
    };
    file.requests.iter().zip(1..).map(one).collect()
}

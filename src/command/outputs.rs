//! Writing files: beside their place first, renamed when whole, so that no half-written report is ever seen. A path that
//! ends in `.zst` is compressed.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use super::{Failure, interrupt};

/// Fast, and small enough: what is written is text that repeats itself.
const ZSTD_LEVEL: i32 = 3;
/// Drafts of one name that killed runs may have left.
const MOST_LEFT_BEHIND: u32 = 1000;

/// A file that appears under its name only when it is finished. Many may be open at once: it holds no file descriptor
/// until it is written.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    /// Where it is written first; `None` for a device or a pipe, which is written as it is.
    beside: Option<PathBuf>,
}

/// A draft that is being written.
pub(super) struct Pen {
    draft: Draft,
    sink: Sink,
}

enum Sink {
    Plain(BufWriter<File>),
    Zstd(Box<zstd::Encoder<'static, BufWriter<File>>>),
}

impl Draft {
    /// Creates it before any work is done, so that a path that cannot be written fails early.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let name = path
            .file_name()
            .ok_or_else(|| unwritable(path, &"it names no file"))?;
        if path.is_dir() {
            return Err(unwritable(path, &"it is a directory"));
        }
        // /dev/null and /dev/stdout must stay what they are.
        let special =
            path.starts_with("/dev") || path.metadata().is_ok_and(|found| !found.is_file());
        let beside = if special {
            None
        } else {
            Some(begin(path, name).map_err(|error| unwritable(path, &error))?)
        };
        Ok(Self {
            path: path.to_owned(),
            beside,
        })
    }

    /// The same for a file that is not there yet: what somebody wrote into it by hand is not to be lost.
    pub(super) fn create_new(path: &Path) -> Result<Self, Failure> {
        if path.symlink_metadata().is_ok() {
            let reason = "it is there already; name another file, or remove it first";
            return Err(unwritable(path, &reason));
        }
        Self::create(path)
    }

    /// The same for a file that is nobody else's business.
    pub(super) fn create_private(path: &Path) -> Result<Self, Failure> {
        let draft = Self::create(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(draft.place(), private)
                .map_err(|error| unwritable(path, &error))?;
        }
        Ok(draft)
    }

    /// Begins to write it.
    pub(super) fn start(self) -> Result<Pen, Failure> {
        let opened = OpenOptions::new().write(true).open(self.place());
        let sink = opened.and_then(|file| Sink::new(file, is_compressed(&self.path)));
        match sink {
            Ok(sink) => Ok(Pen { draft: self, sink }),
            Err(error) => Err(unwritable(&self.path, &error)),
        }
    }

    /// Writes the contents and puts the file in its place.
    pub(super) fn finish(
        self,
        contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut pen = self.start()?;
        pen.write(contents)?;
        pen.finish()
    }

    /// Where it is written.
    fn place(&self) -> &Path {
        self.beside.as_deref().unwrap_or(&self.path)
    }
}

/// Creates the file beside `path` that is called `name`, and sees to it that it is removed whatever happens.
fn begin(path: &Path, name: &OsStr) -> io::Result<PathBuf> {
    let mut drafts = interrupt::drafts();
    if drafts.values().any(|other| other == path) {
        return Err(io::Error::other("two outputs have this path"));
    }
    let (name, process) = (name.to_string_lossy(), std::process::id());
    let beside = |number| path.with_file_name(format!(".{name}.{process}-{number}.tmp"));
    // In a container the process number is always the same: one that was killed may have left its drafts.
    let mut created = Ok(PathBuf::new());
    for beside in (0..MOST_LEFT_BEHIND).map(beside) {
        let mut options = OpenOptions::new();
        created = options
            .write(true)
            .create_new(true)
            .open(&beside)
            .map(|_| beside);
        match &created {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            _ => break,
        }
    }
    let beside = created?;
    drafts.insert(beside.clone(), path.to_owned());
    Ok(beside)
}

impl Pen {
    /// Writes a part.
    pub(super) fn write(
        &mut self,
        contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let written = match &mut self.sink {
            Sink::Plain(writer) => contents(writer),
            Sink::Zstd(writer) => contents(writer),
        };
        written.map_err(|error| unwritable(&self.draft.path, &error))
    }

    /// Puts the file in its place.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { draft, sink } = self;
        let written = sink.close().and_then(|file| match &draft.beside {
            Some(beside) => file
                .sync_all()
                .and_then(|()| fs::rename(beside, &draft.path)),
            None => Ok(()),
        });
        written.map_err(|error| unwritable(&draft.path, &error))
    }
}

impl Sink {
    fn new(file: File, compressed: bool) -> io::Result<Self> {
        let writer = BufWriter::new(file);
        if !compressed {
            return Ok(Self::Plain(writer));
        }
        let mut encoder = zstd::Encoder::new(writer, ZSTD_LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self::Zstd(Box::new(encoder)))
    }

    fn close(self) -> io::Result<File> {
        let writer = match self {
            Self::Plain(writer) => writer,
            Self::Zstd(encoder) => encoder.finish()?,
        };
        writer.into_inner().map_err(IntoInnerError::into_error)
    }
}

fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "zst")
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Renamed already, or not wanted any more: either way nothing may stay behind.
        if let Some(beside) = &self.beside {
            interrupt::remove(beside);
        }
    }
}

fn unwritable(path: &Path, reason: &dyn std::fmt::Display) -> Failure {
    Failure::Unwritable {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// Writes to standard output. A reader that has gone away is no failure.
pub(super) fn to_stdout(
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut writer = BufWriter::new(io::stdout().lock());
    match contents(&mut writer).and_then(|()| writer.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => {
            // What is still buffered after a broken pipe must not be tried again on drop.
            let _ = writer.into_parts();
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::Draft;

    #[test]
    fn a_draft_appears_only_when_finished() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        let draft = Draft::create(&path).unwrap();
        assert!(!path.exists());
        draft.finish(|sink| sink.write_all(b"whole")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    }

    #[test]
    fn an_abandoned_or_failed_draft_leaves_the_old_file_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        fs::write(&path, "old").unwrap();
        drop(Draft::create(&path).unwrap());
        let failed = Draft::create(&path)
            .unwrap()
            .finish(|_| Err(std::io::Error::other("disk full")));
        assert!(failed.unwrap_err().to_string().contains("disk full"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    }

    #[test]
    fn a_path_that_cannot_be_written_fails_at_once() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Draft::create(&directory.path().join("no/such/place.json")).is_err());
        assert!(Draft::create(directory.path()).is_err());
    }
}

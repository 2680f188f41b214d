//! Whether a program is installed, and what it means for a test when it is not.

use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

/// Says that a missing program is a failure: `CERTAUDIT_INTEROP=required`.
const REQUIRED: &str = "CERTAUDIT_INTEROP";

/// Gives what was found of a program; else says that the test is skipped, or panics where it must not be.
pub fn found<T>(name: &str, debian_package: &str, files: Option<T>) -> Option<T> {
    if files.is_none() {
        let required = env::var(REQUIRED).is_ok_and(|value| value == "required");
        assert!(
            !required,
            "{name} is not installed: apt-get install {debian_package}"
        );
        // Not `eprintln`: the test harness would keep that to itself.
        let _closed = writeln!(io::stderr(), "skipped: {name} is not installed");
    }
    files
}

/// A command of `PATH` or of the administrator's directories, which are not in everybody's `PATH`.
pub fn command(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories =
        env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    directories
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

/// A file below one of the library directories.
pub fn library(name: &str) -> Option<PathBuf> {
    library_directories()
        .into_iter()
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

/// The library directories of this machine's architectures: `/usr/lib/x86_64-linux-gnu`, …, `/usr/lib`.
pub fn library_directories() -> Vec<PathBuf> {
    let entries = fs::read_dir("/usr/lib").into_iter().flatten();
    let triplets = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().contains("-linux-"));
    triplets.chain([PathBuf::from("/usr/lib")]).collect()
}

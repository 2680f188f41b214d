//! Where a result points: the line of the deployment file, the node, the service.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::log::{ArtifactLocation, Location, LogicalLocation, Message, PhysicalLocation, Region};
use crate::audit::Judgement;
use crate::report::Origin;
use crate::text::escape;

/// The folder that relative paths are relative to; GitHub takes it to be the root of the repository.
pub(super) const ROOT: &str = "%SRCROOT%";
/// Stands for a file that is none, so that no file of the reader's repository is taken for it.
const DEMO: &str = "certaudit-demo.toml";
const STANDARD_INPUT: &str = "standard-input";
/// What may stand in a path of a URI as it is (RFC 3986 section 3.3; not ":", which would make a scheme of the first part).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The one place of a judgement.
pub(super) fn of(one: &Judgement, origin: &Origin) -> Location {
    let spot = origin.spot(one);
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(spot.file),
            region: Region {
                start_line: spot.line,
            },
        },
        logical_locations: logical(one).into_iter().collect(),
    }
}

fn artifact(file: Option<&Path>) -> ArtifactLocation {
    let Some(path) = file else {
        return described(DEMO, "What `certaudit demo --print-config` prints.");
    };
    if path == Path::new("-") {
        return described(STANDARD_INPUT, "Standard input.");
    }
    let encoded = encoded(path);
    if path.is_absolute() {
        return ArtifactLocation {
            uri: format!(
                "file://{}{encoded}",
                if encoded.starts_with('/') { "" } else { "/" }
            ),
            uri_base_id: None,
            description: None,
        };
    }
    ArtifactLocation {
        uri: encoded.trim_start_matches("./").to_owned(),
        uri_base_id: Some(ROOT),
        description: None,
    }
}

/// The path as a URI writes it, byte by byte.
fn encoded(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let encoded = percent_encode(bytes, ENCODED).to_string();
    if cfg!(windows) {
        encoded.replace("%5C", "/")
    } else {
        encoded
    }
}

fn described(uri: &str, words: &str) -> ArtifactLocation {
    ArtifactLocation {
        uri: uri.to_owned(),
        uri_base_id: None,
        description: Some(Message::of(words)),
    }
}

/// The service, or the node; none for the deployment as a whole.
fn logical(one: &Judgement) -> Option<LogicalLocation> {
    let node = escape(one.place.node.as_deref()?).into_owned();
    let (Some(service), Some(port)) = (&one.place.service, one.place.port) else {
        return Some(LogicalLocation {
            fully_qualified_name: node.clone(),
            name: node,
            kind: "node",
        });
    };
    Some(LogicalLocation {
        fully_qualified_name: format!("{node}/{service}/{port}"),
        name: format!("{service} ({port})"),
        kind: "service",
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{artifact, encoded};

    #[test]
    fn relative_paths_are_of_the_repository() {
        let own = artifact(Some(Path::new("./voice/my cluster#1.toml")));
        assert_eq!(own.uri, "voice/my%20cluster%231.toml");
        assert_eq!(own.uri_base_id, Some("%SRCROOT%"));
        assert_eq!(encoded(Path::new("a:b%.toml")), "a%3Ab%25.toml");
    }

    #[test]
    fn no_file_of_the_repository_is_taken_for_what_is_none() {
        for file in [None, Some(Path::new("-"))] {
            let own = artifact(file);
            assert!(own.uri_base_id.is_none() && own.description.is_some());
        }
    }

    #[cfg(unix)]
    #[test]
    fn absolute_paths_and_other_bytes_are_kept() {
        use std::os::unix::ffi::OsStrExt as _;
        let own = artifact(Some(Path::new("/srv/cluster.toml")));
        assert_eq!(own.uri, "file:///srv/cluster.toml");
        assert!(own.uri_base_id.is_none());
        let odd = std::ffi::OsStr::from_bytes(b"\xff.toml");
        assert_eq!(encoded(Path::new(odd)), "%FF.toml");
    }
}

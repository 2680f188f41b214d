//! The step of a pipeline that README shows, run by bash.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{status, text};

/// A node on which nothing listens: what is found is found without a server.
const CLUSTER: &str = "name = \"ACME\"\ndomain = \"acme.test\"\n[trust]\nsystem = false\n\
    [[node]]\nname = \"cucm-pub\"\nproduct = \"cucm\"\naddress = \"cucm-pub.acme.test\"\nconnect = \"127.0.0.1\"\n\
    services = [{ service = \"tomcat\", port = 1 }]\n";
const SETTING: &str =
    "[[setting]]\nlocation = \"System > Server\"\nvalue = \"10.0.0.5\"\nnode = \"cucm-pub\"\n";
const WAIVER: &str =
    "[[waiver]]\nrule = \"naming-ip-address\"\nnode = \"cucm-pub\"\nreason = \"CHG0042\"\n";

/// The commands between README's marks.
fn block() -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let part = readme.split("<!-- gate -->\n```sh\n").nth(1).unwrap();
    part.split("```\n<!-- /gate -->").next().unwrap().to_owned()
}

fn gate(folder: &TempDir, cluster: &str) -> Output {
    fs::write(folder.path().join("cluster.toml"), cluster).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_certaudit"));
    let paths = std::env::var("PATH").unwrap();
    Command::new("bash")
        .args(["-c", &block()])
        .env(
            "PATH",
            format!("{}:{paths}", program.parent().unwrap().display()),
        )
        .current_dir(folder.path())
        .output()
        .unwrap()
}

#[test]
fn the_gate_fails_on_what_is_new_and_on_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let first = gate(&folder, CLUSTER);
    assert_eq!(status(&first), 0, "{}", text(&first.stderr));
    assert!(
        read("accepted.json").contains("probe-unreachable"),
        "what is known is accepted"
    );

    let changed = format!("{CLUSTER}{SETTING}");
    for _ in 0..2 {
        let refused = gate(&folder, &changed);
        assert_eq!(status(&refused), 1, "{}", text(&refused.stderr));
        assert!(read("changes.md").contains("| ERROR | naming-ip-address | cucm-pub |"));
        assert!(!read("accepted.json").contains("\"rule\": \"naming-ip-address\""));
    }

    let waived = gate(&folder, &format!("{changed}{WAIVER}"));
    assert_eq!(status(&waived), 0, "{}", text(&waived.stdout));
    assert!(read("accepted.json").contains("CHG0042"));
    let back = gate(&folder, &changed);
    assert_eq!(
        status(&back),
        1,
        "the waiver is gone: {}",
        text(&back.stdout)
    );
    assert!(read("changes.md").contains("No longer waived"));

    let broken = gate(&folder, "name = 1\n");
    assert_eq!(status(&broken), 2, "a scan that cannot start ends it");
}

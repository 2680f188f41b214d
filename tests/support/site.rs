//! The demo's cluster with a deployment file that a user could have written for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use certaudit::certificate::container::pem;
use certaudit::demo::{CLUSTER, Cluster};
use certaudit::deployment::Deployment;
use tempfile::TempDir;

/// The demo's cluster with a deployment file that a user could have written for it.
pub struct Site {
    /// Where `cluster.toml` is.
    pub folder: TempDir,
    _cluster: Cluster,
}

impl Site {
    /// Starts it.
    pub fn start() -> Self {
        let mut deployment = Deployment::parse(CLUSTER, Path::new(""), &[]).unwrap();
        let cluster = Cluster::start(&mut deployment, now()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pki")).unwrap();
        fs::write(folder.path().join("pki/acme-root.pem"), pem(&cluster.root)).unwrap();
        fs::write(
            folder.path().join("cluster.toml"),
            with_connections(&deployment),
        )
        .unwrap();
        Self {
            folder,
            _cluster: cluster,
        }
    }

    /// Runs certaudit in the folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), arguments)
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The demo's file, with the sockets at which its services listen.
fn with_connections(deployment: &Deployment) -> String {
    let mut text = CLUSTER.to_owned();
    for node in &deployment.nodes {
        let services: Vec<String> = node
            .services
            .iter()
            .map(|service| {
                let connect = service.connect.unwrap();
                format!(
                    "{{ service = {:?}, connect = \"{connect}\" }}",
                    service.name
                )
            })
            .collect();
        let address = format!("address = {:?}", node.address);
        let with_services = format!("{address}\nservices = [{}]", services.join(", "));
        text = text.replace(&address, &with_services);
    }
    text
}

/// Runs certaudit in a folder, to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// The command, to be run in a folder.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certaudit"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE");
    command
}

fn now() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

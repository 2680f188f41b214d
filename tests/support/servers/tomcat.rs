//! Tomcat as Cisco Tomcat: HTTPS on 8443 by Java's TLS, with one certificate or an RSA one and its ECDSA twin.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::credential::Credential;
use crate::support::program;

use super::{Server, text};

/// The port for clients and administrators.
pub const PORT: u16 = 8443;

/// Where Debian puts Tomcat's jars, newest first.
const HOMES: [&str; 3] = [
    "/usr/share/tomcat11",
    "/usr/share/tomcat10",
    "/usr/share/tomcat9",
];

/// Serves nothing over TLS, with all of the certificates; `None` when it is not installed.
pub fn start(address: Ipv4Addr, certificates: &[&Credential]) -> Option<Server> {
    let java = program::found("java", "default-jre-headless", program::command("java"))?;
    let home = program::found("tomcat", "tomcat10-common", home())?;
    let directory = tempfile::tempdir().unwrap();
    for name in ["conf", "temp", "webapps"] {
        fs::create_dir(directory.path().join(name)).unwrap();
    }
    fs::write(
        directory.path().join("conf/server.xml"),
        settings(address, certificates),
    )
    .unwrap();
    let command = command(&java, &home, directory.path());
    Some(Server::start(
        &command,
        directory,
        &[(address, PORT).into()],
    ))
}

fn home() -> Option<PathBuf> {
    HOMES
        .map(PathBuf::from)
        .into_iter()
        .find(|home| home.join("bin/bootstrap.jar").is_file())
}

/// Java by itself, not `catalina.sh`: no shell between us and the process, and a JVM that is small and starts fast.
fn command(java: &Path, home: &Path, base: &Path) -> Command {
    let (home, base) = (text(home), text(base));
    let mut command = Command::new(java);
    command.args(["-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    command.arg(format!("-Dcatalina.home={home}"));
    command.arg(format!("-Dcatalina.base={base}"));
    command.arg(format!("-Djava.io.tmpdir={base}/temp"));
    command.arg("-classpath").arg(format!(
        "{home}/bin/bootstrap.jar:{home}/bin/tomcat-juli.jar"
    ));
    command.args(["org.apache.catalina.startup.Bootstrap", "start"]);
    command
}

/// `port="-1"`: no shutdown port, which would be one for all addresses.
fn settings(address: Ipv4Addr, certificates: &[&Credential]) -> String {
    let certificates: String = certificates
        .iter()
        .map(|credential| certificate(credential))
        .collect();
    format!(
        r#"<Server port="-1"><Service name="Catalina">
<Connector address="{address}" port="{PORT}" protocol="org.apache.coyote.http11.Http11NioProtocol"
           SSLEnabled="true" scheme="https" secure="true" maxThreads="8" minSpareThreads="1">
<SSLHostConfig protocols="TLSv1.2+TLSv1.3">
{certificates}</SSLHostConfig>
</Connector>
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>
</Service></Server>
"#
    )
}

/// Without `type` Tomcat would take two certificates for one, twice.
fn certificate(credential: &Credential) -> String {
    let (chain, key) = (text(&credential.chain), text(&credential.key));
    let kind = match credential.algorithm.kind() {
        "rsa" => "RSA",
        _ => "EC",
    };
    format!(
        "<Certificate type=\"{kind}\" certificateFile=\"{chain}\" certificateKeyFile=\"{key}\"/>\n"
    )
}

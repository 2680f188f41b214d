//! Dead DNS and missing IPv6: what does not need them is examined all the same, and the rest is told.

use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::disk::{may_unshare, through};
use crate::scene::{Halt, Scene, json, text};

/// All look-ups of a node, and then DNS's own work, each wait for a silent server: some ten deadlines of a second.
const DEADLINES: Duration = Duration::from_secs(20);

fn observation<'r>(report: &'r Value, node: &str) -> &'r Value {
    let nodes = report["nodes"].as_array().unwrap();
    let found = nodes.iter().find(|one| one["name"] == node).unwrap();
    &found["services"][0]
}

fn outcome(report: &Value, rule: &str, node: &str) -> String {
    let findings = report["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|one| one["rule"] == rule && one["node"] == node);
    found.map_or_else(
        || format!("no {rule} of {node}"),
        |one| one["status"].as_str().unwrap().to_owned(),
    )
}

/// The scan ends soon, the good node is examined, the other one is told to be out of reach, and why.
#[track_caller]
fn assert_rest_stands(command: &mut Command, unresolvable: &str, why: &str) {
    let begun = Instant::now();
    let output = command.output().unwrap();
    assert!(begun.elapsed() < DEADLINES, "{:?}", begun.elapsed());
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let report = json(&output.stdout);
    assert_eq!(report["complete"], true);
    assert_eq!(observation(&report, "good")["status"], "examined");
    assert_eq!(outcome(&report, "probe-unreachable", "other"), "fail");
    assert_eq!(
        outcome(&report, "naming-unresolvable", "other"),
        unresolvable
    );
    assert!(
        observation(&report, "other").to_string().contains(why),
        "{}",
        observation(&report, "other")
    );
}

const SCAN: [&str; 4] = ["scan", "-f", "json", "--all"];

#[test]
fn a_silent_dns_server_costs_its_deadlines_and_no_more() {
    let scene = Scene::start(Halt::Resolve, 1);
    assert_rest_stands(&mut scene.command(&SCAN), "unknown", "no answer within 1 s");
}

#[test]
fn a_dns_server_that_is_not_there_is_told() {
    let scene = Scene::start(Halt::Resolve, 1);
    let closed = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let text = fs::read_to_string(scene.path("cluster.toml")).unwrap();
    let (before, after) = text.split_once("server = \"").unwrap();
    let after = after.split_once('"').unwrap().1;
    let text = format!("{before}server = \"{closed}\"{after}");
    fs::write(scene.path("cluster.toml"), text).unwrap();
    assert_rest_stands(&mut scene.command(&SCAN), "unknown", "no answer within 1 s");
}

/// The deployment without a DNS server of its own.
fn by_system() -> Scene {
    let scene = Scene::start(Halt::Resolve, 1);
    let text = fs::read_to_string(scene.path("cluster.toml")).unwrap();
    let (before, after) = text.split_once("[dns]").unwrap();
    let after = after.split_once("[[node]]").unwrap().1;
    fs::write(
        scene.path("cluster.toml"),
        format!("{before}[[node]]{after}"),
    )
    .unwrap();
    scene
}

#[test]
fn a_machine_without_a_usable_resolver_examines_what_has_an_address() {
    if !may_unshare("-rm") {
        return;
    }
    let nobody = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
    for (configuration, why) in [(nobody, ""), ("", ""), ("nameserver nonsense\n\0", "")] {
        let scene = by_system();
        fs::write(scene.path("resolv.conf"), configuration).unwrap();
        let script = "mount --bind resolv.conf /etc/resolv.conf && exec \"$0\" \"$@\"";
        let scan = scene.command(&SCAN);
        let mut scan = through("unshare", &["-rm", "sh", "-c", script], &scan);
        assert_rest_stands(&mut scan, "unknown", why);
    }
}

/// Where the test below runs once more, in a network of its own.
const INSIDE: &str = "CERTAUDIT_TEST_WITHOUT_IPV6";

#[test]
fn without_ipv6_the_other_addresses_are_used() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    if !may_unshare("-rmn") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let hosts = "2001:db8::1 both.acme.test\n127.0.0.1 both.acme.test localhost\n2001:db8::2 six.acme.test\n";
    fs::write(folder.path().join("hosts"), hosts).unwrap();
    let script = "mount --bind hosts /etc/hosts && printf '' > empty && mount --bind empty /etc/resolv.conf && \
                  { echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 || true; } && ip link set lo up && exec \"$0\" \"$@\"";
    let output = Command::new("unshare")
        .args(["-rmn", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "names::without_ipv6_the_other_addresses_are_used",
            "--nocapture",
        ])
        .current_dir(&folder)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    if said.contains("ip: not found") {
        crate::support::program::found::<()>("ip", "iproute2", None);
        return;
    }
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

/// No address but those of loopback, and no route.
fn inside() {
    let scene = by_system();
    let text_of = fs::read_to_string(scene.path("cluster.toml")).unwrap();
    let good = text_of.split_once("connect = \"127.0.0.1:").unwrap().1;
    let port = good.split_once('"').unwrap().0.to_owned();
    let (head, _) = text_of.split_once("[[node]]").unwrap();
    let node = |name: &str| {
        format!(
            "[[node]]\nname = \"{name}\"\nproduct = \"cucm\"\naddress = \"{name}.acme.test\"\n\
             services = [{{ service = \"tomcat\", port = {port} }}]\n"
        )
    };
    fs::write(
        scene.path("cluster.toml"),
        format!("{head}{}{}", node("both"), node("six")),
    )
    .unwrap();
    let begun = Instant::now();
    let output = scene.run(&SCAN);
    assert!(begun.elapsed() < DEADLINES, "{:?}", begun.elapsed());
    let report = json(&output.stdout);
    assert_eq!(observation(&report, "both")["status"], "examined");
    let six = observation(&report, "six").to_string();
    assert!(
        six.contains("unreachable") || six.contains("not available"),
        "{six}"
    );
    assert_eq!(outcome(&report, "probe-unreachable", "six"), "fail");
    assert!(Path::new("/etc/hosts").exists());
}

//! Not a check: pictures to look at, with `CERTAUDIT_SCREENSHOTS=DIRECTORY`; `pdftoppm -png` makes some of the printed pages.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::print::pdf;
use crate::rollout;
use crate::site::{self, Site, certaudit};

const SECTIONS: [&str; 7] = [
    "main",
    "clients",
    "map",
    "expiries",
    "nodes",
    "findings",
    "certificates",
];

#[test]
fn pictures() {
    let Some(directory) = std::env::var_os("CERTAUDIT_SCREENSHOTS").map(PathBuf::from) else {
        return;
    };
    let Some(mut browser) = Browser::found() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (_target, rollout) = rollout();
    let (many, more, hostile) = (Site::large(60), Site::large(400), Site::hostile());
    let pages = [
        ("rollout", rollout),
        ("demo", written(&folder, "demo", &["demo"])),
        ("half-silent", half_silent(&folder)),
        ("waivers", waivers(&folder)),
        ("csr", requests(&folder)),
        ("60", many.page()),
        ("400", more.page()),
        ("hostile", hostile.page()),
    ];
    for (name, page) in pages {
        for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 360)] {
            let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
            browser.call("Emulation.setEmulatedMedia", &json!({"features": features}));
            let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500});
            browser.call("Emulation.setDeviceMetricsOverride", &size);
            browser.open(&page);
            // What is laid out as it comes into view would not be in the picture.
            browser.value(
                "document.querySelectorAll('article').forEach(e => { e.style.contentVisibility = 'visible' })",
            );
            for section in SECTIONS {
                let file = format!("{name}-{scheme}-{width}-{section}.png");
                picture(&mut browser, section, width, &directory.join(file));
            }
        }
        browser.call("Emulation.clearDeviceMetricsOverride", &json!({}));
        fs::write(directory.join(format!("{name}.pdf")), pdf(&mut browser)).unwrap();
    }
}

/// A section, or the top of the page, as far as it can be looked at.
fn picture(browser: &mut Browser, section: &str, width: u32, file: &Path) {
    let place = format!(
        "(e => e && (b => ({{x: 0, y: Math.max(0, b.y + scrollY - 60), width: {width}, height: Math.min(b.height + 80, 1700), scale: 1}}))(e.getBoundingClientRect()))\
         (document.getElementById('{section}') ?? null)"
    );
    let mut clip = browser.value(&place);
    if clip == Value::Null {
        return;
    }
    if section == "main" {
        clip = json!({"x": 0, "y": 0, "width": width, "height": 1200, "scale": 1});
    }
    let asked = json!({"clip": clip, "captureBeyondViewport": true});
    let taken = browser.call("Page.captureScreenshot", &asked);
    let png = STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
    fs::write(file, png).unwrap();
}

/// The page that a command writes.
fn written(folder: &TempDir, name: &str, arguments: &[&str]) -> PathBuf {
    let file = folder.path().join(format!("{name}.html"));
    let write = format!("html={}", file.display());
    let output = certaudit(Path::new("."), &[arguments, &["-q", "-w", &write]].concat());
    assert!(
        file.is_file(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    file
}

fn half_silent(folder: &TempDir) -> PathBuf {
    let target = folder.path().join("half-silent");
    fs::create_dir(&target).unwrap();
    site::page(Path::new("fixtures/scenarios/half-silent"), &target)
}

/// The demo's findings, most of them accepted.
fn waivers(folder: &TempDir) -> PathBuf {
    let from = Path::new("fixtures/scenarios/rollout");
    let deployment = fs::read_to_string(from.join("deployment.toml")).unwrap();
    let config = folder.path().join("waivers.toml");
    let pki = format!("\"{}/pki/", fs::canonicalize(from).unwrap().display());
    let mut text = deployment.replace("\"pki/", &pki);
    for (rule, day) in [
        ("chain-self-signed", "2027-01-31"),
        ("validity-apple-limit", "2026-01-31"),
        ("identity-xmpp-domain-missing", "2027-03-01"),
    ] {
        text += &format!(
            "\n[[waiver]]\nrule = \"{rule}\"\nreason = \"CHG0042 <b>replaces</b> it\"\nexpires = {day}\n"
        );
    }
    fs::write(&config, text).unwrap();
    let evidence = from.join("evidence.json").display().to_string();
    let config = config.display().to_string();
    let arguments = ["audit", &config, "--evidence", &evidence, "--all"];
    written(folder, "waivers", &arguments)
}

fn requests(folder: &TempDir) -> PathBuf {
    let files = [
        "fixtures/requests/rsa2048-sha1.pem",
        "fixtures/requests/attributes.pem",
    ];
    written(folder, "csr", &["csr", files[0], files[1], "--public-ca"])
}

//! (a) A scan of the fleet, judged and reported, against the bare loop in the same process and minute.

use std::io;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certaudit::audit::estate::Estate;
use certaudit::audit::{self, Context};
use certaudit::deployment::Deployment;
use certaudit::evidence::Evidence;
use certaudit::probe::{self, About, Limits};
use certaudit::report::{Page, Report, format_named};
use certaudit::rules::RULES;
use certaudit::trust::DeviceTrust;
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

use super::authority::AT;
use super::bare;
use super::fleet::{Fleet, Ports};
use super::process::{Role, cpu_time, forget_peak, memory, peak_memory};

/// Scans and bare loops take turns, and the best of each counts.
const TURNS: usize = 3;

/// What a client measured.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Measured {
    scan: Spent,
    /// Of the scan: what was done after the network.
    judging: Spent,
    bare: Spent,
    /// Services of which a certificate was seen.
    examined: usize,
    /// What the process needed more at the peak of the first scan than before it, in bytes.
    growth: usize,
    /// Bytes of the JSON report.
    report: usize,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
struct Spent {
    wall: Duration,
    cpu: Duration,
}

pub fn bench(fleets: &[Fleet]) {
    println!(
        "scan: every service asked for both twins, judged by {} rules, reported as JSON",
        RULES.len()
    );
    println!(
        "{:>9} {:>7} {:>9} {:>8} {:>8} {:>8} {:>9} {:>10} {:>10} {:>11} {:>10}",
        "services",
        "silent",
        "wall/bare",
        "cpu/bare",
        "wall s",
        "of it",
        "services",
        "cpu each",
        "bare each",
        "memory each",
        "limit s"
    );
    println!(
        "{:>9} {:>7} {:>9} {:>8} {:>8} {:>8} {:>9} {:>10} {:>10} {:>11} {:>10}",
        "", "", "", "", "", "judging", "/s", "us", "us", "MiB", ""
    );
    let mut sizes: Vec<(usize, usize)> = Vec::new();
    for fleet in fleets {
        let measured = measure(fleet);
        row(fleet, &measured);
        if fleet.silent + fleet.refusing == 0 {
            sizes.push((fleet.services, measured.growth));
        }
    }
    // What a connection under way takes is the same for any size.
    for pair in sizes.windows(2) {
        let [(few, less), (many, more)] = pair else {
            continue;
        };
        let each = (*more as f64 - *less as f64) / (*many as f64 - *few as f64) / 1024.0;
        println!("memory from {few} to {many} services: {each:.2} KiB more for each");
    }
}

fn measure(fleet: &Fleet) -> Measured {
    let mut server = Role::start(&["serve", &fleet.write()]);
    let mut client = Role::start(&["client", &fleet.write(), &server.line()]);
    serde_json::from_str(&client.line()).unwrap()
}

fn row(fleet: &Fleet, measured: &Measured) {
    let each = |time: Duration, count: usize| time.as_secs_f64() * 1e6 / count.max(1) as f64;
    let share = |scan: Duration, bare: Duration| scan.as_secs_f64() / bare.as_secs_f64();
    let wall = measured.scan.wall.as_secs_f64();
    assert_eq!(
        measured.examined,
        fleet.speaking(),
        "some services were not seen"
    );
    println!(
        "{:>9} {:>7} {:>9.2} {:>8.2} {wall:>8.2} {:>8.2} {:>9.0} {:>10.0} {:>10.0} {:>11.2} {:>10}",
        fleet.services,
        fleet.silent + fleet.refusing,
        share(measured.scan.wall, measured.bare.wall),
        share(measured.scan.cpu, measured.bare.cpu),
        measured.judging.wall.as_secs_f64(),
        fleet.services as f64 / wall,
        each(measured.scan.cpu, fleet.services),
        each(measured.bare.cpu, fleet.speaking()),
        measured.growth as f64 / 1024.0 / 1024.0,
        limit(fleet),
    );
}

/// The time by which a fleet with silent services must be done: what concurrency forces, and a tenth more.
fn limit(fleet: &Fleet) -> String {
    if fleet.silent == 0 {
        return "-".to_owned();
    }
    let rounds = fleet.silent.div_ceil(fleet.concurrency);
    format!("{:.1}", rounds as f64 * fleet.timeout as f64 * 1.1)
}

/// Measures, and prints that as one line of JSON.
pub fn client(fleet: &Fleet, server: &str) {
    let (root, ports) = read(server);
    let mut trust = DeviceTrust::default();
    trust.add_root(&root).unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut best = Measured::default();
    // Silence costs the same time each time, and a long run is no matter of chance.
    let is_long = fleet.silent > 0 || fleet.services > 20_000;
    let turns = if is_long { 1 } else { TURNS };
    for turn in 0..turns {
        let before = memory();
        forget_peak();
        let scanned = scan(fleet, &ports, &trust, &runtime);
        let growth = peak_memory().saturating_sub(before);
        let bare = timed(|| {
            let shaken = runtime.block_on(bare::shake_all(fleet, ports.tls));
            assert_eq!(shaken, fleet.speaking(), "some handshakes failed");
        });
        if turn == 0 {
            best = Measured {
                bare,
                growth,
                ..scanned
            };
            continue;
        }
        if scanned.scan.wall < best.scan.wall {
            (best.scan, best.judging) = (scanned.scan, scanned.judging);
        }
        if bare.wall < best.bare.wall {
            best.bare = bare;
        }
    }
    println!("{}", serde_json::to_string(&best).unwrap());
}

fn scan(fleet: &Fleet, ports: &Ports, trust: &DeviceTrust, runtime: &Runtime) -> Measured {
    let mut measured = Measured::default();
    measured.scan = timed(|| {
        let deployment = fleet.deployment(ports);
        let evidence = runtime.block_on(collect(&deployment));
        let shown = evidence.observations.iter();
        measured.examined = shown.filter(|seen| !seen.presentations.is_empty()).count();
        measured.judging = timed(|| measured.report = judge(&deployment, &evidence, trust));
    });
    measured
}

/// As the command does it; DNS, UDS and the revocation servers are not asked by these deployments.
async fn collect(deployment: &Deployment) -> Evidence {
    let about = About {
        deployment: deployment.name.clone(),
        collected_at: "2026-11-18T00:00:00Z".to_owned(),
    };
    let limits = Limits::of(deployment, None);
    let targets = probe::plan(deployment);
    probe::run(
        &targets,
        &limits,
        about,
        &mut |_| {},
        std::future::pending(),
    )
    .await
}

/// Gives how many bytes the report has.
fn judge(deployment: &Deployment, evidence: &Evidence, trust: &DeviceTrust) -> usize {
    let estate = Estate::join(deployment, evidence, trust, AT);
    let audit = audit::findings(RULES, &estate, &Context { at: AT });
    let report = Report::new(&audit, &estate);
    written(&report)
}

/// Writes the JSON report to nowhere, and gives how many bytes it has.
pub fn written(report: &Report<'_>) -> usize {
    let page = Page {
        width: 100,
        color: false,
    };
    let mut sink = Count(0);
    let format = format_named("json").unwrap();
    format.write(report, page, &mut sink).unwrap();
    sink.0
}

struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn timed(work: impl FnOnce()) -> Spent {
    let (wall, cpu) = (Instant::now(), cpu_time());
    work();
    Spent {
        wall: wall.elapsed(),
        cpu: cpu_time().saturating_sub(cpu),
    }
}

fn read(server: &str) -> (Vec<u8>, Ports) {
    let mut words = server.split(',');
    let root = STANDARD.decode(words.next().unwrap()).unwrap();
    let ports: Vec<u16> = words.map(|port| port.parse().unwrap()).collect();
    let [tls, full, mute, closed] = ports[..] else {
        panic!("{server} names no four ports");
    };
    (
        root,
        Ports {
            tls,
            full,
            mute,
            closed,
        },
    )
}

//! How fast, how lean: a scan of a fleet against a bare loop of handshakes, the rules over many certificates, the start of
//! the program. `cargo bench --bench fleet -- --help` says what can be chosen.
//!
//! The servers run in a process of their own, and so does each client: CPU time and memory are the client's alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::exit,
    missing_docs
)]

#[path = "fleet/authority.rs"]
mod authority;
#[path = "fleet/bare.rs"]
mod bare;
#[path = "fleet/fleet.rs"]
mod fleet;
#[path = "fleet/process.rs"]
mod process;
#[path = "fleet/rules.rs"]
mod rules;
#[path = "fleet/scan.rs"]
mod scan;
#[path = "fleet/server.rs"]
mod server;
#[path = "fleet/start.rs"]
mod start;

use clap::{Parser, Subcommand};

use fleet::Fleet;

/// Benchmarks of certaudit; without a name all of them run.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// Services of the scan; repeatable. Default: 1000, 10000.
    #[arg(long, global = true)]
    services: Vec<usize>,
    /// Of these, how many take no connection, or take it and never speak (alternately).
    #[arg(long, default_value_t = 0, global = true)]
    silent: usize,
    /// Of these, how many refuse the connection.
    #[arg(long, default_value_t = 0, global = true)]
    refusing: usize,
    /// Deadline of each step, in seconds.
    #[arg(long, default_value_t = 5, global = true)]
    timeout: u64,
    /// Connections at once.
    #[arg(long, default_value_t = 256, global = true)]
    concurrency: usize,
    /// Certificates that the rules judge; repeatable. Default: 1000, 10000, 100000.
    #[arg(long, global = true)]
    certificates: Vec<usize>,
    /// What `cargo bench` adds.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Part {
    /// A scan of TLS services on loopback addresses.
    Scan,
    /// The rules over certificates in memory.
    Rules,
    /// How long `--help` and `check` of a file take.
    Start,
    /// The servers, until standard input ends.
    #[command(hide = true)]
    Serve { fleet: String },
    /// A client that scans these servers.
    #[command(hide = true)]
    Client { fleet: String, ports: String },
    /// A process that judges that many certificates.
    #[command(hide = true)]
    Judge { certificates: usize },
}

fn main() {
    let arguments = Arguments::parse();
    match &arguments.part {
        Some(Part::Serve { fleet }) => server::serve(&Fleet::read(fleet)),
        Some(Part::Client { fleet, ports }) => scan::client(&Fleet::read(fleet), ports),
        Some(Part::Judge { certificates }) => rules::judge(*certificates),
        Some(Part::Scan) => scan::bench(&arguments.fleets()),
        Some(Part::Rules) => rules::bench(&arguments.certificates()),
        Some(Part::Start) => start::bench(),
        None => {
            start::bench();
            rules::bench(&arguments.certificates());
            scan::bench(&arguments.fleets());
        }
    }
}

impl Arguments {
    /// What was asked for; or a small fleet, a large one, one with some silent services, and one of which half never answer.
    fn fleets(&self) -> Vec<Fleet> {
        let fleet = |services, silent, refusing, timeout| Fleet {
            services,
            silent,
            refusing,
            timeout,
            concurrency: self.concurrency,
        };
        if self.services.is_empty() {
            return vec![
                fleet(1_000, 0, 0, 5),
                fleet(10_000, 0, 0, 5),
                fleet(1_000, 20, 10, 5),
                fleet(10_000, 5_000, 0, 1),
            ];
        }
        let sizes = self.services.iter();
        sizes
            .map(|services| fleet(*services, self.silent, self.refusing, self.timeout))
            .collect()
    }

    fn certificates(&self) -> Vec<usize> {
        if self.certificates.is_empty() {
            vec![1_000, 10_000, 100_000]
        } else {
            self.certificates.clone()
        }
    }
}

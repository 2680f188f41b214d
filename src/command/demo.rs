//! `certaudit demo`: a small cluster inside the process, scanned for real.

use std::path::Path;

use super::Failure;
use super::collect::{Network, Wanted, now};
use super::inputs;
use super::judge::Bench;
use super::outputs::to_stdout;
use super::terminal::{remark, stderr_color};
use crate::cli::{Demo, Manner};
use crate::demo::{CLUSTER, Cluster};
use crate::report::Origin;

/// Runs it.
pub(super) fn run(options: &Demo, manner: &Manner) -> Result<u8, Failure> {
    if options.print_config {
        to_stdout(|sink| sink.write_all(CLUSTER.as_bytes()))?;
        return Ok(0);
    }
    let nodes = &options.judging.nodes;
    let mut deployment = inputs::parse(
        "cluster.toml",
        CLUSTER,
        Path::new(""),
        nodes,
        stderr_color(manner),
    )?;
    // The demo's root CA is made anew each time; there is no file of it.
    deployment.trust.roots.clear();
    let cluster = Cluster::start(&mut deployment, now())
        .map_err(|fault| Failure::System(fault.to_string()))?;
    remark(
        manner,
        &format!(
            "{} services of the demo listen on 127.0.0.1; nothing else is contacted",
            cluster.size()
        ),
    );
    let mut bench = Bench::prepare(&deployment, &options.judging, Origin::Demo, manner)?;
    bench.trust_root(&cluster.root)?;
    let wanted = Wanted {
        deployment: &deployment,
        trust: &bench.trust,
        client_certificate: None,
    };
    let evidences = Network::start()?.collect_all(&[wanted], manner)?;
    let [evidence] = &evidences[..] else {
        return Err(Failure::System("the demo showed nothing".to_owned()));
    };
    bench.judge(&deployment, evidence, &options.judging)
}

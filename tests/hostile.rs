//! The whole program against servers, certificates and answers that mean harm: nothing crashes, hangs, grows or misleads, and
//! what is said of a good node beside them stays the same.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod support;

#[path = "hostile/answers.rs"]
mod answers;
#[path = "hostile/chains.rs"]
mod chains;
#[path = "hostile/cuts.rs"]
mod cuts;
#[path = "hostile/everything.rs"]
mod everything;
#[path = "hostile/flight.rs"]
mod flight;
#[path = "hostile/forge.rs"]
mod forge;
#[path = "hostile/lengths.rs"]
mod lengths;
#[path = "hostile/lists.rs"]
mod lists;
#[path = "hostile/measured.rs"]
mod measured;
#[path = "hostile/names.rs"]
mod names;
#[path = "hostile/namesakes.rs"]
mod namesakes;
#[path = "hostile/preludes.rs"]
mod preludes;
#[path = "hostile/scene.rs"]
mod scene;
#[path = "hostile/silences.rs"]
mod silences;
#[path = "hostile/sources.rs"]
mod sources;

//! The whole program while something goes wrong around it: signals, full disks, folders that vanish, closed pipes, clocks
//! that jump, few open files, no IPv6, dead DNS. No report is half-written, no evidence is lost, and the exit status is right.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;
mod web;

#[path = "faults/clock.rs"]
mod clock;
#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/files.rs"]
mod files;
#[path = "faults/names.rs"]
mod names;
#[path = "faults/pipes.rs"]
mod pipes;
#[path = "faults/scene.rs"]
mod scene;
#[path = "faults/signals.rs"]
mod signals;

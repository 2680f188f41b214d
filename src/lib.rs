//! certaudit judges the TLS certificates of a Cisco collaboration deployment as Jabber and Expressway would.

pub mod audit;
pub mod catalog;
pub mod certificate;
pub mod cli;
pub mod command;
pub mod demo;
pub mod deployment;
pub mod evidence;
pub mod identity;
pub mod probe;
pub mod report;
pub mod rules;
pub mod source;
pub mod text;
pub mod trust;

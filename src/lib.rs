//! certaudit judges the TLS certificates of a Cisco collaboration deployment as Jabber and Expressway would.
//!
//! The tree is the data flow:
//!
//! ```text
//!  cluster.toml                                           --at / clock
//!       │ deployment: what should be there                     │
//!       ▼                                                      ▼
//!  Deployment ──plan──▶ [Target] ──run──▶ Evidence ──┐      Context
//!       │     (catalog)         (probe)    ▲   │     │         │
//!       │                 audit --evidence │   ▼ --record      │
//!       └────────────── Estate::join ◀─────┴─────────┘         │
//!                            ▼                                 ▼
//!                   audit::run(RULES, &Estate, &Context) ──▶ Audit
//!                                                              ▼
//!                              Format::write(&Report, sink)  +  exit status
//! ```
//!
//! Two edges touch the world: [`probe`] the network, [`command`] files, clock and terminal. Everything between is pure: the
//! same evidence gives the same report, byte for byte, on any day. A refused connection or a broken certificate is
//! evidence, never an error that ends a run.
//!
//! | module | holds |
//! |---|---|
//! | [`source`] | the documents that may be cited |
//! | [`text`] | making text from strangers fit to show |
//! | [`parallel`] | work on long lists, on all processors |
//! | [`certificate`] | a certificate, decoded once into owned facts |
//! | [`catalog`] | what is known about Cisco's products: services, key usages, menus, restarts |
//! | [`deployment`] | the deployment file, and its faults drawn over it |
//! | [`evidence`] | what was seen: bytes as sent, no judgement |
//! | [`identity`] | matching names as the clients do it |
//! | [`trust`] | what a device trusts, and how a leaf builds to it |
//! | [`probe`] | looking at every target |
//! | [`redact`] | evidence that may be sent to somebody: other names, other keys, the same findings |
//! | [`audit`] | deployment and evidence joined; the loop over rules; effects, fixes, waivers, the summary |
//! | [`rules`] | the one list of rules; a rule is one file |
//! | [`plan`] | what to order and how to install it, from the deployment alone or beside what was seen |
//! | [`diff`] | what changed between two reports |
//! | [`report`] | the formats |
//! | [`demo`] | the small cluster on loopback |
//! | [`cli`], [`command`] | the command line as types; one file a subcommand |
//!
//! Imports go up this table only, and `tests/architecture.rs` holds that. One word for each thing: *deployment*, *node*,
//! *product*, *service* (a port of a product that speaks TLS), *certificate name* (tomcat, CallManager, cup-xmpp),
//! *target*, *observation*, *silence*, *evidence*, *estate*, *subject*, *rule*, *verdict*, *outcome*, *effect*, *finding*,
//! *waiver*, *report*.
//!
//! A new rule: one file in `rules/`, one line in its list. A new product or port: one row in `catalog/`. A new format: one
//! file in `report/`, one line in its list.

pub mod audit;
pub mod catalog;
pub mod certificate;
pub mod cli;
pub mod command;
pub mod demo;
pub mod deployment;
pub mod diff;
pub mod evidence;
pub mod identity;
pub mod parallel;
pub mod plan;
pub mod probe;
pub mod redact;
pub mod report;
pub mod rules;
pub mod source;
pub mod text;
pub mod trust;

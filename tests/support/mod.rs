//! What several integration test crates share: certificates made by openssl, real servers, faulty servers, the command.
#![allow(dead_code, reason = "each test crate uses a part of it")]

pub mod certaudit;
pub mod ci;
pub mod cluster;
pub mod company;
pub mod credential;
pub mod faulty;
pub mod library;
pub mod loopback;
pub mod openssl;
pub mod order;
pub mod process;
pub mod program;
pub mod register;
pub mod s_client;
pub mod script;
pub mod servers;
pub mod site;

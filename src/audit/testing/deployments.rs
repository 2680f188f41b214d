//! Deployment files for scenes.

/// A CUCM node named cucm-pub, an IM and Presence node named imp1, domain acme.test.
pub const CLUSTER: &str = r#"
name = "ACME"
domain = "acme.test"
release = "14SU2"
[trust]
system = false
[[node]]
name = "cucm-pub"
product = "cucm"
address = "cucm-pub.acme.test"
[[node]]
name = "imp1"
product = "im-presence"
address = "imp1.acme.test"
"#;

/// An Expressway-C named expc1 and an Expressway-E named expe1, with MRA for acme.test and a cluster name
/// expc.acme.test, federation of acme.test with alias chat1.acme.test.
pub const EDGE: &str = r#"
name = "ACME"
domain = "acme.test"
[trust]
system = false
[mra]
registration_domains = ["acme.test"]
cluster_name = "expc.acme.test"
phone_security_profiles = ["jabber-secure.acme.test"]
[federation]
domains = ["acme.test"]
through = "expressway"
chat_node_aliases = ["chat1.acme.test"]
[[node]]
name = "expc1"
product = "expressway-c"
address = "expc1.acme.test"
release = "X15.2"
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
release = "X15.2"
"#;

/// Appended to [`CLUSTER`]: users outside come through an Expressway-E named expe1.
pub const OUTSIDE: &str = r#"
[mra]
[[node]]
name = "expe1"
product = "expressway-e"
address = "expe1.acme.test"
"#;

//! How lines are installed.

use super::of;

#[test]
fn a_shared_certificate_waits_for_every_product_and_restarts_every_node() {
    of("cucm-pub/tomcat", |line| {
        let one = &line.installation;
        assert_eq!(one.trust_store, Some("tomcat-trust"));
        let position = |word: &str| {
            let found = one.steps.iter().position(|step| step.contains(word));
            found.unwrap_or_else(|| panic!("{word}: {:?}", one.steps))
        };
        let order = [
            position("cucm-pub, the publisher"),
            position("Multi-server (SAN)"),
            position("root, then each intermediate downwards"),
            position("Intercluster Sync Agent"),
            position("System Troubleshooter"),
            position("the signed certificate with purpose tomcat."),
        ];
        assert!(order.is_sorted(), "{order:?}");
        let nodes: Vec<&str> = one.restarts.iter().map(|restart| &*restart.node).collect();
        assert_eq!(nodes, ["cucm-pub", "imp1", "cucm-sub"]);
        assert!(one.restarts[0].services.contains(&"Cisco TFTP"));
        assert_eq!(one.restarts[1].services, ["Cisco Tomcat"]);
        assert!(
            one.cautions
                .iter()
                .any(|caution| caution.contains("SAML SSO"))
        );
        assert!(one.afterwards[0].contains("resync peer's Tomcat"));
    });
}

#[test]
fn cautions_come_from_the_catalogue() {
    let cautioned = |id: &str, word: &str| {
        of(id, |line| {
            let cautions = &line.installation.cautions;
            assert!(
                cautions.iter().any(|text| text.contains(word)),
                "{id}: {cautions:?}"
            );
        });
    };
    cautioned("imp1/cup-xmpp", "logs out every Jabber user");
    cautioned("cucm-pub/CallManager", "utils ctl update CTLFile");
    cautioned("cucm-pub/TVS", "Renew TVS last");
    cautioned("expe1/expressway", "one peer at a time");
}

#[test]
fn everything_has_a_source() {
    for id in ["cucm-pub/tomcat", "cucm-pub/CAPF", "dc1.acme.com/ldap"] {
        of(id, |line| assert!(line.citations().len() >= 3, "{id}"));
    }
}

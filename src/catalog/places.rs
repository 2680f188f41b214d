//! Where each product and release keeps server names: table 3 of document 116917. A name configured there must equal a
//! name in the certificate.

use super::{Product, Release};
use crate::source::{
    Citation, EXPRESSWAY_TRAFFIC_SERVER, JABBER_DEPLOYMENT_14, JABBER_GUIDE, JABBER_PLANNING,
    MRA_GUIDE,
};

/// A page on which a server name is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What is named there.
    pub setting: &'static str,
    /// The menu path.
    pub menu: &'static str,
    /// What goes wrong when it is changed carelessly.
    pub caution: Option<&'static str>,
    /// The table.
    pub citation: Citation,
}

const TABLE_3: Citation = JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)");
const RESOLVE_FIRST: &str = "Make sure that the new name resolves in DNS before it is saved, or the servers remain in the starting state.";
/// UC services exist from release 9 on.
const UC_SERVICES: Release = Release::unified(9, 0, 0);

const CLIENT: Place = place(
    "Login server address",
    "Jabber > Connection Settings (differs by client)",
);

/// Identifies XMPP certificates; host names do not.
const XMPP_DOMAIN: Place = Place {
    setting: "XMPP domain",
    menu: "System > Security > Settings > XMPP Certificate Settings",
    caution: Some(
        "Only when the XMPP domain is changed: regenerate cup-xmpp and restart Cisco XCP Router, which interrupts service.",
    ),
    citation: JABBER_GUIDE
        .at("Prevent Identity Mismatch (table 3); Provide XMPP Domain to Clients"),
};

const CUP: &[Place] = &[
    node_names("Cisco Unified Presence Administration > System > Cluster Topology"),
    place("TFTP servers", "Application > Cisco Jabber > Settings"),
    place(
        "Primary and secondary CCMCIP",
        "Application > Cisco Jabber > CCMCIP Profile",
    ),
    place(
        "Voicemail host name",
        "Application > Cisco Jabber > Voicemail Server",
    ),
    place("Mailstore name", "Application > Cisco Jabber > Mailstore"),
    place(
        "Conferencing host name (MeetingPlace only)",
        "Application > Cisco Jabber > Conferencing Server",
    ),
    XMPP_DOMAIN,
    CLIENT,
];

const IM_PRESENCE: &[Place] = &[
    node_names("Cisco Unified CM IM and Presence Administration > System > Cluster Topology"),
    place("TFTP servers", "Application > Legacy Clients > Settings"),
    place(
        "Primary and secondary CCMCIP",
        "Application > Legacy Clients > CCMCIP Profile",
    ),
    place(
        "IM and Presence server",
        "Cisco Unified CM Administration > User Management > User Settings > UC Service > IM and Presence",
    ),
    XMPP_DOMAIN,
    CLIENT,
];

const CUCM_8: &[Place] = &[
    place(
        "Server name",
        "Cisco Unified CM Administration > System > Server",
    ),
    CLIENT,
];

const CUCM: &[Place] = &[
    place(
        "Server name",
        "Cisco Unified CM Administration > System > Server",
    ),
    place(
        "IM and Presence server",
        "User Management > User Settings > UC Service > IM and Presence",
    ),
    place(
        "Voicemail host name",
        "User Management > User Settings > UC Service > Voicemail",
    ),
    place(
        "Mailstore name",
        "User Management > User Settings > UC Service > Mailstore",
    ),
    place(
        "Conferencing host name (MeetingPlace only)",
        "User Management > User Settings > UC Service > Conferencing",
    ),
    CLIENT,
];

const UNITY: &[Place] = &[
    place(
        "Voicemail host name",
        "Cisco Unified CM Administration > User Management > User Settings > UC Service > Voicemail",
    ),
    place(
        "Mailstore name",
        "Cisco Unified CM Administration > User Management > User Settings > UC Service > Mailstore",
    ),
];

/// Table 3 has the conferencing host for MeetingPlace only.
const MEETINGS: &[Place] = &[Place {
    setting: "Conferencing host name",
    menu: "Cisco Unified CM Administration > User Management > User Settings > UC Service > Conferencing",
    caution: None,
    citation: JABBER_DEPLOYMENT_14
        .at("Add Cisco Webex Meetings Server on Cisco Unified Communications Manager"),
}];

const EXPRESSWAY: &[Place] = &[
    Place {
        setting: "System host name and domain",
        menu: "Expressway > System > DNS",
        caution: Some(
            "Expressway-C's peer address of the traversal zone must be one of the names in this certificate.",
        ),
        citation: MRA_GUIDE.at("Requirements, DNS"),
    },
    Place {
        setting: "Unified CM, IM and Presence and Unity servers as Expressway-C knows them",
        menu: "Expressway-C > Configuration > Unified Communications",
        caution: None,
        citation: EXPRESSWAY_TRAFFIC_SERVER.at("Name verification"),
    },
];

const DIRECTORY: &[Place] = &[
    place_of(
        "LDAP server",
        "Cisco Unified CM Administration > System > LDAP > LDAP Directory",
        &JABBER_PLANNING,
    ),
    place_of(
        "LDAP server",
        "Cisco Unified CM Administration > System > LDAP > LDAP Authentication",
        &JABBER_PLANNING,
    ),
];

/// The places where a product of that release keeps the name of a server.
pub fn places(product: Product, release: Option<&Release>) -> &'static [Place] {
    match product {
        Product::Cucm if release.is_some_and(|release| *release < UC_SERVICES) => CUCM_8,
        Product::Cucm => CUCM,
        Product::ImPresence => IM_PRESENCE,
        Product::Cup => CUP,
        Product::UnityConnection => UNITY,
        Product::WebexMeetingsServer => MEETINGS,
        Product::ExpresswayC | Product::ExpresswayE => EXPRESSWAY,
        Product::Ldap => DIRECTORY,
        Product::IdentityProvider | Product::OtherHttps => &[],
    }
}

const fn place(setting: &'static str, menu: &'static str) -> Place {
    Place {
        setting,
        menu,
        caution: None,
        citation: TABLE_3,
    }
}

const fn place_of(
    setting: &'static str,
    menu: &'static str,
    source: &'static crate::source::Source,
) -> Place {
    Place {
        setting,
        menu,
        caution: None,
        citation: source.at("Secure LDAP"),
    }
}

const fn node_names(menu: &'static str) -> Place {
    Place {
        setting: "All node names",
        menu,
        caution: Some(RESOLVE_FIRST),
        citation: TABLE_3,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Product, places};

    #[test]
    fn uc_services_are_named_from_release_9_on() {
        let old = places(Product::Cucm, Some(&"8.6(2)".parse().unwrap()));
        let new = places(Product::Cucm, Some(&"9.1".parse().unwrap()));
        assert!(!old.iter().any(|place| place.menu.contains("UC Service")));
        assert!(
            new.iter()
                .any(|place| place.menu.contains("UC Service > Voicemail"))
        );
    }

    #[test]
    fn every_row_of_table_3_is_there() {
        let has = |product, release: &str, wanted: &[&str]| {
            let release = release.parse().unwrap();
            let menus: Vec<_> = places(product, Some(&release))
                .iter()
                .map(|place| place.menu)
                .collect();
            for menu in wanted {
                assert!(
                    menus.iter().any(|known| known.contains(menu)),
                    "{product} {release}: {menu} is not in {menus:?}"
                );
            }
        };
        let jabber = "Jabber > Connection Settings";
        has(
            Product::Cup,
            "8.6",
            &[
                jabber,
                "System > Cluster Topology",
                "Application > Cisco Jabber > Settings",
                "Application > Cisco Jabber > CCMCIP Profile",
                "Application > Cisco Jabber > Voicemail Server",
                "Application > Cisco Jabber > Mailstore",
                "Application > Cisco Jabber > Conferencing Server",
                "XMPP Certificate Settings",
            ],
        );
        has(
            Product::ImPresence,
            "9.1",
            &[
                jabber,
                "System > Cluster Topology",
                "Application > Legacy Clients > Settings",
                "Application > Legacy Clients > CCMCIP Profile",
                "XMPP Certificate Settings",
            ],
        );
        has(Product::Cucm, "8.6", &[jabber, "System > Server"]);
        let services = ["IM and Presence", "Voicemail", "Mailstore", "Conferencing"];
        has(Product::Cucm, "9.0", &[jabber, "System > Server"]);
        for service in services {
            let menu = format!("User Management > User Settings > UC Service > {service}");
            has(Product::Cucm, "9.0", &[&menu]);
        }
    }

    #[test]
    fn node_names_of_presence_carry_the_caution_of_table_3() {
        for product in [Product::Cup, Product::ImPresence] {
            let first = places(product, None)[0];
            assert!(first.menu.contains("Cluster Topology"));
            assert!(
                first
                    .caution
                    .is_some_and(|caution| caution.contains("starting state"))
            );
        }
    }
}

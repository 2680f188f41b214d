//! Why a name must be in a certificate, and who says so.

use crate::source::{
    Citation, EXPRESSWAY_REQUIREMENTS, FEDERATION_GUIDE, IM_PRESENCE_GUIDE, JABBER_GUIDE,
    MULTI_SERVER,
};

/// Why a name must be in a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The node's own address: clients and servers compare it.
    Address,
    /// The address of another node that shares the multi-server certificate.
    SharingNode,
    /// A `[[setting]]` gives clients this name for the node.
    Setting,
    /// A presence domain: clients compare it with cup-xmpp.
    PresenceDomain,
    /// A federated domain: partners compare it.
    FederationDomain,
    /// A chat node alias: partners reach chat rooms under it.
    ChatNodeAlias,
    /// A registration domain of Mobile and Remote Access; `collab-edge.` before it does as well.
    RegistrationDomain,
    /// The FQDN of the Expressway-C cluster.
    ClusterName,
    /// A TLS phone security profile.
    SecurityProfile,
}

impl Why {
    /// The reason in a few words, to follow "needed as" or to stand in a column.
    pub fn words(self) -> &'static str {
        match self {
            Self::Address => "the node's address",
            Self::SharingNode => "a node that shares this certificate",
            Self::Setting => "a configured server name",
            Self::PresenceDomain => "a presence domain",
            Self::FederationDomain => "a federation domain",
            Self::ChatNodeAlias => "a chat node alias",
            Self::RegistrationDomain => "a Unified CM registration domain",
            Self::ClusterName => "the Expressway-C cluster name",
            Self::SecurityProfile => "a phone security profile name",
        }
    }

    /// Who says that it must be there.
    pub fn citation(self) -> Citation {
        match self {
            Self::Address => JABBER_GUIDE.at("Identifier Fields"),
            Self::SharingNode => MULTI_SERVER.at("Multi-server SAN"),
            Self::Setting => JABBER_GUIDE.at("Prevent Identity Mismatch (table 3)"),
            Self::PresenceDomain => IM_PRESENCE_GUIDE.at("Certificates, cup-xmpp"),
            Self::FederationDomain | Self::ChatNodeAlias => {
                FEDERATION_GUIDE.at("XMPP federation security certificates")
            }
            Self::RegistrationDomain | Self::ClusterName | Self::SecurityProfile => {
                EXPRESSWAY_REQUIREMENTS.at("Expressway Certificates (table)")
            }
        }
    }
}

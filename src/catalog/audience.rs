//! Who connects to a service.

/// Who connects to a service, and so who is hit when its certificate is bad.
// A set of five parties, each with a name of its own.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audience {
    /// Jabber on the inside.
    pub jabber: bool,
    /// Jabber from outside, over Mobile and Remote Access.
    pub jabber_outside: bool,
    /// Expressway-C, on behalf of Jabber outside.
    pub expressway: bool,
    /// Other organisations' XMPP or SIP servers.
    pub federation: bool,
    /// Other nodes, phones, trunks.
    pub servers: bool,
}

impl Audience {
    /// Nobody.
    pub const NOBODY: Self = Self {
        jabber: false,
        jabber_outside: false,
        expressway: false,
        federation: false,
        servers: false,
    };
    /// Jabber on the inside, and Expressway-C for those outside.
    pub const CLIENTS: Self = Self {
        jabber: true,
        expressway: true,
        ..Self::NOBODY
    };
    /// Jabber on the inside only.
    pub const JABBER: Self = Self {
        jabber: true,
        ..Self::NOBODY
    };
    /// Jabber outside.
    pub const OUTSIDE: Self = Self {
        jabber_outside: true,
        ..Self::NOBODY
    };
    /// Expressway-C only.
    pub const EXPRESSWAY: Self = Self {
        expressway: true,
        ..Self::NOBODY
    };
    /// Other organisations.
    pub const FEDERATION: Self = Self {
        federation: true,
        ..Self::NOBODY
    };
    /// Other nodes, phones, trunks.
    pub const SERVERS: Self = Self {
        servers: true,
        ..Self::NOBODY
    };

    /// Both audiences together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            jabber: self.jabber || other.jabber,
            jabber_outside: self.jabber_outside || other.jabber_outside,
            expressway: self.expressway || other.expressway,
            federation: self.federation || other.federation,
            servers: self.servers || other.servers,
        }
    }
}

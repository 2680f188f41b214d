//! Who is hit by a fault, and how it shows (domain.md section 2.7).

use crate::catalog::{Audience, Product, Release};
use crate::deployment::{Client, Deployment};

/// How a fault shows. Ordered from harmless to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing shows.
    Trusted,
    /// It is not known.
    Unknown,
    /// A feature is missing, or a connection between servers fails.
    Degraded,
    /// Asked once; the acceptance is stored.
    Prompt,
    /// Asked every session; the acceptance cannot be stored.
    PromptEverySession,
    /// Mobile and Remote Access fails, without a prompt.
    MraFails,
    /// Federation fails.
    FederationFails,
    /// No connection.
    Blocked,
}

/// Somebody who is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// A client platform.
    Client(Client),
    /// Expressway, on behalf of clients outside.
    Expressway,
    /// Federation partners.
    Federation,
    /// Other nodes, phones and trunks.
    Servers,
}

/// Somebody is hit so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effect {
    /// Who.
    pub who: Who,
    /// How.
    pub outcome: Outcome,
}

/// How a kind of fault shows to each party that connects; the service's audience decides who of them does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impact {
    /// Jabber for Windows.
    pub windows: Outcome,
    /// Jabber for Mac.
    pub mac: Outcome,
    /// Jabber for iPhone and iPad.
    pub ios: Outcome,
    /// Jabber for Android.
    pub android: Outcome,
    /// Expressway.
    pub expressway: Outcome,
    /// Federation partners.
    pub federation: Outcome,
    /// Other nodes, phones and trunks.
    pub servers: Outcome,
}

impl Impact {
    /// Nobody notices.
    pub const NONE: Self = Self::clients(Outcome::Trusted);
    /// An unknown CA or a wrong name: clients prompt once, servers refuse.
    pub const PROMPT: Self = Self {
        expressway: Outcome::MraFails,
        federation: Outcome::FederationFails,
        servers: Outcome::Degraded,
        ..Self::clients(Outcome::Prompt)
    };
    /// Self-signed: as an unknown CA, but Android 7 and later never comes to trust it.
    pub const SELF_SIGNED: Self = Self {
        android: Outcome::Blocked,
        ..Self::PROMPT
    };
    /// One of Apple's rules is broken: Mac and iOS prompt every session.
    pub const APPLE: Self = Self {
        mac: Outcome::PromptEverySession,
        ios: Outcome::PromptEverySession,
        ..Self::NONE
    };
    /// A name without a domain: Android cannot resolve it.
    pub const SHORT_NAME: Self = Self {
        android: Outcome::Blocked,
        ..Self::PROMPT
    };
    /// Nobody gets through.
    pub const BLOCKED: Self = Self {
        expressway: Outcome::MraFails,
        federation: Outcome::FederationFails,
        servers: Outcome::Degraded,
        ..Self::clients(Outcome::Blocked)
    };
    /// Only Mobile and Remote Access fails.
    pub const MRA: Self = Self {
        expressway: Outcome::MraFails,
        ..Self::NONE
    };
    /// Only federation fails.
    pub const FEDERATION: Self = Self {
        federation: Outcome::FederationFails,
        ..Self::NONE
    };
    /// Only connections between servers suffer.
    pub const SERVERS: Self = Self {
        servers: Outcome::Degraded,
        ..Self::NONE
    };

    /// All client platforms alike, servers unharmed.
    pub const fn clients(outcome: Outcome) -> Self {
        Self {
            windows: outcome,
            mac: outcome,
            ios: outcome,
            android: outcome,
            expressway: Outcome::Trusted,
            federation: Outcome::Trusted,
            servers: Outcome::Trusted,
        }
    }

    /// The same fault where nothing is known: every party that would be hit is in doubt.
    #[must_use]
    pub fn in_doubt(self) -> Self {
        let doubt = |outcome| {
            if outcome == Outcome::Trusted {
                outcome
            } else {
                Outcome::Unknown
            }
        };
        Self {
            windows: doubt(self.windows),
            mac: doubt(self.mac),
            ios: doubt(self.ios),
            android: doubt(self.android),
            expressway: doubt(self.expressway),
            federation: doubt(self.federation),
            servers: doubt(self.servers),
        }
    }

    fn on(&self, client: Client) -> Outcome {
        match client {
            Client::Windows => self.windows,
            Client::Mac => self.mac,
            Client::Ios => self.ios,
            Client::Android => self.android,
        }
    }
}

/// Who there is to be hit in a deployment: the platforms that sign in, strict clients (FIPS, Common Criteria,
/// RejectAndNotify: a prompt becomes a refusal), MRA and federation only where there are any.
pub struct Parties<'a> {
    deployment: &'a Deployment,
    expressway: bool,
}

impl<'a> Parties<'a> {
    /// Those of a deployment.
    pub fn of(deployment: &'a Deployment) -> Self {
        Self {
            deployment,
            expressway: deployment.mra.is_some() && expressway_verifies(deployment),
        }
    }

    /// Who of the audience is hit, and how.
    pub fn hit(&self, impact: &Impact, audience: Audience) -> Vec<Effect> {
        let deployment = self.deployment;
        let outside = audience.jabber_outside && deployment.mra.is_some();
        let mut effects = Vec::new();
        if audience.jabber || outside {
            for client in &deployment.clients {
                effects.push(Effect {
                    who: Who::Client(*client),
                    outcome: strict(impact.on(*client), deployment),
                });
            }
        }
        if audience.expressway && self.expressway {
            effects.push(Effect {
                who: Who::Expressway,
                outcome: impact.expressway,
            });
        }
        if audience.federation && deployment.federation.is_some() {
            effects.push(Effect {
                who: Who::Federation,
                outcome: impact.federation,
            });
        }
        if audience.servers {
            effects.push(Effect {
                who: Who::Servers,
                outcome: impact.servers,
            });
        }
        effects.retain(|effect| effect.outcome != Outcome::Trusted);
        effects
    }
}

fn strict(outcome: Outcome, deployment: &Deployment) -> Outcome {
    let prompt = matches!(outcome, Outcome::Prompt | Outcome::PromptEverySession);
    if prompt && (deployment.fips || deployment.reject_invalid) {
        Outcome::Blocked
    } else {
        outcome
    }
}

/// The traffic server verifies CUCM, IM and Presence and Unity from X14.2 on, and may from X14.0.8 on (TAC 218018,
/// 225476). Expressways of unknown release are taken to verify.
fn expressway_verifies(deployment: &Deployment) -> bool {
    let mut cores = deployment.nodes_of(Product::ExpresswayC).peekable();
    let old = Release::expressway(14, 0, 8);
    cores.peek().is_none()
        || !cores.all(|node| node.release.as_ref().is_some_and(|release| *release < old))
}

impl Outcome {
    /// Every outcome, from harmless to worst.
    pub const ALL: [Self; 8] = [
        Self::Trusted,
        Self::Unknown,
        Self::Degraded,
        Self::Prompt,
        Self::PromptEverySession,
        Self::MraFails,
        Self::FederationFails,
        Self::Blocked,
    ];

    /// The outcome of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::Prompt => "prompt",
            Self::PromptEverySession => "prompt-every-session",
            Self::MraFails => "mra-fails",
            Self::FederationFails => "federation-fails",
            Self::Blocked => "blocked",
        }
    }
}

impl Who {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client(client) => client.name(),
            Self::Expressway => "expressway",
            Self::Federation => "federation",
            Self::Servers => "servers",
        }
    }
}

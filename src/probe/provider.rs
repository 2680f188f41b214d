//! What is offered to a server: everything, or only what its RSA or its ECDSA certificate can answer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use rustls::SignatureScheme::{
    self, ECDSA_NISTP256_SHA256, ECDSA_NISTP384_SHA384, ECDSA_NISTP521_SHA512, ECDSA_SHA1_Legacy,
    ED448, ED25519, RSA_PKCS1_SHA1, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::{
    CipherSuite, ClientConfig, NamedGroup, ProtocolVersion, SupportedCipherSuite,
    SupportedProtocolVersion, Tls12CipherSuite,
};

use rustls::version::{TLS12, TLS13};

use super::p521::P521;
use super::recorder::Recorder;

/// The kind of certificate asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Offer {
    /// Whichever the server prefers, over TLS 1.3 or 1.2.
    Any,
    /// Its RSA certificate, over the version that it chose before.
    Rsa(Version),
    /// Its ECDSA (or EdDSA) certificate, over the version that it chose before.
    Ecdsa(Version),
}

/// A version of TLS that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Version {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// Every suite and group that is spoken here. Suites with AES-256 come first, as Jabber offers them; the groups leave
/// out the post-quantum one, whose ClientHello needs two segments, over which old servers and middle boxes stumble.
pub(super) fn everything() -> CryptoProvider {
    let mut provider = default_provider();
    provider
        .cipher_suites
        .sort_by_key(|suite| !format!("{:?}", suite.suite()).contains("AES_256"));
    provider.kx_groups = vec![
        kx_group::X25519,
        kx_group::SECP256R1,
        kx_group::SECP384R1,
        &P521,
    ];
    provider
}

/// The ECDSA schemes, and EdDSA.
const ECDSA: &[SignatureScheme] = &[
    ECDSA_NISTP256_SHA256,
    ECDSA_NISTP384_SHA384,
    ECDSA_NISTP521_SHA512,
    ED25519,
    ED448,
];
/// RSA-PSS.
const RSA_PSS: &[SignatureScheme] = &[RSA_PSS_SHA512, RSA_PSS_SHA384, RSA_PSS_SHA256];
/// RSA by PKCS#1: never signs a TLS 1.3 handshake, but says that such certificates are taken.
const RSA_PKCS1: &[SignatureScheme] = &[RSA_PKCS1_SHA512, RSA_PKCS1_SHA384, RSA_PKCS1_SHA256];
/// RSA-PSS by keys that are for nothing else (RFC 8446, section 4.2.3), which rustls has no names for.
const RSA_PSS_KEYS: &[SignatureScheme] = &[
    SignatureScheme::Unknown(0x080b),
    SignatureScheme::Unknown(0x080a),
    SignatureScheme::Unknown(0x0809),
];
/// SHA-1: without these, the Java key manager (Tomcat's) withholds a certificate that is signed with SHA-1.
const SHA1: &[SignatureScheme] = &[RSA_PKCS1_SHA1, ECDSA_SHA1_Legacy];

impl Offer {
    const ALL: [Self; 5] = [
        Self::Any,
        Self::Rsa(Version::Tls12),
        Self::Rsa(Version::Tls13),
        Self::Ecdsa(Version::Tls12),
        Self::Ecdsa(Version::Tls13),
    ];

    /// What a client says under this offer, put together once for all connections. Whoever shakes hands sets a recorder of
    /// its own.
    pub(super) fn config(self) -> Result<ClientConfig, rustls::Error> {
        static CONFIGS: LazyLock<HashMap<Offer, ClientConfig>> = LazyLock::new(|| {
            let all = Offer::ALL.into_iter();
            all.filter_map(|offer| Some((offer, offer.put_together().ok()?)))
                .collect()
        });
        CONFIGS
            .get(&self)
            .map_or_else(|| self.put_together(), |config| Ok(config.clone()))
    }

    fn put_together(self) -> Result<ClientConfig, rustls::Error> {
        let recorder = Arc::new(Recorder::new(self.schemes(), None));
        let mut config = ClientConfig::builder_with_provider(Arc::new(self.provider()))
            .with_protocol_versions(&self.versions())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&recorder) as _)
            .with_client_cert_resolver(recorder);
        config.resumption = Resumption::disabled();
        Ok(config)
    }

    /// What is spoken under this offer. In TLS 1.2 the suite decides which certificate is sent.
    fn provider(self) -> CryptoProvider {
        let mut provider = everything();
        provider.cipher_suites.retain(|suite| self.admits(*suite));
        provider
    }

    /// The signature schemes that are offered. In TLS 1.3 they decide which certificate is sent. An EC certificate
    /// issued by an RSA CA is withheld by the Java key manager unless PKCS#1 is offered, so that stays.
    pub(super) fn schemes(self) -> Vec<SignatureScheme> {
        match self {
            Self::Rsa(Version::Tls13) => [RSA_PSS, RSA_PSS_KEYS, RSA_PKCS1, SHA1].concat(),
            Self::Ecdsa(Version::Tls13) => [ECDSA, RSA_PKCS1, SHA1].concat(),
            _ => [ECDSA, RSA_PSS, RSA_PSS_KEYS, RSA_PKCS1, SHA1].concat(),
        }
    }

    /// The versions that are offered.
    fn versions(self) -> Vec<&'static SupportedProtocolVersion> {
        let chosen = match self {
            Self::Any => None,
            Self::Rsa(version) | Self::Ecdsa(version) => Some(version),
        };
        match chosen {
            None => vec![&TLS13, &TLS12],
            Some(Version::Tls12) => vec![&TLS12],
            Some(Version::Tls13) => vec![&TLS13],
        }
    }

    /// The offer that asks for the other certificate of a server that signed with `scheme`.
    pub(super) fn for_twin(scheme: SignatureScheme, version: ProtocolVersion) -> Option<Self> {
        let version = match version {
            ProtocolVersion::TLSv1_2 => Version::Tls12,
            ProtocolVersion::TLSv1_3 => Version::Tls13,
            _ => return None,
        };
        Some(if is_rsa(scheme) {
            Self::Ecdsa(version)
        } else {
            Self::Rsa(version)
        })
    }

    /// Suites of a version that is not offered stay away from the wire, too.
    fn admits(self, suite: SupportedCipherSuite) -> bool {
        let signs_with_rsa = |suite: &Tls12CipherSuite| suite.sign.iter().copied().any(is_rsa);
        match (self, suite) {
            (Self::Any, _) => true,
            (Self::Rsa(Version::Tls12), SupportedCipherSuite::Tls12(suite)) => {
                signs_with_rsa(suite)
            }
            (Self::Ecdsa(Version::Tls12), SupportedCipherSuite::Tls12(suite)) => {
                !signs_with_rsa(suite)
            }
            (Self::Rsa(version) | Self::Ecdsa(version), SupportedCipherSuite::Tls13(_)) => {
                version == Version::Tls13
            }
            (Self::Rsa(Version::Tls13) | Self::Ecdsa(Version::Tls13), _) => false,
        }
    }
}

fn is_rsa(scheme: SignatureScheme) -> bool {
    [RSA_PSS, RSA_PSS_KEYS, RSA_PKCS1, &[RSA_PKCS1_SHA1]]
        .concat()
        .contains(&scheme)
}

/// A version as the evidence writes it.
pub(super) fn version_name(version: ProtocolVersion) -> Cow<'static, str> {
    Cow::Borrowed(match version {
        ProtocolVersion::SSLv2 => "SSLv2",
        ProtocolVersion::SSLv3 => "SSLv3",
        ProtocolVersion::TLSv1_0 => "TLSv1.0",
        ProtocolVersion::TLSv1_1 => "TLSv1.1",
        ProtocolVersion::TLSv1_2 => "TLSv1.2",
        ProtocolVersion::TLSv1_3 => "TLSv1.3",
        other => return format!("0x{:04x}", u16::from(other)).into(),
    })
}

/// A cipher suite by its IANA name.
pub(super) fn suite_name(suite: CipherSuite) -> Cow<'static, str> {
    Cow::Borrowed(match suite {
        CipherSuite::TLS13_AES_256_GCM_SHA384 => "TLS_AES_256_GCM_SHA384",
        CipherSuite::TLS13_AES_128_GCM_SHA256 => "TLS_AES_128_GCM_SHA256",
        CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => "TLS_CHACHA20_POLY1305_SHA256",
        CipherSuite::TLS13_AES_128_CCM_SHA256 => "TLS_AES_128_CCM_SHA256",
        CipherSuite::TLS13_AES_128_CCM_8_SHA256 => "TLS_AES_128_CCM_8_SHA256",
        other => return known_or(other.as_str(), other),
    })
}

/// A key exchange group by its IANA name.
pub(super) fn group_name(group: NamedGroup) -> Cow<'static, str> {
    Cow::Borrowed(match group {
        NamedGroup::X25519 => "x25519",
        NamedGroup::X448 => "x448",
        NamedGroup::Unknown(26) => "brainpoolP256r1",
        NamedGroup::Unknown(27) => "brainpoolP384r1",
        NamedGroup::Unknown(28) => "brainpoolP512r1",
        other => return known_or(other.as_str(), other),
    })
}

fn known_or(name: Option<&'static str>, other: impl fmt::Debug) -> Cow<'static, str> {
    name.map_or_else(|| format!("{other:?}").into(), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aes_256_is_offered_first() {
        let suites = everything().cipher_suites;
        let first_weaker = suites
            .iter()
            .position(|suite| !suite_name(suite.suite()).contains("AES_256"));
        let last_strong = suites
            .iter()
            .rposition(|suite| suite_name(suite.suite()).contains("AES_256"));
        assert!(last_strong < first_weaker);
    }

    #[test]
    fn names_are_those_of_iana() {
        assert_eq!(
            suite_name(CipherSuite::TLS13_AES_256_GCM_SHA384),
            "TLS_AES_256_GCM_SHA384"
        );
        assert_eq!(
            suite_name(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        );
        assert_eq!(group_name(NamedGroup::secp256r1), "secp256r1");
        assert_eq!(group_name(NamedGroup::X25519), "x25519");
        assert_eq!(group_name(NamedGroup::from(26)), "brainpoolP256r1");
    }

    #[test]
    fn a_twin_is_of_the_other_kind_and_the_same_version() {
        let twin = Offer::for_twin(RSA_PSS_SHA256, ProtocolVersion::TLSv1_3);
        assert_eq!(twin, Some(Offer::Ecdsa(Version::Tls13)));
        let twin = Offer::for_twin(ECDSA_NISTP256_SHA256, ProtocolVersion::TLSv1_2);
        assert_eq!(twin, Some(Offer::Rsa(Version::Tls12)));
    }

    #[test]
    fn tls_12_is_narrowed_by_suites_and_tls_13_by_schemes() {
        let whole = Offer::Any.schemes();
        assert_eq!(Offer::Rsa(Version::Tls12).schemes(), whole);
        assert!(!Offer::Rsa(Version::Tls13).schemes().contains(&ED25519));
        let pss_key = SignatureScheme::from(0x0809);
        assert!(Offer::Rsa(Version::Tls13).schemes().contains(&pss_key));
        assert!(!Offer::Ecdsa(Version::Tls13).schemes().contains(&pss_key));
        let twin = Offer::for_twin(pss_key, ProtocolVersion::TLSv1_3);
        assert_eq!(twin, Some(Offer::Ecdsa(Version::Tls13)));
        let ecdsa = Offer::Ecdsa(Version::Tls12).provider();
        assert!(
            ecdsa
                .cipher_suites
                .iter()
                .all(|suite| suite_name(suite.suite()).contains("ECDHE_ECDSA"))
        );
    }
}

//! What a certificate may be used for.

/// Bits of keyUsage (RFC 5280, section 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    /// digitalSignature.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// nonRepudiation (contentCommitment).
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// keyEncipherment.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// dataEncipherment.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// keyAgreement.
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// keyCertSign.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// cRLSign.
    pub const CRL_SIGN: Self = Self(1 << 6);
    /// encipherOnly.
    pub const ENCIPHER_ONLY: Self = Self(1 << 7);
    /// decipherOnly.
    pub const DECIPHER_ONLY: Self = Self(1 << 8);

    const NAMES: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of `self` that `other` has not.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether no bit is set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// RFC 5280 names of the bits that are set.
    pub fn names(self) -> Vec<&'static str> {
        (0..9)
            .filter(|bit| self.0 & (1 << bit) != 0)
            .map(|bit| Self::NAMES[bit])
            .collect()
    }
}

/// extKeyUsage (RFC 5280, section 4.2.1.12): dotted OIDs in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExtendedKeyUsage(pub Vec<String>);

impl ExtendedKeyUsage {
    /// id-kp-serverAuth.
    pub const SERVER_AUTH: &'static str = "1.3.6.1.5.5.7.3.1";
    /// id-kp-clientAuth.
    pub const CLIENT_AUTH: &'static str = "1.3.6.1.5.5.7.3.2";
    /// id-kp-ipsecEndSystem.
    pub const IPSEC_END_SYSTEM: &'static str = "1.3.6.1.5.5.7.3.5";
    /// anyExtendedKeyUsage.
    pub const ANY: &'static str = "2.5.29.37.0";

    /// Whether `oid` is listed (or anyExtendedKeyUsage is).
    pub fn allows(&self, oid: &str) -> bool {
        self.0
            .iter()
            .any(|listed| listed == oid || listed == Self::ANY)
    }

    /// The usual name of a purpose ("serverAuth"), or the OID itself.
    pub fn name_of(oid: &str) -> &str {
        match oid {
            Self::SERVER_AUTH => "serverAuth",
            Self::CLIENT_AUTH => "clientAuth",
            "1.3.6.1.5.5.7.3.3" => "codeSigning",
            "1.3.6.1.5.5.7.3.4" => "emailProtection",
            Self::IPSEC_END_SYSTEM => "ipsecEndSystem",
            "1.3.6.1.5.5.7.3.6" => "ipsecTunnel",
            "1.3.6.1.5.5.7.3.7" => "ipsecUser",
            "1.3.6.1.5.5.7.3.8" => "timeStamping",
            "1.3.6.1.5.5.7.3.9" => "OCSPSigning",
            Self::ANY => "anyExtendedKeyUsage",
            other => other,
        }
    }

    /// Names of all purposes listed.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|oid| Self::name_of(oid)).collect()
    }
}

/// basicConstraints (RFC 5280, section 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// May issue certificates.
    pub ca: bool,
    /// How many intermediates may follow it.
    pub path_length: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::{ExtendedKeyUsage, KeyUsage};

    #[test]
    fn bits_have_their_names() {
        let both = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::DECIPHER_ONLY);
        assert_eq!(both.names(), ["digitalSignature", "decipherOnly"]);
        assert!(both.contains(KeyUsage::DECIPHER_ONLY) && !both.contains(KeyUsage::CRL_SIGN));
        assert!(both.without(both).is_empty());
    }

    #[test]
    fn any_purpose_allows_every_purpose() {
        let any = ExtendedKeyUsage(vec![ExtendedKeyUsage::ANY.to_owned()]);
        assert!(any.allows(ExtendedKeyUsage::SERVER_AUTH));
        assert!(!ExtendedKeyUsage::default().allows(ExtendedKeyUsage::SERVER_AUTH));
    }
}

//! Names of phone security profiles.

/// Whether a phone security profile's name can stand in a certificate: labels of letters, digits and hyphens, no hyphen at
/// either end, the last beginning with a letter, at least two of them (mandatory from X12.6 on).
pub fn is_profile_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty()
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.')
        && name.split('.').all(is_label)
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::is_profile_name;

    #[test]
    fn names_of_the_guide_are_profile_names() {
        for good in [
            "jabbersecureprofile.domain.com",
            "DX80SecureProfile.domain.com",
            "a-1.b.c3",
            "1.2.c",
        ] {
            assert!(is_profile_name(good), "{good}");
        }
    }

    #[test]
    fn every_part_of_the_label_rule_counts() {
        for bad in [
            "",
            "profile",
            "secure_profile.acme.test",
            "secure profile.acme.test",
            "-secure.acme.test",
            "secure-.acme.test",
            "secure..test",
            "secure.acme.test.",
            "secure.acme.3com",
            "192.0.2.1",
            "sichér.acme.test",
        ] {
            assert!(!is_profile_name(bad), "{bad}");
        }
    }
}

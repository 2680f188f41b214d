//! Text from servers and resolvers, and URLs. Of text only words stay that are known to say nothing about anybody.

use super::Redactor;

/// In the place of words that are not known.
const REMOVED: &str = "[...]";
/// Extensions of files that CAs publish.
const FILE_ENDINGS: [&str; 9] = [
    "crl", "crt", "cer", "pem", "der", "p7b", "p7c", "ocsp", "asp",
];
const SCHEMES: [&str; 12] = [
    "http", "https", "ldap", "ldaps", "ftp", "file", "sip", "sips", "xmpp", "urn", "tag", "mailto",
];
/// Media types of what CAs publish, and of what is sent by mistake.
const MEDIA_TYPES: [&str; 10] = [
    "application/pkix-crl",
    "application/x-pkcs7-crl",
    "application/ocsp-response",
    "application/pkix-cert",
    "application/x-x509-ca-cert",
    "application/pkcs7-mime",
    "application/x-pkcs7-certificates",
    "application/octet-stream",
    "text/html",
    "text/plain",
];
/// Words of protocols, of resolvers and operating systems, of this program, and of Cisco's menus.
const KNOWN_WORDS: &str = "a about access active address administration after alert alias all an and answer any are as at \
    authentication bad be because before began body broke broken but by bytes came can cannot certificate channel chat \
    cipher cisco client closed common communications condition configuration conflict connect connected connecting \
    connection cons content could cti cup deadline denied description directory dns does down edge end ended error \
    exceeded expected expressway failed failure fatal features feature-not-implemented file first for forbidden found \
    from gone got gateway group handshake has have header hello host host-gone host-unknown hostname html http https id im \
    improper-addressing in information input internal internal-server-error invalid invalid-namespace ip is it jabber \
    known label ldap length line list long lookup mailstore malformed mechanisms message method mobile moved ms name \
    names network no node none not not-authorized nothing nxdomain of offer offered offers ok on operation or os other \
    output over peer period permitted phone plain policy policy-violation port ports presence profile protocol proxy \
    read reason received record records redirect redirects refused register registration remote remote-connection-failed \
    request required reset resolve resolver resolved response route running s said sasl seconds security see-other-host \
    sent server servers servfail service service-unavailable session settings shut sip size small sni socket something \
    sse ssl starttls status stream stream:error stream:features support supported system system-shutdown tcp \
    temporarily temporary that the time timed timeout tls to too trunk trunks try truncated tls_required type uc udp \
    unable unavailable undefined-condition unexpected unified unknown unknown_ca unreachable unrecognized_name \
    unsupported unsupported-version until version video voicemail was which while with within without xml xmpp close_notify \
    unexpected_message bad_record_mac record_overflow handshake_failure bad_certificate unsupported_certificate \
    certificate_revoked certificate_expired certificate_unknown illegal_parameter access_denied decode_error \
    decrypt_error protocol_version insufficient_security internal_error inappropriate_fallback user_canceled \
    missing_extension unsupported_extension bad_certificate_status_response unknown_psk_identity certificate_required \
    no_application_protocol no_renegotiation request found. bad gateway";

impl Redactor {
    /// Text: known words, numbers of up to five digits and marks stay; hosts and addresses that the evidence has
    /// elsewhere too are replaced as there; the rest goes.
    pub(super) fn text(&mut self, raw: &str) -> String {
        let words: Vec<String> = raw.split(' ').map(|word| self.word(word)).collect();
        let mut out: Vec<String> = Vec::new();
        for word in words {
            if word != REMOVED || out.last() != Some(&word) {
                out.push(word);
            }
        }
        out.join(" ")
    }

    fn word(&mut self, word: &str) -> String {
        let mark = |c: char| c.is_ascii_punctuation() && !matches!(c, '[' | ']' | '-' | '_' | '/');
        let core = word.trim_matches(mark);
        if core.is_empty() {
            return word.to_owned();
        }
        let lower = core.to_ascii_lowercase();
        let is_number = core.len() <= 5 && core.bytes().all(|byte| byte.is_ascii_digit());
        let is_protocol = ["http/", "tlsv", "sslv"].iter().any(|start| {
            let rest = lower.strip_prefix(start);
            rest.is_some_and(|rest| {
                rest.len() <= 3 && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            })
        });
        if is_number || is_protocol || KNOWN_WORDS.split_whitespace().any(|known| known == lower) {
            return word.to_owned();
        }
        let replaced = if core.parse::<std::net::IpAddr>().is_ok() {
            self.names.host(core)
        } else if core.parse::<std::net::SocketAddr>().is_ok() {
            self.names.socket(core)
        } else if lower.contains("://") {
            self.url(core)
        } else if lower.contains('.')
            && lower
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        {
            self.names.host(core)
        } else {
            return REMOVED.to_owned();
        };
        word.replace(core, &replaced)
    }

    /// A media type, when it is one that is known; its parameters go.
    pub(super) fn media_type(raw: &str) -> Option<String> {
        let kind = raw.split(';').next().unwrap_or(raw).trim();
        let known = |known: &&&str| kind.eq_ignore_ascii_case(known);
        MEDIA_TYPES.iter().find(known).map(|_| kind.to_owned())
    }

    /// A URL: its scheme and port stay, its host is replaced as everywhere, its path by one of its number.
    pub(super) fn url(&mut self, raw: &str) -> String {
        let bare = raw.trim();
        let Some((scheme, rest)) = bare.split_once(':') else {
            return self.names.name(raw);
        };
        let scheme = if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
            scheme
        } else {
            "x-other"
        };
        let Some(rest) = rest.strip_prefix("//") else {
            let rest = match (scheme, rest) {
                ("file", path) => self.path(path),
                (_, words) => self.names.name(words),
            };
            return raw.replacen(bare, &format!("{scheme}:{rest}"), 1);
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = if host.is_empty() {
            String::new()
        } else {
            self.names.socket(host)
        };
        let path = match path {
            "" | "/" => path.to_owned(),
            path => format!("/{}", self.path(path)),
        };
        raw.replacen(bare, &format!("{scheme}://{host}{path}"), 1)
    }

    fn path(&mut self, path: &str) -> String {
        let number = self.names.numbered("path", path);
        let ending = path
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.filter(|ending| FILE_ENDINGS.contains(&ending.as_str())) {
            Some(ending) => format!("path-{number}.{ending}"),
            None => format!("path-{number}"),
        }
    }
}

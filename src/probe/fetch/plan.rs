//! Which URLs of which certificates are to be asked. Pure.

use super::{Purpose, Request, distinct};
use crate::certificate::Certificate;
use crate::evidence::askable;
use crate::trust::{Broken, Origin, Path};

/// What to ask about the revocation of certificates: every `http:` CRL of each, and every `http:` OCSP responder of those
/// whose issuer is known, with the request that `ocsp_request` makes of certificate and issuer. Roots do not belong into
/// `links`: nobody asks about them. Sorted, each once.
pub fn revocation_requests<'c>(
    links: impl IntoIterator<Item = (&'c Certificate, Option<&'c Certificate>)>,
    ocsp_request: &dyn Fn(&Certificate, &Certificate) -> Vec<u8>,
) -> Vec<Request> {
    let mut requests = Vec::new();
    for (certificate, issuer) in links {
        requests.extend(gets(&certificate.crl_urls, Purpose::Crl));
        let Some(issuer) = issuer else { continue };
        let posts = askable(&certificate.ocsp_urls).map(|url| Request {
            url: url.clone(),
            body: Some(ocsp_request(certificate, issuer)),
            purpose: Purpose::Ocsp,
        });
        requests.extend(posts);
    }
    distinct(requests)
}

/// Where the issuers are to be had that servers did not send: of leafs (each with its path) whose path breaks off at an
/// unknown issuer, or goes through an intermediate that only the devices know. Sorted, each once.
pub fn issuer_requests<'c>(
    paths: impl IntoIterator<Item = (&'c Certificate, &'c Path)>,
) -> Vec<Request> {
    let requests = paths
        .into_iter()
        .flat_map(|(leaf, path)| orphans(leaf, path))
        .flat_map(|certificate| gets(&certificate.issuer_urls, Purpose::Issuer));
    distinct(requests.collect())
}

/// Certificates whose issuer was not sent, roots apart.
fn orphans<'c>(leaf: &'c Certificate, path: &'c Path) -> Vec<&'c Certificate> {
    match path {
        Path::Broken(Broken::UnknownIssuer { last }) => vec![last],
        Path::Anchored(anchored) => {
            let issuers = anchored.links.iter();
            let children = std::iter::once(leaf)
                .chain(anchored.links.iter().map(|link| link.certificate.as_ref()));
            issuers
                .zip(children)
                .filter(|(issuer, _)| issuer.origin == Origin::Known)
                .map(|(_, child)| child)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn gets(urls: &[String], purpose: Purpose) -> impl Iterator<Item = Request> {
    askable(urls).map(move |url| Request {
        url: url.clone(),
        body: None,
        purpose,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::certificate::issue::{Authority, Order};
    use crate::trust::{Anchored, Link};

    const AT: i64 = 1_795_287_600;

    /// A certificate with an http and an ldap URL of each kind, the http one under `name`, and its issuer.
    fn certificates(name: &str) -> (Arc<Certificate>, Arc<Certificate>) {
        let root = Authority::root("ACME Root CA", AT).unwrap();
        let leaf = root.issue(&Order::server(name, AT)).unwrap();
        let mut leaf = Certificate::from_der(&leaf.der).unwrap();
        let urls = |kind: &str| {
            let url = format!("HTTP://pki.acme.test/{name}.{kind}");
            vec![url.clone(), "ldap:///CN=x".to_owned(), url]
        };
        (leaf.crl_urls, leaf.ocsp_urls) = (urls("crl"), urls("ocsp"));
        leaf.issuer_urls = urls("cer");
        let root = Certificate::from_der(root.der()).unwrap();
        (Arc::new(leaf), Arc::new(root))
    }

    fn urls(requests: &[Request]) -> Vec<&str> {
        let host = "HTTP://pki.acme.test/".len();
        requests
            .iter()
            .map(|request| &request.url[host..])
            .collect()
    }

    #[test]
    fn both_sources_are_asked_each_once_and_http_only() {
        let ((a, issuer), (b, _)) = (certificates("a"), certificates("b"));
        let links = [(&*b, None), (&*a, Some(&*issuer)), (&*a, Some(&*issuer))];
        let requests = revocation_requests(links, &|certificate, issuer| {
            assert_eq!(issuer.subject, *certificate.issuer);
            b"request".to_vec()
        });
        assert_eq!(urls(&requests), ["a.crl", "a.ocsp", "b.crl"]);
        let purposes: Vec<_> = requests.iter().map(|request| request.purpose).collect();
        assert_eq!(purposes, [Purpose::Crl, Purpose::Ocsp, Purpose::Crl]);
        assert_eq!(requests[1].body.as_deref(), Some(&b"request"[..]));
        assert_eq!(requests[0].body, None);
    }

    #[test]
    fn of_thousands_of_urls_some_are_asked() {
        let (a, _) = certificates("a");
        let mut a = Certificate::clone(&a);
        a.crl_urls = (0..5000)
            .map(|number| format!("http://x/{number}"))
            .collect();
        let requests = revocation_requests([(&a, None)], &|_, _| Vec::new());
        assert_eq!(requests.len(), 8);
    }

    #[test]
    fn issuers_are_asked_for_where_they_were_not_sent() {
        let ((a, issuer), (b, _)) = (certificates("a"), certificates("b"));
        let broken = |last: &Arc<Certificate>| {
            let last = Arc::clone(last);
            Path::Broken(Broken::UnknownIssuer { last })
        };
        let through = |origin: Origin| {
            let link = |certificate: &Arc<Certificate>, origin| Link {
                certificate: Arc::clone(certificate),
                origin,
            };
            Path::Anchored(Anchored {
                links: vec![link(&b, origin), link(&issuer, Origin::Root)],
                faults: Vec::new(),
            })
        };
        let asked = |path: Path| {
            let requests = issuer_requests([(&*a, &path)]);
            urls(&requests).join(" ")
        };
        assert_eq!(asked(broken(&b)), "b.cer");
        assert_eq!(asked(through(Origin::Known)), "a.cer");
        assert_eq!(asked(through(Origin::Sent)), "");
        assert_eq!(asked(Path::SelfSigned), "");
        assert_eq!(asked(Path::Pinned), "");
    }
}

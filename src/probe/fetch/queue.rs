//! In which order requests are sent, so that nobody who asks for much is in the way of those who ask for little.
//!
//! Each chain asks by itself. A request stands where the chain stands that has it earliest: the first of every chain come before the
//! second of any. Real chains have up to a dozen, and a hostile one has hundreds.

use std::collections::{BTreeMap, HashMap};

use super::address::Address;
use super::{Purpose, Request};

/// A request and its standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) request: Request,
    pub(super) standing: Standing,
}

/// How many requests of the same chain come before a request, where they are fewest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Of all.
    pub(super) before: usize,
    /// Of those to the same server.
    pub(super) before_at_server: usize,
}

/// A URL and the body of a POST.
type Asked = (String, Option<Vec<u8>>);

/// What each chain asks for in one list: each URL and body once, with the purpose that takes most, sorted by these.
pub(super) fn merged(chains: impl IntoIterator<Item = Vec<Request>>) -> Vec<Wanted> {
    let mut wanted: BTreeMap<Asked, (Purpose, Standing)> = BTreeMap::new();
    for requests in chains {
        let mut at_server: HashMap<String, usize> = HashMap::new();
        for (before, request) in requests.into_iter().enumerate() {
            let server = Address::parse(&request.url).ok();
            let server = server.map_or_else(String::new, |address| address.server());
            let count = at_server.entry(server).or_default();
            let standing = Standing {
                before,
                before_at_server: *count,
            };
            *count += 1;
            let new = (request.purpose, standing);
            let key = (request.url, request.body);
            let known = wanted.entry(key).or_insert(new);
            *known = (known.0.max(new.0), known.1.earlier(standing));
        }
    }
    let all = wanted.into_iter();
    all.map(|((url, body), (purpose, standing))| Wanted {
        request: Request { url, body, purpose },
        standing,
    })
    .collect()
}

/// The places of a list in the order in which they are sent.
pub(super) fn order(wanted: &[Wanted]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..wanted.len()).collect();
    places.sort_by_key(|place| wanted.get(*place).map(|one| one.standing.before));
    places
}

impl Standing {
    fn earlier(self, other: Self) -> Self {
        Self {
            before: self.before.min(other.before),
            before_at_server: self.before_at_server.min(other.before_at_server),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, purpose: Purpose) -> Request {
        Request {
            url: url.to_owned(),
            body: None,
            purpose,
        }
    }

    #[test]
    fn a_chain_with_many_urls_comes_behind_the_first_of_all_others() {
        let url = |number: usize| format!("http://a.test/{number:02}");
        let many = (0..40).map(|n| request(&url(n), Purpose::Crl)).collect();
        let few = vec![
            request("http://z.test/1", Purpose::Crl),
            request("http://a.test/39", Purpose::Issuer),
        ];
        let wanted = merged([many, few]);
        let sent: Vec<&str> = order(&wanted)
            .into_iter()
            .map(|place| &*wanted[place].request.url)
            .collect();
        assert_eq!(sent.len(), 41);
        assert_eq!(
            sent[..4],
            [&*url(0), "http://z.test/1", &*url(1), "http://a.test/39"]
        );
        // What both ask for takes as much as either needs, and stands where it stands first.
        let shared = wanted.iter().find(|one| one.request.url == url(39));
        let shared = shared.map(|one| (one.request.purpose, one.standing));
        let standing = Standing {
            before: 1,
            before_at_server: 0,
        };
        assert_eq!(shared, Some((Purpose::Crl, standing)));
    }

    #[test]
    fn the_port_tells_servers_apart() {
        let chain = [
            "http://a.test/1",
            "http://a.test:81/2",
            "http://A.test:80/3",
        ];
        let chain = chain.map(|url| request(url, Purpose::Crl)).to_vec();
        let counts = merged([chain]);
        let counts: Vec<usize> = counts
            .iter()
            .map(|one| one.standing.before_at_server)
            .collect();
        // Sorted by URL: the one with the capital letter first.
        assert_eq!(counts, [1, 0, 0]);
    }
}

//! What is to be scanned: so many services, of which some never answer.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use certaudit::deployment::Deployment;

/// A fleet. Service `n` is at an address of its own, with a certificate of its own.
#[derive(Debug, Clone, Copy)]
pub struct Fleet {
    pub services: usize,
    pub silent: usize,
    pub refusing: usize,
    /// Seconds.
    pub timeout: u64,
    pub concurrency: usize,
}

/// The ports of the servers, on every loopback address.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// TLS.
    pub tls: u16,
    /// Takes no connection: it is never answered.
    pub full: u16,
    /// Takes the connection, and says nothing.
    pub mute: u16,
    /// Nobody listens.
    pub closed: u16,
}

impl Fleet {
    pub fn write(&self) -> String {
        let Self {
            services,
            silent,
            refusing,
            timeout,
            concurrency,
        } = self;
        format!("{services},{silent},{refusing},{timeout},{concurrency}")
    }

    pub fn read(text: &str) -> Self {
        let numbers: Vec<usize> = text.split(',').map(|part| part.parse().unwrap()).collect();
        let [services, silent, refusing, timeout, concurrency] = numbers[..] else {
            panic!("{text} is no fleet");
        };
        Self {
            services,
            silent,
            refusing,
            timeout: timeout as u64,
            concurrency,
        }
    }

    /// How many services present a certificate.
    pub fn speaking(&self) -> usize {
        self.services - self.silent - self.refusing
    }

    /// The port of a service. Those that do not speak are spread evenly over the fleet.
    fn port(&self, service: usize, ports: &Ports) -> u16 {
        let nth = |count: usize| {
            let before = service * count / self.services;
            ((service + 1) * count / self.services > before).then_some(before)
        };
        match nth(self.silent + self.refusing) {
            Some(nth) if nth < self.silent + self.refusing && spread(nth, self) => ports.closed,
            Some(nth) if nth % 2 == 0 => ports.full,
            Some(_) => ports.mute,
            None => ports.tls,
        }
    }

    /// The deployment file of the fleet, parsed.
    pub fn deployment(&self, ports: &Ports) -> Deployment {
        let mut text = format!(
            "name = \"Fleet\"\ndomain = \"fleet.test\"\n[trust]\nsystem = false\n[probe]\nuds = false\n\
             timeout = \"{}s\"\nconcurrency = {}\n[revocation]\ncheck = \"presence\"\n",
            self.timeout, self.concurrency
        );
        for service in 0..self.services {
            let (name, port) = (host(service), self.port(service, ports));
            let _ = writeln!(
                text,
                "[[node]]\nproduct = \"{}\"\naddress = \"{name}\"\nconnect = \"{}\"\n\
                 services = [{{ service = \"tomcat\", port = {port} }}]",
                product(service),
                address(service),
            );
        }
        Deployment::parse(&text, std::path::Path::new("."), &[]).unwrap()
    }
}

/// Whether the `nth` of those that do not speak refuses: evenly among the silent ones.
fn spread(nth: usize, fleet: &Fleet) -> bool {
    let all = fleet.silent + fleet.refusing;
    (nth + 1) * fleet.refusing / all > nth * fleet.refusing / all
}

/// Of five nodes three are Unified CM.
fn product(service: usize) -> &'static str {
    match service % 5 {
        0 => "im-presence",
        1 => "unity-connection",
        _ => "cucm",
    }
}

pub fn host(service: usize) -> String {
    format!("node-{service:06}.fleet.test")
}

/// 127.100.0.1 and on.
pub fn address(service: usize) -> Ipv4Addr {
    let first = u32::from(Ipv4Addr::new(127, 100, 0, 1));
    Ipv4Addr::from(first + u32::try_from(service).unwrap())
}

//! The deployment, its servers and what each is to show.

use std::net::Ipv4Addr;

use super::expected::Presented;
use super::support::cluster::Cluster;
use super::support::company::{CRL, Company, DOMAIN, ROOT, host, server, xmpp};
use super::support::credential::Credential;
use super::support::loopback;
use super::support::order::{Key, Order};
use super::support::servers::{
    dovecot, ejabberd, exim, kamailio, nginx, prosody, s_server, slapd, tomcat,
};

/// Nothing here hangs, and the machine may be busy.
pub const PATIENCE: &str = "timeout = \"10s\"";

const MODERN: (&str, &str) = ("TLSv1.3", "TLS_AES_256_GCM_SHA384");

/// The running deployment.
pub struct Estate<'c> {
    company: &'c Company,
    /// Its nodes and servers.
    pub cluster: Cluster,
    /// Every service, in the order of the report.
    pub expected: Vec<Presented>,
}

impl<'c> Estate<'c> {
    /// Starts everything.
    pub fn new(company: &'c Company) -> Self {
        let mut cluster = Cluster::new(&company.root);
        cluster.probe(PATIENCE);
        cluster.configure("\n[federation]\ndomains = [\"acme.test\"]\nthrough = \"im-presence\"\n");
        let mut estate = Self {
            company,
            cluster,
            expected: Vec::new(),
        };
        estate.publisher();
        estate.subscriber();
        estate.trunks();
        estate.presence();
        estate.old_presence();
        estate.mailboxes();
        estate.edges();
        estate.directory();
        estate.meetings();
        estate.other_curve();
        estate
    }

    /// Tomcat with twins, and Kamailio, which demands a client certificate.
    fn publisher(&mut self) {
        let node = "cucm-pub";
        let address = self
            .cluster
            .node("cucm", node, r#"services = ["sip", "tomcat"]"#);
        let (rsa, ecdsa) = self.twins(node);
        let call_manager = self.company.issue(&server(node));
        let sip = kamailio::start(address, &call_manager, &self.company.root);
        self.cluster.run(sip);
        self.cluster.run(tomcat::start(address, &[&rsa, &ecdsa]));
        self.expect(node, "sip", MODERN, &[&call_manager])
            .demands(&[ROOT]);
        self.expect(node, "tomcat", MODERN, &[&ecdsa, &rsa]);
    }

    /// Keys by RSA alone on 8443; a certificate from before the last renewal on 6972.
    fn subscriber(&mut self) {
        let node = "cucm-sub";
        let address = self
            .cluster
            .node("cucm", node, r#"services = ["tftp-mra", "tomcat"]"#);
        let old = self.company.issue(&server(node).days(-100, 200));
        let new = self.company.issue(&server(node));
        let arguments = s_server::RSA_KEY_EXCHANGE;
        self.cluster.run(nginx::start(address, &[(6972, &[&old])]));
        self.cluster
            .run(s_server::start(address, tomcat::PORT, &new, &arguments));
        self.expect(node, "tftp-mra", MODERN, &[&old]);
        let negotiated = ("TLSv1.2", "TLS_RSA_WITH_AES_256_GCM_SHA384");
        self.expect(node, "tomcat", negotiated, &[&new]);
    }

    /// Two ports that demand a client certificate, one in each version of TLS.
    fn trunks(&mut self) {
        let old = ("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        let cases = [
            ("cucm-old-trunk", "-tls1_2", old),
            ("cucm-new-trunk", "-tls1_3", MODERN),
        ];
        for (node, version, negotiated) in cases {
            let address = self.cluster.node("cucm", node, r#"services = ["sip"]"#);
            let certificate = self.company.issue(&server(node));
            let root = &self.company.root;
            let sip =
                s_server::start_mutual(address, kamailio::PORT, &certificate, root, &[version]);
            self.cluster.run(sip);
            self.expect(node, "sip", negotiated, &[&certificate])
                .demands(&[ROOT]);
        }
    }

    /// Two nodes of one cluster: Prosody on one, ejabberd on the other, where one self-signed certificate serves all.
    fn presence(&mut self) {
        let (root, issue) = (&self.company.root, |node| self.company.issue(&xmpp(node)));
        let (clients, servers) = (issue("imp1"), issue("imp1"));
        let address = self.presence_node("imp1");
        let prosody = prosody::start(address, DOMAIN, &clients, &servers);
        self.cluster.run(prosody);
        self.expect("imp1", "xmpp-client", MODERN, &[&clients]);
        self.expect("imp1", "xmpp-server", MODERN, &[&servers])
            .asks(&[]);
        self.presence_web("imp1", address);

        let own = self.company.workshop.self_signed(&xmpp("imp2"));
        let address = self.presence_node("imp2");
        let ejabberd = ejabberd::start(address, DOMAIN, &own, root);
        self.cluster.run(ejabberd);
        self.expect("imp2", "xmpp-client", MODERN, &[&own])
            .asks(&[]);
        self.expect("imp2", "xmpp-server", MODERN, &[&own])
            .asks(&[ROOT]);
        self.presence_web("imp2", address);
    }

    fn presence_node(&mut self, node: &str) -> Ipv4Addr {
        let services = r#"services = ["xmpp-client", "xmpp-server", "tomcat"]"#;
        self.cluster.node("im-presence", node, services)
    }

    fn presence_web(&mut self, node: &str, address: Ipv4Addr) {
        let web = self.company.issue(&server(node));
        let nginx = nginx::start(address, &[(tomcat::PORT, &[&web])]);
        self.cluster.run(nginx);
        self.expect(node, "tomcat", MODERN, &[&web]);
    }

    /// TLS 1.0 and nothing newer.
    fn old_presence(&mut self) {
        let node = "cup1";
        let services = "services = [\"tomcat\"]\nrelease = \"8.6\"";
        let address = self.cluster.node("cup", node, services);
        let web = self.company.issue(&server(node));
        let arguments = s_server::TLS_10;
        self.cluster
            .run(s_server::start(address, tomcat::PORT, &web, &arguments));
        let negotiated = ("TLSv1.0", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
        self.expect(node, "tomcat", negotiated, &[&web]);
    }

    /// Unity Connection by nginx, Dovecot and Exim.
    fn mailboxes(&mut self) {
        let (node, certificate) = ("cuc1", self.company.issue(&server("cuc1")));
        let probing = loopback::address();
        let [smtp, imap, imaps] = [25, 143, 993].map(|port| loopback::port(probing, port));
        let services = format!(
            r#"services = ["jetty", "tomcat", {{ service = "smtp", port = {smtp} }},
    {{ service = "imap", port = {imap} }}, {{ service = "imaps", port = {imaps} }}]"#
        );
        let address = self.cluster.node("unity-connection", node, &services);
        let web: &[&Credential] = &[&certificate];
        self.cluster.run(exim::start(address, smtp, &certificate));
        self.cluster
            .run(dovecot::start(address, [imaps, imap], &certificate));
        self.cluster
            .run(nginx::start(address, &[(7443, web), (8443, web)]));
        for service in ["jetty", "tomcat", "smtp", "imap", "imaps"] {
            self.expect(node, service, MODERN, &[&certificate]);
        }
    }

    /// Expressway-C with a twin that nobody signed, Expressway-E with a sound one.
    fn edges(&mut self) {
        for (product, node) in [("expressway-c", "expc"), ("expressway-e", "expe")] {
            let (rsa, sound) = self.twins(node);
            let twin = if node == "expc" {
                let order = server(node).key(Key::Ecdsa);
                self.company.workshop.self_signed(&order)
            } else {
                sound
            };
            self.https(product, node, "web", &[&rsa, &twin], &[&twin, &rsa]);
        }
    }

    fn directory(&mut self) {
        let (node, certificate) = ("ldap1", self.company.issue(&server("ldap1")));
        let port = loopback::port(loopback::address(), 636);
        let services = format!("services = [{{ service = \"ldaps\", port = {port} }}]");
        let address = self.cluster.node("ldap", node, &services);
        self.cluster.run(slapd::start(address, port, &certificate));
        self.expect(node, "ldaps", MODERN, &[&certificate]);
    }

    /// A Webex Meetings Server with its RSA certificate alone, and an identity provider with the ECDSA one alone.
    fn meetings(&mut self) {
        let (rsa, _) = self.twins("wbx1");
        self.https("webex-meetings-server", "wbx1", "https", &[&rsa], &[&rsa]);
        let (_, ecdsa) = self.twins("idp1");
        self.https("identity-provider", "idp1", "https", &[&ecdsa], &[&ecdsa]);
    }

    /// A key on P-521, and no other curve for the exchange.
    fn other_curve(&mut self) {
        let (node, order) = ("other1", server("other1").key(Key::EcdsaP521));
        let certificate = self.company.issue(&order);
        let services = "services = [{ service = \"https\", port = 8443 }]";
        let address = self.cluster.node("other-https", node, services);
        self.cluster.run(s_server::start(
            address,
            8443,
            &certificate,
            &s_server::P_521,
        ));
        self.expect(node, "https", MODERN, &[&certificate]);
    }

    /// A node with nothing but nginx on 443.
    fn https(
        &mut self,
        product: &str,
        node: &str,
        service: &'static str,
        has: &[&Credential],
        shows: &[&Credential],
    ) {
        let port = loopback::port(loopback::address(), 443);
        let services = format!("services = [{{ service = \"{service}\", port = {port} }}]");
        let address = self.cluster.node(product, node, &services);
        self.cluster.run(nginx::start(address, &[(port, has)]));
        self.expect(node, service, MODERN, shows);
    }

    /// A node's RSA certificate and its ECDSA twin, which has another common name, as Cisco's have.
    fn twins(&self, node: &str) -> (Credential, Credential) {
        let twin = Order::leaf(&host(&format!("{node}-EC")))
            .key(Key::Ecdsa)
            .dns(&host(node))
            .crl_url(CRL);
        (self.company.issue(&server(node)), self.company.issue(&twin))
    }

    fn expect(
        &mut self,
        node: &str,
        service: &'static str,
        negotiated: (&str, &str),
        shows: &[&Credential],
    ) -> &mut Presented {
        self.expected
            .push(Presented::examined(node, service, negotiated, shows));
        self.expected.last_mut().unwrap()
    }
}

//! What each service of the demo presents, and what is wrong with it.

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use std::sync::Arc;

use super::Fault;
use crate::certificate::issue::{Authority, Issued, Key, Order, rsa_key};
use crate::certificate::{ExtendedKeyUsage, KeyUsage};

const DAY: i64 = 86_400;

/// The company's CAs.
pub(super) struct Pki {
    pub(super) root: Authority,
    issuing: Authority,
}

/// A chain, and the services that present it.
pub(super) struct Presented {
    pub(super) node: &'static str,
    services: &'static [&'static str],
    issued: Issued,
    intermediate: Option<Vec<u8>>,
}

impl Pki {
    pub(super) fn new(at: i64) -> Result<Self, rcgen::Error> {
        let root = Authority::root("ACME Root CA", at)?;
        let issuing = root.intermediate("ACME Issuing CA 1", at)?;
        Ok(Self { root, issuing })
    }

    fn signed(
        &self,
        node: &'static str,
        services: &'static [&'static str],
        order: &Order,
    ) -> Result<Presented, rcgen::Error> {
        let issued = self.issuing.issue(order)?;
        Ok(Presented {
            node,
            services,
            issued,
            intermediate: Some(self.issuing.der().to_vec()),
        })
    }
}

/// Everything that is presented. Services that are not here do not run.
pub(super) fn all(pki: &Pki, at: i64) -> Result<Vec<Presented>, rcgen::Error> {
    let mut all = call_control(pki, at)?;
    all.extend(new_subscriber(at)?);
    all.extend(presence(pki, at)?);
    all.extend(voicemail(pki, at)?);
    all.extend(edge(pki, at)?);
    Ok(all)
}

/// The publisher: everything as it should be.
fn call_control(pki: &Pki, at: i64) -> Result<Vec<Presented>, rcgen::Error> {
    let call_manager = Order {
        key: Some(rsa_key()?),
        ..Order::server("cucm-pub.acme.test", at)
    };
    Ok(vec![
        pki.signed(
            "cucm-pub",
            &["tomcat", "tftp-mra", "sip-oauth"],
            &multi_server(at, rsa_key()?),
        )?,
        pki.signed("cucm-pub", &["sip", "tftp"], &call_manager)?,
    ])
}

/// The multi-server certificate, ordered before cucm-sub was added.
fn multi_server(at: i64, key: Key) -> Order {
    Order {
        common_name: "cucm-pub-ms.acme.test".to_owned(),
        dns: ["cucm-pub", "imp1", "imp2"]
            .map(|host| format!("{host}.acme.test"))
            .to_vec(),
        key: Some(key),
        ..Order::server("cucm-pub.acme.test", at)
    }
}

/// The node that was added last month: as the installer left it, self-signed for five years, one name for both.
fn new_subscriber(at: i64) -> Result<Vec<Presented>, rcgen::Error> {
    let as_installed = |services| -> Result<Presented, rcgen::Error> {
        let order = Order {
            crl_url: None,
            not_after: at + 5 * 365 * DAY - 30 * DAY,
            key: Some(rsa_key()?),
            ..Order::server("cucm-sub.acme.test", at)
        };
        Ok(Presented {
            node: "cucm-sub",
            services,
            issued: order.self_signed()?,
            intermediate: None,
        })
    };
    Ok(vec![
        as_installed(&["tomcat", "tftp-mra"])?,
        as_installed(&["sip", "tftp"])?,
    ])
}

/// imp1 is right. On imp2 the request for cup-xmpp was made before the presence domain was set, and the CA's template
/// dropped dataEncipherment.
fn presence(pki: &Pki, at: i64) -> Result<Vec<Presented>, rcgen::Error> {
    let tomcat = multi_server(at, rsa_key()?);
    let purposes = vec![
        ExtendedKeyUsage::SERVER_AUTH,
        ExtendedKeyUsage::CLIENT_AUTH,
        ExtendedKeyUsage::IPSEC_END_SYSTEM,
    ];
    let named = |host: &str, names: &[&str], key| Order {
        dns: names.iter().map(|name| (*name).to_owned()).collect(),
        extended_key_usage: purposes.clone(),
        key: Some(key),
        ..Order::server(host, at)
    };
    let good = named(
        "imp1.acme.test",
        &["imp1.acme.test", "acme.test"],
        rsa_key()?,
    );
    let usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    let bad = Order {
        key_usage: usage,
        ..named("imp2.acme.test", &["imp2.acme.test"], rsa_key()?)
    };
    let proxy = named("imp1.acme.test", &["imp1.acme.test"], rsa_key()?);
    Ok(vec![
        pki.signed("imp1", &["tomcat"], &tomcat)?,
        pki.signed("imp2", &["tomcat"], &tomcat)?,
        pki.signed("imp1", &["xmpp-client"], &good)?,
        pki.signed("imp2", &["xmpp-client"], &bad)?,
        pki.signed("imp1", &["sip", "sip-peer"], &proxy)?,
    ])
}

/// Unity Connection: twelve days are left.
fn voicemail(pki: &Pki, at: i64) -> Result<Vec<Presented>, rcgen::Error> {
    let order = Order {
        not_before: at - 353 * DAY,
        not_after: at + 12 * DAY,
        key: Some(rsa_key()?),
        ..Order::server("cuc1.acme.test", at)
    };
    Ok(vec![pki.signed("cuc1", &["tomcat", "jetty"], &order)?])
}

/// Expressway-C is right; Expressway-E has its own name but not the domain that users sign in with.
fn edge(pki: &Pki, at: i64) -> Result<Vec<Presented>, rcgen::Error> {
    let core = Order {
        dns: vec![
            "expc1.acme.test".to_owned(),
            "jabber-secure.acme.test".to_owned(),
        ],
        key: Some(rsa_key()?),
        ..Order::server("expc1.acme.test", at)
    };
    let edge = Order {
        key: Some(rsa_key()?),
        ..Order::server("expe1.acme.test", at)
    };
    Ok(vec![
        pki.signed("expc1", &["web", "sip", "mra"], &core)?,
        pki.signed("expe1", &["mra", "xmpp-client", "sip", "web"], &edge)?,
    ])
}

impl Presented {
    pub(super) fn is_for(&self, node: &str, service: &str) -> bool {
        self.node == node && self.services.contains(&service)
    }

    /// A TLS configuration that presents it, asking for a client certificate of that CA when there is one.
    pub(super) fn tls(&self, client_ca: Option<&[u8]>) -> Result<ServerConfig, Fault> {
        let refused = |error: &dyn std::fmt::Display| Fault::Tls(error.to_string());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = builder
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(&error))?;
        let builder = match client_ca {
            None => builder.with_no_client_auth(),
            Some(der) => {
                let mut roots = rustls::RootCertStore::empty();
                roots
                    .add(CertificateDer::from(der.to_vec()))
                    .map_err(|error| refused(&error))?;
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_client_cert_verifier(verifier.map_err(|error| refused(&error))?)
            }
        };
        let chain = std::iter::once(self.issued.der.clone()).chain(self.intermediate.clone());
        let chain = chain.map(CertificateDer::from).collect();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.issued.key.serialize_der()));
        builder
            .with_single_cert(chain, key)
            .map_err(|error| refused(&error))
    }
}

//! TLS towards clusters: whom the gateway trusts.

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use std::sync::Arc;

/// The authorities whose certificates a cluster may show.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// Those the operating system trusts, or those of the file that `SSL_CERT_FILE` names.
    #[default]
    System,
    /// Exactly these, each in DER.
    Only(Vec<Vec<u8>>),
}

impl Roots {
    /// What a client of HTTP/2 that trusts these needs for TLS. Reads the certificates.
    ///
    /// # Errors
    /// There are none, or one of them is none.
    pub fn client_config(&self) -> Result<Arc<ClientConfig>, String> {
        let mut store = RootCertStore::empty();
        match self {
            Roots::System => {
                let found = rustls_native_certs::load_native_certs();
                let (added, _) = store.add_parsable_certificates(found.certs);
                if added == 0 {
                    return Err(
                        "the system has no trusted certificates: install ca-certificates or \
                            name a file in SSL_CERT_FILE"
                            .into(),
                    );
                }
            }
            Roots::Only(certificates) => {
                for certificate in certificates {
                    store.add(certificate.clone().into()).map_err(|error| error.to_string())?;
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(store)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Makes TLS sessions; the roots are read once, when the first cluster needs them.
pub(crate) struct UpstreamTls {
    roots: Roots,
    config: std::sync::OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl UpstreamTls {
    pub(crate) fn new(roots: Roots) -> Self {
        Self { roots, config: std::sync::OnceLock::new() }
    }

    /// A session with the server of this name.
    pub(crate) fn session(&self, host: &str) -> Result<ClientConnection, String> {
        let config = self.config.get_or_init(|| self.roots.client_config()).clone()?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| format!("{host} cannot be the name in a certificate"))?;
        ClientConnection::new(config, name).map_err(|error| error.to_string())
    }
}

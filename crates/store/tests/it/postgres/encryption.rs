//! TLS to the database: only to a server that proves its name.

use super::open;
use crate::ground::vault;
use model::{Error, ErrorKind};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use store::Store;
use testkit::postgres::Server;

fn refused(outcome: Result<Store, Error>, words: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    assert!(error.message().contains(words), "{error:?}");
}

#[test]
fn only_a_server_that_proves_its_name_is_spoken_to() {
    let server = Server::start();
    let database = server.database();
    let name = database.name();
    let at = |host: &str, options: &str| {
        let port = server.port();
        open(&format!("postgres://postgres@{host}:{port}/{name}?{options}"), vault())
    };
    refused(at("127.0.0.1", "sslmode=require"), "does not offer TLS: switch it on there");

    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let data = server.folder().join("data");
    let owner = fs::metadata(&data).unwrap();
    for (file, text) in [("server.crt", cert.pem()), ("server.key", signing_key.serialize_pem())] {
        let path = data.join(file);
        fs::write(&path, text).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
    database.query("ALTER SYSTEM SET ssl = on");
    server.restart();
    let trusted = tempfile::NamedTempFile::new().unwrap();
    fs::write(trusted.path(), cert.pem()).unwrap();
    let trusted = format!("sslmode=require&sslrootcert={}", trusted.path().display());

    refused(at("localhost", "sslmode=require"), "name the certificate that signed the server's");
    refused(at("127.0.0.1", &trusted), "no trusted TLS connection");
    refused(at("localhost", "sslmode=require&sslrootcert=/nowhere"), "cannot be read");
    let store = at("localhost", &trusted).unwrap();
    assert_eq!(store.revision().unwrap().number(), 0);
    let plain = "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
                 WHERE a.application_name = 'keyward' AND NOT s.ssl";
    assert_eq!(database.query(plain), "0");
    let encrypted = plain.replace("NOT s.ssl", "s.ssl");
    assert_eq!(database.query(&encrypted), "2", "one that writes and one that reads");
}

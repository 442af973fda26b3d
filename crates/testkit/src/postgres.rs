//! PostgreSQL servers for tests, from the programs of the operating system's package.
//!
//! A server lives in a temporary folder and is owned by whoever started it: it is stopped, and its
//! folder removed, when that process is gone, however it ended. It runs as somebody without rights
//! if the tests run as root, as PostgreSQL demands. Texts are ordered by its locale as a person
//! would, so that a query that relies on the order of bytes without saying so is found out.
//!
//! Tests share one server and make a database each; what kills or stops a server starts its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that has no server can only end, and says why"
)]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Says where the server is that all tests share: the folder of its socket, a colon, its port.
pub const VARIABLE: &str = "KEYWARD_TEST_POSTGRES";

/// Starts the server, says so, and stops it when nobody holds its standard input any more.
const KEEPER: &str = r#"
    "$1/pg_ctl" --pgdata="$2/data" --log="$2/log" --wait --timeout=60 start >/dev/null </dev/null
    echo started
    cat >/dev/null
    "$1/pg_ctl" --pgdata="$2/data" --mode=immediate --wait --timeout=60 stop >/dev/null 2>&1
    rm -rf "$2"
"#;

const SETTINGS: &str = "
    fsync = off
    full_page_writes = off
    max_connections = 400
    shared_buffers = 32MB
    listen_addresses = '127.0.0.1'
";

/// A running server.
#[derive(Debug)]
pub struct Server {
    programs: PathBuf,
    socket: PathBuf,
    port: u16,
    _own: Option<Own>,
}

/// What a server that this process started has. In this order they are dropped.
#[derive(Debug)]
struct Own {
    keeper: Child,
    _folder: TempDir,
}

impl Server {
    /// The server that all tests share: the one that the environment names, else one for this
    /// process.
    ///
    /// # Panics
    /// If no server can be started.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| Self::named().unwrap_or_else(Self::start))
    }

    /// The server that the environment names.
    fn named() -> Option<Self> {
        let value = env::var_os(VARIABLE)?.into_string().ok()?;
        let (socket, port) = value.rsplit_once(':')?;
        let (socket, port) = (PathBuf::from(socket), port.parse().ok()?);
        Some(Self { programs: programs(), socket, port, _own: None })
    }

    /// A server of its own.
    ///
    /// # Panics
    /// If no server can be started.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// A server of its own with these lines in its configuration.
    ///
    /// # Panics
    /// If no server can be started.
    pub fn start_with(settings: &str) -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("keyward-postgres-").tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = folder.path().join("data");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        if let Some((user, group)) = somebody() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let mut make = unprivileged(programs.join("initdb"));
        make.arg("--pgdata").arg(&data).args(["--username=postgres", "--auth=trust", "--no-sync"]);
        make.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        make.args(["--locale-provider=icu", "--icu-locale=en"]);
        run(make.current_dir(folder.path()));
        let socket = folder.path().display();
        let all = format!(
            "{SETTINGS}\nport = {port}\nunix_socket_directories = '{socket}'\n{settings}\n"
        );
        fs::write(data.join("postgresql.auto.conf"), all).unwrap();

        let mut keeper = unprivileged("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(&programs).arg(folder.path());
        keeper.current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = keeper.spawn().unwrap();
        let mut said = String::new();
        let output = keeper.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut said).unwrap();
        let socket = folder.path().to_owned();
        let own = Own { keeper, _folder: folder };
        let server = Self { programs, socket, port, _own: Some(own) };
        assert_eq!(server.query("postgres", "SELECT 1"), "1", "the server does not run");
        server
    }

    /// The value of [`VARIABLE`] that leads other processes here.
    pub fn variable(&self) -> String {
        format!("{}:{}", self.socket.display(), self.port)
    }

    /// The folder that holds the server's data and its log.
    pub fn folder(&self) -> &Path {
        &self.socket
    }

    /// The server's port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a database for the server's administrator, through its socket.
    pub fn address(&self, database: &str) -> String {
        let (socket, port) = (self.socket.display(), self.port);
        format!("postgres:///{database}?user=postgres&host={socket}&port={port}")
    }

    /// Where it listens on this machine, besides its socket.
    pub fn place(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// A new, empty database; removed when it is dropped.
    ///
    /// # Panics
    /// If the server does not make it.
    pub fn database(&self) -> Database<'_> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        self.query("postgres", &format!("CREATE DATABASE {name} STRATEGY file_copy"));
        Database { server: self, name }
    }

    /// Runs statements as the administrator; answers with what psql prints, without headings.
    ///
    /// # Panics
    /// If a statement fails.
    pub fn query(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator= "]);
        psql.args(["--set=ON_ERROR_STOP=1", "--command", sql, &self.address(database)]);
        run(&mut psql)
    }

    /// Stops the server, ending every connection, and starts it again.
    ///
    /// # Panics
    /// If it does not come back.
    pub fn restart(&self) {
        self.control(&["restart", "--mode=immediate"]);
    }

    /// Stops the server, ending every connection.
    ///
    /// # Panics
    /// If it does not stop.
    pub fn stop(&self) {
        self.control(&["stop", "--mode=immediate"]);
    }

    fn control(&self, words: &[&str]) {
        let mut control = unprivileged(self.programs.join("pg_ctl"));
        control.args(words).args(["--wait", "--timeout=60", "--silent"]);
        control.arg("--pgdata").arg(self.socket.join("data"));
        control.arg("--log").arg(self.socket.join("log"));
        run(control.current_dir(&self.socket).stdin(Stdio::null()));
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// An empty database for one test.
#[derive(Debug)]
pub struct Database<'a> {
    server: &'a Server,
    name: String,
}

impl Database<'_> {
    /// Its address.
    pub fn address(&self) -> String {
        self.server.address(&self.name)
    }

    /// Its address for whoever comes over TCP, to the server itself or to a
    /// [wire](crate::wire::Wire) that leads there.
    pub fn address_at(&self, place: SocketAddr) -> String {
        format!("postgres://postgres@{place}/{}", self.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements in it as the administrator.
    ///
    /// # Panics
    /// If a statement fails.
    pub fn query(&self, sql: &str) -> String {
        self.server.query(&self.name, sql)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        let mut psql = Command::new(self.server.programs.join("psql"));
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        psql.args(["--no-psqlrc", "--quiet", "--command", &sql, &self.server.address("postgres")]);
        let _ = psql.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The newest PostgreSQL that Debian's packages or the search path have.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let programs = version.path().join("bin");
            programs.join("initdb").exists().then_some((number, programs))
        })
        .max();
    if let Some((_, programs)) = installed {
        return programs;
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .find(|folder| folder.join("initdb").exists())
        .expect("no PostgreSQL server is installed: run `cargo xtask setup`")
}

/// A program that does not run as root.
fn unprivileged(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = somebody() {
        command.uid(user).gid(group);
    }
    command
}

/// Whose rights a server gets if this process is root's.
fn somebody() -> Option<(u32, u32)> {
    let root = fs::metadata("/proc/self").is_ok_and(|process| {
        use std::os::unix::fs::MetadataExt;
        process.uid() == 0
    });
    let accounts = root.then(|| fs::read_to_string("/etc/passwd").unwrap_or_default())?;
    let found = ["postgres", "nobody"].iter().find_map(|name| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    });
    Some(found.unwrap_or((65_534, 65_534)))
}

fn run(command: &mut Command) -> String {
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            panic!("{command:?}: not installed; run `cargo xtask setup`")
        }
        Err(error) => panic!("{command:?}: {error}"),
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

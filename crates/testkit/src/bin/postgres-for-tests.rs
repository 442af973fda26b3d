//! Starts the PostgreSQL server that all tests of one run share, prints the value of the variable
//! that leads to it, and stops it when standard input ends.

use std::io::{self, Read, Write};
use testkit::postgres::Server;

fn main() -> io::Result<()> {
    let server = Server::start();
    writeln!(io::stdout(), "{}", server.variable())?;
    io::stdin().read_to_end(&mut Vec::new())?;
    drop(server);
    Ok(())
}

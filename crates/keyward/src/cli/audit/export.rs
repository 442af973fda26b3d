//! `keyward audit export`

use super::Filters;
use crate::cli::{Remote, output};
use clap::Args;
use model::{Error, ErrorKind};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The file to write, which must not be there yet [default: standard output]
    #[arg(long)]
    file: Option<PathBuf>,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = arguments.filters.path("/v2/audit/export");
    let Some(file) = &arguments.file else {
        let mut out = io::stdout().lock();
        client.download(&path, &mut out)?;
        return out.flush().map_err(|error| unwritable(Path::new("standard output"), &error));
    };
    let mut new = create(file)?;
    let written = client.download(&path, &mut new).and_then(|bytes| {
        new.sync_all().map_err(|error| unwritable(file, &error))?;
        Ok(bytes)
    });
    match written {
        Ok(bytes) => {
            output::note(&format!("wrote {bytes} bytes to {}", file.display()));
            Ok(())
        }
        Err(error) => {
            // Half an export must not be taken for a whole one.
            let _ = std::fs::remove_file(file);
            Err(error)
        }
    }
}

/// A new file that only its owner may read.
fn create(path: &Path) -> Result<File, Error> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    opened.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Invalid, format!("cannot write {}: {error}", path.display()))
}

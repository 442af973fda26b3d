//! Which database a data folder belongs to: the SQLite file in it, or a PostgreSQL database that
//! the file `database` names, without its password.
//!
//! The name is there so that nobody starts on the folder without naming that database, and finds a
//! new, empty one, or one that was left behind when everything moved.

use super::{DataFolder, open, private};
use model::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use store::{Database, PostgresAddress};

/// The file that names the database.
const NAME: &str = "database";
/// What the SQLite file is called once everything in it has moved.
const MOVED: &str = "keyward.db.moved";

/// The database to open, given what the operator named.
///
/// # Errors
/// `Conflict` if the folder belongs to another database than the one named.
pub fn choose(folder: &DataFolder, named: Option<&PostgresAddress>) -> Result<Database, Error> {
    let root = folder.root();
    match (named, of_folder(folder)?) {
        (None, None) => Ok(Database::Folder(root.to_owned())),
        (None, Some(other)) => Err(Error::conflict(format!(
            "everything of {} is in {other}: name that database with --database or \
             KEYWARD_DATABASE",
            root.display()
        ))),
        (Some(_), None) if open::holds_database(root) => Err(Error::conflict(format!(
            "{} holds a SQLite database: move it with `keyward migrate sqlite-to-postgres`, or \
             start on another folder with --data",
            root.display()
        ))),
        (Some(address), _) => Ok(Database::Postgres(address.clone())),
    }
}

/// Whether the folder, which may be in use, has a database or names one.
pub fn is_in(path: &Path) -> bool {
    open::holds_database(path) || path.join(NAME).exists()
}

/// Remembers that the folder belongs to this database.
///
/// # Errors
/// The file cannot be written.
pub fn remember(folder: &DataFolder, database: &Database) -> Result<(), Error> {
    let Database::Postgres(address) = database else { return Ok(()) };
    let name = address.to_string();
    if of_folder(folder)?.as_deref() == Some(&name) {
        return Ok(());
    }
    private::write(&folder.root().join(NAME), format!("{name}\n").as_bytes())
}

/// Sets aside the SQLite file whose content has moved, so that nobody starts on it again. It is
/// kept whole. Answers where it is.
///
/// # Errors
/// The file cannot be renamed.
pub fn set_aside(folder: &DataFolder) -> Result<PathBuf, Error> {
    // With the files that SQLite has beside it, if a reader kept them there.
    for beside in ["-wal", "-shm", ""] {
        let from = folder.root().join(format!("{}{beside}", super::DATABASE));
        let to = folder.root().join(format!("{MOVED}{beside}"));
        if from.exists() {
            std::fs::rename(&from, &to)
                .map_err(|error| super::failure::file("rename", &from, &error))?;
        }
    }
    Ok(folder.root().join(MOVED))
}

fn of_folder(folder: &DataFolder) -> Result<Option<String>, Error> {
    let Some(bytes) = private::read(&folder.root().join(NAME))? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| {
        let file = folder.root().join(NAME);
        let sentence = format!("{} cannot be read: it must name a database", file.display());
        Error::new(ErrorKind::Unavailable, sentence)
    })?;
    Ok(Some(text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_stays_with_its_database() {
        let path = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(path.path()).unwrap();
        let address = PostgresAddress::parse("postgres://ada:s3cr3t@db.example/keys").unwrap();
        assert!(matches!(choose(&folder, None).unwrap(), Database::Folder(_)));
        let database = choose(&folder, Some(&address)).unwrap();
        remember(&folder, &database).unwrap();
        remember(&folder, &database).unwrap();
        let kept = fs::read_to_string(path.path().join(NAME)).unwrap();
        assert_eq!(kept, "postgres://ada@db.example:5432/keys\n");
        let error = choose(&folder, None).unwrap_err();
        assert!(error.message().contains("is in postgres://ada@db.example:5432/keys: name that"));
        assert!(matches!(choose(&folder, Some(&address)).unwrap(), Database::Postgres(_)));
    }

    #[test]
    fn a_file_with_data_in_it_is_not_passed_over() {
        let path = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(path.path()).unwrap();
        fs::write(path.path().join("keyward.db"), "data").unwrap();
        let address = PostgresAddress::parse("postgres://ada@db.example/keys").unwrap();
        let error = choose(&folder, Some(&address)).unwrap_err();
        assert!(error.message().contains("holds a SQLite database: move it"), "{error}");
        let kept = set_aside(&folder).unwrap();
        assert_eq!(fs::read_to_string(kept).unwrap(), "data");
        assert!(choose(&folder, Some(&address)).is_ok());
    }
}

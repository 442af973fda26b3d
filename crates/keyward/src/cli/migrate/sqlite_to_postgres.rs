//! `keyward migrate sqlite-to-postgres`

use crate::cli::database::DatabaseOption;
use crate::cli::progress::Bar;
use crate::cli::{DataOption, output};
use crate::clock::SystemClock;
use crate::data::{DataFolder, database, master_key};
use crate::entropy::SystemEntropy;
use clap::Args;
use model::{Clock, Error, ErrorKind};
use serde_json::json;
use std::sync::Arc;
use store::transfer::{self, Step};
use store::{Database, Store, Vault};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    database: DatabaseOption,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let path = arguments.data.folder();
    if !path.join(store::folder::DATABASE).exists() {
        let sentence =
            format!("{} has no SQLite database: name its folder with --data", path.display());
        return Err(Error::new(ErrorKind::NotFound, sentence));
    }
    let target = arguments.database.address()?.ok_or_else(|| {
        Error::invalid("name the PostgreSQL database to move to with --database or --database-file")
    })?;
    // Held to the end: nobody starts on the folder meanwhile.
    let folder = DataFolder::open(&path)?;
    let vault = Vault::new(&master_key::obtain(&folder, &SystemEntropy)?);
    let (clock, root) = (SystemClock, folder.root());
    let mut telling = Telling::new(arguments.json);
    let mut tell = |step: Step<'_>| telling.tell(step);
    let moved = transfer::sqlite_to_postgres(root, &target, &vault, clock.now(), &mut tell)?;
    drop(telling);

    let to = Database::Postgres(target);
    // As the server will open it, before the old file is out of the way.
    let store = Store::open_database(&to, vault, Arc::new(clock), Arc::new(SystemEntropy))?;
    let revision = store.revision()?;
    database::remember(&folder, &to)?;
    let kept = database::set_aside(&folder)?;
    let Database::Postgres(shown) = &to else {
        return Err(Error::internal("moved to another kind of database"));
    };
    if arguments.json {
        return output::json(&json!({
            "database": shown.to_string(),
            "tables": moved.tables,
            "rows": moved.rows,
            "auditRecords": moved.audit_records,
            "revision": revision.number(),
            "kept": kept.display().to_string(),
        }));
    }
    output::text_block(&format!(
        "Moved {} rows of {} tables to {shown}; both sides are the same, and all {} audit records \
         are as they were written.\nThe old file is kept as {}.\nFrom now on start with: keyward \
         serve --data {} --database {shown}\n",
        moved.rows,
        moved.tables,
        moved.audit_records,
        kept.display(),
        root.display(),
    ))
}

/// What people see of the move: a bar on a terminal, else a line now and then.
struct Telling {
    bar: Option<Bar>,
    /// The table that is copied, and its rows so far.
    table: (String, u64),
    /// The rows of the tables before it.
    before: u64,
    for_programs: bool,
}

impl Telling {
    fn new(for_programs: bool) -> Self {
        Self { bar: None, table: (String::new(), 0), before: 0, for_programs }
    }

    fn tell(&mut self, step: Step<'_>) {
        match step {
            Step::Begun { rows } => {
                self.bar = Some(Bar::new("rows copied", rows, self.for_programs));
            }
            Step::Copied { table, rows } => self.copied(table, rows),
            Step::Proved { table, rows } => {
                self.bar = None;
                output::note(&format!("{table}: {rows} rows, the same on both sides"));
            }
            Step::LookedOver { done: Ok(()), .. } => {}
            Step::LookedOver { table, done: Err(error) } => output::note(&format!(
                "{table}: everything is moved, but the database could not look it over and may be \
                 slow until it does so by itself: {error}"
            )),
        }
    }

    fn copied(&mut self, table: &str, rows: u64) {
        if self.table.0 != table {
            self.before += self.table.1;
            table.clone_into(&mut self.table.0);
        }
        self.table.1 = rows;
        match &self.bar {
            Some(bar) if bar.is_shown() => {
                bar.reach(self.before + rows);
                bar.at(table);
            }
            // A line for each 100 000 rows.
            _ if rows.is_multiple_of(100_000) => {
                output::note(&format!("{table}: {rows} rows copied"));
            }
            _ => {}
        }
    }
}

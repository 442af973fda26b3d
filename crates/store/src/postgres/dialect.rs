//! Makes the PostgreSQL text of a migration from its SQLite text.
//!
//! A migration is written once, in SQL that both engines understand but for the types. What differs
//! is replaced word by word, outside of quotes and comments: `INTEGER` holds 64 bits, `BLOB` is
//! `BYTEA`, texts compare byte by byte, and what only SQLite knows of a table is left out.

/// The same migration for PostgreSQL.
pub(crate) fn translate(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() * 5 / 4);
    let mut previous = String::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match token {
            "INTEGER" => out.push_str("BIGINT"),
            "BLOB" => out.push_str("BYTEA"),
            // After AS it is a cast, which has no order.
            "TEXT" if previous != "AS" => out.push_str("TEXT COLLATE \"C\""),
            "STRICT" => {
                // Also the comma to the next option of the table.
                rest = rest.strip_prefix(',').unwrap_or(rest);
            }
            "WITHOUT" if rest.trim_start().starts_with("ROWID") => {
                rest = &rest.trim_start()["ROWID".len()..];
            }
            _ => out.push_str(token),
        }
        if is_word(first) {
            token.clone_into(&mut previous);
        }
    }
    out
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How long a quoted part is; a doubled quote in it begins the next part, which changes nothing.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_options_are_translated_and_nothing_else() {
        let sqlite = "CREATE TABLE a (\n    id TEXT PRIMARY KEY NOT NULL, -- TEXT, not BLOB\n    \
                      n INTEGER CHECK (n IN (0, 1)), b BLOB,\n    \
                      t TEXT NOT NULL DEFAULT 'it''s TEXT', \"TEXT\" INTEGER\n) STRICT, WITHOUT \
                      ROWID;\nUPDATE a SET t = CAST(n AS TEXT);\nCREATE TABLE c (id INTEGER) STRICT;";
        let postgres = "CREATE TABLE a (\n    id TEXT COLLATE \"C\" PRIMARY KEY NOT NULL, -- TEXT, \
                        not BLOB\n    n BIGINT CHECK (n IN (0, 1)), b BYTEA,\n    \
                        t TEXT COLLATE \"C\" NOT NULL DEFAULT 'it''s TEXT', \"TEXT\" BIGINT\n)  ;\n\
                        UPDATE a SET t = CAST(n AS TEXT);\nCREATE TABLE c (id BIGINT) ;";
        assert_eq!(translate(sqlite), postgres);
    }
}

-- Accounts that can be disabled, second factors, sessions with a name, and reset tokens.

ALTER TABLE users ADD COLUMN disabled_at INTEGER;

-- Sessions are short-lived: those of the first schema end here.
DROP TABLE sessions;
CREATE TABLE sessions (
    id              TEXT PRIMARY KEY NOT NULL,
    digest          BLOB NOT NULL UNIQUE,
    user_id         TEXT NOT NULL REFERENCES users (id),
    address         TEXT,
    client          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    last_seen_at    INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Until its first code is confirmed, a factor asks nothing of who signs in.
CREATE TABLE second_factors (
    user_id         TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    sealed          BLOB NOT NULL,
    last_step       INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    confirmed_at    INTEGER
) STRICT;

CREATE TABLE recovery_codes (
    user_id         TEXT NOT NULL REFERENCES users (id),
    digest          BLOB NOT NULL,
    PRIMARY KEY (user_id, digest)
) STRICT, WITHOUT ROWID;

-- One for each person at a time.
CREATE TABLE password_resets (
    user_id                 TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    digest                  BLOB NOT NULL UNIQUE,
    removes_second_factor   INTEGER NOT NULL CHECK (removes_second_factor IN (0, 1)),
    created_at              INTEGER NOT NULL,
    expires_at              INTEGER NOT NULL
) STRICT;

-- Gateways that share this database, each with the lease it lives by.

CREATE TABLE gateways (
    id              TEXT PRIMARY KEY NOT NULL,
    -- Where it listens, for people.
    address         TEXT NOT NULL,
    version         TEXT NOT NULL,
    -- Whoever waits for gateways relies on the longest.
    lease_millis    INTEGER NOT NULL CHECK (lease_millis BETWEEN 1000 AND 30000),
    started_at      INTEGER NOT NULL,
    -- The newest revision that holds there, with everything cut that it ends, and since when.
    applied         INTEGER NOT NULL,
    confirmed_at    INTEGER NOT NULL,
    -- Counts its signs of life.
    beat            INTEGER NOT NULL,
    beat_at         INTEGER NOT NULL,
    -- Whether it has said that it lets nothing through any more.
    stopped         INTEGER NOT NULL CHECK (stopped IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Which letters about keys have gone out, so that owners are told once of each leak and each end.

CREATE TABLE key_notices (
    key_id      TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('leak', 'end')),
    -- The moment of the report, or the end that was announced: another end is news again.
    about       INTEGER NOT NULL,
    told_at     INTEGER NOT NULL,
    PRIMARY KEY (key_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_by_end ON keys (expires_at, id) WHERE expires_at < 9223372036854775807;

-- The life of API keys: their end, their switch, what replaces what, who made whom; what narrows
-- and bounds them; and reports of leaks. A key without an end ends at the last moment there is.

ALTER TABLE organizations ADD COLUMN revoke_reported_keys INTEGER NOT NULL DEFAULT 1
    CHECK (revoke_reported_keys IN (0, 1));

ALTER TABLE keys ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE keys ADD COLUMN switch TEXT NOT NULL DEFAULT 'on'
    CHECK (switch IN ('on', 'off', 'revoked'));
ALTER TABLE keys ADD COLUMN switched_at INTEGER CHECK ((switch = 'on') = (switched_at IS NULL));
ALTER TABLE keys ADD COLUMN replaces TEXT;
ALTER TABLE keys ADD COLUMN replaced_by TEXT
    CHECK (replaced_by IS NULL OR expires_at < 9223372036854775807);
ALTER TABLE keys ADD COLUMN parent_id TEXT;
ALTER TABLE keys ADD COLUMN manages_keys INTEGER NOT NULL DEFAULT 0
    CHECK (manages_keys = 0 OR (manages_keys = 1 AND project_id IS NOT NULL));
ALTER TABLE keys ADD COLUMN rate_limit INTEGER CHECK (rate_limit BETWEEN 1 AND 1000000);
ALTER TABLE keys ADD COLUMN all_addresses INTEGER NOT NULL DEFAULT 1
    CHECK (all_addresses IN (0, 1));
ALTER TABLE keys ADD COLUMN all_databases INTEGER NOT NULL DEFAULT 1
    CHECK (all_databases IN (0, 1));
ALTER TABLE keys ADD COLUMN all_collections INTEGER NOT NULL DEFAULT 1
    CHECK (all_collections IN (0, 1));
ALTER TABLE keys ADD COLUMN all_privileges INTEGER NOT NULL DEFAULT 1
    CHECK (all_privileges IN (0, 1));
ALTER TABLE keys ADD COLUMN reported_at INTEGER;
ALTER TABLE keys ADD COLUMN report_source TEXT
    CHECK (report_source IS NULL OR reported_at IS NOT NULL);
ALTER TABLE keys ADD COLUMN report_url TEXT
    CHECK (report_url IS NULL OR reported_at IS NOT NULL);

-- A key is replaced by one key only.
CREATE UNIQUE INDEX keys_one_successor ON keys (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX keys_by_parent ON keys (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX keys_of_project_by_name ON keys (project_id, name, id) WHERE project_id IS NOT NULL;
CREATE INDEX keys_of_project_by_end ON keys (project_id, expires_at, id)
    WHERE project_id IS NOT NULL;
CREATE INDEX keys_of_organization_by_name ON keys (organization_id, name, id);
CREATE INDEX keys_of_organization_by_end ON keys (organization_id, expires_at, id);
CREATE INDEX keys_reported ON keys (organization_id, reported_at) WHERE reported_at IS NOT NULL;

CREATE TABLE key_names (
    key_id      TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('database', 'collection')),
    pattern     TEXT NOT NULL,
    PRIMARY KEY (key_id, kind, pattern)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_privileges (
    key_id      TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    privilege   TEXT NOT NULL,
    PRIMARY KEY (key_id, privilege)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_addresses (
    key_id      TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    block       TEXT NOT NULL,
    PRIMARY KEY (key_id, block)
) STRICT, WITHOUT ROWID;

-- Keys that are gone and whose children may live on: who made them. Without these rows a thief
-- could delete the key between two others, and the chain would end there.
CREATE TABLE deleted_parents (
    key_id      TEXT PRIMARY KEY NOT NULL,
    parent_id   TEXT NOT NULL
) STRICT;
CREATE INDEX deleted_parents_by_parent ON deleted_parents (parent_id);

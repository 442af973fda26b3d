-- The first schema. Ids are stored as people see them; moments as milliseconds since 1970 in UTC.

CREATE TABLE store_state (
    only_row            INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision            INTEGER NOT NULL,
    pruned_to           INTEGER NOT NULL,
    audit_number        INTEGER NOT NULL,
    audit_hash          BLOB NOT NULL,
    audit_seal          BLOB NOT NULL,
    master_key_check    BLOB NOT NULL
) STRICT;

CREATE TABLE organizations (
    id          TEXT PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id              TEXT PRIMARY KEY NOT NULL,
    email           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    password_hash   TEXT,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE organization_members (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    user_id         TEXT NOT NULL REFERENCES users (id),
    role            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT;
CREATE INDEX organization_members_by_user ON organization_members (user_id);

CREATE TABLE projects (
    id              TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE project_members (
    project_id  TEXT NOT NULL REFERENCES projects (id),
    user_id     TEXT NOT NULL REFERENCES users (id),
    role        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) STRICT;
CREATE INDEX project_members_by_user ON project_members (user_id);

CREATE TABLE clusters (
    id          TEXT PRIMARY KEY NOT NULL,
    project_id  TEXT NOT NULL REFERENCES projects (id),
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    engine      TEXT NOT NULL,
    uri         TEXT,
    credential  BLOB,
    port        INTEGER UNIQUE CHECK (port BETWEEN 1 AND 65535),
    created_at  INTEGER NOT NULL,
    UNIQUE (project_id, name),
    CHECK ((engine = 'lite') = (uri IS NULL))
) STRICT;

-- A key belongs to a project (and has a role there) or to a person (and follows their roles).
CREATE TABLE keys (
    id              TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id      TEXT REFERENCES projects (id),
    user_id         TEXT REFERENCES users (id),
    role            TEXT,
    all_clusters    INTEGER NOT NULL CHECK (all_clusters IN (0, 1)),
    is_default      INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    digest          BLOB NOT NULL,
    sealed          BLOB,
    name            TEXT NOT NULL,
    description     TEXT NOT NULL,
    creator_id      TEXT NOT NULL,
    creator_name    TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    CHECK ((project_id IS NULL) <> (user_id IS NULL)),
    CHECK ((project_id IS NULL) = (role IS NULL))
) STRICT;
CREATE INDEX keys_of_organization ON keys (organization_id, created_at DESC, id);
CREATE INDEX keys_of_project ON keys (project_id, created_at DESC, id) WHERE project_id IS NOT NULL;
CREATE INDEX keys_of_user ON keys (user_id, created_at DESC, id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX keys_one_default_a_project ON keys (project_id) WHERE is_default = 1;

CREATE TABLE key_clusters (
    key_id      TEXT NOT NULL REFERENCES keys (id),
    cluster_id  TEXT NOT NULL REFERENCES clusters (id),
    PRIMARY KEY (key_id, cluster_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_clusters_by_cluster ON key_clusters (cluster_id);

CREATE TABLE sessions (
    digest      BLOB PRIMARY KEY NOT NULL,
    user_id     TEXT NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Only ever appended to. No references: a record outlives what it is about.
CREATE TABLE audit (
    number          INTEGER PRIMARY KEY NOT NULL,
    id              TEXT NOT NULL UNIQUE,
    at              INTEGER NOT NULL,
    revision        INTEGER,
    actor           TEXT NOT NULL,
    user_id         TEXT,
    action          TEXT NOT NULL,
    resource        TEXT NOT NULL,
    organization_id TEXT,
    project_id      TEXT,
    outcome         TEXT NOT NULL,
    rule            TEXT,
    address         TEXT,
    detail          TEXT NOT NULL,
    hash            BLOB NOT NULL
) STRICT;
CREATE INDEX audit_of_organization ON audit (organization_id, number);
CREATE INDEX audit_of_resource ON audit (resource, number);

CREATE TABLE change_log (
    revision    INTEGER NOT NULL,
    ordinal     INTEGER NOT NULL,
    noun        TEXT NOT NULL,
    id          TEXT NOT NULL,
    PRIMARY KEY (revision, ordinal)
) STRICT, WITHOUT ROWID;

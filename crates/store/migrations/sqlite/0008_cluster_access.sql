-- Who may do what on a cluster: its users with their roles, its roles with what is granted to them,
-- and its groups of privileges. A target is written "*" where it is any.

CREATE TABLE cluster_users (
    id              TEXT PRIMARY KEY NOT NULL,
    cluster_id      TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    verifier        TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    password_set_at INTEGER NOT NULL,
    UNIQUE (cluster_id, name)
) STRICT;

CREATE TABLE cluster_roles (
    id          TEXT PRIMARY KEY NOT NULL,
    cluster_id  TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (cluster_id, name)
) STRICT;

-- A role of a user is built in or has been made on its cluster.
CREATE TABLE cluster_user_roles (
    user_id     TEXT NOT NULL REFERENCES cluster_users (id) ON DELETE CASCADE,
    role_id     TEXT REFERENCES cluster_roles (id) ON DELETE CASCADE,
    built_in    TEXT,
    CHECK ((role_id IS NULL) <> (built_in IS NULL))
) STRICT;
CREATE UNIQUE INDEX cluster_user_roles_once ON cluster_user_roles (user_id, role_id)
    WHERE role_id IS NOT NULL;
CREATE UNIQUE INDEX cluster_user_built_in_roles_once ON cluster_user_roles (user_id, built_in)
    WHERE built_in IS NOT NULL;
CREATE INDEX cluster_user_roles_by_role ON cluster_user_roles (role_id) WHERE role_id IS NOT NULL;

CREATE TABLE cluster_privilege_groups (
    cluster_id  TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (cluster_id, name)
) STRICT;

CREATE TABLE cluster_group_privileges (
    cluster_id  TEXT NOT NULL,
    group_name  TEXT NOT NULL,
    privilege   TEXT NOT NULL,
    PRIMARY KEY (cluster_id, group_name, privilege),
    FOREIGN KEY (cluster_id, group_name)
        REFERENCES cluster_privilege_groups (cluster_id, name) ON DELETE CASCADE
) STRICT;

CREATE TABLE cluster_grants (
    role_id         TEXT NOT NULL REFERENCES cluster_roles (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL CHECK (kind IN ('privilege', 'built-in', 'group', 'all')),
    what            TEXT NOT NULL,
    database_name   TEXT NOT NULL,
    collection_name TEXT NOT NULL,
    grantor         TEXT NOT NULL,
    PRIMARY KEY (role_id, kind, what, database_name, collection_name)
) STRICT;
CREATE INDEX cluster_grants_of_groups ON cluster_grants (what) WHERE kind = 'group';

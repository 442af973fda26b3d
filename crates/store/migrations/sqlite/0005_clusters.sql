-- Audit records that say how things were before and after; project whitelists; suspended clusters.

ALTER TABLE audit ADD COLUMN state_before TEXT;
ALTER TABLE audit ADD COLUMN state_after TEXT;
CREATE INDEX audit_of_actor ON audit (actor, number);
CREATE INDEX audit_of_project ON audit (project_id, number);
CREATE INDEX audit_of_time ON audit (at, number);

CREATE TABLE whitelist (
    id          TEXT PRIMARY KEY NOT NULL,
    project_id  TEXT NOT NULL REFERENCES projects (id),
    cidr        TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (project_id, cidr)
) STRICT;

ALTER TABLE clusters ADD COLUMN service TEXT NOT NULL DEFAULT 'open'
    CHECK (service IN ('open', 'suspended'));

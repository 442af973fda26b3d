-- How keys are used. What gateways count is written here in batches; hours are their first moment.
-- No references but from the last use to its key: a count outlives what it is about.

CREATE TABLE usage_hours (
    hour            INTEGER NOT NULL,
    -- Empty for calls of keys that were too many to be counted apart.
    key_id          TEXT NOT NULL,
    -- Empty for calls that found no cluster.
    cluster_id      TEXT NOT NULL,
    class           TEXT NOT NULL CHECK (class IN ('read', 'write', 'admin', 'other')),
    outcome         TEXT NOT NULL CHECK (outcome IN ('ok', 'refused', 'failed')),
    organization_id TEXT NOT NULL,
    -- Empty for calls of a person's key that found no cluster.
    project_id      TEXT NOT NULL,
    calls           INTEGER NOT NULL CHECK (calls > 0),
    PRIMARY KEY (hour, key_id, cluster_id, class, outcome)
) STRICT;
CREATE INDEX usage_of_organization ON usage_hours (organization_id, hour);
CREATE INDEX usage_of_project ON usage_hours (project_id, hour);
CREATE INDEX usage_of_key ON usage_hours (key_id, hour);

CREATE TABLE key_usage (
    key_id              TEXT PRIMARY KEY NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    last_used_at        INTEGER NOT NULL,
    last_used_from      TEXT NOT NULL,
    last_used_client    TEXT NOT NULL
) STRICT;

-- The batch that was written last from each gateway, so that none is counted twice.
CREATE TABLE usage_sources (
    gateway_id  TEXT PRIMARY KEY NOT NULL,
    sequence    INTEGER NOT NULL,
    written_at  INTEGER NOT NULL
) STRICT;

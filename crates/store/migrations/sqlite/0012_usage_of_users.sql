-- Calls of users of clusters are counted by user. A key of a table cannot be changed, so the table
-- is made anew.

ALTER TABLE usage_hours RENAME TO usage_hours_of_keys;
DROP INDEX usage_of_organization;
DROP INDEX usage_of_project;
DROP INDEX usage_of_key;
CREATE TABLE usage_hours (
    hour            INTEGER NOT NULL,
    -- Empty for calls of users, and of keys that were too many to be counted apart.
    key_id          TEXT NOT NULL,
    -- Empty for calls of keys, and of users that were too many to be counted apart.
    user_id         TEXT NOT NULL,
    -- Empty for calls that found no cluster.
    cluster_id      TEXT NOT NULL,
    class           TEXT NOT NULL CHECK (class IN ('read', 'write', 'admin', 'other')),
    outcome         TEXT NOT NULL CHECK (outcome IN ('ok', 'refused', 'failed')),
    organization_id TEXT NOT NULL,
    -- Empty for calls of a person's key that found no cluster.
    project_id      TEXT NOT NULL,
    calls           INTEGER NOT NULL CHECK (calls > 0),
    PRIMARY KEY (hour, key_id, user_id, cluster_id, class, outcome)
) STRICT;
INSERT INTO usage_hours (hour, key_id, user_id, cluster_id, class, outcome, organization_id,
    project_id, calls)
SELECT hour, key_id, '', cluster_id, class, outcome, organization_id, project_id, calls
FROM usage_hours_of_keys;
DROP TABLE usage_hours_of_keys;
CREATE INDEX usage_of_organization ON usage_hours (organization_id, hour);
CREATE INDEX usage_of_project ON usage_hours (project_id, hour);
CREATE INDEX usage_of_key ON usage_hours (key_id, hour);

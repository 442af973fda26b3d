-- What lists of keys need so that none of them costs a scan: how many keys there are in each place,
-- kept as keys come and go, and the last use of every key beside the places it is listed in.

-- A place is an organization or a project, by its id.
CREATE TABLE key_counts (
    place   TEXT PRIMARY KEY NOT NULL,
    number  INTEGER NOT NULL CHECK (number >= 0)
) STRICT;
INSERT INTO key_counts (place, number)
    SELECT organization_id, count(*) FROM keys GROUP BY organization_id;
INSERT INTO key_counts (place, number)
    SELECT project_id, count(*) FROM keys WHERE project_id IS NOT NULL GROUP BY project_id;

-- Every key has a row from its first moment; one that was never used has its last use at 0.
ALTER TABLE key_usage ADD COLUMN organization_id TEXT NOT NULL DEFAULT '';
-- Empty for a person's key.
ALTER TABLE key_usage ADD COLUMN project_id TEXT NOT NULL DEFAULT '';
UPDATE key_usage SET
    organization_id = (SELECT k.organization_id FROM keys k WHERE k.id = key_usage.key_id),
    project_id = (SELECT coalesce(k.project_id, '') FROM keys k WHERE k.id = key_usage.key_id);
INSERT INTO key_usage
    (key_id, last_used_at, last_used_from, last_used_client, organization_id, project_id)
    SELECT k.id, 0, '', '', k.organization_id, coalesce(k.project_id, '') FROM keys k
    WHERE NOT EXISTS (SELECT 1 FROM key_usage u WHERE u.key_id = k.id);
CREATE INDEX keys_reported_of_project ON keys (project_id, reported_at)
    WHERE reported_at IS NOT NULL;
CREATE INDEX key_usage_of_organization ON key_usage (organization_id, last_used_at, key_id);
CREATE INDEX key_usage_of_project ON key_usage (project_id, last_used_at, key_id)
    WHERE project_id <> '';

-- What an organization has chosen for itself, and invitations.

ALTER TABLE organizations ADD COLUMN show_keys_once INTEGER NOT NULL DEFAULT 0
    CHECK (show_keys_once IN (0, 1));
ALTER TABLE organizations ADD COLUMN default_key_days INTEGER;
ALTER TABLE organizations ADD COLUMN minimum_password_length INTEGER;
ALTER TABLE organizations ADD COLUMN require_second_factor INTEGER NOT NULL DEFAULT 0
    CHECK (require_second_factor IN (0, 1));
ALTER TABLE organizations ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- A row is an invitation that stands or has run out; one that was taken up or taken back has none.
-- Who sent it is a record, not a reference: the operator has no account.
CREATE TABLE invitations (
    id              TEXT PRIMARY KEY NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    email           TEXT NOT NULL,
    role            TEXT NOT NULL,
    digest          BLOB NOT NULL UNIQUE,
    inviter_id      TEXT,
    inviter_name    TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    UNIQUE (organization_id, email)
) STRICT;
CREATE INDEX invitations_by_inviter ON invitations (inviter_id);

CREATE TABLE invitation_projects (
    invitation_id   TEXT NOT NULL REFERENCES invitations (id),
    project_id      TEXT NOT NULL REFERENCES projects (id),
    role            TEXT NOT NULL,
    PRIMARY KEY (invitation_id, project_id)
) STRICT;
CREATE INDEX invitation_projects_by_project ON invitation_projects (project_id);

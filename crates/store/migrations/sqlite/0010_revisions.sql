-- When a cluster and the whitelist of a project were changed last, so that nobody overwrites what
-- they have not seen. What was there before this schema is at revision 0.

ALTER TABLE clusters ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN whitelist_revision INTEGER NOT NULL DEFAULT 0;

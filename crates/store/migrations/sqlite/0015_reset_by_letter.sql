-- Whether people of an organization who forgot their password may have a link sent to them.

ALTER TABLE organizations ADD COLUMN reset_by_letter INTEGER NOT NULL DEFAULT 1
    CHECK (reset_by_letter IN (0, 1));

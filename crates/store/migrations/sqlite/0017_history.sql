-- The last audit record of the newest revision: by it whoever has seen that revision recognizes
-- this database's history as the one it has seen.

ALTER TABLE store_state ADD COLUMN mark_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store_state ADD COLUMN mark_hash BLOB;

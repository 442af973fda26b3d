-- What a search for keys finds them by: the words of their names and descriptions, each beside
-- the places its key is in; and the keys that open every cluster of their project, for lists by
-- cluster.

CREATE TABLE key_words (
    key_id          TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
    word            TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    project_id      TEXT,
    PRIMARY KEY (key_id, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_words_of_organization ON key_words (organization_id, word, key_id);
CREATE INDEX key_words_of_project ON key_words (project_id, word, key_id)
    WHERE project_id IS NOT NULL;
CREATE INDEX keys_of_all_clusters ON keys (project_id, id) WHERE all_clusters = 1;

-- No query goes through all descriptions any more.
DROP INDEX keys_described_of_project;
DROP INDEX keys_described_of_organization;

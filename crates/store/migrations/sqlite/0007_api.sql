-- Requests that must not be carried out twice, by whom and under which key of theirs, and for a day
-- what was answered. An answer that holds an API key goes with that key.

CREATE TABLE idempotency_keys (
    caller          TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request         BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE idempotency_answers (
    caller          TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    status          INTEGER NOT NULL,
    key_id          TEXT REFERENCES keys (id) ON DELETE CASCADE,
    sealed          BLOB NOT NULL,
    PRIMARY KEY (caller, idempotency_key),
    FOREIGN KEY (caller, idempotency_key)
        REFERENCES idempotency_keys (caller, idempotency_key) ON DELETE CASCADE
) STRICT;
CREATE INDEX idempotency_answers_of_key ON idempotency_answers (key_id) WHERE key_id IS NOT NULL;

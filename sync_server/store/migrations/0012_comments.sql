-- What people do about what was said in words. All of it goes with the words.

-- acts: how many were done about it: who acts upon an older state is told. assignee: a person's id, empty: nobody's.
-- is_handled: 0 while it is open.
ALTER TABLE texts ADD COLUMN acts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE texts ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE texts ADD COLUMN is_handled BIGINT NOT NULL DEFAULT 0;

-- act: assigned, handled, reopened, noted. words: of a note.
CREATE TABLE comment_acts (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    number BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    who TEXT NOT NULL,                  -- a person's id, as is assignee
    act TEXT NOT NULL,
    assignee TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (location_id, at, journal_id, seq, number)
) WITHOUT ROWID;

-- The whole of a text that stands masked in texts.
CREATE TABLE unmasked (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (location_id, at, journal_id, seq)
) WITHOUT ROWID;

-- The newest of very many places, what is handled, and what is open and whose: each has all that its rows are chosen by.
CREATE INDEX texts_by_time ON texts (at, location_id, journal_id, seq);
CREATE INDEX texts_handled ON texts (is_handled, at, location_id, journal_id, seq) WHERE is_handled = 1;
CREATE INDEX texts_open ON texts (is_handled, assignee, at, location_id, journal_id, seq)
    WHERE is_handled = 0 AND assignee <> '';

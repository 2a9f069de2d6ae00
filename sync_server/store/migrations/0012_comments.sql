-- What people do with what was said in words. All of it goes with the words.

-- The whole of a text that stands masked in texts.
CREATE TABLE unmasked (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (location_id, at, journal_id, seq)
) WITHOUT ROWID;

-- Of comments that somebody did something with. assignee: a person's id, empty: nobody's. handled_at: NULL: still open.
CREATE TABLE comment_states (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    acts BIGINT NOT NULL,               -- how many: whoever acts upon an older state is told
    assignee TEXT NOT NULL,
    handled_at BIGINT,
    PRIMARY KEY (location_id, at, journal_id, seq)
) WITHOUT ROWID;

-- act: assigned, handled, reopened, noted. words: of a note. assignee: to whom.
CREATE TABLE comment_acts (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    number BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    who TEXT NOT NULL,                  -- a person's id
    act TEXT NOT NULL,
    assignee TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (location_id, at, journal_id, seq, number)
) WITHOUT ROWID;

-- For those who see every place: the newest of all, without looking at each place.
CREATE INDEX texts_by_time ON texts (at, location_id, journal_id, seq);

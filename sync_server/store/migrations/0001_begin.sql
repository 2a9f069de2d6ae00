-- One text for SQLite, PostgreSQL and Citus: location_id leads every key of what grows; instants are epoch ms (UTC).

CREATE TABLE regions (
    region_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE locations (
    location_id TEXT NOT NULL PRIMARY KEY,
    region_id TEXT NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    target BIGINT                       -- satisfied of 100, NULL: no goal set
);

-- survey: the whole survey as JSON, the newest version of each; old versions stay, answers name theirs.
CREATE TABLE surveys (
    survey_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    survey TEXT NOT NULL,
    PRIMARY KEY (survey_id, version)
);

CREATE TABLE touchpoints (
    touchpoint_id TEXT NOT NULL PRIMARY KEY,
    location_id TEXT NOT NULL,
    name TEXT NOT NULL,
    phase TEXT NOT NULL,
    survey_id TEXT NOT NULL
);

-- What people edit of a terminal ...
CREATE TABLE terminals (
    terminal_id TEXT NOT NULL PRIMARY KEY,
    location_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    enrolled_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- ... and what changes every minute.
CREATE TABLE terminal_states (
    terminal_id TEXT NOT NULL PRIMARY KEY,
    last_exchange_at BIGINT NOT NULL,
    version TEXT NOT NULL,
    configuration TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    pressed BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    devices TEXT NOT NULL
);

CREATE TABLE enrolment_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    touchpoint_id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    terminal_id TEXT
);

-- One row a journal: its head, and to whom it belongs. journal_id: the journal's name read as a hexadecimal number.
CREATE TABLE journals (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    terminal_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    head_seq BIGINT NOT NULL,
    head_chain BIGINT NOT NULL,
    answers BIGINT NOT NULL,            -- answers received, quarantined ones too: what `counted` says
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id)
);

CREATE TABLE answers (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    at BIGINT NOT NULL,
    clock TEXT NOT NULL,                -- where the time comes from: server, ntp, estimated, unknown
    touchpoint_id TEXT NOT NULL,
    survey TEXT NOT NULL,
    question_id TEXT NOT NULL,
    visit BIGINT NOT NULL,
    value BIGINT NOT NULL,              -- open text: its length, the words are in texts
    language TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
) WITHOUT ROWID;

-- What was said in words. score: the first answer of the same visit, to the shared question, if there was one.
CREATE TABLE texts (
    location_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    score BIGINT,
    PRIMARY KEY (location_id, at, journal_id, seq)
) WITHOUT ROWID;

CREATE TABLE events (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
) WITHOUT ROWID;

-- Received and kept whole, but not in results until IT releases it.
CREATE TABLE quarantine (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    reason TEXT NOT NULL,
    entry TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
) WITHOUT ROWID;

-- Entries that came a second time in another journal, after a fork: by where they first stood.
CREATE TABLE carried_over (
    location_id TEXT NOT NULL,
    born_journal_id BIGINT NOT NULL,
    born_seq BIGINT NOT NULL,
    born_chain BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (location_id, born_journal_id, born_seq, born_chain)
) WITHOUT ROWID;

-- Seqs that no terminal holds any more.
CREATE TABLE missing_ranges (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, first_seq)
) WITHOUT ROWID;

-- What every result is read from. Open text counts as value 0, each choice of a set as its own number.
CREATE TABLE rollups (
    location_id TEXT NOT NULL,
    local_date TEXT NOT NULL,
    question_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    local_hour BIGINT NOT NULL,
    value BIGINT NOT NULL,
    answers BIGINT NOT NULL,
    PRIMARY KEY (location_id, local_date, question_id, touchpoint_id, local_hour, value)
) WITHOUT ROWID;

CREATE TABLE people (
    person_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sign_in_name TEXT NOT NULL UNIQUE,  -- the name, whatever its capitals
    role TEXT NOT NULL,                 -- manager, area, chain, it
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- Which places a manager (a location) or an area manager (a region) may see.
CREATE TABLE person_places (
    person_id TEXT NOT NULL,
    place_id TEXT NOT NULL,
    PRIMARY KEY (person_id, place_id)
);

CREATE TABLE sessions (
    session_hash TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Made at the first start; one row a purpose.
CREATE TABLE secrets (
    purpose TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);

-- What it takes to prove that every answer counts once: days side by side, backups, what people settle.

-- Where a terminal has stood: the newest is where it stands, the older ones are where its older journals count.
CREATE TABLE terminal_places (
    terminal_id TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    location_id TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    PRIMARY KEY (terminal_id, from_at)
);
INSERT INTO terminal_places (terminal_id, from_at, location_id, touchpoint_id)
    SELECT terminal_id, enrolled_at, location_id, touchpoint_id FROM terminals;

-- Every survey that a touchpoint has ever asked: an answer to another one came from the wrong place.
CREATE TABLE touchpoint_surveys (
    touchpoint_id TEXT NOT NULL,
    survey_id TEXT NOT NULL,
    PRIMARY KEY (touchpoint_id, survey_id)
);
INSERT INTO touchpoint_surveys (touchpoint_id, survey_id) SELECT touchpoint_id, survey_id FROM touchpoints;

-- How things stand with a terminal, by location like all that changes often.
CREATE TABLE states (
    location_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    last_exchange_at BIGINT NOT NULL,
    version TEXT NOT NULL,
    configuration TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    pressed BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    devices TEXT NOT NULL,
    PRIMARY KEY (location_id, terminal_id)
) WITHOUT ROWID;
INSERT INTO states (location_id, terminal_id, last_exchange_at, version, configuration, journal_id, pressed, stored,
    waiting, devices)
    SELECT t.location_id, s.terminal_id, s.last_exchange_at, s.version, s.configuration, s.journal_id, s.pressed,
    s.stored, s.waiting, s.devices FROM terminal_states s JOIN terminals t ON t.terminal_id = s.terminal_id;
DROP TABLE terminal_states;
ALTER TABLE states RENAME TO terminal_states;

-- missing, carried: how many missing ranges it has, and how many of its entries came in other journals. Mostly 0,
-- and then nothing more is asked.
ALTER TABLE journals ADD COLUMN missing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journals ADD COLUMN carried BIGINT NOT NULL DEFAULT 0;
UPDATE journals SET
    missing = (SELECT COUNT(*) FROM missing_ranges m
        WHERE m.location_id = journals.location_id AND m.journal_id = journals.journal_id),
    carried = (SELECT COUNT(*) FROM carried_over c
        WHERE c.location_id = journals.location_id AND c.born_journal_id = journals.journal_id);

CREATE INDEX journals_by_id ON journals (journal_id);

-- last_chain: proves whoever hands the range over, 0 where it is not known. accepted: a person gave it up.
ALTER TABLE missing_ranges ADD COLUMN last_chain BIGINT NOT NULL DEFAULT 0;
ALTER TABLE missing_ranges ADD COLUMN accepted_at BIGINT;
ALTER TABLE missing_ranges ADD COLUMN accepted_by TEXT;
ALTER TABLE missing_ranges ADD COLUMN accepted_why TEXT;

-- at, clock: as in answers.
ALTER TABLE quarantine ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN clock TEXT NOT NULL DEFAULT 'unknown';
UPDATE quarantine SET at = received_at;

-- Answers by the date that the terminal's clock told. pressed, stored: as the terminal says. received: came here;
-- of these quarantined: do not count yet, repeated: had come in another journal and count there.
CREATE TABLE journal_days (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    local_date TEXT NOT NULL,
    pressed BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    received BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, local_date)
) WITHOUT ROWID;

-- The rollups by day, for long periods and comparisons.
CREATE TABLE daily_rollups (
    location_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    local_date TEXT NOT NULL,
    touchpoint_id TEXT NOT NULL,
    value BIGINT NOT NULL,
    answers BIGINT NOT NULL,
    PRIMARY KEY (location_id, question_id, local_date, touchpoint_id, value)
) WITHOUT ROWID;
INSERT INTO daily_rollups (location_id, question_id, local_date, touchpoint_id, value, answers)
    SELECT location_id, question_id, local_date, touchpoint_id, value, CAST(SUM(answers) AS BIGINT) FROM rollups
    GROUP BY location_id, question_id, local_date, touchpoint_id, value;

-- The backups that are kept. A terminal may forget only what all of them hold (design.md 3.3).
CREATE TABLE backups (
    backup_id TEXT NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE TABLE backup_heads (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    backup_id TEXT NOT NULL,
    head_seq BIGINT NOT NULL,
    head_chain BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, backup_id)
) WITHOUT ROWID;

-- What people decided: releases from quarantine, losses accepted, restores.
CREATE TABLE audit (
    audit_id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL
);

-- Answers that figures leave out, since they cannot be of different visitors (survey/mashing.py).
CREATE TABLE set_aside (
    location_id TEXT NOT NULL,
    journal_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (location_id, journal_id, seq)
) WITHOUT ROWID;

-- Up to which entry a journal was looked at for that, and by which rule.
ALTER TABLE journals ADD COLUMN settled_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE journals ADD COLUMN settled_rule BIGINT NOT NULL DEFAULT 0;
